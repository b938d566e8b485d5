package flows

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/flows/intent"
)

func TestCodes(t *testing.T) {
	p := newPhones(t)
	p.begin(onSMS)
	p.says(onSMS, "lier mon téléphone", "command bot.join.code")
	p.says(onSMS, "lier", "command bot.join.code") // the same code
	p.says(onSMS, "lier K7T4PD", "command bot.join.own")
	p.says(onTele, "lier K7T4PX", "wrong-code bot.welcome bot.join.wrong bot.menu[2]")
	p.at = p.at.Add(11 * time.Minute)
	p.says(onSMS, "lier", "command bot.join.code")
	p.says(onTele, "lier K7T4PD", "wrong-code bot.join.wrong")
	p.says(onTele, "Lier  wx-22-33 !", "linked bot.join.done mail.debut[2] +reminder")
	p.says("phone:c", "lier WX2233", "wrong-code bot.welcome bot.join.wrong bot.menu[2]")
	if got := p.of(onTele).Join; got.Peer != onSMS || got.Wrong != 2 || got.Since.IsZero() {
		t.Errorf("joined: %+v", got)
	}
	p.fresh = nil
	p.says(onSMS, "lier", "command bot.join.none")
}

func TestACodeIsOver(t *testing.T) {
	p := newPhones(t)
	p.begin(onSMS)
	p.says(onSMS, "lier", "command bot.join.code")
	p.at = p.at.Add(CodeLife)
	p.says(onTele, "lier K7T4PD", "wrong-code bot.welcome bot.join.wrong bot.menu[2]")
	p.says(onSMS, "lier K7T4PD", "wrong-code bot.join.wrong")
}

func TestTooManyWrongCodes(t *testing.T) {
	p := newPhones(t)
	p.begin(onSMS)
	p.says(onTele, "bonjour", "greeted bot.welcome bot.menu[2]")
	for range MaxWrong {
		p.says(onTele, "lier 222222", "wrong-code bot.join.wrong")
	}
	p.says(onSMS, "lier", "command bot.join.code")
	if asked := p.lib.Newest().Linking(p.of(onTele), Said{At: p.at, Text: "lier K7T4PD"}); asked.Code != "" {
		t.Errorf("looked at once more: %+v", asked)
	}
	p.says(onTele, "lier K7T4PD", "wrong-code bot.join.many")
	p.at = p.at.Add(time.Hour)
	p.says(onSMS, "lier", "command bot.join.code")
	p.says(onTele, "lier WX2233", "linked bot.join.done mail.debut[2] +reminder")
}

// The code is nowhere but in the conversation that gave it, for as long as it
// is good.
func TestACodeStaysOutOfTheTranscript(t *testing.T) {
	p := newPhones(t)
	p.begin(onSMS)
	effects, _ := p.turn(onSMS, Said{At: p.at, Text: "lier"})
	want := []Arg{{Name: "code", Value: "K7T-4PD", Secret: true}, {Name: "word", Value: "K7T4PD", Secret: true}, {Name: "minutes", Value: "15"}}
	if diff := cmp.Diff(want, effects[0].(Say).Args); diff != "" {
		t.Error(diff)
	}
	for _, mode := range []Mode{BotMode, WaitingMode, HumanMode, StoppedMode} {
		c := Conversation{Address: onTele, Mode: mode, Question: Question{Kind: RestQuestion}}
		_, _, outcome := p.lib.Advance(c, Said{At: p.at, Text: "Lier k7t 4PD"})
		if outcome.Heard != "Lier •••" {
			t.Errorf("mode %q: heard %q", mode, outcome.Heard)
		}
	}
}

