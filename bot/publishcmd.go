package bot

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"passerelle/content"
	"passerelle/flows"
	"passerelle/store"
)

// A publishing is what the command line asks to put in force.
type publishing struct {
	dir      string // of the editor, laid over the embedded lessons; "": those of the host
	note, by string
	yes      bool // nobody is asked again
}

// publish puts the lessons of a folder in force, after it showed what changes
// and who stands where; with --list it shows what was published when.
func publish(ctx context.Context, c call) error {
	var p publishing
	var list, asJSON bool
	set := flag.NewFlagSet("publish", flag.ContinueOnError)
	set.StringVar(&p.note, "note", "", "")
	set.StringVar(&p.by, "by", "", "")
	set.BoolVar(&p.yes, "yes", false, "")
	set.BoolVar(&list, "list", false, "")
	set.BoolVar(&asJSON, "json", false, "")
	rest, err := c.flagsAround(set, 1)
	if err != nil {
		return err
	}
	if list {
		c.args = []string{"--list=true", "--json=" + strconv.FormatBool(asJSON)}
		return c.within(ctx, func(h *house) error { return c.listPublished(ctx, h, asJSON) })
	}
	if len(rest) > 0 {
		if p.dir, err = filepath.Abs(rest[0]); err != nil {
			return complain("usage.path.missing", err, "path", rest[0])
		}
	}
	p.by = cmp.Or(p.by, keyboardUser(c.env))
	c.args = []string{"--note", p.note, "--by", p.by, "--yes=" + strconv.FormatBool(p.yes)}
	if p.dir != "" {
		c.args = append(c.args, p.dir)
	}
	return c.within(ctx, func(h *house) error { return c.publishFolder(ctx, h, p) })
}

