package telegramtest

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// keepMessages is how many messages of a chat are remembered.
const keepMessages = 1000

// A chat is what a person and the bot see of each other.
type chat struct {
	id       int64
	language string
	blocked  bool
	left     bool
	rate     bucket
	messages []*message // oldest first
	action   string
	toast    string // what the last press was answered with
}

// A message stands in a chat. Its fields but the marked ones never change.
type message struct {
	id       int
	chat     int64
	mine     bool // the bot's
	at       time.Time
	edited   time.Time // changes
	reworded bool      // changes; a new keyboard alone is no edit that people see
	text     string    // changes; the caption of a picture or a voice
	entities []Entity  // changes
	keyboard []buttons // changes
	photo    *file
	voice    *file
	said     map[string]any // what else a person sent
}

// A query is a press that waits for its answer.
type query struct {
	chat int64
	at   time.Time
}

// A Message is one of the chat as the person sees it now.
type Message struct {
	ID       int
	Mine     bool   // the bot's
	Text     string // "" for a picture and a voice
	Caption  string
	Entities []Entity // of the text or the caption
	Buttons  [][]Button
	Photo    []byte // PNG or JPEG
	Voice    []byte
	FileID   string // of the photo or the voice
	Edited   bool   // in its words
	At       time.Time
	Kind     string // of what a person sent that is no text, such as "sticker"
}

// A Button is under a message.
type Button struct{ Text, Data, URL string }

// buttons are a row of them.
type buttons []inlineButton

func (ch *chat) find(id int) *message {
	for _, m := range slices.Backward(ch.messages) {
		if m.id == id {
			return m
		}
	}
	return nil
}

// chatOf returns a chat that a person began. The lock is held.
func (s *Server) chatOf(id int64) *chat {
	if s.chats[id] == nil {
		s.chats[id] = &chat{id: id, language: "fr"}
	}
	return s.chats[id]
}

// post puts a new message into a chat. The lock is held.
func (s *Server) post(to *chat, m *message) *message {
	s.posted++
	m.id, m.chat, m.at = s.posted, to.id, s.now()
	to.messages = append(to.messages, m)
	if len(to.messages) > keepMessages {
		to.messages = slices.Clone(to.messages[keepMessages/2:])
	}
	to.action = ""
	s.wake()
	return m
}

// bot is the bot as a user.
func (s *Server) bot() map[string]any {
	return map[string]any{"id": s.botID(), "is_bot": true, "first_name": s.profile.calledOr(""), "username": s.o.Username}
}

func (s *Server) botID() int64 {
	n := 0
	for n < len(s.o.Token) && s.o.Token[n] >= '0' && s.o.Token[n] <= '9' {
		n++
	}
	id, _ := strconv.ParseInt(s.o.Token[:n], 10, 64) // 0 for a token without one
	return id
}

// person is who writes in a chat: of a group always the same one.
func (ch *chat) person() map[string]any {
	id := ch.id
	if id < 0 {
		id = 1_000_000 - id%1_000_000
	}
	return map[string]any{"id": id, "is_bot": false, "first_name": "Camille", "language_code": ch.language}
}

// form is the chat as an object of the API.
func (ch *chat) form() map[string]any {
	if ch.id > 0 {
		return map[string]any{"id": ch.id, "type": "private", "first_name": "Camille"}
	}
	return map[string]any{"id": ch.id, "type": "group", "title": "Atelier", "all_members_are_administrators": false}
}

// form is a message as an object of the API.
func (s *Server) form(to *chat, m *message) map[string]any {
	f := map[string]any{"message_id": m.id, "chat": to.form(), "date": m.at.Unix()}
	if m.mine {
		f["from"] = s.bot()
	} else {
		f["from"] = to.person()
	}
	maps.Copy(f, m.said)
	m.words(f)
	if len(m.keyboard) > 0 {
		f["reply_markup"] = map[string]any{"inline_keyboard": m.keyboard}
	}
	if !m.edited.IsZero() {
		f["edit_date"] = m.edited.Unix()
	}
	return f
}

// words fills in text, picture and voice.
func (m *message) words(f map[string]any) {
	text, entities := "text", "entities"
	switch {
	case m.photo != nil:
		f["photo"] = []any{m.photo.size()}
	case m.voice != nil:
		f["voice"] = m.voice.voice()
	}
	if m.photo != nil || m.voice != nil {
		text, entities = "caption", "caption_entities"
	}
	if m.text != "" {
		f[text] = m.text
	}
	if len(m.entities) > 0 {
		f[entities] = m.entities
	}
}

// shown is a message as a person sees it. The lock is held.
func (m *message) shown() Message {
	v := Message{
		ID: m.id, Mine: m.mine, Text: m.text, Entities: slices.Clone(m.entities),
		Edited: m.reworded, At: m.at,
	}
	for _, row := range m.keyboard {
		shown := []Button{}
		for _, b := range row {
			shown = append(shown, Button{b.Text, b.Data, b.URL})
		}
		v.Buttons = append(v.Buttons, shown)
	}
	if m.photo != nil {
		v.Text, v.Caption, v.Photo, v.FileID = "", m.text, m.photo.content.data, m.photo.id
	}
	if m.voice != nil {
		v.Text, v.Caption, v.Voice, v.FileID = "", m.text, m.voice.content.data, m.voice.id
	}
	for kind := range m.said {
		v.Kind = kind
	}
	return v
}

// Messages returns the bot's messages in a chat as the person sees them now,
// oldest first.
func (s *Server) Messages(chat int64) []Message {
	return slices.DeleteFunc(s.Talk(chat), func(m Message) bool { return !m.Mine })
}

// Talk is [Server.Messages] with what the person wrote.
func (s *Server) Talk(chat int64) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.chats[chat]
	if ch == nil {
		return nil
	}
	shown := make([]Message, 0, len(ch.messages))
	for _, m := range ch.messages {
		shown = append(shown, m.shown())
	}
	return shown
}

// A State is what a person sees of a chat besides its messages.
type State struct {
	Blocked bool
	Action  string // such as "typing", until the next message
	Toast   string // what the last press was answered with
	Waiting int    // presses that the bot has not answered
}

// State returns the state of a chat.
func (s *Server) State(chat int64) State {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.chats[chat]
	if ch == nil {
		return State{}
	}
	v := State{Blocked: ch.blocked, Action: ch.action, Toast: ch.toast}
	for _, q := range s.queries {
		if q.chat == chat && !s.old(q) {
			v.Waiting++
		}
	}
	return v
}
