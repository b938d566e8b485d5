package storetest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"passerelle/flows"
	"passerelle/store"
)

// A Verdict is what came of a [Load].
type Verdict struct {
	// Inputs were acknowledged; Lost of them are in no record.
	Inputs, Lost int
	// Losers are the learners who lost some; Unnoticed are those of them who
	// went on, though the store has no mark of it.
	Losers, Unnoticed int
	// Retries are deliveries that ended in an error, and came again.
	Retries int
	// Sent counts the messages sent. Repeats of them were sent before, by a
	// sender that could not note it, or not in time; Doubled although it was
	// noted, or another was at it.
	Sent, Repeats, Doubled int
	// Setbacks are the marks of conversations that went back.
	Setbacks int
	// Longest is the longest time from an input to its acknowledgement.
	Longest time.Duration
}

// String is one line for a log.
func (v Verdict) String() string {
	return fmt.Sprintf("%d inputs acknowledged, %d lost (of %d learners, %d unnoticed, %d marks); %d deliveries again; "+
		"%d messages sent, %d again after a note that failed, %d for no reason; longest %v",
		v.Inputs, v.Lost, v.Losers, v.Unnoticed, v.Setbacks, v.Retries, v.Sent, v.Repeats, v.Doubled, v.Longest.Round(time.Millisecond))
}

// A witness remembers what was acknowledged and what was sent.
type witness struct {
	mu      sync.Mutex
	acked   map[flows.Address]int
	sent    map[flows.Address][]*sending
	longest time.Duration
	repeats int
	doubled int
}

// A sending is one attempt to send a message.
type sending struct {
	text   string
	until  time.Time // end of the lease
	noted  time.Time // zero until the store says so
	broken bool      // the note failed
}

// forbids tells whether the same message may not be sent now, as it was read
// from the store then: another sender is at it, or it was noted before it was
// read, or while nobody else could have read it.
func (s *sending) forbids(read, now time.Time) bool {
	if s.noted.IsZero() {
		return !s.broken && now.Before(s.until)
	}
	return s.noted.Before(read) || s.noted.Before(s.until)
}

func newWitness() *witness {
	return &witness{acked: map[flows.Address]int{}, sent: map[flows.Address][]*sending{}}
}

func (w *witness) acknowledged(a flows.Address, after time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.acked[a]++
	w.longest = max(w.longest, after)
}

// sends sends a message that was read from the store then, unless the lease is
// as good as over: nil then.
func (w *witness) sends(a flows.Address, text string, read, until time.Time) *sending {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	if now.After(until.Add(-glance)) {
		return nil
	}
	one := &sending{text: text, until: until.Add(-time.Millisecond)} // a lease ends at whole ones
	again, wrong := false, false
	for _, earlier := range w.sent[a] {
		if earlier.text == text {
			again = true
			wrong = wrong || earlier.forbids(read, now)
		}
	}
	switch {
	case wrong:
		w.doubled++
	case again:
		w.repeats++
	}
	w.sent[a] = append(w.sent[a], one)
	return one
}

// notes is what the store said to the note of a sending.
func (w *witness) notes(one *sending, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if one.broken = err != nil; !one.broken {
		one.noted = time.Now()
	}
}

// loadTurn is the turn of a learner's n-th input. The record keeps which inputs
// it was made of, as runs of numbers that follow one another: "0-17 19-30".
func loadTurn(before store.Record, n int) flows.Turn {
	t := Turn(before, "m"+strconv.Itoa(n), time.Now(), "x", answersTo(n)...)
	t.After.Run = []flows.Frame{{Flow: "load", Answers: []flows.Answer{{Name: "taken", Value: extend(takenBy(before), n)}}}}
	return t
}

// answersTo are the one or two answers to an input.
func answersTo(n int) []string {
	first := strconv.Itoa(n) + "a"
	if n%2 == 0 {
		return []string{first}
	}
	return []string{first, strconv.Itoa(n) + "b"}
}

// takenBy is what a record keeps of the inputs it was made of.
func takenBy(r store.Record) string {
	if run := r.Conversation.Run; len(run) == 1 && len(run[0].Answers) == 1 {
		return run[0].Answers[0].Value
	}
	return ""
}

// extend adds a number to runs of numbers.
func extend(runs string, n int) string {
	rest, last := "", runs
	if i := strings.LastIndexByte(runs, ' '); i >= 0 {
		rest, last = runs[:i+1], runs[i+1:]
	}
	from, to, found := strings.Cut(last, "-")
	if found && to == strconv.Itoa(n-1) {
		return rest + from + "-" + strconv.Itoa(n)
	}
	return strings.TrimLeft(runs+" "+strconv.Itoa(n)+"-"+strconv.Itoa(n), " ")
}

