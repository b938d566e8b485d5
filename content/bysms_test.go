package content

import (
	"slices"
	"strings"
	"testing"

	"passerelle/flows"
	"passerelle/flows/gsm"
)

// usual are the values that the sentences of the program are filled with, as
// long as they commonly are.
func usual() []flows.Arg {
	return []flows.Arg{
		{Name: "publisher", Value: "Centre social de Nogent-s-Oise"},
		{Name: "contact", Value: "01 23 45 67 89, à la mairie"},
		{Name: "lesson", Value: "Créer une adresse e-mail"},
		{Name: "count", Value: "12"},
		{Name: "choice", Value: "Mon écran est différent"},
		{Name: "example", Value: "C'est fait"},
		{Name: "aidant", Value: "Marie-Christine"},
		{Name: "other", Value: "Jean-Baptiste"},
		{Name: "place", Value: "Mairie de Creil"},
		{Name: "how", Key: flows.KeyUnreadTouch},
		{Name: "words", Value: "Bonjour !"},
		{Name: "code", Value: "482 913"},
		{Name: "word", Value: "LIER 482 913"},
		{Name: "minutes", Value: "15"},
	}
}

// Whatever the program says fits in two segments, 306 septets, and speaks of no
// button: a telephone with keys has none.
func TestSentencesBySMS(t *testing.T) {
	bundle := sentencesOf(t)
	edition := collect(Embedded(), bundle).edition(nil)
	checked := 0
	for _, language := range bundle.Languages() {
		for _, id := range bundle.IDs(language) {
			key, _ := strings.CutSuffix(id, ".sms")
			if !strings.HasPrefix(id, "bot.") || strings.HasPrefix(id, "bot.command.") || strings.HasSuffix(id, ".words") {
				continue
			}
			say := flows.Say{Key: flows.Key(key), Args: usual(), Reminder: flows.Key(key) == flows.KeyReminder}
			message := edition.Render(flows.Language(language), say, nil)
			checked++
			text := message.SMS().Whole()
			if size := gsm.Measure(text); size.Segments > mostSegments {
				t.Errorf("%s %s by SMS: %d units: %s", language, id, size.Units, text)
			}
			for _, word := range []string{"bouton", "touchez", "button", "touch "} {
				if strings.Contains(strings.ToLower(text), word) {
					t.Errorf("%s %s by SMS says %q: %s", language, id, word, text)
				}
			}
		}
	}
	if checked < 120 {
		t.Errorf("only %d sentences", checked)
	}
}

// What everybody reads is short: a first contact takes two SMS, and what is said
// often or first takes one.
func TestWhatIsSaidOftenIsShort(t *testing.T) {
	bundle := sentencesOf(t)
	edition, problems := Load(Embedded(), bundle)
	if edition == nil {
		t.Fatal(problems)
	}
	for _, language := range edition.Flows().Languages {
		menu := flows.Say{Key: flows.KeyMenu}
		for _, lesson := range edition.Flows().Menu {
			menu.Choices = append(menu.Choices, flows.Arg{Key: lesson.Title()})
		}
		menu.Choices = append(menu.Choices, flows.Arg{Key: flows.KeyMenuPerson})
		says := []flows.Say{menu, {Key: flows.KeyReminder, Reminder: true}}
		for _, key := range []flows.Key{
			flows.KeyWelcome, flows.KeyUnclear, flows.KeyOld, flows.KeyStop, flows.KeyStart, flows.KeyWhere, flows.KeyContact,
			flows.KeyCrisisContact, flows.KeySecret, flows.KeyWaiting, flows.KeyWaitingNobody,
		} {
			says = append(says, flows.Say{Key: key})
		}
		for _, crisis := range allCrises[:len(allCrises)-1] {
			says = append(says, flows.Say{Key: flows.KeyCrisis + "." + flows.Key(crisis)})
		}
		for _, say := range says {
			say.Args = usual()
			m := edition.Render(language, say, nil)
			if texts := m.SMS().Messages(); len(texts) != 1 || gsm.Measure(texts[0]).Segments != 1 {
				t.Errorf("%s %s by SMS: %q", language, say.Key, texts)
			}
		}
		for lesson := range edition.Flows().Flows {
			m := edition.Render(language, flows.Say{Key: flows.KeyRecall, Args: []flows.Arg{{Name: "lesson", Key: lesson.Title()}}}, nil)
			if gsm.Measure(strings.Join(m.SMS().Messages(), "")).Segments != 1 {
				t.Errorf("%s: %s", language, m.Text)
			}
		}
	}
}

// A message that we start says who writes: the name stands before the text, cut
// where it is too long, and nothing in it is a link.
func TestAReminderSaysWhoWrites(t *testing.T) {
	edition, problems := Load(Embedded(), sentencesOf(t))
	if edition == nil {
		t.Fatal(problems)
	}
	reminders := []flows.Say{{Key: flows.KeyReminder, Args: usual(), Reminder: true}}
	for key := range edition.words["fr"] {
		if strings.Contains(key, ".reminder.") {
			reminders = append(reminders, flows.Say{Key: flows.Key(key), Reminder: true})
		}
	}
	if len(reminders) < 3 {
		t.Errorf("only %d reminders", len(reminders))
	}
	long := strings.Repeat("Très ", 7) + "long nom de structure"
	for _, name := range []string{"Mairie de Creil", long} {
		want := strings.TrimSpace(string([]rune(name)[:min(40, len([]rune(name)))]))
		for _, say := range reminders {
			facts := []flows.Arg{{Name: "publisher", Value: name}}
			say.Args = slices.DeleteFunc(slices.Clone(say.Args), func(a flows.Arg) bool { return a.Name == "publisher" })
			text := edition.Render("fr", say, facts).SMS().Text
			if !strings.HasPrefix(text, want+" : ") || strings.Contains(text, "://") || strings.Count(text, want) != 1 {
				t.Errorf("%s reads %q, want %q first", say.Key, text, want)
			}
		}
	}
	if m := edition.Render("fr", flows.Say{Key: flows.KeyMenu}, usual()); m.From != "" {
		t.Errorf("an answer is from %q", m.From)
	}
	text := edition.Render("fr", reminders[0], nil).SMS().Text
	if !strings.Contains(text, "STOP") {
		t.Errorf("the reminder does not say how to end messages: %s", text)
	}
}
