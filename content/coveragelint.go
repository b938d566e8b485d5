package content

import (
	"io/fs"
	"strings"
	"time"
	"unicode/utf8"

	"passerelle/locales"
)

// Review is [Lint] for editors: it plays the transcripts of the lessons without
// errors, too.
func Review(fsys fs.FS, bundle *locales.Bundle, now time.Time) []Problem {
	s := collect(fsys, bundle)
	s.now = now
	problems := s.lint(true)
	var r *Rehearsal
	var err error
	if HasErrors(problems) {
		r, err = Rehearse(fsys, bundle)
	} else {
		r, err = s.rehearse(fsys)
	}
	if err != nil {
		d := docket{file: "."}
		d.add(place{}, cUnreadable, "reason", reason(err))
		return sorted(append(problems, d.found...))
	}
	for i := range r.Lessons {
		problems = append(problems, r.Lessons[i].judge()...)
	}
	return sorted(problems)
}

// judge complains about what the transcripts of a lesson lack.
func (r *Rehearsed) judge() []Problem {
	d := docket{file: r.lesson.docket.file, lines: r.lesson.lines}
	if len(r.Gaps) > 0 {
		first := r.lesson.steps[r.lesson.flow.Index[r.Gaps[0].Step]]
		d.add(first.title.at, cUnplayed, "count", number(len(r.Gaps)), "way", string(r.Gaps[0].Key))
	}
	for _, script := range r.Scripts {
		d.found = append(d.found, script.judge()...)
	}
	return d.found
}

// judge complains about a transcript.
func (s *Script) judge() []Problem {
	d := docket{file: s.File}
	if s.Err != nil {
		first, _, _ := strings.Cut(s.Err.Error(), "\n")
		d.add(place{}, cScript, "reason", strings.TrimPrefix(first, s.File+":"))
		return d.found
	}
	d.lines = strings.Split(string(s.file.Bytes()), "\n")
	at := func(line int) place { return place{line, 1, max(1, utf8.RuneCountInString(d.lines[line-1]))} }
	for _, r := range s.Results {
		if !r.Good() {
			d.add(at(min(r.Line, len(d.lines))), cPlaysOtherwise, "title", r.Title)
		}
	}
	for _, i := range s.Drafts {
		d.add(at(s.file.Scenarios[i].Lines[0].Number), cDraft, "title", s.file.Scenarios[i].Title)
	}
	return d.found
}
