// Package phone is a channel that simulates a phone, in the terminal and in a
// web page, so that anybody can try a conversation with nothing but a browser
// or a keyboard.
//
// # What it relies on
//
// The phone keeps no message. A learner's input goes to Options.Receive, and
// is acknowledged only when that returned nil; what stands on the screen is
// what Options.Lines returns, the transcript as the store knows it. Send
// therefore carries nothing: it wakes the pages and terminals open on that
// address, and they read on from the last line they have.
//
// # The web page
//
// The page is made on the server and works without JavaScript: every answer is
// a form, answered by a redirect to the page. A small script of our own posts
// the same forms in the background, appends new lines as they come (events
// numbered by line, resumed after a loss) and keeps what was typed until it is
// taken.
//
// Each form carries a fresh id. The same id with the same words is taken once,
// however often it is sent; other words under the same id are another message.
//
// A learner is a browser: a random secret in a cookie, from which the address
// is derived. Pages accept only requests for known host names and only forms
// sent by themselves.
//
// # The terminal
//
// Terminal speaks the grammar of transcript files: what a scripted learner
// reads on standard output can be pasted into one.
package phone

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"passerelle/flows"
)

// Options are what a phone needs of the program around it. Receive, Lines and
// Text must be set.
type Options struct {
	// Receive takes one input of the learner. The same id is taken once; nil
	// means committed. An error of type *Refusal is shown to the learner as it
	// says; any other means that the same input may come again at once.
	Receive func(ctx context.Context, from flows.Address, id string, in flows.Input) error
	// Lines returns the transcript after line n, oldest first, rendered. An
	// input without words, such as flows.Opened, has no line.
	Lines func(ctx context.Context, of flows.Address, n uint64) ([]Line, error)
	// Last is the number of the last line, with or without words, as the store
	// knows it now; needed with Poll.
	Last func(ctx context.Context, of flows.Address) (uint64, error)
	// Poll is how often open pages and terminals look for lines that another
	// process wrote; 0: never, Send wakes them.
	Poll time.Duration
	// Text is a sentence of the phone itself (ids "phone.…") in a language.
	Text func(language flows.Language, id string, args ...flows.Arg) string
	// Picture returns the bytes of a picture of a lesson; nil: no pictures.
	Picture func(flows.Picture) (data []byte, ok bool)
	// Language is the learner's; nil or an empty answer means French.
	Language func(context.Context, flows.Address) flows.Language
	// Atelier is the page for editors; nil: there is none.
	Atelier *Atelier
	// Hosts are the host names the page answers to, besides those of the
	// loopback; "*" means any.
	Hosts []string
	// Origin is where browsers reach the page, such as "https://aide.example";
	// a proxy may call us by another name. With https the cookie is kept to it.
	Origin string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Logger gets failures, without personal data; nil means none.
	Logger *slog.Logger
	// Heartbeat is the pause between two signs of life of an open page; 0
	// means 20 seconds.
	Heartbeat time.Duration
	// StreamsEach and Streams cap the pages kept up to date at once, for one
	// learner and in all; 0 means 4 and 1,000.
	StreamsEach, Streams int
}

// A Refusal is an input that is not taken for now. The learner reads why, and
// nothing repeats the input for them.
type Refusal struct {
	// Sentence is what the learner reads, in their language.
	Sentence string
	// After is how long it makes no sense to try again.
	After time.Duration
}

// Error implements error.
func (r *Refusal) Error() string { return "the input is refused for now" }

// A Line is one line of a transcript, as a person reads it.
type Line struct {
	// N counts the lines of a conversation from 1.
	N uint64
	// At is shown as it is: in the learner's time zone.
	At   time.Time
	From From
	// Text is what the learner wrote or pressed, as it may be kept.
	Text string
	// Message is what the bot or the aidant said.
	Message flows.Message
}

// From says whose line it is.
type From string

// Who speaks in a transcript.
const (
	Learner From = "learner"
	Bot     From = "bot"
	Aidant  From = "aidant"
)

// A Phone is the channel: its pages, and the terminals that use it.
type Phone struct {
	o     Options
	pages *pages
}

// New returns a phone; it opens nothing by itself.
func New(o Options) *Phone {
	if o.Language == nil {
		o.Language = func(context.Context, flows.Address) flows.Language { return "" }
	}
	if o.Picture == nil {
		o.Picture = func(flows.Picture) ([]byte, bool) { return nil, false }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Heartbeat <= 0 {
		o.Heartbeat = 20 * time.Second
	}
	if o.StreamsEach <= 0 {
		o.StreamsEach = 4
	}
	if o.Streams <= 0 {
		o.Streams = 1000
	}
	return &Phone{o: o, pages: newPages(o.StreamsEach, o.Streams)}
}

// Handler returns the page and its endpoints.
func (p *Phone) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.home)
	mux.HandleFunc("POST /say", p.say)
	mux.HandleFunc("POST /new", p.forget)
	mux.HandleFunc("GET /say", p.toHome)
	mux.HandleFunc("GET /new", p.toHome)
	mux.HandleFunc("GET /events", p.events)
	mux.HandleFunc("GET /picture/{revision}/{flow}/{name}", p.picture)
	mux.HandleFunc("GET /phone/{name}", p.asset)
	mux.HandleFunc("GET /atelier", p.editors(p.atelier))
	mux.HandleFunc("POST /atelier", p.editors(p.atelier))
	mux.HandleFunc("POST /atelier/essai", p.editors(p.transcript))
	mux.HandleFunc("GET /atelier/lectures", p.editors(p.reads))
	mux.HandleFunc("/", p.nowhere)
	return p.guard(mux)
}

// Send wakes what is open on the address of the delivery. The message itself
// is read from the transcript, where it already stands: so nothing is shown
// twice, however often a delivery is repeated.
func (p *Phone) Send(_ context.Context, d flows.Delivery) error {
	p.pages.wake(d.To)
	return nil
}

// Close ends the streams of all open pages, so that a server can stop. They
// come back by themselves when a server is there again.
func (p *Phone) Close() { p.pages.close() }

// language is the language to use for a learner.
func (p *Phone) language(ctx context.Context, of flows.Address) flows.Language {
	if l := p.o.Language(ctx, of); l != "" {
		return l
	}
	return defaultLanguage
}

const defaultLanguage flows.Language = "fr"
