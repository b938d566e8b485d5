package content

import (
	"slices"
	"strconv"
	"strings"

	"passerelle/flows"
	"passerelle/flows/intent"
	"passerelle/locales"
)

// A builder compiles one lesson: the syntax tree becomes a flow and French
// sentences, and what does not fit is noted. It compiles what it can, so that
// the checks of the whole see as much as possible of a faulty lesson.
type builder struct {
	*lesson
	others map[string]*lesson
	// ids are the steps by id, kept the names answers are kept under.
	ids map[string]*step
}

// usualSentences is how many sentences a step has, or more.
const usualSentences = 12

// build makes the flow of a lesson.
func build(l *lesson, others map[string]*lesson) {
	b := &builder{lesson: l, others: others, ids: make(map[string]*step, len(l.steps))}
	b.sentences = make(map[string]string, usualSentences*len(l.steps))
	b.flow = &flows.Flow{ID: flows.FlowID(l.folder), Index: make(map[flows.StepID]int, len(l.steps))}
	b.flow.Steps = make([]flows.Step, 0, len(l.steps))
	b.title()
	b.index()
	b.names()
	for i, s := range b.steps {
		out := b.step(i, s)
		b.screen(s, &out)
		out.Expires = b.expires(s)
		b.flow.Steps = append(b.flow.Steps, out)
	}
	b.translatedNames()
	b.formerly()
}

// say keeps a sentence under a key of the lesson.
func (b *builder) say(key flows.Key, text string) { b.sentences[string(key)] = text }

// title takes over what the header says.
func (b *builder) title() {
	title, _ := b.get(hTitle)
	b.say(b.flow.ID.Title(), title.text)
	if list, ok := b.get(hWords); ok {
		b.say(flows.Key(b.flow.ID)+".words", list.text)
	}
	list, _ := b.get(hEquipment)
	for _, item := range list.list() {
		if name, known := equipment.find(item.text); known {
			b.flow.Equipment = append(b.flow.Equipment, name)
		}
	}
	b.flow.Languages = []flows.Language{flows.DefaultLanguage}
	for i := range b.translations {
		if t := &b.translations[i]; len(t.sentences) > 0 {
			b.flow.Languages = append(b.flow.Languages, t.language)
		}
	}
	b.flow.Silence = usualSilence()
	if silence, ok := b.get(hSilence); ok {
		b.flow.Silence, _ = readSilence(silence.text)
	}
}

// index gives each step its place and complains about names used twice.
func (b *builder) index() {
	for i, s := range b.steps {
		id := s.id.text
		if first, twice := b.ids[id]; twice && id != "" {
			b.add(s.id.at, cStepTwice, "id", id, "line", number(first.id.at.line))
			continue
		}
		if id == "title" || id == "words" {
			b.add(s.id.at, cReservedID, "id", id)
		}
		b.ids[id] = s
		b.flow.Index[flows.StepID(id)] = i
	}
}

// names collects what answers are kept under, and how.
func (b *builder) names() {
	b.kept = map[string]keptAs{}
	for _, s := range b.steps {
		name := keepName(s)
		if name.empty() {
			continue
		}
		k := b.kept[name.text]
		if ask, ok := s.one(wAsk); ok {
			typ, _ := types.find(ask.argument.text)
			k.types = append(k.types, typeOf(typ))
		}
		k.answers = append(k.answers, s.answers...)
		b.kept[name.text] = k
		if run := b.runNames(); len(run) == flows.MaxAnswers+1 && run[flows.MaxAnswers] == name.text {
			b.add(name.at, cTooManyNames, "most", number(flows.MaxAnswers))
		}
	}
}

// keptAs is how a name may have been filled.
type keptAs struct {
	types   []intent.Type
	answers []*answer
}

// runNames lists the names kept in a run, in the order of the file.
func (l *lesson) runNames() []string {
	var names []string
	for _, s := range l.steps {
		name := keepName(s).text
		if name != "" && !isProfile(name) && !slices.Contains(names, name) {
			if _, kept := l.kept[name]; kept {
				names = append(names, name)
			}
		}
	}
	return names
}

// keepName is the name an answer to a step is kept under, or nothing.
func keepName(s *step) phrase {
	if d, ok := s.one(wKeep); ok {
		return d.argument
	}
	d, ok := s.one(wAsk)
	if !ok {
		return phrase{}
	}
	verb, name, _ := strings.Cut(d.target.text, " ")
	if _, ok := keeping.find(verb); !ok {
		return phrase{}
	}
	return d.target.cut(len(d.target.text)-len(name), len(d.target.text))
}

