package phone

import (
	"context"
	"embed"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"

	"passerelle/flows"
)

//go:embed page
var files embed.FS

// templates are parsed when the program starts: a broken one cannot be built
// into a program that passes its tests.
var templates = template.Must(template.ParseFS(files, "page/*.html"))

// maxShown is how many lines a page shows; older ones stay in the store.
const maxShown = 200

// firstLines is how late the first line of a conversation that a person can
// read may be: one before it may be a note. Those of old conversations are not
// kept for ever.
const firstLines = 2

// A view is what the page shows.
type view struct {
	sentences
	Lines []lineView
	// Older says that lines before the first are not shown.
	Older bool
	// Last is the number of the last line.
	Last   uint64
	Answer answerView
	// Blind says that the conversation could not be read.
	Blind bool
	// Problem, when set, is what went wrong with what was just sent.
	Problem string
	// Faults are what is wrong in the lessons, for who edits them.
	Faults []string
	// ID is that of the form; Kept is the text it holds.
	ID, Kept string
	// Key is that of the updates this page takes.
	Key string
}

// Empty tells whether nothing was said yet.
func (v view) Empty() bool { return len(v.Lines) == 0 && !v.Blind }

// sentences are those of the phone, in one language.
type sentences struct {
	Language flows.Language
	text     func(flows.Language, string, ...flows.Arg) string
}

func (p *Phone) sentences(l flows.Language) sentences { return sentences{l, p.o.Text} }

// Text is the sentence of that id.
func (s sentences) Text(id string) string { return s.text(s.Language, id) }

// Dir is the direction of the page.
func (s sentences) Dir() string { return direction(s.Language) }

// direction is how a language is written: "rtl" or "ltr".
func direction(l flows.Language) string {
	base, _, _ := strings.Cut(strings.ToLower(string(l)), "-")
	switch base {
	case "ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi":
		return "rtl"
	default:
		return "ltr"
	}
}

// A lineView is one bubble.
type lineView struct {
	sentences
	N    uint64
	From From
	// Name is who speaks, as the learner knows them.
	Name string
	// Lang and Way are those of the words, which may not be the page's; Way is
	// "auto" for what a person wrote.
	Lang    flows.Language
	Way     string
	When    string
	Body    []paragraph
	Picture string // its address
	Alt     string
	Choices []flows.Button
}

// An answerView is what may be pressed: the choices of the last question.
type answerView struct {
	sentences
	ID      string
	Turn    uint64
	Choices []flows.Button
	Lang    flows.Language
	Way     string
}

// Number is what a learner may write instead of pressing the choice.
func (a answerView) Number(place int) int { return place + 1 }

// view reads a conversation and lays it out.
func (p *Phone) view(ctx context.Context, of flows.Address) (view, error) {
	l := p.language(ctx, of)
	v := view{sentences: p.sentences(l), ID: fresh(), Key: key(l, of)}
	all, err := p.o.Lines(ctx, of, 0)
	if err != nil {
		v.Blind = true
		return v, fmt.Errorf("read lines: %w", err)
	}
	v.Answer = p.answer(v.sentences, all)
	all = all[max(0, len(all)-maxShown):]
	v.Older = len(all) > 0 && all[0].N > firstLines
	for _, l := range all {
		v.Lines = append(v.Lines, p.line(v.sentences, l))
		v.Last = l.N
	}
	return v, nil
}

// line lays out one line.
func (p *Phone) line(s sentences, l Line) lineView {
	v := lineView{sentences: s, N: l.N, From: l.From, Lang: s.Language, Way: "auto", When: p.when(s, l.At)}
	switch l.From {
	case Learner:
		v.Name = s.Text("phone.you")
		v.Body = plain(l.Text)
		return v
	case Aidant:
		v.Name = l.Message.Aidant
	default:
		v.Name = s.Text("phone.robot")
		v.Lang, v.Way = wayOf(s, l.Message)
	}
	v.Body = paragraphs(l.Message.Text)
	v.Choices = l.Message.Choices
	if pic := l.Message.Picture; pic != nil {
		v.Picture, v.Alt = pictureAddress(*pic), pic.Alt
	}
	return v
}

// wayOf is the language of a message and its direction.
func wayOf(s sentences, m flows.Message) (flows.Language, string) {
	switch {
	case m.RTL:
		return m.Language, "rtl"
	case m.Language == "":
		return s.Language, direction(s.Language)
	default:
		return m.Language, direction(m.Language)
	}
}

// plain lays out a person's text without reading any markup into it.
func plain(text string) []paragraph {
	var p paragraph
	for line := range strings.SplitSeq(text, "\n") {
		p = append(p, textLine{{Text: line}})
	}
	return []paragraph{p}
}

// when is the time of a line: that of the clock today, with the date before.
func (p *Phone) when(s sentences, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	clock := at.Format("15:04")
	today := p.o.Now().In(at.Location())
	if at.Year() == today.Year() && at.YearDay() == today.YearDay() {
		return clock
	}
	return s.text(s.Language, "phone.date",
		flows.Arg{Name: "day", Value: at.Format("02")},
		flows.Arg{Name: "month", Value: at.Format("01")},
		flows.Arg{Name: "clock", Value: clock})
}

// answer finds the question that may be pressed: the last one of the turn that
// spoke last. When that turn asked nothing, there is nothing to press.
func (p *Phone) answer(s sentences, all []Line) answerView {
	a := answerView{sentences: s, ID: fresh()}
	said := false
	for _, l := range slices.Backward(all) {
		if l.From == Learner {
			continue
		}
		if said && l.Message.Turn != a.Turn {
			return a
		}
		said, a.Turn = true, l.Message.Turn
		if len(l.Message.Choices) > 0 {
			a.Choices = l.Message.Choices
			a.Lang, a.Way = wayOf(s, l.Message)
			return a
		}
	}
	return a
}

// lastTurn are the lines after the learner's last words.
func lastTurn(all []Line) []Line {
	for i, l := range slices.Backward(all) {
		if l.From == Learner {
			return all[i+1:]
		}
	}
	return all
}

// pictureAddress is where a picture is served.
func pictureAddress(p flows.Picture) string {
	return "/picture/" + url.PathEscape(string(p.Revision)) + "/" +
		url.PathEscape(string(p.Flow)) + "/" + url.PathEscape(p.Name)
}
