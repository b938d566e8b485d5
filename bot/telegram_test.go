package bot

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"passerelle/bot/telegram/telegramtest"
	"passerelle/flows/flowstest"
	"passerelle/store"
	"passerelle/store/bolt"
)

const webhookSecret = "a-secret-of-tests"

// telegramChild is the program with a bot on that server, in one of the two
// receiving modes; it is not started yet.
func telegramChild(t testing.TB, server *telegramtest.Server, webhook bool, settings ...string) *child {
	t.Helper()
	c := newChild(t, append(settings, "PASSERELLE_TELEGRAM_TOKEN="+server.Token(), "PASSERELLE_TELEGRAM_API="+server.URL(),
		"PASSERELLE_TELEGRAM_RATE=100000")...)
	if webhook {
		c.settings = append(c.settings, "PASSERELLE_TELEGRAM_SECRET="+webhookSecret, "PASSERELLE_URL=http://"+c.listen)
	}
	return c
}

// modes are the ways in which updates come.
func modes() map[string]bool { return map[string]bool{"polling": false, "webhook": true} }

// A whole lesson in Telegram, on every road of its transcript: by its buttons,
// by typing what they say, and by a mixture with mistakes. What the person
// reads is what the transcript says, and nothing is refused. Each road goes one
// of these ways in one of the modes, with PASSERELLE_LONG=1 all in both.
func TestLessonInTelegram(t *testing.T) {
	t.Parallel()
	for mode, webhook := range modes() {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			server := telegramtest.Start(t)
			c := telegramChild(t, server, webhook)
			c.start()
			c.ready()
			chat := int64(0)
			for i, story := range stories(t, emailStories) {
				for j, way := range []way{byButton, byLabel, withMistakes} {
					if (j != i%3 || webhook == (i%2 == 0)) && os.Getenv("PASSERELLE_LONG") == "" {
						continue
					}
					chat++
					p := &person{T: t, server: server, chat: chat, way: way}
					p.play(fmt.Sprintf("story %d, %s", i+1, way), story)
				}
			}
			for _, refused := range server.Refused() {
				t.Errorf("Telegram refused: %s", refused)
			}
			c.stop()
			c.unharmed()
		})
	}
}

// A way is how a person answers a question that has buttons.
type way string

const (
	byButton     way = "by button"
	byLabel      way = "by label"
	withMistakes way = "with mistakes"
)

// A person learns in one chat.
type person struct {
	*testing.T
	server *telegramtest.Server
	chat   int64
	way    way
	inputs int
}

// play goes through a story, from the first touch to its end.
func (p *person) play(name string, story []beat) {
	p.Helper()
	p.server.Say(p.chat, "/start")
	seen := p.server.Await(p.T, p.chat, name+": a greeting", func(all []telegramtest.Message) bool { return len(all) == 2 })
	if story[0].in.Text == "bonjour" {
		story = story[1:]
	}
	for i, b := range story {
		seen = p.take(fmt.Sprintf("%s, answer %d (%s)", name, i+1, b.in.Text), b, seen)
	}
}

// take does what the learner did, and waits for the last answer.
func (p *person) take(what string, b beat, seen []telegramtest.Message) []telegramtest.Message {
	p.Helper()
	p.inputs++
	if b.in.Kind == flowstest.Tapped {
		p.choose(labels(seen)[b.in.Button-1])
	} else {
		p.server.Say(p.chat, b.in.Text)
	}
	if len(b.answers) == 0 { // as after STOP
		for changed := p.server.Changed(); p.server.Pending() > 0; changed = p.server.Changed() {
			<-changed
		}
		return seen
	}
	asked := len(seen)
	return p.server.Await(p.T, p.chat, what, func(all []telegramtest.Message) bool {
		if len(all) <= asked {
			return false
		}
		if plain(all[len(all)-1]) == onePiece(b.answers[len(b.answers)-1]) {
			return true
		}
		if offered := labels(all); p.way == withMistakes && len(offered) == 2 && offered[0] == "Oui" && strings.HasPrefix(plain(all[len(all)-1]), "Vous voulez dire") {
			asked = len(all)
			p.server.Say(p.chat, "oui")
		}
		return false
	})
}

// choose answers with a choice, in this person's way.
func (p *person) choose(label string) {
	p.Helper()
	switch letters := []rune(label); {
	case p.way == byButton, p.way == withMistakes && p.inputs%2 == 0:
		if err := p.server.Press(p.chat, label); err != nil {
			p.Fatal(err)
		}
	case p.way == withMistakes && len(letters) > 9: // a letter too many
		p.server.Say(p.chat, string(letters[:5])+string(letters[4:]))
	default:
		p.server.Say(p.chat, label)
	}
}

// labels are what stands on the buttons of the newest message that has any.
func labels(all []telegramtest.Message) []string {
	for _, m := range slices.Backward(all) {
		var offered []string
		for _, row := range m.Buttons {
			for _, b := range row {
				offered = append(offered, b.Text)
			}
		}
		if len(offered) > 0 {
			return offered
		}
	}
	return nil
}

// plain is what a message says, in one piece.
func plain(m telegramtest.Message) string { return onePiece(m.Text + m.Caption) }

// After more than 150 seconds away, presses are gone: who was learning is asked
// again, and the new buttons work.
func TestQuestionAfterAbsence(t *testing.T) {
	t.Parallel()
	server := telegramtest.Start(t)
	c := telegramChild(t, server, false)
	c.start()
	c.ready()
	p := &person{T: t, server: server, chat: 7}
	p.play("a greeting", []beat{{in: flowstest.Line{Kind: flowstest.Said, Text: "bonjour"}}})
	if err := server.Press(7, "Créer une adresse e-mail"); err != nil {
		t.Fatal(err)
	}
	seen := server.Await(t, 7, "the first question", func(all []telegramtest.Message) bool { return len(all) == 3 })
	c.stop()
	threeMinutesAgo(t, c.data)
	c.start()
	after := server.Await(t, 7, "the question again", func(all []telegramtest.Message) bool { return len(all) == 5 })
	if got, want := plain(after[3]), "Désolé"; !strings.HasPrefix(got, want) {
		t.Errorf("the person reads %q, want %s…", got, want)
	}
	if got, want := labels(after), []string{"Oui", "Non", "Je ne sais pas"}; !slices.Equal(got, want) {
		t.Errorf("offered %q, want %q", got, want)
	}
	if err := server.Press(7, "Non"); err != nil {
		t.Fatal(err)
	}
	server.Await(t, 7, "the second question", func(all []telegramtest.Message) bool { return len(all) > len(seen)+2 })
	c.ready()
	c.stop()
	c.unharmed()
}

// threeMinutesAgo has Telegram last heard then.
func threeMinutesAgo(t *testing.T, data string) {
	t.Helper()
	kernel, err := bolt.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	s := store.Open(kernel, store.Options{})
	id, _, _ := strings.Cut(telegramtest.Token, ":")
	name, then := "telegram/"+id+"/heard", time.Now().Add(-3*time.Minute)
	if heard, err := s.Noted(t.Context(), name); err != nil || heard == "" {
		t.Fatalf("heard %q, %v; want an instant", heard, err)
	}
	if err := errors.Join(s.Note(t.Context(), name, strconv.FormatInt(then.Unix(), 10)), s.Close()); err != nil {
		t.Fatal(err)
	}
}
