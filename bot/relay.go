package bot

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"passerelle/flows"
	"passerelle/store"
)

// How the relay works: so many sendings at once on each channel, so many
// conversations in line for them, how long one sending may take, how often
// what was left behind is looked for, and how often a message is tried.
const (
	workers     = 16
	maxQueue    = 4096
	sendTime    = 10 * time.Second
	sweepEvery  = time.Second
	sweepMost   = 256
	maxAttempts = 24            // the least number of attempts,
	leastKept   = 6 * time.Hour // and the least time, before one is given up
	firstRetry  = 2 * time.Second
	lastRetry   = time.Hour
	noChannel   = 5 * time.Minute
	maxAsides   = 64
	speakers    = 4
)

// A Relay sends what turns have said: the first message of a conversation's
// outbox, then the next, never two of one conversation at a time. It also takes
// the turns of timers that ran out.
type Relay struct {
	store *store.Store
	zones zones
	// hours are those in which learners are written to unasked.
	hours hours
	// broke tells whether there is no money for what nobody asked for; nil:
	// nothing costs money.
	broke func(flows.Address) bool
	meter *meter
	log   *slog.Logger
	now   func() time.Time
	// receive takes the turn of a timer.
	receive func(context.Context, flows.Address, string, flows.Input) error
	outage  *outage

	posts   map[string]*post
	nowhere *post
	timers  chan store.Due
	asides  chan flows.Delivery
	rounds  rounds
}

// A post is one channel with the conversations in line for it. Each channel
// has workers of its own, so that the trouble of one never holds up another.
type post struct {
	name    string
	channel Channel
	queue   chan ticket
}

// A ticket is the place of a conversation in line. The lease to send for it
// lasts until then at least. Later the sweep, of this process or of another,
// puts it in line again, and this ticket is void.
type ticket struct {
	to    flows.Address
	until time.Time
}

// newPost makes a post with nobody in line.
func newPost(name string, channel Channel) *post {
	return &post{name: name, channel: channel, queue: make(chan ticket, maxQueue)}
}

// connect makes the posts of the channels, and one for addresses of channels
// this installation has not.
func (r *Relay) connect(channels map[string]Channel) {
	r.posts = make(map[string]*post, len(channels))
	for name, channel := range channels {
		r.posts[name] = newPost(name, channel)
	}
	r.nowhere = newPost("other", absent{})
	r.timers = make(chan store.Due, maxQueue)
	r.asides = make(chan flows.Delivery, maxAsides)
}

// absent is the channel of addresses nobody here can reach. Another
// configuration may: nothing is lost.
type absent struct{}

// Send implements [Channel].
func (absent) Send(context.Context, flows.Delivery) error {
	return &flows.Refusal{Reason: whyAbsent, After: noChannel}
}

// post returns the post of an address.
func (r *Relay) post(to flows.Address) *post {
	if p, ok := r.posts[to.Channel()]; ok {
		return p
	}
	return r.nowhere
}

// send puts a conversation in line whose lease was taken by a commit that was
// called then.
func (r *Relay) send(to flows.Address, called time.Time) {
	r.enqueue(ticket{to, called.Add(r.store.Lease())})
}

// enqueue puts a ticket in line, or hands it to whoever sends for that learner
// already. When the line is full the lease runs out, and the sweep finds the
// conversation later.
func (r *Relay) enqueue(t ticket) {
	if r.rounds.join(t, r.now()) {
		return
	}
	select {
	case r.post(t.to).queue <- t:
	default:
	}
}

// Run sends until ctx ends, finishes the sendings under way, and returns.
func (r *Relay) Run(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	for range workers {
		running.Go(func() { r.tick(ctx) })
	}
	running.Go(func() { r.sweep(ctx) })
	r.runOwn(ctx)
}

// runOwn is Run without the sweep: it sends what the turns of this process
// say, and leaves alone what belongs to other processes on the same store.
func (r *Relay) runOwn(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	for range speakers {
		running.Go(func() { r.speak(ctx) })
	}
	for _, p := range r.all() {
		for range workers {
			running.Go(func() { r.work(ctx, p) })
		}
	}
	<-ctx.Done()
}

// all are the posts there are.
func (r *Relay) all() []*post {
	all := []*post{r.nowhere}
	for _, p := range r.posts {
		all = append(all, p)
	}
	return all
}

// work sends for one conversation after another.
func (r *Relay) work(ctx context.Context, p *post) {
	for {
		select {
		case t := <-p.queue:
			if err := r.serve(ctx, p, t); err != nil {
				r.log.ErrorContext(ctx, "send", slog.Any("address", t.to), slog.Any("error", err))
			}
		case <-ctx.Done():
			r.letGo(ctx, p)
			return
		}
	}
}

// letGo gives back the leases of those still in line at the end, so that
// whoever starts next need not wait for them to run out.
func (r *Relay) letGo(ctx context.Context, p *post) {
	for {
		select {
		case t := <-p.queue:
			if err := r.serve(ctx, p, t); err != nil {
				r.log.ErrorContext(ctx, "put off a message", slog.Any("address", t.to), slog.Any("error", err))
				return // the store is away: leases run out by themselves
			}
		default:
			return
		}
	}
}

// serve sends for one learner, and nobody else in this process does meanwhile.
func (r *Relay) serve(ctx context.Context, p *post, t ticket) (err error) {
	for more := r.rounds.begin(t, r.now()); more; more = r.rounds.end(t.to) {
		err = r.drain(ctx, p, t.to)
	}
	return err
}

