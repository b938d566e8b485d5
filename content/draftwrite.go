package content

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"passerelle/flows"
	"passerelle/flows/flowstest"
)

// A Draft is a transcript with the scenarios that were missing.
type Draft struct {
	// File is the path inside the folder of lessons, Source what it is to hold.
	File   string
	Source []byte
	// Before is what it held when it was read; nil: there was none.
	Before []byte
	// Added counts the scenarios written, Dropped the drafts that no longer
	// played and are gone. Left are the ways nothing was found for.
	Added, Dropped int
	Left           []Passage
}

// Draft writes the scenarios that are missing for a lesson. None of the
// scenarios of an editor is touched.
func (r *Rehearsal) Draft(one *Rehearsed) (Draft, error) {
	d := Draft{File: one.lesson.folder + "/" + one.lesson.folder + scriptSuffix}
	kept, err := d.kept(one)
	if err != nil {
		return d, err
	}
	drafter := r.drafter(one)
	scenes := drafter.scenes()
	d.Added = len(scenes)
	d.Left = slices.DeleteFunc(slices.Clone(one.Gaps), func(p Passage) bool { return !drafter.open[p.Key] })
	titles := map[string]bool{}
	for _, s := range kept.Scenarios {
		titles[s.Title] = true
	}
	var text strings.Builder
	text.WriteString(strings.TrimRight(string(kept.Bytes()), "\n") + "\n")
	for _, s := range scenes {
		played := one.stage.play(d.File, []byte(s.source(one, titles)))
		if err := played.wrong(); err != nil {
			return d, err
		}
		text.WriteString("\n" + strings.TrimRight(string(played.Updated()), "\n") + "\n")
	}
	d.Source = []byte(text.String())
	return d, nil
}

// wrong is why a transcript of one scenario cannot be played to its end.
func (s *Script) wrong() error {
	if s.Err != nil || len(s.Results) == 0 {
		return s.Err
	}
	return s.Results[0].Err
}

// kept is the transcript without the drafts that no longer play, or the
// beginning of a new one.
func (d *Draft) kept(one *Rehearsed) (*flowstest.File, error) {
	i := slices.IndexFunc(one.Scripts, func(s *Script) bool { return s.File == d.File })
	if i < 0 {
		title := one.lesson.sentences[string(one.Lesson.Title())]
		return flowstest.Parse(d.File, []byte("# "+title))
	}
	script := one.Scripts[i]
	d.Before = script.Source
	if script.Err != nil {
		return nil, script.Err
	}
	kept := &flowstest.File{Name: d.File, Head: script.file.Head}
	for i, s := range script.file.Scenarios {
		if slices.Contains(script.Drafts, i) && !script.Results[i].Good() {
			d.Dropped++
			continue
		}
		kept.Scenarios = append(kept.Scenarios, s)
	}
	return kept, nil
}

// drafter prepares the drafting for one lesson.
func (r *Rehearsal) drafter(one *Rehearsed) *drafter {
	d := &drafter{
		stage: one.stage, flow: one.lesson.flow, passages: one.Passages, open: map[flows.Key]bool{}, walked: r.walked,
		compared: comparisons(one.stage.edition.revision),
	}
	words, _ := one.lesson.get(hWords)
	d.words = append(commas(words.text), one.lesson.sentences[string(one.Lesson.Title())])
	for _, p := range one.lesson.gaps(r.walked) {
		d.open[p.Key] = true
	}
	return d
}

// source writes a scene without the answers of the bot.
func (s scene) source(one *Rehearsed, titles map[string]bool) string {
	title := s.title(one)
	for n := 2; titles[title]; n++ {
		title = s.title(one) + " (" + strconv.Itoa(n) + ")"
	}
	titles[title] = true
	return "## " + title + "\n" + draftMark + "\n" + strings.Join(s.inputs, "\n\n") + "\n"
}

// named is how many ways the title of a draft names.
const named = 3

// title names the ways a scene is about: the answers, the rarest of the lesson
// first, else the steps it comes to.
func (s scene) title(one *Rehearsed) string {
	var answers, steps []Passage
	often := map[string]int{}
	for _, p := range one.Passages {
		often[p.Label]++
		switch {
		case !slices.Contains(s.took, p.Key):
		case p.Kind == AnswerPassage:
			answers = append(answers, p)
		default:
			steps = append(steps, p)
		}
	}
	all := answers
	if len(all) == 0 {
		all = steps
	}
	slices.SortStableFunc(all, func(a, b Passage) int { return cmp.Compare(often[a.Label], often[b.Label]) })
	var names []string
	for _, p := range all[:min(named, len(all))] {
		names = append(names, p.Label+" ("+string(p.Step)+")")
	}
	title := strings.Join(names, ", ")
	if more := len(all) - named; more > 0 {
		title += " +" + strconv.Itoa(more)
	}
	return title
}