// step compiles one step.
func (b *builder) step(i int, s *step) flows.Step {
	out := flows.Step{ID: flows.StepID(s.id.text), Text: len(s.lines) > 0, Discreet: s.has(wDiscreet)}
	key := b.flow.ID.Text(out.ID)
	b.texts(key, s, &out)
	b.keep(s, &out)
	next := b.next(i, s)
	switch b.kind(s) {
	case "answers":
		b.choices(key, s, &out, next)
	case wAsk:
		d, _ := s.one(wAsk)
		name, _ := types.find(d.argument.text)
		out.Ask = typeOf(name)
		out.Next = b.onward(s, s.title, next)
	case wIf, wElse:
		b.branches(s, &out)
	case wLesson:
		b.subLesson(s, &out)
		out.Next = b.onward(s, s.title, next)
	case wWait:
		b.pause(s, &out, next)
	case wPerson:
		out.Handoff = true
	case wEnd:
		d, _ := s.one(wEnd)
		name, _ := endings.find(d.argument.text)
		out.End = endingOf(name)
	case wDeadline:
		d, _ := s.one(wDeadline)
		out.Deadline = flows.DeadlineID(d.argument.text)
		out.Next = b.onward(s, s.title, next)
	default:
		out.Next = b.onward(s, s.title, next)
	}
	return out
}

// next is where a step goes that names no target: where its own "->" leads,
// else to the step below it, else nowhere.
func (b *builder) next(i int, s *step) flows.StepID {
	if len(s.gotos) > 0 {
		return b.target(s.gotos[0], s)
	}
	if i+1 < len(b.steps) {
		return flows.StepID(b.steps[i+1].id.text)
	}
	return ""
}

// onward insists that there is a next step.
func (b *builder) onward(s *step, from phrase, next flows.StepID) flows.StepID {
	if next == "" && len(s.gotos) == 0 {
		b.add(from.at, cFallsOff, "step", s.id.text)
	}
	return next
}

// target finds the step a phrase names.
func (b *builder) target(to phrase, from *step) flows.StepID {
	if _, known := b.ids[to.text]; known {
		return flows.StepID(to.text)
	}
	b.add(to.at, cUnknownStep, "step", from.id.text, "target", to.text, "suggestion", b.nearestStep(to.text))
	return ""
}

// nearestStep looks for the step an editor meant, by its id or its title.
func (b *builder) nearestStep(target string) string {
	var ids []string
	for _, s := range b.steps {
		if fold(s.title.text) == fold(target) {
			return s.id.text
		}
		ids = append(ids, s.id.text)
	}
	return nearest(target, ids)
}

// texts keeps the sentences of a step.
func (b *builder) texts(key flows.Key, s *step, out *flows.Step) {
	if out.Text {
		b.say(key, joined(s.lines))
	}
	if len(s.pictures) > 0 {
		out.Picture = s.pictures[0].name.text
		b.say(key+".picture", s.pictures[0].alt.text)
	}
	b.sayOne(key+".sms", s, wSMS)
	out.Example = b.sayOne(key+".example", s, wExample)
	out.Refusal = b.sayOne(key+".refusal", s, wRefusal)
	for i, d := range s.all(wHint) {
		b.say(key+".hint."+flows.Key(number(i+1)), d.argument.text)
		out.Hints = i + 1
	}
	for _, d := range s.all(wReminder) {
		delay, taken := readReminder(d.argument.text)
		text := strings.TrimSpace(d.argument.text[taken:])
		if taken == 0 || text == "" {
			b.add(d.argument.at, cDelay, "delay", d.argument.text)
			continue
		}
		out.Reminders = append(out.Reminders, delay)
		b.say(key+".reminder."+flows.Key(number(len(out.Reminders))), text)
	}
	if d, ok := s.one(wPerson); ok {
		b.say(key+".topic", topic(d, s.title.text))
	}
	for _, p := range s.said() {
		b.use(out, p.text)
	}
}

// sayOne keeps the sentence of a directive that stands once in a step, and tells
// whether it is there.
func (b *builder) sayOne(key flows.Key, s *step, name string) bool {
	d, ok := s.one(name)
	if ok {
		b.say(key, d.argument.text)
	}
	return ok
}

// topic is what a call for a person is about: "@aidant sujet « … »", or the
// title of the step.
func topic(d directive, title string) string {
	text := d.argument.text
	for _, word := range []string{"sujet ", "topic "} {
		text = strings.TrimPrefix(text, word)
	}
	text = strings.Trim(text, "«»\" \u00a0\u202f")
	if text == "" {
		return title
	}
	return text
}

// keep notes the name of the answer.
func (b *builder) keep(s *step, out *flows.Step) {
	name := keepName(s)
	switch {
	case name.empty():
	case !isName(name.text):
		b.add(name.at, cBadName, "name", name.text)
	case readOnly(name.text) && !b.keepsLanguage(s, name.text):
		b.add(name.at, cReserved, "name", name.text)
	default:
		out.Keep = name.text
	}
}

