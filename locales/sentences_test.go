package locales_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
	"golang.org/x/text/unicode/norm"

	"passerelle/locales"
)

// The house rules of what the program says to learners.
const (
	maxText     = 320 // characters of one message: two or three SMS
	maxSentence = 15  // words
	maxLabel    = 24  // letters of a button, arguments not counted
)

// room returns the sentences of one embedded file.
func room(t *testing.T, name string) map[string]string {
	t.Helper()
	data, err := fs.ReadFile(locales.Embedded(), name)
	if err != nil {
		t.Fatal(err)
	}
	_, messages, err := locales.Parse(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return messages
}

// differences tells what a translation lacks, has too much, or says with other
// arguments.
func differences(source, translation map[string]string) []string {
	var found []string
	for id, text := range source {
		other, ok := translation[id]
		if !ok {
			found = append(found, id+" is not translated")
			continue
		}
		if a, b := places(text), places(other); !slices.Equal(a, b) {
			found = append(found, fmt.Sprintf("%s has the arguments %q, its translation %q", id, a, b))
		}
	}
	for id := range translation {
		if _, ok := source[id]; !ok {
			found = append(found, id+" translates nothing")
		}
	}
	slices.Sort(found)
	return found
}

func places(text string) []string {
	return slices.Compact(slices.Sorted(slices.Values(locales.Places(text))))
}

// spoken are the languages of learners. What operators and editors read is in
// the first two.
var spoken = []string{"fr", "en", "ar"}

// ofLearners tells whether learners read the sentences of a room.
func ofLearners(room string) bool {
	return room == "bot" || room == "phone" || room == "telegram" || room == "service"
}

// ofEditors tells whether a sentence of a learners' room is for editors after all.
func ofEditors(id string) bool { return strings.HasPrefix(id, "phone.atelier.") }

func TestEveryRoomIsWholeInItsLanguages(t *testing.T) {
	names, err := fs.Glob(locales.Embedded(), "*.*.toml")
	if err != nil || len(names) < 2 {
		t.Fatalf("embedded files %q, %v", names, err)
	}
	for _, name := range names {
		roomName, _, _ := strings.Cut(name, ".")
		t.Run(name, func(t *testing.T) {
			french, languages := room(t, roomName+".fr.toml"), spoken[:2]
			if ofLearners(roomName) {
				languages = spoken
			}
			for _, language := range languages {
				texts := maps.Clone(french)
				if !slices.Contains(spoken[:2], language) {
					maps.DeleteFunc(texts, func(id, _ string) bool { return ofEditors(id) })
				}
				for _, d := range differences(texts, room(t, roomName+"."+language+".toml")) {
					t.Error(language, d)
				}
			}
		})
	}
}

func TestDifferencesAreSeen(t *testing.T) {
	source := map[string]string{"a": "un {n}", "b": "deux {n} {m}", "c": "trois"}
	got := differences(source, map[string]string{"a": "one {n}", "b": "two {n} {k}", "d": "four"})
	want := []string{
		`b has the arguments ["m" "n"], its translation ["k" "n"]`,
		"c is not translated",
		"d translates nothing",
	}
	if !slices.Equal(got, want) {
		t.Errorf("differences = %q\nwant %q", got, want)
	}
}

// constants reads the string constants of one type out of a Go file, so that
// the sentences are checked against the engine's own list.
func constants(t *testing.T, file, typeName string) map[string]string {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	ast.Inspect(tree, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := spec.Type.(*ast.Ident); !ok || id.Name != typeName {
			return true
		}
		for i, name := range spec.Names {
			if lit, ok := spec.Values[i].(*ast.BasicLit); ok {
				found[name.Name], _ = strconv.Unquote(lit.Value)
			}
		}
		return true
	})
	return found
}

// needed lists the ids the program asks for.
func needed(t *testing.T, languages []string) []string {
	t.Helper()
	var ids []string
	for name, key := range constants(t, "../flows/keys.go", "Key") {
		switch name {
		case "KeyRefused", "KeyUnread", "KeySent", "KeyCrisis": // never said without a type or a kind
		default:
			ids = append(ids, key)
		}
	}
	for _, kind := range constants(t, "../flows/input.go", "MediaKind") {
		ids = append(ids, "bot.unread."+kind, "bot.sent."+kind)
	}
	for _, typ := range constants(t, "../flows/intent/intent.go", "Type") {
		if typ != "" {
			ids = append(ids, "bot.refused."+typ)
		}
	}
	for _, command := range constants(t, "../flows/intent/intent.go", "Command") {
		if command != "" {
			ids = append(ids, "bot.command."+command)
		}
	}
	for _, crisis := range constants(t, "../flows/intent/crisis.go", "Crisis") {
		if crisis != "" {
			ids = append(ids, "bot.crisis."+crisis, "bot.crisis."+crisis+".words")
		}
	}
	ids = append(ids, "bot.crisis.figures.words")
	ids = append(ids, deadlines(t)...)
	for _, language := range languages {
		ids = append(ids, "bot.language."+language)
	}
	for _, topic := range []string{"e-mail", "droits", "emploi", "demarches", "telephone", "autre"} {
		ids = append(ids, "bot.topic."+topic)
	}
	slices.Sort(ids)
	return ids
}

