package phone

import (
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"passerelle/flows"
	"passerelle/flows/gsm"
)

// An Atelier is the page for editors of lessons: a conversation as it is in a
// chat and by SMS, side by side. It keeps nothing: what was played so far
// stands in the form, and is played again each time.
type Atelier struct {
	// Language is that of the page itself.
	Language flows.Language
	// Lessons are those there are now; Languages those they may be played in.
	Lessons   func() []AtelierLesson
	Languages func() []flows.Language
	// Play plays a scene in memory: no store, no counter knows of it.
	Play func(Scene) Played
	// Faults are what is wrong with the lessons as they lie in the folder, each
	// with its place: the errors, what is less, and how often the folder was read.
	Faults func() (errors, others []string, reads int)
	// Price is that of an SMS segment, in hundredths of a cent; with AsWritten
	// letters go out as they are written.
	Price     int
	AsWritten bool
}

// An AtelierLesson is one lesson an editor may play, from any of its steps.
type AtelierLesson struct {
	ID    flows.FlowID
	Title string
	Steps []flows.StepID
}

// A Scene is what an editor wants to see: a lesson from its beginning, or from
// a step, and what happens then, as transcripts write it.
type Scene struct {
	Lesson   flows.FlowID
	Step     flows.StepID
	Language flows.Language
	Lines    []string
}

// A Played is what became of a scene.
type Played struct {
	Beats []Beat
	// Where is the step the learner stands on, or "".
	Where flows.Key
	// Next is the line that lets time pass until the next reminder or pause is
	// over, or "".
	Next string
	// Transcript is the whole as a file, or "" when it cannot be played by
	// itself.
	Transcript string
	// Good is how many lines of the scene were played, from the first.
	Good int
	// Problem is why the line behind them cannot be played, or "".
	Problem string
}

// A Beat is one thing that happened, and what was answered.
type Beat struct {
	Input    string
	Messages []flows.Message
	Alerts   []string
}

// Caps of a scene.
const (
	maxScene     = 200 // lines
	maxSceneLine = 300 // bytes of one
)

// editors lets only who sits at this machine pass: their browser is here, calls
// the server by a name of this machine, and no proxy stands between.
func (p *Phone) editors(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !p.isEditor(r) {
			p.nowhere(w, r)
			return
		}
		next(w, r)
	}
}

func (p *Phone) isEditor(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	return p.o.Atelier != nil && err == nil && isLoopback(host) && isLoopback(hostName(r.Host)) && !isProxied(r.Header)
}

// isProxied tells whether a proxy says that it passed a request on.
func isProxied(h http.Header) bool {
	for name := range h {
		if name == "Forwarded" || name == "Via" || name == "X-Real-Ip" || strings.HasPrefix(name, "X-Forwarded-") {
			return true
		}
	}
	return false
}

// faults are the errors an editor reads on top of the learner's page.
func (p *Phone) faults(r *http.Request) []string {
	if !p.isEditor(r) {
		return nil
	}
	errors, _, _ := p.o.Atelier.Faults()
	return errors
}

// An atelierView is what the editors' page shows.
type atelierView struct {
	sentences
	Scene     Scene
	Lessons   []AtelierLesson
	Languages []flows.Language
	Exchanges []exchangeView
	Buttons   []flows.Button
	Where     flows.Key
	Next      string
	Savable   bool
	Problem   string
	Faults    []string
	// Broken is the first error in short, or "".
	Broken   string
	Reads    int
	Segments int
	Price    string
}

// An exchangeView is a beat, in the chat and by SMS.
type exchangeView struct {
	sentences
	Input  string
	Alerts []string
	Both   []bothView
}

// A bothView is one message in the chat, and what goes out by SMS.
type bothView struct {
	Chat lineView
	SMS  []smsView
}

// An smsView is one SMS: its words, and what it is billed.
type smsView struct {
	sentences
	Text  string
	Size  gsm.Size
	Price string
}

// Say is a sentence of the page; the words of the SMS are its Text.
func (s smsView) Say(id string) string { return s.sentences.Text(id) }

// Signs is how many signs the SMS has, as networks count.
func (s smsView) Signs() string { return strconv.Itoa(s.Size.Units) }

// Count is how many segments are billed.
func (s smsView) Count() string { return strconv.Itoa(s.Size.Segments) }

// Joined is the scene's lines as the form keeps them.
func (v atelierView) Joined() string { return strings.Join(v.Scene.Lines, "\n") }

// Number is what a learner may write instead of pressing the choice.
func (v atelierView) Number(place int) int { return place + 1 }

// Steps are those of the lesson that is played.
func (v atelierView) Steps() []flows.StepID {
	for _, l := range v.Lessons {
		if l.ID == v.Scene.Lesson {
			return l.Steps
		}
	}
	return nil
}

