package storetest

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"passerelle/flows"
	"passerelle/store"
)

// marie is the learner of most stories.
const marie flows.Address = "phone:marie"

// storeStories are what the store promises of conversations.
func storeStories() []story {
	return []story{
		{"a first turn is there whole", firstTurn},
		{"an input that comes again is a duplicate", duplicateInput},
		{"a conflict brings the current record", conflict},
		{"a duplicate shows after a conflict", duplicateAfterConflict},
		{"the cache is only a guess", cacheIsAGuess},
		{"the ring keeps what it must and no more", ringKeeps},
		{"a transcript tells who said what", transcriptTells},
		{"a transcript keeps the last lines", transcriptKeeps},
		{"timers are set, replaced, cancelled and run out", timersLive},
		{"what is due is claimed once", dueOnce},
		{"requests wait, oldest first", requestsWait},
		{"a lease has one holder", leaseHeld},
		{"a parked input counts as taken", parkedTaken},
		{"an ill-formed turn is refused", illFormedTurn},
		{"an address nobody can read again is refused", unreadableAddress},
	}
}

// load reads Marie's record as a new process would.
func (s *scene) load() store.Record {
	s.Helper()
	return can[store.Record](s)(s.another().Load(s.Context(), marie))
}

// commit takes a turn of Marie's on her current record.
func (s *scene) commit(id, heard string, texts ...string) store.Committed {
	s.Helper()
	before := s.load()
	return can[store.Committed](s)(s.store.Commit(s.Context(), before, Turn(before, id, s.now, heard, texts...)))
}

// commitWith is commit with a turn made by hand.
func (s *scene) commitWith(id string, change func(t *flows.Turn)) store.Committed {
	s.Helper()
	before := s.load()
	t := Turn(before, id, s.now, "ok")
	change(&t)
	return can[store.Committed](s)(s.store.Commit(s.Context(), before, t))
}

func firstTurn(s *scene) {
	before := s.load()
	s.is("nobody", before, store.Record{Conversation: flows.Conversation{Address: marie}})
	done := s.commit("m1", "bonjour", "Bonjour !", "Que voulez-vous apprendre ?")
	s.is("lease", done.Lease, true)
	after := s.load()
	s.is("record", after, done.Record)
	s.is("version", after.Version, uint64(1))
	s.is("turn", after.Conversation.Turn, uint64(1))
	s.is("lines", after.Lines, uint64(3))
	s.is("taken", after.Ring.Has("m1"), true)
	s.is("not taken", after.Ring.Has("m2"), false)
	stats := can[store.Stats](s)(s.store.Stats(s.Context()))
	s.is("stats", stats, store.Stats{Conversations: 1, Outbox: 1, OldestDue: s.now.Add(lease)})
}

func duplicateInput(s *scene) {
	first := s.commit("m1", "bonjour", "Bonjour !")
	s.commit("m2", "1", "Très bien.")
	again, err := s.store.Commit(s.Context(), first.Record, Turn(first.Record, "m1", s.now, "bonjour", "Bonjour !"))
	s.fails(err, store.ErrDuplicate)
	s.is("current record", again.Record, s.load())
	s.is("lease", again.Lease, false)
	s.is("version", s.load().Version, uint64(2))
}

func conflict(s *scene) {
	stale := s.load()
	current := s.commit("m1", "bonjour", "Bonjour !")
	late := Turn(stale, "m2", s.now, "1", "Très bien.")
	got, err := s.store.Commit(s.Context(), stale, late)
	s.fails(err, store.ErrConflict)
	s.is("current record", got.Record, current.Record)
	again := can[store.Committed](s)(s.store.Commit(s.Context(), got.Record, Turn(got.Record, "m2", s.now, "1", "Très bien.")))
	s.is("version", again.Record.Version, uint64(2))
	entries := can[[]store.Entry](s)(s.store.Transcript(s.Context(), marie, 0))
	s.is("lines", len(entries), 4)
}

