package storetest

import (
	"strconv"
	"strings"
	"time"

	"passerelle/flows"
	"passerelle/store"
)

// outboxStories are what the store promises of sending.
func outboxStories() []story {
	return []story{
		{"messages leave in order, once", leaveInOrder},
		{"the lease belongs to whoever filled the outbox", leaseOfCommitter},
		{"a sender that died is followed by another", senderDied},
		{"a slow sender lets go", slowSender},
		{"a sender at work keeps others away", senderRenews},
		{"a sender that was followed is told so", senderFollowed},
		{"a late note leaves another sender its lease", noteLate},
		{"a sender whose message is gone is told so", messageGone},
		{"a retry keeps the order and the count", retryKeeps},
		{"writing into a channel out of order hastens nothing", outageLeft},
		{"a message knows how long it waits", queuedSince},
		{"a dead letter makes room for the next", deadLetter},
		{"dead letters have a cap", deadCap},
		{"STOP empties the outbox and is confirmed", hushed},
		{"STOP while a message is under way", hushedUnderWay},
		{"a turn that hushes and says nothing", hushedSilently},
		{"a reminder is overtaken by the learner", reminderOvertaken},
		{"an answer does not wait for the morning", answerBeforeMorning},
		{"a reminder that nobody overtook is sent", reminderSent},
		{"a reminder of a day waits no longer for who is awake", dayReminder},
		{"a reminder of a day that is past is not sent", dayPast},
		{"a full outbox refuses, but STOP passes", fullOutbox},
	}
}

// next is what waits for Marie.
func (s *scene) next() flows.Delivery {
	s.Helper()
	d, ok, err := s.store.Next(s.Context(), marie)
	s.ok(err)
	s.is("something waits", ok, true)
	return d
}

func (s *scene) nothingWaits() {
	s.Helper()
	_, ok, err := s.store.Next(s.Context(), marie)
	s.ok(err)
	s.is("something waits", ok, false)
	s.is("conversations with something to send", can[store.Stats](s)(s.store.Stats(s.Context())).Outbox, int64(0))
}

func (s *scene) delivered(d flows.Delivery) bool {
	s.Helper()
	return can[bool](s)(s.store.Delivered(s.Context(), d))
}

// due claims what is due now: addresses whose outbox waits.
func (s *scene) due() int {
	s.Helper()
	return len(can[[]store.Due](s)(s.store.Due(s.Context(), s.now, 100)))
}

func leaveInOrder(s *scene) {
	s.commit("m1", "bonjour", "un", "deux")
	s.commit("m2", "1", "trois")
	for i, want := range []string{"un", "deux", "trois"} {
		d := s.next()
		s.is("text", d.Message.Text, want)
		s.is("to", d.To, marie)
		s.is("attempt", d.Attempt, 1)
		s.is("id", brief(d.ID), []string{"1.0", "1.1", "2.0"}[i])
		s.is("unchanged until noted", s.next(), d)
		s.is("more", s.delivered(d), i < 2)
		s.is("noted twice", s.delivered(d), false)
	}
	s.nothingWaits()
}

func leaseOfCommitter(s *scene) {
	s.is("filled", s.commit("m1", "a", "un").Lease, true)
	s.is("already being sent", s.commit("m2", "b", "deux").Lease, false)
	s.is("nothing said", s.commit("m3", "c").Lease, false)
	s.is("more", s.delivered(s.next()), true)
	s.is("more", s.delivered(s.next()), false)
	s.is("nothing to send", s.commit("m4", "d").Lease, false)
	s.is("filled again", s.commit("m5", "e", "trois").Lease, true)
	s.pass(lease)
	s.is("the lease had run out", s.commit("m6", "f", "quatre").Lease, true)
	s.is("so nobody else is asked", s.due(), 0)
}

func senderDied(s *scene) {
	s.commit("m1", "a", "un", "deux")
	s.is("more", s.delivered(s.next()), true)
	s.pass(lease - time.Second)
	s.is("the lease was renewed", s.due(), 0)
	s.pass(time.Second)
	s.is("another one", s.due(), 1)
	s.is("alone", s.due(), 0)
	s.is("goes on", s.next().Message.Text, "deux")
	s.is("more", s.delivered(s.next()), false)
	s.nothingWaits()
}

func slowSender(s *scene) {
	s.commit("m1", "a", "un", "deux")
	slow := s.next()
	s.pass(lease)
	s.is("another one", s.due(), 1)
	s.is("more", s.delivered(s.next()), true)
	s.is("the slow one lets go", s.delivered(slow), false)
	s.ok(s.store.Retry(s.Context(), slow, s.now.Add(time.Hour), ""))
	s.is("its failure changes nothing", s.next().Message.Text, "deux")
	s.is("nor the lease", s.due(), 0)
}

