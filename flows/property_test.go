package flows

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// A machine plays random conversations; after every turn it checks what must
// always be true.
type machine struct {
	lib   *Library
	c     Conversation
	at    time.Time
	marks map[Timer]uint64
	met   bool // the learner has written
	// danger: a newcomer told a danger, and has not been greeted yet.
	danger bool
}

// words are what learners write: answers, commands, nonsense, and worse.
var words = []string{
	"bonjour", "1", "2", "3", "9", "oui", "non", "pret", "androïd", "inconnu", "bloque", "a@b.fr", "choisi",
	"personne", "voisin", "mail", "menu", "aide", "encore", "où", "retour", "pause", "langue", "aidant", "stop",
	"azerty", "", "🙂", "مرحبا", "\x00\xff", "mon mot de passe est Tulipe2026!", "4539 5787 6362 1486",
	"mes rappels", "actualisation", "caf", "fevrier", "boite", "question", "fini", "seul", "pas encore",
	"contact", "je veux mourir", "on dort dehors", "c'est à mourir de rire",
}

func (m *machine) take(t *rapid.T, in Input) ([]Effect, Outcome) {
	frozen := freeze(t, m.c)
	after, effects, outcome := m.lib.Advance(m.c, in)
	again, effects2, outcome2 := m.lib.Advance(m.c, in)
	if frozen != freeze(t, m.c) {
		t.Fatalf("%T changed its argument", in)
	}
	if diff := cmp.Diff(after, again) + cmp.Diff(effects, effects2) + cmp.Diff(outcome, outcome2); diff != "" {
		t.Fatalf("%T twice:\n%s", in, diff)
	}
	var back Conversation
	if err := json.Unmarshal([]byte(freeze(t, after)), &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(after, back, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("%T: JSON round trip:\n%s", in, diff)
	}
	m.c = back
	switch in.(type) {
	case Said, Tapped, Opened, Sent:
		m.met = true
	case Missed, Elapsed, Joined, TookOver, Wrote, Transferred, Released, HandedBack:
	}
	m.remember(effects)
	m.check(t, in, effects, outcome)
	return effects, outcome
}

func (m *machine) remember(effects []Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case Schedule:
			m.marks[e.Timer] = e.Mark
		case Cancel:
			delete(m.marks, e.Timer)
		case Say, Alert, Close, Hush:
		}
	}
}

func (m *machine) check(t *rapid.T, in Input, effects []Effect, outcome Outcome) {
	if outcome.Reason == "" {
		t.Fatalf("%T: no reason", in)
	}
	if len(effects) > MaxEffects {
		t.Fatalf("%T: %d effects: %s", in, len(effects), describe(effects))
	}
	if n := len(freeze(t, m.c)); n > 1024 {
		t.Fatalf("a conversation of %d bytes", n)
	}
	m.checkWhole(t, effects)
	m.checkLater(t, effects)
	idle := outcome.Reason == Late || outcome.Reason == Stale // and nothing was looked at
	// A newcomer in danger is greeted afterwards: until then nothing waits.
	m.danger = outcome.Reason == CrisisSeen && m.c.Question.Kind == NoQuestion || m.danger && m.c.Question.Kind == NoQuestion
	_, missed := in.(Missed) // a planned pause stays as it is: its timer looks after it
	idle = idle || m.danger || missed && outcome.Reason == Silent
	if m.c.Mode == BotMode && !idle && !m.rests() {
		t.Fatalf("%T: nothing waits: %+v", in, m.c)
	}
}

// checkWhole checks that what a lesson says is known by key and revision.
func (m *machine) checkWhole(t *rapid.T, effects []Effect) {
	for _, e := range effects {
		say, ok := e.(Say)
		revision := m.lib.revision(say.Revision)
		if !ok || revision == nil { // nobody can say it again
			continue
		}
		less := say
		if say.Flow != "" {
			less.Flow, less.Picture, less.Choices = "", "", nil
		}
		got := revision.Whole(less)
		if reply := say.Flow != "" && got.Flow == ""; reply {
			got.Flow = say.Flow
		}
		if diff := cmp.Diff(say, got); diff != "" {
			t.Fatalf("what was left out (-want +got):\n%s", diff)
		}
	}
}

// checkLater checks that the timers of later days are those the conversation
// speaks of, none after STOP, and that no reminder comes too late.
func (m *machine) checkLater(t *rapid.T, effects []Effect) {
	r := m.c.Reminders
	for timer, day := range map[Timer]Date{DeadlineTimer: r.Due, LaterTimer: r.Ask} {
		if mark := Date(m.marks[timer]); mark != day || m.c.Mode == StoppedMode && mark != 0 {
			t.Fatalf("%s is set for %d, and noted for %d: %+v", timer, mark, day, m.c)
		}
	}
	for _, e := range effects {
		if say, ok := e.(Say); ok && say.Until != 0 && (say.Until < DateOf(m.at) || m.c.Mode == HumanMode || !say.Reminder) {
			t.Fatalf("a reminder on %s until %s, mode %q", DateOf(m.at), say.Until, m.c.Mode)
		}
	}
	if r.Asks == AskNot && len(r.Lessons) > 0 || len(r.Lessons) > MaxLearned || len(r.On) > MaxReminders {
		t.Fatalf("more than was agreed to: %+v", r)
	}
}

