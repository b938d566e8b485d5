package content

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"passerelle/flows"
	"passerelle/flows/flowstest"
	"passerelle/locales"
)

// A stage is where transcripts are played: an edition, as a fresh installation
// serves it.
type stage struct {
	edition *Edition
	library *flows.Library
	zone    *time.Location
}

// newStage sets the stage; staffed says whether aidants answer there.
func newStage(e *Edition, staffed bool) (*stage, error) {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return nil, fmt.Errorf("find the hours of transcripts: %w", err)
	}
	library := flows.NewLibrary(e.Flows())
	library.Staffed = staffed
	return &stage{edition: e, library: library, zone: zone}, nil
}

// facts are what sentences say of an installation that nobody set up.
func facts() []flows.Arg {
	return []flows.Arg{{Name: "publisher", Key: "config.default.publisher"}, {Name: "contact", Key: "config.default.contact"}}
}

// player is a fresh learner, whose ways are told to walk.
func (s *stage) player(walk func(flows.Key)) *flowstest.Player {
	return &flowstest.Player{
		Zone: s.zone,
		Advance: func(before flows.Conversation, in flows.Input) (flows.Conversation, []flows.Effect, flows.Outcome) {
			for _, way := range s.library.Walked(before, in) {
				walk(way)
			}
			return s.library.Advance(before, in)
		},
		Render: func(l flows.Language, say flows.Say) flows.Message { return s.edition.Render(l, say, facts()) },
	}
}

// A Script is a transcript file that was played.
type Script struct {
	// File is its path inside the folder of lessons.
	File string
	// Err is why it cannot be read.
	Err error
	// Source is what the file held when it was read.
	Source  []byte
	Results []flowstest.Result
	// Drafts are the places in Results of the scenarios to be approved yet.
	Drafts []int
	file   *flowstest.File
	walked map[flows.Key]bool
}

// Good tells whether the file can be read and every scenario plays as it is
// written.
func (s *Script) Good() bool {
	return s.Err == nil && !slices.ContainsFunc(s.Results, func(r flowstest.Result) bool { return !r.Good() })
}

// Updated is the file with the bot's side written anew.
func (s *Script) Updated() []byte { return s.file.Updated(s.Results) }

// draftMark is the line that marks a scenario nobody has read yet.
const draftMark = "# brouillon : à relire"

// isDraft tells whether a scenario is to be approved yet.
func isDraft(s flowstest.Scenario) bool {
	return slices.ContainsFunc(s.Lines, func(l flowstest.Line) bool {
		return l.Kind == flowstest.Comment && fold(l.Raw) == fold(draftMark)
	})
}

// play plays a transcript. The ways of a draft that no longer plays as written
// do not count: it will be written anew.
func (s *stage) play(name string, source []byte) *Script {
	script := &Script{File: name, Source: source, walked: map[flows.Key]bool{}}
	if script.file, script.Err = flowstest.Parse(name, source); script.Err != nil {
		return script
	}
	var walks []map[flows.Key]bool
	script.Results = flowstest.Play(script.file, func() *flowstest.Player {
		walked := map[flows.Key]bool{}
		walks = append(walks, walked)
		return s.player(func(way flows.Key) { walked[way] = true })
	})
	for i, scenario := range script.file.Scenarios {
		draft := isDraft(scenario)
		if draft {
			script.Drafts = append(script.Drafts, i)
		}
		if !draft || script.Results[i].Good() {
			maps.Copy(script.walked, walks[i])
		}
	}
	return script
}

// A Rehearsal is what the transcripts of a folder of lessons show.
type Rehearsal struct {
	Lessons []Rehearsed // in the order of their names
	// Errors are those of the lessons that could not be played.
	Errors []Problem
	walked map[flows.Key]bool
}

// A Rehearsed is a lesson, with its transcripts played.
type Rehearsed struct {
	Lesson  flows.FlowID
	Scripts []*Script
	// Passages are all ways through the lesson, Gaps those that no transcript of any
	// lesson takes.
	Passages, Gaps []Passage
	lesson         *lesson
	stage          *stage
}

// Rehearse plays all transcripts of the lessons at the root of fsys. Lessons
// with errors are left out, and those that play them.
func Rehearse(fsys fs.FS, bundle *locales.Bundle) (*Rehearsal, error) {
	var wrong []Problem
	rest := hiding{fsys, map[string]bool{}}
	for {
		s := collect(rest, bundle)
		faults := slices.DeleteFunc(s.lint(false), func(p Problem) bool { return p.Severity != Error })
		wrong = append(wrong, faults...)
		if !rest.hide(faults) {
			r, err := s.rehearse(rest)
			if err == nil {
				r.Errors = wrong
			}
			return r, err
		}
	}
}

// A hiding is a folder of lessons without some of them.
type hiding struct {
	fs.FS
	hidden map[string]bool
}

// hide hides the lessons that have these problems, and tells whether any was
// still there.
func (w hiding) hide(problems []Problem) bool {
	before := len(w.hidden)
	for _, p := range problems {
		folder, _, _ := strings.Cut(p.File, "/")
		w.hidden[folder] = true
	}
	return len(w.hidden) > before
}

// ReadDir implements [fs.ReadDirFS].
func (w hiding) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(w.FS, name)
	if name != "." {
		return entries, err
	}
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return w.hidden[e.Name()] }), err
}

// rehearse plays the transcripts beside the lessons of a shelf without errors.
// Each lesson is the only one of the menu then: which others there are, here or
// in another town, changes nothing in its transcripts.
func (s *shelf) rehearse(fsys fs.FS) (*Rehearsal, error) {
	whole := s.edition(nil)
	r := &Rehearsal{walked: map[flows.Key]bool{}}
	for _, l := range s.lessons {
		on, err := newStage(whole.offering(l.flow.ID), false)
		if err != nil {
			return nil, err
		}
		one := Rehearsed{Lesson: l.flow.ID, lesson: l, stage: on, Passages: l.passages()}
		if one.Scripts, err = on.scripts(fsys, l.folder); err != nil {
			return nil, err
		}
		for _, script := range one.Scripts {
			maps.Copy(r.walked, script.walked)
		}
		r.Lessons = append(r.Lessons, one)
	}
	for i := range r.Lessons {
		r.Lessons[i].Gaps = r.Lessons[i].lesson.gaps(r.walked)
	}
	return r, nil
}

// scripts plays the transcripts in the folder of a lesson.
func (s *stage) scripts(fsys fs.FS, folder string) ([]*Script, error) {
	entries, err := fs.ReadDir(fsys, folder)
	if err != nil {
		return nil, fmt.Errorf("look for transcripts: %w", err)
	}
	var all []*Script
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), scriptSuffix) || e.IsDir() {
			continue
		}
		name := path.Join(folder, e.Name())
		source, err := readFile(fsys, name, maxScript)
		switch {
		case errors.Is(err, fs.ErrNotExist): // a link to what is not there yet
			continue
		case err != nil:
			return nil, fmt.Errorf("read a transcript: %w", err)
		}
		all = append(all, s.play(name, source))
	}
	return all, nil
}

// scriptSuffix ends the name of a transcript; maxScript is more than one may
// have.
const (
	scriptSuffix = ".essai.md"
	maxScript    = 1 << 20
)
