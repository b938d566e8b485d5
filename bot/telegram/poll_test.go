package telegram

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/bot/telegram/telegramtest"
	"passerelle/flows"
)

// A listener stands for the program around the channel: it takes inputs, each
// once, and fails when told to.
type listener struct {
	mu     sync.Mutex
	seen   map[string]bool
	inputs map[flows.Address][]flows.Input
	parked []string
	missed []time.Time
	notes  map[string]string
	fail   func(from flows.Address, in flows.Input) error
	holder string
	away   bool
}

func newListener() *listener {
	return &listener{
		seen: make(map[string]bool), inputs: make(map[flows.Address][]flows.Input), notes: make(map[string]string),
		fail: func(flows.Address, flows.Input) error { return nil },
	}
}

// channel makes a channel that this listener hears.
func (l *listener) channel(t *testing.T, server *telegramtest.Server, change func(*Options)) *Telegram {
	t.Helper()
	me := fmt.Sprintf("%p", new(int))
	o := Options{
		Token: server.Token(), API: server.URL(), Receive: l.receive, Park: l.park, Ready: l.ready, Missed: l.absent,
		Hold: func(context.Context) (bool, error) {
			l.mu.Lock()
			defer l.mu.Unlock()
			if l.holder == "" {
				l.holder = me
			}
			return l.holder == me, nil
		},
		LetGo: func(context.Context) error {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.holder = ""
			return nil
		},
		Note: func(_ context.Context, name, value string) error {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.notes[name] = value
			return nil
		},
		Noted: func(_ context.Context, name string) (string, error) {
			l.mu.Lock()
			defer l.mu.Unlock()
			return l.notes[name], nil
		},
		Text:      func(flows.Language, string, ...flows.Arg) string { return "aide: Aider" },
		Languages: []flows.Language{"fr", "en"},
		Picture:   func(context.Context, flows.Picture) ([]byte, error) { return nil, errNoPNG },
	}
	if change != nil {
		change(&o)
	}
	channel, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(channel.Close)
	return channel
}

var errNoPNG = errors.New("no picture here")

func (l *listener) receive(_ context.Context, from flows.Address, id string, in flows.Input) (flows.Reason, error) {
	l.mu.Lock()
	fail := l.fail
	l.mu.Unlock()
	if err := fail(from, in); err != nil {
		return "", err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen[id] {
		return "repeated", nil
	}
	l.seen[id] = true
	l.inputs[from] = append(l.inputs[from], in)
	return flows.Understood, nil
}

func (l *listener) park(_ context.Context, _ flows.Address, id string, _ flows.Input, _ error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.parked, l.seen[id] = append(l.parked, id), true
	return nil
}

func (l *listener) ready(context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.away {
		return errAway
	}
	return nil
}

func (l *listener) absent(_ context.Context, since time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.missed = append(l.missed, since)
	return nil
}

// set changes the listener.
func (l *listener) set(change func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change()
}

// said are the words of a chat that were taken.
func (l *listener) said(chat int64) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var words []string
	for _, in := range l.inputs[address(chat)] {
		if said, ok := in.(flows.Said); ok {
			words = append(words, said.Text)
		}
	}
	return words
}

var errAway = errors.New("the store is away")

// run runs a channel until the test, or the function returned, ends it.
func run(t *testing.T, channel *Telegram) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); channel.Run(ctx) }()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return stop
}

// until waits for what is sure to come.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !done(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("in vain: waited for %s", what)
		}
	}
}

// What people write is taken in order and confirmed; what waits longer than a
// batch too.
func TestPollingTakesAllInOrder(t *testing.T) {
	t.Parallel()
	server, l := telegramtest.Start(t), newListener()
	var want []string
	for n := range 250 {
		want = append(want, strconv.Itoa(n))
		for chat := range int64(3) {
			server.Say(chat+1, strconv.Itoa(n))
		}
	}
	run(t, l.channel(t, server, nil))
	until(t, "all confirmed", func() bool { return server.Pending() == 0 })
	for chat := range int64(3) {
		if diff := cmp.Diff(want, l.said(chat+1)); diff != "" {
			t.Errorf("chat %d (-want +got):\n%s", chat+1, diff)
		}
	}
}

