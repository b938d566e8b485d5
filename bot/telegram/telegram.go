// Package telegram is the channel of learners who write in Telegram.
//
// # Receiving
//
// Updates come by long polling, or by a webhook where the service has an
// address from outside and a secret. Either way an update is acknowledged only
// after Options.Receive took it: the offset of polling moves past updates that
// are committed or parked, and the webhook answers 200 for these alone. What
// is not acknowledged, Telegram brings again, and Receive takes it once by its
// id. Updates of one person are taken in order, and a slow turn of theirs keeps
// nobody else waiting: not at all with polling, unless a hundred updates came
// after it, and for two seconds with the webhook, which Telegram calls for one
// person after the other.
//
// One process at a time polls: whoever holds the lease of Options.Hold.
//
// # Sending
//
// Send makes a message one or several calls of the Bot API: choices become
// buttons under the text, a picture goes with its words. What Telegram says
// about a failure decides what comes of it: too many requests wait as long as
// they are told to, a person who blocked the robot is left alone, trouble of
// the network is tried again.
//
// # What is not read
//
// Only people who write to the robot in private are answered. Groups, channels,
// other robots and edits of what was said are left in peace. Buttons live for
// 150 seconds in Telegram's queue: after a longer absence Options.Missed has the
// question asked again.
//
// The token is part of every address called: no error of this package holds
// one.
package telegram

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"

	"passerelle/flows"
)

// Channel is what the addresses of this channel begin with.
const Channel = "telegram"

// publicAPI is Telegram's own server.
const publicAPI = "https://api.telegram.org"

// Options are what the channel needs of the program around it. Everything but
// API, Secret, PerSecond, Now and Logger must be set.
type Options struct {
	// Token is the bot's; API is the server, or empty: Telegram's own.
	Token, API string
	// Webhook is the address Telegram calls, and Secret what it proves itself
	// with; both empty: long polling.
	Webhook, Secret string
	// Receive takes one input. The same id is taken once; nil means committed.
	Receive func(ctx context.Context, from flows.Address, id string, in flows.Input) (flows.Reason, error)
	// Park puts aside an input that fails again and again, and has the person
	// told.
	Park func(ctx context.Context, from flows.Address, id string, in flows.Input, why error) error
	// Ready returns nil while the store takes turns: an input that fails then
	// is to blame itself.
	Ready func(ctx context.Context) error
	// Missed is told since when presses on buttons may be lost.
	Missed func(ctx context.Context, since time.Time) error
	// Hold takes, or keeps, the right to poll for [LeaseTime]; LetGo gives it
	// back.
	Hold  func(ctx context.Context) (held bool, err error)
	LetGo func(ctx context.Context) error
	// Picture returns a picture of a lesson as PNG.
	Picture func(ctx context.Context, p flows.Picture) (png []byte, err error)
	// Note keeps a small text under a name, for all processes; Noted returns
	// it, or "".
	Note  func(ctx context.Context, name, value string) error
	Noted func(ctx context.Context, name string) (string, error)
	// Text is a sentence of the channel itself (ids "telegram.…").
	Text func(language flows.Language, id string, args ...flows.Arg) string
	// Languages are those spoken, the default first.
	Languages []flows.Language
	// PerSecond is how many messages may leave in a second, to all people
	// together; 0 means 30, as Telegram allows.
	PerSecond int
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Logger gets failures, without personal data; nil means none.
	Logger *slog.Logger
}

// LeaseTime is how long the right to poll lasts unless it is renewed.
const LeaseTime = 4 * time.Second

// A Telegram is the channel.
type Telegram struct {
	o   Options
	api *tg.Bot
	// id is the bot's number, the public part of its token.
	id string
	// calls are made by http itself: for polling.
	calls   *http.Client
	sender  *sender
	desk    courtesies
	seen    attendance
	strikes strikes
	doubles doubles
	known   sync.Once // the texts of the bot were given
	// hookUntil is when the webhook is registered again, and refusals how often
	// Telegram did not take us in a row: of Run alone.
	hookUntil time.Time
	refusals  int
}

// ErrToken refuses a token that no bot can have, or that Telegram does not know.
var ErrToken = errors.New("no bot has this token")

// New returns a channel; it calls nobody by itself.
func New(o Options) (*Telegram, error) {
	id, err := botID(o.Token)
	if err != nil {
		return nil, err
	}
	o.API = strings.TrimRight(cmp.Or(o.API, publicAPI), "/")
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	client := &http.Client{Timeout: time.Minute, Transport: newTransport()}
	api, err := newAPI(o.Token, o.API, client)
	if err != nil {
		return nil, err
	}
	t := &Telegram{o: o, api: api, id: id, calls: client}
	t.sender = newSender(t)
	return t, nil
}

// newTransport keeps enough connections for all who send at once.
func newTransport() *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	return transport
}

// newAPI makes the library's client. Its own receiving is never started.
func newAPI(token, api string, client *http.Client) (*tg.Bot, error) {
	quiet := func(error) {} // what it is told could hold the token
	b, err := tg.New(token, tg.WithSkipGetMe(), tg.WithServerURL(api), tg.WithHTTPClient(time.Minute, client), tg.WithErrorsHandler(quiet))
	if err != nil {
		return nil, fmt.Errorf("make a client of Telegram: %w", clean(token, err))
	}
	return b, nil
}

// botID is the number of a bot, the public part of its token.
func botID(token string) (string, error) {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
	id, secret, _ := strings.Cut(token, ":")
	if _, err := strconv.ParseUint(id, 10, 63); err != nil || secret == "" || strings.Trim(secret, letters) != "" {
		return "", ErrToken
	}
	return id, nil
}

// CheckToken returns [ErrToken] for a token that no bot can have.
func CheckToken(token string) error {
	_, err := botID(token)
	return err
}

// Username asks Telegram for the name people find the bot by, without "@".
func Username(ctx context.Context, token, api string) (string, error) {
	if err := CheckToken(token); err != nil {
		return "", err
	}
	b, err := newAPI(token, strings.TrimRight(cmp.Or(api, publicAPI), "/"), http.DefaultClient)
	if err != nil {
		return "", err
	}
	me, err := b.GetMe(ctx)
	if errors.Is(err, tg.ErrorUnauthorized) || errors.Is(err, tg.ErrorNotFound) {
		return "", ErrToken
	}
	if err != nil {
		return "", fmt.Errorf("ask Telegram who we are: %w", clean(token, err))
	}
	return me.Username, nil
}

// address is that of the person in a private chat.
func address(chat int64) flows.Address {
	return flows.Address(Channel + ":" + strconv.FormatInt(chat, 10))
}

// chatOf is the chat of an address.
func chatOf(a flows.Address) (int64, error) {
	number, ok := strings.CutPrefix(string(a), Channel+":")
	chat, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil {
		return 0, errNoChat
	}
	return chat, nil
}

var errNoChat = errors.New("no address of Telegram")

// clean is what an error says, without the token; what it wraps is gone, for
// that could hold it still.
func clean(token string, err error) error {
	return errors.New(strings.ReplaceAll(err.Error(), token, "•••"))
}
