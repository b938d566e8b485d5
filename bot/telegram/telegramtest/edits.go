package telegramtest

import (
	"slices"
	"time"
)

// What an edit is refused with.
const (
	notModified = "message is not modified: specified new message content and reply markup are exactly the same as " +
		"a current content and reply markup of the message"
	deletableFor = 48 * time.Hour
)

func (s *Server) editMessageText(c *call) (any, error) {
	p, err := c.phrase("text", "entities", longestText)
	if err != nil {
		return nil, err
	}
	if err := p.required(); err != nil {
		return nil, err
	}
	return s.edit(c, &p, func(m *message) error {
		if m.photo != nil || m.voice != nil {
			return bad("there is no text in the message to edit")
		}
		return nil
	})
}

func (s *Server) editMessageCaption(c *call) (any, error) {
	p, err := c.phrase("caption", "caption_entities", longestCaption)
	if err != nil {
		return nil, err
	}
	return s.edit(c, &p, func(m *message) error {
		if m.photo == nil && m.voice == nil {
			return bad("there is no caption in the message to edit")
		}
		return nil
	})
}

func (s *Server) editMessageReplyMarkup(c *call) (any, error) {
	return s.edit(c, nil, func(*message) error { return nil })
}

// edit replaces the words, unless they are nil, and the keyboard of one of the
// bot's messages: without reply_markup its buttons go.
func (s *Server) edit(c *call, p *phrase, fits func(*message) error) (any, error) {
	keyboard, another, err := c.markup()
	if err != nil {
		return nil, err
	}
	if another {
		return nil, bad("inline keyboard expected")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	in, m, err := s.own(c)
	if err != nil {
		return nil, err
	}
	if err := fits(m); err != nil {
		return nil, err
	}
	if p == nil {
		p = &phrase{m.text, m.entities}
	}
	if p.text == m.text && slices.EqualFunc(p.entities, m.entities, sameMark) && same(keyboard, m.keyboard) {
		return nil, bad(notModified)
	}
	m.reworded = m.reworded || p.text != m.text
	m.text, m.entities, m.keyboard, m.edited = p.text, p.entities, keyboard, s.now()
	s.wake()
	return s.form(in, m), nil
}

func sameMark(a, b Entity) bool {
	return a.Type == b.Type && a.Offset == b.Offset && a.Length == b.Length && a.URL == b.URL && a.Language == b.Language
}

// own finds the message of the bot that a call means. The lock is held.
func (s *Server) own(c *call) (*chat, *message, error) {
	id, err := c.message()
	if err != nil || id == 0 {
		return nil, nil, bad("message identifier is not specified")
	}
	in, err := s.writable(c)
	if err != nil {
		return nil, nil, err
	}
	m := in.find(id)
	switch {
	case m == nil:
		return nil, nil, bad("message to edit not found")
	case !m.mine:
		return nil, nil, bad("message can't be edited")
	}
	return in, m, nil
}

func (s *Server) deleteMessage(c *call) (any, error) {
	id, err := c.message()
	if err != nil || id == 0 {
		return nil, bad("message identifier is not specified")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	in, err := s.writable(c)
	if err != nil {
		return nil, err
	}
	m := in.find(id)
	switch {
	case m == nil:
		return nil, bad("message to delete not found")
	case s.now().Sub(m.at) > deletableFor, in.id < 0 && !m.mine:
		return nil, bad("message can't be deleted")
	}
	in.messages = slices.DeleteFunc(in.messages, func(o *message) bool { return o == m })
	s.wake()
	return true, nil
}
