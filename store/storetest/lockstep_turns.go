package storetest

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"passerelle/flows"
	"passerelle/store"
)

// turnsInLockStep sends the same random life of a few learners to a store over
// the kernel and to one over the model, and keeps its own short account of
// what must be true of both.
func turnsInLockStep(t *testing.T, open Factory) {
	histories(t, func(r *rapid.T) {
		m := &turnMachine{now: Monday(), account: map[flows.Address]*account{}}
		for i, k := range []store.Kernel{open(t), NewModel()} {
			m.pair[i] = store.Open(k, store.Options{Now: func() time.Time { return m.now }, Lease: lease, Cache: 2})
		}
		defer m.close(r)
		r.Repeat(map[string]func(*rapid.T){
			"commit": m.commit, "repeat": m.repeat, "commit late": m.commitLate, "elapse": m.elapse,
			"send": m.send, "renew": m.renew, "fail": m.fail, "bury": m.bury, "sweep": m.sweep, "park": m.park,
			"lease": m.lease, "pass": m.pass, "part": m.part, "receipt": m.receipt, "queue": m.queue, "": m.check,
		})
	})
}

// A turnMachine is the two stores and what is expected of them.
type turnMachine struct {
	pair    pair[*store.Store]
	now     time.Time
	serial  int
	account map[flows.Address]*account
	sending []flows.Delivery // lately read, perhaps noted already
}

// An account is what the machine itself knows of one learner.
type account struct {
	taken   []string       // ids of the inputs taken, each once
	waiting []string       // texts not yet sent, in order
	records []store.Record // the last one last
}

func (m *turnMachine) close(t *rapid.T) {
	for _, s := range m.pair {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
}

func (m *turnMachine) learner(t *rapid.T) (flows.Address, *account) {
	a := rapid.SampledFrom([]flows.Address{"phone:a", "sms:+33612345678", "telegram:7"}).Draw(t, "learner")
	if m.account[a] == nil {
		m.account[a] = &account{records: []store.Record{{Conversation: flows.Conversation{Address: a}}}}
	}
	return a, m.account[a]
}

func (a *account) last() store.Record { return a.records[len(a.records)-1] }

func (m *turnMachine) pass(t *rapid.T) {
	m.now = m.now.Add(time.Duration(rapid.IntRange(1, 200).Draw(t, "seconds")) * time.Second)
}

// An outcome is what a commit answered.
type outcome struct {
	Committed store.Committed
	Err       error
}

// try commits on both and returns the answer.
func (m *turnMachine) try(t *rapid.T, before store.Record, turn flows.Turn) outcome {
	return both(t, "commit", m.pair, func(s *store.Store) (outcome, error) {
		c, err := s.Commit(t.Context(), before, turn)
		for _, known := range []error{store.ErrConflict, store.ErrDuplicate, store.ErrFull} {
			if errors.Is(err, known) {
				return outcome{c, known}, nil
			}
		}
		return outcome{c, nil}, err
	})
}

// take commits a turn that must be taken, and writes it into the account.
func (m *turnMachine) take(t *rapid.T, acc *account, turn flows.Turn) {
	got := m.try(t, acc.last(), turn)
	if got.Err != nil {
		t.Fatalf("the turn was refused: %v", got.Err)
	}
	if want := acc.last().Version + 1; got.Committed.Record.Version != want {
		t.Fatalf("version %d, want %d", got.Committed.Record.Version, want)
	}
	acc.taken = append(acc.taken, turn.ID)
	acc.records = append(acc.records, got.Committed.Record)
	for _, e := range turn.Effects {
		if _, ok := e.(flows.Hush); ok {
			acc.waiting = nil
		}
	}
	for _, message := range turn.Messages {
		acc.waiting = append(acc.waiting, message.Text)
	}
}

// turn draws a turn with any effects.
func (m *turnMachine) turn(t *rapid.T, before store.Record) flows.Turn {
	m.serial++
	turn := Turn(before, "m"+strconv.Itoa(m.serial), m.now, "heard")
	if rapid.IntRange(0, 3).Draw(t, "input") == 0 {
		turn.Input = flows.TookOver{At: m.now}
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "effects") {
		switch rapid.IntRange(0, 9).Draw(t, "effect") {
		case 0:
			turn.After.Epoch++
			turn.After.Mode = flows.WaitingMode
			turn.Effects = append(turn.Effects, flows.Alert{Reason: flows.AskedPerson, Epoch: turn.After.Epoch})
		case 1:
			turn.Effects = append(turn.Effects, flows.Close{Epoch: turn.After.Epoch})
		case 2, 3:
			timer := rapid.SampledFrom([]flows.Timer{flows.ReminderTimer, flows.WaitTimer}).Draw(t, "timer")
			Timed(&turn, timer, turn.After.Turn, m.now.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "seconds"))*time.Second))
		case 4:
			turn.Effects = append(turn.Effects, flows.Cancel{Timer: flows.ReminderTimer})
		case 5:
			if len(turn.Messages) == 0 { // the engine empties the outbox before it says anything
				turn.Effects = append(turn.Effects, flows.Hush{})
			}
		case 6:
			turn.Effects = append(turn.Effects, aCount(t))
		default:
			Answer(&turn, turn.ID+"."+strconv.Itoa(i))
		}
	}
	return turn
}

