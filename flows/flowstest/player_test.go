package flowstest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/flows"
	"passerelle/flows/flowstest"
)

// A script answers inputs with prepared effects, and notes the inputs.
type script struct {
	inputs  []flows.Input
	effects func(flows.Input) []flows.Effect
	change  func(*flows.Conversation)
}

func (s *script) advance(c flows.Conversation, in flows.Input) (flows.Conversation, []flows.Effect, flows.Outcome) {
	s.inputs = append(s.inputs, in)
	c.Turn++
	if s.change != nil {
		s.change(&c)
	}
	var effects []flows.Effect
	if s.effects != nil {
		effects = s.effects(in)
	}
	return c, effects, flows.Outcome{}
}

func (s *script) player() *flowstest.Player {
	return &flowstest.Player{
		Advance: s.advance,
		Zone:    time.FixedZone("", 3600),
		Render: func(l flows.Language, say flows.Say) flows.Message {
			return flows.Message{Text: strings.TrimSpace(string(l) + " " + string(say.Key))}
		},
	}
}

// run plays lines and returns all that was answered.
func run(t *testing.T, p *flowstest.Player, lines string) []string {
	t.Helper()
	f, err := flowstest.Parse("t", []byte("## a\n"+lines))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, l := range f.Scenarios[0].Lines {
		answers, err := p.Do(l)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, answers...)
	}
	return all
}

// elapsed lists the timers that ran out: which, their mark, and when.
func (s *script) elapsed() []string {
	var all []string
	for _, in := range s.inputs {
		if e, ok := in.(flows.Elapsed); ok {
			all = append(all, fmt.Sprintf("%s %d %s", e.Timer, e.Mark, e.At.Format("02 15:04")))
		}
	}
	return all
}

func schedule(timer flows.Timer, mark uint64, after time.Duration) flows.Schedule {
	return flows.Schedule{Timer: timer, Mark: mark, Delay: flows.Delay{After: after}}
}