// atelier shows the editors' page.
func (p *Phone) atelier(w http.ResponseWriter, r *http.Request) {
	scene := p.scene(r)
	played := p.o.Atelier.Play(scene)
	if played.Problem != "" && len(scene.Lines) > 0 {
		scene.Lines = scene.Lines[:min(len(scene.Lines), played.Good)]
	}
	p.page(w, http.StatusOK, "atelier.html", p.atelierView(scene, played))
}

// transcript gives the scene as a file.
func (p *Phone) transcript(w http.ResponseWriter, r *http.Request) {
	scene := p.scene(r)
	played := p.o.Atelier.Play(scene)
	if played.Transcript == "" {
		p.nowhere(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/markdown; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+string(scene.Lesson)+`.essai.md"`)
	_, _ = w.Write([]byte(played.Transcript)) // the browser went away: nobody to tell
}

// reads tells the script of the page how often the folder was read.
func (p *Phone) reads(w http.ResponseWriter, _ *http.Request) {
	_, _, reads := p.o.Atelier.Faults()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(strconv.Itoa(reads))) // the browser went away: nobody to tell
}

// scene reads the form: what was played so far, and what is to happen next.
// Another lesson, step or language begins anew.
func (p *Phone) scene(r *http.Request) Scene {
	s := Scene{
		Lesson: flows.FlowID(r.FormValue("lesson")), Step: flows.StepID(r.FormValue("step")),
		Language: flows.Language(r.FormValue("language")),
	}
	lessons := p.o.Atelier.Lessons()
	i := slices.IndexFunc(lessons, func(l AtelierLesson) bool { return l.ID == s.Lesson })
	if i < 0 {
		i, s.Lesson = 0, lessons[0].ID
	}
	if !slices.Contains(lessons[i].Steps, s.Step) {
		s.Step = ""
	}
	if !slices.Contains(p.o.Atelier.Languages(), s.Language) {
		s.Language = defaultLanguage
	}
	if r.FormValue("anew") == "" {
		s.Lines = happening(r)
	}
	return s
}

// happening are the lines played so far, with the one to be added.
func happening(r *http.Request) []string {
	var lines []string
	for line := range strings.SplitSeq(strings.ReplaceAll(r.FormValue("lines"), "\r\n", "\n"), "\n") {
		if line != "" {
			lines = append(lines, cut(line))
		}
	}
	switch {
	case r.FormValue("undo") != "":
		lines = lines[:max(0, len(lines)-1)]
	case r.FormValue("press") != "":
		lines = append(lines, cut(">> "+oneLine(r.FormValue("press"))))
	case r.FormValue("wait") != "":
		lines = append(lines, cut("~ "+oneLine(r.FormValue("wait"))))
	case r.FormValue("text") != "":
		lines = append(lines, cut("> "+oneLine(r.FormValue("text"))))
	}
	return lines[:min(len(lines), maxScene)]
}

// oneLine keeps what was typed on its line.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// cut shortens a line between characters.
func cut(line string) string {
	return strings.ToValidUTF8(line[:min(len(line), maxSceneLine)], "")
}

// atelierView lays a scene out.
func (p *Phone) atelierView(scene Scene, played Played) atelierView {
	a := p.o.Atelier
	s := p.sentences(a.Language)
	v := atelierView{
		sentences: s, Scene: scene, Lessons: a.Lessons(), Languages: a.Languages(),
		Where: played.Where, Next: played.Next, Savable: played.Transcript != "", Problem: played.Problem,
	}
	errors, others, reads := a.Faults()
	v.Faults, v.Reads = slices.Concat(errors, others), reads
	if len(errors) > 0 {
		v.Broken, _, _ = strings.Cut(errors[0], "\n")
	}
	n := uint64(0)
	for _, b := range played.Beats {
		e := exchangeView{sentences: s, Input: b.Input, Alerts: b.Alerts}
		for _, m := range b.Messages {
			n++
			both := bothView{Chat: p.line(s, Line{N: n, From: Bot, Message: m}), SMS: p.bySMS(s, m)}
			for _, one := range both.SMS {
				v.Segments += one.Size.Segments
			}
			e.Both = append(e.Both, both)
			v.Buttons = m.Choices
		}
		v.Exchanges = append(v.Exchanges, e)
	}
	v.Price = euros(v.Segments * a.Price)
	return v
}

// bySMS is a message as it goes out by SMS.
func (p *Phone) bySMS(s sentences, m flows.Message) []smsView {
	step := m.SMS()
	step.AsWritten = p.o.Atelier.AsWritten
	var all []smsView
	for _, text := range step.Messages() {
		size := gsm.Measure(text)
		all = append(all, smsView{s, text, size, euros(size.Segments * p.o.Atelier.Price)})
	}
	return all
}

// euros writes hundredths of a cent as euros, rounded to the cent.
func euros(n int) string {
	cents := (n + 50) / 100
	return strconv.Itoa(cents/100) + "," + strconv.Itoa(100 + cents%100)[1:]
}
