package flows

import (
	"slices"
	"testing"

	"passerelle/flows/intent"
)

// plurilingual knows French, Arabic and English; "mail" has words in French and
// Arabic, and the lesson it plays in French alone.
func plurilingual() *Library {
	mail, secret := mail(), secret()
	mail.Languages, secret.Languages = []Language{"fr", "ar"}, []Language{"fr"}
	r := newRevision("r1", []FlowID{"mail", "secret"}, mail, secret)
	r.Languages = []Language{"fr", "ar", "en"}
	readers := func(start []string, person string) *Readers {
		made := *r.Readers["en"]
		made.Commands = intent.CompileCommands([]intent.CommandWords{
			{Command: intent.Start, Words: start}, {Command: intent.Person, Words: []string{person}},
		})
		made.Languages = choices("Français", "العربية", "English")
		return &made
	}
	r.Readers["ar"], r.Readers["en"] = readers([]string{"marhaba", "hey"}, "شخص"), readers([]string{"hi", "hey"}, "person")
	r.Readers["fr"].Languages = choices("Français", "العربية", "English")
	return NewLibrary(r)
}

// The first words tell the language only where nothing else can be meant.
func TestFirstWordsTellTheLanguage(t *testing.T) {
	for text, want := range map[string]Language{
		"bonjour": "", "mail": "", "marhaba": "ar", "hi": "en", "Hi !": "en", "hey": "", "مرحبا": "ar", "أريد بريدا": "ar", "شخص": "ar",
		"سلام کمک": "", "person": "", "aidant": "", "dort dehors": "",
	} {
		k := newTalk(t, plurilingual())
		k.say(text)
		if got := k.c.Profile.Language; got != want {
			t.Errorf("%q: language %q, want %q", text, got, want)
		}
	}
	k := newTalk(t, plurilingual())
	k.say("bonjour")
	k.say("مرحبا")
	if got := k.c.Profile.Language; got != "" {
		t.Errorf("words in the middle of a conversation: language %q", got)
	}
	k = newTalk(t, plurilingual())
	if k.say("شخص"); k.c.Mode != WaitingMode {
		t.Errorf("a command as the first word: mode %q", k.c.Mode)
	}
}

// Before a lesson that is not translated, and once, the learner reads that it is
// in French.
func TestALessonInFrench(t *testing.T) {
	tests := []struct {
		name   string
		speaks Language
		text   string
		lesson FlowID
		want   bool
	}{
		{"in French", "fr", "mail", "", false},
		{"translated", "ar", "mail", "", false},
		{"not translated", "en", "mail", "", true},
		{"another not translated", "ar", "secret", "", true},
		{"the language chosen within", "fr", "العربية", "secret", true},
		{"a language it has, chosen within", "en", "العربية", "mail", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k := newTalk(t, plurilingual())
			k.say("bonjour")
			if tt.lesson != "" {
				k.say(string(tt.lesson))
				k.say("langue")
			}
			k.c.Profile.Language = tt.speaks
			_, effects, _ := k.lib.Advance(k.c, Said{At: k.at, Text: tt.text})
			told := slices.ContainsFunc(effects, func(e Effect) bool {
				say, ok := e.(Say)
				return ok && say.Key == KeyFrench
			})
			if told != tt.want {
				t.Errorf("told that it is in French: %v, want %v", told, tt.want)
			}
		})
	}
}

// First words in Arabic that are LIER and a code are read in Arabic from the
// start: the code is looked up, and hidden.
func TestTheFirstWordsLink(t *testing.T) {
	p := newPhones(t)
	p.lib = plurilingual()
	p.lib.newest.Readers["ar"].Commands = intent.CompileCommands([]intent.CommandWords{
		{Command: intent.Link, Words: []string{"اربط"}},
	})
	p.says(onSMS, "bonjour", "greeted bot.welcome bot.menu[3]")
	p.says(onSMS, "1", "began mail.debut[2] +reminder")
	p.says(onSMS, "lier", "command bot.join.code")
	effects, outcome := p.turn(onTele, Said{At: p.at, Text: "اربط K7T4PD"})
	p.gets("LIER in Arabic", string(outcome.Reason)+" "+describe(effects), "linked bot.welcome bot.join.done mail.debut[2] +reminder")
	if outcome.Heard != "اربط •••" || p.of(onTele).Profile.Language != "ar" {
		t.Errorf("heard %q, language %q", outcome.Heard, p.of(onTele).Profile.Language)
	}
}

// The answer to a question about languages is one of those that were asked.
func TestALanguageOfThoseAsked(t *testing.T) {
	for _, tt := range []struct {
		name, picked string
		now          []Language
		want         Language
		said         string
	}{
		{"one more in the middle", "2", []Language{"fr", "ar", "en"}, "en", "understood bot.language.done bot.menu[3]"},
		{"while waiting", "2", []Language{"fr", "ar", "en"}, "en", "understood bot.language.done bot.handoff.nobody"},
		{"taken away", "2", []Language{"fr", "ar"}, "", "understood bot.language[2]"},
		{"not understood", "qsdfgh", []Language{"fr", "ar", "en"}, "", "not-understood bot.unclear[3]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			old, newer := library().newest, plurilingual().newest
			k := newTalk(t, NewLibrary(old))
			k.say("bonjour")
			if tt.name == "while waiting" {
				k.say("aidant")
			}
			k.say("langue")
			newer.ID, newer.Languages = "r2", tt.now
			newer.Readers["fr"].Commands = old.Readers["fr"].Commands
			k.lib = NewLibrary(newer, old)
			k.expect(tt.picked, tt.said)
			if got := k.c.Profile.Language; got != tt.want {
				t.Errorf("language %q, want %q", got, tt.want)
			}
		})
	}
}
