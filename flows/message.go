package flows

import "passerelle/flows/gsm"

// A Message is what was made of a [Say] for one learner: channel-neutral, in
// their language, ready for the outbox. A channel turns it into its own form.
type Message struct {
	// Turn is the turn that said it.
	Turn uint64 `json:"t"`
	// Text is plain text whose only markup is **bold**; paragraphs are
	// separated by an empty line.
	Text string `json:"x"`
	// Short is the text for SMS, when there is one of its own.
	Short   string   `json:"s,omitempty"`
	Choices []Button `json:"c,omitempty"`
	Picture *Picture `json:"p,omitempty"`
	// Language is the one really used, for direction and voice.
	Language Language `json:"l,omitempty"`
	RTL      bool     `json:"r,omitempty"`
	// Aidant is the first name of the person whose words these are, or empty.
	Aidant string `json:"h,omitempty"`
	// Reminder marks a message that waits for permitted hours.
	Reminder bool `json:"m,omitempty"`
	// Until, when set, is when it is of no use any more, in seconds of Unix time.
	Until int64 `json:"u,omitempty"`
	// From names who runs the service, on a message that we start: a reminder.
	From string `json:"f,omitempty"`
}

// SMS is the message as a step told by SMS. The text written for SMS says all
// that counts there; any other was written beside its picture, and may not be
// understood without: then what one sees on it is said in words. In front stands
// who speaks, where it is not the robot's answer.
func (m Message) SMS() gsm.Step {
	s := gsm.Step{Text: m.Short}
	if s.Text == "" {
		s.Text = m.Text
		if m.Picture != nil {
			s.Picture = m.Picture.Alt
		}
	}
	for _, who := range [...]string{m.Aidant, m.From} {
		if who != "" {
			s.Text = who + m.afterName() + s.Text
		}
	}
	s.Text, s.Picture = unisolated(s.Text), unisolated(s.Picture)
	for _, choice := range m.Choices {
		s.Choices = append(s.Choices, unisolated(choice.Label))
	}
	return s
}

// afterName stands between who speaks and what is said: where lines run from
// right to left, a name that does not would turn the line round.
func (m Message) afterName() string {
	if m.RTL {
		return ":\n"
	}
	return " : "
}

// A Button is one choice offered. Its place in the message, counted from 1, is
// the number a learner may write instead.
type Button struct {
	Label string `json:"l"`
}

// A Picture names a file of a revision and says in words what one sees on it.
type Picture struct {
	Revision RevisionID `json:"v"`
	Flow     FlowID     `json:"f"`
	Name     string     `json:"n"`
	Alt      string     `json:"a"`
}
