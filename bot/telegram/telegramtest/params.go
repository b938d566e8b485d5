package telegramtest

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// number reads a whole number between two bounds, or what it is by default.
func (c *call) number(name string, byDefault, low, high int) (int, error) {
	text := strings.TrimSpace(c.params[name])
	if text == "" {
		return byDefault, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		return 0, bad("invalid %s %q specified", name, text)
	}
	return n, nil
}

// truth reads a boolean as the server does: true, yes and 1 are true.
func (c *call) truth(name string) bool {
	text := strings.ToLower(strings.TrimSpace(c.params[name]))
	return text == "true" || text == "yes" || text == "1"
}

// object decodes a parameter that is JSON. An absent one changes nothing.
func (c *call) object(name string, into any) error {
	text := c.params[name]
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return bad("can't parse %s JSON object", strings.ReplaceAll(name, "_", " "))
	}
	return nil
}

// chat reads chat_id.
func (c *call) chat() (int64, error) {
	text := strings.TrimSpace(c.params["chat_id"])
	if text == "" {
		return 0, bad("chat_id is empty")
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id == 0 {
		return 0, bad("chat not found")
	}
	return id, nil
}

// message reads message_id.
func (c *call) message() (int, error) {
	return c.number("message_id", 0, math.MinInt32, math.MaxInt32)
}

// writable returns the chat of a call, when the bot may write there. The lock
// is held.
func (s *Server) writable(c *call) (*chat, error) {
	id, err := c.chat()
	if err != nil {
		return nil, err
	}
	to := s.chats[id]
	switch {
	case to == nil && id > 0:
		return nil, forbidden("bot can't initiate conversation with a user")
	case to == nil:
		return nil, bad("chat not found")
	case to.left:
		return nil, forbidden("bot is not a member of the group chat")
	case to.blocked && id < 0:
		return nil, forbidden("bot was kicked from the group chat")
	case to.blocked:
		return nil, forbidden("bot was blocked by the user")
	}
	return to, nil
}

// sendable is writable within the limits. The lock is held.
func (s *Server) sendable(c *call) (*chat, error) {
	to, err := s.writable(c)
	if err != nil {
		return nil, err
	}
	if err := s.answered(c, to); err != nil {
		return nil, err
	}
	if s.o.Limited {
		return to, s.spend(to)
	}
	return to, nil
}

// answered looks for the message that a new one is the answer to.
func (s *Server) answered(c *call, to *chat) error {
	var reply struct {
		Message int  `json:"message_id"`
		Lenient bool `json:"allow_sending_without_reply"`
	}
	if err := c.object("reply_parameters", &reply); err != nil {
		return err
	}
	if reply.Message != 0 && !reply.Lenient && to.find(reply.Message) == nil {
		return bad("message to be replied not found")
	}
	return nil
}
