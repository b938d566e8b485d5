package phone

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/flows"
)

// script plays lines as a scripted learner and returns what is printed.
func playScript(t *testing.T, p *Phone, c Console, input string) string {
	t.Helper()
	var out bytes.Buffer
	c.In, c.Out = strings.NewReader(input), &out
	if err := p.Terminal(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestScript(t *testing.T) {
	m := newMemory()
	got := playScript(t, newPhone(t, m, nil), Console{}, "bonjour\r\n>> 1\naidant\n\nfin")
	want := `> bonjour
< Bonjour. Je suis un **robot**.
<
< Une personne peut vous aider : écrivez AIDANT.

< Quel appareil avez-vous ?
  [1] Un téléphone Android
  [2] Un iPhone
  [3] Un ordinateur

>> 1
< Très bien. Regardez le dessin.
<
< Touchez l’enveloppe bleue.
  ![Une enveloppe bleue]
  [1] C’est fait
  [2] Je ne la vois pas

> aidant
< Léa : Bonjour, je vous aide.

>
< Bonjour. Je suis un **robot**.
<
< Une personne peut vous aider : écrivez AIDANT.

< Quel appareil avez-vous ?
  [1] Un téléphone Android
  [2] Un iPhone
  [3] Un ordinateur

> fin
< Merci. Voici l’adresse : https://www.laposte.net/accueil.
  [1] Menu
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestScriptGoesOn(t *testing.T) {
	m := newMemory()
	p := newPhone(t, m, nil)
	playScript(t, p, Console{As: "phone:marie"}, "bonjour\n")
	got := playScript(t, p, Console{As: "phone:marie"}, ">> 2\n>> 0\n>> deux\n")
	wants(t, got, "!Bonjour", ">> 2\n", "> >> 0\n", "> >> deux\n")
	if diff := cmp.Diff([]string{"bonjour", "Un iPhone", ">> 0", ">> deux"}, m.heard("phone:marie")); diff != "" {
		t.Error(diff)
	}
}

func TestScriptBeginsALesson(t *testing.T) {
	m := newMemory()
	got := playScript(t, newPhone(t, m, nil), Console{Lesson: "creer-email"}, "")
	wants(t, got, "< Bonjour. Je suis un **robot**.")
	if diff := cmp.Diff([]flows.Input{flows.Opened{At: monday(), Lesson: "creer-email"}}, m.inputs); diff != "" {
		t.Error(diff)
	}
}

func TestEachFreshScriptIsAnotherLearner(t *testing.T) {
	m := newMemory()
	p := newPhone(t, m, nil)
	playScript(t, p, Console{}, "a\n")
	playScript(t, p, Console{}, "a\n")
	if len(m.lines) != 2 {
		t.Errorf("%d learners, want 2", len(m.lines))
	}
}

func TestScriptLetsTimePass(t *testing.T) {
	m := newMemory()
	var passed []string
	c := Console{As: "phone:demo", Pass: func(_ context.Context, delay string) error {
		passed = append(passed, delay)
		m.set(func(m *memory) { m.say("phone:demo", "Vous êtes toujours là ?") })
		return nil
	}}
	got := playScript(t, newPhone(t, m, nil), c, "silence\n~ demain 10h \n~\n")
	wants(t, got, "> silence\n~ demain 10h\n< Vous êtes toujours là ?\n\n> ~\n")
	if diff := cmp.Diff([]string{"demain 10h"}, passed); diff != "" {
		t.Error(diff)
	}
	c.Pass = nil
	wants(t, playScript(t, newPhone(t, m, nil), c, "~ 24h\n"), "> ~ 24h\n< Merci")
}

func TestScriptOfBadInput(t *testing.T) {
	tests := []struct{ name, input, heard string }{
		{"NUL", "a\x00b\n", "a\x00b"},
		{"invalid UTF-8", "a\xff\xfeb\n", "a\uFFFDb"},
		{"escape sequence", "\x1b[2Ja\n", "\x1b[2Ja"},
		{"longer than any buffer", strings.Repeat("é", maxLine) + "\nfin\n", strings.Repeat("é", maxLine/2)},
		{"emoji", "🙂🙂", "🙂🙂"},
		{"right to left", "سلام\n", "سلام"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory()
			got := playScript(t, newPhone(t, m, nil), Console{As: "phone:demo"}, tt.input)
			if heard := m.heard("phone:demo"); heard[0] != tt.heard {
				t.Errorf("heard %.40q, want %.40q", heard[0], tt.heard)
			}
			wants(t, got, "!\x00", "!\x1b", "< Merci")
		})
	}
}

func TestScriptFails(t *testing.T) {
	broken := errors.New("broken")
	tests := []struct {
		name   string
		change func(*memory)
		c      Console
	}{
		{"store away", func(m *memory) { m.away = true }, Console{In: strings.NewReader("a\n")}},
		{"store blind", func(m *memory) { m.blind = true }, Console{In: strings.NewReader("a\n")}},
		{"input broken", nil, Console{In: iotest.ErrReader(broken)}},
		{"bad delay", nil, Console{In: strings.NewReader("~ 24x\n"), Pass: func(context.Context, string) error { return broken }}},
		{"output closed", nil, Console{In: strings.NewReader("a\n"), Out: closed{}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory()
			if tt.change != nil {
				tt.change(m)
			}
			if tt.c.Out == nil {
				tt.c.Out = io.Discard
			}
			if err := newPhone(t, m, nil).Terminal(t.Context(), tt.c); err == nil {
				t.Error("no error: the exit code would say that all went well")
			}
		})
	}
}

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// A person is somebody at the keyboard.
type person struct {
	t    *testing.T
	keys *io.PipeWriter
	done chan error

	mu     sync.Mutex
	screen bytes.Buffer
}

func (s *person) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.screen.Write(b)
}

func (s *person) types(line string) {
	s.t.Helper()
	if _, err := io.WriteString(s.keys, line+"\n"); err != nil {
		s.t.Fatal(err)
	}
}

// sees waits until a text is the last thing on the screen.
func (s *person) sees(text string) {
	s.t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		s.mu.Lock()
		screen := s.screen.String()
		s.mu.Unlock()
		if strings.HasSuffix(screen, text) {
			return
		}
		if time.Now().After(end) {
			s.t.Fatalf("want %q at the end of\n%s", text, screen)
		}
	}
}

// leaves presses Ctrl+D.
func (s *person) leaves() {
	s.t.Helper()
	s.keys.Close()
	if err := <-s.done; err != nil {
		s.t.Error(err)
	}
}

func sit(ctx context.Context, t *testing.T, p *Phone, c Console) *person {
	t.Helper()
	in, keys := io.Pipe()
	s := &person{t: t, keys: keys, done: make(chan error, 1)}
	c.In, c.Out, c.Interactive = in, s, true
	go func() { s.done <- p.Terminal(ctx, c) }()
	t.Cleanup(func() { keys.Close() })
	return s
}

func TestPersonAtTheKeyboard(t *testing.T) {
	m := newMemory()
	p := newPhone(t, m, nil)
	s := sit(t.Context(), t, p, Console{As: "phone:marie"})
	s.sees("  [3] Un ordinateur\n\n> ")
	wants(t, s.screen.String(), "# Écrivez votre message", "Ctrl+D")
	s.types("")
	s.sees("> > ")
	s.types("1")
	s.sees("  [2] Je ne la vois pas\n\n> ")
	m.set(func(m *memory) { m.say("phone:marie", "Vous êtes toujours là ?") })
	_ = p.Send(t.Context(), flows.Delivery{To: "phone:marie"})
	s.sees("\n> \n< Vous êtes toujours là ?\n\n> ")
	m.set(func(m *memory) { m.away = true })
	s.types("oui")
	s.sees("# Votre message n’est pas parti. Écrivez-le encore une fois.\n> ")
	m.set(func(m *memory) { m.away = false })
	s.types("oui")
	s.sees("  [1] Menu\n\n> ")
	s.leaves()
	if diff := cmp.Diff([]string{"1", "oui"}, m.heard("phone:marie")); diff != "" {
		t.Error(diff)
	}
}

func TestPersonComesBack(t *testing.T) {
	m := newMemory()
	p := newPhone(t, m, nil)
	playScript(t, p, Console{As: "phone:marie"}, "bonjour\n1\n")
	s := sit(t.Context(), t, p, Console{As: "phone:marie", Pass: func(context.Context, string) error { return errAway }})
	s.sees("  [2] Je ne la vois pas\n\n> ")
	wants(t, s.screen.String(), "!Quel appareil")
	s.types("~ 24x")
	s.sees("# Ce délai n’est pas compris. Exemple : ~ 24h\n> ")
	s.leaves()
	if len(m.inputs) != 2 {
		t.Errorf("%d inputs, want 2: who comes back said nothing yet", len(m.inputs))
	}
}

func TestPersonIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := sit(ctx, t, newPhone(t, newMemory(), nil), Console{})
	s.sees("> ")
	cancel()
	if err := <-s.done; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// Messages are written as transcripts write them; nothing in them steers the
// terminal.
func TestScriptWritesTheGrammarOfTranscripts(t *testing.T) {
	var out bytes.Buffer
	s := newScript(&out)
	s.heard(">", "aidant\x1b[2J")
	s.said(flows.Message{Text: "Un.\n\nDeux.\x1b[31m", Aidant: "Léa"})
	s.said(flows.Message{
		Text: "Et ça ?", Picture: &flows.Picture{Alt: "Un\x07e pomme"},
		Choices: []flows.Button{{Label: "Oui"}, {Label: "Non\x00"}},
	})
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}
	want := "> aidant[2J\n< Léa : Un.\n<\n< Deux.[31m\n\n< Et ça ?\n  ![Une pomme]\n  [1] Oui\n  [2] Non\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}