// numbers are all those of the runs, in their order.
func numbers(runs string) []int {
	var all []int
	for run := range strings.FieldsSeq(runs) {
		from, to, _ := strings.Cut(run, "-")
		first, _ := strconv.Atoi(from) // ours
		last, _ := strconv.Atoi(to)
		for n := first; n <= last; n++ {
			all = append(all, n)
		}
	}
	return all
}

// judge compares what the store holds with what the witness saw.
func (l *Load) judge() Verdict {
	l.t.Helper()
	w := l.witness
	v := Verdict{
		Inputs: l.Acked(), Retries: int(l.retries.Load()), Longest: w.longest,
		Repeats: w.repeats, Doubled: w.doubled,
	}
	marks, err := l.processes[0].Setbacks(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	for i := range l.crowd.Learners {
		a := l.Learner(i)
		v.Sent += len(w.sent[a])
		lost, wentOn := l.judgeOne(a)
		if v.Lost += lost; lost == 0 {
			continue
		}
		v.Losers++
		if wentOn && !slices.ContainsFunc(marks, func(b store.Setback) bool { return b.Address == a }) {
			v.Unnoticed++
		}
	}
	stats, err := l.processes[0].Stats(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	v.Setbacks = int(stats.Setbacks)
	if stats.Conversations != int64(l.crowd.Learners) || stats.Outbox != 0 || stats.Dead+stats.Parked != 0 {
		l.t.Errorf("the store counts %+v for %d learners", stats, l.crowd.Learners)
	}
	if v.Unnoticed != 0 || !l.crowd.Lossy && (v.Lost != 0 || v.Doubled != 0 || v.Setbacks != 0) {
		l.t.Errorf("a promise was broken: %v", v)
	}
	return v
}

// judgeOne judges one learner, and returns how many inputs were lost, and
// whether another one was taken later.
func (l *Load) judgeOne(a flows.Address) (lost int, wentOn bool) {
	l.t.Helper()
	r, err := l.processes[0].Refresh(l.t.Context(), a)
	if err != nil {
		l.t.Fatal(err)
	}
	taken := numbers(takenBy(r))
	if !slices.IsSortedFunc(taken, func(a, b int) int { return cmp.Or(cmp.Compare(a, b), -1) }) {
		l.t.Errorf("%s: an input was taken twice, or not in order: %s", a, takenBy(r))
	}
	if n := uint64(len(taken)); r.Version != n || r.Conversation.Turn != n {
		l.t.Errorf("%s: version %d, turn %d, for %d inputs", a, r.Version, r.Conversation.Turn, n)
	}
	l.judgeLines(a, r, taken)
	l.judgeSent(a, taken)
	for n := range l.witness.acked[a] {
		at, found := slices.BinarySearch(taken, n)
		if !found {
			lost++
			wentOn = at < len(taken)
		}
	}
	return lost, wentOn
}

// judgeLines checks that the transcript has each turn's lines, without a gap.
func (l *Load) judgeLines(a flows.Address, r store.Record, taken []int) {
	l.t.Helper()
	entries, err := l.processes[0].Transcript(l.t.Context(), a, 0)
	if err != nil {
		l.t.Fatal(err)
	}
	want := 0
	for _, n := range taken {
		want += 1 + len(answersTo(n))
	}
	if !l.crowd.Lossy && r.Lines != uint64(want) || len(entries) < min(want, store.HotLines) {
		l.t.Errorf("%s: %d lines, %d kept, for %d", a, r.Lines, len(entries), want)
	}
	for i, e := range entries {
		if n := r.Lines - uint64(len(entries)-i-1); e.N != n {
			l.t.Errorf("%s: line %d in place of %d", a, e.N, n)
		}
	}
}

// judgeSent checks that all answers to what was taken were sent, and in order.
func (l *Load) judgeSent(a flows.Address, taken []int) {
	l.t.Helper()
	var want, got []string
	for _, n := range taken {
		want = append(want, answersTo(n)...)
	}
	for _, s := range l.witness.sent[a] {
		if l.crowd.Lossy && (slices.Contains(got, s.text) || !slices.Contains(want, s.text)) {
			continue
		}
		got = append(got, s.text)
	}
	if got = slices.Compact(got); !slices.Equal(got, want) {
		l.t.Errorf("%s: sent %q, want %q", a, got, want)
	}
}