// keepsLanguage allows the one way to fill the learner's language: by answers
// whose ids are languages.
func (b *builder) keepsLanguage(s *step, name string) bool {
	for _, a := range s.answers {
		if !slices.Contains(b.languages, a.id.text) {
			return false
		}
	}
	return name == flows.LanguageName && len(s.answers) > 0
}

// choices compiles the answers of a step.
func (b *builder) choices(key flows.Key, s *step, out *flows.Step, next flows.StepID) {
	out.Next = next
	out.Choices = make([]flows.Choice, 0, len(s.answers)+1) // "@écran" may add one
	for _, a := range s.answers {
		c := flows.Choice{ID: a.id.text, To: next, Reply: len(a.reply) > 0, Right: a.box == rightBox}
		if a.target.empty() {
			b.onward(s, a.whole, next)
		} else {
			c.To = b.target(a.target, s)
		}
		out.Choices = append(out.Choices, c)
		label := key + ".choice." + flows.Key(c.ID)
		b.say(label, a.label.text)
		if c.Reply {
			b.say(label+".reply", joined(a.reply))
		}
		if len(a.words) > 0 {
			b.say(label+".words", joinedWords(a.words))
		}
	}
	if s.quiz() {
		out.Tries = b.tries(s)
	}
}

// joinedWords writes accepted words as a translator finds them: one list.
func joinedWords(words []phrase) string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = w.text
	}
	return strings.Join(all, ", ")
}

// usualTries is how often a quiz may be answered when the lesson says nothing.
const usualTries = 2

// tries is how often a quiz may be answered.
func (b *builder) tries(s *step) int {
	d, ok := s.one(wTries)
	if !ok {
		return usualTries
	}
	n, err := strconv.Atoi(d.argument.text)
	if err != nil || n < 1 || n > 9 {
		b.add(d.argument.at, cNumber, "value", d.argument.text)
		return usualTries
	}
	return n
}

// subLesson compiles "@leçon id".
func (b *builder) subLesson(s *step, out *flows.Step) {
	d, _ := s.one(wLesson)
	if _, known := b.others[d.argument.text]; !known {
		ids := make([]string, 0, len(b.others))
		for id := range b.others {
			if id != b.folder {
				ids = append(ids, id)
			}
		}
		slices.Sort(ids)
		b.add(d.argument.at, cUnknownLesson, "lesson", d.argument.text, "suggestion", nearest(d.argument.text, ids))
	}
	out.Lesson = flows.FlowID(d.argument.text)
}

// pause compiles "@attendre demain 10h -> étape".
func (b *builder) pause(s *step, out *flows.Step, next flows.StepID) {
	d, _ := s.one(wWait)
	delay, ok := wholeDelay(d.argument.text)
	if !ok {
		b.add(d.argument.at, cDelay, "delay", d.argument.text)
	}
	out.Pause = &delay
	if d.target.empty() {
		out.Next = b.onward(s, s.title, next)
		return
	}
	out.Next = b.target(d.target, s)
}

// formerly compiles "@ancien id".
func (b *builder) formerly() {
	for _, s := range b.steps {
		for _, d := range s.all(wFormerly) {
			old := d.argument.text
			_, exists := b.ids[old]
			_, twice := b.flow.Formerly[flows.StepID(old)]
			switch {
			case !isID(old):
				b.add(d.argument.at, cBadID, "id", old, "suggestion", slug(old))
			case exists || twice:
				b.add(d.argument.at, cFormerlyExists, "id", old)
			default:
				if b.flow.Formerly == nil {
					b.flow.Formerly = map[flows.StepID]flows.StepID{}
				}
				b.flow.Formerly[flows.StepID(old)] = flows.StepID(s.id.text)
			}
		}
	}
}

// use notes the names in a text of a step, in order, without those that are
// facts about the service.
func (b *builder) use(s *flows.Step, text string) {
	for _, name := range locales.Places(text) {
		if (isName(name) || isDay(name)) && !isFact(name) && !slices.Contains(s.Names, name) {
			s.Names = append(s.Names, name)
		}
	}
}

// translatedNames notes the names that only a translation uses.
func (b *builder) translatedNames() {
	for _, t := range b.translations {
		for _, id := range sortedKeys(t.sentences) {
			key := strings.Split(id, ".")
			if len(key) < 2 || !strings.Contains(t.sentences[id], "{") {
				continue
			}
			if s := b.flow.Step(flows.StepID(key[1])); s != nil {
				b.use(s, t.sentences[id])
			}
		}
	}
}
