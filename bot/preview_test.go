package bot

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"passerelle/bot/phone"
	"passerelle/bot/phone/phonetest"
	"passerelle/flows"
	"passerelle/flows/flowstest"
	"passerelle/store"
)

// atelierOf is a house whose folder holds a lesson with a reminder.
func atelierOf(t *testing.T) *kit {
	t.Helper()
	reminding := strings.Replace(coffee, "- Une tasse", "@rappel 1 jour Votre café refroidit.\n- Une tasse", 1)
	return openKit(t, t.TempDir(), func(h *house) {
		h.edition = taught(t, h.words, map[string]string{"cafe": reminding, "ancienne": old})
	})
}

// all is everything that was said in a scene.
func all(p phone.Played) string {
	var b strings.Builder
	for _, beat := range p.Beats {
		for _, m := range beat.Messages {
			b.WriteString(m.Text + "\n")
		}
	}
	return b.String()
}

// A scene is played from the beginning or from any step, with time and in any
// language; what was played is a transcript that plays as it is written.
func TestPreview(t *testing.T) {
	k := atelierOf(t)
	for _, tt := range []struct {
		name  string
		scene phone.Scene
		says  string
		where string
	}{
		{"from the beginning", phone.Scene{Lesson: "cafe", Language: "fr", Lines: []string{">> 1"}}, "Voulez-vous du sucre ?", "cafe.sucre"},
		{"from a step", phone.Scene{Lesson: "cafe", Step: "sucre", Language: "fr", Lines: []string{"> non"}}, "Que voulez-vous ?", "cafe.debut"},
		{"a reminder", phone.Scene{Lesson: "cafe", Language: "fr", Lines: []string{"~ 24h"}}, "Votre café refroidit.", "cafe.debut"},
		{"in English", phone.Scene{Lesson: "cafe", Language: "en", Lines: []string{"> help"}}, "What would you like to learn?", "cafe.debut"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			played := k.preview(tt.scene)
			if got := all(played); !strings.Contains(got, tt.says) || string(played.Where) != tt.where || played.Problem != "" {
				t.Errorf("it says, at %s, %s:\n%s", played.Where, played.Problem, got)
			}
			if (played.Transcript == "") != (tt.scene.Step != "") {
				t.Errorf("transcript %q", played.Transcript)
			}
			if played.Transcript != "" {
				k.plays(t, played.Transcript)
			}
		})
	}
	if k.preview(phone.Scene{Lesson: "cafe", Language: "fr"}).Next != "1441m" {
		t.Error("the next reminder is not found")
	}
	if k.preview(phone.Scene{Lesson: "cafe", Language: "fr", Lines: []string{">> 9"}}).Problem == "" {
		t.Error("a button that is not there was pressed")
	}
}

// plays checks that a transcript plays as it is written.
func (k *kit) plays(t *testing.T, source string) {
	t.Helper()
	file, err := flowstest.Parse("cafe.essai.md", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	v := &viewer{edition: k.edition, library: flows.NewLibrary(k.edition.Flows())}
	for _, r := range flowstest.Play(file, func() *flowstest.Player {
		return &flowstest.Player{Zone: k.zones.home, Advance: v.library.Advance, Render: v.render}
	}) {
		if !r.Good() {
			t.Errorf("it does not play as written:\n%s\n%+v", source, r)
		}
	}
}

// Nobody but an editor at this machine finds the page, and what is played there
// leaves nothing in the store.
func TestPreviewLeavesNothing(t *testing.T) {
	k := atelierOf(t)
	server := httptest.NewServer(k.phone.Handler())
	defer server.Close()
	ask := func(path, host string, form url.Values) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+path, strings.NewReader(form.Encode()))
		k.must(err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if r.Host = host; host == "" {
			r.Host = r.URL.Host
		}
		answer, err := http.DefaultClient.Do(r)
		k.must(err)
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		k.must(err)
		return answer.StatusCode, string(body)
	}
	scene := url.Values{"lesson": {"cafe"}, "lines": {"> bonjour\n>> 1"}, "press": {"2"}}
	if status, body := ask("/atelier", "", scene); status != http.StatusOK || !strings.Contains(body, "1 segment(s)") || !strings.Contains(body, "cafe.") {
		t.Errorf("status %d:\n%s", status, body)
	}
	if status, body := ask("/atelier/essai", "", scene); status != http.StatusOK || !strings.HasPrefix(body, "## Faire un café\n>>> cafe\n< ") {
		t.Errorf("status %d:\n%s", status, body)
	}
	if status, _ := ask("/atelier", "aide.example", scene); status == http.StatusOK {
		t.Error("a stranger's browser found the page")
	}
	for _, header := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Via"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/atelier", nil)
		r.RemoteAddr, r.Host = "127.0.0.1:4711", "localhost"
		r.Header.Set(header, "192.0.2.1")
		answer := httptest.NewRecorder()
		if k.phone.Handler().ServeHTTP(answer, r); answer.Code != http.StatusNotFound {
			t.Errorf("%s: status %d through a proxy", header, answer.Code)
		}
	}
	stats, err := k.store.Stats(t.Context())
	if err != nil || stats != (store.Stats{}) {
		t.Errorf("the store holds %+v, %v", stats, err)
	}
	k.config.Phone = public
	if k.atelier() != nil {
		t.Error("strangers would find the page")
	}
	k.config.Phone, k.config.URL = "", "https://aide.example"
	if k.atelier() != nil {
		t.Error("strangers would find the page behind a proxy")
	}
}

