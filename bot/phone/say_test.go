package phone

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/flows"
)

func TestSayInputs(t *testing.T) {
	tests := []struct {
		name, body string
		want       flows.Input
	}{
		{"text", "id=a&text=oui", flows.Said{At: monday(), Text: "oui"}},
		{"empty text", "id=a&text=", flows.Said{At: monday()}},
		{"NUL", "id=a&text=a%00b", flows.Said{At: monday(), Text: "a\x00b"}},
		{"press", "id=a&turn=7&choice=2", flows.Tapped{At: monday(), Turn: 7, Choice: 2}},
		{"press and text", "id=a&turn=7&choice=2&text=oui", flows.Tapped{At: monday(), Turn: 7, Choice: 2}},
		{"open", "id=a&open=1", flows.Opened{At: monday()}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory()
			status, _ := postRaw(t, newPhone(t, m, nil), formType, tt.body)
			if diff := cmp.Diff([]flows.Input{tt.want}, m.inputs); diff != "" || status != http.StatusSeeOther {
				t.Errorf("status %d %s", status, diff)
			}
		})
	}
}

const formType = "application/x-www-form-urlencoded"

// postRaw posts a body as it is to /say.
func postRaw(t testing.TB, p *Phone, kind, body string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "http://localhost/say", strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	p.Handler().ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestSayRefuses(t *testing.T) {
	tests := []struct {
		name, kind, body string
		want             int
		says             string
	}{
		{"nothing", formType, "", 400, "pu être lu"},
		{"no id", formType, "text=oui", 400, "pu être lu"},
		{"long id", formType, "text=oui&id=" + strings.Repeat("a", 65), 400, "pu être lu"},
		{"strange id", formType, "text=oui&id=a.b", 400, "pu être lu"},
		{"id alone", formType, "id=a", 400, "pu être lu"},
		{"no turn", formType, "id=a&choice=1", 400, "pu être lu"},
		{"turn of words", formType, "id=a&choice=1&turn=un", 400, "pu être lu"},
		{"choice below", formType, "id=a&choice=-1&turn=1", 400, "pu être lu"},
		{"choice above", formType, "id=a&choice=100&turn=1", 400, "pu être lu"},
		{"choice of words", formType, "id=a&choice=x&turn=1", 400, "pu être lu"},
		{"broken escape", formType, "id=a&text=%zz", 400, "pu être lu"},
		{"invalid UTF-8", formType, "id=a&text=%ff%fe", 400, "pu être lu"},
		{"too long", formType, "id=a&text=" + strings.Repeat("a", maxBody), 413, "trop long"},
		{"no type", "", "id=a&text=oui", 415, "pu être lu"},
		{"JSON", "application/json", `{"id":"a"}`, 415, "pu être lu"},
		{"multipart", "multipart/form-data; boundary=x", "--x--", 415, "pu être lu"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory()
			status, page := postRaw(t, newPhone(t, m, nil), tt.kind, tt.body)
			if status != tt.want || len(m.inputs) != 0 {
				t.Errorf("status %d, want %d; %d inputs", status, tt.want, len(m.inputs))
			}
			wants(t, page, tt.says)
		})
	}
}

func TestSameFormIsTakenOnce(t *testing.T) {
	m := newMemory()
	v := serve(t, newPhone(t, m, nil))
	v.begin()
	for _, text := range []string{"oui", "oui", "oui monsieur", "oui"} {
		v.post("/say", "id", "abc", "text", text)
	}
	v.post("/say", "id", "abd", "text", "oui")
	if diff := cmp.Diff([]string{"oui", "oui monsieur", "oui"}, m.heard(m.only(t))); diff != "" {
		t.Error(diff)
	}
}

// Nothing is acknowledged before it is kept, and what was typed stays.
func TestStoreAway(t *testing.T) {
	m := newMemory()
	v := serve(t, newPhone(t, m, nil))
	v.begin()
	m.set(func(m *memory) { m.away = true })
	status, page := v.post("/say", "id", "abc", "text", "mon adresse")
	if status != http.StatusServiceUnavailable {
		t.Fatalf("status %d", status)
	}
	wants(t, page, "pas encore parti", `value="mon adresse"`, "Quel appareil")
	if got := field(t, page, "id"); got != "abc" {
		t.Errorf("id %q: the repetition would be another message", got)
	}
	m.set(func(m *memory) { m.away = false })
	status, page = v.post("/say", "id", field(t, page, "id"), "text", field(t, page, "text"))
	if status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	wants(t, page, "mon adresse", "Merci", "!pas encore parti")
}

