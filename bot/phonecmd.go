package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"passerelle/bot/phone"
	"passerelle/flows"
	"passerelle/flows/flowstest"
	"passerelle/store"
	"passerelle/store/bolt"
)

// phoneCommand holds a conversation in the terminal, or plays one from a file.
func phoneCommand(ctx context.Context, c call) error {
	console, err := c.console()
	if err != nil {
		return err
	}
	if c.house != nil {
		return c.house.talk(ctx, console)
	}
	config, err := loadConfig(c.env)
	if err != nil {
		return err
	}
	h, server, err := c.enter(ctx, config)
	switch {
	case err != nil:
		return err
	case server != nil:
		return forward(ctx, server, c)
	}
	defer h.close()
	if config.shared() {
		return h.among(ctx, console)
	}
	return h.alone(ctx, func(ctx context.Context) error {
		return h.hospitable(ctx, func(ctx context.Context) error { return h.talk(ctx, console) })
	})
}

// unwritten puts into words why the embedded store takes no more changes.
func (h *house) unwritten(err error) error {
	if errors.Is(err, bolt.ErrDamaged) {
		return complain("store.damaged", nil, "data", h.config.Data)
	}
	return complain("store.write", nil, "data", h.config.Data)
}

// A sitting is a conversation to be held at a console, in a language.
type sitting struct {
	phone.Console
	language flows.Language
	// script says that the learner is new and writes from a script.
	script bool
}

// console reads who talks, from the flags of the command.
func (c call) console() (sitting, error) {
	var as, lesson, language string
	var sms bool
	set := flag.NewFlagSet("phone", flag.ContinueOnError)
	set.StringVar(&as, "as", "", "")
	set.StringVar(&lesson, "lesson", "", "")
	set.StringVar(&language, "lang", "", "")
	set.BoolVar(&sms, "sms", false, "")
	if _, err := c.flags(set, false); err != nil {
		return sitting{}, err
	}
	if as != "" && !simulated(as) {
		return sitting{}, complain("usage.as", nil, "value", as)
	}
	if language != "" && !slices.Contains(c.words.bundle.Languages(), language) {
		return sitting{}, complain("usage.lang", nil, "value", language,
			"known", strings.Join(c.words.bundle.Languages(), ", "))
	}
	fresh := as == ""
	if fresh {
		as = "phone:" + strings.ToLower(rand.Text())
	}
	return sitting{
		Console: phone.Console{
			In: c.in, Out: c.out, As: flows.Address(as), Lesson: flows.FlowID(lesson), Interactive: c.terminal,
			SMS: sms,
		},
		language: flows.Language(language), script: fresh && !c.terminal,
	}, nil
}

// simulated tells whether a text is the address of a simulated phone: a name of
// characters that show, and no space.
func simulated(as string) bool {
	name, ok := strings.CutPrefix(as, "phone:")
	hidden := func(r rune) bool { return r == ' ' || !unicode.IsPrint(r) }
	return ok && name != "" && len(as) <= 70 && utf8.ValidString(name) && !strings.ContainsFunc(name, hidden)
}

// alone runs one command in a house that nobody else lives in: messages are
// sent meanwhile as if it were served.
func (h *house) alone(ctx context.Context, work func(context.Context) error) error {
	sending, stop := context.WithCancel(context.WithoutCancel(ctx))
	var relay sync.WaitGroup
	relay.Go(func() { h.relay.Run(sending) })
	defer relay.Wait()
	defer stop()
	before, err := h.store.Stats(ctx)
	if err != nil {
		return fmt.Errorf("look at the outbox: %w", err)
	}
	err = work(ctx)
	h.sent(ctx, func() bool {
		now, err := h.store.Stats(ctx)
		return err != nil || now.Outbox <= before.Outbox
	})
	return err
}

// among holds a conversation on a store that other processes work on, too:
// what they left to be sent is none of ours.
func (h *house) among(ctx context.Context, s sitting) error {
	sending, stop := context.WithCancel(context.WithoutCancel(ctx))
	var relay sync.WaitGroup
	relay.Go(func() { h.relay.runOwn(sending) })
	defer relay.Wait()
	defer stop()
	err := h.talk(ctx, s)
	h.sent(ctx, func() bool {
		unsent, err := h.store.Unsent(ctx, s.As)
		return err != nil || !unsent
	})
	return err
}

// hospitable runs one command while others come in by the socket, as if this
// house were served. Without a socket it is only for itself.
func (h *house) hospitable(ctx context.Context, work func(context.Context) error) error {
	listener, err := listenSocket(ctx, h.config)
	if err != nil {
		h.log.WarnContext(ctx, "no other command can come in meanwhile", slog.Any("error", err))
		return work(ctx)
	}
	open, stop := context.WithCancel(ctx)
	var callers sync.WaitGroup
	callers.Go(func() { h.runErrands(open, listener) })
	defer callers.Wait()
	defer stop()
	return work(ctx)
}