// rests tells whether a conversation with the bot stands where it waits for
// something that can come.
func (m *machine) rests() bool {
	t := turn{lib: m.lib, c: m.c}
	switch m.c.Question.Kind {
	case StepQuestion:
		s := t.asked()
		return s != nil && s.Waits()
	case PauseQuestion:
		s := t.asked()
		_, timed := m.marks[PauseTimer]
		return s != nil && s.Pause != nil && timed
	case NoQuestion:
		return !m.met
	case MenuQuestion, DoubtQuestion, LanguageQuestion, RestQuestion, OfferQuestion,
		RemindersQuestion, MemberQuestion, AgreeQuestion, LaterQuestion, RepeatQuestion:
		return true
	}
	return false
}

func (m *machine) said(t *rapid.T, text string) { m.heard(t, Said{At: m.at, Text: text}) }

// heard takes what a learner says or sends: there is always an answer, of the
// bot or of a person.
func (m *machine) heard(t *rapid.T, in Input) {
	stopped := m.c.Mode == StoppedMode
	effects, outcome := m.take(t, in)
	says, alerts := count(effects)
	if m.c.Mode == HumanMode && alerts == 0 || m.c.Mode != HumanMode && says == 0 {
		if !(stopped && outcome.Reason == Silent) {
			t.Fatalf("silence after %+v in mode %q: %s", in, m.c.Mode, describe(effects))
		}
	}
}

// sent takes what is no text. It is no miss, and after STOP there is silence.
func (m *machine) sent(t *rapid.T, kind MediaKind) {
	before := m.c
	m.heard(t, Sent{At: m.at, Kind: kind})
	if m.c.Misses != before.Misses || m.c.Profile != before.Profile || m.c.Mode != before.Mode {
		t.Fatalf("%s: misses %d, mode %q, before %d, %q", kind, m.c.Misses, m.c.Mode, before.Misses, before.Mode)
	}
}

// missed takes an absence: where no question of the bot waits, nothing but the
// count of turns changes.
func (m *machine) missed(t *rapid.T) {
	before := m.c
	effects, outcome := m.take(t, Missed{At: m.at})
	idle := before
	idle.Turn++
	was := turn{lib: m.lib, c: before}
	told := before.Question.Missed && !was.astray()
	switch k := before.Question.Kind; {
	case before.Mode == BotMode && !told && k != NoQuestion && k != RestQuestion && k != PauseQuestion:
		if says, _ := count(effects); says < 2 || m.c.Mode != BotMode || m.c.Misses != before.Misses && outcome.Reason == AskedAgain {
			t.Fatalf("%+v is not asked again: %s", before.Question, describe(effects))
		}
	case len(effects) > 0 || !cmp.Equal(idle, m.c, cmpopts.EquateEmpty()):
		t.Fatalf("not idle: %s, %+v", describe(effects), m.c)
	}
}

func count(effects []Effect) (says, alerts int) {
	for _, e := range effects {
		switch e.(type) {
		case Say:
			says++
		case Alert:
			alerts++
		case Schedule, Cancel, Close, Hush:
		}
	}
	return says, alerts
}