func TestTimers(t *testing.T) {
	first := func(effects ...flows.Effect) func(flows.Input) []flows.Effect {
		return func(in flows.Input) []flows.Effect {
			if said, ok := in.(flows.Said); ok && said.Text == "a" {
				return effects
			}
			return nil
		}
	}
	tests := []struct {
		name    string
		effects func(flows.Input) []flows.Effect
		lines   string
		want    []string
	}{
		{"not due", first(schedule(flows.ReminderTimer, 1, time.Hour)), "> a\n~ 59m", nil},
		{"due exactly", first(schedule(flows.ReminderTimer, 1, time.Hour)), "> a\n~ 59m\n~ 1m", []string{"reminder 1 12 11:00"}},
		{"once only", first(schedule(flows.ReminderTimer, 1, time.Hour)), "> a\n~ 2h\n~ 2h", []string{"reminder 1 12 11:00"}},
		{
			"in order, each at its instant",
			first(schedule(flows.WaitTimer, 1, 3*time.Hour), schedule(flows.OfferTimer, 2, time.Hour), schedule(flows.ExpiryTimer, 3, 2*time.Hour)),
			"> a\n~ 24h",
			[]string{"offer 2 12 11:00", "expiry 3 12 12:00", "wait 1 12 13:00"},
		},
		{
			"at one instant, by name",
			first(schedule(flows.WaitTimer, 1, time.Hour), schedule(flows.OfferTimer, 2, time.Hour)),
			"> a\n~ 1h",
			[]string{"offer 2 12 11:00", "wait 1 12 11:00"},
		},
		{
			"a new one replaces the old",
			first(schedule(flows.ReminderTimer, 1, time.Hour), schedule(flows.ReminderTimer, 2, 3*time.Hour)),
			"> a\n~ 24h",
			[]string{"reminder 2 12 13:00"},
		},
		{
			"cancelled",
			first(schedule(flows.ReminderTimer, 1, time.Hour), schedule(flows.PauseTimer, 2, time.Hour), flows.Cancel{Timer: flows.ReminderTimer}),
			"> a\n~ 24h",
			[]string{"pause 2 12 11:00"},
		},
		{
			"a clock time of the learner's zone",
			first(flows.Schedule{Timer: flows.PauseTimer, Mark: 7, Delay: flows.Delay{Days: 1, Clock: 601}}),
			"> a\n~ demain 9h59\n~ 1m",
			[]string{"pause 7 13 10:00"},
		},
		{
			"set while time passes",
			func(in flows.Input) []flows.Effect {
				switch in := in.(type) {
				case flows.Said:
					return []flows.Effect{schedule(flows.ReminderTimer, 1, time.Hour)}
				case flows.Elapsed:
					return []flows.Effect{schedule(flows.ReminderTimer, in.Mark+1, time.Hour)}
				}
				return nil
			},
			"> a\n~ 3h\n~ 30m",
			[]string{"reminder 1 12 11:00", "reminder 2 12 12:00", "reminder 3 12 13:00"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &script{effects: tt.effects}
			run(t, s.player(), tt.lines)
			if diff := cmp.Diff(tt.want, s.elapsed()); diff != "" {
				t.Errorf("timers (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTimersWithoutEnd(t *testing.T) {
	s := &script{effects: func(flows.Input) []flows.Effect {
		return []flows.Effect{schedule(flows.ReminderTimer, 1, 0)}
	}}
	f, err := flowstest.Parse("t", []byte("## a\n> a\n~ 1h"))
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = playAll(f, s.player)
	if err == nil || !strings.HasPrefix(err.Error(), "t:3: timers set one another for ever") {
		t.Errorf("Play = %v", err)
	}
}

// Every line becomes the input it stands for, at the moment of the player's
// clock and with what an aidant sees.
func TestInputs(t *testing.T) {
	s := &script{
		effects: func(in flows.Input) []flows.Effect {
			if said, ok := in.(flows.Said); ok && said.Text == "a" {
				return []flows.Effect{flows.Say{Key: "k", Turn: 9, Choices: []flows.Arg{{Value: "x"}, {Value: "y"}}}, flows.Say{Key: "later"}}
			}
			return nil
		},
		change: func(c *flows.Conversation) { c.Epoch, c.Owner.ID = 5, "eve" },
	}
	p := s.player()
	run(t, p, "> a\n>\n>> 2\n~ 1h\n@ lea Creil\n@ lea: Bonjour\n@ lea > max\n@\n@ menu\n@ -")
	start := time.Date(2026, 1, 12, 10, 0, 0, 0, p.Zone)
	at := start.Add(time.Hour)
	want := []flows.Input{
		flows.Said{At: start, Text: "a"},
		flows.Said{At: start},
		flows.Tapped{At: start, Turn: 9, Choice: 1},
		flows.TookOver{At: at, Aidant: flows.Aidant{ID: "lea", Name: "Lea", Place: "Creil"}, Epoch: 5},
		flows.Wrote{At: at, Aidant: "lea", Epoch: 5, Text: "Bonjour"},
		flows.Transferred{At: at, Aidant: "lea", Epoch: 5, To: flows.Aidant{ID: "max", Name: "Max"}},
		flows.HandedBack{At: at, Aidant: "eve", Epoch: 5, Turn: 6},
		flows.HandedBack{At: at, Aidant: "eve", Epoch: 5, Turn: 7, Menu: true},
		flows.Released{At: at, Aidant: "eve", Epoch: 5},
	}
	if diff := cmp.Diff(want, s.inputs); diff != "" {
		t.Errorf("inputs (-want +got):\n%s", diff)
	}
	if !p.Now().Equal(at) || p.Conversation().Address != "phone:demo" || p.Conversation().Turn != 9 {
		t.Errorf("now %v, conversation %+v", p.Now(), p.Conversation())
	}
}

func TestAnswers(t *testing.T) {
	s := &script{
		effects: func(flows.Input) []flows.Effect {
			return []flows.Effect{
				flows.Hush{},
				flows.Say{Key: "one"},
				flows.Alert{Reason: flows.AskedPerson},
				flows.Close{},
				flows.Say{Key: "two"},
			}
		},
		change: func(c *flows.Conversation) { c.Profile.Language = "en" },
	}
	got := run(t, s.player(), "> a\n# a comment\n< not played")
	if want := []string{"< en one", "! asked-person", "< en two"}; !slices.Equal(got, want) {
		t.Errorf("answers = %q, want %q", got, want)
	}
}

// A lesson inside another ends too; the outer one counts more.
func TestEnds(t *testing.T) {
	inner := flows.Progress{Flow: "inner", Ending: flows.Stopped}
	outer := flows.Progress{Flow: "outer", Ending: flows.Succeeded}
	tests := []struct {
		name     string
		running  []flows.Frame
		progress []flows.Progress
		want     string
	}{
		{"the inner one", []flows.Frame{{Flow: "outer"}}, []flows.Progress{inner}, "stopped"},
		{"both", nil, []flows.Progress{outer, inner}, "succeeded"},
		{"none", []flows.Frame{{Flow: "outer"}}, nil, "none"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &script{}
			s.change = func(c *flows.Conversation) {
				c.Run = []flows.Frame{{Flow: "outer"}, {Flow: "inner"}}
				if c.Turn == 2 {
					c.Run = tt.running
					for _, p := range tt.progress {
						p.At = s.inputs[1].When()
						c.Progress = append(c.Progress, p)
					}
				}
			}
			written := "succeeded"
			if tt.want == written {
				written = "stopped"
			}
			f, err := flowstest.Parse("t", []byte("## a\n> a\n> b\n= end "+written))
			if err != nil {
				t.Fatal(err)
			}
			_, diff, err := playAll(f, s.player)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(diff, "+= end "+tt.want+"\n") {
				t.Errorf("want the end %s, got\n%s", tt.want, diff)
			}
		})
	}
}

// An alert stands directly below what was said before it.
func TestLayout(t *testing.T) {
	s := &script{effects: func(flows.Input) []flows.Effect {
		return []flows.Effect{flows.Say{Key: "one"}, flows.Alert{Reason: flows.Missing}, flows.Say{Key: "two"}}
	}}
	f, err := flowstest.Parse("t", []byte("## a\n> a"))
	if err != nil {
		t.Fatal(err)
	}
	updated, _, err := playAll(f, s.player)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("## a\n> a\n< one\n! missing\n\n< two\n", string(updated)); diff != "" {
		t.Errorf("updated (-want +got):\n%s", diff)
	}
}

// Blanks at the end of a written line count for nothing, and stay.
func TestBlanksCountForNothing(t *testing.T) {
	s := &script{effects: func(flows.Input) []flows.Effect {
		return []flows.Effect{flows.Say{Key: "one\n\ntwo", Choices: []flows.Arg{{}}}, flows.Alert{Reason: flows.Missing}}
	}}
	const written = "## a\n> a\n< one  \n< \n< two\t\n!  missing \n"
	f, err := flowstest.Parse("t", []byte(written))
	if err != nil {
		t.Fatal(err)
	}
	updated, diff, err := playAll(f, s.player)
	if err != nil || diff != "" || string(updated) != written {
		t.Errorf("Play = %q, %v\n%s", updated, err, diff)
	}
}
