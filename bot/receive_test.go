package bot

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"passerelle/bot/phone"
	"passerelle/content"
	"passerelle/flows"
	"passerelle/store"
)

func TestReceive(t *testing.T) {
	noLeaks(t)
	k := newKit(t)
	k.relayed(func() {
		k.must(k.say("flaky:1", "a", "bonjour"))
		k.must(k.say("flaky:1", "b", "1"))
	})
	r := k.record("flaky:1")
	if r.Conversation.Turn != 2 || len(r.Conversation.Run) != 1 {
		t.Errorf("conversation %+v", r.Conversation)
	}
	texts := k.heard("flaky:1")
	if len(texts) < 3 || !strings.Contains(texts[0], "Je suis un robot") {
		t.Errorf("heard %q", texts)
	}
	if !strings.Contains(texts[0], "une installation d'essai") {
		t.Errorf("the first message does not say who runs the service: %q", texts[0])
	}
	if sent := k.flaky.deliveries(); len(sent) != len(texts) || !slices.IsSorted(sent) {
		t.Errorf("sent %q for %d messages", sent, len(texts))
	}
}

// What is sent twice is taken once, and so are its answers.
func TestReceiveTakesOnce(t *testing.T) {
	k := newKit(t)
	for range 3 {
		k.must(k.say("phone:a", "same", "bonjour"))
	}
	if r := k.record("phone:a"); r.Conversation.Turn != 1 {
		t.Errorf("turn %d", r.Conversation.Turn)
	}
	if texts := k.heard("phone:a"); len(texts) != 2 {
		t.Errorf("heard %q", texts)
	}
}