// aCount draws what a turn counts.
func aCount(t *rapid.T) flows.Count {
	return flows.Count{Of: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) flows.Counter {
		return flows.Counter{
			Flow: rapid.SampledFrom([]flows.FlowID{"mail", "rights"}).Draw(t, "lesson"),
			Step: flows.StepID(aName(t)),
			What: rapid.SampledFrom([]flows.Counted{flows.CountAsked, flows.CountPassed}).Draw(t, "what"),
		}
	}), 1, 4).Draw(t, "counters")}
}

func (m *turnMachine) commit(t *rapid.T) {
	a, acc := m.learner(t)
	loaded := both(t, "load", m.pair, func(s *store.Store) (store.Record, error) { return s.Load(t.Context(), a) })
	if loaded.Version != acc.last().Version {
		t.Fatalf("version %d loaded, want %d", loaded.Version, acc.last().Version)
	}
	m.take(t, acc, m.turn(t, loaded))
}

// repeat sends an input again that was taken: nothing may happen.
func (m *turnMachine) repeat(t *rapid.T) {
	a, acc := m.learner(t)
	if len(acc.taken) == 0 {
		t.Skip("nothing taken yet")
	}
	id := rapid.SampledFrom(acc.taken[max(len(acc.taken)-32, 0):]).Draw(t, "id")
	before := rapid.SampledFrom(acc.records).Draw(t, "before")
	turn := m.turn(t, before)
	turn.ID = id
	got := m.try(t, before, turn)
	if !errors.Is(got.Err, store.ErrDuplicate) || got.Committed.Record.Version != acc.last().Version {
		t.Fatalf("the repeat of %s was answered %v, version %d", id, got.Err, got.Committed.Record.Version)
	}
	for _, one := range []string{id, id + " again"} {
		taken := both(t, "repeated", m.pair, func(s *store.Store) (bool, error) { return s.Repeated(t.Context(), a, one) })
		if taken != (one == id) {
			t.Fatalf("%s was taken: %v", one, taken)
		}
	}
}

// commitLate begins from a record that is no longer the current one.
func (m *turnMachine) commitLate(t *rapid.T) {
	_, acc := m.learner(t)
	if len(acc.records) < 2 {
		t.Skip("nothing is late yet")
	}
	before := rapid.SampledFrom(acc.records[:len(acc.records)-1]).Draw(t, "before")
	turn := m.turn(t, before)
	got := m.try(t, before, turn)
	if !errors.Is(got.Err, store.ErrConflict) || got.Committed.Record.Version != acc.last().Version {
		t.Fatalf("a late turn was answered %v, version %d", got.Err, got.Committed.Record.Version)
	}
	again := m.turn(t, got.Committed.Record)
	again.ID = turn.ID
	m.take(t, acc, again)
}

// elapse commits the earliest timer of a learner.
func (m *turnMachine) elapse(t *rapid.T) {
	_, acc := m.learner(t)
	timers := acc.last().Timers
	if len(timers) == 0 {
		t.Skip("no timer")
	}
	w := timers[0]
	turn := m.turn(t, acc.last())
	turn.ID, turn.Input = store.WakeID(w), flows.Elapsed{At: m.now, Timer: w.Timer, Mark: w.Mark}
	if acc.last().Ring.Has(turn.ID) {
		t.Skip("set again for the same instant")
	}
	m.take(t, acc, turn)
}

func (m *turnMachine) next(t *rapid.T) (flows.Delivery, *account) {
	a, acc := m.learner(t)
	type answer struct {
		Delivery flows.Delivery
		OK       bool
	}
	got := both(t, "next", m.pair, func(s *store.Store) (answer, error) {
		d, ok, err := s.Next(t.Context(), a)
		return answer{d, ok}, err
	})
	if got.OK != (len(acc.waiting) > 0) || got.OK && got.Delivery.Message.Text != acc.waiting[0] {
		t.Fatalf("next is %v %q, want the first of %q", got.OK, got.Delivery.Message.Text, acc.waiting)
	}
	if !got.OK {
		t.Skip("nothing waits")
	}
	m.sending = append(m.sending, got.Delivery)
	return got.Delivery, acc
}

