package redis_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"passerelle/flows"
	"passerelle/store"
	"passerelle/store/redis"
	"passerelle/store/storetest"
)

// processes are two stores that share nothing but the Redis at that address.
func processes(t *testing.T, url string, o redis.Options) []*store.Store {
	t.Helper()
	var all []*store.Store
	for range 2 {
		k, err := redis.Open(t.Context(), url, o)
		if err != nil {
			t.Fatal(err)
		}
		s := store.Open(k, store.Options{Lease: time.Second})
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		all = append(all, s)
	}
	return all
}

// times is a small number, or a large one when there is time.
func times(few, many int) int {
	if storetest.Long() {
		return many
	}
	return few
}

// A network that cuts, tears, delays and swallows takes nothing away and does
// nothing twice, and leaves no connection behind.
func TestChaos(t *testing.T) {
	s := storetest.Redis(t)
	for seed := range times(2, 20) {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			s.Do("FLUSHALL")
			before := runtime.NumGoroutine()
			t.Run("load", func(t *testing.T) { chaos(t, s, uint64(seed)) })
			await(t, func() bool {
				return runtime.NumGoroutine() <= before && clients(s) == 1
			})
		})
	}
}

func chaos(t *testing.T, s *storetest.Server, seed uint64) {
	t.Helper()
	p := storetest.NewProxy(t, s.Addr())
	crowd := storetest.Crowd{Learners: 40, Inputs: times(15, 60), Workers: 24}
	l := storetest.NewLoad(t, crowd, processes(t, p.URL(), redis.Options{})...)
	all := crowd.Learners * crowd.Inputs
	p.Chaos(seed)
	l.Pass(all / 6)
	p.Reset()
	l.Pass(all / 6)
	p.Delay(20 * time.Millisecond)
	l.Pass(all / 6)
	p.Delay(0)
	p.SwallowReplies(50)
	l.Pass(all / 6)
	p.Reset()
	l.Pass(all)
	p.Calm()
	t.Logf("%v; %d connections cut", l.Finish(), p.Faults())
	const pools = 2 * 64
	if n := clients(s); n > pools+1 {
		t.Errorf("%d connections at the end", n)
	}
	if p.Faults() < all/40 {
		t.Errorf("only %d faults: the test saw nothing", p.Faults())
	}
}

// clients is how many connections a server has, that of the question too.
func clients(s *storetest.Server) int {
	_, after, _ := strings.Cut(s.Do("INFO", "clients"), "connected_clients:")
	line, _, _ := strings.Cut(after, "\r")
	n, _ := strconv.Atoi(line) // no number, no connection: the test fails
	return n
}

// A Redis that is killed and comes back lost nothing it acknowledged, when it
// syncs always. When it syncs every second, it keeps back what it writes while
// the disk is slow: what was lost then is noticed.
func TestServerKilled(t *testing.T) {
	for _, fsync := range []string{"everysec", "always"} {
		t.Run(fsync, func(t *testing.T) {
			s := storetest.Redis(t, "appendfsync", fsync)
			crowd := storetest.Crowd{Learners: 50, Workers: 32, Lossy: fsync == "everysec"}
			l := storetest.NewLoad(t, crowd, processes(t, s.URL(), redis.Options{})...)
			kills := times(4, 20)
			for range kills {
				l.Pass(100)
				s.Kill()
				s.Start()
			}
			l.Pass(100)
			t.Logf("killed %d times: %v", kills, l.Finish())
		})
	}
}

const marie = flows.Address("sms:+33612345678")

// A deed is a verb of the store that is done, though nobody hears of it.
type deed struct {
	name  string
	given func(w *world) error // what was before, if anything
	do    func(ctx context.Context, w *world) error
	is    func(w *world) (string, error) // what the store then holds
	want  string
}

// A world is one store, through a proxy and as it is, and what is to be sent.
type world struct {
	through, near *store.Store
	proxy         *storetest.Proxy
	now           time.Time
	due           flows.Delivery
}