// Two processes on one store know nothing of one another's lanes: whoever
// loses advances again, and every input is taken.
func TestReceiveAgainstAnotherWriter(t *testing.T) {
	k := newKit(t)
	second := k.bot.onClock(time.Now)
	var all sync.WaitGroup
	for i := range 20 {
		for name, b := range map[string]*Bot{"x": k.bot, "y": second} {
			all.Go(func() {
				in := flows.Said{At: time.Now(), Text: "bonjour"}
				if err := b.Receive(t.Context(), "phone:a", fmt.Sprint(name, i), in); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	if r := k.record("phone:a"); r.Conversation.Turn != 40 {
		t.Errorf("turn %d, want 40", r.Conversation.Turn)
	}
}

// An input the engine fails on is parked; the learner is told, once, and goes
// on; others notice nothing.
func TestReceiveParks(t *testing.T) {
	k := newKit(t)
	k.must(k.say("phone:a", "1", "bonjour"))
	good := k.shelf.library
	k.shelf.library = nil
	for range 2 {
		k.must(k.say("phone:a", "poison", "mes mots à moi"))
	}
	k.shelf.library = good
	if last := k.lastHeard("phone:a"); !strings.Contains(last, "je n'ai pas pu lire") {
		t.Errorf("heard %q", last)
	}
	parked, err := k.store.Parked(t.Context())
	k.must(err)
	if len(parked) != 1 || parked[0].Address != "phone:a" || parked[0].ID != "poison" {
		t.Errorf("parked %+v", parked)
	}
	entries, err := k.store.Transcript(t.Context(), "phone:a", 0)
	k.must(err)
	if !slices.ContainsFunc(entries, func(e store.Entry) bool { return e.Reason == parkedReason && e.Text == hidden }) {
		t.Errorf("the transcript does not say what happened: %+v", entries)
	}
	said := len(k.heard("phone:a"))
	k.must(k.say("phone:a", "2", "1"))
	if r := k.record("phone:a"); len(r.Conversation.Run) != 1 {
		t.Errorf("the learner does not go on: %+v", r.Conversation)
	}
	if len(k.heard("phone:a")) == said {
		t.Error("no answer after a parked input")
	}
	if strings.Contains(k.log.String(), "mes mots") {
		t.Error("the log holds what a learner wrote")
	}
}

// A store that fails is no fault of the input: it is not taken, and may come
// again.
func TestReceiveWithoutStore(t *testing.T) {
	data := t.TempDir()
	k := openKit(t, data, nil)
	k.must(k.store.Close())
	if err := k.say("phone:a", "1", "bonjour"); err == nil {
		t.Fatal("an input was taken without a store")
	}
	k = openKit(t, data, nil)
	k.must(k.say("phone:a", "1", "bonjour"))
	if r := k.record("phone:a"); r.Conversation.Turn != 1 {
		t.Errorf("turn %d", r.Conversation.Turn)
	}
}

func TestReceiveCapsMessages(t *testing.T) {
	k := openKit(t, t.TempDir(), func(h *house) { h.config.Messages = 3 })
	for i := range 3 {
		k.must(k.say("phone:a", fmt.Sprint(i), "bonjour"))
	}
	before := len(k.heard("phone:a"))
	for i := range 5 {
		k.must(k.say("phone:a", fmt.Sprint("more", i), "bonjour"))
	}
	if texts := k.heard("phone:a"); len(texts) != before+1 || !strings.Contains(texts[before], "très vite") {
		t.Errorf("heard %q", texts[before:])
	}
	aidant := flows.Aidant{ID: "lea", Name: "Léa"}
	in := flows.TookOver{At: time.Now(), Aidant: aidant, Epoch: k.record("phone:a").Conversation.Epoch}
	k.must(k.bot.Receive(t.Context(), "phone:a", "lea", in))
	wrote := flows.Wrote{At: time.Now(), Aidant: "lea", Epoch: k.record("phone:a").Conversation.Epoch, Text: "Je suis là."}
	k.must(k.bot.Receive(t.Context(), "phone:a", "lea2", wrote))
	if k.lastHeard("phone:a") != "Je suis là." {
		t.Errorf("a person's words did not pass: %q", k.lastHeard("phone:a"))
	}
	k.must(k.say("phone:a", "stop", "STOP"))
	if r := k.record("phone:a"); r.Conversation.Mode != flows.StoppedMode {
		t.Errorf("STOP did not pass: %+v", r.Conversation)
	}
}

func TestReceiveCapsNewcomers(t *testing.T) {
	k := openKit(t, t.TempDir(), func(h *house) { h.config.Newcomers = 1 })
	k.must(k.say("flaky:1", "1", "bonjour"))
	k.relayed(func() {
		for range 3 {
			if err := k.say("flaky:2", "2", "bonjour"); !errors.Is(err, ErrFull) {
				t.Errorf("error %v, want ErrFull", err)
			}
		}
	})
	if r := k.record("flaky:2"); r.Version != 0 {
		t.Errorf("something is kept of a learner turned away: %+v", r)
	}
	told := slices.DeleteFunc(k.flaky.deliveries(), func(d string) bool { return !strings.HasPrefix(d, "flaky:2 0.") })
	if len(told) != 1 {
		t.Errorf("told %q", told)
	}
	k.must(k.say("flaky:1", "3", "1"))
}

// STOP is free for who is written to, and only as often as it changes
// something: strangers cannot make the store grow with it.
func TestReceiveCapsStop(t *testing.T) {
	k := openKit(t, t.TempDir(), func(h *house) { h.config.Newcomers, h.config.Messages = 1, 3 })
	k.must(k.say("phone:a", "1", "bonjour"))
	for i := range 10 {
		k.must(k.say("phone:a", fmt.Sprint("stop", i), "STOP"))
	}
	r := k.record("phone:a")
	if r.Conversation.Mode != flows.StoppedMode || r.Conversation.Turn > 1+1+3 {
		t.Errorf("mode %s, %d turns were kept", r.Conversation.Mode, r.Conversation.Turn)
	}
	if err := k.say("phone:b", "1", "STOP"); !errors.Is(err, ErrFull) {
		t.Errorf("a stranger's STOP: error %v, want ErrFull", err)
	}
	if r := k.record("phone:b"); r.Version != 0 {
		t.Errorf("something is kept of a stranger: %+v", r)
	}
}

// A cap at work is counted, and silent in the log.
func TestReceiveRefusalsAreQuiet(t *testing.T) {
	k := openKit(t, t.TempDir(), func(h *house) { h.config.Newcomers = 1 })
	k.must(k.say("phone:a", "1", "bonjour"))
	k.log.Reset()
	for i := range 5 {
		if err := k.say(flows.Address(fmt.Sprint("phone:b", i)), "1", "bonjour"); !errors.Is(err, ErrFull) {
			t.Fatalf("error %v", err)
		}
	}
	for range maxLane + 1 {
		if _, err := k.bot.lanes.queue("phone:a"); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.say("phone:a", "2", "1"); !errors.Is(err, ErrBusy) {
		t.Fatalf("error %v", err)
	}
	if k.log.Len() > 0 {
		t.Errorf("log:\n%s", k.log)
	}
	_, metrics := fetch(t, k.adminPages(), "/metrics", "127.0.0.1")
	for _, line := range []string{`passerelle_refused_total{cap="newcomers"} 5`, `passerelle_refused_total{cap="waiting"} 1`} {
		if !strings.Contains(metrics, line) {
			t.Errorf("the metrics lack %s", line)
		}
	}
}

// The page tells what the caps refuse, with how a person is reached.
func TestPageTellsRefusals(t *testing.T) {
	k := openKit(t, t.TempDir(), func(h *house) { h.config.Newcomers = 1 })
	k.must(k.say("phone:a", "1", "bonjour"))
	receive := k.receiver(k.bot)
	in := flows.Opened{At: time.Now()}
	err := receive(t.Context(), "phone:b", "1", in)
	no, ok := errors.AsType[*phone.Refusal](err)
	if !ok || !strings.Contains(no.Sentence, "dans une heure") || !strings.Contains(no.Sentence, "France Services") {
		t.Errorf("a newcomer too many: %v %+v", err, no)
	}
	for range maxLane + 1 {
		if _, err := k.bot.lanes.queue("phone:a"); err != nil {
			t.Fatal(err)
		}
	}
	err = receive(t.Context(), "phone:a", "2", in)
	if no, ok = errors.AsType[*phone.Refusal](err); !ok || !strings.Contains(no.Sentence, "pas encore parti") {
		t.Errorf("an input too many: %v %+v", err, no)
	}
}

// A press stands in the transcript as the words on the button.
func TestReceivePress(t *testing.T) {
	k := newKit(t)
	k.must(k.say("phone:a", "1", "bonjour"))
	in := flows.Tapped{At: time.Now(), Turn: k.record("phone:a").Conversation.Question.Turn}
	k.must(k.bot.Receive(t.Context(), "phone:a", "2", in))
	entries, err := k.store.Transcript(t.Context(), "phone:a", 0)
	k.must(err)
	found := slices.ContainsFunc(entries, func(e store.Entry) bool {
		return e.Who == store.Learner && e.Text == "Créer une adresse e-mail"
	})
	if !found {
		t.Errorf("transcript %+v", entries)
	}
}

// A learner of a commune overseas reads the clock of that place.
func TestReceiveInZone(t *testing.T) {
	k := newKit(t)
	k.must(k.say("phone:a", "1", "bonjour"))
	k.must(k.bot.Receive(t.Context(), "phone:a", "2", flows.Said{At: in(t, home, "2026-11-23 22:00"), Text: "1"}))
	timers := k.record("phone:a").Timers
	if len(timers) != 1 || timers[0].Timer != flows.ReminderTimer {
		t.Fatalf("timers %+v", timers)
	}
	if due := timers[0].Due.In(k.zones.home).Format(minute); due != "2026-11-25 08:00" {
		t.Errorf("the reminder of a late evening is due at %s", due)
	}
}

// Nothing of a learner reaches the log: neither the address nor the words.
func TestReceiveLogsNobody(t *testing.T) {
	k := newKit(t)
	k.must(k.say("phone:secretaddress", "1", "bonjour"))
	k.must(k.say("phone:secretaddress", "2", "mon code est 4242 4242 4242 4242"))
	_ = k.store.Close()
	_ = k.say("phone:secretaddress", "3", "monsecret")
	for _, word := range []string{"secretaddress", "bonjour", "4242", "monsecret"} {
		if strings.Contains(k.log.String(), word) {
			t.Errorf("the log holds %q:\n%s", word, k.log)
		}
	}
	if !strings.Contains(k.log.String(), "reason=greeted") {
		t.Errorf("the log lacks the turns:\n%s", k.log)
	}
}

// old is a lesson that an upgrade takes away.
const old = `---
leçon: ancienne
titre: Ancienne leçon
matériel: rien
---
## Question {#question}
Ceci est l'ancienne question ?
- Première réponse -> fini
- Deuxième réponse -> fini
## Fini {#fini}
Ceci est l'ancienne fin.
@fin réussi
`

// A learner in the middle of a lesson goes on in it after an upgrade that took
// it away, and still reads what was said.
func TestReceiveAcrossEditions(t *testing.T) {
	data := t.TempDir()
	k := openKit(t, data, func(h *house) {
		lessons := fstest.MapFS{"ancienne/ancienne.md": {Data: []byte(old)}}
		e, problems := content.Load(lessons, h.words.bundle)
		if e == nil {
			t.Fatal(problems)
		}
		h.edition = e
	})
	in := flows.Opened{At: time.Now(), Lesson: "ancienne"}
	k.must(k.bot.Receive(t.Context(), "phone:a", "1", in))
	before := k.heard("phone:a")
	k.must(k.store.Close())

	k = openKit(t, data, nil)
	if after := k.heard("phone:a"); !slices.Equal(after, before) {
		t.Errorf("the transcript reads %q, was %q", after, before)
	}
	k.must(k.say("phone:a", "2", "deuxième réponse"))
	if texts := k.heard("phone:a"); len(texts) <= len(before) {
		t.Errorf("heard %q", texts)
	}
	if k.shelf.recent.Len() != 1 {
		t.Errorf("%d older editions on the shelf", k.shelf.recent.Len())
	}
	if strings.Contains(k.log.String(), "ERROR") {
		t.Errorf("log:\n%s", k.log)
	}
}
