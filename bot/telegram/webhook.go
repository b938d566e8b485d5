package telegram

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-telegram/bot/models"
)

const (
	// webhookPatience is how long Telegram waits for an answer. It calls us on
	// one connection, to keep the order of what a person writes and presses: a
	// turn that takes longer goes on, and the update is brought again.
	webhookPatience = 2 * time.Second
	// takeTime bounds a turn, also one that nobody waits for any more.
	takeTime = 20 * time.Second
	// registerEvery is how often Telegram is told where the webhook is: another
	// program with this token may have taken it away.
	registerEvery = 10 * time.Minute
)

// Handler returns the webhook. It answers 401 without the secret, 400 to what
// is no update, 200 once the update is committed or parked, and 503 when it is
// to be brought again.
func (t *Telegram) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(t.answer(r))
	})
}

// answer takes the update of a request and returns the status.
func (t *Telegram) answer(r *http.Request) int {
	if r.Method != http.MethodPost {
		return http.StatusMethodNotAllowed
	}
	if !same(r.Header.Get("X-Telegram-Bot-Api-Secret-Token"), t.o.Secret) {
		return http.StatusUnauthorized
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return http.StatusRequestEntityTooLarge
	}
	u, err := decodeUpdate(body)
	switch {
	case u.ID <= 0:
		return http.StatusBadRequest
	case err != nil: // an update of a shape we do not know: it will not be better the next time
		t.o.Logger.Error("an update could not be read", slog.Int64("update", u.ID))
		return http.StatusOK
	}
	return t.brought(r.Context(), u)
}

// brought takes an update, and is patient for a while.
func (t *Telegram) brought(ctx context.Context, u *models.Update) int {
	taken := make(chan error, 1)
	lasting, cancel := context.WithTimeout(context.WithoutCancel(ctx), takeTime)
	go func() {
		defer cancel()
		taken <- t.take(lasting, u)
	}()
	select {
	case err := <-taken:
		if err != nil {
			t.o.Logger.Warn("an update is to be brought again", slog.Int64("update", u.ID), slog.Any("error", err))
			return http.StatusServiceUnavailable
		}
		return http.StatusOK
	case <-time.After(webhookPatience):
		return http.StatusServiceUnavailable
	}
}

// same compares in a time that tells nothing.
func same(given, secret string) bool {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(secret))
	return secret != "" && subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// attend has Telegram call the webhook, and notes that somebody is there.
func (t *Telegram) attend(ctx context.Context) {
	for ctx.Err() == nil {
		pause(ctx, t.isThere(ctx))
	}
}

// isThere does so once, and tells how long to wait until the next time.
func (t *Telegram) isThere(ctx context.Context) time.Duration {
	if now := t.o.Now(); !now.Before(t.hookUntil) {
		if t.register(ctx) != nil {
			return lastPause
		}
		t.hookUntil = now.Add(registerEvery)
	}
	if t.o.Ready(ctx) == nil {
		t.present(ctx, true)
	}
	return noteEvery
}
