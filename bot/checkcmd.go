package bot

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"passerelle/content"
	"passerelle/flows"
)

// check plays the transcripts of lessons, and tells which ways none of them
// takes.
func check(_ context.Context, c call) error {
	var asJSON bool
	var w writing
	set := flag.NewFlagSet("check", flag.ContinueOnError)
	set.BoolVar(&asJSON, "json", false, "")
	set.BoolVar(&w.update, "update", false, "")
	set.BoolVar(&w.draft, "draft", false, "")
	named, err := c.flagsAround(set, maxNamed)
	if err != nil {
		return err
	}
	var all []checked
	err = c.eachFolder(named, func(f lessonFolder) error {
		found, err := c.checkFolder(f, w)
		all = append(all, found...)
		return err
	})
	if err != nil {
		return err
	}
	if asJSON {
		err = c.printJSON(all)
	} else {
		err = c.printChecked(all)
	}
	if err == nil && slices.ContainsFunc(all, func(one checked) bool { return !one.good() }) {
		return errFound
	}
	return err
}

// A writing is what check may write into transcripts.
type writing struct {
	update bool // the bot's side
	draft  bool // the scenarios that are missing
}

// checkFolder plays the transcripts of a folder, after it wrote what it was
// asked to.
func (c call) checkFolder(f lessonFolder, w writing) ([]checked, error) {
	r, err := c.rehearse(f)
	if err != nil {
		return nil, err
	}
	for _, step := range []struct {
		wanted bool
		write  func(lessonFolder, *content.Rehearsal) error
	}{{w.update, c.updateScripts}, {w.draft, c.draftScripts}} {
		if !step.wanted {
			continue
		}
		if err := step.write(f, r); err != nil {
			return nil, err
		}
		if r, err = c.rehearse(f); err != nil {
			return nil, err
		}
	}
	var all []checked
	for _, one := range r.Lessons {
		if f.shows(one.Lesson) {
			all = append(all, checkedOf(f, one))
		}
	}
	return all, nil
}

// rehearse plays all transcripts of a folder. Lessons with errors cannot be
// played: the errors of those asked for are shown instead.
func (c call) rehearse(f lessonFolder) (*content.Rehearsal, error) {
	r, err := content.Rehearse(f.lessons, c.words.bundle)
	if err != nil {
		return nil, err
	}
	for _, p := range r.Errors {
		if lesson, _, _ := strings.Cut(p.File, "/"); f.shows(flows.FlowID(lesson)) {
			err = complain("check.errors", nil)
			p.File = f.named(p.File)
			c.warn(strings.TrimSuffix(p.In(c.words.bundle, c.words.language).String(), "\n"))
		}
	}
	return r, err
}

// updateScripts writes the bot's side of transcripts anew.
func (c call) updateScripts(f lessonFolder, r *content.Rehearsal) error {
	for _, one := range r.Lessons {
		for _, script := range one.Scripts {
			if !f.shows(one.Lesson) || script.Good() || script.Err != nil {
				continue
			}
			if err := c.writeScript(f, script.File, script.Source, script.Updated()); err != nil {
				return err
			}
			c.warn(c.words.say("check.updated", "file", f.named(script.File)))
		}
	}
	return nil
}

// draftScripts writes the scenarios that are missing.
func (c call) draftScripts(f lessonFolder, r *content.Rehearsal) error {
	for i := range r.Lessons {
		one := &r.Lessons[i]
		if !f.shows(one.Lesson) || len(one.Gaps) == 0 {
			continue
		}
		d, err := r.Draft(one)
		if err != nil {
			return err
		}
		if d.Added+d.Dropped > 0 {
			if err := c.writeScript(f, d.File, d.Before, d.Source); err != nil {
				return err
			}
			c.warn(c.words.say("check.drafted", "file", f.named(d.File),
				"added", strconv.Itoa(d.Added), "dropped", strconv.Itoa(d.Dropped)))
		}
		if len(d.Left) > 0 {
			c.warn(c.words.say("check.left", "lesson", string(one.Lesson), "left", strconv.Itoa(len(d.Left))))
		}
	}
	return nil
}

