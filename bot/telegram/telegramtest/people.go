package telegramtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// patience is how long an outcome may take on a loaded machine.
const patience = 30 * time.Second

// keepQueries is how many presses are remembered.
const keepQueries = 50_000

// Say has a person write to the bot. It returns the update's id, 0 when the
// bot has asked for no messages.
func (s *Server) Say(chat int64, text string) int64 {
	return s.send(chat, &message{text: text, entities: commands(text)})
}

// Show has a person send something else than a text: fields of a message of
// the API, such as {"location": {…}}.
func (s *Server) Show(chat int64, fields map[string]any) int64 {
	return s.send(chat, &message{said: fields})
}

// Voice has a person send a voice note, which getFile knows.
func (s *Server) Voice(chat int64, ogg []byte, length time.Duration) int64 {
	s.mu.Lock()
	f := s.files.add(&content{data: ogg, seconds: int(length.Seconds()), extension: ".oga"})
	s.mu.Unlock()
	return s.send(chat, &message{voice: f})
}

func (s *Server) send(id int64, m *message) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.chatOf(id)
	s.post(ch, m)
	return s.push(map[string]any{"message": s.form(ch, m)})
}

// commands marks the command a text begins with.
func commands(text string) []Entity {
	word, _, _ := strings.Cut(text, " ")
	if len(word) < 2 || word[0] != '/' {
		return nil
	}
	return []Entity{{Type: "bot_command", Length: units(word)}}
}

// Language sets the language of a person's Telegram, such as "fr".
func (s *Server) Language(chat int64, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chatOf(chat).language = code
}

// Press has a person press a button, on the newest message that has it. It
// fails when there is none.
func (s *Server) Press(chat int64, label string) error {
	id, data := s.button(chat, label)
	if id == 0 {
		return fmt.Errorf("chat %d has no button %q", chat, label)
	}
	s.PressData(chat, id, data)
	return nil
}

// button finds the newest message with a button, 0 when there is none.
func (s *Server) button(chat int64, label string) (message int, data string) {
	for _, m := range slices.Backward(s.Messages(chat)) {
		for _, row := range m.Buttons {
			for _, b := range row {
				if b.Text == label && b.Data != "" {
					return m.ID, b.Data
				}
			}
		}
	}
	return 0, ""
}

// PressData presses a button of any message, of one that is gone too. It
// returns the update's id.
func (s *Server) PressData(chat int64, message int, data string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.chatOf(chat)
	on := map[string]any{"chat": ch.form(), "message_id": message, "date": 0}
	if m := ch.find(message); m != nil {
		on = s.form(ch, m)
	}
	ch.toast = ""
	return s.push(map[string]any{"callback_query": map[string]any{
		"id": s.ask(chat), "from": ch.person(), "message": on, "chat_instance": strconv.FormatInt(chat, 10), "data": data,
	}})
}

// ask opens a query and returns its id. The lock is held.
func (s *Server) ask(chat int64) string {
	s.asked++
	id := strconv.FormatInt(4_382_000_000_000_000+int64(s.asked), 10)
	s.queries[id] = &query{chat: chat, at: s.now()}
	s.queryIDs = append(s.queryIDs, id)
	if len(s.queryIDs) > keepQueries {
		for _, old := range s.queryIDs[:keepQueries/2] {
			delete(s.queries, old)
		}
		s.queryIDs = slices.Clone(s.queryIDs[keepQueries/2:])
	}
	return id
}

// Block has a person block the bot, or a group throw it out: sends are refused
// with 403.
func (s *Server) Block(chat int64) { s.block(chat, true) }

// Unblock takes a [Server.Block] back.
func (s *Server) Unblock(chat int64) { s.block(chat, false) }

func (s *Server) block(id int64, blocked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.chatOf(id)
	ch.blocked, ch.left = blocked, false
	was, is := s.member("member"), s.member("kicked")
	if !blocked {
		was, is = is, was
	}
	s.push(map[string]any{"my_chat_member": map[string]any{
		"chat": ch.form(), "from": ch.person(), "date": s.now().Unix(), "old_chat_member": was, "new_chat_member": is,
	}})
	s.wake()
}

// member is the bot's place in a chat.
func (s *Server) member(status string) map[string]any {
	m := map[string]any{"user": s.bot(), "status": status}
	if status == "kicked" {
		m["until_date"] = 0
	}
	return m
}

// Await waits until the bot's messages in a chat are as they should be, and
// returns them. It fails the test after half a minute.
func (s *Server) Await(tb testing.TB, chat int64, what string, done func([]Message) bool) []Message {
	tb.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		changed := s.Changed()
		now := s.Messages(chat)
		if done(now) {
			return now
		}
		select {
		case <-changed:
		case <-late.C:
			tb.Fatalf("waited for %s in chat %d; it has %d messages:%s", what, chat, len(now), list(now))
		}
	}
}

func list(all []Message) string {
	var b strings.Builder
	for _, m := range all[max(0, len(all)-10):] {
		fmt.Fprintf(&b, "\n%d: %s%s %v", m.ID, m.Text, m.Caption, m.Buttons)
	}
	return b.String()
}
