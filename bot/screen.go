package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"passerelle/bot/phone"
	"passerelle/flows"
	"passerelle/locales"
	"passerelle/store"
)

// phones is the channel of all simulated phones: the web page, and the
// terminals open now. Each shows what the store knows; a sending wakes it.
type phones struct {
	mu   sync.Mutex
	open []*phone.Phone
}

// add opens one more.
func (p *phones) add(one *phone.Phone) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = append(p.open, one)
}

// remove closes one.
func (p *phones) remove(one *phone.Phone) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = slices.DeleteFunc(p.open, func(other *phone.Phone) bool { return other == one })
}

// Send implements [Channel].
func (p *phones) Send(ctx context.Context, d flows.Delivery) error {
	p.mu.Lock()
	open := slices.Clone(p.open)
	p.mu.Unlock()
	for _, one := range open {
		if err := one.Send(ctx, d); err != nil {
			return fmt.Errorf("show a message: %w", err)
		}
	}
	return nil
}

// newPhone makes a phone whose inputs the given bot takes.
func (h *house) newPhone(b *Bot) *phone.Phone {
	o := phone.Options{
		Receive: h.receiver(b), Lines: h.lines, Text: h.text, Picture: h.picture,
		Language: h.language, Now: b.now, Logger: h.log,
		Hosts: h.config.hosts(), Origin: h.config.webOrigin(),
		Atelier: h.atelier(),
	}
	if h.config.shared() {
		o.Last, o.Poll = h.last, pollEvery
	}
	return phone.New(o)
}

// pollEvery is how often a page looks for what another process said.
const pollEvery = 2 * time.Second

// last is the number of the last line of a conversation.
func (h *house) last(ctx context.Context, of flows.Address) (uint64, error) {
	ctx, cancel := h.forReading(ctx)
	defer cancel()
	record, err := h.store.Refresh(ctx, of)
	return record.Lines, err
}

// forReading bounds the time in which a page is read from the store. A learner
// soon sees that it is away; once that is known, at once.
func (h *house) forReading(ctx context.Context) (context.Context, context.CancelFunc) {
	switch {
	case h.outage.lasting():
		return context.WithTimeout(ctx, awayTime)
	case h.config.shared():
		return context.WithTimeout(ctx, readTime)
	}
	return context.WithTimeout(ctx, storeTime)
}

// How long a page may wait for a store on the network, and for one that is
// away.
const readTime, awayTime = 2 * time.Second, 500 * time.Millisecond

// record reads a conversation. Where another process may have taken the last
// turn, what this one remembers is not enough.
func (h *house) record(ctx context.Context, of flows.Address) (store.Record, error) {
	if h.config.shared() {
		return h.store.Refresh(ctx, of)
	}
	return h.store.Load(ctx, of)
}

// receiver has a bot take inputs. What a cap refuses is told to the learner,
// and comes again only when they say it again.
func (h *house) receiver(b *Bot) func(context.Context, flows.Address, string, flows.Input) error {
	return func(ctx context.Context, from flows.Address, id string, in flows.Input) error {
		err := b.Receive(ctx, from, id, in)
		switch {
		case errors.Is(err, ErrFull):
			return &phone.Refusal{Sentence: b.newestSentence(from, keyFull).Text, After: time.Hour}
		case errors.Is(err, ErrBusy):
			return &phone.Refusal{Sentence: h.text(h.language(ctx, from), "phone.problem.away"), After: busyPause}
		}
		return err
	}
}

// busyPause is how long a learner waits whose inputs pile up.
const busyPause = 2 * time.Second

// text says a sentence of the phone.
func (h *house) text(language flows.Language, id string, args ...flows.Arg) string {
	filled := make([]locales.Arg, len(args))
	for i, arg := range args {
		filled[i] = locales.Arg{Name: arg.Name, Value: arg.Value}
	}
	text, _, _ := h.words.bundle.Text(string(language), id, filled...)
	return text
}

// language is the one a learner chose.
func (h *house) language(ctx context.Context, of flows.Address) flows.Language {
	ctx, cancel := h.forReading(ctx)
	defer cancel()
	record, err := h.record(ctx, of)
	if err != nil {
		return ""
	}
	return record.Conversation.Profile.Language
}

// picture finds a picture of a lesson, in the edition that means it.
func (h *house) picture(p flows.Picture) ([]byte, bool) {
	ctx, cancel := context.WithTimeout(context.Background(), storeTime)
	defer cancel()
	if draft, _, _ := h.workshop.look(); draft.Flows().ID == p.Revision {
		return draft.Picture(p.Flow, p.Name)
	}
	edition, err := h.shelf.edition(ctx, p.Revision)
	if err != nil {
		return nil, false
	}
	return edition.Picture(p.Flow, p.Name)
}

// lines are a transcript as a person reads it: what the bot said is rendered
// again, by the edition that said it.
func (h *house) lines(ctx context.Context, of flows.Address, after uint64) ([]phone.Line, error) {
	ctx, cancel := h.forReading(ctx)
	defer cancel()
	record, err := h.store.Load(ctx, of)
	if err != nil {
		return nil, err
	}
	entries, err := h.store.Transcript(ctx, of, after)
	if err != nil {
		return nil, err
	}
	zone := h.zones.of(record.Conversation.Profile)
	var lines []phone.Line
	for _, e := range entries {
		if e, err = h.withCode(ctx, of, e); err != nil {
			return nil, err
		}
		line, ok, err := h.line(ctx, e, zone)
		if err != nil {
			return nil, err
		}
		if ok {
			lines = append(lines, line)
		}
	}
	return lines, nil
}

// line is one line of a transcript; notes are for the desk only.
func (h *house) line(ctx context.Context, e store.Entry, zone *time.Location) (phone.Line, bool, error) {
	line := phone.Line{N: e.N, At: e.At.In(zone), Text: e.Text}
	switch {
	case e.Who == store.Learner:
		line.From = phone.Learner
	case e.Who == store.Aidant:
		line.From = phone.Aidant
		line.Message = flows.Message{Turn: e.Turn, Text: e.Text, Aidant: e.Aidant}
	case e.Who == store.Bot && e.Say != nil:
		line.From = phone.Bot
		message, err := h.bot.render(ctx, e.Language, *e.Say)
		if err != nil {
			return line, false, err
		}
		message.Turn = e.Turn
		line.Message = message
	default:
		return line, false, nil
	}
	return line, true, nil
}
