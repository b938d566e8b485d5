package telegramtest_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"passerelle/bot/telegram/telegramtest"
)

// grammy returns the folder of grammY, or skips the test.
func grammy(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("PASSERELLE_GRAMMY")
	_, err := exec.LookPath("node")
	if folder == "" || err != nil {
		const what = "no grammY here (npm install --prefix DIR grammy@1.46.0; PASSERELLE_GRAMMY=DIR/node_modules/grammy), or no node"
		if os.Getenv("CI") == "true" {
			t.Fatal(what)
		}
		t.Skip(what)
	}
	folder, err = filepath.Abs(folder)
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// A peer is the bot of testdata/grammy.js.
type peer struct {
	t     *testing.T
	s     *telegramtest.Server
	lines lines
}

// lines is what a process says.
type lines struct {
	mu   sync.Mutex
	all  bytes.Buffer
	more chan struct{}
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.more <- struct{}{}:
	default: // nobody waits, or is told already
	}
	return l.all.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

func startPeer(t *testing.T, mode string) *peer {
	t.Helper()
	folder := grammy(t)
	p := &peer{t: t, s: telegramtest.Start(t), lines: lines{more: make(chan struct{}, 1)}}
	c := exec.CommandContext(t.Context(), "node", "testdata/grammy.js", folder, p.s.URL(), p.s.Token(), mode)
	problems := &lines{}
	c.Stdout, c.Stderr, c.WaitDelay = &p.lines, problems, time.Second
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill() // it serves until then
		_ = c.Wait()
		if problems.String() != "" {
			t.Errorf("the bot says: %s", problems.String())
		}
	})
	return p
}

// await waits for the newest message of the bot, by its text or caption.
func (p *peer) await(text string) telegramtest.Message {
	p.t.Helper()
	all := p.s.Await(p.t, 7, text, func(m []telegramtest.Message) bool {
		return len(m) > 0 && m[len(m)-1].Text+m[len(m)-1].Caption == text
	})
	return all[len(all)-1]
}

// told waits for a line of the bot, the one that begins with a field.
func told[T any](p *peer, field string) (found T) {
	p.t.Helper()
	late := time.After(20 * time.Second)
	for {
		all := p.lines.String()
		_, after, began := strings.Cut("\n"+all, "\n"+`{"`+field+`"`)
		if line, _, whole := strings.Cut(after, "\n"); began && whole {
			if err := json.Unmarshal([]byte(`{"`+field+`"`+line), &found); err != nil {
				p.t.Fatalf("%s: %v", line, err)
			}
			return found
		}
		select {
		case <-p.lines.more:
		case <-late:
			p.t.Fatalf("the bot did not tell %s: %s", field, all)
		}
	}
}

// A client that nobody here wrote understands this server, in both ways of
// receiving: what it shows to people, and how it is refused.
func TestGrammy(t *testing.T) {
	for _, mode := range []string{"polling", "webhook"} {
		t.Run(mode, func(t *testing.T) {
			p := startPeer(t, mode)
			p.talk()
			p.refusals()
			p.limit()
			if mode == "polling" {
				until(t, p.s, "all confirmed", func() bool { return p.s.Pending() == 0 })
			}
			if info := must[fields](t, p.s, "getWebhookInfo", nil); info["last_error_message"] != nil {
				t.Errorf("webhook: %v", info)
			}
		})
	}
}

func (p *peer) talk() {
	p.t.Helper()
	p.s.Say(7, "Ça va ? 🙂")
	p.await("Vous avez écrit : Ça va ? 🙂")
	if list := p.s.Commands("fr"); !slices.Equal(list, []telegramtest.Command{{Command: "aide", Description: "De l’aide"}}) {
		p.t.Errorf("commands: %v", list)
	}
	p.s.Say(7, "/start creer-email")
	asked := p.await("Début : creer-email")
	if len(asked.Entities) != 1 || asked.Entities[0].Type != "bold" || len(asked.Buttons) != 1 || len(asked.Buttons[0]) != 2 {
		p.t.Errorf("asked: %+v", asked)
	}
	if err := p.s.Press(7, "Oui é"); err != nil {
		p.t.Fatal(err)
	}
	if chosen := p.await("Choisi : 1.0"); chosen.ID != asked.ID || !chosen.Edited || chosen.Buttons[0][0].Text != "✔ Oui é" {
		p.t.Errorf("chosen: %+v", chosen)
	}
	if state := p.s.State(7); state.Toast != "Reçu 1.0" || state.Waiting != 0 {
		p.t.Errorf("state: %+v", state)
	}
	p.s.Say(7, "image")
	p.await("Encore")
	all := p.s.Messages(7)
	first, again := all[len(all)-2], all[len(all)-1]
	if first.Caption != "Une souris é 🖱" || len(first.Photo) < 60 || first.FileID != again.FileID {
		p.t.Errorf("pictures: %+v, %+v", first, again)
	}
	p.s.Voice(7, []byte("OggS"), time.Second)
	p.await("Écouté : voice")
}

// A refusal is one as the client sees it.
type refusal struct {
	Code        int
	Description string
	RetryAfter  int
}

func (p *peer) refusals() {
	p.t.Helper()
	p.s.Say(7, "refus")
	p.await("a")
	p.s.Say(7, "fin")
	p.await("Vous avez écrit : fin") // all before it is done
	got := told[map[string]refusal](p, "long")
	for what, want := range map[string]refusal{
		"long":     {400, "Bad Request: message is too long", 0},
		"markup":   {400, "Bad Request: can't parse entities: Unclosed start tag", 0},
		"data":     {400, "Bad Request: BUTTON_DATA_INVALID", 0},
		"stranger": {403, "Forbidden: bot can't initiate conversation with a user", 0},
		"old":      {400, "Bad Request: query is too old and response timeout expired or query ID is invalid", 0},
	} {
		if got[what] != want {
			p.t.Errorf("%s: %+v, want %+v", what, got[what], want)
		}
	}
	if same := got["same"]; same.Code != 400 || !strings.HasPrefix(same.Description, "Bad Request: message is not modified") {
		p.t.Errorf("same: %+v", same)
	}
}

func (p *peer) limit() {
	p.t.Helper()
	p.s.Script(telegramtest.Fault{Method: "sendMessage", Chat: 7, Code: 429, RetryAfter: 17})
	p.s.Say(7, "limite")
	p.await("après la limite")
	if got := told[map[string]refusal](p, "limit")["limit"]; got != (refusal{429, "Too Many Requests: retry after 17", 17}) {
		p.t.Errorf("limit: %+v", got)
	}
}
