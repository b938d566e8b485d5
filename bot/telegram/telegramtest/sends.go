package telegramtest

import (
	"slices"
	"strings"
)

func (s *Server) sendMessage(c *call) (any, error) {
	p, err := c.phrase("text", "entities", longestText)
	if err != nil {
		return nil, err
	}
	if err := p.required(); err != nil {
		return nil, err
	}
	return s.deliver(c, &message{text: p.text, entities: p.entities})
}

func (s *Server) sendPhoto(c *call) (any, error) {
	return s.sendFile(c, "photo", func(f *file) *message { return &message{photo: f} })
}

func (s *Server) sendVoice(c *call) (any, error) {
	return s.sendFile(c, "voice", func(f *file) *message { return &message{voice: f} })
}

// sendFile sends an upload, or a file that is known here by its id.
func (s *Server) sendFile(c *call, field string, with func(*file) *message) (any, error) {
	p, err := c.phrase("caption", "caption_entities", longestCaption)
	if err != nil {
		return nil, err
	}
	f, err := s.file(c, field)
	if err != nil {
		return nil, err
	}
	m := with(f)
	m.text, m.entities = p.text, p.entities
	return s.deliver(c, m)
}

// deliver puts a checked message into its chat.
func (s *Server) deliver(c *call, m *message) (any, error) {
	keyboard, _, err := c.markup()
	if err != nil {
		return nil, err
	}
	m.mine, m.keyboard = true, keyboard
	s.mu.Lock()
	defer s.mu.Unlock()
	to, err := s.sendable(c)
	if err != nil {
		return nil, err
	}
	return s.form(to, s.post(to, m)), nil
}

func (s *Server) sendChatAction(c *call) (any, error) {
	known := strings.Fields("typing upload_photo record_video upload_video record_voice upload_voice upload_document " +
		"choose_sticker find_location record_video_note upload_video_note")
	if !slices.Contains(known, c.params["action"]) {
		return nil, bad("wrong parameter action in request")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	to, err := s.writable(c)
	if err != nil {
		return nil, err
	}
	to.action = c.params["action"]
	s.wake()
	return true, nil
}

func (s *Server) answerCallbackQuery(c *call) (any, error) {
	text := c.params["text"]
	if units(text) > 200 {
		return nil, bad("MESSAGE_TOO_LONG")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queries[c.params["callback_query_id"]]
	if q == nil || s.old(q) {
		return nil, bad("query is too old and response timeout expired or query ID is invalid")
	}
	delete(s.queries, c.params["callback_query_id"])
	s.chatOf(q.chat).toast = text
	s.wake()
	return true, nil
}

// old tells whether a press can no longer be answered. The lock is held.
func (s *Server) old(q *query) bool { return s.now().Sub(q.at) >= lifeOfPress }

func (s *Server) leaveChat(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	to, err := s.writable(c)
	if err != nil {
		return nil, err
	}
	if to.id > 0 {
		return nil, bad("chat member status can't be changed in private chats")
	}
	to.left = true
	s.wake()
	return true, nil
}
