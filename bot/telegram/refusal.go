package telegram

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"

	"passerelle/flows"
)

// unknownToken is how long Telegram is left alone that does not know the bot:
// a person has to look at the token.
const unknownToken = 5 * time.Minute

// maxReason bounds what Telegram says about a failure.
const maxReason = 160

// errNoJSON says that a proxy or a page of trouble answered.
var errNoJSON = errors.New("call Telegram: the answer is no JSON")

// judge turns an error of the library into what the relay knows: never, later,
// or simply again. None of them holds the token, an address or a word of the
// message.
func (s *sender) judge(chat int64, err error) error {
	many, tooMany := errors.AsType[*tg.TooManyRequestsError](err)
	_, moved := errors.AsType[*tg.MigrateError](err)
	switch {
	case err == nil, taken(err):
		return nil
	case tooMany:
		return s.pause(chat, time.Duration(many.RetryAfter)*time.Second)
	case moved:
		return &flows.Refusal{Reason: "the chat became a group of another kind", Never: true}
	case errors.Is(err, tg.ErrorForbidden) && strings.Contains(err.Error(), "blocked"):
		return &flows.Refusal{Reason: "the person blocked the bot", Never: true}
	case errors.Is(err, tg.ErrorForbidden), errors.Is(err, tg.ErrorBadRequest):
		return &flows.Refusal{Reason: s.reason(err), Never: true}
	case errors.Is(err, tg.ErrorUnauthorized), errors.Is(err, tg.ErrorNotFound):
		return &flows.Refusal{Reason: "Telegram does not know this token", After: unknownToken}
	}
	return s.trouble(err)
}

// taken tells whether Telegram did what it was asked, and only what it tells
// about it cannot be read: done once more, people would see it twice.
func taken(err error) bool {
	return strings.HasPrefix(err.Error(), "error decode response result ")
}

// pause is the refusal of too many requests.
func (s *sender) pause(chat int64, after time.Duration) error {
	after, everybody := s.pace.refused(chat, after)
	if everybody {
		s.o.Logger.Warn("Telegram wants a pause from everybody", slog.Duration("pause", after))
	}
	return &flows.Refusal{Reason: "Telegram wants a pause", After: after}
}

// reason is what Telegram says, on one line and not too long.
func (s *sender) reason(err error) string {
	_, said, _ := strings.Cut(err.Error(), ", ")
	said = strings.ReplaceAll(tidy(said), "\n", " ")
	return shorten(strings.ReplaceAll(said, s.o.Token, "•••"), maxReason)
}

// trouble is an error that may be gone next time, without the address that was
// called and without the page of a proxy.
func (s *sender) trouble(err error) error {
	if call, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("call Telegram: %w", clean(s.o.Token, call.Err))
	}
	_, noJSON := errors.AsType[*json.SyntaxError](err)
	_, otherJSON := errors.AsType[*json.UnmarshalTypeError](err)
	if noJSON || otherJSON {
		return errNoJSON
	}
	return errors.New(clean(s.o.Token, err).Error()) // nothing it wraps goes along
}

// pictureRefused tells whether Telegram took offence at a picture, and not at
// the words or the person.
func pictureRefused(err error) bool {
	if !errors.Is(err, tg.ErrorBadRequest) {
		return false
	}
	said := strings.ToLower(err.Error())
	for _, word := range [...]string{"file", "photo", "image", "media"} {
		if strings.Contains(said, word) {
			return true
		}
	}
	return false
}
