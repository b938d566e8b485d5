package bot

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"passerelle/content"
	"passerelle/flows"
)

// lessonsCommand lists the lessons of this installation; with --copy it copies
// a national one into a folder, to be changed there.
func lessonsCommand(_ context.Context, c call) error {
	var asJSON bool
	var wanted string
	set := flag.NewFlagSet("lessons", flag.ContinueOnError)
	set.BoolVar(&asJSON, "json", false, "")
	set.StringVar(&wanted, "copy", "", "")
	rest, err := c.flagsAround(set, 1)
	if err != nil {
		return err
	}
	config, err := loadConfig(c.env)
	if err != nil {
		return err
	}
	if wanted != "" {
		into := config.Content
		if len(rest) > 0 {
			into = rest[0]
		}
		return c.copyLesson(flows.FlowID(wanted), into)
	}
	if len(rest) > 0 {
		config.Content = rest[0]
	}
	all, err := c.lessonRows(config)
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(c.out).Encode(all)
	}
	for _, l := range all {
		if err := c.print(c.words.say(l.sentence(), "lesson", string(l.Lesson), "title", l.Title)); err != nil {
			return err
		}
	}
	return nil
}

// A lessonRow is one line of the list of lessons.
type lessonRow struct {
	Lesson flows.FlowID `json:"lesson"`
	Title  string       `json:"title"`
	// Origin is national, local, copy, or outdated: a copy whose original
	// changed.
	Origin string `json:"origin"`
}

// sentence is the one that says where the lesson comes from.
func (l lessonRow) sentence() string {
	return map[string]string{
		"national": "lessons.national", "local": "lessons.local", "copy": "lessons.copy", "outdated": "lessons.outdated",
	}[l.Origin]
}

// lessonRows lists the lessons of a configuration.
func (c call) lessonRows(config *Config) ([]lessonRow, error) {
	folder, done, err := lessons(config)
	if err != nil {
		return nil, err
	}
	defer done()
	edition, problems := content.Load(folder, c.words.bundle)
	if edition == nil {
		c.showProblems(problems, content.Error)
		return nil, complain("content.errors", nil)
	}
	var local []flows.FlowID
	if config.Content != "" {
		local = content.Lessons(os.DirFS(config.Content))
	}
	outdated := content.Outdated(problems)
	var all []lessonRow
	for _, id := range content.Lessons(folder) {
		all = append(all, lessonRow{id, edition.Title(id), origin(id, local, outdated)})
	}
	return all, nil
}

// origin tells where a lesson comes from.
func origin(id flows.FlowID, local []flows.FlowID, outdated []content.Problem) string {
	switch {
	case slices.ContainsFunc(outdated, func(p content.Problem) bool { return p.Lesson() == id }):
		return "outdated"
	case !slices.Contains(local, id):
		return "national"
	case content.Original(content.Embedded(), id) != "":
		return "copy"
	}
	return "local"
}

// join lists lessons in a sentence.
func join(ids []flows.FlowID) string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = string(id)
	}
	return strings.Join(all, ", ")
}

// copyLesson writes the files of a national lesson into a folder.
func (c call) copyLesson(id flows.FlowID, into string) error {
	if into == "" {
		c.warn(c.words.say("lessons.usage", "lesson", string(id)))
		return errUsage
	}
	files, err := content.Copy(content.Embedded(), id)
	if errors.Is(err, fs.ErrNotExist) {
		return complain("usage.lesson", nil, "value", string(id), "known", join(content.Lessons(content.Embedded())))
	}
	if err != nil {
		return err
	}
	dir := filepath.Join(into, string(id))
	if err := os.MkdirAll(into, 0o755); err != nil { //nolint:gosec // texts for everybody
		return complain("lessons.write", cause(err), "path", into)
	}
	if err := os.Mkdir(dir, 0o755); err != nil { //nolint:gosec // texts for everybody
		return complain("lessons.write", cause(err), "path", dir)
	}
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o644); err != nil { //nolint:gosec // a text for everybody
			return complain("lessons.write", cause(err), "path", path)
		}
	}
	c.warn(c.words.say("lessons.copied", "path", dir))
	return nil
}
