// Package sms is the channel of SMS: it reaches any phone, also one without the
// internet, and each message costs the host money.
//
// # Out
//
// A message becomes at most three parts ([flows.Message.SMS]), handed to the
// gateway one after the other. Each part a gateway took is noted before the next
// one leaves, with what it cost: after a crash only what was not noted is sent
// again. A gateway that refuses says why, in the words of refusal.go, and
// whether and when to try again; while it wants a pause nobody else knocks.
//
// # In
//
// A gateway calls one address. Nothing is looked at unless the request proves
// where it comes from (403, nothing kept). It is acknowledged only once all that
// it tells is committed; while the store is away it is told to come again (503).
// A gateway that does not come again is asked for what came in, at the start and
// every few minutes, under a lease: the ids are the same, so nothing is taken
// twice.
//
// # Whom it talks to
//
// Numbers are those of E.164 (ITU-T), and of people: landlines, short codes and
// numbers of other countries than the host allowed are counted and dropped
// before anything is kept or sent, for an answer to them would cost money that a
// stranger decides on.
package sms

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"passerelle/flows"
)

// Channel begins the addresses of this channel, "sms:+33612345678".
const Channel = "sms"

// The gateways there are, by the name a host gives.
const (
	Twilio  = "twilio"
	OVH     = "ovh"
	Android = "android"
	Custom  = "generic"
)

// Options are what the channel needs. Gateway, Callback, Prefixes and the
// functions up to Release must be set; what else depends on the gateway, see
// [Check].
type Options struct {
	// Gateway is one of the four names.
	Gateway string
	// From is the number or name people see, API the server of the gateway, or
	// empty: its usual one. Callback is the public address of [SMS.Handler].
	From, API, Callback string
	// User and Password are what we show the gateway, Secret what it shows us.
	// Twilio: account, token, and none. OVHcloud: key and secret of the
	// application, with Consumer and Service.
	User, Password, Secret string
	Consumer, Service      string
	// Generic describes the gateway of that name.
	Generic Generic
	// AsWritten sends texts as they are, whatever that costs.
	AsWritten bool
	// Prefixes are those of the numbers we talk to: "+33".
	Prefixes []string

	// Receive takes one input. The same id is taken once; nil means committed.
	Receive func(ctx context.Context, from flows.Address, id string, in flows.Input) error
	// Sent notes a part that the gateway took; one of a sentence that stands in
	// no outbox has no delivery. Parts lists those of an address, and Reported
	// notes what became of one, if it is known.
	Sent     func(ctx context.Context, to flows.Address, p flows.Part) error
	Parts    func(ctx context.Context, to flows.Address) ([]flows.Part, error)
	Reported func(ctx context.Context, to flows.Address, r flows.Receipt) (known bool, err error)
	// Price is that of one segment, in hundredths of a cent.
	Price func(to flows.Address) int
	// Note keeps a small text under a name, for all processes; Noted returns
	// it, or "".
	Note  func(ctx context.Context, name, value string) error
	Noted func(ctx context.Context, name string) (string, error)
	// Acquire takes, or keeps, the right to ask the gateway for what came in;
	// Release gives it back.
	Acquire func(ctx context.Context, long time.Duration) (held bool, err error)
	Release func(ctx context.Context) error
	// Refused counts what was dropped, by reason.
	Refused func(reason string)

	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Logger gets failures, without personal data; nil means none.
	Logger *slog.Logger
}

// An SMS is the channel.
type SMS struct {
	o       Options
	gateway gateway
	// rest is that of sending, and unlisted that of listing: an account that may
	// not list may still send.
	rest, unlisted rest
	// gate is shut for those of whom something came in that was not taken: what
	// came later waits behind it.
	gate gate
	// started is when this process began.
	started time.Time
	// bell wakes Run: there is something to list.
	bell chan struct{}
	// lately are the ids this process took not long ago.
	lately lately
}

// Errors of [New].
var (
	// ErrGateway names a gateway there is not.
	ErrGateway = errors.New("no gateway has this name")
	// ErrIncomplete says that a setting is missing that the gateway needs.
	ErrIncomplete = errors.New("the gateway needs more settings")
)

// New returns a channel; it calls nobody by itself.
func New(o Options) (*SMS, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if missing, err := Missing(o); err != nil || len(missing) > 0 {
		return nil, errors.Join(err, lacking(missing))
	}
	s := &SMS{o: o, gateway: newGateway(o), bell: make(chan struct{}, 1), started: o.Now()}
	if _, ok := s.gateway.(lister); ok {
		s.gate.shutAll(o.Now())
	}
	return s, nil
}

func lacking(missing []string) error {
	if len(missing) == 0 {
		return nil
	}
	return ErrIncomplete
}

// Missing names the settings a gateway needs and was not given: "user",
// "password", "secret", "from", "url", "consumer", "service", "callback". The
// error is [ErrGateway] for a name that is none.
func Missing(o Options) ([]string, error) {
	needs := map[string][]string{
		Twilio:  {"user", "password", "from", "callback"},
		OVH:     {"user", "password", "consumer", "service", "secret", "callback"},
		Android: {"url", "user", "password", "secret", "callback"},
		Custom:  {"secret", "callback"},
	}[o.Gateway]
	if needs == nil {
		return nil, ErrGateway
	}
	given := map[string]string{
		"user": o.User, "password": o.Password, "secret": o.Secret, "from": o.From, "url": o.API,
		"consumer": o.Consumer, "service": o.Service, "callback": o.Callback,
	}
	var missing []string
	for _, name := range needs {
		if given[name] == "" {
			missing = append(missing, name)
		}
	}
	return missing, nil
}

// callTime is how long a gateway may take for one answer.
const callTime = 8 * time.Second

// newClient returns a client with connections enough for all who send at once.
func newClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	return &http.Client{Timeout: callTime, Transport: transport}
}

// newGateway makes the gateway of a name that [Missing] accepted.
func newGateway(o Options) gateway {
	client := newClient()
	switch o.Gateway {
	case Twilio:
		return newTwilio(twilioOptions{
			API: o.API, Account: o.User, Token: o.Password, From: o.From, Callback: o.Callback, Client: client, Now: o.Now,
		})
	case OVH:
		return newOVH(ovhOptions{
			API: o.API, AppKey: o.User, AppSecret: o.Password, ConsumerKey: o.Consumer, Service: o.Service,
			From: o.From, Secret: o.Secret, Client: client, Now: o.Now,
		})
	case Android:
		return newAndroid(androidOptions{
			URL: o.API, User: o.User, Password: o.Password, Secret: o.Secret, Client: client, Now: o.Now,
		})
	}
	return newGeneric(genericOptions{
		Generic: o.Generic, From: o.From, User: o.User, Password: o.Password, Secret: o.Secret, Client: client, Now: o.Now,
	})
}

// Ask tells whether the gateway knows us, where it can be asked without a
// message being sent; asked is false where it cannot.
func (s *SMS) Ask(ctx context.Context) (asked bool, err error) {
	l, ok := s.gateway.(lister)
	if !ok {
		return false, nil
	}
	_, err = l.since(ctx, s.o.Now(), func(string) bool { return true })
	return true, err
}

// Behind tells whether something came in, or may have, that is not taken yet.
func (s *SMS) Behind() bool { return s.gate.closed() }

// numberOf is the number of an address.
func numberOf(a flows.Address) string { return strings.TrimPrefix(string(a), Channel+":") }

// same compares in a time that tells nothing. No secret is like no other.
func same(given, secret string) bool {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(secret))
	return secret != "" && subtle.ConstantTimeCompare(a[:], b[:]) == 1
}
