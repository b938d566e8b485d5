package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"

	"passerelle/bot/sms"
	"passerelle/flows"
	"passerelle/flows/intent"
	"passerelle/store"
	"passerelle/store/bolt"
)

const (
	// maxFailures is how often an input may fail before it is parked.
	maxFailures = 5
	// maxConflicts is how often a turn may lose against another writer.
	maxConflicts = 100
)

// Reasons of this room, beside those of the engine.
const (
	parkedReason  flows.Reason = "parked"   // the input failed again and again
	cappedReason  flows.Reason = "capped"   // a cap was reached
	repeatedInput flows.Reason = "repeated" // the input was taken before
)

// Receive takes the turn of one input: load, advance, render, commit. The same
// id is taken once. After nil, and only then, the input may be acknowledged to
// whoever sent it: its turn is committed, and so are the answers.
func (b *Bot) Receive(ctx context.Context, from flows.Address, id string, in flows.Input) error {
	_, err := b.Take(ctx, from, id, in)
	return err
}

// Take is [Bot.Receive] that also tells what came of the input.
func (b *Bot) Take(ctx context.Context, from flows.Address, id string, in flows.Input) (flows.Reason, error) {
	leave, err := b.lanes.enter(ctx, from)
	if errors.Is(err, ErrBusy) {
		b.meter.refused.WithLabelValues("waiting").Inc()
	}
	if err != nil {
		return "", fmt.Errorf("wait for a turn: %w", err)
	}
	defer leave()
	began := time.Now()
	reason, err := b.take(ctx, arrival{from: from, id: id, in: in})
	spent := time.Since(began)
	if err != nil {
		b.log.Log(ctx, gravity(err), "turn not taken", slog.Any("address", from), slog.Any("error", err))
		return "", err
	}
	b.meter.turns.WithLabelValues(string(reason)).Inc()
	b.meter.duration.Observe(spent.Seconds())
	b.log.InfoContext(ctx, "turn",
		slog.String("reason", string(reason)), slog.Float64("ms", float64(spent.Microseconds())/1000), slog.String("channel", from.Channel()))
	return reason, nil
}

// gravity is how loud the log is about an input not taken. A cap that does its
// work is counted; strangers cannot fill the log with it.
func gravity(err error) slog.Level {
	if errors.Is(err, ErrFull) {
		return slog.LevelDebug
	}
	return slog.LevelError
}

// An arrival is an input as it came: from whom, under which id.
type arrival struct {
	from flows.Address
	id   string
	in   flows.Input
	// quiet says that the robot's own messages are left out: nothing is left to
	// pay them with, and a person reads the input.
	quiet bool
}

// take loads the conversation and takes the turn, unless a cap was reached.
func (b *Bot) take(ctx context.Context, a arrival) (flows.Reason, error) {
	before, err := b.load(ctx, a.from)
	if err != nil {
		return "", err
	}
	if before.Ring.Has(a.id) {
		if repeated, err := b.repeated(ctx, a); repeated || err != nil {
			return repeatedInput, err
		}
	}
	if before.Version == 0 {
		before.Conversation.Profile.Language = b.greetIn
	}
	verdict, sentence, err := b.admit(ctx, before, &a)
	switch {
	case err != nil:
		return "", err
	case verdict == admitted:
		return b.settle(ctx, before, a)
	case before.Version == 0 && sentence != keyTooMany:
		return b.turnAway(a, verdict, sentence)
	case verdict == overCap:
		return b.sayOnce(ctx, before, a, sentence)
	}
	return cappedReason, nil
}

// load reads a conversation, in bounded time.
func (b *Bot) load(ctx context.Context, from flows.Address) (store.Record, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	return b.store.Load(ctx, from)
}

// repeated tells whether an input may be acknowledged that seems to be taken: a
// store that lost its turn since takes it again.
func (b *Bot) repeated(ctx context.Context, a arrival) (bool, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	return b.store.Repeated(ctx, a.from, a.id)
}

// settle takes the turn. A loser against another writer advances again from
// what is there now; an input that makes the engine fail is parked at last.
func (b *Bot) settle(ctx context.Context, before store.Record, a arrival) (flows.Reason, error) {
	failures := 0
	for range maxConflicts {
		turn, err := b.whole(ctx, before.Conversation, a)
		if errors.Is(err, errUnread) {
			return "", err
		}
		if err != nil {
			if failures++; failures >= maxFailures {
				return b.park(ctx, before, a, err)
			}
			continue
		}
		done, err := b.commit(ctx, before, turn)
		switch {
		case errors.Is(err, store.ErrConflict):
			before = done.Record
		case errors.Is(err, store.ErrDuplicate):
			return repeatedInput, nil
		case errors.Is(err, store.ErrBadTurn): // it never will be well formed
			return b.park(ctx, before, a, err)
		case err != nil:
			return "", err
		default:
			return turn.Outcome.Reason, nil
		}
	}
	return "", fmt.Errorf("take a turn: %w", store.ErrConflict)
}

