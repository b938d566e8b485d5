package phone

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"passerelle/flows"
)

func TestFirstVisit(t *testing.T) {
	m := newMemory()
	v := serve(t, newPhone(t, m, nil))
	status, page := v.get("/")
	if status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	wants(t, page, `<html lang="fr" dir="ltr">`, "Bonjour et bienvenue", "Commencer", "!Envoyer", "!Nouvelle personne")
	page = v.begin()
	wants(t, page, "Je suis un <strong>robot</strong>.", "Quel appareil", "Envoyer", "Nouvelle personne", "Actualiser", "10:05", "!Commencer")
}

// The whole story by forms alone: press, write, meet a person.
func TestConversationByForms(t *testing.T) {
	m := newMemory()
	v := serve(t, newPhone(t, m, nil))
	page := v.begin()
	wants(t, page, `value="2" lang="fr" dir="ltr"><span>3</span> <bdi>Un ordinateur</bdi>`)
	_, page = v.post("/say", "id", field(t, page, "id"), "turn", field(t, page, "turn"), "choice", "0")
	wants(t, page,
		"<li><bdi>Un ordinateur</bdi></li>", `!</span> <bdi>Un ordinateur`, // the old question is text now
		"</span> <bdi>C’est fait", `src="/picture/r1/creer-email/icone.svg" alt="Une enveloppe bleue"`)
	_, page = v.post("/say", "id", "abc", "text", "aidant")
	wants(t, page, `class="aidant"`, "<b>Léa</b>", "!</span> <bdi>C’est fait")
	_, page = v.post("/say", "id", "abd", "text", "marie <b>& co</b> **fort**")
	wants(t, page, "marie &lt;b&gt;&amp; co&lt;/b&gt; **fort**",
		`<a href="https://www.laposte.net/accueil" target="_blank" rel="noopener noreferrer">https://www.laposte.net/accueil`)
}

func TestAfterAnInputThePageOpensThere(t *testing.T) {
	m := newMemory()
	v := serve(t, newPhone(t, m, nil))
	v.begin()
	v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := v.client.Do(v.form("/say", "id", "abc", "text", "1"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got := resp.Header.Get("Location"); resp.StatusCode != http.StatusSeeOther || got != "/#n4" {
		t.Errorf("status %d, location %q, want 303 to /#n4", resp.StatusCode, got)
	}
}

// The script is small enough for an old phone on a slow line.
func TestScriptIsSmall(t *testing.T) {
	data, err := files.ReadFile("page/phone.js")
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > 4096 {
		t.Errorf("%d bytes, want at most 4096", len(data))
	}
}

func TestHeaders(t *testing.T) {
	p := newPhone(t, newMemory(), nil)
	for _, path := range []string{"/", "/say", "/nowhere", "/phone/phone.css"} {
		w := httptest.NewRecorder()
		p.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil))
		h := w.Header()
		if h.Get("Content-Security-Policy") != pagePolicy || h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Referrer-Policy") == "" || h.Get("Permissions-Policy") == "" {
			t.Errorf("%s: headers %v", path, h)
		}
		if path == "/" && h.Get("Cache-Control") != "no-store" {
			t.Errorf("page may be stored: %v", h)
		}
	}
}

func TestCookie(t *testing.T) {
	tests := []struct {
		name   string
		secure bool
		cookie string
		fresh  bool
	}{
		{name: "none", fresh: true},
		{name: "ours", cookie: "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
		{name: "too short", cookie: "ABC", fresh: true},
		{name: "not of our making", cookie: "abcdefghijklmnopqrstuvwxy'", fresh: true},
		{name: "https", secure: true, fresh: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPhone(t, newMemory(), func(o *Options) {
				if tt.secure {
					o.Origin = "https://phone.example"
				}
			})
			w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "http://localhost/", nil)
			if tt.cookie != "" {
				r.Header.Set("Cookie", cookieName+"="+tt.cookie)
			}
			p.Handler().ServeHTTP(w, r)
			cookies := w.Result().Cookies()
			if !tt.fresh {
				if len(cookies) != 0 {
					t.Errorf("a known browser got a new cookie: %v", cookies)
				}
				return
			}
			if len(cookies) != 1 {
				t.Fatalf("%d cookies, want 1", len(cookies))
			}
			c := cookies[0]
			if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Secure != tt.secure || c.MaxAge != cookieAge || len(c.Value) != secretLength {
				t.Errorf("cookie %v", c)
			}
		})
	}
}

