package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"passerelle/bot/telegram/telegramtest"
)

func opened(t *testing.T) (*telegramtest.Server, *httptest.Server) {
	t.Helper()
	telegram := telegramtest.New(telegramtest.Options{PlainWebhooks: true})
	web := httptest.NewServer(handler(telegram))
	t.Cleanup(func() {
		telegram.Close()
		web.CloseClientConnections()
		web.Close()
	})
	return telegram, web
}

// get returns a page, post the page after a form.
func get(t *testing.T, address string) string {
	t.Helper()
	w, err := http.Get(address)
	return body(t, w, err)
}

func post(t *testing.T, address string, form url.Values) string {
	t.Helper()
	w, err := http.PostForm(address, form)
	return body(t, w, err)
}

func body(t *testing.T, w *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	all, err := io.ReadAll(w.Body)
	if err != nil || w.StatusCode != http.StatusOK {
		t.Fatalf("%d %v: %s", w.StatusCode, err, all)
	}
	return string(all)
}

// A person writes, the bot answers over the API of the same address, and a
// press reaches it.
func TestTalk(t *testing.T) {
	telegram, web := opened(t)
	if page := post(t, web.URL+"/say", url.Values{"chat": {"2"}, "text": {"bonjour <b>"}}); !strings.Contains(page, "bonjour &lt;b&gt;") {
		t.Errorf("the page does not show what was written:\n%s", page)
	}
	if page := get(t, web.URL); strings.Contains(page, "bonjour &lt;b&gt;") {
		t.Error("the first person sees what the second wrote")
	}
	get(t, web.URL+"/bot"+telegram.Token()+"/sendMessage?chat_id=2&text="+url.QueryEscape("é 🙂 gras")+
		"&entities="+url.QueryEscape(`[{"type":"bold","offset":5,"length":4}]`)+
		"&reply_markup="+url.QueryEscape(`{"inline_keyboard":[[{"text":"Oui","callback_data":"1.0"}]]}`))
	page := get(t, web.URL+"/?chat=2")
	for _, part := range []string{"é 🙂 <b>gras</b>", `value="1.0"><button>Oui</button>`} {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %s:\n%s", part, page)
		}
	}
	shown := telegram.Messages(2)[0]
	post(t, web.URL+"/press", url.Values{"chat": {"2"}, "message": {"2"}, "data": {shown.Buttons[0][0].Data}})
	got := get(t, web.URL+"/bot"+telegram.Token()+"/getUpdates")
	if !strings.Contains(got, `"data":"1.0"`) {
		t.Errorf("the bot got %s", got)
	}
}

func TestOtherThings(t *testing.T) {
	telegram, web := opened(t)
	for kind, part := range map[string]string{
		"sticker": "[autocollant]", "voice": "[message vocal]", "location": "[position]",
	} {
		if page := post(t, web.URL+"/send", url.Values{"chat": {"1"}, "kind": {kind}}); !strings.Contains(page, part) {
			t.Errorf("the page does not show %s", part)
		}
	}
	if page := post(t, web.URL+"/send", url.Values{"kind": {"block"}}); !strings.Contains(page, "Débloquer") || !telegram.State(1).Blocked {
		t.Error("not blocked")
	}
	post(t, web.URL+"/send", url.Values{"kind": {"sticker"}})
	post(t, web.URL+"/press", url.Values{"message": {"1"}, "data": {"1.0"}})
	if page := post(t, web.URL+"/say", url.Values{"text": {"perdu"}}); strings.Contains(page, "perdu") || telegram.Pending() != 4 {
		t.Errorf("who blocked the bot reaches it: %d updates\n%s", telegram.Pending(), page)
	}
	if page := post(t, web.URL+"/send", url.Values{"kind": {"unblock"}}); strings.Contains(page, "Débloquer") || telegram.State(1).Blocked {
		t.Error("still blocked")
	}
}