// renew prolongs the lease of a sender that believes it ends then.
func (s *scene) renew(d flows.Delivery, until time.Time) bool {
	s.Helper()
	return can[bool](s)(s.store.Renew(s.Context(), d, until))
}

func senderRenews(s *scene) {
	s.commit("m1", "a", "un", "deux")
	slow := s.next()
	for range 5 {
		until := s.now.Add(lease)
		s.pass(lease - time.Second)
		s.is("held", s.renew(slow, until), true)
		s.is("an answer that got lost is no harm", s.renew(slow, until), true)
		s.pass(2 * time.Second)
		s.is("nobody else is asked", s.due(), 0)
		s.is("nor a committer", s.commit("again"+strconv.Itoa(int(s.load().Version)), "b", "x").Lease, false)
		s.pass(-2 * time.Second)
	}
	s.pass(lease)
	s.is("late, but nobody came", s.renew(slow, s.now), true)
	s.is("more", s.delivered(slow), true)
	s.pass(lease)
	s.is("another one", s.due(), 1)
}

func senderFollowed(s *scene) {
	s.commit("m1", "a", "un", "deux")
	slow, until := s.next(), s.now.Add(lease)
	s.pass(lease)
	s.is("another one", s.due(), 1)
	s.is("lost", s.renew(slow, until), false)
	taken := s.now.Add(lease)
	s.pass(lease - time.Second)
	s.is("the other one holds it", s.renew(s.next(), taken), true)
	s.is("still lost", s.renew(slow, until), false)
	s.ok(s.store.Retry(s.Context(), s.next(), s.now, ""))
	s.pass(lease)
	s.is("a third one, by a commit", s.commit("m2", "b", "trois").Lease, true)
	s.is("lost for both", s.renew(slow, until) || s.renew(slow, taken), false)
}

// A note that was made in time arrives when another one has the lease.
func noteLate(s *scene) {
	s.commit("m1", "a", "un", "deux", "trois")
	sent, then := s.next(), s.now
	slow := store.Open(s.kernel, store.Options{Now: func() time.Time { return then }, Lease: lease})
	s.pass(lease)
	s.is("another one", s.due(), 1)
	s.is("more", can[bool](s)(slow.Delivered(s.Context(), sent)), false)
	s.is("the other one goes on", s.next().Message.Text, "deux")
	s.pass(lease - time.Second)
	s.is("no third one", s.due(), 0)
	s.is("more", s.delivered(s.next()), true)
}

func messageGone(s *scene) {
	s.commit("m1", "a", "un", "deux")
	first, until := s.next(), s.now.Add(lease)
	s.is("more", s.delivered(first), true)
	s.is("noted", s.renew(first, until), false)
	second := s.next()
	s.stop("m2")
	s.is("emptied", s.renew(second, until), false)
	s.nothingWaits()
}

func retryKeeps(s *scene) {
	s.commit("m1", "a", "un", "deux")
	at := s.now.Add(10 * time.Minute)
	s.ok(s.store.Retry(s.Context(), s.next(), at, ""))
	s.is("still the first", s.next().Message.Text, "un")
	s.is("counted", s.next().Attempt, 2)
	s.ok(s.store.Hold(s.Context(), s.next(), at, ""))
	s.is("not counted", s.next().Attempt, 2)
	s.pass(10*time.Minute - time.Second)
	s.is("not yet", s.due(), 0)
	s.pass(time.Second)
	s.is("now", s.due(), 1)
	s.ok(s.store.Retry(s.Context(), s.next(), s.now, ""))
	s.is("counted again", s.next().Attempt, 3)
	s.is("at once", s.due(), 1)
	s.is("more", s.delivered(s.next()), true)
	s.is("the next one begins at one", s.next().Attempt, 1)
}

// A sender that met trouble waits its pause, however often the learner writes.
// Only once after each reminder is the outbox looked at early.
func outageLeft(s *scene) {
	s.commit("m1", "a", "un")
	s.ok(s.store.Retry(s.Context(), s.next(), s.now.Add(time.Hour), ""))
	for i := range 5 {
		s.pass(10 * time.Second)
		s.is("the pause is kept", s.commit("again"+strconv.Itoa(i), "aide", "x").Lease, false)
	}
	s.is("by a timer too", s.reminded("t1").Lease, false)
	s.is("a reminder may be what waits", s.commit("m2", "aide", "x").Lease, true)
	s.ok(s.store.Retry(s.Context(), s.next(), s.now.Add(time.Hour), ""))
	s.is("but no longer", s.commit("m3", "aide", "x").Lease, false)
	s.is("nothing is due", s.due(), 0)
	s.pass(time.Hour)
	s.is("due", s.due(), 1)
	s.is("in order", s.next().Message.Text, "un")
	s.is("two attempts failed", s.next().Attempt, 3)
}

