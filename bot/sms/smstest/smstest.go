// Package smstest is a provider of SMS on loopback: Twilio's Messages API with
// its rules, and the people on the other side.
//
// # For a gateway
//
// A [Twilio] answers /2010-04-01/Accounts/{Sid}/Messages.json as api.twilio.com
// does: a message is made by POST, and what was said is listed by GET, newest
// first, by the day and in pages. It is strict: what Twilio would pass over in
// silence, such as a parameter nobody knows, is refused.
//
// # For a test
//
// [Start] opens one for a test. People write ([Twilio.Say]): one signed call of
// the webhook, never repeated, as Twilio does. [Twilio.Messages] is what a person
// received, [Twilio.Await] waits for it, and [Twilio.Report] tells what the
// network made of it. [Twilio.Script] breaks the next calls, and
// [Twilio.Refused] tells what broke a rule.
//
// [Prism] serves Twilio's own description of its API, by a program nobody here
// wrote.
//
// Everything is kept in memory for ever, and may be used by many goroutines.
package smstest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// What a [Twilio] is called that was given no other names.
const (
	Account = "AC5e1f00d5e1f00d5e1f00d5e1f00d5e1f"
	Token   = "9f0c4b6a7d8e1f2a3b4c5d6e7f809182"
	From    = "+33937000001"
)

// patience is how long a webhook may take, as with Twilio.
const patience = 15 * time.Second

// Options say what a [Twilio] is like. The zero value is one with the names
// above, in real time, of a number that nobody listens at.
type Options struct {
	Account, Token, From string
	// Webhook is where inbound messages go, see [Twilio.SetWebhook].
	Webhook string
	// Now is the clock; nil = [time.Now].
	Now func() time.Time
}

// A Twilio is one account with one number.
type Twilio struct {
	o      Options
	url    string
	client *http.Client
	// closing ends what still waits for an answer, calls are those that do.
	closing context.Context //nolint:containedctx // the time a server is open, given to what it begins
	close   context.CancelFunc
	calls   sync.WaitGroup

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced at every change
	webhook  string
	messages []*message // oldest first
	bySID    map[string]*message
	to       map[string][]*message // those a person received
	faults   []*Fault
	refused  []string
	failed   int
}

// New makes a server that listens nowhere; see [Twilio.Handler].
func New(o Options) *Twilio {
	if o.Account == "" {
		o.Account = Account
	}
	if o.Token == "" {
		o.Token = Token
	}
	if o.From == "" {
		o.From = From
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	t := &Twilio{
		o: o, webhook: o.Webhook, changed: make(chan struct{}), bySID: make(map[string]*message), to: make(map[string][]*message),
		client: &http.Client{
			Transport:     &http.Transport{DisableKeepAlives: true},
			Timeout:       patience,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	t.closing, t.close = context.WithCancel(context.Background())
	return t
}

// Start opens a server on loopback. It closes at the end of the test.
func Start(tb testing.TB, o Options) *Twilio {
	tb.Helper()
	t := New(o)
	web := httptest.NewServer(t.Handler())
	t.url = web.URL
	tb.Cleanup(func() {
		t.Close()
		web.CloseClientConnections()
		web.Close()
	})
	return t
}

// Handler serves the Messages API.
func (t *Twilio) Handler() http.Handler { return http.HandlerFunc(t.serve) }

// Close ends the calls of webhooks and scripted waits, and waits for them.
func (t *Twilio) Close() {
	t.mu.Lock()
	t.close()
	t.mu.Unlock()
	t.calls.Wait()
}

// URL is the address to give as the API's; "" for a server made by [New].
func (t *Twilio) URL() string { return t.url }

// SetWebhook says where inbound messages go from now on, "" nowhere.
func (t *Twilio) SetWebhook(url string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.webhook = url
}

// Refused returns what was answered with a status of 4xx because it broke a
// rule, as "code: message". Scripted faults are none of it.
func (t *Twilio) Refused() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.refused...)
}

// Failed counts the inbound messages whose webhook was not answered with 2xx in
// time.
func (t *Twilio) Failed() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.failed
}

// wake tells everybody who waits that something changed. The lock is held.
func (t *Twilio) wake() {
	close(t.changed)
	t.changed = make(chan struct{})
}
