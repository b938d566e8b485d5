package bot

import (
	"slices"
	"strconv"
	"strings"

	"passerelle/content"
	"passerelle/flows"
)

// A checked is what check tells of one lesson.
type checked struct {
	Lesson    flows.FlowID      `json:"lesson"`
	Scenarios []checkedScenario `json:"scenarios"`
	// Faults are transcripts that cannot be read.
	Faults []string `json:"faults,omitempty"`
	// Ways counts the ways through the lesson, Gaps are those nobody took.
	Ways int               `json:"ways"`
	Gaps []content.Passage `json:"gaps"`
}

// A checkedScenario is one scenario that was played.
type checkedScenario struct {
	File  string `json:"file"`
	Line  int    `json:"line"`
	Title string `json:"title"`
	Good  bool   `json:"ok"`
	// Draft says that nobody approved it yet.
	Draft bool   `json:"draft,omitempty"`
	Diff  string `json:"diff,omitempty"`
	Error string `json:"error,omitempty"`
}

// checkedOf tells of one lesson, with its files as a person would name them.
func checkedOf(f lessonFolder, one content.Rehearsed) checked {
	c := checked{
		Lesson: one.Lesson, Ways: len(one.Passages), Gaps: append([]content.Passage{}, one.Gaps...),
		Scenarios: []checkedScenario{},
	}
	for i := range c.Gaps {
		c.Gaps[i].File = f.named(c.Gaps[i].File)
	}
	for _, script := range one.Scripts {
		if script.Err != nil {
			c.Faults = append(c.Faults, script.Err.Error())
		}
		for i, r := range script.Results {
			s := checkedScenario{
				File: f.named(script.File), Line: r.Line, Title: r.Title, Good: r.Good(), Diff: r.Diff,
				Draft: slices.Contains(script.Drafts, i),
			}
			if r.Err != nil {
				s.Error = r.Err.Error()
			}
			c.Scenarios = append(c.Scenarios, s)
		}
	}
	return c
}

// good tells whether all scenarios play, and take all ways.
func (c checked) good() bool {
	return len(c.Faults) == 0 && len(c.Gaps) == 0 && c.played() == len(c.Scenarios)
}

// played counts the scenarios that play as they are written.
func (c checked) played() int {
	n := 0
	for _, s := range c.Scenarios {
		if s.Good {
			n++
		}
	}
	return n
}

// printChecked prints for a person what check found.
func (c call) printChecked(all []checked) error {
	for _, one := range all {
		lines := []string{c.words.say("check.lesson", "lesson", string(one.Lesson),
			"played", strconv.Itoa(one.played()), "scenarios", strconv.Itoa(len(one.Scenarios)),
			"taken", strconv.Itoa(one.Ways-len(one.Gaps)), "ways", strconv.Itoa(one.Ways))}
		lines = append(lines, one.Faults...)
		for _, s := range one.Scenarios {
			lines = append(lines, c.scenarioLines(s)...)
		}
		for _, gap := range one.Gaps {
			lines = append(lines, c.words.say("check.gap", "place", gap.File+":"+strconv.Itoa(gap.Line),
				"step", string(gap.Step), "way", c.words.say("check.way."+string(gap.Kind), "label", gap.Label)))
		}
		for _, s := range one.Scenarios {
			if s.Draft {
				lines = append(lines, c.words.say("check.draft", "place", s.place(), "title", s.Title))
			}
		}
		if err := c.print(strings.Join(lines, "\n")); err != nil {
			return err
		}
	}
	return nil
}

// place is where a scenario stands.
func (s checkedScenario) place() string { return s.File + ":" + strconv.Itoa(s.Line) }

// scenarioLines say how a scenario played.
func (c call) scenarioLines(s checkedScenario) []string {
	switch {
	case s.Good:
		return []string{c.words.say("check.good", "place", s.place(), "title", s.Title)}
	case s.Error != "":
		return []string{c.words.say("check.bad", "place", s.place(), "title", s.Title), s.Error}
	}
	return []string{c.words.say("check.bad", "place", s.place(), "title", s.Title), strings.TrimSuffix(s.Diff, "\n")}
}
