package sms

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
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
	if r.Method != http.MethodPost && r.Method != http.MethodGet {
		return http.StatusMethodNotAllowed
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return http.StatusRequestEntityTooLarge
	}
	events, err := s.gateway.read(r, body)
	var refusal *flows.Refusal
	switch {
	case errors.Is(err, errForged):
		s.o.Refused("forged")
		return http.StatusForbidden
	case errors.As(err, &refusal): // the gateway has to be asked what it means, and does not answer
		return http.StatusServiceUnavailable
	case err != nil:
		s.o.Refused("malformed")
		return http.StatusBadRequest
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), takeTime)
	defer cancel()
	if slices.ContainsFunc(events, fromPerson) && !s.gate.pass(ctx, gateTime) {
		s.missed()
		return http.StatusServiceUnavailable
	}
	for _, e := range events {
		if err := s.tell(ctx, e); err != nil {
			s.missed()
			s.o.Logger.WarnContext(ctx, "an SMS is to be brought again", slog.Any("error", err))
			return http.StatusServiceUnavailable
		}
	}
	return http.StatusOK
}

// fromPerson tells whether a person did something.
func fromPerson(e event) bool { return e.kind == heard || e.kind == stopped }

// missed has what came in be listed soon, where the gateway does not bring it
// again by itself.
func (s *SMS) missed() {
	if _, ok := s.gateway.(lister); !ok {
		return
	}
	s.gate.shut(s.o.Now())
	select {
	case s.bell <- struct{}{}:
	default: // it rings already
	}
}

// tell hands an event on.
func (s *SMS) tell(ctx context.Context, e event) error {
	switch e.kind {
	case nothing:
		return nil
	case bell:
		s.missed()
		return nil
	case heard, receipt, stopped:
	}
	if e.kind == receipt {
		return s.report(ctx, e)
	}
	who, reason := s.person(e.number)
	if reason != "" {
		s.o.Refused(reason)
		s.lately.add(s.gateway.name() + "/" + e.id)
		return nil
	}
	if e.kind == stopped {
		return s.block(ctx, who, e.id)
	}
	return s.hear(ctx, who, e)
}

// hear takes what a person sent, once.
func (s *SMS) hear(ctx context.Context, who flows.Address, e event) error {
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
