package telegramtest_test

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"passerelle/bot/telegram/telegramtest"
)

func TestEdits(t *testing.T) {
	s := known(t)
	m := must[sent](t, s, "sendMessage", fields{"chat_id": 7, "text": "Prêt ?", "reply_markup": keyboard("Oui", "1.0")})
	said := s.Talk(7)[0].ID
	kind, body := form(t, map[string]string{"chat_id": "7", "caption": "Une souris"}, "photo", "a.png", picture(t, 40, 30))
	photo := read[sent](t, post(t, s, "sendPhoto", kind, body))
	const same = "Bad Request: message is not modified"
	cases := []struct {
		name, method string
		params       fields
		code         int
		description  string
	}{
		{"the same", "editMessageText", fields{"message_id": m.ID, "text": "Prêt ?", "reply_markup": keyboard("Oui", "1.0")}, 400, same},
		{"the same keyboard", "editMessageReplyMarkup", fields{"message_id": m.ID, "reply_markup": keyboard("Oui", "1.0")}, 400, same},
		{"another keyboard", "editMessageReplyMarkup", fields{"message_id": m.ID, "reply_markup": keyboard("✔ Oui", "1.0")}, 0, ""},
		{"without keyboard", "editMessageReplyMarkup", fields{"message_id": m.ID}, 0, ""},
		{"without keyboard again", "editMessageReplyMarkup", fields{"message_id": m.ID}, 400, same},
		{"another text", "editMessageText", fields{"message_id": m.ID, "text": "Prêts ?"}, 0, ""},
		{"too long", "editMessageText", fields{"message_id": m.ID, "text": strings.Repeat("a", 4097)}, 400, "message is too long"},
		{"no text", "editMessageText", fields{"message_id": m.ID}, 400, "message text is empty"},
		{"not there", "editMessageText", fields{"message_id": 999, "text": "a"}, 400, "Bad Request: message to edit not found"},
		{"no id", "editMessageText", fields{"text": "a"}, 400, "message identifier is not specified"},
		{"the person's", "editMessageText", fields{"message_id": said, "text": "a"}, 400, "message can't be edited"},
		{"text of a photo", "editMessageText", fields{"message_id": photo.ID, "text": "a"}, 400, "there is no text in the message to edit"},
		{"caption of a text", "editMessageCaption", fields{"message_id": m.ID, "caption": "a"}, 400, "there is no caption"},
		{"caption", "editMessageCaption", fields{"message_id": photo.ID, "caption": "a"}, 0, ""},
		{"another keyboard kind", "editMessageReplyMarkup", fields{"message_id": m.ID, "reply_markup": fields{"force_reply": true}}, 400, "inline keyboard expected"},
		{"delete", "deleteMessage", fields{"message_id": m.ID}, 0, ""},
		{"delete again", "deleteMessage", fields{"message_id": m.ID}, 400, "message to delete not found"},
		{"edit what is gone", "editMessageText", fields{"message_id": m.ID, "text": "b"}, 400, "message to edit not found"},
	}
	for _, c := range cases {
		c.params["chat_id"] = 7
		a := ask(t, s, c.method, c.params)
		if a.Code != c.code || !strings.Contains(a.Description, c.description) {
			t.Errorf("%s: %d %q, want %d %q", c.name, a.Code, a.Description, c.code, c.description)
		}
	}
	s.Pass(49 * time.Hour)
	wants(t, ask(t, s, "deleteMessage", fields{"chat_id": 7, "message_id": photo.ID}), 400, "message can't be deleted")
	if got := s.Messages(7); len(got) != 1 || got[0].Caption != "a" || !got[0].Edited {
		t.Errorf("left: %+v", got)
	}
}