// errPanicked says that the engine or the renderer gave up on an input.
var errPanicked = errors.New("the engine failed on an input")

// whole makes the whole turn of an input, without anything done yet but what
// another conversation did for it. What goes wrong inside is an error here: one
// input never stops the program.
func (b *Bot) whole(ctx context.Context, before flows.Conversation, a arrival) (turn flows.Turn, err error) {
	defer func() {
		if recover() != nil { // what it says could hold the learner's words
			b.log.ErrorContext(ctx, "the engine failed", slog.Any("address", a.from), slog.String("stack", string(debug.Stack())))
			err = errPanicked
		}
	}()
	before, a.in, err = b.together(ctx, before, a)
	if err != nil {
		return turn, fmt.Errorf("%w: %w", errUnread, err)
	}
	return b.advance(ctx, before, a)
}

// advance has the engine take the input, and makes words and instants of what
// it wants done.
func (b *Bot) advance(ctx context.Context, before flows.Conversation, a arrival) (turn flows.Turn, err error) {
	library, missing := b.shelf.libraryFor(ctx, before)
	if missing != nil {
		b.log.ErrorContext(ctx, "an older edition is missing", slog.Any("address", a.from), slog.Any("error", missing))
	}
	here := *library
	here.Zone = b.zones.of
	after, effects, outcome := here.Advance(before, a.in)
	if a.quiet {
		effects = slices.DeleteFunc(effects, func(e flows.Effect) bool {
			_, says := e.(flows.Say)
			return says
		})
	}
	turn = flows.Turn{
		ID: a.id, Before: before, Input: a.in, After: after, Effects: effects, Outcome: outcome,
	}
	if err := b.pressed(ctx, &turn); err != nil {
		return turn, err
	}
	return turn, b.complete(ctx, &turn)
}

// pressed puts into words what a button said, for the transcript: the learner
// chose those words and sees them as their own. What is no text is named.
func (b *Bot) pressed(ctx context.Context, turn *flows.Turn) error {
	if turn.Outcome.Chosen == "" || turn.Outcome.Heard != "" {
		return nil
	}
	label := flows.Say{Revision: turn.Before.Question.Revision, Key: turn.Outcome.Chosen}
	if _, sent := turn.Input.(flows.Sent); sent {
		label.Revision = "" // the newest names everything
	}
	message, err := b.render(ctx, turn.Before.Profile.Language, label)
	turn.Outcome.Heard = message.Text
	return err
}

// complete makes words of what is said and instants of what is scheduled.
func (b *Bot) complete(ctx context.Context, turn *flows.Turn) error {
	at := turn.Input.When().In(b.zones.of(turn.After.Profile))
	for i, effect := range turn.Effects {
		switch effect := effect.(type) {
		case flows.Say:
			message, err := b.render(ctx, turn.After.Profile.Language, effect)
			if err != nil {
				return err
			}
			message.Turn, message.Until = turn.After.Turn, endOf(effect.Until, at.Location())
			turn.Messages = append(turn.Messages, message)
		case flows.Schedule:
			w, ok := b.wake(effect, at, turn.After.Profile)
			if !ok {
				turn.Effects[i] = flows.Cancel{Timer: effect.Timer}
				continue
			}
			turn.Wakes = append(turn.Wakes, w)
		case flows.Alert, flows.Close, flows.Cancel, flows.Hush, flows.Count:
			// The store does these.
		}
	}
	return nil
}

// render makes the words of one message, by the edition that means them: that
// one also knows what a transcript left out.
func (b *Bot) render(ctx context.Context, language flows.Language, say flows.Say) (flows.Message, error) {
	edition, err := b.shelf.edition(ctx, say.Revision)
	if err != nil {
		return flows.Message{}, err
	}
	return edition.Render(language, edition.Flows().Whole(say), b.facts(language)), nil
}

// endOf is the instant after the last one of a day, in seconds of Unix time, or 0
// for no day.
func endOf(day flows.Date, zone *time.Location) int64 {
	if day == 0 {
		return 0
	}
	y, m, d := day.Parts()
	return time.Date(y, m, d+1, 0, 0, 0, 0, zone).Unix()
}

// wake makes an instant of a delay. What nobody asked for just now waits for
// permitted hours; what the learner was told keeps its time. What may not come
// too late comes earlier. When no permitted hour is left before its time, a
// reminder of a question does not come at all; one of a deadline comes in the next
// hours permitted from its time on, where its turn looks whether there is time
// left: whoever asks on a Saturday for that of Sunday does not get it at once.
func (b *Bot) wake(s flows.Schedule, at time.Time, who flows.Profile) (w flows.Wake, ok bool) {
	told := s.Delay.From(at)
	due, ok := told, true
	switch s.Timer {
	case flows.ReminderTimer, flows.LaterTimer, flows.DeadlineTimer:
		due, ok = b.hours.reminding(s.Delay, due, at, who)
	default:
	}
	if !ok && s.Timer == flows.DeadlineTimer {
		if told.Before(at) {
			told = at
		}
		due, ok = b.hours.permitted(told, who), true
	}
	return flows.Wake{Timer: s.Timer, Mark: s.Mark, Due: due}, ok
}

