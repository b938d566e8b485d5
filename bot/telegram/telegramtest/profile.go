package telegramtest

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Command is one of the bot's menu.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

// A profile is what the bot says of itself, by language.
type profile struct {
	commands map[string][]Command // by scope and language
	names    map[string]string
	about    map[string]string
	short    map[string]string
}

func newProfile() profile {
	return profile{map[string][]Command{}, map[string]string{}, map[string]string{}, map[string]string{}}
}

// calledOr is the bot's name.
func (p *profile) calledOr(language string) string {
	return cmp.Or(p.names[language], p.names[""], "Passerelle")
}

// shelf names the place of a call's commands: its scope and language.
func (c *call) shelf() (string, error) {
	var scope struct {
		Type string `json:"type"`
		Chat any    `json:"chat_id"`
	}
	if err := c.object("scope", &scope); err != nil {
		return "", err
	}
	known := []string{
		"", "default", "all_private_chats", "all_group_chats", "all_chat_administrators",
		"chat", "chat_administrators", "chat_member",
	}
	if !slices.Contains(known, scope.Type) {
		return "", bad("can't parse BotCommandScope: Unsupported type specified")
	}
	if strings.HasPrefix(scope.Type, "chat") && scope.Chat == nil {
		return "", bad("can't parse BotCommandScope: chat_id is missing")
	}
	language, err := c.language()
	return strings.Join([]string{cmp.Or(scope.Type, "default"), language}, "/"), err
}

// language reads language_code: none, or two small letters.
func (c *call) language() (string, error) {
	code := c.params["language_code"]
	if code != "" && (len(code) != 2 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz") != "") {
		return "", bad("invalid language code specified")
	}
	return code, nil
}

func (s *Server) setMyCommands(c *call) (any, error) {
	if c.params["commands"] == "" {
		return nil, bad("can't parse BotCommands: commands are missing")
	}
	var list []Command
	if err := c.object("commands", &list); err != nil {
		return nil, err
	}
	if len(list) > 100 {
		return nil, bad("BOT_COMMANDS_TOO_MUCH")
	}
	for i, one := range list {
		list[i].Command = strings.TrimPrefix(one.Command, "/")
		if err := list[i].check(); err != nil {
			return nil, err
		}
	}
	return s.shelve(c, list)
}

func (one *Command) check() error {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789_"
	n := utf8.RuneCountInString(one.Description)
	switch {
	case one.Command == "" || len(one.Command) > 32 || strings.Trim(one.Command, letters) != "":
		return bad("BOT_COMMAND_INVALID")
	case strings.TrimSpace(one.Description) == "":
		return bad("command description must be non-empty")
	case n > 256:
		return bad("BOT_COMMAND_DESCRIPTION_INVALID")
	}
	return nil
}

func (s *Server) shelve(c *call, list []Command) (any, error) {
	at, err := c.shelf()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.profile.commands[at] = list
	s.wake()
	return true, nil
}

func (s *Server) deleteMyCommands(c *call) (any, error) { return s.shelve(c, nil) }

func (s *Server) getMyCommands(c *call) (any, error) {
	at, err := c.shelf()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Command{}, s.profile.commands[at]...), nil
}

// Commands returns the menu of a person whose Telegram speaks a language, as
// private chats show it.
func (s *Server) Commands(language string) []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, at := range []string{"all_private_chats/" + language, "all_private_chats/", "default/" + language, "default/"} {
		if list := s.profile.commands[at]; len(list) > 0 {
			return slices.Clone(list)
		}
	}
	return nil
}

// Description is what a person whose Telegram speaks a language reads in an
// empty chat, above START.
func (s *Server) Description(language string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return cmp.Or(s.profile.about[language], s.profile.about[""])
}

// describe sets one of the texts; too long a one has a refusal of its own.
func (s *Server) describe(c *call, texts map[string]string, field string, longest int) (any, error) {
	language, err := c.language()
	if err != nil {
		return nil, err
	}
	text := c.params[field]
	if utf8.RuneCountInString(text) > longest {
		return nil, bad("%s is too long", strings.ReplaceAll(field, "_", " "))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	texts[language] = text
	s.wake()
	return true, nil
}

// described returns one of the texts.
func (s *Server) described(c *call, texts map[string]string, field string) (any, error) {
	language, err := c.language()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]string{field: cmp.Or(texts[language], texts[""])}, nil
}

func (s *Server) setMyName(c *call) (any, error) { return s.describe(c, s.profile.names, "name", 64) }
func (s *Server) getMyName(c *call) (any, error) { return s.described(c, s.profile.names, "name") }

func (s *Server) setMyDescription(c *call) (any, error) {
	return s.describe(c, s.profile.about, "description", 512)
}

func (s *Server) getMyDescription(c *call) (any, error) {
	return s.described(c, s.profile.about, "description")
}

func (s *Server) setMyShortDescription(c *call) (any, error) {
	return s.describe(c, s.profile.short, "short_description", 120)
}

func (s *Server) getMyShortDescription(c *call) (any, error) {
	return s.described(c, s.profile.short, "short_description")
}