func TestAddressTellsNoSecret(t *testing.T) {
	s := newSecret()
	of := s.address()
	if of.Channel() != "phone" || len(of) != len("phone:")+16 || strings.Contains(strings.ToUpper(string(of)), string(s)[:8]) {
		t.Errorf("address %q of secret %q", string(of), string(s))
	}
	if of != s.address() || of == newSecret().address() {
		t.Error("an address is not that of its secret alone")
	}
}

func TestNewPerson(t *testing.T) {
	m := newMemory()
	v := serve(t, newPhone(t, m, nil))
	v.begin()
	_, page := v.post("/new")
	wants(t, page, "Commencer", "!Quel appareil")
	v.begin()
	if len(m.lines) != 2 {
		t.Errorf("%d learners, want 2", len(m.lines))
	}
}

// Who follows a link of another site has their cookie left at home by the
// browser; they must not lose their conversation to a new one.
func TestArrivalFromAnotherSite(t *testing.T) {
	tests := []struct {
		name   string
		header [2]string
		bounce bool
	}{
		{"typed", [2]string{"Sec-Fetch-Site", "none"}, false},
		{"own link", [2]string{"Sec-Fetch-Site", "same-origin"}, false},
		{"other site", [2]string{"Sec-Fetch-Site", "cross-site"}, true},
		{"sister site", [2]string{"Sec-Fetch-Site", "same-site"}, true},
		{"other site, plain http", [2]string{"Referer", "http://mairie.example/"}, true},
		{"own link, plain http", [2]string{"Referer", "http://localhost/"}, false},
		{"own link, behind a proxy", [2]string{"Referer", "http://phone.example/"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPhone(t, newMemory(), func(o *Options) { o.Hosts = []string{"phone.example"} })
			w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "http://localhost/", nil)
			r.Header.Set(tt.header[0], tt.header[1])
			p.Handler().ServeHTTP(w, r)
			bounced := w.Header().Get("Refresh") != ""
			if bounced != tt.bounce || bounced == (len(w.Result().Cookies()) == 1) {
				t.Errorf("sent on: %v, cookies %v", bounced, w.Result().Cookies())
			}
		})
	}
}

// Whatever a browser says of where it comes from, it is sent on once.
func TestArrivalEnds(t *testing.T) {
	p := newPhone(t, newMemory(), func(o *Options) { o.Hosts = []string{"*"} })
	next, steps := "/", 0
	for ; next != "" && steps < 5; steps++ {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "http://localhost"+next, nil)
		r.Header.Set("Referer", "http://phone.example/") // the name outside, unknown here
		p.Handler().ServeHTTP(w, r)
		_, next, _ = strings.Cut(w.Header().Get("Refresh"), "url=")
	}
	if steps != 2 {
		t.Errorf("%d steps, want 2", steps)
	}
}

// Behind a proxy that calls us by another name, our own forms still pass.
func TestOriginBehindAProxy(t *testing.T) {
	p := newPhone(t, newMemory(), func(o *Options) { o.Origin = "https://phone.example" })
	for origin, want := range map[string]int{"https://phone.example": 303, "http://phone.example": 403, "https://evil.example": 403} {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "http://localhost:8080/new", nil)
		r.Header.Set("Origin", origin)
		p.Handler().ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: status %d, want %d", origin, w.Code, want)
		}
	}
}

func TestBrowserWithoutCookiesIsTold(t *testing.T) {
	v := serve(t, newPhone(t, newMemory(), nil))
	v.client.Jar = nil
	_, page := v.post("/say", "id", "abc", "open", "1")
	wants(t, page, "refuse les cookies")
}