// writeScript writes a transcript beside its lesson, in the place of what it
// was before.
func (c call) writeScript(f lessonFolder, file string, before, data []byte) error {
	if f.path == nil {
		return complain("check.embedded", nil)
	}
	return rewrite(f.path(file), before, data)
}

// A lessonFolder is a folder of lessons a command works on.
type lessonFolder struct {
	lessons fs.FS
	// shows tells which of its lessons were asked for.
	shows func(flows.FlowID) bool
	// path is where a file of it lies on this machine; nil: inside the program.
	path func(file string) string
}

// named is a file as the person who asked would name it.
func (f lessonFolder) named(file string) string {
	if f.path == nil {
		return file
	}
	return f.path(file)
}

// eachFolder opens the folders of what is named, lessons or paths, one after
// the other; of nothing named, the lessons of this installation.
func (c call) eachFolder(named []string, do func(lessonFolder) error) error {
	if len(named) == 0 {
		return c.hostFolder("", do)
	}
	for _, name := range named {
		err := c.namedFolder(name, do)
		if err != nil {
			return err
		}
	}
	return nil
}

// namedFolder opens the folder of a path, or that of a lesson's name.
func (c call) namedFolder(name string, do func(lessonFolder) error) error {
	info, err := os.Stat(name)
	switch {
	case err != nil && filepath.Base(name) == name && !strings.HasSuffix(name, ".md"):
		return c.hostFolder(flows.FlowID(name), do)
	case err != nil:
		return complain("usage.path.missing", cause(err), "path", name)
	case !info.IsDir():
		id, ok := strings.CutSuffix(filepath.Base(name), ".md")
		if !ok || strings.Contains(id, ".") {
			return complain("usage.path.other", nil, "path", name)
		}
		return oneLesson(id, filepath.Dir(name), do)
	}
	full, err := filepath.Abs(name)
	if err != nil {
		return fmt.Errorf("find %s: %w", name, err)
	}
	id := filepath.Base(full)
	if _, err := os.Stat(filepath.Join(name, id+".md")); err == nil {
		return oneLesson(id, name, do)
	}
	folder, done, err := openFolder(name)
	if err != nil {
		return err
	}
	defer done()
	return do(lessonFolder{
		lessons: folder, shows: func(flows.FlowID) bool { return true },
		path: func(file string) string { return filepath.Join(name, file) },
	})
}

// oneLesson lays one lesson over the embedded ones, with the transcript it may
// get.
func oneLesson(id, dir string, do func(lessonFolder) error) error {
	folder, done, err := staged(id, dir, everyFile, id+".essai.md")
	if err != nil {
		return err
	}
	defer done()
	return do(lessonFolder{
		lessons: folder, shows: func(f flows.FlowID) bool { return string(f) == id },
		path: func(file string) string { return filepath.Join(dir, strings.TrimPrefix(file, id+"/")) },
	})
}

// hostFolder opens the lessons of this installation: those of its own folder,
// laid over the embedded ones, or only one of all.
func (c call) hostFolder(only flows.FlowID, do func(lessonFolder) error) error {
	config, err := loadConfig(c.env)
	if err != nil {
		return err
	}
	folder, done, err := lessons(config)
	if err != nil {
		return err
	}
	defer done()
	f := lessonFolder{lessons: folder, shows: func(id flows.FlowID) bool { return only == "" || id == only }}
	if _, err := fs.Stat(folder, string(only)+"/"+string(only)+".md"); only != "" && err != nil {
		return notAmong(lessonNames(folder), string(only))
	}
	if config.Content == "" {
		return do(f)
	}
	over, leave, err := openFolder(config.Content)
	if err != nil {
		return err
	}
	defer leave()
	own := func(id flows.FlowID) bool {
		info, err := fs.Stat(over, string(id))
		return err == nil && info.IsDir()
	}
	if only == "" {
		f.shows = own
	}
	if only == "" || own(only) {
		f.path = func(file string) string { return filepath.Join(config.Content, file) }
	}
	return do(f)
}

// lessonNames lists the lessons of a folder.
func lessonNames(folder fs.FS) []string {
	var names []string
	for _, id := range content.Lessons(folder) {
		names = append(names, string(id))
	}
	return names
}
