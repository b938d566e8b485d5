package bot

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"passerelle/content"
	"passerelle/locales"
)

// lint checks lessons: those named, else those this installation would serve.
func lint(_ context.Context, c call) error {
	var asJSON, explain bool
	set := flag.NewFlagSet("lint", flag.ContinueOnError)
	set.BoolVar(&asJSON, "json", false, "")
	set.BoolVar(&explain, "explain", false, "")
	paths, err := c.flagsAround(set, maxNamed)
	if err != nil {
		return err
	}
	if explain {
		return c.explainRules(paths, asJSON)
	}
	problems, err := c.problems(paths)
	if err != nil {
		return err
	}
	if asJSON {
		err = c.printJSON(append([]content.Problem{}, problems...))
	} else {
		err = c.printProblems(problems)
	}
	if err != nil {
		return err
	}
	if content.HasErrors(problems) {
		return errFound
	}
	return nil
}

// problems lints every path, and puts what it found into words.
func (c call) problems(paths []string) ([]content.Problem, error) {
	var all []content.Problem
	if len(paths) == 0 {
		config, err := loadConfig(c.env)
		if err != nil {
			return nil, err
		}
		served, done, err := lessons(config)
		if err != nil {
			return nil, err
		}
		defer done()
		all = content.Review(served, c.words.bundle, time.Now())
	}
	for _, path := range paths {
		found, err := c.lintPath(path)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	for i := range all {
		all[i] = all[i].In(c.words.bundle, c.words.language)
	}
	return all, nil
}

// lintPath lints a lesson's file, a lesson's folder, or a folder of lessons.
func (c call) lintPath(path string) ([]content.Problem, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, complain("usage.path.missing", cause(err), "path", path)
	}
	if !info.IsDir() {
		return c.lintFile(path)
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", path, err)
	}
	id := filepath.Base(full)
	if _, err := os.Stat(filepath.Join(path, id+".md")); err == nil {
		return c.lintStaged(id, path, everyFile, content.Review)
	}
	folder, done, err := openFolder(path)
	if err != nil {
		return nil, err
	}
	defer done()
	return prefixed(content.Review(folder, c.words.bundle, time.Now()), "", path), nil
}

// lintFile lints one lesson's file, with the pictures and translations beside
// it.
func (c call) lintFile(path string) ([]content.Problem, error) {
	name := filepath.Base(path)
	id, ok := strings.CutSuffix(name, ".md")
	if !ok {
		return nil, complain("usage.path.other", nil, "path", path)
	}
	return c.lintStaged(id, filepath.Dir(path), func(other string) bool {
		return other == name || strings.HasSuffix(other, ".svg") ||
			(strings.HasPrefix(other, id+".") && strings.HasSuffix(other, ".toml"))
	}, content.Lint)
}

// A judgement is how lessons are checked: with their transcripts or without.
type judgement func(fs.FS, *locales.Bundle, time.Time) []content.Problem

// everyFile takes all files of a folder.
func everyFile(string) bool { return true }

// lintStaged lints one lesson among the embedded ones, which it may name: its
// files are laid out in a folder of their own, under the lesson's id.
func (c call) lintStaged(id, dir string, wanted func(string) bool, judge judgement) ([]content.Problem, error) {
	folder, done, err := staged(id, dir, wanted)
	if err != nil {
		return nil, err
	}
	defer done()
	return prefixed(judge(folder, c.words.bundle, time.Now()), id+"/", dir), nil
}

// staged lays the files of one lesson over the embedded ones, and those that may
// still come. Done takes them away.
func staged(id, dir string, wanted func(string) bool, coming ...string) (folder fs.FS, done func(), err error) {
	stage, err := os.MkdirTemp("", "passerelle-lint-")
	if err != nil {
		return nil, nil, fmt.Errorf("make a folder to lint in: %w", err)
	}
	done = func() { _ = os.RemoveAll(stage) } // a folder of the system's, emptied by the system
	if err := layOut(filepath.Join(stage, id), dir, wanted, coming); err != nil {
		done()
		return nil, nil, fmt.Errorf("lay out %s: %w", dir, err)
	}
	return content.Overlay(content.Embedded(), os.DirFS(stage)), done, nil
}

// layOut links the wanted files of a folder into a new one, and those that may
// come.
func layOut(into, dir string, wanted func(string) bool, coming []string) error {
	if err := os.Mkdir(into, 0o700); err != nil {
		return err
	}
	full, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Type()&fs.ModeDir == 0 && wanted(e.Name()) && !slices.Contains(coming, e.Name()) {
			coming = append(coming, e.Name())
		}
	}
	for _, name := range coming {
		if err := os.Symlink(filepath.Join(full, name), filepath.Join(into, name)); err != nil {
			return err
		}
	}
	return nil
}

// prefixed keeps the problems of files under before, and names these files as
// the person who asked would.
func prefixed(problems []content.Problem, before, dir string) []content.Problem {
	var kept []content.Problem
	for _, p := range problems {
		if rest, ok := strings.CutPrefix(p.File, before); ok {
			p.File = filepath.Join(dir, rest)
			kept = append(kept, p)
		}
	}
	return kept
}

// printJSON prints what was found for a program.
func (c call) printJSON(value any) error {
	encoder := json.NewEncoder(c.out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// printProblems prints the problems for a person, and beside them how many
// there are.
func (c call) printProblems(problems []content.Problem) error {
	count := map[content.Severity]int{}
	for _, p := range problems {
		count[p.Severity]++
		if err := c.print(p.String()); err != nil {
			return err
		}
	}
	c.warn(c.words.say("usage.problems",
		"errors", strconv.Itoa(count[content.Error]),
		"warnings", strconv.Itoa(count[content.Warning]),
		"advice", strconv.Itoa(count[content.Advice])))
	return nil
}
