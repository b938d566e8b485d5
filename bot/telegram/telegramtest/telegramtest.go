// Package telegramtest is a Telegram on loopback: the Bot API with its rules,
// and the people on the other side.
//
// # For a bot
//
// A [Server] answers /bot<TOKEN>/<method> as api.telegram.org does, over JSON,
// forms and multipart bodies, with the same envelope and the same refusals: it
// checks lengths in UTF-16 units, entities, keyboards, pictures and file ids,
// lets nobody be written to who has not written first, forgets an update after
// 24 hours and a press after 150 seconds, confirms by offset, and delivers to a
// webhook by its own schedule. It is strict: what Telegram would mend in
// silence, such as an entity that ends outside its text, is refused.
//
// # For a test
//
// [Start] opens one for a test. People write ([Server.Say]), press
// ([Server.Press]) and block ([Server.Block]); [Server.Messages] is what a
// person sees now, and [Server.Await] waits for it. [Server.Script] breaks the
// next calls, [Server.Calls] and [Server.Refused] tell what was asked and what
// was refused. The clock is [Options.Now], moved by [Server.Pass].
//
// A chat above zero is a person's own, one below zero a group. Everything is
// kept in memory, up to the bounds in [Options], and may be used by many
// goroutines at a time.
package telegramtest

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// Token is the token of a bot that was given no other.
const Token = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"

// Options say what a server is like. The zero value is a strict one without
// rate limits, in real time.
type Options struct {
	Token    string // "" = [Token]
	Username string // of the bot, "" = "passerelle_test_bot"
	// Now is the clock for expiry and dates; nil = [time.Now].
	Now func() time.Time
	// Pace is how many times faster than real the waits of the webhook's
	// schedule are, 0 = 1. Polls and scripted waits keep their time.
	Pace float64
	// Limited turns the limits of Telegram on: a message a second to one chat
	// (a burst of 5), 20 a minute to a group and 30 a second to all together;
	// a poll that repeats the last within 3 seconds waits for 3 seconds.
	Limited bool
	// PlainWebhooks lets a webhook be http:// on a loopback address.
	PlainWebhooks bool
	// FirstUpdate is the id of the first update, 0 = 884,210,001. One server
	// after another of the same bot needs a higher one, for ids only rise.
	FirstUpdate int64
	// Keep is how many calls are remembered, 0 = 50,000. Of one chat the
	// newest 1,000 messages are, and 256 MB of files.
	Keep int
}

// A Server is one Telegram with one bot.
type Server struct {
	o    Options
	url  string
	done chan struct{} // closed when the server closes

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at every change
	passed  time.Duration // by which the clock was moved

	chats    map[int64]*chat
	posted   int // the newest message's id
	queries  map[string]*query
	queryIDs []string // oldest first
	asked    int
	queue    queue
	hook     *hook
	files    files
	profile  profile
	overall  bucket

	faults    []*Fault
	calls     []Call
	forgotten int // calls
	refused   []string
}

// New makes a server that listens nowhere; see [Server.Handler].
func New(o Options) *Server {
	if o.Token == "" {
		o.Token = Token
	}
	if o.Username == "" {
		o.Username = "passerelle_test_bot"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Pace <= 0 {
		o.Pace = 1
	}
	if o.Keep <= 0 {
		o.Keep = 50_000
	}
	if o.FirstUpdate <= 0 {
		o.FirstUpdate = 884_210_001
	}
	return &Server{
		o: o, done: make(chan struct{}), changed: make(chan struct{}),
		chats: map[int64]*chat{}, queries: map[string]*query{},
		queue: queue{next: o.FirstUpdate}, files: newFiles(), profile: newProfile(),
	}
}

// Start opens a server on loopback with plain webhooks and a schedule a hundred
// times faster than real. It closes at the end of the test.
func Start(tb testing.TB) *Server {
	tb.Helper()
	return StartWith(tb, Options{PlainWebhooks: true, Pace: 100})
}

// StartWith is [Start] with options.
func StartWith(tb testing.TB, o Options) *Server {
	tb.Helper()
	s := New(o)
	web := httptest.NewServer(s.Handler())
	s.url = web.URL
	tb.Cleanup(func() {
		s.Close()
		web.CloseClientConnections()
		web.Close()
	})
	return s
}

// Handler serves the Bot API and the files.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.serve) }

// Close ends polls, scripted waits and deliveries. It may be called once.
func (s *Server) Close() {
	close(s.done)
	s.mu.Lock()
	h := s.hook
	s.hook = nil
	s.mu.Unlock()
	h.stop()
}

// URL is the address to give as the API's; "" for a server made by [New].
func (s *Server) URL() string { return s.url }

// Token is the bot's token.
func (s *Server) Token() string { return s.o.Token }

// Pass moves the clock forward.
func (s *Server) Pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.passed += d
	s.wake()
}

// now is the server's time. The lock is held.
func (s *Server) now() time.Time { return s.o.Now().Add(s.passed) }

// wake tells everybody who waits that something changed. The lock is held.
func (s *Server) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Changed is closed at the next change of anything.
func (s *Server) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}