func duplicateAfterConflict(s *scene) {
	stale := s.load()
	current := s.commit("m1", "bonjour", "Bonjour !")
	got, err := s.another().Commit(s.Context(), stale, Turn(stale, "m1", s.now, "bonjour", "Bonjour !"))
	s.fails(err, store.ErrDuplicate)
	s.is("current record", got.Record, current.Record)
}

func cacheIsAGuess(s *scene) {
	here, there := s.store, s.another()
	ctx := s.Context()
	before := can[store.Record](s)(here.Load(ctx, marie))
	first := can[store.Committed](s)(here.Commit(ctx, before, Turn(before, "m1", s.now, "a")))
	can[store.Committed](s)(there.Commit(ctx, first.Record, Turn(first.Record, "m2", s.now, "b")))
	guess := can[store.Record](s)(here.Load(ctx, marie))
	s.is("guess", guess, first.Record)
	got, err := here.Commit(ctx, guess, Turn(guess, "m3", s.now, "c"))
	s.fails(err, store.ErrConflict)
	s.is("corrected", can[store.Record](s)(here.Load(ctx, marie)), got.Record)
	s.is("version", got.Record.Version, uint64(2))
}

func ringKeeps(s *scene) {
	for i := range 300 {
		s.commit("fast"+strconv.Itoa(i), "x")
	}
	r := s.load()
	s.is("most", r.Ring.Len(), 256)
	s.is("oldest forgotten", r.Ring.Has("fast43"), false)
	s.is("oldest kept", r.Ring.Has("fast44"), true)
	s.pass(47 * time.Hour)
	s.commit("next day", "x")
	s.is("younger than 48 hours", s.load().Ring.Len(), 256)
	s.pass(2 * time.Hour)
	s.commit("later", "x")
	r = s.load()
	s.is("at least", r.Ring.Len(), 32)
	s.is("kept however old", r.Ring.Has("fast299"), true)
	s.is("the latest", r.Ring.Has("later"), true)
}

func transcriptTells(s *scene) {
	s.commit("m1", "mon mot de passe est •••", "Ne l'écrivez jamais.")
	lea := flows.Aidant{ID: "lea", Name: "Léa", Place: "Mairie"}
	s.commitWith("a1", func(t *flows.Turn) {
		t.Input, t.Outcome = flows.TookOver{At: s.now, Aidant: lea}, flows.Outcome{Reason: flows.Handled}
		t.After.Owner, t.After.Mode = lea, flows.HumanMode
	})
	s.commitWith("a2", func(t *flows.Turn) {
		t.Input, t.Outcome = flows.Wrote{At: s.now, Aidant: "lea", Text: "Je suis là."}, flows.Outcome{Reason: flows.Handled}
		Answer(t, "Je suis là.")
		t.Effects[0] = flows.Say{Revision: "r1", Key: flows.KeyWords, Aidant: "Léa", Args: []flows.Arg{{Name: "words", Value: "Je suis là."}}}
	})
	s.commitWith("a3", func(t *flows.Turn) {
		t.Input, t.Outcome = flows.Wrote{At: s.now, Aidant: "lea", Text: "Trop tard."}, flows.Outcome{Reason: flows.Late}
	})
	s.commitWith("t1", func(t *flows.Turn) {
		t.Input, t.Outcome = flows.Elapsed{At: s.now, Timer: flows.SilenceTimer}, flows.Outcome{Reason: flows.HandoffEnded}
	})
	say := flows.Say{Revision: "r1", Key: "lesson.step", Args: []flows.Arg{{Name: "x", Value: "Ne l'écrivez jamais."}}, Turn: 1}
	got := can[[]store.Entry](s)(s.store.Transcript(s.Context(), marie, 0))
	s.is("transcript", got, []store.Entry{
		{N: 1, Turn: 1, At: s.now, Who: store.Learner, Text: "mon mot de passe est •••", Reason: flows.Understood},
		{N: 2, Turn: 1, At: s.now, Who: store.Bot, Say: &say, Language: "fr", Reason: flows.Understood},
		{N: 3, Turn: 2, At: s.now, Who: store.Note, Reason: flows.Handled, Aidant: "Léa"},
		{N: 4, Turn: 3, At: s.now, Who: store.Aidant, Text: "Je suis là.", Reason: flows.Handled, Aidant: "Léa"},
		{N: 5, Turn: 4, At: s.now, Who: store.Note, Reason: flows.Late, Aidant: "Léa"},
	})
	s.is("what follows", can[[]store.Entry](s)(s.store.Transcript(s.Context(), marie, 3)), got[3:])
}

