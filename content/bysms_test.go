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
		{Name: "rappel", Key: flows.DeadlineKey("caf")},
		{Name: "ouvre", Key: flows.KeyDate, Value: "2026-11-28"},
		{Name: "ferme", Key: flows.KeyDate, Value: "2026-12-15"},
		{Name: "mois", Key: flows.KeyMonth, Value: "2026-09-01"},
	}
}

// Whatever the program says fits in two segments, 306 septets, or in twice as
// many of another script, and speaks of no button: a telephone with keys has none.
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
			if _, most := room(text); gsm.Measure(text).Segments > most {
				t.Errorf("%s %s by SMS: %d units: %s", language, id, gsm.Measure(text).Units, text)
			}
			for _, word := range []string{"bouton", "touchez", "button", "touch ", "الزر", "اضغط"} {
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

// menus are all screens of the menu.
func menus(r *flows.Revision) []flows.Say {
	question := flows.KeyMenu
	if len(r.Topics) > 0 {
		question = flows.KeyMenuTopics
	}
	offer := func(question flows.Key, answers ...flows.Key) flows.Say {
		say := flows.Say{Key: question}
		for _, answer := range answers {
			say.Choices = append(say.Choices, flows.Arg{Key: answer})
		}
		return say
	}
	screens := []flows.Say{offer(question, r.Offers()...), offer(flows.KeyMenuNext, r.Offers()...)}
	for i := range r.Topics {
		for page := range r.Topics[i].Pages {
			screens = append(screens, offer(flows.KeyMenuLessons, r.Topics[i].Offers(page)...))
		}
	}
	if len(r.Topics) > 0 {
		screens = append(screens, offer(question, append([]flows.Key{r.Onward()}, r.Offers()...)...))
	}
	return screens
}

// reminderLines are the labels of the list of reminders, as long as they may be.
func reminderLines(e *Edition) []flows.Arg {
	var labels []flows.Arg
	for _, line := range e.Flows().Lines() {
		labels = append(labels, flows.Arg{Key: flows.DeadlineKey(line) + ".off"})
	}
	return append(labels, flows.Arg{Key: flows.KeyLaterOff}, flows.Arg{Key: flows.KeyRemindersDone})
}

// What everybody reads is short: a first contact takes two SMS, and what is said
// often or first takes one.
func TestWhatIsSaidOftenIsShort(t *testing.T) {
	edition := builtIn(t)
	for _, language := range edition.Flows().Languages {
		says := append(menus(edition.Flows()), flows.Say{Key: flows.KeyReminder, Reminder: true})
		for _, key := range []flows.Key{
			flows.KeyWelcome, flows.KeyUnclear, flows.KeyOld, flows.KeyStop, flows.KeyStart, flows.KeyWhere, flows.KeyContact,
			flows.KeyCrisisContact, flows.KeySecret, flows.KeyWaiting, flows.KeyWaitingNobody,
		} {
			says = append(says, flows.Say{Key: key})
		}
		for _, crisis := range allCrises[:len(allCrises)-1] {
			says = append(says, flows.Say{Key: flows.KeyCrisis + "." + flows.Key(crisis)})
		}
		for _, line := range edition.Flows().Lines() {
			if language == "ar" { // an SMS holds 70 of its letters
				break
			}
			says = append(says, flows.Say{Key: flows.DeadlineKey(line) + ".reminder", Reminder: true})
		}
		for _, key := range []flows.Key{flows.KeyReminders, flows.KeyReminderOn, flows.KeyReminderOff} {
			says = append(says, flows.Say{Key: key, Choices: reminderLines(edition)})
		}
		for _, say := range says {
			say.Args = usual()
			m := edition.Render(language, say, nil)
			whole := m.SMS().Whole()
			limit, most := room(whole)
			if gsm.Foreign(whole) && len(say.Choices) > 0 {
				limit = most // titles that nobody translated stand among them
			}
			if gsm.Measure(whole).Segments > limit {
				t.Errorf("%s %s by SMS: %q", language, say.Key, m.SMS().Messages())
			}
		}
		for lesson := range edition.Flows().Flows {
			m := edition.Render(language, flows.Say{Key: flows.KeyRecall, Args: []flows.Arg{{Name: "lesson", Key: lesson.Title()}}}, nil)
			text := strings.Join(m.SMS().Messages(), "")
			if good, _ := room(text); gsm.Measure(text).Segments > good {
				t.Errorf("%s: %s", language, m.Text)
			}
		}
	}
}

// A message that we start says who writes: the name stands before the text, cut
// where it is too long, and nothing in it is a link.
func TestAReminderSaysWhoWrites(t *testing.T) {
	edition := builtIn(t)
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

// By SMS nothing of a lesson in Arabic is lost, whatever it is cut into: at most
// three messages of two segments, counted in units of 16 bits.
func TestArabicBySMSIsWhole(t *testing.T) {
	edition := builtIn(t)
	checked := 0
	for id, flow := range edition.Flows().Flows {
		if !slices.Contains(flow.Languages, "ar") {
			continue
		}
		for i := range flow.Steps {
			if !flow.Steps[i].Text {
				continue
			}
			checked++
			step := edition.Render("ar", sayStep(id, &flow.Steps[i]), usual()).SMS()
			texts := step.Messages()
			packed := func(text string) string { return strings.Join(strings.Fields(text), "") }
			if got, want := packed(strings.Join(texts, "")), packed(step.Whole()); got != want {
				t.Errorf("%s: %q by SMS is %q", id.Text(flow.Steps[i].ID), want, texts)
			}
			for _, text := range texts {
				if size := gsm.Measure(text); !size.Unicode || size.Units > size.Room(mostSegments) || strings.ContainsAny(text, "\u2068\u2069") {
					t.Errorf("%s: %+v: %q", id.Text(flow.Steps[i].ID), size, text)
				}
			}
		}
	}
	if checked < 70 {
		t.Errorf("only %d steps", checked)
	}
}
