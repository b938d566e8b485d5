package bot

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"passerelle/bot/phone"
	"passerelle/content"
	"passerelle/flows"
	"passerelle/flows/flowstest"
)

// atelier is the page for editors, unless strangers may use the web phone or
// reach it from outside: behind a proxy everybody seems to sit at this machine.
func (h *house) atelier() *phone.Atelier {
	if h.config.Phone == public || h.config.URL != "" {
		return nil
	}
	return &phone.Atelier{
		Language: flows.Language(h.words.language), Lessons: h.playable, Play: h.preview, Faults: h.faults,
		Languages: func() []flows.Language { e, _, _ := h.workshop.look(); return e.Flows().Languages },
		Price:     h.config.priceAtHome(), AsWritten: h.config.SMS.AsWritten,
	}
}

// playable are the lessons of the folder, in the order of the menu, then those
// that no menu offers.
func (h *house) playable() []phone.AtelierLesson {
	e, _, _ := h.workshop.look()
	r := e.Flows()
	ids := slices.Clone(r.Menu)
	for _, id := range slices.Sorted(maps.Keys(r.Flows)) {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	all := make([]phone.AtelierLesson, len(ids))
	for i, id := range ids {
		all[i] = phone.AtelierLesson{ID: id, Title: e.Title(id)}
		for _, s := range r.Flows[id].Steps {
			all[i].Steps = append(all[i].Steps, s.ID)
		}
	}
	return all
}

// faults are what is wrong with the folder: the errors, and what is less.
func (h *house) faults() (errors, others []string, reads int) {
	_, problems, reads := h.workshop.look()
	for _, p := range problems {
		text := strings.TrimSuffix(p.String(), "\n")
		switch p.Severity {
		case content.Error:
			errors = append(errors, text)
		case content.Warning:
			others = append(others, text)
		case content.Advice: // "passerelle lint" gives it
		}
	}
	return errors, others, reads
}

// preview plays a scene from its beginning. Nothing of it is kept, sent or
// counted.
func (h *house) preview(s phone.Scene) phone.Played {
	e, _, _ := h.workshop.look()
	flow := e.Flows().Flows[s.Lesson]
	if flow == nil { // the folder was read again meanwhile
		return phone.Played{}
	}
	v := &viewer{edition: e, scene: s, library: flows.NewLibrary(e.Flows()), due: map[flows.Timer]time.Time{}}
	if _, stands := flow.Index[s.Step]; stands {
		v.library = flows.NewLibrary(from(e.Flows(), s.Lesson, s.Step))
	}
	v.player = &flowstest.Player{Zone: h.zones.home, Advance: v.advance, Render: v.render}
	opening := v.opening()
	for i, line := range slices.Concat(opening, s.Lines) {
		if err := v.play(line, i >= len(opening)); err != nil {
			v.played.Problem = err.Error()
			break
		}
		v.played.Good = max(0, i+1-len(opening))
	}
	v.finish()
	return v.played
}

// from is a revision whose lesson begins at a step.
func from(r *flows.Revision, lesson flows.FlowID, step flows.StepID) *flows.Revision {
	const door flows.StepID = "-"
	old := r.Flows[lesson]
	flow := *old
	flow.Steps = append([]flows.Step{{ID: door, Next: step}}, old.Steps...)
	flow.Index = map[flows.StepID]int{door: 0}
	for id, i := range old.Index {
		flow.Index[id] = i + 1
	}
	other := *r
	other.Flows = maps.Clone(r.Flows)
	other.Flows[lesson] = &flow
	return &other
}

// A viewer plays one scene and writes down what is seen.
type viewer struct {
	edition *content.Edition
	scene   phone.Scene
	library *flows.Library
	player  *flowstest.Player
	due     map[flows.Timer]time.Time // what runs out, and when
	said    []flows.Message           // in answer to the last line
	written []string                  // of the transcript
	played  phone.Played
}

// opening is what happens first: the lesson is opened, in its language.
func (v *viewer) opening() []string {
	begin := []string{">>> " + string(v.scene.Lesson)}
	if v.scene.Language != flows.DefaultLanguage {
		begin = []string{"> bonjour", "> langue", "> " + string(v.scene.Language), begin[0]}
	}
	return begin
}

// play plays one line as a transcript writes it; what does not happen, such as
// an answer, is passed over. The lines of the opening are not shown.
func (v *viewer) play(raw string, shown bool) error {
	line, err := flowstest.ParseLine(raw)
	if err != nil || !line.Happens() {
		return err
	}
	v.said = nil
	answers, err := v.player.Do(line)
	if err != nil {
		return err
	}
	beat := phone.Beat{Messages: v.said}
	if shown {
		beat.Input = strings.TrimLeft(raw, "> ")
		if strings.HasPrefix(raw, "~") {
			beat.Input = "⏱ " + strings.TrimPrefix(raw, "~ ")
		}
	}
	v.written = append(v.written, raw)
	for i, answer := range answers {
		if strings.HasPrefix(answer, "!") {
			beat.Alerts = append(beat.Alerts, answer)
		} else if i > 0 {
			v.written = append(v.written, "")
		}
		v.written = append(v.written, answer)
	}
	v.written = append(v.written, "")
	v.played.Beats = append(v.played.Beats, beat)
	return nil
}

// advance is the engine; it notes what is set to run out.
func (v *viewer) advance(before flows.Conversation, in flows.Input) (flows.Conversation, []flows.Effect, flows.Outcome) {
	after, effects, outcome := v.library.Advance(before, in)
	if elapsed, ok := in.(flows.Elapsed); ok {
		delete(v.due, elapsed.Timer)
	}
	for _, effect := range effects {
		switch e := effect.(type) {
		case flows.Schedule:
			v.due[e.Timer] = e.Delay.From(in.When())
		case flows.Cancel:
			delete(v.due, e.Timer)
		case flows.Say, flows.Alert, flows.Close, flows.Hush, flows.Count: // nothing of it runs out
		}
	}
	return after, effects, outcome
}

// render makes the words, and keeps them to be shown. An installation nobody
// set up is what transcripts speak of.
func (v *viewer) render(l flows.Language, say flows.Say) flows.Message {
	m := v.edition.Render(cmp.Or(l, flows.DefaultLanguage), say, []flows.Arg{
		{Name: "publisher", Key: "config.default.publisher"}, {Name: "contact", Key: "config.default.contact"},
	})
	v.said = append(v.said, m)
	return m
}

// finish tells where the learner stands, what runs out next, and writes the
// transcript.
func (v *viewer) finish() {
	c := v.player.Conversation()
	if n := len(c.Run); n > 0 {
		v.played.Where = c.Run[n-1].Flow.Text(c.Run[n-1].Step)
	}
	var first time.Time
	for _, at := range v.due {
		if first.IsZero() || at.Before(first) {
			first = at
		}
	}
	if minutes := int(first.Sub(v.player.Now()).Minutes() + 1); !first.IsZero() && minutes > 0 {
		v.played.Next = fmt.Sprintf("%dm", minutes)
	}
	if v.scene.Step == "" {
		title := "## " + v.edition.Title(v.scene.Lesson)
		v.played.Transcript = title + "\n" + strings.TrimRight(strings.Join(v.written, "\n"), "\n") + "\n"
	}
}