func transcriptKeeps(s *scene) {
	s.commit("long", strings.Repeat("é", store.MaxText))
	first := can[[]store.Entry](s)(s.store.Transcript(s.Context(), marie, 0))
	s.is("a long text", first[0].Text, strings.Repeat("é", store.MaxText/2))
	for i := range 60 {
		s.commit("m"+strconv.Itoa(i), "x", "y")
		entries := can[[]store.Entry](s)(s.store.Transcript(s.Context(), marie, 0))
		lines := int(s.load().Lines)
		if least, most := min(lines, store.HotLines), store.HotLines+4; len(entries) < least || len(entries) > most {
			s.Fatalf("%d lines kept of %d", len(entries), lines)
		}
		for j, e := range entries {
			s.is("number", int(e.N), lines-len(entries)+j+1)
		}
	}
}

func timersLive(s *scene) {
	soon, later := s.now.Add(time.Hour), s.now.Add(2*time.Hour)
	s.commitWith("m1", func(t *flows.Turn) {
		Timed(t, flows.ReminderTimer, 1, later)
		Timed(t, flows.PauseTimer, 1, later)
		Timed(t, flows.ReminderTimer, 2, soon)
		t.Effects = append(t.Effects, flows.Cancel{Timer: flows.PauseTimer}, flows.Cancel{Timer: flows.NudgeTimer})
	})
	reminder := flows.Wake{Timer: flows.ReminderTimer, Mark: 2, Due: soon}
	s.is("pending", s.load().Timers, []flows.Wake{reminder})
	s.is("not yet", can[[]store.Due](s)(s.store.Due(s.Context(), soon.Add(-time.Second), 10)), []store.Due{})
	s.now = soon
	due := can[[]store.Due](s)(s.store.Due(s.Context(), s.now, 10))
	s.is("due", due, []store.Due{{Address: marie, Kind: store.TimersDue, Wakes: []flows.Wake{reminder}}})
	s.commitWith(store.WakeID(reminder), func(t *flows.Turn) {
		t.Input = flows.Elapsed{At: s.now, Timer: reminder.Timer, Mark: reminder.Mark}
		Timed(t, flows.ReminderTimer, 2, later)
	})
	again := flows.Wake{Timer: flows.ReminderTimer, Mark: 2, Due: later}
	s.is("the next one", s.load().Timers, []flows.Wake{again})
	s.pass(30 * time.Minute)
	s.is("not claimed for the old one", can[[]store.Due](s)(s.store.Due(s.Context(), s.now, 10)), []store.Due{})
	s.now = later
	s.commitWith(store.WakeID(again), func(t *flows.Turn) {
		t.Input = flows.Elapsed{At: s.now, Timer: again.Timer, Mark: again.Mark}
	})
	s.is("none left", s.load().Timers, []flows.Wake{})
	s.pass(time.Hour)
	s.is("nothing due", can[[]store.Due](s)(s.store.Due(s.Context(), s.now, 10)), []store.Due{})
}

func dueOnce(s *scene) {
	here, there := s.another(), s.another()
	ctx := s.Context()
	const learners = 30
	for i := range learners {
		a := flows.Address("sms:+3360000" + strconv.Itoa(i))
		before := can[store.Record](s)(here.Load(ctx, a))
		t := Turn(before, "m", s.now, "x", "y")
		Timed(&t, flows.PauseTimer, 1, s.now.Add(lease))
		can[store.Committed](s)(here.Commit(ctx, before, t))
	}
	s.is("held by the committer", can[[]store.Due](s)(here.Due(ctx, s.now, 100)), []store.Due{})
	s.pass(lease)
	seen := map[store.DueKind]map[flows.Address]int{store.OutboxDue: {}, store.TimersDue: {}}
	for range 2 * learners {
		for _, process := range []*store.Store{here, there} {
			claimed := can[[]store.Due](s)(process.Due(ctx, s.now, 5))
			if len(claimed) > 5 {
				s.Fatalf("%d claimed with a limit of 5", len(claimed))
			}
			for _, d := range claimed {
				seen[d.Kind][d.Address]++
				s.is("claims of one", seen[d.Kind][d.Address], 1)
			}
		}
	}
	s.is("outboxes", len(seen[store.OutboxDue]), learners)
	s.is("timers", len(seen[store.TimersDue]), learners)
	s.pass(lease)
	s.is("again after the lease", len(can[[]store.Due](s)(there.Due(ctx, s.now, 1000))), 2*learners)
}

