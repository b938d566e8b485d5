package flows

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// However two joined conversations are used, in whatever order, by clocks that
// disagree: no finished lesson is forgotten, nothing panics, and what the learner
// did last is what the other phone goes on from.
func TestTwoConversationsLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPhones(t)
		p.all[onSMS] = Conversation{Join: Join{Peer: onTele}}
		p.all[onTele] = Conversation{Join: Join{Peer: onSMS}}
		ahead := map[Address]time.Duration{onTele: time.Duration(rapid.IntRange(-2, 2).Draw(t, "hours ahead")) * time.Hour}
		finished := map[FlowID]bool{}
		for range rapid.IntRange(1, 80).Draw(t, "turns") {
			who := rapid.SampledFrom([]Address{onSMS, onTele}).Draw(t, "who")
			p.at = p.at.Add(time.Duration(rapid.IntRange(0, 900).Draw(t, "seconds")) * time.Second)
			in := anyInput(t, p.of(who), p.at.Add(ahead[who]))
			p.turn(who, in)
			p.loseNothing(t, finished, who)
			p.goOnFrom(t, who, in)
			for _, timer := range []Timer{ReminderTimer, PauseTimer, DeadlineTimer, LaterTimer} {
				if p.of(onSMS).Elsewhere(p.of(onTele), timer) && p.of(onTele).Elsewhere(p.of(onSMS), timer) {
					t.Fatalf("%s: each phone leaves it to the other", timer)
				}
			}
		}
	})
}

// anyInput draws what may happen to a conversation that is joined and stays so.
func anyInput(t *rapid.T, c Conversation, at time.Time) Input {
	switch rapid.IntRange(0, 12).Draw(t, "input") {
	case 0:
		return Tapped{At: at, Turn: c.Question.Turn, Choice: rapid.IntRange(0, 3).Draw(t, "choice")}
	case 1:
		return Opened{At: at, Lesson: rapid.SampledFrom([]FlowID{"", "mail"}).Draw(t, "lesson")}
	case 2:
		timer := rapid.SampledFrom([]Timer{ReminderTimer, PauseTimer, ExpiryTimer, SilenceTimer, DeadlineTimer, LaterTimer}).Draw(t, "timer")
		return Elapsed{At: at, Timer: timer, Mark: rapid.Uint64Max(400).Draw(t, "mark")}
	case 3:
		return TookOver{At: at, Aidant: lea, Epoch: c.Epoch}
	case 4:
		return HandedBack{At: at, Aidant: "lea", Epoch: c.Epoch, Turn: c.Turn}
	case 5:
		return rapid.SampledFrom([]Input{Sent{At: at}, Missed{At: at}, Blocked{At: at}}).Draw(t, "other")
	case 6, 7:
		return Said{At: at, Text: rapid.SampledFrom(append(words, "lier", "lier 222222", "K7T4PD", "mon code 2K7T4P")).Draw(t, "words")}
	}
	return Said{At: at, Text: rapid.SampledFrom([]string{"1", "1", "1", "pret", "android", "a@b.fr", "choisi", "personne", "bonjour"}).Draw(t, "answer")}
}

// loseNothing checks that a conversation knows all that was finished on either.
func (p *phones) loseNothing(t *rapid.T, finished map[FlowID]bool, who Address) {
	known := map[FlowID]bool{}
	for _, progress := range p.of(who).Progress {
		finished[progress.Flow], known[progress.Flow] = true, true
	}
	if diff := cmp.Diff(finished, known); diff != "" {
		t.Fatalf("%s forgot a lesson (-want +got):\n%s", who, diff)
	}
}

// goOnFrom checks that the other phone would go on from where the learner was
// last.
func (p *phones) goOnFrom(t *rapid.T, who Address, in Input) {
	switch in.(type) {
	case Said, Tapped, Opened, Sent:
	default:
		return
	}
	here, there := p.of(who), p.of(onSMS)
	if who == onSMS {
		there = p.of(onTele)
	}
	next := there.With(here)
	if here.Used <= there.Used || !sameRun(next.Run, here.Run) {
		t.Fatalf("used at %d after %d: the other would go on from %+v, want %+v", here.Used, there.Used, next.Run, here.Run)
	}
	if next.Mode != there.Mode || next.Epoch != there.Epoch || next.Request != there.Request || next.Owner != there.Owner {
		t.Fatalf("more was taken over than what is known: %+v", next)
	}
	place := next.Question.Kind != LanguageQuestion && next.Question.Kind != OfferQuestion // which are about none
	if place && !sameRun(next.Run, there.Run) && next.Question.Turn != 0 {
		t.Fatalf("buttons of another place are good: %+v", next.Question)
	}
}