func TestStrangers(t *testing.T) {
	tests := []struct {
		name, method, host, path, header, value string
		want                                    int
	}{
		{"loopback name", "GET", "localhost:8080", "/", "", "", 200},
		{"loopback number", "GET", "127.0.0.1:8080", "/", "", "", 200},
		{"loopback IPv6", "GET", "[::1]:8080", "/", "", "", 200},
		{"configured", "GET", "Phone.Example", "/", "", "", 200},
		{"configured, with port", "GET", "phone.example:8443", "/", "", "", 200},
		{"rebound name", "GET", "evil.example", "/", "", "", 421},
		{"rebound name, events", "GET", "evil.example", "/events", "", "", 421},
		{"no host", "GET", "", "/", "", "", 421},
		{"form of another site", "POST", "localhost", "/new", "Sec-Fetch-Site", "cross-site", 403},
		{"form of a sister site", "POST", "localhost", "/new", "Sec-Fetch-Site", "same-site", 403},
		{"form of another origin", "POST", "localhost", "/new", "Origin", "https://evil.example", 403},
		{"form of nowhere", "POST", "localhost", "/new", "Origin", "null", 403},
		{"own form", "POST", "localhost", "/new", "Sec-Fetch-Site", "same-origin", 303},
		{"own form by origin", "POST", "localhost:8080", "/new", "Origin", "http://localhost:8080", 303},
		{"unknown page", "GET", "localhost", "/admin", "", "", 404},
		{"unknown file", "GET", "localhost", "/phone/page.html", "", "", 404},
		{"file outside", "GET", "localhost", "/phone/..%2Fphone.go", "", "", 404},
		{"form reloaded", "GET", "localhost", "/say", "", "", 303},
		{"new person reloaded", "GET", "localhost", "/new", "", "", 303},
		{"unknown picture", "GET", "localhost", "/picture/r1/creer-email/autre.svg", "", "", 404},
		{"picture that is none", "GET", "localhost", "/picture/r1/creer-email/icone.html", "", "", 404},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPhone(t, newMemory(), func(o *Options) { o.Hosts = []string{"phone.example"} })
			w, r := httptest.NewRecorder(), httptest.NewRequest(tt.method, "http://localhost"+tt.path, nil)
			r.Host = tt.host
			if tt.header != "" {
				r.Header.Set(tt.header, tt.value)
			}
			p.Handler().ServeHTTP(w, r)
			if w.Code != tt.want {
				t.Errorf("status %d, want %d", w.Code, tt.want)
			}
			if w.Code >= 400 && !strings.Contains(w.Body.String(), `<h1>`) {
				t.Errorf("no page for a person: %s", w.Body)
			}
		})
	}
}

func TestAnyHostWhenConfigured(t *testing.T) {
	p := newPhone(t, newMemory(), func(o *Options) { o.Hosts = []string{"*"} })
	if !p.answersTo("anything.example:80") {
		t.Error("refused")
	}
}

func TestPicture(t *testing.T) {
	p := newPhone(t, newMemory(), nil)
	w := httptest.NewRecorder()
	p.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost/picture/r1/creer-email/icone.svg", nil))
	h := w.Header()
	if w.Code != http.StatusOK || w.Body.String() != envelope || h.Get("Content-Type") != "image/svg+xml" {
		t.Fatalf("status %d, %v", w.Code, h)
	}
	if !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("an editor's picture is not shut in: %v", h)
	}
}

// When the conversation cannot be read, nobody is invited to begin anew.
func TestConversationCannotBeRead(t *testing.T) {
	m := newMemory()
	v := serve(t, newPhone(t, m, nil))
	v.begin()
	m.set(func(m *memory) { m.blind = true })
	status, page := v.get("/")
	if status != http.StatusServiceUnavailable {
		t.Errorf("status %d", status)
	}
	wants(t, page, "Rien n’est perdu", "Actualiser", "!Commencer")
	m.set(func(m *memory) { m.away = true })
	status, page = v.post("/say", "id", "abc", "text", "mon long texte")
	if status != http.StatusServiceUnavailable {
		t.Errorf("status %d", status)
	}
	wants(t, page, `value="mon long texte"`, "pas encore parti")
}