// commit writes the turn, and has the relay send what it said. A caller who
// hangs up does not stop it half-way: what is written is sent at once.
func (b *Bot) commit(ctx context.Context, before store.Record, turn flows.Turn) (store.Committed, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	called := b.relay.now() // the clock of leases: a console may have one of its own
	done, err := b.store.Commit(ctx, before, turn)
	if done.WentBack {
		b.meter.wentBack.Inc()
		b.log.ErrorContext(ctx, "the store went back in time and lost turns of a conversation; was a backup restored, or did a replica take over that was behind?",
			slog.Any("address", turn.After.Address), slog.Uint64("known", before.Setback.Known), slog.Uint64("found", before.Setback.Found))
	}
	switch {
	case errors.Is(err, bolt.ErrStopped), errors.Is(err, bolt.ErrDamaged):
		select {
		case b.broken <- err:
		default: // it is known already
		}
	case err == nil && done.Lease:
		b.relay.send(turn.After.Address, called)
	}
	if err == nil && b.purse != nil && turn.After.Address.Channel() == sms.Channel {
		b.purse.promise(turn.After.Address, turn.Messages)
	}
	return done, err
}

// admit asks the caps. What people who help do, timers and absences always pass.
// So does STOP of a learner we write to, and, for a while, whoever is in danger;
// from anybody else it is a message like any other.
func (b *Bot) admit(ctx context.Context, before store.Record, a *arrival) (verdict, flows.Key, error) {
	urgent := false
	switch in := a.in.(type) {
	case flows.Said:
		if before.Version != 0 && before.Conversation.Mode != flows.StoppedMode && b.stops(in.Text) {
			return admitted, "", nil
		}
		urgent = b.shelf.newest().Flows().Urgent(in.Text) && (b.caps == nil || b.caps.urgent(a.from, before.Version == 0, b.now()))
	case flows.Tapped, flows.Opened, flows.Sent:
	case flows.Missed, flows.Blocked, flows.Elapsed, flows.TookOver, flows.Wrote, flows.Transferred, flows.Released, flows.HandedBack, flows.Joined:
		return admitted, "", nil
	}
	if !urgent {
		if v, sentence := b.counted(before, *a); v != admitted {
			rich, err := b.affordable(ctx, a.from, false)
			if !rich {
				v = overCapAgain
			}
			return b.told(v, before, *a), sentence, err
		}
	}
	return b.afforded(ctx, before, a, urgent)
}

// counted asks the caps on how much comes in.
func (b *Bot) counted(before store.Record, a arrival) (verdict, flows.Key) {
	if b.caps == nil {
		return admitted, ""
	}
	if before.Version == 0 {
		if v := b.caps.newcomer(a.from, b.now()); v != admitted {
			b.meter.refused.WithLabelValues("newcomers").Inc()
			return v, keyFull
		}
	}
	v := b.caps.message(a.from, b.now())
	if v != admitted {
		b.meter.refused.WithLabelValues("messages").Inc()
	}
	return v, keyTooMany
}

// afforded asks the purse. What a person is to read is taken in any case, and
// then the robot adds nothing of its own.
func (b *Bot) afforded(ctx context.Context, before store.Record, a *arrival, urgent bool) (verdict, flows.Key, error) {
	helped := before.Conversation.Mode == flows.HumanMode
	rich, err := b.affordable(ctx, a.from, urgent || helped)
	if err != nil || rich {
		return admitted, "", err
	}
	if helped {
		a.quiet = true
		return admitted, "", nil
	}
	b.meter.refused.WithLabelValues("budget").Inc()
	return b.told(b.caps.spent(a.from, b.purse.today()), before, *a), keySpent, nil
}

// told is the verdict about somebody who is told of it, if that may be paid for:
// from the day's reserve, and for newcomers no more than some in an hour.
func (b *Bot) told(v verdict, before store.Record, a arrival) verdict {
	if v != overCap || b.purse == nil || a.from.Channel() != sms.Channel {
		return v
	}
	if !b.purse.mayExplain() || before.Version == 0 && !b.caps.excuse(b.now()) {
		return overCapAgain
	}
	return v
}

// stops tells whether a text is STOP in any language we speak.
func (b *Bot) stops(text string) bool {
	newest := b.shelf.newest().Flows()
	for _, language := range newest.Languages {
		if newest.Readers[language].Commands.Read(intent.Clean(text)) == intent.Stop {
			return true
		}
	}
	return false
}
