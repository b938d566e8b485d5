package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"passerelle/flows"
)

// linesOfForm1 are lines as the first release wrote them. They never change.
func linesOfForm1() []string {
	return []string{
		`[28,13,1784896087123,"learner","d'accord",null,"fr","understood",""]`,
		`[29,13,1784896087123,"bot","",{"v":"r1","k":"l.quiz","a":[{"n":"x","v":"y"}],"t":13,"c":[{"n":"","k":"l.quiz.choice.a"}],"f":"l","p":"a.svg"},"fr","understood",""]`,
		`[30,14,1784896087123,"note","",null,"","handled","Léa"]`,
	}
}

// What is written is short, and stays readable by eye.
func TestLinesAreGolden(t *testing.T) {
	at := time.Date(2026, 7, 24, 12, 28, 7, 0, time.UTC)
	say := flows.Say{
		Revision: "7cd753709745d291", Key: "bot.example", Turn: 13, Args: []flows.Arg{{Name: "prénom", Value: "Marie"}},
		Choices: []flows.Arg{{Key: "l.s.choice.oui"}, {Key: "l.s.choice.non"}, {Key: "bot.menu"}},
	}
	for want, e := range map[string]Entry{
		`["l",28,13,17670487,"d'accord"]`:       {N: 28, Turn: 13, At: at, Who: Learner, Text: "d'accord", Reason: flows.Understood},
		`["n handled",30,14,17670487,"","Léa"]`: {N: 30, Turn: 14, At: at, Who: Note, Aidant: "Léa", Reason: flows.Handled},
		`["b",29,13,17670487,"r1","l.quiz"]`: {
			N: 29, Turn: 13, At: at, Who: Bot, Language: "fr", Reason: flows.Understood,
			Say: &flows.Say{Revision: "r1", Key: "l.quiz", Turn: 13},
		},
		`["b not-understood",29,13,17670487,"7cd753709745d291","bot.example","en",` +
			`[["","Marie","prénom"]],[["l.s.choice.oui"],[".non"],["bot.menu"]]]`: {
			N: 29, Turn: 13, At: at, Who: Bot, Language: "en", Reason: flows.NotUnderstood, Say: &say,
		},
	} {
		line, err := encodeEntry(e)
		if err != nil || string(line) != want {
			t.Errorf("%s, error %v, want %s", line, err, want)
		}
		back, err := decodeEntry(line)
		if diff := cmp.Diff(e, back); diff != "" || err != nil {
			t.Errorf("%s: error %v (-want +got):\n%s", want, err, diff)
		}
	}
}

func TestLinesOfFirstRelease(t *testing.T) {
	at := time.UnixMilli(1784896087123).UTC()
	for i, want := range []Entry{
		{N: 28, Turn: 13, At: at, Who: Learner, Text: "d'accord", Language: "fr", Reason: flows.Understood},
		{N: 29, Turn: 13, At: at, Who: Bot, Language: "fr", Reason: flows.Understood, Say: &flows.Say{
			Revision: "r1", Key: "l.quiz", Args: []flows.Arg{{Name: "x", Value: "y"}}, Turn: 13,
			Choices: []flows.Arg{{Key: "l.quiz.choice.a"}}, Flow: "l", Picture: "a.svg",
		}},
		{N: 30, Turn: 14, At: at, Who: Note, Reason: flows.Handled, Aidant: "Léa"},
	} {
		got, err := decodeEntry([]byte(linesOfForm1()[i]))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("line %d: error %v (-want +got):\n%s", want.N, err, diff)
		}
	}
}

// A later release may add places at the end.
func TestLineOfLaterRelease(t *testing.T) {
	got, err := decodeEntry([]byte(`["l",28,13,0,"d'accord","",{"new":1}]`))
	if err != nil || got.Text != "d'accord" || got.N != 28 {
		t.Errorf("%+v, error %v", got, err)
	}
}

func TestLinesThereAndBack(t *testing.T) {
	text := rapid.SampledFrom([]string{"", "fr", "en", "é <b>&\"\n", "a b", "•••"})
	arg := rapid.Custom(func(t *rapid.T) flows.Arg {
		key := rapid.StringMatching(`|[a-z]{1,2}(\.[a-z]{0,2}){0,3}`).Draw(t, "key")
		return flows.Arg{Key: flows.Key(key), Value: text.Draw(t, "value"), Name: text.Draw(t, "name")}
	})
	rapid.Check(t, func(t *rapid.T) {
		e := Entry{
			N: rapid.Uint64().Draw(t, "n"), Turn: rapid.Uint64().Draw(t, "turn"),
			At:     time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "at"), 0).UTC(),
			Who:    rapid.SampledFrom([]Who{Learner, Bot, Aidant, Note}).Draw(t, "who"),
			Reason: rapid.SampledFrom([]flows.Reason{flows.Understood, flows.Command, "", "x y"}).Draw(t, "reason"),
		}
		if e.Who == Bot {
			e.Language = rapid.SampledFrom([]flows.Language{"fr", "en", "ar"}).Draw(t, "language")
			e.Say = &flows.Say{
				Revision: "r1", Key: arg.Draw(t, "say").Key, Turn: e.Turn, Reminder: rapid.Bool().Draw(t, "reminder"),
				Args: rapid.SliceOfN(arg, 0, 3).Draw(t, "args"), Choices: rapid.SliceOfN(arg, 0, 4).Draw(t, "choices"),
				Aidant: text.Draw(t, "says"),
			}
		} else {
			e.Text, e.Aidant = text.Draw(t, "text"), text.Draw(t, "aidant")
		}
		line, err := encodeEntry(e)
		if err != nil {
			t.Fatal(err)
		}
		back, err := decodeEntry(line)
		if diff := cmp.Diff(e, back, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Fatalf("%s: error %v (-want +got):\n%s", line, err, diff)
		}
	})
}
