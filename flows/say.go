package flows

// say says a sentence of the program.
func (t *turn) say(key Key, args ...Arg) {
	t.do(Say{Revision: t.lib.newest.ID, Key: key, Args: args})
}

// ask asks a question of the program and makes it the one that waits.
func (t *turn) ask(kind QuestionKind, key Key) {
	t.c.Question = Question{Kind: kind, Revision: t.lib.newest.ID}
	if key == KeyMenu && len(t.lib.newest.Topics) > 0 {
		key = KeyMenuTopics
	}
	t.offering(key)
}

// offering says a sentence and offers again the answers of the question that
// waits, so that the buttons are at hand; older buttons become stale.
func (t *turn) offering(key Key, args ...Arg) {
	t.renew()
	if t.c.Question.Kind == MenuQuestion && len(t.c.Run) > 0 {
		args = append(args, Arg{Name: "lesson", Key: t.c.Run[0].Flow.Title()})
	}
	s := Say{Revision: t.spoken(key), Key: key, Args: args, Choices: t.offers()}
	if len(s.Choices) > 0 {
		s.Turn = t.c.Turn
		t.c.Question.Turn = t.c.Turn
	}
	t.do(s)
	if t.c.Question.Timed {
		t.remindLater(t.asked(), 0)
	}
}

// renew has a question of the program ask for what there is now, before it is
// asked again: what an older revision offered may have no name any more.
func (t *turn) renew() {
	q, newest := &t.c.Question, t.lib.newest
	switch q.Kind {
	case MenuQuestion:
		if topic := newest.topic(q.Topic); topic == nil || q.Page >= len(topic.Pages) {
			q.Topic, q.Page = "", 0
		}
	case LanguageQuestion, RemindersQuestion:
	default:
		return
	}
	q.Revision = newest.ID
}

// spoken is the revision a sentence is taken from: that of the question for a
// lesson's own, else the newest.
func (t *turn) spoken(key Key) RevisionID {
	if f := t.top(); f != nil && len(key) > 4 && key[:4] != "bot." {
		return f.Revision
	}
	return t.lib.newest.ID
}

func (t *turn) do(e Effect) {
	if t.effects == nil {
		t.effects = make([]Effect, 0, 6)
	}
	t.effects = append(t.effects, e)
	if _, said := e.(Say); said {
		t.c.Spoken = t.at.Unix()
	}
}

func (t *turn) cancel(timers ...Timer) {
	for _, timer := range timers {
		t.do(Cancel{Timer: timer})
	}
}

// offers are the labels of the answers of the question that waits, in order.
func (t *turn) offers() []Arg {
	switch t.c.Question.Kind {
	case StepQuestion:
		return t.stepOffers()
	case MenuQuestion:
		return t.menuOffers()
	case DoubtQuestion, PauseQuestion, AgreeQuestion, RepeatQuestion:
		return []Arg{{Key: KeyYes}, {Key: KeyNo}}
	case RemindersQuestion:
		return t.reminderOffers()
	case MemberQuestion:
		return t.memberOffers()
	case LaterQuestion:
		offers, _ := laterAnswers()
		return offers
	case LanguageQuestion:
		return t.languageOffers()
	case OfferQuestion:
		return []Arg{{Key: KeyOfferWait}, {Key: KeyOfferAlone}, {Key: KeyOfferCancel}}
	case NoQuestion, RestQuestion:
		return nil
	}
	return nil
}

func (t *turn) stepOffers() []Arg {
	s := t.asked()
	if s == nil {
		return nil
	}
	return s.offers(t.top().Flow)
}

// offers are the labels of the answers a step of that flow accepts.
func (s *Step) offers(f FlowID) []Arg {
	if len(s.Choices) == 0 {
		return nil
	}
	offers := make([]Arg, len(s.Choices))
	for i := range s.Choices {
		offers[i].Key = s.Choices[i].Label(f, s.ID)
	}
	return offers
}

func (t *turn) menuOffers() []Arg { return labels(t.menuLines()) }

// labels are those of lines of the menu.
func labels(lines []line) []Arg {
	offers := make([]Arg, len(lines))
	for i := range lines {
		offers[i].Key = lines[i].label
	}
	return offers
}

// meanings are the labels of all that words may mean here: the answers offered,
// then those that are not shown.
func (t *turn) meanings() []Arg {
	offers := t.offers()
	if t.c.Question.Kind == MenuQuestion {
		offers = append(offers, labels(t.unlisted())...)
	}
	return offers
}

func (t *turn) languageOffers() []Arg {
	languages := t.listed().Languages
	offers := make([]Arg, len(languages))
	for i, l := range languages {
		offers[i].Key = LanguageKey(l)
	}
	return offers
}

// args are the values a step's sentences may name: what the learner told of
// themselves, what was kept in this run, its points.
func (t *turn) args(s *Step) []Arg {
	if len(s.Names) == 0 {
		return nil
	}
	args := make([]Arg, len(s.Names))
	for i, name := range s.Names {
		args[i] = t.value(name)
	}
	return args
}
