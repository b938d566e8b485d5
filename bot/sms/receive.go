package sms

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"passerelle/flows"
)

const (
	// maxBody bounds a request.
	maxBody = 64 << 10
	// takeTime bounds a turn, also one whose caller went away: the shortest
	// patience of a gateway known is 15 seconds.
	takeTime = 12 * time.Second
	// gateTime is how long a request waits for what came before it.
	gateTime = 8 * time.Second
	// findTime is how long a receipt waits for its part to be noted: it may be
	// faster than the answer to the sending.
	findTime  = 2 * time.Second
	findEvery = 100 * time.Millisecond
)

// Handler returns what a gateway calls. It answers 403 to what does not prove
// where it comes from, 400 to what cannot be understood, 413 to what is too
// long, 503 when it is to come again, and else what the gateway wants to read.
func (s *SMS) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status := s.take(w, r); status != http.StatusOK {
			w.WriteHeader(status)
			return
		}
		s.gateway.answer(w)
	})
}

// take takes all that a request tells.
func (s *SMS) take(w http.ResponseWriter, r *http.Request) int {
	came := s.o.Now()
	if r.Method != http.MethodPost && r.Method != http.MethodGet {
		return http.StatusMethodNotAllowed
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return http.StatusRequestEntityTooLarge
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), takeTime)
	defer cancel()
	events, err := s.gateway.read(r.WithContext(ctx), body)
	var refusal *flows.Refusal
	switch {
	case errors.Is(err, errForged):
		s.o.Refused("forged")
		return http.StatusForbidden
	case errors.As(err, &refusal), ctx.Err() != nil: // the gateway has to be asked what it means, and does not answer
		return http.StatusServiceUnavailable
	case err != nil:
		s.o.Refused("malformed")
		return http.StatusBadRequest
	}
	for _, e := range events {
		if err := s.tell(ctx, e, came); err != nil {
			s.o.Logger.WarnContext(ctx, "an SMS is to be brought again", slog.Any("error", err))
			return http.StatusServiceUnavailable
		}
	}
	return http.StatusOK
}

// errWaits says that something of the same person came before and is not taken.
var errWaits = errors.New("what came before is not taken yet")

// tell hands an event on that came in at that time. One of a person waits for
// what came before; when it cannot be taken, it is listed soon where the gateway
// does not bring it again by itself.
func (s *SMS) tell(ctx context.Context, e event, came time.Time) error {
	switch e.kind {
	case nothing:
		return nil
	case receipt:
		return s.report(ctx, e)
	case bell:
		s.ring()
		return nil
	case heard, stopped:
	}
	who, ok := s.known(e)
	if !ok {
		return nil
	}
	if !s.gate.pass(ctx, who, gateTime) {
		s.missed(who, came)
		return errWaits
	}
	err := s.hear(ctx, who, e)
	if err != nil {
		s.missed(who, came)
	}
	return err
}

// missed has what a person sent be listed soon.
func (s *SMS) missed(who flows.Address, came time.Time) {
	if _, ok := s.gateway.(lister); ok {
		s.gate.shut(who, came)
		s.ring()
	}
}

// ring has the gateway be asked what came in.
func (s *SMS) ring() {
	select {
	case s.bell <- struct{}{}:
	default: // it rings already
	}
}

// known is the person an event is of, when we talk to them.
func (s *SMS) known(e event) (who flows.Address, ok bool) {
	who, reason := s.person(e.number)
	if reason == "" {
		return who, true
	}
	s.o.Refused(reason)
	s.lately.add(s.gateway.name() + "/" + e.id)
	return "", false
}

// hear takes what a person sent, once.
func (s *SMS) hear(ctx context.Context, who flows.Address, e event) error {
	if e.kind == stopped {
		return s.block(ctx, who, e.id)
	}
	now := s.o.Now()
	var in flows.Input = flows.Said{At: now, Text: e.text}
	if e.media != "" {
		in = flows.Sent{At: now, Kind: e.media}
	}
	id := s.gateway.name() + "/" + e.id
	if err := s.o.Receive(ctx, who, id, in); err != nil {
		return err
	}
	s.lately.add(id)
	return nil
}

// report notes what became of a part. One that is nobody's is dropped: it is of
// another program that sends by the same account, or of long ago.
func (s *SMS) report(ctx context.Context, e event) error {
	who, err := Number(e.number)
	if err != nil {
		s.o.Refused("receipt")
		return nil //nolint:nilerr // no part of ours is on its way there
	}
	at := e.at
	if at.IsZero() {
		at = s.o.Now()
	}
	r := flows.Receipt{ID: s.gateway.name() + "/" + e.id, At: at, State: e.state, Reason: e.reason}
	for patience := s.o.Now().Add(findTime); ; {
		known, err := s.o.Reported(ctx, who, r)
		if known || err != nil || s.o.Now().After(patience) {
			return err
		}
		select {
		case <-time.After(findEvery):
		case <-ctx.Done():
			return nil
		}
	}
}
