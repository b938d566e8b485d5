package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"passerelle/bot/sms"
	"passerelle/flows"
	"passerelle/store"
)

// hidden stands in the transcript for words that were not read.
const hidden = "•••"

// apart makes a turn outside of any lesson: the learner reads one sentence and
// stands where they stood; what they wrote is not kept, for no lesson judged
// whether it may be. Where the robot is to be silent, the desk is told instead.
func (b *Bot) apart(before store.Record, a arrival, sentence flows.Key, why flows.Reason) flows.Turn {
	after := before.Conversation
	after.Turn++
	turn := flows.Turn{
		ID: a.id, Before: before.Conversation, Input: a.in, After: after,
		Outcome: flows.Outcome{Reason: why},
	}
	_, said := a.in.(flows.Said)
	if _, sent := a.in.(flows.Sent); said || sent {
		turn.Outcome.Heard = hidden
	}
	if why == parkedReason || after.Mode == flows.HumanMode {
		turn.Effects = append(turn.Effects, flows.Alert{Reason: why, Epoch: after.Epoch})
	}
	if mayHear(after.Mode, a.in) {
		say, message := b.sentence(turn.After, sentence)
		turn.Effects = append(turn.Effects, say)
		turn.Messages = append(turn.Messages, message)
	}
	return turn
}

// mayHear tells whether the robot may answer that input in that mode.
func mayHear(mode flows.Mode, in flows.Input) bool {
	switch in.(type) {
	case flows.Said, flows.Tapped, flows.Opened, flows.Sent:
		return mode == flows.BotMode || mode == flows.WaitingMode
	case flows.Missed, flows.Blocked, flows.Elapsed, flows.Joined, flows.TookOver, flows.Wrote, flows.Transferred, flows.Released, flows.HandedBack:
	}
	return false
}

// sentence is a sentence of the newest edition, as it is said and in words.
func (b *Bot) sentence(c flows.Conversation, key flows.Key) (flows.Say, flows.Message) {
	newest := b.shelf.newest()
	say := flows.Say{Revision: newest.Flows().ID, Key: key}
	m := newest.Render(c.Profile.Language, say, b.facts(c.Profile.Language))
	m.Turn = c.Turn
	return say, m
}

// park puts an input away that failed again and again: somebody can look at it,
// the desk is alerted, and the learner reads that it went wrong. The sentence
// has an id of its own: after a crash half-way it is not said twice.
func (b *Bot) park(ctx context.Context, before store.Record, a arrival, why error) (flows.Reason, error) {
	told := a
	told.id += "/parked"
	for range maxConflicts {
		done, err := b.commit(ctx, before, b.apart(before, told, keyFailed, parkedReason))
		if errors.Is(err, store.ErrConflict) {
			before = done.Record
			continue
		}
		if err != nil && !errors.Is(err, store.ErrDuplicate) {
			return "", err
		}
		b.meter.parked.Inc()
		b.log.ErrorContext(ctx, "an input was parked", slog.Any("address", a.from), slog.Any("error", why))
		return parkedReason, b.store.Park(ctx, a.from, a.id, why.Error())
	}
	return "", fmt.Errorf("park an input: %w", store.ErrConflict)
}

// Park puts an input away that its channel saw fail again and again, while the
// store took others.
func (b *Bot) Park(ctx context.Context, from flows.Address, id string, in flows.Input, why error) error {
	leave, err := b.lanes.enter(ctx, from)
	if err != nil {
		return fmt.Errorf("park an input: %w", err)
	}
	defer leave()
	before, err := b.load(ctx, from)
	switch {
	case errors.Is(err, store.ErrDamaged), errors.Is(err, store.ErrLater):
		return b.parkUntold(ctx, arrival{from: from, id: id, in: in}, errors.Join(why, err))
	case err != nil:
		return err
	}
	if _, err = b.park(ctx, before, arrival{from: from, id: id, in: in}, why); errors.Is(err, store.ErrFull) {
		return b.parkUntold(ctx, arrival{from: from, id: id, in: in}, why)
	}
	return err
}

// parkUntold puts an input away whose conversation cannot be read, or has no
// room for one message more: the learner is told outside of it, if they can be.
func (b *Bot) parkUntold(ctx context.Context, a arrival, why error) error {
	if err := b.store.Park(ctx, a.from, a.id, why.Error()); err != nil {
		return err
	}
	b.meter.parked.Inc()
	b.log.ErrorContext(ctx, "an input was parked", slog.Any("address", a.from), slog.Any("error", why))
	b.tell(a.from, keyFailed)
	return nil
}

// sayOnce tells a learner about a cap, once; a writer who was faster yet spares
// us even that.
func (b *Bot) sayOnce(ctx context.Context, before store.Record, a arrival, sentence flows.Key) (flows.Reason, error) {
	_, err := b.commit(ctx, before, b.apart(before, a, sentence, cappedReason))
	if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrDuplicate) {
		err = nil
	}
	return cappedReason, err
}

// turnAway refuses a newcomer when too many came, or the money is spent. They
// are told once; nothing is kept of them, so that they cannot fill the store.
func (b *Bot) turnAway(a arrival, v verdict, sentence flows.Key) (flows.Reason, error) {
	if v == overCap {
		b.tell(a.from, sentence)
	}
	return cappedReason, ErrFull
}

// tell says one sentence outside of the conversation. What it costs counts from
// now on: many may be told before the first of these sentences has left.
func (b *Bot) tell(to flows.Address, key flows.Key) {
	m := b.newestSentence(to, key)
	if b.purse != nil && to.Channel() == sms.Channel {
		b.purse.promise(to, []flows.Message{m})
	}
	b.relay.tell(to, m)
}

// newestSentence renders a sentence for somebody of whom nothing is known.
func (b *Bot) newestSentence(to flows.Address, key flows.Key) flows.Message {
	_, m := b.sentence(flows.Conversation{Address: to}, key)
	return m
}
