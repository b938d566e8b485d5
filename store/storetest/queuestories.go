package storetest

import (
	"strconv"
	"strings"
	"time"

	"passerelle/flows"
	"passerelle/store"
)

// queueStories are what the store tells operators: what waits, and what proves
// that a learner agreed.
func queueStories() []story {
	return []story{
		{"what waits is listed, soonest first", queueListed},
		{"the reason last given stays", reasonStays},
		{"what waits for one person", pendingOfOne},
		{"a long queue is read whole", queueLong},
		{"a queue tells what it cannot read", queueDamaged},
		{"signing up, STOP and coming back are proved", consentProved},
		{"a link is a way in", consentByLink},
		{"a channel that says STOP proves it", consentBlocked},
		{"what others do is no consent", consentOfOthers},
		{"proof outlives the transcript", consentOutlives},
		{"the first and the last proofs are kept", consentCapped},
	}
}

func (s *scene) queue(limit int) []store.Pending {
	s.Helper()
	return can[[]store.Pending](s)(s.another().Queue(s.Context(), limit))
}

// pending is what waits for Marie.
func (s *scene) pending() store.Pending {
	s.Helper()
	return can[store.Pending](s)(s.another().Pending(s.Context(), marie))
}

// says commits a turn of somebody's with one message.
func (s *scene) says(who flows.Address) {
	s.Helper()
	before := can[store.Record](s)(s.another().Load(s.Context(), who))
	can[store.Committed](s)(s.store.Commit(s.Context(), before, Turn(before, string(who), s.now, "x", "un")))
}

func queueListed(s *scene) {
	s.is("nothing", s.queue(0), []store.Pending{})
	s.says("sms:+33612345678")
	s.pass(time.Second)
	s.commit("m1", "a", "un", "deux")
	first := s.next()
	at := s.now.Add(time.Hour)
	s.ok(s.store.Retry(s.Context(), first, at, "gateway.away (503)"))
	got := s.queue(0)
	s.is("conversations", len(got), 2)
	s.is("the soonest", got[0].Address, flows.Address("sms:+33612345678"))
	s.is("under way", got[0].Due, s.now.Add(lease-time.Second))
	s.is("the later one", got[1], store.Pending{Address: marie, Due: at, Letters: []store.Letter{
		{ID: first.ID, Tried: 1, Queued: s.now, Why: "gateway.away (503)"},
		{ID: got[1].Letters[1].ID, Queued: s.now},
	}})
	s.is("its second", brief(got[1].Letters[1].ID), "1.1")
	s.is("only the soonest", s.queue(1), got[:1])
	s.is("a lease is not touched", s.due(), 0)
	s.delivered(first)
	s.delivered(s.next())
	s.is("sent", len(s.queue(0)), 1)
}

func reasonStays(s *scene) {
	s.commit("m1", "a", "un")
	why := func() string { return s.pending().Letters[0].Why }
	s.is("none yet", why(), "")
	s.ok(s.store.Hold(s.Context(), s.next(), s.now, "gateway.busy"))
	s.is("held", why(), "gateway.busy")
	s.ok(s.store.Hold(s.Context(), s.next(), s.now, ""))
	s.is("put off without a reason", why(), "gateway.busy")
	s.ok(s.store.Retry(s.Context(), s.next(), s.now, strings.Repeat("é", 200)))
	s.is("another", why(), strings.Repeat("é", 100))
	s.is("what is sent is the same", s.next().Message.Text, "un")
}

func pendingOfOne(s *scene) {
	s.is("nobody", s.pending(), store.Pending{Address: marie})
	s.commit("m1", "a", "un")
	s.says("phone:paul")
	s.is("Marie's", s.pending(), store.Pending{Address: marie, Due: s.now.Add(lease), Letters: []store.Letter{
		{ID: s.next().ID, Queued: s.now},
	}})
	s.delivered(s.next())
	s.is("sent", s.pending(), store.Pending{Address: marie})
}

func queueLong(s *scene) {
	for n := range 150 {
		s.says(flows.Address("phone:" + strconv.Itoa(n)))
		s.pass(time.Millisecond)
	}
	got := s.queue(0)
	s.is("all", len(got), 150)
	for n, p := range got {
		s.is("in order", p.Address, flows.Address("phone:"+strconv.Itoa(n)))
	}
	s.is("some", s.queue(100), got[:100])
}

func queueDamaged(s *scene) {
	s.says("phone:paul")
	s.commit("m1", "a", "un")
	var record store.Key
	s.ok(s.kernel.Scan(s.Context(), func(t store.Thing) error {
		if t.Record.Version > 0 && strings.Contains(string(t.Record.Value), "phone:paul") {
			record = t.Key
		}
		return nil
	}))
	s.write(record, "damaged")
	got, err := s.another().Queue(s.Context(), 0)
	s.fails(err, store.ErrDamaged)
	s.is("the others", len(got), 1)
	s.is("Marie", got[0].Address, marie)
}