// One whose turn lasts delays nobody else, also beyond the batch; what is not
// taken is not confirmed.
func TestSlowTurnDelaysNobody(t *testing.T) {
	t.Parallel()
	server, l := telegramtest.Start(t), newListener()
	release := make(chan struct{})
	l.fail = func(from flows.Address, _ flows.Input) error {
		if from == address(1) {
			<-release
		}
		return nil
	}
	server.Say(1, "slow")
	run(t, l.channel(t, server, nil))
	for n := range 5 {
		server.Say(2, strconv.Itoa(n))
		until(t, "the others' turn", func() bool { return len(l.said(2)) == n+1 })
	}
	if server.Pending() != 6 {
		t.Errorf("%d updates not confirmed, want all 6 from the slow one on", server.Pending())
	}
	close(release)
	until(t, "all confirmed", func() bool { return server.Pending() == 0 && len(l.said(1)) == 1 })
}

// An update that fails while the store takes others is put aside at the fifth
// time; while the store is away it is tried for as long as it takes.
func TestPoisonIsParked(t *testing.T) {
	t.Parallel()
	server, l := telegramtest.Start(t), newListener()
	l.fail = func(_ flows.Address, in flows.Input) error {
		if said, ok := in.(flows.Said); ok && said.Text == "poison" {
			return errAway
		}
		return nil
	}
	server.Say(1, "poison")
	server.Say(1, "after")
	run(t, l.channel(t, server, nil))
	until(t, "what follows", func() bool { return slices.Equal(l.said(1), []string{"after"}) })
	until(t, "all confirmed", func() bool { return server.Pending() == 0 })
	if len(l.parked) != 1 {
		t.Errorf("parked: %v, want the poisonous one", l.parked)
	}
}

func TestStoreAwayParksNothing(t *testing.T) {
	t.Parallel()
	server, l := telegramtest.Start(t), newListener()
	tries := 0
	l.away = true
	l.fail = func(flows.Address, flows.Input) error {
		l.mu.Lock()
		defer l.mu.Unlock()
		if tries++; tries <= maxStrikes+1 {
			return errAway
		}
		l.away = false
		return nil
	}
	server.Say(1, "bonjour")
	run(t, l.channel(t, server, nil))
	until(t, "the words", func() bool { return slices.Equal(l.said(1), []string{"bonjour"}) })
	if len(l.parked) != 0 {
		t.Errorf("parked: %v, want none: the store was away", l.parked)
	}
}

// Two processes never poll at the same time; the second goes on where the first
// stopped.
func TestOneProcessPolls(t *testing.T) {
	t.Parallel()
	server, l := telegramtest.Start(t), newListener()
	stop := run(t, l.channel(t, server, nil))
	server.Say(1, "one")
	until(t, "the first words", func() bool { return len(l.said(1)) == 1 })
	run(t, l.channel(t, server, nil))
	stop()
	server.Say(1, "two")
	until(t, "the second words", func() bool { return slices.Equal(l.said(1), []string{"one", "two"}) })
	for _, call := range server.Refused() {
		t.Errorf("refused: %s", call)
	}
}

// After more than 150 seconds without hearing Telegram those who may have
// pressed in vain are asked again, once; after a shorter while they are not.
func TestMissed(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		away time.Duration
		want int
	}{
		{"a minute", time.Minute, 0},
		{"three minutes", 3 * time.Minute, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server, l := telegramtest.Start(t), newListener()
			stop := run(t, l.channel(t, server, nil))
			until(t, "a note", func() bool {
				l.mu.Lock()
				defer l.mu.Unlock()
				return len(l.notes) > 0
			})
			stop()
			later := func(o *Options) { o.Now = func() time.Time { return time.Now().Add(tt.away) } }
			run(t, l.channel(t, server, later))
			server.Say(1, "bonjour")
			until(t, "the words", func() bool { return len(l.said(1)) == 1 && server.Pending() == 0 })
			l.mu.Lock()
			defer l.mu.Unlock()
			if len(l.missed) != tt.want {
				t.Errorf("asked again %d times, want %d", len(l.missed), tt.want)
			}
		})
	}
}