func TestTheBotSaysExactlyWhatTheEngineAsksFor(t *testing.T) {
	b, err := locales.Load(locales.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	ids := needed(t, b.Languages())
	if len(ids) < 60 {
		t.Fatalf("only %d keys found in the engine: %q", len(ids), ids)
	}
	for _, language := range spoken {
		texts := room(t, "bot."+language+".toml")
		for _, id := range ids {
			if texts[id] == "" {
				t.Errorf("bot.%s.toml lacks %s", language, id)
			}
		}
		for id := range texts {
			bare := strings.TrimSuffix(strings.TrimSuffix(id, ".words"), ".sms")
			if !slices.Contains(ids, bare) && !slices.Contains(ids, id) {
				t.Errorf("bot.%s.toml has %s, which the engine never says", language, id)
			}
		}
	}
}

// allowed are the arguments a sentence may use, as flows/keys.go says; the
// publisher and the contact are known everywhere.
var allowed = map[string][]string{
	"bot.menu.continue":       {"lesson"},
	"bot.where":               {"lesson", "count"},
	"bot.doubt":               {"choice"},
	"bot.example":             {"example"},
	"bot.recall":              {"lesson"},
	"bot.reminder":            {"lesson"},
	"bot.handoff.hello":       {"aidant", "place"},
	"bot.handoff.hello.alone": {"aidant"},
	"bot.handoff.transferred": {"aidant", "other"},
	"bot.handoff.released":    {"aidant"},
	"bot.words":               {"words"},
	"bot.join.code":           {"code", "word", "minutes"},
	"bot.date":                {"day", "month"},
	"bot.date.month":          {"month"},
	"bot.reminders.set":       {"rappel"},
	"bot.reminders.on":        {"rappel"},
	"bot.reminders.off":       {"rappel"},
	"bot.later":               {"lesson"},
	"bot.later.repeat":        {"lesson"},

	"bot.deadline.actualisation.reminder": {"ferme", "ouvre"},
	"bot.deadline.caf.reminder":           {"mois"},
	"bot.unread.voice":                    {"how"},
	"bot.unread.picture":                  {"how"},
	"bot.unread.place":                    {"how"},
	"bot.unread.contact":                  {"how"},
	"bot.unread.sticker":                  {"how"},
	"bot.unread.file":                     {"how"},
}

func TestArguments(t *testing.T) {
	for id, text := range room(t, "bot.fr.toml") {
		got := places(text)
		for _, name := range got {
			if name != "publisher" && name != "contact" && !slices.Contains(allowed[strings.TrimSuffix(id, ".sms")], name) {
				t.Errorf("%s uses {%s}, which nobody fills", id, name)
			}
		}
		for _, name := range allowed[id] {
			if !slices.Contains(got, name) {
				t.Errorf("%s does not use {%s}", id, name)
			}
		}
	}
	for id, names := range map[string][]string{
		"bot.welcome":              {"publisher"},
		"bot.welcome.sms":          {"publisher"},
		"bot.contact":              {"contact", "publisher"},
		"bot.crisis.contact":       {"contact"},
		"bot.handoff.nobody":       {"contact"},
		"bot.handoff.noted.nobody": {"contact"},
		"bot.handoff.expired":      {"contact"},
	} {
		if got := places(room(t, "bot.fr.toml")[id]); !slices.Equal(got, names) {
			t.Errorf("%s has the arguments %q, want %q", id, got, names)
		}
	}
}

// said are the sentences of the bot that learners read, by id.
func said(t *testing.T, language string) map[string]string {
	t.Helper()
	texts := room(t, "bot."+language+".toml")
	for id := range texts {
		if strings.HasPrefix(id, "bot.command.") || strings.HasSuffix(id, ".words") {
			delete(texts, id)
		}
	}
	return texts
}

func TestEasyToRead(t *testing.T) {
	for _, language := range spoken {
		for id, text := range said(t, language) {
			if n := utf8.RuneCountInString(text); n > maxText {
				t.Errorf("%s %s: %d characters, at most %d", language, id, n, maxText)
			}
			for _, sentence := range sentences(text) {
				if n := len(strings.Fields(sentence)); n > maxSentence {
					t.Errorf("%s %s: %d words, at most %d: %s", language, id, n, maxSentence, sentence)
				}
			}
			if text != strings.TrimSpace(text) || strings.Contains(text, " \n") || strings.Contains(text, "  ") {
				t.Errorf("%s %s: a space too many: %q", language, id, text)
			}
		}
	}
}

// sentences cuts a text at full stops and at the ends of lines. A colon does
// not end a sentence.
func sentences(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".!?؟\n", r) })
}

