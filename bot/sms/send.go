package sms

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"passerelle/flows"
	"passerelle/flows/gsm"
)

// Send implements the channel: it hands over the parts of a message that the
// gateway has not taken yet, in order.
func (s *SMS) Send(ctx context.Context, d flows.Delivery) error {
	if _, reason := s.person(numberOf(d.To)); reason != "" {
		return never(reason, "")
	}
	step := d.Message.SMS()
	step.AsWritten = s.o.AsWritten
	sent, err := s.sent(ctx, d)
	if err != nil {
		return err
	}
	for place, text := range step.Messages() {
		if sent[place] {
			continue
		}
		if err := s.part(ctx, d, place, text); err != nil {
			return err
		}
	}
	return nil
}

// sent are the parts of a message that the gateway has.
func (s *SMS) sent(ctx context.Context, d flows.Delivery) (map[int]bool, error) {
	if d.Aside {
		return nil, nil //nolint:nilnil // nothing is kept of those who were turned away
	}
	parts, err := s.o.Parts(ctx, d.To)
	taken := make(map[int]bool)
	for _, p := range parts {
		if p.Delivery == d.ID {
			taken[p.Place] = true
		}
	}
	return taken, err
}

// doubtTime is how long after the start a part may have been sent by a process
// that died before it noted that.
const doubtTime = 10 * time.Minute

// part sends one part. That it could not be noted does not hold up the next
// one: this one is on its way.
func (s *SMS) part(ctx context.Context, d flows.Delivery, place int, text string) error {
	if pause := s.rest.left(s.o.Now()); pause > 0 {
		return later(reasonBusy, "", pause)
	}
	p := parcel{
		to: numberOf(d.To), text: text, segments: gsm.Measure(text).Segments,
		key: key(d, place), again: d.Attempt > 1 || s.o.Now().Sub(s.started) < doubtTime,
	}
	id, err := s.gateway.send(ctx, p)
	if err != nil {
		return s.refused(ctx, d, err)
	}
	note := flows.Part{
		Delivery: d.ID, Place: place, ID: s.gateway.name() + "/" + id, At: s.o.Now().UTC().Truncate(time.Second),
		Segments: p.segments, Price: p.segments * s.o.Price(d.To),
	}
	if d.Aside {
		note.Delivery = ""
	}
	if err := s.o.Sent(context.WithoutCancel(ctx), d.To, note); err != nil {
		s.o.Logger.WarnContext(ctx, "a part sent could not be noted, it may be sent again", slog.Any("error", err))
	}
	return nil
}

// key names a part in every attempt, and no other part.
func key(d flows.Delivery, place int) string {
	sum := sha256.Sum256([]byte(string(d.To) + " " + d.ID))
	return hex.EncodeToString(sum[:12]) + "-" + strconv.Itoa(place)
}

// refused remembers what a refusal says about everybody, and stops talking to a
// person who does not want us.
func (s *SMS) refused(ctx context.Context, d flows.Delivery, err error) error {
	var refusal *flows.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	switch code, _, _ := strings.Cut(refusal.Reason, " "); code {
	case reasonBusy, reasonAccount, reasonAway:
		if s.rest.until(s.o.Now(), refusal.After) {
			s.o.Logger.WarnContext(ctx, "the gateway of SMS wants a pause",
				slog.String("reason", refusal.Reason), slog.Duration("pause", refusal.After))
		}
	case reasonBlocked:
		return errors.Join(refusal, s.block(ctx, d.To, d.ID))
	}
	return refusal
}

// block takes note that a person told the provider to let nothing more through.
func (s *SMS) block(ctx context.Context, who flows.Address, id string) error {
	in := flows.Blocked{At: s.o.Now()}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), takeTime)
	defer cancel()
	return s.o.Receive(ctx, who, s.gateway.name()+"/blocked/"+id, in)
}

// A rest is a time for which the gateway is left alone, by everybody.
type rest struct {
	mu  sync.Mutex
	end time.Time
}

// left is how long the rest still lasts.
func (r *rest) left(now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.end.Sub(now)
}

// until makes the rest last so long from now, and tells whether that is news.
func (r *rest) until(now time.Time, long time.Duration) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	news := !now.Before(r.end) && long > 0
	if end := now.Add(long); end.After(r.end) {
		r.end = end
	}
	return news
}
