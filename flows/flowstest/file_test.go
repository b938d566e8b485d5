package flowstest_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"passerelle/flows"
	"passerelle/flows/flowstest"
)

const everything = `# A comment at the top

## Tout à la fois
# what follows is every kind of line
> bonjour
< Voici

<
< un dessin
  ![Un bouton]
  [1] Oui
  [12] Non
! asked-person
= mode waiting
= step cafe.sucre
= end succeeded

>
>> 2
>>> cafe
~ demain 10h
@ léa Mairie de Creil
@ léa: Bonjour : me voici
@ léa > max La Poste
@ max
@
@ menu
@ -

## Un autre
> fin
`

func TestParse(t *testing.T) {
	f, err := flowstest.Parse("a.essai.md", []byte(everything))
	if err != nil {
		t.Fatal(err)
	}
	lea := flows.Aidant{ID: "léa", Name: "Léa"}
	in := lea
	in.Place = "Mairie de Creil"
	want := []flowstest.Line{
		{Kind: flowstest.Title, Text: "Tout à la fois"},
		{Kind: flowstest.Comment},
		{Kind: flowstest.Said, Text: "bonjour"},
		{Kind: flowstest.Text, Text: "Voici"},
		{Kind: flowstest.Blank},
		{Kind: flowstest.Text},
		{Kind: flowstest.Text, Text: "un dessin"},
		{Kind: flowstest.Picture},
		{Kind: flowstest.Choice},
		{Kind: flowstest.Choice},
		{Kind: flowstest.Alert, Text: "asked-person"},
		{Kind: flowstest.State, Text: "mode waiting"},
		{Kind: flowstest.State, Text: "step cafe.sucre"},
		{Kind: flowstest.State, Text: "end succeeded"},
		{Kind: flowstest.Blank},
		{Kind: flowstest.Said},
		{Kind: flowstest.Tapped, Button: 2},
		{Kind: flowstest.Opened, Text: "cafe"},
		{Kind: flowstest.Waited, Delay: flows.Delay{Days: 1, Clock: 601}},
		{Kind: flowstest.TookOver, Aidant: in},
		{Kind: flowstest.Wrote, Aidant: lea, Text: "Bonjour : me voici"},
		{Kind: flowstest.Transferred, Aidant: lea, To: flows.Aidant{ID: "max", Name: "Max", Place: "La Poste"}},
		{Kind: flowstest.TookOver, Aidant: flows.Aidant{ID: "max", Name: "Max"}},
		{Kind: flowstest.HandedBack},
		{Kind: flowstest.HandedBack, Menu: true},
		{Kind: flowstest.Released},
		{Kind: flowstest.Blank},
	}
	raw := strings.Split(everything, "\n")
	for i := range want {
		want[i].Number = i + 3
		want[i].Raw = raw[i+2]
	}
	if diff := cmp.Diff(want, f.Scenarios[0].Lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if len(f.Scenarios) != 2 || f.Scenarios[0].Title != "Tout à la fois" || f.Scenarios[1].Title != "Un autre" || len(f.Head) != 2 {
		t.Errorf("%d lines of head, scenarios %+v", len(f.Head), f.Scenarios)
	}
}

func TestParseErrors(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"no scenario", "# a\n\n> bonjour", "t:3: no scenario has begun: write a line \"## title\" above"},
		{"no title", "##", "t:1: something is missing: give the scenario a title: ## title"},
		{"no space", "## a\n>bonjour", "t:2: this line is not understood: begin it with >, <, ~, @, !, = or # and a space"},
		{"plain words", "## a\nbonjour", "t:2: this line is not understood: "},
		{"bad button", "## a\n>> oui", `t:2: "oui" is no number of a button: write >> 1, for example`},
		{"button zero", "## a\n>> 0", `t:2: "0" is no number of a button`},
		{"bad time", "## a\n~ bientôt", `t:2: "bientôt" is no time to let pass: write 30m, 24h, 7j or demain 10h`},
		{"alert without reason", "## a\n!", "t:2: something is missing: say why the desk is alerted"},
		{"bad aidant", "## a\n@ lé/a", `t:2: "lé/a" is no name of an aidant: write @ lea, for example`},
		{"aidant without words", "## a\n@ lea:", "t:2: something is missing: say what the aidant writes: @ lea: Bonjour"},
		{"bad aidant who writes", "## a\n@ : Bonjour", `t:2: "" is no name of an aidant`},
		{"passed on by nobody", "## a\n@ * > lea", `t:2: "*" is no name of an aidant`},
		{"passed on to nobody", "## a\n@ lea > *", `t:2: "*" is no name of an aidant`},
		{"state of one word", "## a\n= fini", "t:2: this state is not understood: write = step FLOW.STEP, = mode waiting or = end succeeded"},
		{"unknown state", "## a\n= mood good", `t:2: "mood" is no state: write step, mode or end`},
		{"unknown mode", "## a\n= mode humain", `t:2: "humain" is not known: write one of bot, waiting, human, stopped`},
		{"unknown end", "## a\n= end réussi", `t:2: "réussi" is not known: write one of succeeded, stopped`},
		{"step without lesson", "## a\n= step sucre", `t:2: "sucre" is no step: write the lesson, a dot and the step`},
		{"picture in the air", "## a\n> b\n  ![c]", "t:3: a picture stands directly below the text of its message: move it there"},
		{"picture below a button", "## a\n< b\n  [1] c\n  ![d]", "t:4: a picture stands directly below the text"},
		{"button in the air", "## a\n< b\n\n  [1] c", "t:4: a button stands directly below its message: move it there"},
		{"no button", "## a\n< b\n  [x] c", "t:3: this is no button: write two spaces and [1] label"},
		{"messages that touch", "## a\n< b\n  [1] c\n< d", "t:4: two messages touch: put an empty line between them"},
		{"not UTF-8", "## a\n> \xff", "t:2: this is not UTF-8 text: save the file as UTF-8"},
		{"NUL", "## a\n> b\n> \x00", "t:3: this is not UTF-8 text"},
		{"too large", "## a\n# " + strings.Repeat("x", 256<<10), "t:1: the file is too large: cut it in two"},
		{"all at once", "## a\nb\n>> c\n", "t:3: \"c\" is no number"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := flowstest.Parse("t", []byte(tt.text))
			if err == nil || !strings.Contains("\n"+err.Error(), "\n"+tt.want) || f != nil {
				t.Errorf("Parse = %v, %v\nwant the error %s", f, err, tt.want)
			}
		})
	}
}