func TestSentencesAreCounted(t *testing.T) {
	got := sentences("Un deux. Trois ! Quatre ?\nCinq : six")
	want := []string{"Un deux", " Trois ", " Quatre ", "Cinq : six"}
	if !slices.Equal(got, want) {
		t.Errorf("sentences = %q, want %q", got, want)
	}
}

// Words that frighten, command, or belong to those who make such services.
var unkind = []string{
	"veuillez", "erreur", "invalide", "incorrect", "échec", "impossible", "saisi", "cliqu", "message automatique",
	"session", "utilisateur", "interface", "valider", "requête", "mot de passe :", " tu ", "etc",
	"error", "invalid", "wrong", "failed", "user", "click", "enter your password",
	"خطأ", "فشل", "غير صالح", "مستخدم", "انقر", "أدخل", "يجب عليك",
}

func TestKindWords(t *testing.T) {
	for _, language := range spoken {
		for id, text := range said(t, language) {
			for _, word := range unkind {
				if strings.Contains(strings.ToLower(text), word) {
					t.Errorf("%s %s says %q: %s", language, id, word, text)
				}
			}
		}
	}
}

func TestLabelsFitTheirButtons(t *testing.T) {
	labels := []string{"bot.yes", "bot.no", "bot.menu.continue", "bot.menu.person", "bot.handoff.offer.wait", "bot.handoff.offer.alone", "bot.handoff.offer.cancel", "bot.language.fr", "bot.language.en", "bot.language.ar"}
	for _, language := range spoken {
		texts := said(t, language)
		for _, id := range labels {
			label := texts[id]
			for _, name := range locales.Places(label) {
				label = strings.ReplaceAll(label, "{"+name+"}", "")
			}
			if n := utf8.RuneCountInString(label); n == 0 || n > maxLabel || strings.Contains(label, "\n") {
				t.Errorf("%s %s: %q has %d letters, at most %d", language, id, label, n, maxLabel)
			}
		}
	}
}

func TestTheWelcomeSaysWhatItMust(t *testing.T) {
	for language, words := range map[string][]string{
		"fr": {"robot", "{publisher}", "pas à pas", "téléphone", "AIDANT", "STOP"},
		"en": {"robot", "{publisher}", "step by step", "phone", "PERSON", "STOP"},
		"ar": {"روبوت", "{publisher}", "خطوة بخطوة", "هاتف", "«شخص»", "STOP"},
	} {
		text := said(t, language)["bot.welcome"]
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("%s welcome lacks %q", language, word)
			}
		}
		if lines := strings.Count(text, "\n") + 1; lines > 5 {
			t.Errorf("%s welcome has %d lines, at most 5", language, lines)
		}
		short := said(t, language)["bot.welcome.sms"]
		for _, word := range slices.DeleteFunc(words, func(w string) bool { return w == "téléphone" || w == "phone" || w == "هاتف" }) {
			if !strings.Contains(short, word) {
				t.Errorf("%s welcome by SMS lacks %q", language, word)
			}
		}
	}
}

// commands reads the words of every command: what they mean, by how a learner
// may write them.
func commands(t *testing.T, language string) map[string]string {
	t.Helper()
	meaning := map[string]string{}
	for id, words := range room(t, "bot."+language+".toml") {
		command, is := strings.CutPrefix(id, "bot.command.")
		if !is {
			continue
		}
		for word := range strings.SplitSeq(words, ",") {
			plain := fold(word)
			if plain == "" {
				t.Errorf("%s %s has an empty word", language, id)
			}
			if other, known := meaning[plain]; known && other != command {
				t.Errorf("%s: %q means both %s and %s", language, plain, other, command)
			}
			meaning[plain] = command
		}
	}
	return meaning
}