// drain sends what waits for one learner, in order, until something has to
// wait or nothing is left. A ticket whose time is over is void, and one that
// stood in line for a while is renewed before anything is sent: someone else
// could send the same message. What it leaves, the sweep finds.
func (r *Relay) drain(ctx context.Context, p *post, to flows.Address) error {
	lasting := context.WithoutCancel(ctx) // what was sent is noted, even at the end
	for more := true; more && r.now().Before(r.rounds.until(to)); {
		d, ok, err := r.store.Next(lasting, to)
		if err != nil || !ok {
			return err
		}
		if held, err := r.fresh(lasting, d); err != nil || !held {
			return err
		}
		if until, why := r.wait(lasting, d); why != "" || ctx.Err() != nil {
			return r.store.Hold(lasting, d, until, why)
		}
		more = r.attempt(ctx, p, d)
	}
	return nil
}

// Reasons of the relay's own why a message waits. Operators read the sentence
// "outbox.reason." and the reason.
const (
	whyHours  = "hours"          // a reminder, outside of permitted hours
	whyMoney  = "money"          // a reminder, on a day whose budget is spent
	whyStore  = "store"          // nobody knows where the learner lives
	whyAbsent = "channel.absent" // nobody here can reach that channel
)

// wait tells until when a message has to wait, and why: a reminder, for
// permitted hours, and for a day that has money left. Without a reason it need
// not.
func (r *Relay) wait(ctx context.Context, d flows.Delivery) (until time.Time, why string) {
	now := r.now()
	if !d.Message.Reminder {
		return now, ""
	}
	record, err := r.store.Load(ctx, d.To)
	if err != nil {
		return now.Add(noChannel), whyStore
	}
	who := record.Conversation.Profile
	at := now.In(r.zones.of(who))
	if r.broke != nil && r.broke(d.To) {
		return r.hours.permitted(clock(at.AddDate(0, 0, 1), 0), who), whyMoney
	}
	if until = r.hours.permitted(at, who); until.After(now) {
		return until, whyHours
	}
	return now, ""
}

// tell sends one sentence that stands in no outbox, soon. When it fails, or too
// many wait, it is gone. Nobody waits for it: a channel that is told something in
// return takes a turn of its own.
func (r *Relay) tell(to flows.Address, m flows.Message) {
	id := "0." + strconv.FormatInt(r.now().UnixNano(), 36)
	select {
	case r.asides <- flows.Delivery{ID: id, To: to, Message: m, Attempt: 1, Aside: true}:
	default:
		r.meter.deliveries.WithLabelValues(to.Channel(), resultBuried).Inc()
	}
}

// speak sends what stands in no outbox.
func (r *Relay) speak(ctx context.Context) {
	for {
		select {
		case d := <-r.asides:
			if err := r.try(context.WithoutCancel(ctx), r.post(d.To).channel, d); err != nil {
				r.log.WarnContext(ctx, "a sentence was not sent", slog.Any("address", d.To), slog.Any("error", err))
			}
		case <-ctx.Done():
			return
		}
	}
}

// pauseAfter is how long to wait after an attempt that failed: twice as long
// each time, and never the same for all, lest they all come back at once.
func pauseAfter(attempt int) time.Duration {
	pause := lastRetry
	if attempt < 12 {
		pause = min(firstRetry<<(attempt-1), lastRetry)
	}
	return pause/2 + rand.N(pause) //nolint:gosec // no secret hangs on it
}

// sweep looks every so often for what is due: messages left behind or put off,
// and timers.
func (r *Relay) sweep(ctx context.Context) {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		for r.claim(ctx) {
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// claim puts what is due in line, and tells whether there may be more.
func (r *Relay) claim(ctx context.Context) (more bool) {
	now := r.now()
	due, err := r.store.Due(ctx, now, sweepMost)
	if err == nil {
		r.outage.over(ctx, r.store, r.log)
	}
	if err != nil && ctx.Err() == nil {
		r.log.ErrorContext(ctx, "look for what is due", slog.Any("error", err))
	}
	for _, d := range due {
		if d.Kind == store.OutboxDue {
			r.enqueue(ticket{d.Address, now.Add(r.store.Lease())})
			continue
		}
		select {
		case r.timers <- d:
		default: // the claim runs out, and a later sweep finds it again
		}
	}
	return err == nil && len(due) >= sweepMost/2
}

// tick takes the turns of timers that ran out.
func (r *Relay) tick(ctx context.Context) {
	for {
		select {
		case due := <-r.timers:
			for _, w := range due.Wakes {
				if err := r.elapse(ctx, due.Address, w); err != nil {
					break // in order: the rest waits for the next claim
				}
			}
		case <-ctx.Done():
			return
		}
	}
}

// elapse takes the turn of one timer, now: what it sets next counts from now,
// even when this program slept through its hour.
func (r *Relay) elapse(ctx context.Context, who flows.Address, w flows.Wake) error {
	at := r.now()
	err := r.receive(context.WithoutCancel(ctx), who, store.WakeID(w), flows.Elapsed{At: at, Timer: w.Timer, Mark: w.Mark})
	if err != nil {
		return fmt.Errorf("take the turn of a timer: %w", err)
	}
	return nil
}
