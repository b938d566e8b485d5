package phone

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"passerelle/flows"
)

var errAway = errors.New("store away")

// monday is when all stories of this package happen.
func monday() time.Time { return time.Date(2026, 1, 12, 10, 5, 0, 0, time.UTC) }

// memory is the program behind the phone: it keeps lines, and answers a few
// words in a fixed way.
type memory struct {
	mu       sync.Mutex
	away     bool // nothing can be kept
	blind    bool // nothing can be read
	language flows.Language
	lines    map[flows.Address][]Line
	taken    map[string]bool
	inputs   []flows.Input
	turn     uint64
}

func newMemory() *memory {
	return &memory{language: "fr", lines: map[flows.Address][]Line{}, taken: map[string]bool{}}
}

// set changes the memory while pages use it.
func (m *memory) set(change func(*memory)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m)
}

func (m *memory) receive(_ context.Context, from flows.Address, id string, in flows.Input) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.away {
		return errAway
	}
	if m.taken[string(from)+" "+id] {
		return nil
	}
	m.taken[string(from)+" "+id] = true
	m.inputs = append(m.inputs, in)
	m.turn++
	switch in := in.(type) {
	case flows.Said:
		m.add(from, Line{From: Learner, Text: in.Text})
		m.reply(from, in.Text)
	case flows.Tapped:
		label := m.label(from, in)
		m.add(from, Line{From: Learner, Text: label})
		m.reply(from, label)
	default:
		m.reply(from, "")
	}
	return nil
}

// label is that of the choice pressed, when its question is the last one.
func (m *memory) label(of flows.Address, in flows.Tapped) string {
	for _, l := range m.lines[of] {
		if l.Message.Turn == in.Turn && in.Choice < len(l.Message.Choices) {
			return l.Message.Choices[in.Choice].Label
		}
	}
	return "ancien bouton"
}

func (m *memory) add(of flows.Address, l Line) {
	l.N = uint64(len(m.lines[of]) + 1)
	l.At = monday()
	m.lines[of] = append(m.lines[of], l)
}

// say adds a message of the bot.
func (m *memory) say(of flows.Address, text string, choices ...string) {
	msg := flows.Message{Turn: m.turn, Text: text, Language: m.language}
	for _, c := range choices {
		msg.Choices = append(msg.Choices, flows.Button{Label: c})
	}
	if strings.Contains(text, "dessin") {
		msg.Picture = &flows.Picture{Revision: "r1", Flow: "creer-email", Name: "icone.svg", Alt: "Une enveloppe bleue"}
	}
	m.add(of, Line{From: Bot, Message: msg})
}

func (m *memory) reply(of flows.Address, text string) {
	switch text {
	case "", "bonjour":
		m.say(of, "Bonjour. Je suis un **robot**.\n\nUne personne peut vous aider : écrivez AIDANT.")
		m.say(of, "Quel appareil avez-vous ?", "Un téléphone Android", "Un iPhone", "Un ordinateur")
	case "Un téléphone Android", "1":
		m.say(of, "Très bien. Regardez le dessin.\n\nTouchez l’enveloppe bleue.", "C’est fait", "Je ne la vois pas")
	case "C’est fait":
		m.say(of, "Bravo ! Quel est votre prénom ?")
	case "aidant":
		m.add(of, Line{From: Aidant, Message: flows.Message{Turn: m.turn, Text: "Bonjour, je vous aide.", Aidant: "Léa"}})
	case "silence":
	default:
		m.say(of, "Merci. Voici l’adresse : https://www.laposte.net/accueil.", "Menu")
	}
}

func (m *memory) read(_ context.Context, of flows.Address, n uint64) ([]Line, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.blind {
		return nil, errAway
	}
	all := m.lines[of]
	return append([]Line(nil), all[min(int(n), len(all)):]...), nil
}

func (m *memory) speaks(context.Context, flows.Address) flows.Language {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.language
}

// only is the one learner there is.
func (m *memory) only(t *testing.T) flows.Address {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.lines) != 1 {
		t.Fatalf("%d learners, want 1", len(m.lines))
	}
	for of := range m.lines {
		return of
	}
	return ""
}

// heard are the learner's own lines.
func (m *memory) heard(of flows.Address) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []string
	for _, l := range m.lines[of] {
		if l.From == Learner {
			all = append(all, l.Text)
		}
	}
	return all
}

