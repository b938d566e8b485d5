package content_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"passerelle/content"
	"passerelle/flows"
	"passerelle/locales"
)

// A lesson that passed the checks cannot break the engine: this writes random
// lessons, keeps those without an error, and plays each at random. Every walk
// must end or wait for something that can come, and say only whole sentences.
func TestSoundness(t *testing.T) {
	bundle, err := locales.Load(locales.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	want := 150 // lessons without an error
	if os.Getenv("PASSERELLE_LONG") != "" {
		want = 3000
	}
	clean, tried := 0, 0
	for seed := uint64(1); clean < want; seed++ {
		tried++
		w := &writer{Rand: rand.New(rand.NewPCG(seed, 7))}
		folder := w.folder()
		edition, problems := content.Load(folder, bundle)
		if content.HasErrors(problems) {
			continue
		}
		clean++
		for walk := range uint64(3) {
			if err := walkAtRandom(edition, rand.New(rand.NewPCG(seed, walk))); err != nil {
				t.Fatalf("seed %d, walk %d: %v\n%s", seed, walk, err, folder["a/a.md"].Data)
			}
		}
	}
	t.Logf("%d random lessons without an error, of %d written, 3 walks of 60 turns each", clean, tried)
}

// A writer writes random lessons.
type writer struct {
	*rand.Rand
	text  strings.Builder
	n     int  // steps of the lesson being written
	named bool // its first step keeps a name
}

// folder holds lesson a, which may call b, which may call c.
func (w *writer) folder() fstest.MapFS {
	files := fstest.MapFS{}
	for _, id := range []string{"c", "b", "a"} {
		files[id+"/"+id+".md"] = &fstest.MapFile{Data: []byte(w.lesson(id))}
	}
	return files
}

func (w *writer) printf(format string, args ...any) { fmt.Fprintf(&w.text, format, args...) }

func (w *writer) lesson(id string) string {
	w.text.Reset()
	w.printf("---\nleçon: %s\ntitre: Leçon %s\nmatériel: rien\nsilence: rappel après 1 jour\n---\n", id, id)
	w.n, w.named = 2+w.IntN(6), w.IntN(4) > 0
	if w.named {
		w.n++
		w.printf("\n## Le nom {#s0}\n\nVotre nom ?\n\n@demander texte -> retenir nom\n")
	}
	for i := range w.n {
		if i == 0 && w.named {
			continue
		}
		w.printf("\n## Étape %d {#s%d}\n\nCeci est l'étape %d. Vous avez {points}.\n", i, i, i)
		if w.named {
			w.printf("Bonjour {nom}.\n")
		}
		w.printf("\n")
		w.rest(id)
	}
	w.printf("\n## Fin {#s%d}\n\nC'est fini.\n\n@fin réussi\n", w.n)
	return w.text.String()
}

// target is a step of the lesson, rarely one that is not there.
func (w *writer) target() string {
	if w.IntN(60) == 0 {
		return "nulle-part"
	}
	return fmt.Sprintf("s%d", w.IntN(w.n+1))
}

// rest writes what a step does after its words.
func (w *writer) rest(lesson string) {
	switch w.IntN(11) {
	case 0, 1, 2, 3:
		w.answers()
	case 4:
		w.printf("- [x] Bonne\n- [ ] Mauvaise -> %s\n  Non.\n\n@essais %d\n", w.target(), 1+w.IntN(3))
	case 5:
		w.printf("@demander %s -> retenir nom\n@aide Écrivez.\n", [...]string{"texte", "nombre", "email", "oui-non"}[w.IntN(4)])
	case 6:
		w.printf("@si points >= 1 -> %s\n", w.target())
		if w.named {
			w.printf("@si nom = oui -> %s\n", w.target())
		}
		w.printf("@sinon -> %s\n", w.target())
	case 7:
		w.printf("@attendre demain 10h -> %s\n", w.target())
	case 8:
		if lesson != "c" {
			w.printf("@leçon %c\n", lesson[0]+1)
		}
	case 9:
		w.printf("@aidant besoin d'aide\n")
	case 10:
		w.printf("@fin arrêté\n")
	}
}

func (w *writer) answers() {
	for i := range 2 + w.IntN(3) {
		w.printf("- Réponse %c", 'A'+rune(i))
		if w.IntN(3) > 0 {
			w.printf(" -> %s", w.target())
		}
		w.printf("\n")
		if w.IntN(3) == 0 {
			w.printf("  D'accord.\n")
		}
	}
}

// walkAtRandom plays 60 turns.
func walkAtRandom(e *content.Edition, r *rand.Rand) error {
	lib := flows.NewLibrary(e.Flows())
	lib.Staffed = r.IntN(2) == 0
	at := time.Date(2026, 1, 12, 10, 0, 0, 0, time.UTC)
	var c flows.Conversation
	timers := map[flows.Timer]flows.Schedule{}
	for range 60 {
		at = at.Add(time.Minute)
		after, effects, outcome := lib.Advance(c, randomInput(r, c, timers, at))
		c = after
		if outcome.Reason == flows.Missing || outcome.Reason == flows.Looping {
			return fmt.Errorf("%s after %+v", outcome.Reason, c)
		}
		if len(effects) > flows.MaxEffects {
			return fmt.Errorf("%d effects: %+v", len(effects), effects)
		}
		if err := whole(e, effects); err != nil {
			return err
		}
		keepTimers(timers, effects)
		if c.Mode == flows.BotMode && c.Question.Kind == flows.PauseQuestion && timers[flows.PauseTimer].Timer == "" {
			return fmt.Errorf("a pause without an end: %+v", c)
		}
	}
	return nil
}

func keepTimers(timers map[flows.Timer]flows.Schedule, effects []flows.Effect) {
	for _, effect := range effects {
		switch e := effect.(type) {
		case flows.Schedule:
			timers[e.Timer] = e
		case flows.Cancel:
			delete(timers, e.Timer)
		case flows.Say, flows.Alert, flows.Close, flows.Hush, flows.Count:
		}
	}
}

// randomInput answers, sometimes writes something else, sometimes waits.
func randomInput(r *rand.Rand, c flows.Conversation, timers map[flows.Timer]flows.Schedule, at time.Time) flows.Input {
	if r.IntN(8) == 0 {
		for _, timer := range []flows.Timer{flows.PauseTimer, flows.ReminderTimer, flows.ExpiryTimer, flows.SilenceTimer} {
			if s, ok := timers[timer]; ok && r.IntN(2) == 0 {
				delete(timers, timer)
				return flows.Elapsed{At: at, Timer: timer, Mark: s.Mark}
			}
		}
	}
	if r.IntN(3) == 0 {
		return flows.Tapped{At: at, Turn: c.Question.Turn, Choice: r.IntN(4)}
	}
	said := []string{
		"1", "2", "3", "réponse a", "oui", "non", "a@b.fr", "12", "Leçon a", "retour", "menu", "encore",
		"aidant", "aide", "où", "pause", "zut", "stop", "bonjour", "bonne", "mauvaise",
	}
	return flows.Said{At: at, Text: said[r.IntN(len(said))]}
}

// whole tells whether every message is made of words: none empty, no key and
// no brace left over.
func whole(e *content.Edition, effects []flows.Effect) error {
	for _, effect := range effects {
		say, ok := effect.(flows.Say)
		if !ok {
			continue
		}
		m := e.Render("fr", say, []flows.Arg{{Name: "publisher", Value: "la mairie"}, {Name: "contact", Value: "3939"}})
		texts := []string{m.Text}
		for _, b := range m.Choices {
			texts = append(texts, b.Label)
		}
		for _, text := range texts {
			if strings.TrimSpace(text) == "" || strings.ContainsAny(text, "{}") || strings.Contains(text, string(say.Key)) {
				return fmt.Errorf("%s says %q", say.Key, text)
			}
		}
	}
	return nil
}
