package flows

import (
	"slices"

	"passerelle/flows/intent"
)

// asked is the step whose question waits, judged by the revision that asked
// it: those are the answers on the learner's screen.
func (t *turn) asked() *Step {
	if t.top() == nil {
		return nil
	}
	return t.standing()
}

// astray tells whether the step that asked is nowhere any more.
func (t *turn) astray() bool {
	q := t.c.Question
	ofStep := q.Kind == StepQuestion || q.Kind == PauseQuestion || q.Kind == DoubtQuestion && q.Of == StepQuestion
	return ofStep && t.asked() == nil
}

// answer reads the learner's words against the question that waits. An exact
// label wins over a command that has no slash, a command over a guess.
func (t *turn) answer(text string, command intent.Command) {
	if t.astray() {
		t.recover()
		return
	}
	read := t.discreetly(t.read(text))
	_, slashed := intent.Slashed(text)
	exact := read.Sure && read.Reason == intent.ExactLabel && !slashed
	if command != intent.NoCommand && !exact {
		t.hide = false
		t.because(Command)
		t.command(command)
		return
	}
	t.recall()
	t.understand(text, read)
}

// understand takes words that are no command.
func (t *turn) understand(text string, read intent.Reading) {
	switch {
	case read.Sure:
		t.because(Understood)
		t.pick(read.Choice)
	case t.c.Question.Kind == DoubtQuestion:
		t.c.Question.Kind = t.c.Question.Of
		t.answer(text, intent.NoCommand)
	case t.c.Question.Kind == RestQuestion:
		t.because(Command)
		t.say(KeyResume)
		t.resume()
	case t.c.Question.Kind == StepQuestion && t.c.Misses == 0 && t.answersBefore(text, read):
		t.because(Stale)
		t.say(KeyOld)
		t.resume()
		t.c.Misses = 1 // once more, and it is this question that is not understood
	case t.c.Question.Kind == StepQuestion && t.asked().Ask != intent.NoType:
		t.typed(t.asked(), text)
	case read.Choice >= 0:
		t.doubt(read.Choice)
	default:
		t.miss(NotUnderstood)
	}
}

// discreetly hides words that may hold a secret: at a discreet step only a
// label, a word accepted for it or its number is kept, and words around an
// answer are asked back.
func (t *turn) discreetly(read intent.Reading) intent.Reading {
	s := t.stepDoubted()
	if s == nil || !s.Discreet || s.Ask != intent.NoType {
		return read
	}
	switch read.Reason {
	case intent.ExactLabel, intent.AcceptedWord, intent.ByNumber, intent.ByOrdinal, intent.ByYesNo:
		t.hide = false
		return read
	case intent.ByWords, intent.Doubtful, intent.Polarity:
		read.Sure = false
	default:
	}
	t.hide = true
	return read
}

// read reads words against the answers offered now.
func (t *turn) read(text string) intent.Reading {
	readers := t.readers()
	switch t.c.Question.Kind {
	case StepQuestion:
		if s := t.asked(); s != nil {
			return t.readStep(s, text)
		}
	case MenuQuestion:
		return t.readMenu(text)
	case DoubtQuestion, PauseQuestion, AgreeQuestion, RepeatQuestion:
		return readers.YesNo.Read(text)
	case RemindersQuestion:
		return t.listed().readers(t.language()).Reminders.Read(text)
	case MemberQuestion:
		return t.listed().readers(t.language()).Members[t.c.Question.About].Read(text)
	case LaterQuestion:
		return readers.Later.Read(text)
	case LanguageQuestion:
		return t.listed().readers(t.language()).Languages.Read(text)
	case OfferQuestion:
		return readers.Offer.Read(text)
	case NoQuestion, RestQuestion:
	}
	return intent.Reading{Choice: -1}
}

// readStep reads words against the answers of a step. Where something is asked in
// the learner's own words, what could be that is no answer of ours.
func (t *turn) readStep(s *Step, text string) intent.Reading {
	read := s.reader(t.language()).Read(text)
	if s.Ask == intent.NoType || literal(read) {
		return read
	}
	if _, own := t.parse(s, text); own || !read.Sure {
		return intent.Reading{Choice: -1, Reason: intent.NothingFits}
	}
	return read
}

// reader reads the answers of a step in a language, else in the lesson's own.
func (s *Step) reader(l Language) *intent.Choices {
	if r, ok := s.Readers[l]; ok {
		return r
	}
	return s.Readers[DefaultLanguage]
}

// pick takes the answer at that place of the question that waits.
func (t *turn) pick(choice int) {
	q := t.c.Question
	if q.Kind != DoubtQuestion {
		t.c.Misses = 0
	}
	switch q.Kind {
	case StepQuestion:
		t.choose(t.asked(), choice)
	case MenuQuestion:
		t.pickMenu(choice)
	case DoubtQuestion:
		t.pickDoubt(q, choice)
	case LanguageQuestion:
		t.pickLanguage(choice)
	case PauseQuestion:
		t.pickPause(choice)
	case OfferQuestion:
		t.pickOffer(choice)
	case RemindersQuestion, MemberQuestion, AgreeQuestion, LaterQuestion, RepeatQuestion:
		t.pickDay(q.Kind, choice)
	case NoQuestion, RestQuestion:
	}
}

