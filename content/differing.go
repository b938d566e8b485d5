package content

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"passerelle/flows"
)

// A comparing is the comparison of one lesson of two editions.
type comparing struct {
	before, after *Edition
	flow          flows.FlowID
	// names are what renamed steps are called in the new edition, former what
	// they were called before.
	names, former map[flows.StepID]flows.StepID
	// was and is are the sentences of the lesson, by language and key.
	was, is map[flows.Language]map[string]string
}

// compareLesson begins the comparison of one lesson.
func compareLesson(before, after *Edition, flow flows.FlowID) comparing {
	c := comparing{
		before: before, after: after, flow: flow,
		names: map[flows.StepID]flows.StepID{}, former: map[flows.StepID]flows.StepID{},
		was: map[flows.Language]map[string]string{}, is: map[flows.Language]map[string]string{},
	}
	if old, now := before.revision.Flows[flow], after.revision.Flows[flow]; old != nil && now != nil {
		c.rename(old, now)
	}
	for language := range before.words {
		c.was[language] = under(before.words[language], string(flow))
	}
	for language := range after.words {
		c.is[language] = under(after.words[language], string(flow))
	}
	return c
}

// rename finds the steps that have another name, going forward or back.
func (c comparing) rename(old, now *flows.Flow) {
	note := func(was, is flows.StepID) {
		if old.Step(was) != nil && now.Step(was) == nil && old.Step(is) == nil && now.Step(is) != nil && c.former[is] == "" {
			c.names[was], c.former[is] = is, was
		}
	}
	for _, was := range sortedKeys(now.Formerly) {
		note(flows.StepID(was), now.Formerly[flows.StepID(was)])
	}
	for _, is := range sortedKeys(old.Formerly) {
		note(old.Formerly[flows.StepID(is)], flows.StepID(is))
	}
}

// lesson tells what changed in the lesson.
func (c comparing) lesson() LessonChange {
	old, now := c.before.revision.Flows[c.flow], c.after.revision.Flows[c.flow]
	l := LessonChange{Lesson: c.flow}
	switch {
	case old == nil:
		l.Change, old = Added, &flows.Flow{}
	case now == nil:
		l.Change, now = Removed, &flows.Flow{}
	}
	said := c.after
	if l.Change == Removed {
		said = c.before
	}
	l.Title = said.Title(c.flow)
	l.Steps = c.steps(old, now)
	if l.Change != Kept {
		return l
	}
	l.Sentences = c.sentences("", "", c.ofNoStep)
	l.Pictures = c.pictures()
	settings := !equal(lessonRules(old), lessonRules(now)) || c.moved()
	if len(l.Steps)+len(l.Sentences)+len(l.Pictures) > 0 || settings {
		l.Change = Changed
	}
	return l
}

// lessonRules is a lesson without its steps.
func lessonRules(f *flows.Flow) flows.Flow {
	rules := *f
	rules.Steps, rules.Index = nil, nil
	return rules
}

// moved tells whether the lesson came into the menu, or left it.
func (c comparing) moved() bool {
	return slices.Contains(c.before.revision.Menu, c.flow) != slices.Contains(c.after.revision.Menu, c.flow)
}

// equal compares what a compiled lesson is made of: plain data.
func equal(a, b any) bool {
	first, err := json.Marshal(a)
	second, err2 := json.Marshal(b)
	return err == nil && err2 == nil && bytes.Equal(first, second)
}

// steps lists the steps that changed: those of the new edition in the order of
// the file, then those that are gone.
func (c comparing) steps(old, now *flows.Flow) []StepChange {
	var all []StepChange
	for i := range now.Steps {
		s := &now.Steps[i]
		was := s.ID
		if name, renamed := c.former[s.ID]; renamed {
			was = name
		}
		if change := c.step(old.Step(was), s); change.Change != Kept {
			all = append(all, change)
		}
	}
	for i := range old.Steps {
		if id := old.Steps[i].ID; now.Step(id) == nil && c.names[id] == "" {
			all = append(all, StepChange{Step: id, Change: Removed})
		}
	}
	return all
}

// step tells what changed in one step; old is nil for a new one.
func (c comparing) step(old, now *flows.Step) StepChange {
	change := StepChange{Step: now.ID}
	if old == nil {
		change.Change = Added
		return change
	}
	old = c.forwarded(old)
	change.Answers = c.answers(old, now)
	gone := map[string]bool{}
	for _, a := range slices.Concat(old.Choices, now.Choices) {
		gone[a.ID] = !offers(old, a.ID) || !offers(now, a.ID)
	}
	change.Sentences = c.sentences(string(old.ID), string(now.ID), func(part string) bool {
		rest, answer := strings.CutPrefix(part, "choice.")
		id, _, _ := strings.Cut(rest, ".")
		return !answer || !gone[id]
	})
	change.Rules = !equal(stepRules(old), stepRules(now))
	if len(change.Answers)+len(change.Sentences) > 0 || change.Rules {
		change.Change = Changed
	}
	if old.ID != now.ID {
		change.Change, change.Former = Renamed, old.ID
	}
	return change
}

// forwarded is a step of the old edition that leads to steps by the names they
// have now.
func (c comparing) forwarded(old *flows.Step) *flows.Step {
	name := func(id flows.StepID) flows.StepID { return cmp.Or(c.names[id], id) }
	s := *old
	s.Next, s.Choices, s.Branches = name(s.Next), slices.Clone(s.Choices), slices.Clone(s.Branches)
	for i := range s.Choices {
		s.Choices[i].To = name(s.Choices[i].To)
	}
	for i := range s.Branches {
		s.Branches[i].To = name(s.Branches[i].To)
	}
	return &s
}