// sent waits a little until what a command said is sent, so that a command that
// ends leaves nothing behind.
func (h *house) sent(ctx context.Context, done func() bool) {
	const patience, pause = 2 * time.Second, 5 * time.Millisecond
	for range patience / pause {
		if ctx.Err() != nil || done() {
			return
		}
		time.Sleep(pause)
	}
}

// talk holds the conversation, with a clock of its own: where time is let
// pass, it passes for this learner only.
func (h *house) talk(ctx context.Context, s sitting) error {
	if s.Lesson != "" && h.shelf.newest().Flows().Flows[s.Lesson] == nil {
		return h.noLesson(s.Lesson)
	}
	t := &pastime{clock: time.Now}
	if s.script {
		t.skip = time.Until(firstMonday(time.Now().In(h.zones.home)))
	}
	t.bot = h.bot.onClock(t.now)
	t.bot.greetIn = s.language
	t.who = s.As
	screen := h.newPhone(t.bot)
	h.phones.add(screen)
	defer h.phones.remove(screen)
	s.Pass, s.Price, s.AsWritten = t.pass, h.config.priceAtHome(), h.config.SMS.AsWritten
	err := screen.Terminal(ctx, s.Console)
	if errors.Is(err, bolt.ErrStopped) || errors.Is(err, bolt.ErrDamaged) {
		return h.unwritten(err)
	}
	if known := explained(h.config.place(), err); h.config.shared() && known != nil {
		return known
	}
	return err
}

// noLesson complains of a lesson that is not there.
func (h *house) noLesson(id flows.FlowID) error {
	return unknownLesson(h.shelf.newest().Flows(), id)
}

// unknownLesson complains of a lesson that a revision does not have.
func unknownLesson(r *flows.Revision, id flows.FlowID) error {
	var known []string
	for lesson := range r.Flows {
		known = append(known, string(lesson))
	}
	slices.Sort(known)
	return notAmong(known, string(id))
}

// notAmong complains of a lesson that is none of those known.
func notAmong(known []string, id string) error {
	if like := nearest(id, known); like != "" {
		return complain("usage.lesson.like", nil, "value", id, "like", like)
	}
	return complain("usage.lesson", nil, "value", id, "known", strings.Join(known, ", "))
}

// onClock is the same bot on another clock. Whoever lets time pass decides when
// it is day: nothing waits for permitted hours, and no cap counts.
func (b *Bot) onClock(now func() time.Time) *Bot {
	return &Bot{
		store: b.store, shelf: b.shelf, zones: b.zones, facts: b.facts, relay: b.relay,
		meter: b.meter, log: b.log, now: now, broken: b.broken,
		hours: hours{always: true},
	}
}

// A pastime is the clock of one console.
type pastime struct {
	bot   *Bot
	who   flows.Address
	clock func() time.Time

	mu   sync.Mutex
	skip time.Duration // how far this clock is ahead
}

// firstMonday is 10 o'clock on the next Monday: when a script begins for a
// fresh learner, so that it prints the same on any day.
func firstMonday(now time.Time) time.Time {
	y, m, d := now.Date()
	days := 7 - (int(now.Weekday())+6)%7
	return time.Date(y, m, d+days, 10, 0, 0, 0, now.Location())
}

// now is the time on this clock.
func (t *pastime) now() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.clock().Add(t.skip)
}

// moveTo sets the clock ahead; it never goes back.
func (t *pastime) moveTo(at time.Time) {
	now := t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.skip += max(0, at.Sub(now))
}

// pass lets time pass: what runs out meanwhile happens in order, each at its
// instant.
func (t *pastime) pass(ctx context.Context, delay string) error {
	d, err := flowstest.ParseDelay(delay)
	if err != nil {
		return err
	}
	record, err := t.bot.load(ctx, t.who)
	if err != nil {
		return err
	}
	until := d.From(t.now().In(t.bot.zones.of(record.Conversation.Profile)))
	for range maxConflicts {
		next, ok := earliest(record.Timers, until)
		if !ok {
			break
		}
		t.moveTo(next.Due)
		in := flows.Elapsed{At: t.now(), Timer: next.Timer, Mark: next.Mark}
		if err := t.bot.Receive(ctx, t.who, store.WakeID(next), in); err != nil {
			return err
		}
		if record, err = t.bot.load(ctx, t.who); err != nil {
			return err
		}
	}
	t.moveTo(until)
	return nil
}

// earliest is the timer that runs out first, if it does by then.
func earliest(timers []flows.Wake, by time.Time) (flows.Wake, bool) {
	var first flows.Wake
	for _, w := range timers {
		if !w.Due.After(by) && (first.Due.IsZero() || w.Due.Before(first.Due)) {
			first = w
		}
	}
	return first, !first.Due.IsZero()
}
