package flows

// MES RAPPELS: the list of what the learner may be reminded of. Choosing a line
// turns it on or off.

// listReminders shows the list.
func (t *turn) listReminders(key Key, args ...Arg) {
	t.c.Question = Question{Kind: RemindersQuestion, Revision: t.lib.newest.ID}
	t.offering(key, args...)
}

// listed is the revision whose deadlines the waiting question offers.
func (t *turn) listed() *Revision {
	if r := t.lib.revision(t.c.Question.Revision); r != nil {
		return r
	}
	return t.lib.newest
}

// reminderOffers are the lines of the list, each saying whether it is on.
func (t *turn) reminderOffers() []Arg {
	r := t.listed()
	var offers []Arg
	for _, line := range r.Lines() {
		offers = append(offers, Arg{Key: DeadlineKey(line) + state(t.c.Reminders.on(r.Members(line)))})
	}
	return append(offers, Arg{Key: KeyLater + state(t.c.Reminders.Asks == MayAsk)}, Arg{Key: KeyRemindersDone})
}

// state is the end of the keys of a line that is on or off.
func state(on bool) Key {
	if on {
		return ".on"
	}
	return ".off"
}

// memberOffers are the deadlines of the group that is asked about.
func (t *turn) memberOffers() []Arg {
	var offers []Arg
	for _, id := range t.listed().Members(t.c.Question.About) {
		offers = append(offers, Arg{Key: DeadlineKey(string(id))})
	}
	return offers
}

// pickReminder takes a line of the list.
func (t *turn) pickReminder(choice int) {
	lines := t.listed().Lines()
	switch {
	case choice < len(lines):
		t.turnReminder(lines[choice])
	case choice == len(lines):
		t.turnAsking()
	case t.c.Mode == WaitingMode:
		t.c.Question = Question{}
		t.already()
	default:
		t.resume()
	}
}

// turnReminder turns what a line stands for on or off; of a group, it first asks
// which.
func (t *turn) turnReminder(line string) {
	members := t.listed().Members(line)
	switch {
	case t.c.Reminders.on(members):
		t.unsubscribe(line)
		t.listReminders(KeyReminderOff, Arg{Name: "rappel", Key: DeadlineKey(line)})
	case len(members) == 1:
		t.turnOn(members[0])
	default:
		t.askMember(line)
	}
}

// askMember asks which deadline of a group the learner has.
func (t *turn) askMember(group string) {
	t.c.Question = Question{Kind: MemberQuestion, Revision: t.lib.newest.ID, About: group}
	t.offering(DeadlineKey(group) + ".which")
}

// pickMember takes a deadline of a group.
func (t *turn) pickMember(choice int) { t.turnOn(t.listed().Members(t.c.Question.About)[choice]) }

// turnOn reminds the learner of a deadline, and says so above the list.
func (t *turn) turnOn(id DeadlineID) {
	if !t.subscribe(id) {
		t.say(KeyReminderNot)
		t.listReminders(KeyReminders)
		return
	}
	t.listReminders(KeyReminderOn, t.named(id))
}

// once asks the question that waits once more.
func (t *turn) once() {
	if !t.anew() {
		t.resume()
	}
}

// anew asks again a question about a later day, and tells whether one waits.
func (t *turn) anew() bool {
	q := t.c.Question
	switch q.Kind {
	case RemindersQuestion:
		t.listReminders(KeyReminders)
	case MemberQuestion:
		t.askMember(q.About)
	case AgreeQuestion:
		t.askAbout(AgreeQuestion, KeyLaterMay, FlowID(q.About))
	case LaterQuestion:
		t.askAbout(LaterQuestion, KeyLater, FlowID(q.About))
	case RepeatQuestion:
		t.askAbout(RepeatQuestion, KeyLaterRepeat, FlowID(q.About))
	default:
		return false
	}
	return true
}