// fold writes words as a learner might: no capitals, accents or punctuation.
func fold(s string) string {
	var out strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r), unicode.IsDigit(r):
			out.WriteRune(r)
		default:
			out.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

func TestCommandWords(t *testing.T) {
	meanings := map[string]map[string]string{
		"fr": {
			"STOP": "stop", "stop SMS": "stop", "arret": "stop", "Arrêt !": "stop", "désinscription": "stop",
			"BONJOUR": "start", "Salut": "start", "coucou": "start", "start": "start", "hello": "start",
			"AIDE": "help", "au secours": "help", "ENCORE": "again", "répète": "again",
			"OÙ": "where", "on est où ?": "where", "RETOUR": "back", "précédent": "back", "retour en arrière": "back",
			"PAUSE": "pause", "MENU": "menu", "LANGUE": "lang", "AIDANT": "person", "parler à quelqu'un": "person",
			"CONTACT": "contact", "Qui êtes-vous ?": "contact", "c'est qui": "contact", "qui m'écrit ?": "contact",
			"LIER": "link", "lier mon téléphone": "link", "je veux lier": "link", "lié": "link", "DÉLIER": "unlink", "delier": "unlink",
			"MES RAPPELS": "reminders", "rappels": "reminders", "Rappel": "reminders",
		},
		"en": {
			"STOP": "stop", "unsubscribe": "stop", "HELLO": "start", "start": "start", "HELP": "help",
			"AGAIN": "again", "WHERE": "where", "BACK": "back", "PAUSE": "pause", "MENU": "menu",
			"LANGUAGE": "lang", "PERSON": "person", "talk to someone": "person", "CONTACT": "contact", "Who are you?": "contact",
			"LINK": "link", "link my phone": "link", "UNLINK": "unlink",
			"MY REMINDERS": "reminders", "reminders": "reminders",
		},
		"ar": {
			"STOP": "stop", "إيقاف": "stop", "ايقاف": "stop", "ستوب": "stop", "أوقف الرسائل": "stop", "لا أريد رسائل": "stop",
			"مرحبا": "start", "السلام عليكم": "start", "salam": "start", "مساعدة": "help", "ساعدني": "help", "لم أفهم": "help",
			"كرر": "again", "مرة أخرى": "again", "عاود": "again", "أين": "where", "وين": "where", "رجوع": "back", "retour": "back",
			"استراحة": "pause", "توقف": "pause", "مع السلامة": "pause", "قائمة": "menu", "القائمة": "menu", "لغة": "lang", "langue": "lang",
			"شخص": "person", "أريد أن أتحدث مع شخص": "person", "اتصال": "contact", "من أنت؟": "contact", "شكون": "contact",
			"ربط": "link", "ربط هاتفي": "link", "فك الربط": "unlink",
		},
	}
	answers := []string{
		"oui", "non", "fini", "suivant", "ok", "d'accord", "c'est fait", "merci", "plus tard", "annuler", "personne", "yes", "no", "done", "next", "thanks", "later", "cancel", "français", "english",
		"نعم", "لا", "تم", "التالي", "شكرا", "لاحقا", "غدا", "إلغاء", "العربية", "حسنا",
	}
	for language, want := range meanings {
		got := commands(t, language)
		for word, command := range want {
			if got[fold(word)] != command {
				t.Errorf("%s: %q means %q, want %q", language, word, got[fold(word)], command)
			}
		}
		for _, word := range answers {
			if command, taken := got[fold(word)]; taken {
				t.Errorf("%s: the answer %q means the command %s", language, word, command)
			}
		}
	}
}

func TestEverySentenceIsExplainedToTranslators(t *testing.T) {
	for _, name := range []string{"bot.fr.toml", "bot.en.toml", "bot.ar.toml"} {
		data, err := fs.ReadFile(locales.Embedded(), name)
		if err != nil {
			t.Fatal(err)
		}
		var tables map[string]map[string]string
		if err := toml.Unmarshal(data, &tables); err != nil {
			t.Fatal(err)
		}
		for id, fields := range tables {
			if fields["description"] == "" {
				t.Errorf("%s: %s has no description", name, id)
			}
			for _, place := range locales.Places(fields["other"]) {
				known := place == "publisher" || place == "contact" || strings.Contains(fields["description"], "{"+place+"}") || id == "bot.words"
				if !known {
					t.Errorf("%s: the description of %s does not explain {%s}", name, id, place)
				}
			}
		}
	}
}