// send notes a delivery, and one read earlier a second time.
func (m *turnMachine) send(t *rapid.T) {
	d, acc := m.next(t)
	acc.waiting = acc.waiting[1:]
	both(t, "delivered", m.pair, func(s *store.Store) (bool, error) { return s.Delivered(t.Context(), d) })
	old := rapid.SampledFrom(m.sending).Draw(t, "old")
	if current := m.account[old.To]; len(current.waiting) > 0 && current.waiting[0] == old.Message.Text {
		return
	}
	both(t, "delivered late", m.pair, func(s *store.Store) (bool, error) { return s.Delivered(t.Context(), old) })
}

// renew prolongs a lease that ends about now, or did, whoever has it.
func (m *turnMachine) renew(t *rapid.T) {
	d, _ := m.next(t)
	if rapid.Bool().Draw(t, "old") {
		d = rapid.SampledFrom(m.sending).Draw(t, "delivery")
	}
	until := m.now.Add(time.Duration(rapid.IntRange(-120, 60).Draw(t, "seconds")) * time.Second)
	both(t, "renew", m.pair, func(s *store.Store) (bool, error) { return s.Renew(t.Context(), d, until) })
}

func (m *turnMachine) fail(t *rapid.T) {
	d, _ := m.next(t)
	at := m.now.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "seconds")) * time.Second)
	hold := rapid.Bool().Draw(t, "hold")
	both(t, "retry", m.pair, func(s *store.Store) (bool, error) {
		if hold {
			return true, s.Hold(t.Context(), d, at, "")
		}
		return true, s.Retry(t.Context(), d, at, "why")
	})
}

func (m *turnMachine) bury(t *rapid.T) {
	d, acc := m.next(t)
	acc.waiting = acc.waiting[1:]
	both(t, "bury", m.pair, func(s *store.Store) (bool, error) { return s.Bury(t.Context(), d, "refused") })
	both(t, "dead", m.pair, func(s *store.Store) ([]store.Dead, error) { return s.Dead(t.Context()) })
}

func (m *turnMachine) sweep(t *rapid.T) {
	both(t, "due", m.pair, func(s *store.Store) ([]store.Due, error) {
		due, err := s.Due(t.Context(), m.now, 1000)
		slices.SortFunc(due, func(a, b store.Due) int {
			return cmp.Or(cmp.Compare(a.Address, b.Address), cmp.Compare(a.Kind, b.Kind))
		})
		return due, err
	})
}

func (m *turnMachine) park(t *rapid.T) {
	a, acc := m.learner(t)
	m.serial++
	id := "p" + strconv.Itoa(m.serial)
	parked := both(t, "park", m.pair, func(s *store.Store) (store.Record, error) {
		if err := s.Park(t.Context(), a, id, "broken"); err != nil {
			return store.Record{}, err
		}
		return s.Load(t.Context(), a)
	})
	acc.taken = append(acc.taken, id)
	acc.records = append(acc.records, parked)
}

func (m *turnMachine) lease(t *rapid.T) {
	name := rapid.SampledFrom([]string{"telegram", "smpp"}).Draw(t, "name")
	holder := rapid.SampledFrom([]string{"one", "two"}).Draw(t, "holder")
	if rapid.Bool().Draw(t, "release") {
		both(t, "release", m.pair, func(s *store.Store) (bool, error) { return true, s.Release(t.Context(), name, holder) })
		return
	}
	both(t, "acquire", m.pair, func(s *store.Store) (bool, error) { return s.Acquire(t.Context(), name, holder, lease) })
}

// check holds what is true at every moment.
func (m *turnMachine) check(t *rapid.T) {
	ctx := t.Context()
	waiting, begun := int64(0), int64(0)
	for a, acc := range m.account {
		if len(acc.waiting) > 0 {
			waiting++
		}
		if acc.last().Version > 0 {
			begun++
		}
		if want := uint64(len(acc.taken)); acc.last().Version != want {
			t.Fatalf("version %d after %d inputs", acc.last().Version, want)
		}
		lines := both(t, "transcript", m.pair, func(s *store.Store) ([]store.Entry, error) { return s.Transcript(ctx, a, 0) })
		if total := acc.last().Lines; uint64(len(lines)) < min(total, store.HotLines) {
			t.Fatalf("%d lines of %d are kept", len(lines), total)
		}
		for i, e := range lines {
			if e.N != acc.last().Lines-uint64(len(lines)-i-1) {
				t.Fatalf("line %d has number %d of %d", i, e.N, acc.last().Lines)
			}
		}
	}
	both(t, "counts", m.pair, func(s *store.Store) (map[flows.Counter]int64, error) { return s.Counts(ctx, "mail") })
	both(t, "requests", m.pair, func(s *store.Store) ([]store.Request, error) { return s.Requests(ctx) })
	stats := both(t, "stats", m.pair, func(s *store.Store) (store.Stats, error) { return s.Stats(ctx) })
	if stats.Outbox != waiting || stats.Conversations != begun {
		t.Fatalf("%d outboxes of %d conversations, want %d of %d", stats.Outbox, stats.Conversations, waiting, begun)
	}
}