// Whatever stands between us and Telegram and does not wait for updates, or
// answers with what is none, is not asked without a rest; nor does the log grow
// with each answer.
func TestNobodyIsAskedWithoutRest(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, answer string
		status, most int
	}{
		{"nothing, at once", `{"ok":true,"result":[]}`, 200, 4},
		{"no updates", `{"ok":true,"result":[{},{"update_id":-4},7]}`, 200, 4},
		{"no list", `{"ok":true,"result":{}}`, 200, 7},
		{"a page", `<html>`, 502, 7},
		{"another poller", `{"ok":false,"error_code":409,"description":"Conflict"}`, 409, 7},
		{"too many", `{"ok":false,"error_code":429,"parameters":{"retry_after":60}}`, 429, 1},
		{"an unknown token", `{"ok":false,"error_code":401,"description":"Unauthorized"}`, 401, 7},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var polls atomic.Int64
			server := telegramtest.Start(t)
			web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !strings.HasSuffix(r.URL.Path, "/getUpdates") {
					_, _ = io.WriteString(w, `{"ok":true,"result":true}`) // the client may be gone
					return
				}
				polls.Add(1)
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.answer) // the client may be gone
			}))
			t.Cleanup(web.Close)
			log := &lines{}
			stop := run(t, newListener().channel(t, server, func(o *Options) {
				o.API, o.Logger = web.URL, slog.New(slog.NewTextHandler(log, nil))
			}))
			until(t, "a poll", func() bool { return polls.Load() > 0 })
			time.Sleep(2500 * time.Millisecond) // nothing tells that no poll comes
			stop()
			if got := polls.Load(); got > int64(tt.most) {
				t.Errorf("%d polls in 2.5 seconds, want %d at most", got, tt.most)
			}
			if strings.Contains(log.String(), server.Token()) {
				t.Errorf("the log holds the token: %s", log)
			}
		})
	}
}

// A finger that trembles presses once; so does one that presses what shows as
// chosen. Pressed again later, a button is an input like any other.
func TestDoublePress(t *testing.T) {
	t.Parallel()
	server, l := telegramtest.Start(t), newListener()
	var late atomic.Int64
	channel := l.channel(t, server, func(o *Options) {
		o.Now = func() time.Time { return time.Now().Add(time.Duration(late.Load())) }
	})
	server.Say(1, "bonjour")
	run(t, channel)
	until(t, "the words", func() bool { return len(l.said(1)) == 1 })
	message := flows.Message{Turn: 1, Text: "Avez-vous ?", Choices: []flows.Button{{Label: "Oui"}, {Label: "Non"}}}
	if err := channel.Send(t.Context(), flows.Delivery{ID: "1", To: address(1), Message: message, Attempt: 1}); err != nil {
		t.Fatal(err)
	}
	id := server.Messages(1)[0].ID
	for _, data := range []string{"1.0", "1.0", chosenData, "1.1"} {
		server.PressData(1, id, data)
	}
	until(t, "all taken", func() bool { return server.Pending() == 0 })
	late.Store(int64(time.Minute))
	server.PressData(1, id, "1.1")
	until(t, "the last one", func() bool { return server.Pending() == 0 })
	var got []int
	for _, in := range l.inputs[address(1)] {
		if tapped, ok := in.(flows.Tapped); ok {
			got = append(got, tapped.Choice)
		}
	}
	if want := []int{0, 1, 1}; !slices.Equal(got, want) {
		t.Errorf("taken: choices %v, want %v", got, want)
	}
}