// asks is a turn in which a learner asks for a person.
func asks(s *scene, a flows.Address, id string, reason flows.Reason) {
	before := can[store.Record](s)(s.another().Load(s.Context(), a))
	t := Turn(before, id, s.now, "aidant")
	t.After.Epoch++
	t.After.Mode = flows.WaitingMode
	t.Effects = append(t.Effects, flows.Alert{Reason: reason, Topic: "creer-email.topic", Epoch: t.After.Epoch})
	can[store.Committed](s)(s.store.Commit(s.Context(), before, t))
}

func requestsWait(s *scene) {
	began := s.now
	asks(s, "sms:+33612345678", "a", flows.AskedPerson)
	s.pass(time.Minute)
	asks(s, marie, "b", flows.NotUnderstood)
	s.pass(time.Minute)
	asks(s, "sms:+33612345678", "c", flows.StepHandoff)
	want := []store.Request{
		{Address: "sms:+33612345678", Reason: flows.StepHandoff, Topic: "creer-email.topic", Since: began, Epoch: 2},
		{Address: marie, Reason: flows.NotUnderstood, Topic: "creer-email.topic", Since: began.Add(time.Minute), Epoch: 1},
	}
	s.is("oldest first", can[[]store.Request](s)(s.store.Requests(s.Context())), want)
	s.is("in the record", s.load().Waiting.Epoch, uint64(1))
	s.commitWith("close", func(t *flows.Turn) { t.Effects = append(t.Effects, flows.Close{Epoch: 2}) })
	s.commitWith("for its owner", func(t *flows.Turn) {
		t.After.Mode = flows.HumanMode
		t.Effects = append(t.Effects, flows.Alert{Reason: flows.ToPerson, Epoch: 2})
	})
	s.is("one left", can[[]store.Request](s)(s.store.Requests(s.Context())), want[:1])
	stats := can[store.Stats](s)(s.store.Stats(s.Context()))
	s.is("stats", stats, store.Stats{Conversations: 2, Requests: 1, OldestRequest: began})
	s.commitWith("asked long ago", func(t *flows.Turn) {
		t.After.Mode, t.After.Request.Asked = flows.WaitingMode, began.Add(-time.Hour)
		t.Effects = append(t.Effects, flows.Alert{Reason: flows.AskedPerson, Epoch: 3})
	})
	s.is("since the learner asked", can[[]store.Request](s)(s.store.Requests(s.Context()))[0].Address, marie)
}

func leaseHeld(s *scene) {
	ctx := s.Context()
	take := func(holder string) bool { return can[bool](s)(s.store.Acquire(ctx, "telegram", holder, lease)) }
	s.is("taken", take("a"), true)
	s.is("held", take("b"), false)
	s.is("renewed", take("a"), true)
	s.ok(s.store.Release(ctx, "telegram", "b"))
	s.is("still held", take("b"), false)
	s.ok(s.store.Release(ctx, "telegram", "a"))
	s.is("free", take("b"), true)
	s.pass(lease)
	s.is("run out", take("a"), true)
	s.is("another lease", can[bool](s)(s.store.Acquire(ctx, "smpp", "b", lease)), true)
}