func TestCodeIn(t *testing.T) {
	for text, want := range map[string]string{
		"lier K7T4PD": "K7T4PD", "LIER k7t-4pd": "K7T4PD", "Lier : k7t 4pd.": "K7T4PD", "lier K 7 T 4 P D": "K7T4PD",
		"lier mon téléphone k7t4pd": "K7T4PD", "link K7T4PD": "K7T4PD", "lier 222222": "222222", "lier K7T4": "K7T4",
		"lier « K7T4PD »": "K7T4PD", "lier": "", "lier mon téléphone": "", "mon lier K7T4PD": "K7T4PD",
		"lier maison": "", "lier été224": "", "lier K7T4PDK7T4PD": "", "délier K7T4PD": "", "lier ٣٤٥٦٧٨": "", "lier K7": "", "": "", " ": "",
		// Kind words, other words, no space, both words turned round.
		"lier K7T4PD merci": "K7T4PD", "lier k7t 4pd svp !": "K7T4PD", "lier K7T4PD s'il vous plaît 🙂": "K7T4PD", "merci de lier K7T4PD": "K7T4PD",
		"lier K7T4 merci": "K7T4", "LIERK7T4PD": "K7T4PD", "lier:k7t-4pd": "K7T4PD", "LIER\nK7T4PD": "K7T4PD", "je veux lier K7T4PD": "K7T4PD",
		"je veux lier mon téléphone K7T4PD ok": "K7T4PD", "K7T4PD lier": "K7T4PD", "merci LIERK7T4PD": "K7T4PD",
		"je ne veux pas lier K7T4PD": "", "ne plus lier K7T4PD": "", "K7T4PDLIER": "",
		// The code alone.
		"K7T4PD": "K7T4PD", "k7t-4pd": "K7T4PD", "k7t 4pd": "K7T4PD", "K 7 T 4 P D": "K7T4PD", "K7T4PD.": "K7T4PD", "K7T4PD merci": "K7T4PD",
		"code K7T4PD": "K7T4PD", "mon code : K7T 4PD": "K7T4PD", "le code c'est K7T4PD": "K7T4PD", "my code is K7T4PD": "K7T4PD",
		"222222": "", "KTTPPD": "", "code 482493": "", "3 h 25 mn": "", "K7T4P": "", "K7T4PDD": "", "K7T4P0": "", "la porte K7T4PD": "", "K7T4PD ou pas": "",
	} {
		turn := turn{lib: library()}
		if got := turn.codeIn(intent.Clean(text)).code; got != want {
			t.Errorf("%q: code %q, want %q", text, got, want)
		}
	}
}

// A code, or what has the shape of one beside LIER, is nowhere in what was heard.
func TestACodeIsHidden(t *testing.T) {
	for text, want := range map[string]string{
		"K7T4PD": "•••", "mon code K7T-4PD merci": "mon code ••• merci", "lier K7T4PD svp": "lier ••• svp", "LIERK7T4PD": "LIER•••",
		"je ne veux pas lier K7T 4PD": "je ne veux pas lier •••", "lier la porte K7T4PD, ou WX22": "lier la porte ••• ou •••",
		"lier K7T4PDK7T4PD": "lier K7T4PDK7T4PD", "la porte K7T4PD": "la porte K7T4PD", "lier le 2": "lier le 2",
		"K7T4P2 et lier K7T4PD": "••• et lier •••", "mon code 482193": "mon code ••••",
	} {
		c := Conversation{Address: onTele, Mode: HumanMode}
		_, _, outcome := library().Advance(c, Said{At: monday, Text: text})
		if outcome.Heard != want {
			t.Errorf("%q: heard %q, want %q", text, outcome.Heard, want)
		}
	}
}

// What the question takes for an answer is one, whatever it looks like.
func TestACodeThatIsAnAnswer(t *testing.T) {
	lib := NewLibrary(newRevision("r1", []FlowID{"porte"}, newFlow("porte",
		Step{ID: "quelle", Choices: []Choice{{ID: "K7T4PD"}, {ID: "autre"}}},
		Step{ID: "nom", Ask: intent.Text},
		Step{ID: "ville", Ask: intent.Postcode},
		Step{ID: "fin", End: Succeeded},
	)))
	k := newTalk(t, lib)
	k.say("porte")
	k.expect("k7t4pd", "understood porte.nom")
	k.expect("K7T4PD", "understood porte.ville")
	k.expect("K7T4PD", "wrong-code bot.join.wrong")
}

