package telegramtest

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"
)

// Longest texts, in UTF-16 units.
const (
	longestText    = 4096
	longestCaption = 1024
)

// An Entity marks a part of a text, in UTF-16 units.
type Entity struct {
	Type     string         `json:"type"`
	Offset   int            `json:"offset"`
	Length   int            `json:"length"`
	URL      string         `json:"url,omitempty"`      // of a text_link
	Language string         `json:"language,omitempty"` // of a pre
	User     map[string]any `json:"user,omitempty"`     // of a text_mention
	Emoji    string         `json:"custom_emoji_id,omitempty"`
}

// Entities a bot may mark, and those that Telegram finds by itself.
const (
	givenEntities = "bold italic underline strikethrough spoiler blockquote expandable_blockquote code pre " +
		"text_link text_mention custom_emoji"
	foundEntities = "mention hashtag cashtag bot_command url email phone_number"
)

// A phrase is a text with its marks.
type phrase struct {
	text     string
	entities []Entity
}

// units counts UTF-16 units.
func units(text string) int {
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

// phrase reads a text and its entities or markup, and checks both. Space at
// its ends is cut off, as Telegram does.
func (c *call) phrase(text, entities string, longest int) (phrase, error) {
	p := phrase{text: c.params[text]}
	if err := c.object(entities, &p.entities); err != nil {
		return p, bad("can't parse entities: entities must be an Array of objects")
	}
	if err := c.parse(&p); err != nil {
		return p, err
	}
	if err := p.check(); err != nil {
		return p, err
	}
	p.trim()
	if units(p.text) > longest {
		return p, bad("%s is too long", map[bool]string{true: "message", false: "message caption"}[text == "text"])
	}
	return p, nil
}

// parse takes markup apart. MarkdownV2 and Markdown are refused, for nothing
// here would check them strictly.
func (c *call) parse(p *phrase) error {
	switch mode := strings.ToLower(c.params["parse_mode"]); mode {
	case "", "none":
		return nil
	case "html":
		return p.parseHTML()
	default:
		return bad("unsupported parse_mode")
	}
}

// required refuses a phrase that says nothing.
func (p *phrase) required() error {
	if p.text == "" {
		return bad("message text is empty")
	}
	return nil
}

// check refuses entities that Telegram would mend in silence.
func (p *phrase) check() error {
	if len(p.entities) > 100 {
		return bad("can't parse entities: more than 100 of them")
	}
	coded := utf16.Encode([]rune(p.text))
	for _, e := range p.entities {
		if err := e.check(coded); err != nil {
			return err
		}
	}
	return nil
}

func (e Entity) check(text []uint16) error {
	switch {
	case !slices.Contains(strings.Fields(givenEntities+" "+foundEntities), e.Type):
		return bad("can't parse MessageEntity: Unsupported type specified")
	case e.Offset < 0 || e.Length <= 0 || e.Offset > len(text) || e.Length > len(text)-e.Offset:
		return bad("entity %s at %d of length %d ends outside the text of %d units", e.Type, e.Offset, e.Length, len(text))
	case splits(text, e.Offset) || splits(text, e.Offset+e.Length):
		return bad("entity %s at %d of length %d ends in the middle of a UTF-16 symbol", e.Type, e.Offset, e.Length)
	case e.Type == "text_link" && !isLink(e.URL):
		return bad("entity URL '%s' is invalid: Wrong HTTP URL", e.URL)
	case e.Type == "text_mention" && e.User["id"] == nil:
		return bad("can't parse MessageEntity: Can't find field \"user\"")
	case e.Type == "custom_emoji" && e.Emoji == "":
		return bad("can't parse MessageEntity: Can't find field \"custom_emoji_id\"")
	}
	return nil
}

// splits tells whether a place is between the two halves of one character.
func splits(text []uint16, at int) bool {
	return at > 0 && at < len(text) && utf16.IsSurrogate(rune(text[at])) && text[at] >= 0xdc00
}

func isLink(text string) bool {
	u, err := url.Parse(text)
	if err != nil {
		return false
	}
	return u.Scheme == "tg" || (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// trim cuts space off both ends and moves the entities along.
func (p *phrase) trim() {
	const space = " \t\r\n"
	whole := p.text
	p.text = strings.TrimLeft(whole, space)
	moved := units(whole) - units(p.text)
	p.text = strings.TrimRight(p.text, space)
	end := units(p.text)
	kept := p.entities[:0]
	for _, e := range p.entities {
		first, last := max(0, e.Offset-moved), min(end, e.Offset+e.Length-moved)
		if e.Offset, e.Length = first, last-first; e.Length > 0 {
			kept = append(kept, e)
		}
	}
	p.entities = kept
	slices.SortStableFunc(p.entities, func(a, b Entity) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(b.Length, a.Length))
	})
}