func queuedSince(s *scene) {
	queued := func(d flows.Delivery) time.Time { return can[time.Time](s)(s.store.Queued(s.Context(), d)) }
	began := s.now
	s.commit("m1", "a", "un")
	s.pass(time.Minute)
	s.commit("m2", "b", "deux")
	first := s.next()
	s.is("said", queued(first), began)
	s.pass(time.Hour)
	s.ok(s.store.Retry(s.Context(), first, s.now, ""))
	s.ok(s.store.Hold(s.Context(), s.next(), s.now, ""))
	s.is("an attempt changes nothing", queued(s.next()), began)
	s.is("more", s.delivered(s.next()), true)
	s.is("the next one", queued(s.next()), began.Add(time.Minute))
	s.is("one that is gone", queued(first), time.Time{})
}

func deadLetter(s *scene) {
	s.commit("m1", "a", "un", "deux")
	s.ok(s.store.Retry(s.Context(), s.next(), s.now, ""))
	first := s.next()
	s.is("more", can[bool](s)(s.store.Bury(s.Context(), first, "the number does not exist")), true)
	s.is("buried twice", can[bool](s)(s.store.Bury(s.Context(), first, "the number does not exist")), false)
	s.is("goes on", s.next().Message.Text, "deux")
	s.is("more", can[bool](s)(s.store.Bury(s.Context(), s.next(), "again")), false)
	s.nothingWaits()
	dead := can[[]store.Dead](s)(s.store.Dead(s.Context()))
	s.is("listed", len(dead), 2)
	s.is("first", dead[0], store.Dead{
		ID: first.ID, Address: marie, Message: first.Message, Attempts: 2,
		Reason: "the number does not exist", At: s.now,
	})
	s.is("stats", can[store.Stats](s)(s.store.Stats(s.Context())), store.Stats{Conversations: 1, Dead: 2})
}

func deadCap(s *scene) {
	for i := range 12 {
		s.commit("m"+strconv.Itoa(i), "x", strings.Split(strings.Repeat("y", 10), "")...)
		for range 10 {
			can[bool](s)(s.store.Bury(s.Context(), s.next(), strings.Repeat("long ", 100)))
		}
	}
	dead := can[[]store.Dead](s)(s.store.Dead(s.Context()))
	s.is("kept", len(dead), 100)
	s.is("the latest", brief(dead[99].ID), "12.9")
	s.is("a short reason", len(dead[0].Reason), 200)
}

// stop is the turn of STOP.
func (s *scene) stop(id string, texts ...string) store.Committed {
	s.Helper()
	return s.commitWith(id, func(t *flows.Turn) {
		t.Effects = append(t.Effects, flows.Hush{})
		for _, text := range texts {
			Answer(t, text)
		}
	})
}

func hushed(s *scene) {
	s.commit("m1", "a", "un", "deux")
	s.pass(lease)
	s.is("lease", s.stop("m2", "C'est fini.").Lease, true)
	s.is("only the confirmation", s.next().Message.Text, "C'est fini.")
	s.is("more", s.delivered(s.next()), false)
	s.nothingWaits()
}

func hushedUnderWay(s *scene) {
	s.commit("m1", "a", "un", "deux")
	underWay := s.next()
	s.is("the sender keeps the lease", s.stop("m2", "C'est fini.").Lease, false)
	s.is("the sender goes on", s.delivered(underWay), true)
	s.is("with the confirmation", s.next().Message.Text, "C'est fini.")
	s.ok(s.store.Retry(s.Context(), underWay, s.now.Add(time.Hour), ""))
	s.is("a failed one is not tried again", s.next().Message.Text, "C'est fini.")
	s.is("and the confirmation is due at once", s.due(), 1)
	s.is("more", s.delivered(s.next()), false)
	s.is("noted after all", s.delivered(underWay), false)
	s.nothingWaits()
}

func hushedSilently(s *scene) {
	s.commit("m1", "a", "un", "deux")
	underWay := s.next()
	s.is("lease", s.stop("m2").Lease, false)
	s.nothingWaits()
	s.is("more", s.delivered(underWay), false)
	s.pass(time.Hour)
	s.is("due", s.due(), 0)
}