// A code alone joins, in the middle of a lesson or as the first word.
func TestACodeAlone(t *testing.T) {
	p := newPhones(t)
	p.begin(onSMS)
	p.says(onSMS, "lier", "command bot.join.code")
	p.says(onTele, "k7t-4pd", "linked bot.welcome bot.join.done mail.debut[2] +reminder")
	p.says(onTele, "lier", "command bot.join.code")
	p.begin("phone:c")
	p.says("phone:c", "mon code 482193", "secret bot.secret mail.debut[2] +reminder")
	p.says("phone:c", "mon code WX22 33 merci", "linked bot.join.done mail.debut[2] +reminder")
}

// What the codes were looked up for holds in the turn, though the conversation
// has another question, in another language, by then.
func TestOneReadingOfACode(t *testing.T) {
	lib := library()
	c := Conversation{Address: onTele, Question: Question{Kind: RestQuestion}}
	for _, tt := range []struct {
		text string
		code *Code
		want string
	}{
		{"K7T4PD", &Code{Of: onSMS, Text: "K7T4PD"}, "linked bot.join.done bot.menu[2]"},
		{"K7T4PD", &Code{}, "command bot.resume bot.menu[2]"},
		{"couple K7T4PD", &Code{Of: onSMS, Text: "K7T4PD"}, "linked bot.join.done bot.menu[2]"},
	} {
		_, effects, outcome := lib.Advance(c, Said{At: monday, Text: tt.text, Code: tt.code})
		if got := strings.TrimSpace(string(outcome.Reason) + " " + describe(effects)); got != tt.want {
			t.Errorf("%q, %+v: %q, want %q", tt.text, tt.code, got, tt.want)
		}
		if tt.code.Text != "" && outcome.Heard != hidden {
			t.Errorf("heard %q", outcome.Heard)
		}
	}
	asked := lib.Newest().Linking(c, Said{At: monday, Text: "2222 lier"})
	if asked != (Linking{Fresh: true}) {
		t.Errorf("asked %+v", asked)
	}
}

// Being joined again and again does not buy more guesses.
func TestWrongCodesStayCounted(t *testing.T) {
	p := joinedPhones(t)
	for range MaxWrong - 1 {
		p.at = p.at.Add(time.Second)
		p.take(onTele, Said{At: p.at, Text: "lier 222222"})
	}
	p.says("phone:c", "lier", "command bot.welcome bot.join.code bot.menu[2]")
	p.says(onTele, "lier WX2233", "linked bot.join.done mail.debut[2] +reminder")
	p.says(onTele, "lier 222222", "wrong-code bot.join.wrong")
	p.says(onTele, "lier 222222", "wrong-code bot.join.many")
	p.says(onTele, "délier", "command bot.join.parted")
	p.says(onTele, "lier 222222", "wrong-code bot.join.many")
}

// A code given before STOP joins nobody.
func TestACodeAndThenSTOP(t *testing.T) {
	p := newPhones(t)
	p.begin(onSMS)
	p.says(onSMS, "lier", "command bot.join.code")
	stopped := p.of(onSMS)
	stopped.Mode = StoppedMode
	_, effects, outcome := p.lib.Advance(stopped, Joined{At: p.at, Code: "K7T4PD", Peer: onTele})
	p.gets("joined", strings.TrimSpace(string(outcome.Reason)+" "+describe(effects)), "late")
	p.says(onSMS, "stop", "stop hush bot.stop -reminder")
	if got := p.of(onSMS).Join.Code; got != "" {
		t.Errorf("the code %q is kept", got)
	}
	p.says(onTele, "lier K7T4PD", "wrong-code bot.welcome bot.join.wrong bot.menu[2]")
}