func TestBytesGivesTheFileBack(t *testing.T) {
	for _, text := range []string{"", "\n", "# a", "# a\n\n\n", everything, strings.TrimSpace(everything), "## a\n> b  \n   \n"} {
		f, err := flowstest.Parse("t", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(text, string(f.Bytes())); diff != "" {
			t.Errorf("Bytes (-want +got):\n%s", diff)
		}
	}
	f, err := flowstest.Parse("t", []byte("\ufeff## a\r\n> b\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(f.Bytes()); got != "## a\n> b\n" {
		t.Errorf("a file of another system = %q", got)
	}
}

// wellFormed draws a transcript that keeps to the grammar.
func wellFormed() *rapid.Generator[string] {
	word := rapid.StringMatching(`[a-zé0-9!?«» .:>#@\[\]~=-]{0,12}`)
	line := rapid.Custom(func(t *rapid.T) string {
		w := word.Draw(t, "words")
		return rapid.SampledFrom([]string{
			"", "  ", "# " + w, "> " + w, ">", ">> 3", "~ 7j", "@", "@ -", "@ menu", "@ lea " + strings.ReplaceAll(w, ">", ""), "@ lea: a" + w, "@ lea > max",
			"! a" + w, "= mode bot", "= step a.b", "= end stopped", "## a" + w,
			"< " + w + "\n", "< " + w + "\n<\n< b\n", "< a\n  ![" + w + "]\n", "< a\n  [1] " + w + "\n  [2] " + w + "\n", "<\n  ![" + w + "]\n  [1] b\n",
		}).Draw(t, "line")
	})
	return rapid.Custom(func(t *rapid.T) string {
		lines := rapid.SliceOf(line).Draw(t, "lines")
		return strings.Join(append([]string{"# head", "## title"}, lines...), "\n")
	})
}

func TestAnyWellFormedFileComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := wellFormed().Draw(t, "file")
		f, err := flowstest.Parse("t", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := string(f.Bytes()); got != text {
			t.Fatalf("Bytes = %q\nwant    %q", got, text)
		}
	})
}

// A spoilt file is read, and then comes back, or is refused with places that
// exist. The reader never breaks.
func TestSpoiltFiles(t *testing.T) {
	rounds := 10
	if os.Getenv("PASSERELLE_LONG") != "" {
		rounds = 1000
	}
	pieces := []string{"", "\n", " ", "  ", ">", "<", "<\n", "@", "~", "!", "=", "#", "## a\n", ":", "[1] ", "![", "]", "\x00", "\xff", "\r", "\r\n", "\ufeff", "é", "9999999999999999999"}
	read, refused := 0, 0
	for range rounds {
		rapid.Check(t, func(t *rapid.T) {
			text := everything
			for range rapid.IntRange(1, 4).Draw(t, "times") {
				at := rapid.IntRange(0, len(text)).Draw(t, "at")
				cut := rapid.IntRange(0, min(12, len(text)-at)).Draw(t, "cut")
				text = text[:at] + rapid.SampledFrom(pieces).Draw(t, "piece") + text[at+cut:]
			}
			f, err := flowstest.Parse("t", []byte(text))
			if err != nil {
				refused++
				checkPlaces(t, text, err)
				return
			}
			read++
			unix := strings.ReplaceAll(strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n"), "\r", "\n")
			if got := string(f.Bytes()); got != unix {
				t.Fatalf("Bytes = %q\nwant    %q", got, unix)
			}
		})
	}
	if read == 0 || refused == 0 {
		t.Errorf("%d read, %d refused: the spoiling tests nothing", read, refused)
	}
}

func checkPlaces(t *rapid.T, text string, err error) {
	for line := range strings.Lines(err.Error()) {
		rest, found := strings.CutPrefix(line, "t:")
		number, advice, colon := strings.Cut(rest, ": ")
		n, wrong := strconv.Atoi(number)
		lines := 1 + strings.Count(text, "\n") + strings.Count(text, "\r")
		if !found || !colon || wrong != nil || n < 1 || n > lines || strings.TrimSpace(advice) == "" {
			t.Fatalf("no place or no advice in the line %q", line)
		}
	}
}
