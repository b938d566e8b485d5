package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"testing"
	"time"

	"passerelle/flows"
)

// A parcel is one sending as the provider sees it.
type parcel struct {
	To   flows.Address `json:"to"`
	ID   string        `json:"id"`
	Turn uint64        `json:"turn"`
	Text string        `json:"text"`
	// By is the process that sends it, Attempt which of its attempts this is.
	By      string `json:"by"`
	Attempt int    `json:"attempt"`

	taken, answered time.Time // answered is zero as long as the sender waits
	crossed         bool      // the one before was not answered yet
}

// A provider brings messages to learners, as one outside would: over the
// network, in its own time. It refuses nothing it was given before.
type provider struct {
	url   string
	delay func() time.Duration // from taking a message to saying so
	moody bool                 // refuses some first attempts, or hangs up

	mu   sync.Mutex
	sent map[flows.Address][]*parcel // in the order they were taken
}

// newProvider starts a provider on loopback.
func newProvider(t testing.TB, delay func() time.Duration) *provider {
	t.Helper()
	p := &provider{delay: delay, sent: make(map[flows.Address][]*parcel)}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

// ServeHTTP takes one message.
func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	one := new(parcel)
	if err := json.NewDecoder(r.Body).Decode(one); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if p.moody && one.Attempt == 1 {
		switch mathrand.N(40) {
		case 0:
			w.WriteHeader(http.StatusInternalServerError)
			return
		case 1:
			panic(http.ErrAbortHandler) // hangs up
		}
	}
	p.take(one)
	time.Sleep(p.delay())
	p.mu.Lock()
	one.answered = time.Now()
	p.mu.Unlock()
	w.WriteHeader(http.StatusOK)
}

func (p *provider) take(one *parcel) {
	p.mu.Lock()
	defer p.mu.Unlock()
	one.taken = time.Now()
	before := p.sent[one.To]
	one.crossed = len(before) > 0 && before[len(before)-1].answered.IsZero()
	p.sent[one.To] = append(before, one)
}

// given are copies of what a learner was brought.
func (p *provider) given(to flows.Address) []parcel {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []parcel
	for _, one := range p.sent[to] {
		all = append(all, *one)
	}
	return all
}

// bringing counts the messages that a process has under way.
func (p *provider) bringing(by string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, all := range p.sent {
		for _, one := range all {
			if one.By == by && one.answered.IsZero() {
				n++
			}
		}
	}
	return n
}

// The variables by which a test tells the program its provider, and the name
// of the process.
const (
	providerVariable = "TRIAL_PROVIDER"
	nameVariable     = "TRIAL_NAME"
)

// An outward channel sends to the provider of a test.
type outward struct {
	url, name string
	client    http.Client
}

// Send implements [Channel].
func (o *outward) Send(ctx context.Context, d flows.Delivery) error {
	body, err := json.Marshal(parcel{
		To: d.To, ID: d.ID, Turn: d.Message.Turn, Text: d.Message.Text, By: o.name, Attempt: d.Attempt,
	})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, o.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.GetBody = nil // a connection that breaks is not tried again below the relay
	answer, err := o.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the provider says %s", answer.Status)
	}
	return nil
}

// mainOutward is the program as it serves, but what it says to phones goes to
// the provider of the test.
func mainOutward() int {
	env := source(os.Environ())
	w, err := loadWords(env)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitFault
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	c := call{name: "serve", out: os.Stdout, err: os.Stderr, words: w, env: env}
	if err := serveOutward(ctx, c); err != nil {
		c.warn(w.told(err))
		return exitFault
	}
	return exitGood
}

// serveOutward is serve with another channel.
func serveOutward(ctx context.Context, c call) error {
	config, err := loadConfig(c.env)
	if err != nil {
		return err
	}
	d, err := openDoors(ctx, config)
	if err != nil {
		return err
	}
	defer d.close()
	h, err := openHouse(ctx, c, config)
	if err != nil {
		return err
	}
	defer h.close()
	h.relay.connect(map[string]Channel{"phone": &outward{url: c.env.get(providerVariable), name: c.env.get(nameVariable)}})
	if d.socket, err = h.openSocket(ctx); err != nil {
		return err
	}
	return h.run(ctx, d)
}