// consents are Marie's, as another process reads them.
func (s *scene) consents() []store.Consent {
	s.Helper()
	return s.load().Consents
}

// turns a conversation to STOP.
func stopped(t *flows.Turn) {
	t.After.Mode = flows.StoppedMode
	t.Outcome.Reason = flows.OptedOut
	t.Effects = append(t.Effects, flows.Hush{})
}

// back turns it back from STOP.
func back(t *flows.Turn) {
	t.After.Mode = flows.BotMode
	t.Outcome.Reason = flows.OptedIn
}

func consentProved(s *scene) {
	first := s.now
	s.commit("twilio/SM1", "Bonjour", "Bonjour !")
	s.commit("twilio/SM2", "2", "Bien.")
	s.pass(time.Hour)
	s.commitWith("twilio/SM3", func(t *flows.Turn) {
		stopped(t)
		t.Outcome.Heard = "STOP " + strings.Repeat("é", 40)
	})
	s.commit("twilio/SM4", "encore")
	s.pass(1500 * time.Millisecond)
	s.commitWith("twilio/SM5", func(t *flows.Turn) {
		back(t)
		t.Outcome.Heard = "BONJOUR"
	})
	s.is("proof", s.consents(), []store.Consent{
		{At: first, Kind: store.ConsentIn, Words: "Bonjour", ID: "twilio/SM1"},
		{At: first.Add(time.Hour), Kind: store.ConsentOut, Words: "STOP " + strings.Repeat("é", 27), ID: "twilio/SM3"},
		{At: first.Add(time.Hour + time.Second), Kind: store.ConsentIn, Words: "BONJOUR", ID: "twilio/SM5"},
	})
	s.ok(s.store.Park(s.Context(), marie, "twilio/SM6", "broken"))
	s.is("an input put aside changes nothing", len(s.consents()), 3)
}

func consentByLink(s *scene) {
	opened := func(t *flows.Turn) {
		t.Input, t.Outcome = flows.Opened{At: s.now, Lesson: "creer-email"}, flows.Outcome{Reason: flows.Began}
		t.After.Mode = flows.BotMode
	}
	s.commitWith("m1", opened)
	s.commitWith("m2", stopped)
	s.commitWith("m3", opened)
	s.commitWith("m4", opened)
	s.is("proof", s.consents(), []store.Consent{
		{At: s.now, Kind: store.ConsentIn, ID: "m1"},
		{At: s.now, Kind: store.ConsentOut, Words: "ok", ID: "m2"},
		{At: s.now, Kind: store.ConsentIn, ID: "m3"},
	})
}

func consentBlocked(s *scene) {
	s.commitWith("m1", func(t *flows.Turn) {
		stopped(t)
		t.Input, t.Outcome.Heard = flows.Blocked{At: s.now}, ""
	})
	s.is("proof", s.consents(), []store.Consent{{At: s.now, Kind: store.ConsentOut, ID: "m1"}})
	s.commit("m2", "bonjour", "Bonjour !")
	s.is("and then the learner came", s.consents()[1:], []store.Consent{{At: s.now, Kind: store.ConsentIn, Words: "bonjour", ID: "m2"}})
}

func consentOfOthers(s *scene) {
	for i, in := range []flows.Input{
		flows.Missed{At: s.now}, flows.Elapsed{At: s.now, Timer: flows.WaitTimer}, flows.TookOver{At: s.now}, flows.Wrote{At: s.now},
	} {
		s.commitWith(strconv.Itoa(i), func(t *flows.Turn) { t.Input = in })
	}
	s.is("none", s.consents(), []store.Consent{})
	s.commitWith("m1", func(t *flows.Turn) { t.Input = flows.Tapped{At: s.now} })
	s.is("the learner's first step", len(s.consents()), 1)
}

func consentOutlives(s *scene) {
	s.commit("m1", "Bonjour", "Bonjour !")
	s.commitWith("m2", stopped)
	s.commitWith("m3", back)
	want := s.consents()
	for n := range 40 {
		s.commit("x"+strconv.Itoa(n), "2", "Bien.")
	}
	lines := can[[]store.Entry](s)(s.store.Transcript(s.Context(), marie, 0))
	s.is("the transcript forgets", lines[0].N > 6, true)
	s.is("proof", s.consents(), want)
	s.is("three", len(want), 3)
	to := NewModel()
	can[store.Digest](s)(store.Copy(s.Context(), s.kernel, to, func(store.Stage, store.Digest) {}))
	there := can[store.Record](s)(store.Open(to, store.Options{}).Load(s.Context(), marie))
	s.is("copied", there.Consents, want)
}

func consentCapped(s *scene) {
	s.commit("first", "Bonjour")
	for n := range 15 {
		s.commitWith("out"+strconv.Itoa(n), stopped)
		s.commitWith("in"+strconv.Itoa(n), back)
	}
	got := s.consents()
	s.is("kept", len(got), 10)
	s.is("the first", got[0].ID, "first")
	s.is("the oldest of the last", got[1].ID, "in10")
	s.is("the last", got[9].ID, "in14")
}
