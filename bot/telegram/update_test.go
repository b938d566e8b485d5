package telegram

import (
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/flows"
)

// reader is a channel that only reads.
func reader(t *testing.T) *Telegram {
	t.Helper()
	channel, err := New(Options{
		Token: "123:abc",
		Now:   func() time.Time { return time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return channel
}

// What a private message, a press and a block mean; and all that means nothing.
func TestRead(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	const private, group = `"chat":{"id":7,"type":"private"},"from":{"id":7}`, `"chat":{"id":-7,"type":"supergroup"},"from":{"id":7}`
	sent := func(kind flows.MediaKind) flows.Input { return flows.Sent{At: at, Kind: kind} }
	tests := []struct {
		name, update string
		want         flows.Input
	}{
		{"words", `"message":{` + private + `,"text":"Bonjour 😀 مرحبا"}`, flows.Said{At: at, Text: "Bonjour 😀 مرحبا"}},
		{"a command", `"message":{` + private + `,"text":"/aide"}`, flows.Said{At: at, Text: "/aide"}},
		{"start", `"message":{` + private + `,"text":"/start"}`, flows.Opened{At: at}},
		{"a link to a lesson", `"message":{` + private + `,"text":"/start creer-email"}`, flows.Opened{At: at, Lesson: "creer-email"}},
		{"voice", `"message":{` + private + `,"voice":{"file_id":"a","duration":3}}`, sent(flows.VoiceMedia)},
		{"a picture", `"message":{` + private + `,"photo":[{"file_id":"a"}],"caption":"moi"}`, sent(flows.PictureMedia)},
		{"a place", `"message":{` + private + `,"location":{"latitude":1,"longitude":2}}`, sent(flows.PlaceMedia)},
		{"a contact", `"message":{` + private + `,"contact":{"phone_number":"1","first_name":"A"}}`, sent(flows.ContactMedia)},
		{"a sticker", `"message":{` + private + `,"sticker":{"file_id":"a"}}`, sent(flows.StickerMedia)},
		{"a file", `"message":{` + private + `,"document":{"file_id":"a"}}`, sent(flows.FileMedia)},
		{"a press", `"callback_query":{"id":"q","from":{"id":7},"data":"12.3","message":{"message_id":5,"date":1,` + private + `}}`, flows.Tapped{At: at, Turn: 12, Choice: 3}},
		{"a press on an old message", `"callback_query":{"id":"q","from":{"id":7},"data":"12.0","message":{"message_id":5,"date":0,` + private + `}}`, flows.Tapped{At: at, Turn: 12}},
		{"a press nobody offered", `"callback_query":{"id":"q","from":{"id":7},"data":"drop table","message":{"message_id":5,"date":1,` + private + `}}`, flows.Tapped{At: at}},
		{"blocked", `"my_chat_member":{` + private + `,"date":1,"old_chat_member":{"status":"member"},"new_chat_member":{"status":"kicked"}}`, flows.Blocked{At: at}},
		{"unblocked", `"my_chat_member":{` + private + `,"date":1,"old_chat_member":{"status":"kicked"},"new_chat_member":{"status":"member"}}`, nil},
		{"an edit", `"edited_message":{` + private + `,"text":"Bonjour"}`, nil},
		{"something pinned", `"message":{` + private + `,"pinned_message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private"}}}`, nil},
		{"a group", `"message":{` + group + `,"text":"Bonjour"}`, nil},
		{"a press in a group", `"callback_query":{"id":"q","from":{"id":7},"data":"1.1","message":{"message_id":5,"date":1,` + group + `}}`, nil},
		{"a channel", `"channel_post":{"chat":{"id":-8,"type":"channel"},"text":"Bonjour"}`, nil},
		{"another robot", `"message":{"chat":{"id":7,"type":"private"},"from":{"id":7,"is_bot":true},"text":"Bonjour"}`, nil},
		{"an inline query", `"inline_query":{"id":"q","from":{"id":7},"query":"a","offset":""}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u, err := decodeUpdate([]byte(`{"update_id":9,` + tt.update + `}`))
			if err != nil {
				t.Fatal(err)
			}
			a := reader(t).read(u)
			if diff := cmp.Diff(tt.want, a.in); diff != "" {
				t.Errorf("input (-want +got):\n%s", diff)
			}
			if tt.want != nil && (a.chat != 7 || a.id != "telegram/123/9") {
				t.Errorf("chat %d, id %q", a.chat, a.id)
			}
		})
	}
}

// The pictures of an album come one by one and are one input.
func TestReadAlbum(t *testing.T) {
	t.Parallel()
	read := func(id string) string {
		u, err := decodeUpdate([]byte(`{"update_id":` + id + `,"message":{"chat":{"id":7,"type":"private"},"photo":[{"file_id":"a"}],"media_group_id":"55"}}`))
		if err != nil {
			t.Fatal(err)
		}
		return reader(t).read(u).id
	}
	if read("1") != read("2") {
		t.Error("two pictures of one album are two inputs")
	}
}

// Whatever stands in an update, reading it neither panics nor takes anything
// for an input that is not of a private chat.
func TestReadMutations(t *testing.T) {
	t.Parallel()
	rounds := 3_000
	if os.Getenv("PASSERELLE_LONG") == "1" {
		rounds = 300_000
	}
	seeds := []string{
		text(1, "Bonjour"),
		`{"update_id":2,"callback_query":{"id":"q","from":{"id":7},"data":"12.3","message":{"message_id":5,"date":1,"chat":{"id":7,"type":"private"},"reply_markup":{"inline_keyboard":[[{"text":"Oui","callback_data":"12.3"}]]}}}}`,
		`{"update_id":3,"my_chat_member":{"chat":{"id":7,"type":"private"},"from":{"id":7},"date":1,"old_chat_member":{"status":"member"},"new_chat_member":{"status":"kicked"}}}`,
		`{"update_id":4,"message":{"chat":{"id":7,"type":"private"},"from":{"id":7},"photo":[{"file_id":"a"}],"media_group_id":"5"}}`,
	}
	random := rand.New(rand.NewPCG(1, 2))
	channel := reader(t)
	for range rounds {
		raw := mutate(random, seeds[random.IntN(len(seeds))])
		updates, err := decodeUpdates(json.RawMessage("["+raw+"]"), slog.New(slog.DiscardHandler))
		if err != nil {
			continue
		}
		for _, u := range updates {
			a, err := channel.understand(u)
			if err != nil {
				t.Fatalf("reading panicked on %s", raw)
			}
			if a.in != nil && a.chat == 0 {
				t.Fatalf("an input of nobody in %s", raw)
			}
		}
	}
}

// mutate changes some places of an update: bytes, values, keys.
func mutate(random *rand.Rand, text string) string {
	for range 1 + random.IntN(4) {
		at := random.IntN(len(text))
		switch random.IntN(5) {
		case 0:
			text = text[:at] + string(rune(random.IntN(0x250))) + text[at+1:]
		case 1:
			text = text[:at] + text[min(len(text), at+random.IntN(8)):]
		case 2:
			text = strings.Replace(text, ":7", []string{":-1", ":null", ":1e99", `:"7"`, ":{}", ":99999999999999999999"}[random.IntN(6)], 1)
		case 3:
			text = strings.Replace(text, `"private"`, []string{`"group"`, `"channel"`, "7", "null", `"PRIVATE"`}[random.IntN(5)], 1)
		case 4:
			text = text[:at] + text[random.IntN(len(text)):]
		}
		if text == "" {
			return "{}"
		}
	}
	return text
}
