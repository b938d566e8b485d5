package content_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"passerelle/content"
	"passerelle/flows"
	"passerelle/flows/flowstest"
	"passerelle/locales"
)

var update = flag.Bool("update", false, "rewrite transcripts and golden files")

// The transcripts beside the lessons play exactly as written; with -update the
// bot's side is written anew. Together they pass through every answer, every
// branch and every ending of every lesson.
func TestTranscripts(t *testing.T) {
	bundle, err := locales.Load(locales.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	edition, problems := content.Load(content.Embedded(), bundle)
	if edition == nil {
		t.Fatal(problems)
	}
	walked := map[flows.Key]bool{}
	playTranscript(t, "testdata/aidants.essai.md", stage{edition, map[flows.Key]bool{}, true})
	playTranscript(t, "testdata/tard.essai.md", stage{edition, map[flows.Key]bool{}, false})
	files, err := filepath.Glob("lessons/*/*.essai.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) { playTranscript(t, name, stage{edition, walked, false}) })
	}
	for _, flow := range edition.Flows().Flows {
		reportUnwalked(t, flow, walked)
	}
}

// A stage is what transcripts are played on: an edition, what was walked
// through on it, and whether aidants answer there.
type stage struct {
	*content.Edition
	walked  map[flows.Key]bool
	staffed bool
}

func playTranscript(t *testing.T, name string, on stage) {
	t.Helper()
	source, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	file, err := flowstest.Parse(name, source)
	if err != nil {
		t.Fatal(err)
	}
	updated, diff, err := flowstest.Play(file, func() *flowstest.Player { return newPlayer(t, on) })
	switch {
	case err != nil:
		t.Fatal(err)
	case *update:
		if err := os.WriteFile(name, updated, 0o600); err != nil {
			t.Fatal(err)
		}
	case diff != "":
		t.Errorf("%s does not play as written; -update rewrites it:\n%s", name, diff)
	}
}

// newPlayer plays an edition as a fresh installation does, and notes which
// steps and answers were walked through.
func newPlayer(t *testing.T, on stage) *flowstest.Player {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	library := flows.NewLibrary(on.Flows())
	library.Staffed = on.staffed
	facts := []flows.Arg{{Name: "publisher", Key: "config.default.publisher"}, {Name: "contact", Key: "config.default.contact"}}
	return &flowstest.Player{
		Zone: paris,
		Advance: func(before flows.Conversation, in flows.Input) (flows.Conversation, []flows.Effect, flows.Outcome) {
			after, effects, outcome := library.Advance(before, in)
			note(on.walked, effects, outcome)
			return after, effects, outcome
		},
		Render: func(l flows.Language, say flows.Say) flows.Message { return on.Render(l, say, facts) },
	}
}

// note marks what was said and which answers were taken in one turn.
func note(walked map[flows.Key]bool, effects []flows.Effect, outcome flows.Outcome) {
	walked[outcome.Chosen] = true
	for _, effect := range effects {
		if say, ok := effect.(flows.Say); ok {
			walked[say.Key] = true
		}
	}
}

// reportUnwalked fails for every step never said and every answer never given.
func reportUnwalked(t *testing.T, flow *flows.Flow, walked map[flows.Key]bool) {
	t.Helper()
	for i := range flow.Steps {
		step := &flow.Steps[i]
		key := flow.ID.Text(step.ID)
		if step.Text && !walked[key] {
			t.Errorf("no transcript passes through %s", key)
		}
		for _, choice := range step.Choices {
			if answer := key + ".choice." + flows.Key(choice.ID); !walked[answer] {
				t.Errorf("no transcript gives the answer %s", answer)
			}
		}
	}
}
