package flowstest

import (
	"fmt"
	"slices"
	"strings"
)

// A Result is how one scenario played.
type Result struct {
	Title string
	// Line is the first that plays otherwise than it is written, or else that of
	// the title.
	Line int
	// Diff is how what was played differs from what is written: a unified diff,
	// empty when nothing does.
	Diff string
	// Err is why the scenario cannot be played, with the place.
	Err error
	// updated are its lines, with the answers written anew.
	updated []string
}

// Good tells whether the scenario played as it is written.
func (r Result) Good() bool { return r.Diff == "" && r.Err == nil }

// Play plays every scenario of a file, each with a fresh player.
func Play(f *File, fresh func() *Player) []Result {
	results := make([]Result, len(f.Scenarios))
	for i := range f.Scenarios {
		results[i] = f.Scenarios[i].result(f.Name, fresh())
	}
	return results
}

// result plays a scenario of the file of that name.
func (s *Scenario) result(file string, p *Player) Result {
	r := Result{Title: s.Title, Line: s.Lines[0].Number, updated: rawLines(s.Lines)}
	played, wrong, err := s.play(p)
	if err != nil {
		r.Line, r.Err = wrong.Number, fmt.Errorf("%s:%d: %w", file, wrong.Number, err)
		return r
	}
	r.updated = played.updated
	if diff, first := unified(file+": "+s.Title, r.Line, rawLines(s.Lines), played.seen); diff != "" {
		r.Diff, r.Line = diff, first
	}
	return r
}

// Updated is the file with its answers written anew, as the results of [Play]
// tell them. Inputs, comments, titles and states stay as they are written, so a
// file that plays as written comes back byte for byte; so does a scenario that
// cannot be played.
func (f *File) Updated(results []Result) []byte {
	lines := rawLines(f.Head)
	for _, r := range results {
		lines = append(lines, r.updated...)
	}
	return []byte(strings.Join(lines, "\n"))
}

// A playing is what a scenario became: with its answers written anew, and as
// it was seen, states included.
type playing struct{ updated, seen []string }

// play plays a scenario. An error comes with the line that cannot be played.
func (s *Scenario) play(p *Player) (all playing, wrong Line, err error) {
	for _, e := range s.exchanges() {
		answers, err := p.Do(e[0])
		if err != nil {
			return playing{}, e[0], err
		}
		lines := e
		if !slices.Equal(answers, e.answers()) {
			lines = e.rewrite(answers)
		}
		all.updated = append(all.updated, rawLines(lines)...)
		all.seen = append(all.seen, rawLines(observed(lines, p))...)
	}
	return all, Line{}, nil
}

// An exchange is something that happened and all lines up to the next. The
// first of a scenario begins with its title.
type exchange []Line

func (s *Scenario) exchanges() []exchange {
	var all []exchange
	for i, l := range s.Lines {
		if i == 0 || l.Happens() {
			all = append(all, nil)
		}
		last := &all[len(all)-1]
		*last = append(*last, l)
	}
	return all
}

// answers lists the messages and alerts written, each as [Player.Do] returns
// them.
func (e exchange) answers() []string {
	var all []string
	inside := false
	for _, l := range e {
		switch {
		case l.speaks() && inside:
			all[len(all)-1] += "\n" + l.plain()
		case l.speaks(), l.Kind == Alert:
			all = append(all, l.plain())
		}
		inside = l.speaks()
	}
	return all
}

// plain is the line without the spaces that change nothing.
func (l Line) plain() string {
	if l.Kind == Alert {
		return "! " + l.Text
	}
	return strings.TrimRight(l.Raw, " \t")
}

// rewrite lays the exchange out anew around other answers: what happened, the
// comments directly below it, the answers, the states, and the comments that
// lead to the next exchange.
func (e exchange) rewrite(answers []string) exchange {
	below := 1
	for below < len(e) && e[below].Kind == Comment {
		below++
	}
	lines := slices.Clone(e[:below])
	for i, answer := range answers {
		if i > 0 && answer[0] == '<' {
			lines = append(lines, Line{Kind: Blank})
		}
		for raw := range strings.SplitSeq(answer, "\n") {
			lines = append(lines, Line{Kind: Text, Raw: raw})
		}
	}
	lines = append(lines, e[below:].only(State)...)
	lines = append(lines, Line{Kind: Blank})
	return append(lines, e[below:].only(Comment)...)
}

// only returns the lines of one kind.
func (e exchange) only(k Kind) exchange {
	return slices.DeleteFunc(slices.Clone(e), func(l Line) bool { return l.Kind != k })
}

// observed returns the lines with each state as it is now.
func observed(lines []Line, p *Player) []Line {
	seen := slices.Clone(lines)
	for i, l := range seen {
		if now := p.state(l.Text); l.Kind == State && now != l.Text {
			seen[i].Raw = "= " + now
		}
	}
	return seen
}