func freeze(t *rapid.T, c Conversation) string {
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// actions are what can happen to a conversation.
func (m *machine) actions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"say": func(t *rapid.T) { m.said(t, rapid.SampledFrom(words).Draw(t, "words")) },
		"tap": func(t *rapid.T) {
			m.take(t, Tapped{At: m.at, Turn: m.c.Question.Turn, Choice: rapid.IntRange(-1, 5).Draw(t, "choice")})
		},
		"open": func(t *rapid.T) {
			m.take(t, Opened{At: m.at, Lesson: rapid.SampledFrom([]FlowID{"", "mail", "gone"}).Draw(t, "lesson")})
		},
		"send": func(t *rapid.T) {
			m.sent(t, rapid.SampledFrom([]MediaKind{VoiceMedia, PictureMedia, PlaceMedia, ContactMedia, StickerMedia, FileMedia, "", "new"}).Draw(t, "kind"))
		},
		"miss": m.missed,
		"block": func(t *rapid.T) {
			effects, _ := m.take(t, Blocked{At: m.at})
			if says, _ := count(effects); says > 0 || m.c.Mode != StoppedMode {
				t.Fatalf("said %d, mode %q to one who blocked the channel", says, m.c.Mode)
			}
		},
		"elapse": func(t *rapid.T) {
			timer := rapid.SampledFrom([]Timer{ReminderTimer, PauseTimer, WaitTimer, OfferTimer, ExpiryTimer, NudgeTimer, ReleaseTimer, SilenceTimer, DeadlineTimer, LaterTimer}).Draw(t, "timer")
			mark, set := m.marks[timer]
			if !set {
				mark = rapid.Uint64Max(40).Draw(t, "mark")
			}
			delete(m.marks, timer)
			m.at = m.at.Add(time.Hour)
			if y, month, day := Date(mark).Parts(); set && (timer == DeadlineTimer || timer == LaterTimer) {
				day += rapid.IntRange(-2, 20).Draw(t, "days late")
				m.at = later(m.at, time.Date(y, month, day, 9, 30, 0, 0, time.UTC))
			}
			m.take(t, Elapsed{At: m.at, Timer: timer, Mark: mark})
		},
		"take over": func(t *rapid.T) { m.take(t, TookOver{At: m.at, Aidant: lea, Epoch: m.c.Epoch}) },
		"write":     func(t *rapid.T) { m.take(t, Wrote{At: m.at, Aidant: "lea", Epoch: m.c.Epoch, Text: "oui"}) },
		"transfer":  func(t *rapid.T) { m.take(t, Transferred{At: m.at, Aidant: "lea", Epoch: m.c.Epoch, To: hugo}) },
		"release":   func(t *rapid.T) { m.take(t, Released{At: m.at, Aidant: m.c.Owner.ID, Epoch: m.c.Epoch}) },
		"hand back": func(t *rapid.T) {
			m.take(t, HandedBack{
				At: m.at, Aidant: m.c.Owner.ID, Epoch: m.c.Epoch, Turn: m.c.Turn,
				Menu: rapid.Bool().Draw(t, "menu"), Lesson: rapid.SampledFrom([]FlowID{"", "mail"}).Draw(t, "lesson"),
			})
		},
		"nonsense": func(t *rapid.T) {
			if m.c.Mode != BotMode || m.c.Question.Kind == NoQuestion || m.c.Question.Kind == RestQuestion {
				t.Skip("nothing is asked")
			}
			m.said(t, "encore") // a lesson edited meanwhile is found again first
			m.c.Misses = 0
			for range 4 {
				m.said(t, "zzz qqq")
			}
			if m.c.Mode != WaitingMode {
				t.Fatalf("four times nonsense, and no person: %+v", m.c)
			}
		},
		"give a code": func(t *rapid.T) { m.heard(t, Said{At: m.at, Text: "lier", Code: &Code{New: "K7T4PD"}}) },
		"join": func(t *rapid.T) {
			m.heard(t, Said{At: m.at, Text: "lier WX2233", Code: &Code{Of: rapid.SampledFrom([]Address{"", "phone:b"}).Draw(t, "of")}})
		},
		"be joined": func(t *rapid.T) { m.take(t, Joined{At: m.at, Code: m.c.Join.Code, Peer: "phone:c"}) },
		"part":      func(t *rapid.T) { m.said(t, "délier") },
		"publish":   func(t *rapid.T) { m.lib = edited(t, m.lib) },
	}
}

// later is the later of two instants.
func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// edited is a library in which an editor removed steps of the lesson, and
// which may have lost the revisions learners stand on.
func edited(t *rapid.T, old *Library) *Library {
	flow := mail()
	for _, id := range rapid.SliceOfDistinct(rapid.SampledFrom([]StepID{"debut", "appareil", "adresse", "demain", "quiz"}), rapid.ID).Draw(t, "removed") {
		flow = without(flow, id)
	}
	id := RevisionID("r" + rapid.StringMatching("[0-9]{4}").Draw(t, "revision"))
	lib := NewLibrary(newRevision(id, []FlowID{"mail"}, flow, secret()))
	lib.Staffed = old.Staffed
	if rapid.Bool().Draw(t, "old revisions known") {
		lib.older = append([]*Revision{old.newest}, old.older...)
	}
	return lib
}

// without removes a step; what led to it leads to the one after it.
func without(f *Flow, id StepID) *Flow {
	gone := f.Step(id)
	next := gone.Next
	var steps []Step
	for _, s := range f.Steps {
		if s.ID == id {
			continue
		}
		for i := range s.Choices {
			if s.Choices[i].To == id {
				s.Choices[i].To = next
			}
		}
		if s.Next == id {
			s.Next = next
		}
		steps = append(steps, s)
	}
	f.Steps = steps
	f.Index = map[StepID]int{}
	for i := range steps {
		f.Index[steps[i].ID] = i
	}
	return f
}

func TestWhatIsAlwaysTrue(t *testing.T) {
	rounds := 1
	if os.Getenv("PASSERELLE_LONG") != "" {
		rounds = 50
	}
	for range rounds {
		whatIsAlwaysTrue(t)
	}
}

func whatIsAlwaysTrue(t *testing.T) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		m := &machine{lib: library(), c: Conversation{Address: "phone:demo"}, at: monday, marks: map[Timer]uint64{}}
		m.lib.Staffed = rapid.Bool().Draw(t, "staffed")
		t.Repeat(m.actions())
	})
}