// keyboardUser is who sits at the keyboard, as the system calls them.
func keyboardUser(env source) string {
	if name := cmp.Or(env.get("USER"), env.get("LOGNAME")); name != "" {
		return name
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return ""
}

// maxNamed is more lessons or paths than anybody names.
const maxNamed = 10_000

// flagsAround parses flags that may stand before and behind at most so many
// other arguments, which it returns.
func (c call) flagsAround(set *flag.FlagSet, most int) ([]string, error) {
	var words []string
	for {
		rest, err := c.flags(set, true)
		if err != nil || len(rest) == 0 {
			return words, err
		}
		if words = append(words, rest[0]); len(words) > most {
			c.warn(c.words.say("usage.rest", "name", c.name, "value", rest[0]))
			return nil, errUsage
		}
		c.args = rest[1:]
	}
}

// within does the work in the house of a running service that was called over
// the socket, or else in a house opened for it, or has the service do it.
func (c call) within(ctx context.Context, work func(*house) error) error {
	if c.house != nil {
		return work(c.house)
	}
	config, err := loadConfig(c.env)
	if err != nil {
		return err
	}
	h, server, err := c.enter(ctx, config)
	switch {
	case err != nil:
		return err
	case server != nil:
		return forward(ctx, server, c)
	}
	defer h.close()
	return work(h)
}

// publishFolder makes the edition of a folder and puts it in force.
func (c call) publishFolder(ctx context.Context, h *house, p publishing) error {
	d, err := c.openDraft(h, p.dir)
	if err != nil {
		return err
	}
	if err := c.fit(d); err != nil {
		return err
	}
	before, err := h.inForce(ctx)
	if err != nil {
		return err
	}
	if force, err := h.store.Current(ctx); err == nil && force.Published && force.Revision == d.edition.Flows().ID {
		c.warn(c.words.say("publish.same", "id", string(force.Revision)))
		return nil
	}
	if err := c.showChange(ctx, h, before, d.edition); err != nil {
		return err
	}
	if !p.yes && !c.agrees() {
		c.warn(c.words.say("publish.kept"))
		return errFound
	}
	return c.putInForce(ctx, h, d.edition, store.Publication{By: p.by, Note: p.note, Local: d.local})
}

// A draft is what an editor's folder makes, laid over the embedded lessons.
type draft struct {
	edition *content.Edition
	// local are the lessons of the folder itself.
	local    []flows.FlowID
	problems []content.Problem
	// broken are its transcripts that do not play as written.
	broken []string
}

// openDraft reads a folder of lessons, "" for that of the host, and plays its
// transcripts. Lessons with an error are shown, and there is no draft.
func (c call) openDraft(h *house, dir string) (draft, error) {
	config := *h.config
	config.Content = cmp.Or(dir, config.Content)
	folder, done, err := lessons(&config)
	if err != nil {
		return draft{}, err
	}
	defer done()
	d := draft{local: content.Lessons(folder)}
	if config.Content != "" {
		if d.local, err = localLessons(config.Content); err != nil {
			return draft{}, err
		}
	}
	d.edition, d.problems = content.Load(folder, c.words.bundle)
	if d.edition == nil {
		c.showProblems(d.problems, content.Error)
		return draft{}, complain("content.errors", nil)
	}
	d.problems = content.Lint(folder, c.words.bundle, time.Now())
	d.broken, err = d.play(c, folder)
	return d, err
}

// localLessons are the lessons of an editor's folder. Without one the folder is
// probably another than was meant.
func localLessons(dir string) ([]flows.FlowID, error) {
	over, done, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	defer done()
	ids := content.Lessons(over)
	if len(ids) == 0 {
		return nil, complain("publish.empty", nil, "path", dir)
	}
	return ids, nil
}

// play plays the transcripts of the draft's own lessons and names those that do
// not play as written.
func (d draft) play(c call, folder fs.FS) ([]string, error) {
	r, err := content.Rehearse(folder, c.words.bundle)
	if err != nil {
		return nil, fmt.Errorf("play the transcripts: %w", err)
	}
	var broken []string
	for _, one := range r.Lessons {
		for _, script := range one.Scripts {
			if !script.Good() && slices.Contains(d.local, one.Lesson) {
				broken = append(broken, script.File)
			}
		}
	}
	return broken, nil
}

// showProblems prints the problems that weigh so much, beside the data.
func (c call) showProblems(problems []content.Problem, severity content.Severity) {
	for _, p := range problems {
		if p.Severity == severity {
			c.warn(strings.TrimSuffix(p.In(c.words.bundle, c.words.language).String(), "\n"))
		}
	}
}

// fit tells whether a draft may be published, and what its editor should know.
func (c call) fit(d draft) error {
	for _, file := range d.broken {
		c.warn(c.words.say("publish.transcript", "file", file))
	}
	hindrances := content.Hindrances(d.problems, d.local)
	c.showProblems(hindrances, content.Error)
	c.showProblems(hindrances, content.Warning)
	if len(d.broken)+len(hindrances) > 0 {
		return complain("publish.refused", nil)
	}
	c.showProblems(content.Outdated(d.problems), content.Warning)
	c.showProblems(content.Untranslated(d.problems, d.local), content.Warning)
	return nil
}

// showChange prints what another edition changes, and what becomes of those
// who stand on a step it does not have.
func (c call) showChange(ctx context.Context, h *house, before, after *content.Edition) error {
	if err := c.printDifference(content.Differ(before, after)); err != nil {
		return err
	}
	standing, err := h.standing(ctx, after)
	if err != nil {
		return err
	}
	for _, s := range standing {
		if err := c.print(s.line(c.words)); err != nil {
			return err
		}
	}
	return nil
}

// agrees asks who sits at the keyboard; nobody there has not agreed.
func (c call) agrees() bool {
	if !c.terminal {
		c.warn(c.words.say("publish.yes"))
		return false
	}
	c.warn(c.words.say("publish.ask"))
	line, _ := bufio.NewReader(c.in).ReadString('\n') // nothing typed is no
	answer := strings.ToLower(strings.TrimSpace(line))
	return slices.Contains([]string{"o", "oui", "y", "yes"}, answer)
}

// putInForce stores an edition, then puts it in force in one write: whatever
// happens between the two changes nothing for anybody.
func (c call) putInForce(ctx context.Context, h *house, e *content.Edition, p store.Publication) error {
	p.Revision = e.Flows().ID
	err := keep(ctx, h.store, e)
	if err == nil {
		p, err = h.store.Publish(ctx, p)
	}
	if err != nil {
		return unopened(h.config.place(), err)
	}
	c.warn(c.words.say("publish.done", "id", string(p.Revision), "lessons", strconv.Itoa(len(e.Flows().Menu))))
	return nil
}

// listPublished prints the history, the latest first.
func (c call) listPublished(ctx context.Context, h *house, asJSON bool) error {
	all, err := h.store.Published(ctx)
	if err != nil {
		return unopened(h.config.place(), err)
	}
	if asJSON {
		return json.NewEncoder(c.out).Encode(all)
	}
	if len(all) == 0 {
		c.warn(c.words.say("publish.none"))
	}
	for _, p := range slices.Backward(all) {
		if err := c.print(h.publicationLine(c.words, p)); err != nil {
			return err
		}
	}
	return nil
}

// publicationLine is one line of the history.
func (h *house) publicationLine(w words, p store.Publication) string {
	text := w.say("publish.line", "at", p.At.In(h.zones.home).Format("02/01/2006 15:04"),
		"id", string(p.Revision), "by", printable(p.By))
	if p.Note != "" {
		text += " " + w.say("publish.line.note", "note", printable(p.Note))
	}
	return text
}

// inForce is the edition new steps are taken from now.
func (h *house) inForce(ctx context.Context) (*content.Edition, error) {
	force, err := h.store.Current(ctx)
	if errors.Is(err, store.ErrUnknown) {
		return h.shelf.newest(), nil
	}
	if err != nil {
		return nil, unopened(h.config.place(), err)
	}
	e, err := h.shelf.edition(ctx, force.Revision)
	if err != nil {
		return nil, fmt.Errorf("bring what is in force: %w", err)
	}
	return e, nil
}