// sentencesOf reads the bundle of a language as it is shipped.
func sentencesOf(t testing.TB, language string) map[string]string {
	t.Helper()
	data, err := os.ReadFile("../../locales/phone." + language + ".toml")
	if err != nil {
		t.Fatal(err)
	}
	all, id := map[string]string{}, ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, `["`); ok {
			id = strings.TrimSuffix(name, `"]`)
		}
		if text, ok := strings.CutPrefix(line, "other = "); ok {
			if all[id], err = strconv.Unquote(text); err != nil {
				t.Fatalf("%s: %v", id, err)
			}
		}
	}
	return all
}

// texts says the sentences of the bundles; one that is missing fails the test.
func texts(t testing.TB) func(flows.Language, string, ...flows.Arg) string {
	t.Helper()
	french, english := sentencesOf(t, "fr"), sentencesOf(t, "en")
	return func(l flows.Language, id string, args ...flows.Arg) string {
		all := french
		if l == "en" {
			all = english
		}
		text, ok := all[id]
		if !ok {
			t.Errorf("no sentence %s in %s", id, l)
		}
		for _, a := range args {
			text = strings.ReplaceAll(text, "{"+a.Name+"}", a.Value)
		}
		return text
	}
}

const envelope = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240"><rect width="320" height="240" fill="#e8f1f3"/><rect x="70" y="50" width="160" height="100" rx="12" fill="#1a73c8"/><path d="M74 56l76 56 76-56" fill="none" stroke="#fff" stroke-width="8"/></svg>`

// newPhone is a phone on a memory.
func newPhone(t testing.TB, m *memory, change func(*Options)) *Phone {
	t.Helper()
	o := Options{
		Receive: m.receive, Lines: m.read, Text: texts(t), Language: m.speaks, Now: monday,
		Picture: func(p flows.Picture) ([]byte, bool) {
			return []byte(envelope), p.Revision == "r1" && p.Flow == "creer-email" && p.Name == "icone.svg"
		},
	}
	if change != nil {
		change(&o)
	}
	return New(o)
}

// A visitor is a browser without script.
type visitor struct {
	testing.TB

	client *http.Client
	url    string
}

// serve starts a server and a first visitor.
func serve(t testing.TB, p *Phone) *visitor {
	t.Helper()
	s := httptest.NewServer(p.Handler())
	t.Cleanup(s.Close)
	t.Cleanup(p.Close)
	return visit(t, s.URL)
}

func visit(t testing.TB, url string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	t.Cleanup(client.CloseIdleConnections)
	return &visitor{TB: t, client: client, url: url}
}

// get asks for a page and returns its status and text.
func (v *visitor) get(path string) (int, string) {
	v.Helper()
	r, err := http.NewRequestWithContext(v.Context(), http.MethodGet, v.url+path, nil)
	if err != nil {
		v.Fatal(err)
	}
	return v.do(r)
}

// post sends a form, alternating names and values.
func (v *visitor) post(path string, pairs ...string) (int, string) {
	v.Helper()
	return v.do(v.form(path, pairs...))
}

func (v *visitor) form(path string, pairs ...string) *http.Request {
	v.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r, err := http.NewRequestWithContext(v.Context(), http.MethodPost, v.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func (v *visitor) do(r *http.Request) (int, string) {
	v.Helper()
	resp, err := v.client.Do(r)
	if err != nil {
		v.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		v.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// begin opens the page and presses the big button.
func (v *visitor) begin() string {
	v.Helper()
	_, page := v.get("/")
	status, page := v.post("/say", "id", field(v, page, "id"), "open", "1")
	if status != http.StatusOK {
		v.Fatalf("begin: status %d", status)
	}
	return page
}

// field is the value of the first hidden or visible field of that name.
func field(t testing.TB, page, name string) string {
	t.Helper()
	found := regexp.MustCompile(`name="` + name + `"[^>]* value="([^"]*)"`).FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no field %s in\n%s", name, page)
	}
	return found[1]
}

// wants fails for each text the page does not have; "!" before it: must not.
func wants(t testing.TB, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		text, not := strings.CutPrefix(text, "!")
		if has := strings.Contains(page, text); has == not {
			t.Errorf("page has %q: %v; the page is\n%s", text, has, page)
		}
	}
}