// What a form holds may be anything: it never brings the program down, and only
// what was played counts as played.
func TestPreviewOfAnything(t *testing.T) {
	k := atelierOf(t)
	for _, tt := range []struct {
		name  string
		scene phone.Scene
		good  int
		wrong bool
	}{
		{"a title", phone.Scene{Lesson: "cafe", Language: "fr", Lines: []string{"## y"}}, 1, false},
		{"an answer", phone.Scene{Lesson: "cafe", Language: "fr", Lines: []string{"< y", ">> 1"}}, 2, false},
		{"no line at all", phone.Scene{Lesson: "cafe", Language: "fr", Lines: []string{"nothing"}}, 0, true},
		{"a lesson that is gone", phone.Scene{Lesson: "the", Step: "debut", Language: "fr", Lines: []string{">> 1"}}, 0, false},
		{"a step that is gone", phone.Scene{Lesson: "cafe", Step: "lait", Language: "fr", Lines: []string{">> 1"}}, 1, false},
		{"a wrong line in English", phone.Scene{Lesson: "cafe", Language: "en", Lines: []string{">> 1", ">> 9", ">> 1"}}, 1, true},
		{"a wrong line in French", phone.Scene{Lesson: "cafe", Language: "fr", Lines: []string{">> 9"}}, 0, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := k.preview(tt.scene); got.Good != tt.good || (got.Problem != "") != tt.wrong {
				t.Errorf("%d lines were played: %q", got.Good, got.Problem)
			}
		})
	}
}

// The page works in a real browser, on a phone and on a desk: lessons are
// played, and a broken save shows.
func TestAtelierInBrowser(t *testing.T) {
	browser := phonetest.Start(t)
	dir := lessonsIn(t, map[string]string{"cafe": coffee})
	k := openKit(t, t.TempDir(), func(h *house) { h.config.Content, h.config.SMSPrice, h.serves = dir, 700, true })
	server := httptest.NewServer(k.phone.Handler())
	defer server.Close()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); k.watch(ctx) }()
	defer func() { stop(); <-done }()
	f := desk{k, dir}
	f.teaches("the lesson of the folder", "Faire un café")
	for name, width := range map[string]int64{"atelier-telephone": 360, "atelier-bureau": 1280} {
		t.Run(name, func(t *testing.T) {
			tab := browser.Tab(t, width, 900)
			tab.Open(server.URL + "/atelier?lesson=cafe")
			tab.Shows("Que voulez-vous ?")
			tab.Click(`.press button`)
			tab.Shows("Voulez-vous du sucre ?")
			tab.Click(`#text`)
			tab.Press("non\r")
			tab.Eventually(`document.querySelectorAll(".input").length === 2`)
			tab.Eventually(`document.querySelector("header").offsetWidth === document.body.offsetWidth`)
			tab.Accessible()
			tab.Fits()
			tab.Shot(name)
			f.write("cafe", strings.Replace(coffee, "-> sucre", "-> nulle-part", 1))
			tab.Shows("cafe/cafe.md:8:")
			tab.Eventually(`document.querySelector(".now .problem a").textContent.includes("cafe.md:8:")`)
			tab.Shows("Voulez-vous du sucre ?")
			tab.Accessible()
			tab.Fits()
			tab.Shot(name + "-faute")
			tab.Open(server.URL + "/")
			tab.Shows("cafe/cafe.md:8:")
			tab.Accessible()
			tab.Fits()
			tab.Shot(name + "-accueil")
			f.write("cafe", coffee)
			f.finds("")
		})
	}
}
