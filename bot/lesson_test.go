package bot

import (
	"fmt"
	"io/fs"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"passerelle/bot/phone/phonetest"
	"passerelle/content"
	"passerelle/flows/flowstest"
)

// A whole lesson in a real browser, from the first touch to its end: what the
// page shows is what the transcript says, by mouse, by keyboard, and without
// JavaScript. With PASSERELLE_LONG=1, every road of the lesson.
func TestLessonInBrowser(t *testing.T) {
	browser := phonetest.Start(t)
	k := newKit(t)
	k.config.Newcomers, k.config.Messages = 0, 0
	server := httptest.NewServer(k.phone.Handler())
	defer server.Close()
	k.relayed(func() {
		for i, story := range stories(t, emailStories) {
			if i > 0 && os.Getenv("PASSERELLE_LONG") == "" {
				break
			}
			for _, hand := range []hand{mouse, keyboard, noScript} {
				t.Run(fmt.Sprintf("%d %s", i+1, hand), func(t *testing.T) {
					tab := browser.Tab(t, 360, 760)
					(&visit{Tab: tab, hand: hand}).play(server.URL, story)
				})
			}
		}
	})
}

// A hand is how a person works with a page.
type hand string

const (
	mouse    hand = "mouse"
	keyboard hand = "keyboard"
	noScript hand = "without JavaScript"
)

// A beat is one input of a transcript and the messages that answer it.
type beat struct {
	in      flowstest.Line
	answers []string
}

// emailStories are the transcripts of the first lesson.
const emailStories = "creer-email/creer-email.essai.md"

// stories are the scenarios of a transcript in which the learner alone acts.
func stories(t *testing.T, name string) [][]beat {
	t.Helper()
	source, err := fs.ReadFile(content.Embedded(), name)
	if err != nil {
		t.Fatal(err)
	}
	file, err := flowstest.Parse(name, source)
	if err != nil {
		t.Fatal(err)
	}
	var all [][]beat
	for _, scenario := range file.Scenarios {
		if story := beats(scenario.Lines); story != nil {
			all = append(all, story)
		}
	}
	return all
}

// beats returns nil when somebody else than the learner acts, or time passes.
func beats(lines []flowstest.Line) []beat {
	var story []beat
	message := false
	for _, l := range lines {
		switch {
		case l.Kind == flowstest.Said || l.Kind == flowstest.Tapped:
			story = append(story, beat{in: l})
		case l.Happens():
			return nil
		case l.Kind == flowstest.Text && message:
			last := &story[len(story)-1]
			last.answers[len(last.answers)-1] += " " + l.Text
		case l.Kind == flowstest.Text:
			last := &story[len(story)-1]
			last.answers = append(last.answers, l.Text)
		}
		message = l.Kind == flowstest.Text
	}
	return story
}

// A visit is one person with the page open.
type visit struct {
	*phonetest.Tab
	hand hand
}

// play opens the page, begins, and goes through a story to its end.
func (v *visit) play(url string, story []beat) {
	v.Helper()
	if v.hand == noScript {
		v.WithoutScript()
	}
	v.Open(url)
	v.press(`button[name="open"]`)
	v.Eventually(`document.querySelectorAll("#lines > li").length === 2`)
	if story[0].in.Text == "bonjour" {
		story = story[1:]
	}
	for i, b := range story {
		v.take(b)
		if v.hand == mouse && i%5 == 0 {
			v.Accessible()
			v.Fits()
		}
	}
}

// take does what the learner did, and waits for the last answer.
func (v *visit) take(b beat) {
	v.Helper()
	v.Eventually(`document.readyState === "complete" && [...document.images].every(i => i.complete)`)
	last := phonetest.Eval[string](v.Tab, `document.querySelector("#lines > li:last-child").id`)
	if b.in.Kind == flowstest.Tapped {
		v.press(fmt.Sprintf(`#answer button[value="%d"]`, b.in.Button-1))
	} else {
		v.write(b.in.Text)
	}
	if len(b.answers) == 0 {
		v.Eventually(fmt.Sprintf(`document.querySelector("#lines > li:last-child").id !== %q`, last))
		return
	}
	v.Eventually(fmt.Sprintf(`document.querySelector("#lines > li:last-child").id !== %q &&
		[...document.querySelectorAll("#lines > li:last-child .bubble > p")].map(p => p.innerText).join(" ").replace(/\s+/g, " ").trim() === %q`,
		last, onePiece(b.answers[len(b.answers)-1])))
}

// onePiece is a message without its line ends and its marks of bold.
func onePiece(text string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(text, "**", "")), " ")
}

// still is true when an element stands where it stood when last asked.
const still = `(where => [window.lastSeen, window.lastSeen = where].every(y => y === where))(
	Math.round(document.querySelector(%q).getBoundingClientRect().y))`

// press presses a button, or goes to it by keyboard first.
func (v *visit) press(css string) {
	v.Helper()
	if v.hand != keyboard {
		v.Eventually(fmt.Sprintf(still, css)) // nobody aims at what moves
		v.Click(css)
		return
	}
	for range 100 {
		v.Press("\t")
		if phonetest.Eval[bool](v.Tab, fmt.Sprintf("document.activeElement === document.querySelector(%q)", css)) {
			v.Press("\r")
			return
		}
	}
	v.Fatalf("the keyboard never reaches %s", css)
}

// write writes a message and sends it.
func (v *visit) write(text string) {
	v.Helper()
	v.Click("#text")
	v.Press(text)
	v.Press("\r")
}
