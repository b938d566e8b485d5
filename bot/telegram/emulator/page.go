package main

import (
	"bytes"
	"cmp"
	"embed"
	"html/template"
	"image"
	_ "image/jpeg" // photos may be either
	_ "image/png"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"passerelle/bot/telegram/telegramtest"
)

//go:embed page
var files embed.FS

var page = template.Must(template.ParseFS(files, "page/page.html"))

// policy lets the page use what this server sends, and nothing else.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// A desk serves the page to whoever plays the person.
type desk struct{ telegram *telegramtest.Server }

// handler serves the Bot API under /bot and /file, the page elsewhere.
func handler(telegram *telegramtest.Server) http.Handler {
	d, api := &desk{telegram}, telegram.Handler()
	pages := http.NewServeMux()
	pages.HandleFunc("GET /{$}", d.show)
	pages.HandleFunc("GET /events", d.events)
	pages.HandleFunc("GET /photo", d.photo)
	pages.HandleFunc("POST /say", d.say)
	pages.HandleFunc("POST /press", d.press)
	pages.HandleFunc("POST /send", d.send)
	pages.Handle("GET /page/", http.FileServerFS(files))
	own := http.NewCrossOriginProtection().Handler(pages)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		isAPI := strings.HasPrefix(r.URL.Path, "/bot") || strings.HasPrefix(r.URL.Path, "/file/")
		switch {
		case !isLocal(r.Host):
			http.Error(w, "Ouvrez cette page par son adresse locale.", http.StatusMisdirectedRequest)
		case isAPI && fromPage(r): // everybody knows the token
			http.Error(w, "L'API est pour les programmes.", http.StatusForbidden)
		case isAPI:
			api.ServeHTTP(w, r)
		default:
			protect(w.Header())
			own.ServeHTTP(w, r)
		}
	})
}

// fromPage tells whether a page in a browser asks, and neither a program nor a
// person who typed the address.
func fromPage(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return site != "" && site != "none"
}

func protect(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// isLocal tells whether a Host header names this machine by its own address.
func isLocal(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// A view is what the page shows.
type view struct {
	telegramtest.State

	Chat     int64
	Chats    []int64
	Lines    []line
	Commands []telegramtest.Command
	About    string
}

// A line is one message, its words in spans. The page keeps the room of its
// picture, Width to Height, until that is there.
type line struct {
	telegramtest.Message

	Spans         []span
	Width, Height int
}

func (d *desk) show(w http.ResponseWriter, r *http.Request) {
	v := view{
		Chat: chatOf(r), Chats: []int64{1, 2, 3}, State: d.telegram.State(chatOf(r)),
		Commands: d.telegram.Commands("fr"), About: d.telegram.Description("fr"),
	}
	for _, m := range d.telegram.Talk(v.Chat) {
		size, _, _ := image.DecodeConfig(bytes.NewReader(m.Photo)) // zero without one
		v.Lines = append(v.Lines, line{m, spans(m.Text+m.Caption, m.Entities), size.Width, size.Height})
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = page.Execute(w, v) // the person has left
}

// chatOf is the chat a request is about, the first by default.
func chatOf(r *http.Request) int64 {
	id, _ := strconv.ParseInt(r.FormValue("chat"), 10, 64)
	return max(1, min(id, 99))
}

// back leads to the page again.
func back(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/?chat="+strconv.FormatInt(chatOf(r), 10)+"#bas", http.StatusSeeOther)
}

// blocked tells whether a person blocked the bot: Telegram has them take that
// back before they write or press.
func (d *desk) blocked(r *http.Request) bool { return d.telegram.State(chatOf(r)).Blocked }

func (d *desk) say(w http.ResponseWriter, r *http.Request) {
	text := strings.TrimSpace(r.FormValue("text"))
	if text != "" && utf8.RuneCountInString(text) <= 4096 && !d.blocked(r) {
		d.telegram.Say(chatOf(r), text)
	}
	back(w, r)
}

func (d *desk) press(w http.ResponseWriter, r *http.Request) {
	message, err := strconv.Atoi(r.FormValue("message"))
	if err == nil && !d.blocked(r) {
		d.telegram.PressData(chatOf(r), message, r.FormValue("data"))
	}
	back(w, r)
}

// send does what is no text.
func (d *desk) send(w http.ResponseWriter, r *http.Request) {
	chat, kind := chatOf(r), r.FormValue("kind")
	switch {
	case kind == "unblock":
		d.telegram.Unblock(chat)
	case d.blocked(r): // see blocked
	case kind == "block":
		d.telegram.Block(chat)
	case kind == "voice":
		d.telegram.Voice(chat, []byte("OggS"), 3*time.Second)
	case kind == "location":
		d.telegram.Show(chat, map[string]any{"location": map[string]any{"latitude": 48.69, "longitude": 6.18}})
	case kind == "sticker":
		d.telegram.Show(chat, map[string]any{"sticker": map[string]any{
			"file_id": "CAAC1", "file_unique_id": "AgAD1", "type": "regular", "width": 512, "height": 512,
			"is_animated": false, "is_video": false, "emoji": "👍",
		}})
	}
	back(w, r)
}

// photo serves the picture of a message.
func (d *desk) photo(w http.ResponseWriter, r *http.Request) {
	for _, m := range d.telegram.Talk(chatOf(r)) {
		if strconv.Itoa(m.ID) == r.FormValue("message") && m.Photo != nil {
			w.Header().Set("Content-Type", http.DetectContentType(m.Photo))
			_, _ = w.Write(m.Photo)
			return
		}
	}
	http.NotFound(w, r)
}

// events tells the open page, as an event stream, that something changed.
func (d *desk) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	for {
		changed := d.telegram.Changed()
		_, err := w.Write([]byte("data: new\n\n"))
		if cmp.Or(err, out.Flush()) != nil {
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
}

// isWeb tells whether a link may be shown as one.
func isWeb(link string) bool {
	u, err := url.Parse(link)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http")
}