func TestLongConversation(t *testing.T) {
	m := newMemory()
	v := serve(t, newPhone(t, m, nil))
	v.begin()
	of := m.only(t)
	m.set(func(m *memory) {
		for range maxShown {
			m.say(of, "encore")
		}
	})
	_, page := v.get("/")
	wants(t, page, "plus anciens ne sont pas montrés", "!Quel appareil", `data-last="202"`)
}

// Older lines that the store itself let go are missed too.
func TestShortenedConversation(t *testing.T) {
	for first, older := range map[uint64]bool{1: false, 2: false, 3: true, 40: true} {
		m := newMemory()
		p := newPhone(t, m, func(o *Options) {
			o.Lines = func(context.Context, flows.Address, uint64) ([]Line, error) {
				return []Line{{N: first, From: Bot, Message: flows.Message{Text: "Bonjour"}}}, nil
			}
		})
		_, page := serve(t, p).get("/")
		if got := strings.Contains(page, "plus anciens ne sont pas montrés"); got != older {
			t.Errorf("first line %d: older lines are missed: %t", first, got)
		}
	}
}

func TestOtherLanguages(t *testing.T) {
	m := newMemory()
	m.language = "en"
	v := serve(t, newPhone(t, m, nil))
	wants(t, v.begin(), `<html lang="en" dir="ltr">`, "Your message", "New person")
	m.set(func(m *memory) { m.language = "ar" })
	_, page := v.get("/")
	wants(t, page, `<html lang="ar" dir="rtl">`, `class="bubble" lang="en" dir="ltr"`)
}

func TestLanguageMayBeUnknown(t *testing.T) {
	m := newMemory()
	m.language = ""
	wants(t, serve(t, newPhone(t, m, nil)).begin(), `<html lang="fr"`, `class="bubble" lang="fr" dir="ltr"`)
	p := New(Options{Receive: m.receive, Lines: m.read, Text: texts(t)})
	if _, ok := p.o.Picture(flows.Picture{}); ok {
		t.Error("a picture of nothing")
	}
	if got := p.language(t.Context(), ""); got != "fr" {
		t.Errorf("language %q", got)
	}
}

func TestMessageDirection(t *testing.T) {
	p := newPhone(t, newMemory(), nil)
	l := p.line(p.sentences("fr"), Line{N: 1, From: Bot, Message: flows.Message{Text: "سلام", Language: "ar", RTL: true}})
	if l.Lang != "ar" || l.Way != "rtl" {
		t.Errorf("%q %q", l.Lang, l.Way)
	}
}

func TestTimeOfAnotherDay(t *testing.T) {
	p := newPhone(t, newMemory(), nil)
	s := p.sentences("fr")
	tests := map[string]time.Time{
		"":                 {},
		"09:00":            monday().Add(-65 * time.Minute),
		"le 11/01 à 23:59": monday().Add(-10*time.Hour - 6*time.Minute),
		"le 12/01 à 10:05": monday().AddDate(-1, 0, 0),
	}
	for want, at := range tests {
		if got := p.when(s, at); got != want {
			t.Errorf("%v: %q, want %q", at, got, want)
		}
	}
}

func TestOnlyTheLastQuestionIsPressed(t *testing.T) {
	said := func(turn uint64, choices ...string) Line {
		m := flows.Message{Turn: turn}
		for _, c := range choices {
			m.Choices = append(m.Choices, flows.Button{Label: c})
		}
		return Line{From: Bot, Message: m}
	}
	heard := Line{From: Learner}
	tests := []struct {
		name  string
		lines []Line
		want  string
	}{
		{"nothing", nil, ""},
		{"question", []Line{said(1, "a")}, "a"},
		{"reminder below the question of the same turn", []Line{said(1, "a"), said(1)}, "a"},
		{"two questions", []Line{said(1, "a"), heard, said(2, "b")}, "b"},
		{"answered, nothing asked since", []Line{said(1, "a"), heard, said(2)}, ""},
		{"written, no answer yet", []Line{said(1, "a"), heard}, "a"},
		{"a person took over", []Line{said(1, "a"), {From: Aidant, Message: flows.Message{Turn: 2}}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPhone(t, newMemory(), nil)
			got := ""
			for _, c := range p.answer(p.sentences("fr"), tt.lines).Choices {
				got += c.Label
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
