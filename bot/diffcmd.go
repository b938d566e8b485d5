package bot

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"passerelle/content"
	"passerelle/flows"
)

// diff shows what changed between two editions, each a folder or the hash of a
// revision. The first is what is in force, the second what this host would
// serve, unless they are named.
func diff(ctx context.Context, c call) error {
	var asJSON bool
	set := flag.NewFlagSet("diff", flag.ContinueOnError)
	set.BoolVar(&asJSON, "json", false, "")
	named, err := c.flagsAround(set, 2)
	if err != nil {
		return err
	}
	for i, name := range named {
		info, err := os.Stat(name)
		if err != nil || !info.IsDir() {
			continue // the hash of a revision, then
		}
		if named[i], err = filepath.Abs(name); err != nil {
			return complain("usage.path.missing", err, "path", name)
		}
	}
	c.args = append([]string{"--json=" + strconv.FormatBool(asJSON)}, named...)
	return c.within(ctx, func(h *house) error { return c.compare(ctx, h, named, asJSON) })
}

// compare prints how two editions differ.
func (c call) compare(ctx context.Context, h *house, named []string, asJSON bool) error {
	before, err := h.inForce(ctx)
	if err == nil && len(named) == 2 {
		before, err = c.editionOf(ctx, h, named[0])
	}
	if err != nil {
		return err
	}
	last := ""
	if len(named) > 0 {
		last = named[len(named)-1]
	}
	after, err := c.editionOf(ctx, h, last)
	if err != nil {
		return err
	}
	d := content.Differ(before, after)
	if asJSON {
		encoder := json.NewEncoder(c.out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(d)
	}
	return c.printDifference(d)
}

// editionOf is the edition of a folder or a hash; "" is what the host's own
// folder makes.
func (c call) editionOf(ctx context.Context, h *house, name string) (*content.Edition, error) {
	if name == "" || filepath.IsAbs(name) {
		d, err := c.openDraft(h, name)
		return d.edition, err
	}
	id, err := h.revision(ctx, name)
	if err != nil {
		return nil, err
	}
	e, err := h.shelf.edition(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("bring revision %s: %w", id, err)
	}
	return e, nil
}

// printDifference prints what changed, by lesson and by step.
func (c call) printDifference(d content.Difference) error {
	t := telling{words: c.words}
	if d.Empty() {
		t.line(0, "diff.nothing")
	}
	for _, l := range d.Lessons {
		t.lesson(l)
	}
	if d.Sentences > 0 {
		t.line(0, "diff.program", "count", strconv.Itoa(d.Sentences))
	}
	if d.Deadlines {
		t.line(0, "diff.deadlines")
	}
	_, err := fmt.Fprint(c.out, t.text.String())
	return err
}

// A telling puts a difference into words.
type telling struct {
	words words
	text  strings.Builder
}

// line adds a sentence, so far from the margin.
func (t *telling) line(deep int, id string, args ...string) {
	t.text.WriteString(strings.Repeat("  ", deep) + t.words.say(id, args...) + "\n")
}

// sign stands before what was added, removed or changed.
func sign(c content.Change) string {
	switch c {
	case content.Added:
		return "+"
	case content.Removed:
		return "-"
	case content.Kept, content.Renamed, content.Changed:
	}
	return "~"
}

func (t *telling) lesson(l content.LessonChange) {
	t.line(0, "diff.lesson", "sign", sign(l.Change), "lesson", string(l.Lesson), "title", l.Title)
	if l.Change == content.Changed && len(l.Steps)+len(l.Sentences)+len(l.Pictures) == 0 {
		t.line(1, "diff.settings")
	}
	for _, s := range l.Sentences {
		t.sentence(1, s)
	}
	for _, s := range l.Steps {
		t.step(s)
	}
	for _, p := range l.Pictures {
		t.line(1, "diff.picture", "sign", sign(p.Change), "name", p.Picture)
	}
}

func (t *telling) step(s content.StepChange) {
	if s.Change == content.Renamed {
		t.line(1, "diff.step.renamed", "step", string(s.Step), "former", string(s.Former))
	} else {
		t.line(1, "diff.step", "sign", sign(s.Change), "step", string(s.Step))
	}
	for _, one := range s.Sentences {
		t.sentence(2, one)
	}
	for _, a := range s.Answers {
		t.answer(a)
	}
	if s.Rules {
		t.line(2, "diff.rules")
	}
}

func (t *telling) answer(a content.AnswerChange) {
	args := []string{"sign", sign(a.Change), "answer", a.Answer, "from", string(a.From), "to", string(a.To)}
	switch {
	case a.Change == content.Changed && a.From != a.To:
		t.line(2, "diff.answer.moved", args...)
	case a.Change == content.Changed:
		t.line(2, "diff.answer.right", args...)
	default:
		t.line(2, "diff.answer", args...)
	}
}

// sentence shows a sentence with the words that went and those that came.
func (t *telling) sentence(deep int, s content.SentenceChange) {
	parts := make([]string, len(s.Words))
	laidOut := true
	for i, w := range s.Words {
		laidOut = laidOut && w.Change == content.Kept
		switch w.Change {
		case content.Added:
			parts[i] = "{+" + w.Text + "+}"
		case content.Removed:
			parts[i] = "[-" + w.Text + "-]"
		case content.Kept, content.Renamed, content.Changed:
			parts[i] = w.Text
		}
	}
	where := s.Part
	if s.Language != flows.DefaultLanguage {
		where = strings.TrimSpace(string(s.Language) + " " + s.Part)
	}
	id := "diff.sentence"
	if laidOut {
		id = "diff.layout"
	}
	text := t.words.say(id, "text", strings.Join(parts, " "))
	if where != "" {
		text = where + " : " + text
	}
	t.text.WriteString(strings.Repeat("  ", deep) + text + "\n")
}