// pickLanguage takes a language, and goes on in it.
func (t *turn) pickLanguage(choice int) {
	if !t.speak(choice) {
		return
	}
	if f := t.top(); f != nil && t.lacks(f.Flow) {
		t.say(KeyFrench)
	}
	t.resume()
}

// pickDay takes an answer about what comes on a later day.
func (t *turn) pickDay(asked QuestionKind, choice int) {
	switch asked {
	case RemindersQuestion:
		t.pickReminder(choice)
	case MemberQuestion:
		t.pickMember(choice)
	case AgreeQuestion:
		t.pickAgree(choice)
	case LaterQuestion:
		t.pickLater(choice)
	default:
		t.pickRepeat(choice)
	}
}

func (t *turn) pickDoubt(q Question, choice int) {
	t.c.Question.Kind = q.Of
	if choice == 0 && q.Choice < len(t.meanings()) {
		t.pick(q.Choice)
		return
	}
	t.because(NotUnderstood)
	t.offering(KeyUnclear)
}

func (t *turn) pickPause(choice int) {
	if choice != 0 {
		t.say(KeyPlannedNo)
		return
	}
	t.goOn()
}

// goOn leaves a step of planned pause.
func (t *turn) goOn() {
	if s := t.asked(); s != nil {
		t.walk(t.top().Flow, s.ID, ".after", "")
		t.enter(s.Next)
		return
	}
	t.recover()
}

// choose takes an answer of a step: kept, replied to, counted, followed.
func (t *turn) choose(s *Step, i int) {
	c, f := &s.Choices[i], t.top()
	key := c.Label(f.Flow, s.ID)
	t.outcome.Chosen = key
	if c.Different {
		t.count(CountDifferent)
	}
	if c.Added {
		t.different(s)
		return
	}
	t.walk(f.Flow, s.ID, ".choice.", c.ID)
	t.keep(Answer{Name: s.Keep, Value: c.ID, Label: key})
	if c.Reply {
		t.says++
		t.do(Say{Revision: f.Revision, Key: key + ".reply", Args: t.args(s), Flow: f.Flow})
	}
	switch {
	case s.Tries == 0:
		t.follow(c.To)
	case c.Right:
		f.win(s.ID)
		t.follow(c.To)
	case f.Tries+1 < s.Tries:
		t.count(CountFailed)
		f.Tries++
		t.askStep(s)
	default:
		t.count(CountFailed)
		t.walk(f.Flow, s.ID, ".tries", "")
		f.lose(s.ID)
		t.follow(c.To)
	}
}

// different answers a learner whose screen is not the one shown: what is normal,
// the next hint, and the question again.
func (t *turn) different(s *Step) {
	t.left, t.stays = s.ID, true
	t.says++
	t.say(KeyDifferentSaid)
	if f := t.top(); f.Helped < s.Hints {
		f.Helped++
		t.says++
		t.do(Say{Revision: f.Revision, Key: f.Flow.Text(s.ID) + ".hint." + digit(f.Helped), Args: t.args(s), Flow: f.Flow})
	}
	t.askStep(s)
}

// win counts a quiz once, however often the learner comes back to it.
func (f *Frame) win(quiz StepID) {
	if !slices.Contains(f.Won, quiz) && len(f.Won) < MaxQuizzes {
		f.Won = append(slices.Clip(f.Won), quiz)
	}
}

// lose takes the point of a quiz back that was won before.
func (f *Frame) lose(quiz StepID) {
	f.Won = slices.DeleteFunc(slices.Clone(f.Won), func(s StepID) bool { return s == quiz })
}

// typed takes an answer in the learner's own words.
func (t *turn) typed(s *Step, text string) {
	value, ok := t.parse(s, text)
	if !ok {
		t.miss(Refused)
		return
	}
	t.because(Understood)
	t.c.Misses = 0
	t.keep(Answer{Name: s.Keep, Value: value})
	t.walk(t.top().Flow, s.ID, ".typed", "")
	t.follow(s.Next)
}

// parse reads an answer in the learner's own words.
func (t *turn) parse(s *Step, text string) (value string, ok bool) {
	if s.Ask == intent.YesNo {
		read := t.readers().YesNo.Read(text)
		return yesNo[max(read.Choice, 0)], read.Sure
	}
	return intent.Parse(s.Ask, text)
}

// follow leaves a question for the step its answer leads to.
func (t *turn) follow(to StepID) {
	f := t.top()
	t.left, t.stays = f.Step, to == f.Step
	if !t.stays {
		t.count(CountPassed)
		f.Trail = append(slices.Clip(f.Trail), f.Step)
		if len(f.Trail) > MaxTrail {
			f.Trail = slices.Clone(f.Trail[len(f.Trail)-MaxTrail:])
		}
	}
	t.enter(to)
}

// yesNo are the values kept for an answer of type yes or no.
var yesNo = [2]string{"oui", "non"}