func TestPhotos(t *testing.T) {
	s := known(t)
	good := picture(t, 40, 30)
	cases := []struct {
		name, field, caption string
		data                 []byte
		description          string
	}{
		{"PNG", "photo", "", good, ""},
		{"JPEG", "photo", strings.Repeat("é", 1024), jpegPicture(t), ""},
		{"a long caption", "photo", strings.Repeat("é", 1025), good, "message caption is too long"},
		{"SVG", "photo", "", []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), "IMAGE_PROCESS_FAILED"},
		{"half a PNG", "photo", "", good[:len(good)/2], "IMAGE_PROCESS_FAILED"},
		{"empty", "photo", "", nil, "file must be non-empty"},
		{"10,000 pixels", "photo", "", picture(t, 9000, 1000), ""},
		{"10,001 pixels", "photo", "", picture(t, 9000, 1001), "PHOTO_INVALID_DIMENSIONS"},
		{"20 to 1", "photo", "", picture(t, 200, 10), ""},
		{"21 to 1", "photo", "", picture(t, 210, 10), "PHOTO_INVALID_DIMENSIONS"},
		{"10 MB and a byte", "photo", "", make([]byte, 10<<20+1), "file is too big"},
		{"under another name", "picture", "", good, "there is no photo in the request"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			kind, body := form(t, map[string]string{"chat_id": "7", "caption": c.caption}, c.field, "a.png", c.data)
			wants(t, post(t, s, "sendPhoto", kind, body), map[bool]int{true: 400}[c.description != ""], c.description)
		})
	}
	kind, body := form(t, map[string]string{"chat_id": "7", "photo": "attach://x"}, "x", "a.png", good)
	wants(t, post(t, s, "sendPhoto", kind, body), 0, "")
}

func TestFiles(t *testing.T) {
	s := known(t)
	good := picture(t, 40, 30)
	kind, body := form(t, map[string]string{"chat_id": "7", "caption": "Une souris"}, "photo", "a.png", good)
	first := read[sent](t, post(t, s, "sendPhoto", kind, body))
	again := must[sent](t, s, "sendPhoto", fields{"chat_id": 7, "photo": first.Photo[0].ID})
	if again.Photo[0] != first.Photo[0] || first.Photo[0].Width != 40 || first.Caption != "Une souris" {
		t.Errorf("sent %+v, then %+v", first, again)
	}
	for _, m := range s.Messages(7) {
		if !bytes.Equal(m.Photo, good) {
			t.Errorf("message %d shows another picture", m.ID)
		}
	}
	wants(t, ask(t, s, "sendPhoto", fields{"chat_id": 7, "photo": "AgACAgQ"}), 400, "wrong file identifier")
	wants(t, ask(t, s, "sendPhoto", fields{"chat_id": 7, "photo": "https://a.fr/a.png"}), 400, "wrong file identifier")
	wants(t, ask(t, s, "sendVoice", fields{"chat_id": 7, "voice": first.Photo[0].ID}), 400, "another type as voice")
	wants(t, ask(t, s, "getFile", fields{"file_id": "AgACAgQ"}), 400, "invalid file_id")

	s.Voice(7, []byte("OggS et la suite"), time.Second)
	all := must[[]update](t, s, "getUpdates", fields{"offset": -1})
	path := must[struct {
		Path string `json:"file_path"`
	}](t, s, "getFile", fields{"file_id": all[0].Message.Voice.ID}).Path
	if got, code := fetch(t, s, path); got != "OggS et la suite" || code != 200 {
		t.Errorf("downloaded %d %q", code, got)
	}
	s.Pass(time.Hour)
	if _, code := fetch(t, s, path); code != 404 {
		t.Errorf("after an hour: %d", code)
	}
}

func fetch(t *testing.T, s *telegramtest.Server, path string) (string, int) {
	t.Helper()
	w, err := http.Get(s.URL() + "/file/bot" + s.Token() + "/" + path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	data, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data), w.StatusCode
}

func TestVoices(t *testing.T) {
	s := known(t)
	for data, description := range map[string]string{
		"OggS":                     "",
		"ID3":                      "",
		"\x00\x00\x00\x20ftypM4A ": "",
		"RIFF....WAVE":             "wrong file type",
		"":                         "file must be non-empty",
	} {
		kind, body := form(t, map[string]string{"chat_id": "7"}, "voice", "voice.ogg", []byte(data))
		wants(t, post(t, s, "sendVoice", kind, body), map[bool]int{true: 400}[description != ""], description)
	}
}