// A write whose reply is lost is done once: when the kernel sends it again, and
// when the caller does, who was given no answer in time.
func TestReplyLost(t *testing.T) {
	s := storetest.Redis(t)
	for _, d := range deeds() {
		t.Run(d.name, func(t *testing.T) {
			d.once(t, newWorld(t, s))
			d.again(t, newWorld(t, s))
		})
	}
}

func newWorld(t *testing.T, s *storetest.Server) *world {
	t.Helper()
	s.Do("FLUSHALL")
	w := &world{proxy: storetest.NewProxy(t, s.Addr()), now: storetest.Monday()}
	for url, to := range map[string]**store.Store{s.URL(): &w.near, w.proxy.URL(): &w.through} {
		k, err := redis.Open(t.Context(), url, redis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { k.Close() })
		*to = store.Open(k, store.Options{Now: func() time.Time { return w.now }})
	}
	return w
}

// once loses one reply.
func (d deed) once(t *testing.T, w *world) {
	t.Helper()
	d.prepare(t, w)
	w.proxy.SwallowReplies(1, "evalsha")
	if err := d.do(t.Context(), w); err != nil {
		t.Errorf("one reply lost: %v", err)
	}
	d.judge(t, w)
}

// again loses all replies until the caller gives up.
func (d deed) again(t *testing.T, w *world) {
	t.Helper()
	d.prepare(t, w)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	w.proxy.SwallowReplies(1_000_000, "evalsha")
	if err := d.do(ctx, w); err == nil {
		t.Error("no error, though no reply came")
	}
	w.proxy.Calm()
	if err := d.do(t.Context(), w); err != nil {
		t.Errorf("done again: %v", err)
	}
	d.judge(t, w)
}

func (d deed) prepare(t *testing.T, w *world) {
	t.Helper()
	if d.given == nil {
		return
	}
	if err := d.given(w); err != nil {
		t.Fatal(err)
	}
}

func (d deed) judge(t *testing.T, w *world) {
	t.Helper()
	if w.proxy.Faults() == 0 {
		t.Error("no reply was lost: the test saw nothing")
	}
	if got, err := d.is(w); err != nil || got != d.want {
		t.Errorf("the store holds %q (error %v), want %q", got, err, d.want)
	}
}

func deeds() []deed {
	return []deed{
		{"the first commit", nil, commit, outcome, "1 conversations, version 1 of 3 lines, next 1.0 after 0, 0 dead, 0 parked"},
		{"a later commit", said, commit, outcome, "1 conversations, version 2 of 6 lines, next 1.0 after 0, 0 dead, 0 parked"},
		{"a delivery", said, delivered, outcome, "1 conversations, version 1 of 3 lines, next 1.1 after 0, 0 dead, 0 parked"},
		{"another attempt", said, retried, outcome, "1 conversations, version 1 of 3 lines, next 1.0 after 1, 0 dead, 0 parked"},
		{"a dead letter", said, buried, outcome, "1 conversations, version 1 of 3 lines, next 1.1 after 0, 1 dead, 0 parked"},
		{"a parked input", nil, parked, outcome, "1 conversations, version 1 of 0 lines, next  after -1, 0 dead, 1 parked"},
		{"a renewal", said, renewed, claimable, "0, then 1, then 0"},
		{"a claim", said, claimed, claimable, "0, then 1, then 0"},
		{"a revision", nil, revised, revisions, "[7cd753709745d291] in force 7cd753709745d291, published 1"},
		{"a lease", nil, acquired, holder, "another false, the holder true"},
	}
}

// said is a turn with two answers.
func said(w *world) error {
	err := take(context.Background(), w.near, "m0", w.now)
	if err == nil {
		w.due, _, err = w.near.Next(context.Background(), marie)
	}
	return err
}