func TestStrangersRefused(t *testing.T) {
	telegram, web := opened(t)
	r, _ := http.NewRequest(http.MethodGet, web.URL, nil)
	r.Host = "evil.example"
	w, err := http.DefaultClient.Do(r)
	if err != nil || w.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("another name: %v %v", w, err)
	}
	w.Body.Close()
	r, _ = http.NewRequest(http.MethodPost, web.URL+"/say?text=a", nil)
	r.Header.Set("Origin", "https://evil.example")
	w, err = http.DefaultClient.Do(r)
	if err != nil || w.StatusCode != http.StatusForbidden {
		t.Errorf("another site: %v %v", w, err)
	}
	w.Body.Close()
	r, _ = http.NewRequest(http.MethodGet, web.URL+"/bot"+telegram.Token()+"/getMe", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w, err = http.DefaultClient.Do(r)
	if err != nil || w.StatusCode != http.StatusForbidden {
		t.Errorf("the API called by a page of another site: %v %v", w, err)
	}
	w.Body.Close()
}

// An empty chat begins with what the bot says of itself, and START.
func TestEmptyChat(t *testing.T) {
	telegram, web := opened(t)
	get(t, web.URL+"/bot"+telegram.Token()+"/setMyDescription?description="+url.QueryEscape("Vos messages <b>"))
	for _, part := range []string{"Vos messages &lt;b&gt;", `value="/start"><button>DÉMARRER</button>`} {
		if page := get(t, web.URL); !strings.Contains(page, part) {
			t.Errorf("the page lacks %s:\n%s", part, page)
		}
	}
	if page := post(t, web.URL+"/say", url.Values{"text": {"/start"}}); strings.Contains(page, "Vos messages") {
		t.Errorf("still there:\n%s", page)
	}
}

// The page keeps room for a picture that is not there yet, or what it scrolls
// to would move away; new buttons alone are no edit that people see.
func TestPicture(t *testing.T) {
	telegram, web := opened(t)
	telegram.Say(1, "bonjour")
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	_ = m.WriteField("chat_id", "1")
	part, _ := m.CreateFormFile("photo", "a.png")
	if err := errors.Join(png.Encode(part, image.NewGray(image.Rect(0, 0, 60, 40))), m.Close()); err != nil {
		t.Fatal(err)
	}
	w, err := http.Post(web.URL+"/bot"+telegram.Token()+"/sendPhoto", m.FormDataContentType(), &form)
	body(t, w, err)
	get(t, web.URL+"/bot"+telegram.Token()+"/editMessageReplyMarkup?chat_id=1&message_id=2&reply_markup="+
		url.QueryEscape(`{"inline_keyboard":[[{"text":"✓ Oui","callback_data":"-"}]]}`))
	page := get(t, web.URL)
	if !strings.Contains(page, `message=2" width="60" height="40"`) || !strings.Contains(page, "✓ Oui") || strings.Contains(page, "modifié") {
		t.Errorf("the page shows\n%s", page)
	}
}

// A second emulator goes on with higher ids than the first: a program that knew
// that one would take its updates for known.
func TestIDsRise(t *testing.T) {
	first := telegramtest.New(telegramtest.Options{})
	defer first.Close()
	second := telegramtest.New(options(time.Now()))
	defer second.Close()
	later := telegramtest.New(options(time.Now().Add(time.Second)))
	defer later.Close()
	if a, b, c := first.Say(1, "a"), second.Say(1, "b"), later.Say(1, "c"); a >= b || b >= c {
		t.Errorf("ids %d, %d, %d", a, b, c)
	}
}

// The command says what to type, serves, and ends with its context.
func TestRun(t *testing.T) {
	var problems strings.Builder
	if code := run(t.Context(), []string{"-listen", "0.0.0.0:0"}, io.Discard, &problems); code != 1 || !strings.Contains(problems.String(), "adresse locale") {
		t.Errorf("all addresses: %d %s", code, problems.String())
	}
	if run(t.Context(), []string{"-nothing"}, io.Discard, io.Discard) != 2 {
		t.Error("an unknown flag")
	}
	ctx, stop := context.WithCancel(t.Context())
	in, out := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"-listen", "127.0.0.1:0"}, out, io.Discard)
		out.Close()
	}()
	api := ""
	for lines := bufio.NewScanner(in); lines.Scan(); {
		if _, after, found := strings.Cut(lines.Text(), "PASSERELLE_TELEGRAM_API="); found {
			api = strings.TrimSuffix(after, ` \`)
		}
		if strings.Contains(lines.Text(), "Ctrl-C") {
			break
		}
	}
	if page := get(t, api); !strings.Contains(page, "Telegram d’essai") {
		t.Errorf("page: %s", page)
	}
	stop()
	if code := <-ended; code != 0 {
		t.Errorf("ended with %d", code)
	}
}