func TestProfile(t *testing.T) {
	s := telegramtest.Start(t)
	list := func(name, description string, times int) fields {
		var all []fields
		for range times {
			all = append(all, fields{"command": name, "description": description})
		}
		return fields{"commands": all}
	}
	with := func(f fields, name string, value any) fields { f[name] = value; return f }
	cases := []struct {
		name, method string
		params       fields
		description  string
	}{
		{"commands", "setMyCommands", list("aide", "Aide", 100), ""},
		{"101", "setMyCommands", list("aide", "Aide", 101), "BOT_COMMANDS_TOO_MUCH"},
		{"of a language", "setMyCommands", with(list("help", "Help", 1), "language_code", "en"), ""},
		{"of no language", "setMyCommands", with(list("help", "Help", 1), "language_code", "english"), "invalid language code"},
		{"of a scope", "setMyCommands", with(list("a", "A", 1), "scope", fields{"type": "all_private_chats"}), ""},
		{"of no scope", "setMyCommands", with(list("a", "A", 1), "scope", fields{"type": "all"}), "BotCommandScope"},
		{"of a missing chat", "setMyCommands", with(list("a", "A", 1), "scope", fields{"type": "chat"}), "chat_id is missing"},
		{"an accent", "setMyCommands", list("arrêt", "Arrêt", 1), "BOT_COMMAND_INVALID"},
		{"a capital", "setMyCommands", list("Aide", "Aide", 1), "BOT_COMMAND_INVALID"},
		{"33 letters", "setMyCommands", list(strings.Repeat("a", 33), "Aide", 1), "BOT_COMMAND_INVALID"},
		{"no description", "setMyCommands", list("aide", " ", 1), "description must be non-empty"},
		{"256 characters", "setMyCommands", list("aide", strings.Repeat("é", 256), 1), ""},
		{"257", "setMyCommands", list("aide", strings.Repeat("é", 257), 1), "BOT_COMMAND_DESCRIPTION_INVALID"},
		{"none given", "setMyCommands", fields{}, "commands are missing"},
		{"description", "setMyDescription", fields{"description": strings.Repeat("é", 512)}, ""},
		{"513", "setMyDescription", fields{"description": strings.Repeat("é", 513)}, "description is too long"},
		{"short description", "setMyShortDescription", fields{"short_description": strings.Repeat("é", 120)}, ""},
		{"121", "setMyShortDescription", fields{"short_description": strings.Repeat("é", 121)}, "short description is too long"},
		{"name", "setMyName", fields{"name": "Passerelle 54"}, ""},
		{"65", "setMyName", fields{"name": strings.Repeat("é", 65)}, "name is too long"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			wants(t, ask(t, s, c.method, c.params), map[bool]int{true: 400}[c.description != ""], c.description)
		})
	}
	english := must[[]telegramtest.Command](t, s, "getMyCommands", fields{"language_code": "en"})
	if !slices.Equal(english, []telegramtest.Command{{Command: "help", Description: "Help"}}) {
		t.Errorf("English: %v", english)
	}
	if shown := s.Commands("fr"); len(shown) != 1 || shown[0].Command != "a" {
		t.Errorf("a private chat shows %v", shown)
	}
	must[bool](t, s, "deleteMyCommands", fields{"scope": fields{"type": "all_private_chats"}})
	if shown := s.Commands("en"); len(shown) != 1 || shown[0].Command != "help" {
		t.Errorf("then %v", shown)
	}
	me := must[fields](t, s, "getMe", nil)
	if me["first_name"] != "Passerelle 54" || me["is_bot"] != true || me["id"] != 110201543.0 {
		t.Errorf("me: %v", me)
	}
	if got := must[fields](t, s, "getMyDescription", nil)["description"]; got != strings.Repeat("é", 512) {
		t.Errorf("description %v", got)
	}
}