func commit(ctx context.Context, w *world) error { return take(ctx, w.through, "m1", w.now) }

// take loads, advances and commits until the input is taken.
func take(ctx context.Context, s *store.Store, id string, now time.Time) error {
	before, err := s.Load(ctx, marie)
	for err == nil {
		var c store.Committed
		c, err = s.Commit(ctx, before, storetest.Turn(before, id, now, "x", "a", "b"))
		switch {
		case err == nil, errors.Is(err, store.ErrDuplicate):
			return nil
		case errors.Is(err, store.ErrConflict):
			before, err = c.Record, nil
		}
	}
	return err
}

func delivered(ctx context.Context, w *world) error {
	_, err := w.through.Delivered(ctx, w.due)
	return err
}

func retried(ctx context.Context, w *world) error {
	return w.through.Retry(ctx, w.due, w.now, "nobody there")
}

func buried(ctx context.Context, w *world) error {
	_, err := w.through.Bury(ctx, w.due, "nobody there")
	return err
}

func parked(ctx context.Context, w *world) error { return w.through.Park(ctx, marie, "m1", "broken") }

func outcome(w *world) (string, error) {
	ctx := context.Background()
	stats, err := w.near.Stats(ctx)
	r, err2 := w.near.Refresh(ctx, marie)
	next, _, err3 := w.near.Next(ctx, marie)
	place := next.ID[:max(strings.LastIndex(next.ID, "."), 0)]
	return fmt.Sprintf("%d conversations, version %d of %d lines, next %s after %d, %d dead, %d parked",
		stats.Conversations, r.Version, r.Lines, place, next.Attempt-1, stats.Dead, stats.Parked), errors.Join(err, err2, err3)
}

func renewed(ctx context.Context, w *world) error {
	held, err := w.through.Renew(ctx, w.due, w.now.Add(w.through.Lease()))
	if err == nil && !held {
		err = errors.New("the sender has lost what it holds")
	}
	return err
}

func claimed(ctx context.Context, w *world) error {
	later := w.now.Add(w.through.Lease())
	_, err := w.through.Due(ctx, later, 10) // given to nobody when the reply is lost
	return err
}

// claimable is what a relay may take now, after two leases, and right then.
func claimable(w *world) (string, error) {
	var counts [3]int
	var wrong error
	for i := range counts {
		due, err := w.near.Due(context.Background(), w.now, 10)
		wrong = errors.Join(wrong, err)
		counts[i] = len(due)
		if i == 0 {
			w.now = w.now.Add(2 * w.near.Lease())
		}
	}
	return fmt.Sprintf("%d, then %d, then %d", counts[0], counts[1], counts[2]), wrong
}

const revision = flows.RevisionID("7cd753709745d291")

func revised(ctx context.Context, w *world) error {
	if err := w.through.SaveRevision(ctx, revision, []byte("archive")); err != nil {
		return err
	}
	if err := w.through.Propose(ctx, "own"); err != nil {
		return err
	}
	_, err := w.through.Publish(ctx, store.Publication{Revision: revision})
	return err
}

func revisions(w *world) (string, error) {
	all, err := w.near.Revisions(context.Background())
	current, err2 := w.near.Current(context.Background())
	history, err3 := w.near.Published(context.Background())
	return fmt.Sprintf("%v in force %v, published %d", all, current.Revision, len(history)), errors.Join(err, err2, err3)
}

func acquired(ctx context.Context, w *world) error {
	held, err := w.through.Acquire(ctx, "telegram", "one", time.Minute)
	if err == nil && !held {
		err = errors.New("the holder is told that another one holds it")
	}
	return err
}

func holder(w *world) (string, error) {
	another, err := w.near.Acquire(context.Background(), "telegram", "two", time.Minute)
	same, err2 := w.near.Acquire(context.Background(), "telegram", "one", time.Minute)
	return fmt.Sprintf("another %t, the holder %t", another, same), errors.Join(err, err2)
}
