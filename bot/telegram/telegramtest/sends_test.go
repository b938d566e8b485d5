package telegramtest_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"passerelle/bot/telegram/telegramtest"
)

// Every body that clients send is read alike.
func TestBodies(t *testing.T) {
	s := known(t)
	params := map[string]string{"chat_id": "7", "text": "Où est « la souris » ? 🖱"}
	kind, body := form(t, params, "", "", nil)
	bodies := map[string]func() answer{
		"JSON":       func() answer { return ask(t, s, "sendMessage", fields{"chat_id": 7, "text": params["text"]}) },
		"JSON texts": func() answer { return ask(t, s, "sendMessage", fields{"chat_id": "7", "text": params["text"]}) },
		"form": func() answer {
			v := url.Values{"chat_id": {"7"}, "text": {params["text"]}}
			return post(t, s, "sendMessage", "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
		},
		"multipart in chunks": func() answer { return post(t, s, "sendMessage", kind, body) },
		"query": func() answer {
			return post(t, s, "SENDMESSAGE?chat_id=7&text="+url.QueryEscape(params["text"]), "", nil)
		},
	}
	for name, send := range bodies {
		t.Run(name, func(t *testing.T) {
			a := send()
			wants(t, a, 0, "")
			if got := read[sent](t, a).Text; got != params["text"] {
				t.Errorf("sent %q", got)
			}
		})
	}
}

func TestBodiesRefused(t *testing.T) {
	s := known(t)
	const open = "multipart/form-data; boundary=x"
	cases := []struct {
		name, method, kind, body string
		code                     int
		description              string
	}{
		{"an empty multipart body has no parameters", "getMe", open, "", 0, ""},
		{"one without its end", "sendMessage", open, "--x\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n7\r\n", 400, "multipart"},
		{"half of JSON", "sendMessage", "application/json", `{"chat_id":7`, 400, "can't parse JSON"},
		{"no object", "sendMessage", "application/json", `[7]`, 400, "can't parse JSON"},
		{"Latin-1", "sendMessage", "application/x-www-form-urlencoded", "chat_id=7&text=%e9t%e9", 400, "UTF-8"},
		{"an unknown type", "sendMessage", "text/plain", "chat_id=7", 400, "content type"},
		{"unknown method", "sendNothing", "application/json", `{}`, 404, "Not Found: method not found"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			wants(t, post(t, s, c.method, c.kind, chunks{strings.NewReader(c.body)}), c.code, c.description)
		})
	}
}

func TestToken(t *testing.T) {
	s := telegramtest.Start(t)
	for path, code := range map[string]int{
		"/bot" + s.Token() + "/getMe":         http.StatusOK,
		"/bot123:wrong/getMe":                 http.StatusUnauthorized,
		"/bot/getMe":                          http.StatusNotFound,
		"/":                                   http.StatusNotFound,
		"/file/bot" + s.Token() + "/photos/x": http.StatusNotFound,
		"/file/bot1:2/photos/x":               http.StatusUnauthorized,
	} {
		w, err := http.Get(s.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		w.Body.Close()
		if w.StatusCode != code {
			t.Errorf("%s: %d, want %d", path, w.StatusCode, code)
		}
	}
}

func TestTextRules(t *testing.T) {
	s := known(t)
	mark := func(text, kind string, offset, length int) fields {
		return fields{"text": text, "entities": []fields{{"type": kind, "offset": offset, "length": length}}}
	}
	cases := []struct {
		name        string
		params      fields
		description string // "" = sent
	}{
		{"4,096 characters", fields{"text": strings.Repeat("é", 4096)}, ""},
		{"4,097", fields{"text": strings.Repeat("é", 4097)}, "message is too long"},
		{"an emoji counts twice", fields{"text": strings.Repeat("🙂", 2048)}, ""},
		{"2,049 emojis", fields{"text": strings.Repeat("🙂", 2049)}, "message is too long"},
		{"nothing", fields{"text": ""}, "message text is empty"},
		{"spaces", fields{"text": " \n "}, "message text is empty"},
		{"an address as written", fields{"text": "jeanne_martin@laposte.net *a* [b] <c> & d"}, ""},
		{"bold", mark("été 🙂!", "bold", 4, 2), ""},
		{"beyond the end", mark("été", "bold", 1, 3), "outside the text"},
		{"before the beginning", mark("été", "bold", -1, 2), "outside the text"},
		{"of no length", mark("été", "bold", 1, 0), "outside the text"},
		{"half a character", mark("🙂🙂", "bold", 0, 1), "middle of a UTF-16 symbol"},
		{"from half a character", mark("🙂🙂", "bold", 1, 1), "middle of a UTF-16 symbol"},
		{"of an unknown type", mark("été", "shiny", 0, 1), "Unsupported type specified"},
		{"a link to nowhere", mark("été", "text_link", 0, 1), "Wrong HTTP URL"},
		{"no array", fields{"text": "a", "entities": "bold"}, "entities must be an Array"},
		{"HTML", fields{"text": "<b>été</b> &amp; <a href=\"https://a.fr\">lien</a>", "parse_mode": "HTML"}, ""},
		{"HTML: unescaped", fields{"text": "1 < 2", "parse_mode": "HTML"}, "can't parse entities"},
		{"HTML: & alone", fields{"text": "sel & poivre", "parse_mode": "HTML"}, "can't parse entities"},
		{"HTML: unknown tag", fields{"text": "<p>a</p>", "parse_mode": "HTML"}, "Unsupported start tag"},
		{"HTML: not closed", fields{"text": "<b>a", "parse_mode": "HTML"}, "Can't find end tag"},
		{"HTML: crossed", fields{"text": "<b><i>a</b></i>", "parse_mode": "HTML"}, "Unmatched end tag"},
		{"HTML: closed twice", fields{"text": "a</b>", "parse_mode": "HTML"}, "Unexpected end tag"},
		{"MarkdownV2", fields{"text": "a", "parse_mode": "MarkdownV2"}, "unsupported parse_mode"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.params["chat_id"] = 7
			code := map[bool]int{true: 400}[c.description != ""]
			wants(t, ask(t, s, "sendMessage", c.params), code, c.description)
		})
	}
}