func TestSayAnswersTheScript(t *testing.T) {
	m := newMemory()
	v := serve(t, newPhone(t, m, nil))
	page := v.begin()
	say := func(pairs ...string) (int, update) {
		r := v.form("/say", pairs...)
		r.Header.Set("Accept", "application/json")
		status, body := v.do(r)
		var u update
		if err := json.Unmarshal([]byte(body), &u); err != nil {
			t.Fatalf("%v in %s", err, body)
		}
		return status, u
	}
	status, u := say("id", "abc", "text", "1", "after", "2")
	if status != http.StatusOK || u.Last != 4 || len(u.Lines) != 2 || u.Answer == nil || u.Problem != "" {
		t.Fatalf("status %d: %+v", status, u)
	}
	wants(t, page, `data-key="`+u.Key+`"`)
	wants(t, u.Lines[1].HTML, `<li id="n4"`, "Regardez le dessin")
	wants(t, *u.Answer, "C’est fait")
	if _, u = say("id", "abd", "text", "silence", "after", "4"); u.Answer != nil || len(u.Lines) != 1 {
		t.Errorf("nothing was asked, but the answers changed: %+v", u)
	}
	if status, u = say("id", "a.b", "text", "1"); status != http.StatusBadRequest || !strings.Contains(u.Problem, "pu être lu") {
		t.Errorf("status %d: %+v", status, u)
	}
	m.set(func(m *memory) { m.away = true })
	if status, u = say("id", "abe", "text", "1"); status != http.StatusServiceUnavailable || !strings.Contains(u.Problem, "pas encore parti") {
		t.Errorf("status %d: %+v", status, u)
	}
	m.set(func(m *memory) { m.away, m.blind = false, true })
	if status, u = say("id", "abf", "text", "1", "after", "5"); status != http.StatusOK || len(u.Lines) != 0 || u.Last != 5 {
		t.Errorf("taken, but not acknowledged: status %d: %+v", status, u)
	}
}

// Who is not let in for now reads why, and when to come back; the page does not
// come back by itself, and the log is spared.
func TestRefusal(t *testing.T) {
	var log strings.Builder
	p := newPhone(t, newMemory(), func(o *Options) {
		o.Logger = slog.New(slog.NewTextHandler(&log, nil))
		o.Receive = func(context.Context, flows.Address, string, flows.Input) error {
			return fmt.Errorf("wrapped: %w", &Refusal{Sentence: "Revenez dans une heure.", After: time.Hour})
		}
	})
	for _, accept := range []string{"text/html", "application/json"} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, "http://localhost/say", strings.NewReader("id=abc&open=1"))
		r.Header.Set("Content-Type", formType)
		r.Header.Set("Accept", accept)
		p.Handler().ServeHTTP(w, r)
		if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "3600" {
			t.Errorf("%s: status %d, headers %v", accept, w.Code, w.Header())
		}
		wants(t, w.Body.String(), "Revenez dans une heure.", "!pas encore parti")
		if accept == "text/html" && field(t, w.Body.String(), "id") != "abc" {
			t.Error("the repetition would be another message")
		}
	}
	if log.Len() > 0 {
		t.Errorf("log: %s", &log)
	}
}

func TestReceiveHasADeadline(t *testing.T) {
	p := newPhone(t, newMemory(), func(o *Options) {
		o.Receive = func(ctx context.Context, _ flows.Address, _ string, _ flows.Input) error {
			if _, ok := ctx.Deadline(); !ok {
				return errors.New("no deadline")
			}
			return nil
		}
	})
	if status, _ := postRaw(t, p, formType, "id=a&text=oui"); status != http.StatusSeeOther {
		t.Errorf("status %d", status)
	}
}

// Whatever is posted, the phone answers and takes only what it can read.
func TestSayMutations(t *testing.T) {
	rounds := 3000
	if os.Getenv("PASSERELLE_LONG") == "1" {
		rounds = 200_000
	}
	seeds := []string{
		"id=abc&text=oui", "id=abc&turn=12&choice=1", "id=abc&open=1", "id=abc&text=caf%C3%A9&after=9",
	}
	m := newMemory()
	p := newPhone(t, m, func(o *Options) {
		o.Receive = func(_ context.Context, _ flows.Address, id string, in flows.Input) error {
			checkTaken(t, id, in)
			return nil
		}
	})
	random := rand.New(rand.NewPCG(1, 2))
	taken := 0
	for range rounds {
		body := mutate(random, seeds[random.IntN(len(seeds))])
		status, page := postRaw(t, p, formType, body)
		switch {
		case status == http.StatusSeeOther:
			taken++
		case status < 400 || status > 499 || !strings.Contains(page, "</html>"):
			t.Fatalf("%q: status %d", body, status)
		}
	}
	if taken == 0 || taken == rounds {
		t.Errorf("%d of %d taken: the mutations try nothing", taken, rounds)
	}
}

func checkTaken(t *testing.T, id string, in flows.Input) {
	t.Helper()
	if id == "" || len(id) > maxID+1+13 {
		t.Errorf("id %q", id)
	}
	switch in := in.(type) {
	case flows.Said:
		if strings.ToValidUTF8(in.Text, "") != in.Text {
			t.Errorf("text %q", in.Text)
		}
	case flows.Tapped:
		if in.Choice < 0 || in.Choice > maxChoice {
			t.Errorf("choice %d", in.Choice)
		}
	case flows.Opened:
	default:
		t.Errorf("input %T", in)
	}
}

// mutate changes a few bytes of a form.
func mutate(random *rand.Rand, form string) string {
	b := []byte(form)
	pieces := []string{"%", "%00", "%ff", "&", "=", ";", "id=", "text=", "choice=-1", "&choice=99999999999999999999", url.QueryEscape("🙂"), "\x00", "\xff"}
	for range 1 + random.IntN(4) {
		i := random.IntN(len(b) + 1)
		switch random.IntN(4) {
		case 0:
			b = append(b[:i:i], append([]byte(pieces[random.IntN(len(pieces))]), b[i:]...)...)
		case 1:
			b = append(b[:i:i], b[min(len(b), i+1+random.IntN(3)):]...)
		case 2:
			b = append(b[:i:i], append([]byte{byte(random.IntN(256))}, b[i:]...)...)
		default:
			b = append(b, b[:i]...)
		}
	}
	return string(b)
}