// offers tells whether a step has an answer of that id.
func offers(s *flows.Step, id string) bool {
	return slices.ContainsFunc(s.Choices, func(c flows.Choice) bool { return c.ID == id })
}

// stepRules is a step without its name, its answers, and what it understands.
func stepRules(s *flows.Step) flows.Step {
	rules := *s
	rules.ID, rules.Choices, rules.Readers = "", nil, nil
	if len(s.Choices) > 0 && s.Tries == 0 {
		rules.Next = "" // only the answers lead on
	}
	return rules
}

// answers lists the answers that are new, gone, or lead elsewhere.
func (c comparing) answers(old, now *flows.Step) []AnswerChange {
	var all []AnswerChange
	for _, a := range now.Choices {
		i := slices.IndexFunc(old.Choices, func(o flows.Choice) bool { return o.ID == a.ID })
		change := AnswerChange{Answer: c.label(c.after, now.ID, a.ID), To: a.To}
		switch {
		case i < 0:
			change.Change = Added
		case old.Choices[i].To != a.To || old.Choices[i].Right != a.Right:
			change.Change, change.From = Changed, old.Choices[i].To
		default:
			continue
		}
		all = append(all, change)
	}
	for _, a := range old.Choices {
		if !offers(now, a.ID) {
			all = append(all, AnswerChange{Answer: c.label(c.before, old.ID, a.ID), Change: Removed, From: a.To})
		}
	}
	return all
}

// label is what an answer is called in an edition.
func (c comparing) label(e *Edition, step flows.StepID, id string) string {
	text, _, _ := e.text(flows.DefaultLanguage, c.flow.Text(step)+flows.Key(".choice."+id))
	return text
}

// ofNoStep tells whether a part of a lesson's key is of no step.
func (c comparing) ofNoStep(part string) bool {
	id, _, _ := strings.Cut(part, ".")
	return c.before.revision.Flows[c.flow].Step(flows.StepID(id)) == nil && c.after.revision.Flows[c.flow].Step(flows.StepID(id)) == nil
}

// sentences lists what is said otherwise under two keys, in every language, of
// the parts that are wanted.
func (c comparing) sentences(old, now string, wanted func(part string) bool) []SentenceChange {
	var all []SentenceChange
	languages := slices.Concat(sortedKeys(c.was), sortedKeys(c.is))
	slices.Sort(languages)
	slices.SortStableFunc(languages, defaultFirst)
	for _, language := range slices.Compact(languages) {
		l := flows.Language(language)
		was, is := under(c.was[l], old), under(c.is[l], now)
		parts := slices.Concat(sortedKeys(was), sortedKeys(is))
		slices.Sort(parts)
		for _, part := range slices.Compact(parts) {
			if was[part] != is[part] && wanted(part) {
				all = append(all, SentenceChange{l, part, wordByWord(was[part], is[part])})
			}
		}
	}
	return all
}

// defaultFirst puts the language of the lessons before all others.
func defaultFirst(a, b string) int {
	switch fr := string(flows.DefaultLanguage); {
	case a == fr && b != fr:
		return -1
	case b == fr && a != fr:
		return 1
	}
	return 0
}

// under are the sentences of a key and of the keys below it, by what follows;
// of no key, all.
func under(words map[string]string, key string) map[string]string {
	if key == "" {
		return words
	}
	found := map[string]string{}
	for id, sentence := range words {
		if part, ok := strings.CutPrefix(id, key); ok && (part == "" || part[0] == '.') {
			found[strings.TrimPrefix(part, ".")] = sentence
		}
	}
	return found
}

// pictures lists the pictures of the lesson that are new, gone, or others.
func (c comparing) pictures() []PictureChange {
	prefix := string(c.flow) + "/"
	var all []PictureChange
	names := slices.Concat(sortedKeys(c.before.pictures), sortedKeys(c.after.pictures))
	slices.Sort(names)
	for _, full := range slices.Compact(names) {
		name, ok := strings.CutPrefix(full, prefix)
		old, was := c.before.pictures[full]
		now, is := c.after.pictures[full]
		switch {
		case !ok || was && is && bytes.Equal(old, now):
		case !was:
			all = append(all, PictureChange{name, Added})
		case !is:
			all = append(all, PictureChange{name, Removed})
		default:
			all = append(all, PictureChange{name, Changed})
		}
	}
	return all
}

// mostWords bounds a comparison; longer sentences are replaced whole.
const mostWords = 1500

// wordByWord compares two sentences: as many words as possible are kept, in
// order.
func wordByWord(old, now string) []Word {
	a, b := strings.Fields(old), strings.Fields(now)
	var all []Word
	if len(a)*len(b) > mostWords*mostWords {
		return run(run(all, Removed, a...), Added, b...)
	}
	shared := sharedWords(a, b)
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			all = run(all, Kept, a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && shared[i+1][j] >= shared[i][j+1]:
			all = run(all, Removed, a[i])
			i++
		default:
			all = run(all, Added, b[j])
			j++
		}
	}
	return all
}

// run adds words to the last run, or begins another one.
func run(all []Word, change Change, words ...string) []Word {
	text := strings.Join(words, " ")
	if n := len(all); n > 0 && all[n-1].Change == change {
		all[n-1].Text += " " + text
		return all
	}
	return append(all, Word{text, change})
}

// sharedWords tells for each i and j how many words a[i:] and b[j:] can share.
func sharedWords(a, b []string) [][]int {
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i, word := range slices.Backward(a) {
		for j := len(b) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if word == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	return common
}
