package flowstest

import (
	"fmt"
	"slices"
	"strings"
)

// Play plays every scenario of a file, each with a fresh player. It returns
// the file with its answers written anew, and how what was played differs from
// what is written: a unified diff of each scenario, empty when nothing does.
// Inputs, comments, titles and states stay as they are written, so a file
// that plays as written comes back byte for byte.
func Play(f *File, fresh func() *Player) (updated []byte, diff string, err error) {
	lines := rawLines(f.Head)
	var diffs strings.Builder
	for i := range f.Scenarios {
		s := &f.Scenarios[i]
		played, wrong, err := s.play(fresh())
		if err != nil {
			return nil, "", fmt.Errorf("%s:%d: %w", f.Name, wrong.Number, err)
		}
		lines = append(lines, played.updated...)
		title := fmt.Sprintf("%s: %s", f.Name, s.Title)
		diffs.WriteString(unified(title, s.Lines[0].Number, rawLines(s.Lines), played.seen))
	}
	return []byte(strings.Join(lines, "\n")), diffs.String(), nil
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