func parkedTaken(s *scene) {
	ctx := s.Context()
	wake := flows.Wake{Timer: flows.PauseTimer, Mark: 1, Due: s.now.Add(time.Hour)}
	s.commitWith("m1", func(t *flows.Turn) { Timed(t, wake.Timer, wake.Mark, wake.Due) })
	for range 2 {
		s.ok(s.store.Park(ctx, marie, "m2", "the lesson is broken"))
		s.ok(s.store.Park(ctx, marie, store.WakeID(wake), strings.Repeat("x", 1000)))
	}
	r := s.load()
	_, err := s.store.Commit(ctx, r, Turn(r, "m2", s.now, "x"))
	s.fails(err, store.ErrDuplicate)
	s.is("the timer is gone", r.Timers, []flows.Wake{})
	s.pass(2 * time.Hour)
	s.is("and not due", can[[]store.Due](s)(s.store.Due(ctx, s.now, 10)), []store.Due{})
	s.is("parked", can[[]store.Parked](s)(s.store.Parked(ctx)), []store.Parked{
		{ID: "m2", Address: marie, Reason: "the lesson is broken", At: Monday()},
		{ID: store.WakeID(wake), Address: marie, Reason: strings.Repeat("x", 200), At: Monday()},
	})
	s.ok(s.store.Park(ctx, "phone:new", "m1", "broken"))
	s.is("stats", can[store.Stats](s)(s.store.Stats(ctx)), store.Stats{Conversations: 2, Parked: 3})
	for i := range 120 {
		s.ok(s.store.Park(ctx, marie, "flood"+strconv.Itoa(i), "broken"))
	}
	s.is("a cap", can[store.Stats](s)(s.store.Stats(ctx)).Parked, int64(101))
}

func illFormedTurn(s *scene) {
	good := Turn(s.load(), "m1", s.now, "x", "y")
	Timed(&good, flows.PauseTimer, 1, s.now)
	for name, spoil := range map[string]func(t *flows.Turn){
		"no id":            func(t *flows.Turn) { t.ID = "" },
		"no input":         func(t *flows.Turn) { t.Input = nil },
		"another address":  func(t *flows.Turn) { t.After.Address = "phone:paul" },
		"message missing":  func(t *flows.Turn) { t.Messages = nil },
		"instant missing":  func(t *flows.Turn) { t.Wakes = nil },
		"another instant":  func(t *flows.Turn) { t.Wakes = []flows.Wake{{Timer: flows.NudgeTimer, Due: s.now}} },
		"too many wakes":   func(t *flows.Turn) { t.Wakes = append(t.Wakes[:1:1], t.Wakes...) },
		"too many to send": func(t *flows.Turn) { t.Messages = append(t.Messages[:1:1], t.Messages...) },
	} {
		bad := good
		spoil(&bad)
		if _, err := s.store.Commit(s.Context(), s.load(), bad); !errors.Is(err, store.ErrBadTurn) {
			s.Errorf("%s: error %v, want %v", name, err, store.ErrBadTurn)
		}
	}
	s.is("nothing happened", s.load().Version, uint64(0))
}

// A record whose address cannot be read again would stand in the way for ever.
func unreadableAddress(s *scene) {
	ctx := s.Context()
	for _, a := range []flows.Address{"", "phone:\xff", "phone:\xed\xa0\x80", "\x80"} {
		before := can[store.Record](s)(s.store.Load(ctx, a))
		_, err := s.store.Commit(ctx, before, Turn(before, "m1", s.now, "x", "y"))
		s.fails(err, store.ErrBadTurn)
		s.ok(s.store.Park(ctx, a, "m1", "broken"))
		s.is("no record", can[store.Record](s)(s.another().Load(ctx, a)), before)
	}
	s.is("only noted", can[store.Stats](s)(s.store.Stats(ctx)), store.Stats{Parked: 4})
	s.is("listed", len(can[[]store.Parked](s)(s.store.Parked(ctx))), 4)
	a := flows.Address("phone:Zoé\x00 – 日本")
	before := can[store.Record](s)(s.store.Load(ctx, a))
	can[store.Committed](s)(s.store.Commit(ctx, before, Turn(before, "m1", s.now, "x", "y")))
	s.is("any UTF-8", can[store.Record](s)(s.another().Load(ctx, a)).Version, uint64(1))
}
