package telegramtest

import (
	"html"
	"slices"
	"strings"
)

// tagTypes are the tags of the HTML that bots may write, and what they mark.
var tagTypes = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
	"code": "code", "pre": "pre", "a": "text_link", "blockquote": "blockquote",
}

// A reader takes bots' HTML apart.
type reader struct {
	out  strings.Builder
	size int // of out, in UTF-16 units
	open []openTag
	done []Entity
}

type openTag struct {
	name   string
	entity Entity
}

// parseHTML turns markup into entities: every "<" must begin a known tag,
// every "&" a known name, every tag must be closed.
func (p *phrase) parseHTML() error {
	var r reader
	rest := p.text
	for rest != "" {
		size, err := r.next(rest)
		if err != nil {
			return err
		}
		rest = rest[size:]
	}
	if n := len(r.open); n > 0 {
		return bad("can't parse entities: Can't find end tag corresponding to start tag %q", r.open[n-1].name)
	}
	p.text, p.entities = r.out.String(), r.done
	return nil
}

// next reads one piece of text and returns its size in bytes.
func (r *reader) next(text string) (int, error) {
	switch text[0] {
	case '<':
		inside, _, closed := strings.Cut(text[1:], ">")
		if !closed {
			return 0, bad("can't parse entities: Unclosed start tag")
		}
		if name, isEnd := strings.CutPrefix(inside, "/"); isEnd {
			return len(inside) + 2, r.endTag(strings.ToLower(strings.TrimSpace(name)))
		}
		return len(inside) + 2, r.startTag(inside)
	case '&':
		return r.name(text)
	}
	size := strings.IndexAny(text, "<&")
	if size < 0 {
		size = len(text)
	}
	r.write(text[:size])
	return size, nil
}

func (r *reader) write(text string) {
	r.out.WriteString(text)
	r.size += units(text)
}

// name reads &lt; and its like. Telegram knows four, and numbers.
func (r *reader) name(text string) (int, error) {
	name, _, closed := strings.Cut(text[1:], ";")
	known := slices.Contains([]string{"lt", "gt", "amp", "quot"}, name) || strings.HasPrefix(name, "#")
	if !closed || !known {
		return 0, bad("can't parse entities: unescaped '&'")
	}
	r.write(html.UnescapeString("&" + name + ";"))
	return len(name) + 2, nil
}

func (r *reader) startTag(inside string) error {
	name, attributes, _ := strings.Cut(inside, " ")
	name = strings.ToLower(name)
	kind := tagTypes[name]
	if kind == "" {
		return bad("can't parse entities: Unsupported start tag %q", name)
	}
	e := Entity{Type: kind, Offset: r.size}
	if kind == "text_link" {
		_, value, _ := strings.Cut(attributes, "href=")
		e.URL = html.UnescapeString(strings.Trim(value, `"' `))
	}
	r.open = append(r.open, openTag{name, e})
	return nil
}

func (r *reader) endTag(name string) error {
	n := len(r.open) - 1
	if n < 0 {
		return bad("can't parse entities: Unexpected end tag")
	}
	top := r.open[n]
	if name != "" && name != top.name {
		return bad("can't parse entities: Unmatched end tag, expected \"</%s>\", found \"</%s>\"", top.name, name)
	}
	r.open = r.open[:n]
	if top.entity.Length = r.size - top.entity.Offset; top.entity.Length > 0 {
		r.done = append(r.done, top.entity)
	}
	return nil
}
