package flows

import (
	"slices"
	"strings"
)

// A month after a lesson, one question: did you do it alone? Only learners who
// said that they may be asked are, and the answers are counted by lesson and
// département, without names.

// An Asking tells whether the learner may be asked about a lesson later.
type Asking string

// What the learner said to that. Whoever was asked is not asked again.
const (
	NeverAsked Asking = ""
	AskNot     Asking = "no"
	MayAsk     Asking = "yes"
)

// A Learned is a lesson to be asked about.
type Learned struct {
	Flow FlowID `json:"f"`
	On   Date   `json:"d"`
}

// How many days after a lesson its question comes, and how many it may be late:
// it waits until the learner is between two lessons.
const (
	askAfter = 30
	askLate  = 15
)

// lesson is the place of a lesson among those to be asked about, or -1.
func (r *Reminders) lesson(f FlowID) int {
	return slices.IndexFunc(r.Lessons, func(l Learned) bool { return l.Flow == f })
}

// finished asks what comes after a lesson. After the first one that went well it
// asks first whether it may ask about it later.
func (t *turn) finished(lesson FlowID, e Ending) {
	r := &t.c.Reminders
	if e != Succeeded || r.Asks == AskNot || lesson == t.lib.newest.First {
		t.ask(MenuQuestion, KeyMenuNext)
		return
	}
	if r.Asks == MayAsk {
		t.learned(lesson)
		t.ask(MenuQuestion, KeyMenuNext)
		return
	}
	r.Asks = AskNot // unless the answer is yes
	t.changed()
	t.askAbout(AgreeQuestion, KeyLaterMay, lesson)
}

// learned notes a lesson to be asked about in a month. Where there are too many
// the oldest is forgotten.
func (t *turn) learned(lesson FlowID) {
	r := &t.c.Reminders
	r.Lessons = slices.DeleteFunc(slices.Clone(r.Lessons), func(l Learned) bool { return l.Flow == lesson })
	if len(r.Lessons) >= MaxLearned {
		r.Lessons = r.Lessons[1:]
	}
	r.Lessons = append(r.Lessons, Learned{Flow: lesson, On: t.today().Add(askAfter)})
	t.changed()
}

// askAbout asks a question about a lesson.
func (t *turn) askAbout(kind QuestionKind, key Key, lesson FlowID) {
	t.c.Question = Question{Kind: kind, Revision: t.lib.newest.ID, About: string(lesson)}
	t.offering(key, Arg{Name: "lesson", Key: lesson.Title()})
}

// pickAgree takes whether the learner may be asked later.
func (t *turn) pickAgree(choice int) {
	if choice == 0 {
		t.c.Reminders.Asks = MayAsk
		t.learned(FlowID(t.c.Question.About))
		t.say(KeyLaterYes)
	} else {
		t.say(KeyLaterNo)
	}
	t.ask(MenuQuestion, KeyMenuNext)
}

// turnAsking turns the question on or off in the list of reminders.
func (t *turn) turnAsking() {
	r := &t.c.Reminders
	if r.Asks == MayAsk {
		r.Asks, r.Lessons = AskNot, nil
	} else {
		r.Asks = MayAsk
	}
	t.changed()
	t.listReminders(KeyReminders)
}

// nextAsking is the day of the next question, or 0.
func (t *turn) nextAsking() Date {
	first := Date(0)
	for _, l := range t.c.Reminders.Lessons {
		if first == 0 || l.On < first {
			first = l.On
		}
	}
	return first
}

// askingDue asks the question of a day, when the learner is between two lessons.
// Else it comes on a later day; after a while, not at all.
func (t *turn) askingDue(in Elapsed) {
	r := &t.c.Reminders
	if r.Ask == 0 || in.Mark != uint64(r.Ask) { //nolint:gosec // never negative
		return
	}
	today := t.today()
	over := func(l Learned) bool {
		return l.On.Add(askLate) < today || t.lib.newest.Flows[l.Flow] == nil
	}
	r.Lessons, r.Ask = slices.DeleteFunc(slices.Clone(r.Lessons), over), 0
	due := slices.IndexFunc(r.Lessons, func(l Learned) bool { return l.On <= today })
	if due < 0 {
		return
	}
	if in.Elsewhere || t.c.Mode != BotMode || len(t.c.Run) > 0 || t.c.Question.Kind != MenuQuestion {
		r.Ask = Date(in.Mark) //nolint:gosec // it is that of a day
		t.do(Schedule{Timer: LaterTimer, Mark: in.Mark, Delay: Delay{Days: 1}})
		return
	}
	t.askLater(due, today)
}

// askLater asks about the lesson at that place; others wait for another day.
func (t *turn) askLater(due int, today Date) {
	r := &t.c.Reminders
	lesson := r.Lessons[due].Flow
	r.Lessons = slices.Delete(r.Lessons, due, due+1)
	for i := range r.Lessons {
		r.Lessons[i].On = max(r.Lessons[i].On, today.Add(1))
	}
	t.changed()
	t.because(Reminded)
	t.c.Question = Question{Kind: LaterQuestion, Revision: t.lib.newest.ID, Turn: t.c.Turn, About: string(lesson)}
	t.do(Say{
		Revision: t.lib.newest.ID, Key: KeyLater, Args: []Arg{{Name: "lesson", Key: lesson.Title()}},
		Turn: t.c.Turn, Choices: t.offers(), Reminder: true, Until: today.Add(askLate),
	})
}

// laterAnswers are the answers to that question, in order, and what they count.
func laterAnswers() ([]Arg, []Counted) {
	return []Arg{{Key: KeyLaterAlone}, {Key: KeyLaterHelped}, {Key: KeyLaterNotYet}},
		[]Counted{CountAlone, CountHelped, CountNotYet}
}

// pickLater counts the answer. Whoever did not do it yet is offered the lesson
// again.
func (t *turn) pickLater(choice int) {
	lesson := FlowID(t.c.Question.About)
	_, counted := laterAnswers()
	t.counts = append(t.counts, Counter{Flow: lesson, What: counted[choice], Territory: t.c.Profile.territory()})
	t.say(KeyLaterThanks)
	if counted[choice] == CountNotYet && t.lib.newest.Flows[lesson] != nil {
		t.askAbout(RepeatQuestion, KeyLaterRepeat, lesson)
		return
	}
	t.ask(MenuQuestion, KeyMenu)
}

// pickRepeat takes whether the learner wants the lesson again.
func (t *turn) pickRepeat(choice int) {
	lesson := FlowID(t.c.Question.About)
	if choice == 0 && t.lib.newest.Flows[lesson] != nil {
		t.start(lesson)
		return
	}
	t.ask(MenuQuestion, KeyMenu)
}

// unknownTerritory is that of learners who told no postcode.
const unknownTerritory = "inconnu"

// territory is the département of the learner, as the postcode tells it.
func (p Profile) territory() string {
	code := p.Commune
	switch {
	case len(code) != 5 || strings.Trim(code, "0123456789") != "":
		return unknownTerritory
	case code[:2] == "97" || code[:2] == "98":
		return code[:3]
	case code[:3] == "200" || code[:3] == "201":
		return "2A"
	case code[:2] == "20":
		return "2B"
	}
	return code[:2]
}
