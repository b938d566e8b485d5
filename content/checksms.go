package content

import (
	"passerelle/flows"
	"passerelle/flows/gsm"
)

// Checks of what a lesson takes up by SMS. Every message that is sent by itself
// counts, as SMS shows it: the words, shortened by "@sms" and rewritten where
// that saves money, with the answers below them. That is the step, each hint,
// the example, the refusal and each reminder, which come with the answers of
// the step; and each reply, which comes alone. One SMS is good. A message may
// take two where the step says why ("@long"); more is never sent whole, and so
// is an error. The rule is in segments: 160 or 306 signs. Words of another script
// fill an SMS more than twice as soon, and may take twice as many: 134 signs of
// Arabic go into one message, and 268 into two.

// Segments of a message.
const (
	goodSegments = 1
	mostSegments = 2
)

// usualValue stands for whatever a name in a sentence is replaced by: a first
// name, a town or an answer is seldom longer than 20 letters.
const usualValue = "nnnnnnnnnnnnnnnnnnnn"

// usualArgs are these names with usual values.
func usualArgs(names []string) []flows.Arg {
	args := make([]flows.Arg, len(names))
	for i, name := range names {
		args[i] = flows.Arg{Name: name, Value: usualValue}
	}
	return args
}

// sayStep is the message of a step, with its answers below.
func sayStep(f flows.FlowID, s *flows.Step) flows.Say {
	say := flows.Say{Key: f.Text(s.ID), Args: usualArgs(s.Names), Flow: f, Picture: s.Picture}
	for i := range s.Choices {
		say.Choices = append(say.Choices, flows.Arg{Key: s.Choices[i].Label(f, s.ID)})
	}
	return say
}

// sayReply is the message that answers a choice.
func sayReply(f flows.FlowID, s *flows.Step, choice string) flows.Say {
	return flows.Say{Key: choiceKey(f.Text(s.ID), choice) + ".reply", Args: usualArgs(s.Names)}
}

// choiceKey is the key of an answer's label.
func choiceKey(step flows.Key, id string) flows.Key { return step + ".choice." + flows.Key(id) }

// A saying is a message of a step, and the sentence of it that an editor wrote.
type saying struct {
	flows.Say
	id flows.Key
	at place
}

// bySMS checks all messages of a lesson.
func (c *checker) bySMS() {
	facts := usualArgs(factNames)
	for i, s := range c.steps {
		d, marked := s.one(wLong)
		long := false
		for _, said := range c.sayings(i) {
			long = c.fits(said, facts, marked) || long
		}
		if marked && !long {
			c.add(d.word.at, cUselessLong, "word", d.word.text)
		}
	}
}

// sayings are all messages of a step.
func (c *checker) sayings(i int) []saying {
	s, step := c.steps[i], &c.flow.Steps[i]
	whole := sayStep(c.flow.ID, step)
	var all []saying
	if len(s.lines) > 0 {
		all = append(all, saying{whole, whole.Key, s.words()})
	}
	for j, choice := range step.Choices {
		if choice.Reply {
			reply := sayReply(c.flow.ID, step, choice.ID)
			all = append(all, saying{reply, reply.Key, s.answers[j].reply[0].at})
		}
	}
	return append(all, s.asides(whole)...)
}

// words is where the words stand that SMS shows of a step.
func (s *step) words() place {
	if d, ok := s.one(wSMS); ok {
		return d.argument.at
	}
	return s.lines[0].at
}

// asides are the messages that repeat the answers of a step below other words.
func (s *step) asides(whole flows.Say) []saying {
	var all []saying
	aside := func(name string, d directive) {
		say := flows.Say{Key: whole.Key + flows.Key(name), Args: whole.Args, Choices: whole.Choices}
		all = append(all, saying{say, say.Key, d.argument.at})
	}
	for i, d := range s.all(wHint) {
		aside(".hint."+number(i+1), d)
	}
	for i, d := range s.all(wReminder) {
		aside(".reminder."+number(i+1), d)
		all[len(all)-1].Reminder = true // who runs the service is named before it
	}
	if d, ok := s.one(wRefusal); ok {
		aside(".refusal", d)
	}
	if d, ok := s.one(wExample); ok {
		aside(".example", d)
		example := &all[len(all)-1].Say
		example.Args = append(usualArgs(nil), flows.Arg{Name: "example", Key: example.Key})
		example.Key = flows.KeyExample
	}
	return all
}

// fits checks a message in every language it was written in, and tells whether
// one of them is long.
func (c *checker) fits(said saying, facts []flows.Arg, marked bool) (long bool) {
	long = c.weigh(&c.docket, said.at, c.voice.Render(flows.DefaultLanguage, said.Say, facts), marked)
	for i := range c.translations {
		t := &c.translations[i]
		at := t.place(string(said.id) + ".sms")
		if at.line == 0 {
			at = t.place(string(said.id))
		}
		if at.line > 0 {
			long = c.weigh(&t.docket, at, c.voice.Render(t.language, said.Say, facts), marked) || long
		}
	}
	return long
}

// weigh complains about a message that takes more than one SMS, and tells
// whether it does.
func (c *checker) weigh(d *docket, at place, m flows.Message, marked bool) (long bool) {
	text := m.SMS().Whole()
	size := gsm.Measure(text)
	good, most := room(text)
	args := func(most int) []string {
		return []string{"count", number(size.Units), "most", number(size.Room(most))}
	}
	switch {
	case size.Segments > most:
		d.add(at, cTooLongSMS, args(most)...)
	case size.Segments > good && !marked:
		d.add(at, cLongSMS, args(good)...)
	}
	return size.Segments > good
}

// room is how many segments a text should take, and how many it may.
func room(text string) (good, most int) {
	if gsm.Foreign(text) {
		return 2 * goodSegments, 2 * mostSegments
	}
	return goodSegments, mostSegments
}
