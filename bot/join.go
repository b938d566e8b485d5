package bot

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"math/big"
	"slices"
	"time"

	"passerelle/flows"
	"passerelle/store"
)

// One learner, two conversations, as flows.Join has it. What a turn may need to
// know of the other one is found out here, before it is taken.
//
// # How two are joined
//
// A code is written on the second conversation. First the one that gave it
// commits a turn of its own, [flows.Joined]: it holds the code and compares, so
// of two people who write it at once one is too early and the other too late.
// Then the second commits the turn of the message. Both have a dedupe id that
// comes from that message: when the program dies between them, the message comes
// again, finds the first done and does the second. Until then the two are not
// joined, for each must name the other.

// errUnread says that the store did not tell what the turn has to know: the
// input may come again.
var errUnread = errors.New("another conversation cannot be read")

// maxCodes is how many codes are tried until one has a free slot.
const maxCodes = 8

// together is a conversation and an input as the engine is to see them: with
// what the learner's other conversation knows, and with what is known of a code.
// Only those who are joined, or write LIER, pay for more than one reading.
func (b *Bot) together(ctx context.Context, c flows.Conversation, a arrival) (flows.Conversation, flows.Input, error) {
	asked := b.shelf.newest().Flows().Linking(c, a.in)
	peer := c.Join.Peer
	if asked.Ends {
		return c, a.in, nil
	}
	if said, ok := a.in.(flows.Said); ok && (asked.Fresh || asked.Text != "" || peer != "") {
		found, err := b.found(ctx, asked, a)
		if err != nil {
			return c, a.in, err
		}
		said.Code = &found
		a.in = said
		if found.Of != "" {
			peer = found.Of
		}
	}
	if peer == "" {
		return c, a.in, nil
	}
	return b.pull(ctx, c, peer, a.in)
}

// pull brings what the peer knows. One that cannot be read any more is left
// alone: the learner goes on without it. A store that is away fails the turn.
func (b *Bot) pull(ctx context.Context, c flows.Conversation, peer flows.Address, in flows.Input) (flows.Conversation, flows.Input, error) {
	other, err := b.refresh(ctx, peer)
	switch {
	case errors.Is(err, store.ErrDamaged), errors.Is(err, store.ErrLater):
		b.log.ErrorContext(ctx, "a joined conversation cannot be read", slog.Any("address", peer), slog.Any("error", err))
		return c, in, nil
	case err != nil:
		return c, in, err
	}
	if elapsed, ok := in.(flows.Elapsed); ok {
		elapsed.Elsewhere = c.Elsewhere(other.Conversation, elapsed.Timer)
		in = elapsed
	}
	return c.With(other.Conversation), in, nil
}

// refresh reads a conversation from the store, for another process may have
// taken its last turn; in bounded time.
func (b *Bot) refresh(ctx context.Context, of flows.Address) (store.Record, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	return b.store.Refresh(ctx, of)
}

// found finds out what a turn asks about codes.
func (b *Bot) found(ctx context.Context, asked flows.Linking, a arrival) (flows.Code, error) {
	switch {
	case asked.Fresh:
		fresh, err := b.mint(ctx, a)
		return flows.Code{New: fresh}, err
	case asked.Code != "":
		of, err := b.redeem(ctx, asked.Code, a)
		return flows.Code{Of: of, Text: asked.Text}, err
	}
	return flows.Code{Text: asked.Text}, nil
}

// mint makes a code that nobody has, or none when there is no room for one.
func (b *Bot) mint(ctx context.Context, a arrival) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	for range maxCodes {
		code, err := newCode()
		if err != nil {
			return "", err
		}
		kept, err := b.store.KeepCode(ctx, code, a.from, a.in.When().Add(flows.CodeLife))
		if err != nil || kept {
			return code, err
		}
	}
	b.log.WarnContext(ctx, "no room for a code", slog.Any("address", a.from))
	return "", nil
}

// newCode draws signs until they are a code.
func newCode() (string, error) {
	code := make([]byte, flows.CodeLength)
	for !flows.IsCode(string(code)) {
		for i := range code {
			n, err := rand.Int(rand.Reader, big.NewInt(int64(len(flows.CodeSigns))))
			if err != nil {
				return "", err
			}
			code[i] = flows.CodeSigns[n.Int64()]
		}
	}
	return string(code), nil
}

// redeem has the conversation that gave a code name ours as its peer, and
// returns it; nothing when the code is not good. Done before, in the same name,
// it is done.
func (b *Bot) redeem(ctx context.Context, code string, a arrival) (flows.Address, error) {
	of, err := b.codeOf(ctx, code)
	if err != nil || of == "" || of == a.from {
		return "", err
	}
	before, err := b.refresh(ctx, of)
	switch {
	case errors.Is(err, store.ErrDamaged), errors.Is(err, store.ErrLater):
		b.log.ErrorContext(ctx, "a conversation that gave a code cannot be read", slog.Any("address", of), slog.Any("error", err))
		return "", nil
	case err != nil:
		return "", err
	}
	if before.Conversation.Join.Code == code { // else it is over, or this was done
		in := flows.Joined{At: a.in.When(), Code: code, Peer: a.from}
		if _, err := b.settle(ctx, before, arrival{from: of, id: joinID(a), in: in}); err != nil {
			return "", err
		}
	}
	after, err := b.refresh(ctx, of)
	if err != nil || after.Conversation.Join.Peer != a.from {
		return "", err
	}
	return of, nil
}

func (b *Bot) codeOf(ctx context.Context, code string) (flows.Address, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	return b.store.CodeOf(ctx, code)
}

// joinID is the dedupe id under which the conversation that gave a code takes
// it: it tells the message that brought the code, and no address.
func joinID(a arrival) string {
	sum := sha256.Sum256([]byte(string(a.from) + "\x00" + a.id))
	return "join/" + hex.EncodeToString(sum[:12])
}

// withCode is a line of a transcript with the code that was said in it, while
// that is good: a simulated phone reads from there, and codes are not kept
// there.
func (h *house) withCode(ctx context.Context, of flows.Address, e store.Entry) (store.Entry, error) {
	if e.Say == nil || e.Say.Key != flows.KeyCode {
		return e, nil
	}
	record, err := h.store.Refresh(ctx, of)
	if err != nil {
		return e, err
	}
	join := record.Conversation.Join
	given := join.Until.Add(-flows.CodeLife)
	if join.Code == "" || e.At.Before(given.Truncate(time.Second)) || !h.bot.now().Before(join.Until) {
		return e, nil
	}
	say := *e.Say
	say.Args = slices.Clone(say.Args)
	for i := range say.Args {
		switch arg := &say.Args[i]; arg.Name {
		case flows.CodeName:
			arg.Value = flows.InGroups(join.Code)
		case flows.WordName:
			arg.Value = join.Code
		}
	}
	e.Say = &say
	return e, nil
}
