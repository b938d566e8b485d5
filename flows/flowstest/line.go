package flowstest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/flows"
)

// A Kind says what a line of a transcript is.
type Kind string

// The kinds of line: what is not played, what happens, what is answered, what
// is checked.
const (
	Blank       Kind = "blank"
	Comment     Kind = "comment"
	Title       Kind = "title"
	Said        Kind = "said"
	Tapped      Kind = "tapped"
	Opened      Kind = "opened"
	Waited      Kind = "waited"
	TookOver    Kind = "took-over"
	Wrote       Kind = "wrote"
	Transferred Kind = "transferred"
	Released    Kind = "released"
	HandedBack  Kind = "handed-back"
	Text        Kind = "text"
	Picture     Kind = "picture"
	Choice      Kind = "choice"
	Alert       Kind = "alert"
	State       Kind = "state"
)

// A Line is one line of a transcript.
type Line struct {
	Kind   Kind
	Number int    // from 1
	Raw    string // as written
	Text   string // what is said, the lesson opened, the title, the reason, the state
	Button int    // pressed, from 1
	Delay  flows.Delay
	Aidant flows.Aidant
	To     flows.Aidant // who the conversation is passed on to
	Menu   bool         // handed back to the menu
}

// Happens tells whether the line is an input: something that happened.
func (l Line) Happens() bool {
	switch l.Kind {
	case Said, Tapped, Opened, Waited, TookOver, Wrote, Transferred, Released, HandedBack:
		return true
	case Blank, Comment, Title, Text, Picture, Choice, Alert, State:
		return false
	}
	return false
}

// speaks tells whether the line is part of a message of the bot.
func (l Line) speaks() bool { return l.Kind == Text || l.Kind == Picture || l.Kind == Choice }

// ParseLine reads one line by its first signs.
func ParseLine(raw string) (Line, error) {
	l := Line{Raw: raw}
	if strings.TrimSpace(raw) == "" {
		l.Kind = Blank
		return l, nil
	}
	var err error
	switch sign, rest := cutSign(raw); sign {
	case "#":
		l.Kind = Comment
	case "##":
		l.Kind, l.Text = Title, strings.TrimSpace(rest)
		err = wanted(l.Text, "give the scenario a title: ## title")
	case ">":
		l.Kind, l.Text = Said, rest
	case ">>":
		err = l.press(rest)
	case ">>>":
		l.Kind, l.Text = Opened, strings.TrimSpace(rest)
		err = wanted(l.Text, "name the lesson: >>> creer-email, for example")
	case "<":
		l.Kind, l.Text = Text, rest
	case "~":
		l.Kind = Waited
		l.Delay, err = ParseDelay(rest)
	case "@":
		err = l.act(strings.TrimSpace(rest))
	case "!":
		l.Kind, l.Text = Alert, strings.TrimSpace(rest)
		err = wanted(l.Text, "say why the desk is alerted: ! asked-person, for example")
	case "=":
		err = l.check(strings.Fields(rest))
	default:
		err = l.below()
	}
	return l, err
}

// cutSign cuts a line at the first space: a sign stands alone before it.
func cutSign(raw string) (sign, rest string) {
	sign, rest, _ = strings.Cut(raw, " ")
	return sign, rest
}

func wanted(text, advice string) error {
	if text == "" {
		return errors.New("something is missing: " + advice)
	}
	return nil
}

// below reads what stands below the text of a message: a picture or a button.
func (l *Line) below() error {
	body, indented := strings.CutPrefix(l.Raw, "  ")
	switch {
	case indented && strings.HasPrefix(body, "![") && strings.HasSuffix(body, "]"):
		l.Kind = Picture
		return nil
	case indented && strings.HasPrefix(body, "["):
		number, _, closed := strings.Cut(body[1:], "] ")
		if _, err := strconv.Atoi(number); err == nil && closed {
			l.Kind = Choice
			return nil
		}
		return errors.New("this is no button: write two spaces and [1] label")
	}
	return errors.New("this line is not understood: begin it with >, <, ~, @, !, = or # and a space")
}

// press reads the number of a button.
func (l *Line) press(rest string) error {
	l.Kind = Tapped
	n, err := strconv.Atoi(strings.TrimSpace(rest))
	if err != nil || n < 1 {
		return fmt.Errorf("%q is no number of a button: write >> 1, for example", rest)
	}
	l.Button = n
	return nil
}

// act reads what an aidant does.
func (l *Line) act(rest string) error {
	before, words, says := strings.Cut(rest, ":")
	from, to, passes := strings.Cut(rest, " > ")
	var err error
	switch {
	case rest == "", rest == "menu":
		l.Kind, l.Menu = HandedBack, rest == "menu"
	case rest == "-":
		l.Kind = Released
	case says && !strings.Contains(before, " "):
		l.Kind, l.Text = Wrote, strings.TrimSpace(words)
		if l.Aidant, err = aidant(before); err == nil {
			err = wanted(l.Text, "say what the aidant writes: @ lea: Bonjour")
		}
	case passes:
		l.Kind = Transferred
		l.Aidant, err = aidant(from)
		if err == nil {
			l.To, err = aidant(to)
		}
	default:
		l.Kind = TookOver
		l.Aidant, err = aidant(rest)
	}
	return err
}

// aidant reads who acts: a first name in small letters, then perhaps where
// they work.
func aidant(text string) (flows.Aidant, error) {
	id, place, _ := strings.Cut(strings.TrimSpace(text), " ")
	other := func(r rune) bool { return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	if id == "" || strings.ContainsFunc(id, other) {
		return flows.Aidant{}, fmt.Errorf("%q is no name of an aidant: write @ lea, for example", id)
	}
	first, size := utf8.DecodeRuneInString(id)
	return flows.Aidant{
		ID:    flows.AidantID(id),
		Name:  string(unicode.ToUpper(first)) + id[size:],
		Place: strings.TrimSpace(place),
	}, nil
}

// check reads what is expected of the conversation.
func (l *Line) check(words []string) error {
	l.Kind, l.Text = State, strings.Join(words, " ")
	if len(words) != 2 {
		return errors.New("this state is not understood: write = step FLOW.STEP, = mode waiting or = end succeeded")
	}
	var known []string
	switch words[0] {
	case "mode":
		known = []string{modeName(flows.BotMode), string(flows.WaitingMode), string(flows.HumanMode), string(flows.StoppedMode)}
	case "end":
		known = []string{string(flows.Succeeded), string(flows.Stopped)}
	case "step":
		if !strings.Contains(words[1], ".") && words[1] != nothing {
			return fmt.Errorf("%q is no step: write the lesson, a dot and the step", words[1])
		}
		return nil
	default:
		return fmt.Errorf("%q is no state: write step, mode or end", words[0])
	}
	if !slices.Contains(known, words[1]) {
		return fmt.Errorf("%q is not known: write one of %s", words[1], strings.Join(known, ", "))
	}
	return nil
}