// Space at the ends goes, and what is marked moves along.
func TestTrimmed(t *testing.T) {
	s := known(t)
	m := must[sent](t, s, "sendMessage", fields{
		"chat_id": 7, "text": "\n été 🙂 ", "entities": []fields{{"type": "bold", "offset": 2, "length": 7}},
	})
	if m.Text != "été 🙂" || len(m.Entities) != 1 || m.Entities[0].Offset != 0 || m.Entities[0].Length != 6 {
		t.Errorf("sent %q %v", m.Text, m.Entities)
	}
	html := must[sent](t, s, "sendMessage", fields{"chat_id": 7, "text": "🙂 <b>é&lt;</b>", "parse_mode": "html"})
	if html.Text != "🙂 é<" || html.Entities[0].Offset != 3 || html.Entities[0].Length != 2 {
		t.Errorf("sent %q %v", html.Text, html.Entities)
	}
}

func TestKeyboardRules(t *testing.T) {
	s := known(t)
	many := []fields{}
	for range 101 {
		many = append(many, fields{"text": "a", "callback_data": "b"})
	}
	cases := []struct {
		name        string
		markup      any
		description string
	}{
		{"64 bytes", keyboard("Oui", strings.Repeat("é", 32)), ""},
		{"65 bytes", keyboard("Oui", strings.Repeat("é", 32)+"a"), "BUTTON_DATA_INVALID"},
		{"no text", keyboard(" ", "a"), "must be non-empty"},
		{"no data", keyboard("Oui", ""), "Text buttons are unallowed"},
		{"empty copy_text beside data", fields{"inline_keyboard": [][]fields{{{"text": "Oui", "callback_data": "a", "copy_text": fields{"text": ""}}}}}, ""},
		{"a link", fields{"inline_keyboard": [][]fields{{{"text": "Oui", "url": "https://a.fr"}}}}, ""},
		{"a link to nowhere", fields{"inline_keyboard": [][]fields{{{"text": "Oui", "url": "a.fr"}}}}, "Wrong HTTP URL"},
		{"no buttons", fields{"inline_keyboard": [][]fields{}}, ""},
		{"101 buttons", fields{"inline_keyboard": [][]fields{many}}, "REPLY_MARKUP_TOO_LONG"},
		{"another keyboard", fields{"keyboard": [][]string{{"Oui"}}}, ""},
		{"none", fields{"remove_keyboard": true}, ""},
		{"no keyboard", fields{"keyboards": 1}, "object expected as reply markup"},
		{"no object", "Oui", "can't parse reply keyboard markup"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			code := map[bool]int{true: 400}[c.description != ""]
			wants(t, ask(t, s, "sendMessage", fields{"chat_id": 7, "text": "a", "reply_markup": c.markup}), code, c.description)
		})
	}
}

func TestWhereTo(t *testing.T) {
	s := known(t)
	s.Say(-20, "bonjour à tous")
	s.Say(8, "bonjour")
	s.Block(8)
	s.Say(-21, "bonjour")
	s.Block(-21)
	s.Say(-22, "bonjour")
	if !must[bool](t, s, "leaveChat", fields{"chat_id": -22}) {
		t.Error("could not leave")
	}
	cases := []struct {
		name        string
		chat        any
		code        int
		description string
	}{
		{"who wrote", 7, 0, ""},
		{"a group", -20, 0, ""},
		{"who never wrote", 9, 403, "Forbidden: bot can't initiate conversation with a user"},
		{"an unknown group", -9, 400, "Bad Request: chat not found"},
		{"no number", "@nobody", 400, "Bad Request: chat not found"},
		{"nobody", "", 400, "Bad Request: chat_id is empty"},
		{"who blocked", 8, 403, "Forbidden: bot was blocked by the user"},
		{"thrown out", -21, 403, "Forbidden: bot was kicked from the group chat"},
		{"left", -22, 403, "Forbidden: bot is not a member of the group chat"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			wants(t, ask(t, s, "sendMessage", fields{"chat_id": c.chat, "text": "a"}), c.code, c.description)
			wants(t, ask(t, s, "sendChatAction", fields{"chat_id": c.chat, "action": "typing"}), c.code, c.description)
		})
	}
	s.Unblock(8)
	wants(t, ask(t, s, "sendMessage", fields{"chat_id": 8, "text": "a"}), 0, "")
	wants(t, ask(t, s, "leaveChat", fields{"chat_id": 7}), 400, "private")
	wants(t, ask(t, s, "sendChatAction", fields{"chat_id": 7, "action": "dancing"}), 400, "wrong parameter action")
	wants(t, ask(t, s, "sendMessage", fields{"chat_id": 7, "text": "a", "reply_parameters": fields{"message_id": 999}}), 400, "message to be replied not found")
}