// reminded is a turn in which a timer reminds Marie.
func (s *scene) reminded(id string) store.Committed {
	s.Helper()
	return s.commitWith(id, func(t *flows.Turn) {
		t.Input = flows.Elapsed{At: s.now, Timer: flows.ReminderTimer, Mark: 1}
		Remind(t, "Vous pouvez reprendre.")
	})
}

func reminderOvertaken(s *scene) {
	s.reminded("t1")
	s.reminded("t2")
	s.is("someone is at it", s.commit("m1", "2", "Bien.").Lease, false)
	s.is("the reminders are gone", s.next().Message.Text, "Bien.")
	s.is("more", s.delivered(s.next()), false)
	s.reminded("t3")
	s.commit("m2", "ok")
	s.nothingWaits()
}

func answerBeforeMorning(s *scene) {
	s.reminded("t1")
	s.ok(s.store.Hold(s.Context(), s.next(), s.now.Add(9*time.Hour), ""))
	s.pass(time.Hour)
	s.is("not due in the night", s.due(), 0)
	s.is("the learner is awake", s.commit("m1", "2", "Bien.").Lease, true)
	s.is("answer", s.next().Message.Text, "Bien.")
}

func reminderSent(s *scene) {
	s.commit("m1", "a", "un")
	s.reminded("t1")
	s.is("more", s.delivered(s.next()), true)
	s.is("reminder", s.next().Message.Text, "Vous pouvez reprendre.")
	s.ok(s.store.Hold(s.Context(), s.next(), s.now.Add(9*time.Hour), ""))
	s.is("a timer overtakes nothing", s.reminded("t2").Lease, false)
	s.is("not due in the night", s.due(), 0)
	s.pass(9 * time.Hour)
	s.is("due", s.due(), 1)
	s.is("first attempt", s.next().Attempt, 1)
	s.commitWith("m2", func(t *flows.Turn) { Remind(t, "Je vous le rappelle.") })
	s.is("one that answers the learner is no late one", s.next().Message.Text, "Je vous le rappelle.")
}

// remindedUntil is a turn in which Marie is reminded of something that ends so much
// later.
func (s *scene) remindedUntil(id string, left time.Duration) {
	s.Helper()
	s.commitWith(id, func(t *flows.Turn) {
		t.Input = flows.Elapsed{At: s.now, Timer: flows.DeadlineTimer, Mark: 20261128}
		Remind(t, "Avant le 15.")
		t.Messages[len(t.Messages)-1].Until = s.now.Add(left).Unix()
	})
}

func dayReminder(s *scene) {
	s.remindedUntil("t1", 72*time.Hour)
	s.is("it waits for the morning", s.next().Message.Reminder, true)
	s.ok(s.store.Hold(s.Context(), s.next(), s.now.Add(9*time.Hour), ""))
	s.pass(time.Hour)
	s.is("the learner is awake", s.commit("m1", "2", "Bien.").Lease, true)
	first := s.next()
	s.is("first", first.Message.Text, "Avant le 15.")
	s.is("it waits for the morning", first.Message.Reminder, false)
	s.is("more", s.delivered(first), true)
	s.is("then", s.next().Message.Text, "Bien.")
}

func dayPast(s *scene) {
	s.remindedUntil("t1", 2*time.Hour)
	s.ok(s.store.Hold(s.Context(), s.next(), s.now.Add(9*time.Hour), ""))
	s.pass(9 * time.Hour)
	s.is("due", s.due(), 1)
	s.nothingWaits()
	s.remindedUntil("t2", time.Hour)
	s.pass(time.Hour)
	s.commit("m1", "2", "Bien.")
	s.is("answer", s.next().Message.Text, "Bien.")
}

func fullOutbox(s *scene) {
	texts := strings.Split(strings.Repeat("y", 10), "")
	for i := range 26 {
		s.commit("m"+strconv.Itoa(i), "x", texts...)
	}
	before := s.load()
	got, err := s.store.Commit(s.Context(), before, Turn(before, "more", s.now, "x", "y"))
	s.fails(err, store.ErrFull)
	s.is("record", got.Record, before)
	s.is("nothing happened", s.load(), before)
	s.commit("silent", "x")
	s.stop("stop", "C'est fini.")
	s.is("confirmation", s.next().Message.Text, "C'est fini.")
}

// brief is a delivery's id without its sum: the version and the place.
func brief(id string) string { return id[:strings.LastIndex(id, ".")] }
