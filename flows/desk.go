package flows

import "passerelle/flows/intent"

// What an aidant does at the desk. An action that names an epoch other than
// the present one, or comes from somebody who is not in charge, changes
// nothing: its outcome is [Late].

// owns tells whether that aidant is in charge and saw the present state.
func (t *turn) owns(who AidantID, epoch uint64) bool {
	if t.c.Mode == HumanMode && t.c.Owner.ID == who && t.c.Epoch == epoch {
		t.because(Handled)
		return true
	}
	t.because(Late)
	return false
}

func (t *turn) tookOver(in TookOver) {
	again := t.c.Mode == HumanMode && t.c.Owner.ID == in.Aidant.ID
	free := (t.c.Mode == BotMode || t.c.Mode == WaitingMode) && t.c.Epoch == in.Epoch
	switch {
	case again:
		t.because(Handled)
		return
	case !free:
		t.because(Late)
		return
	}
	t.because(Handled)
	if t.c.Mode == WaitingMode {
		t.do(Close{Epoch: t.c.Epoch})
		t.cancelWaiting()
	} else {
		t.c.Request = Request{Reason: Handled, Asked: t.at}
	}
	t.c.Mode, t.c.Owner = HumanMode, in.Aidant
	t.c.Epoch++
	t.c.Request.Taken = t.at
	t.c.Misses = 0
	t.c.Question = Question{}
	t.schedule(SilenceTimer, silenceAfter)
	t.hello()
}

// hello says who steps in: a first name, and where they work if it is known.
func (t *turn) hello() {
	who := Arg{Name: "aidant", Value: t.c.Owner.Name}
	if t.c.Owner.Place == "" {
		t.say(KeyHelloAlone, who)
		return
	}
	t.say(KeyHello, who, Arg{Name: "place", Value: t.c.Owner.Place})
}

func (t *turn) wrote(in Wrote) {
	if !t.owns(in.Aidant, in.Epoch) {
		return
	}
	if t.c.Request.Unanswered {
		t.c.Request.Unanswered = false
		t.cancel(NudgeTimer, ReleaseTimer)
	}
	t.schedule(SilenceTimer, silenceAfter)
	words, _ := intent.Mask(intent.Clean(in.Text))
	t.do(Say{
		Revision: t.lib.newest.ID, Key: KeyWords, Aidant: t.c.Owner.Name,
		Args: []Arg{{Name: "words", Value: words}},
	})
}

func (t *turn) transferred(in Transferred) {
	if !t.owns(in.Aidant, in.Epoch) {
		return
	}
	from := t.c.Owner.Name
	t.c.Owner = in.To
	t.c.Epoch++
	t.schedule(SilenceTimer, silenceAfter)
	if t.c.Request.Unanswered {
		t.schedule(NudgeTimer, nudgeAfter)
		t.schedule(ReleaseTimer, releaseAfter)
	}
	t.say(KeyTransferred, Arg{Name: "aidant", Value: from}, Arg{Name: "other", Value: in.To.Name})
}

func (t *turn) released(in Released) {
	if t.owns(in.Aidant, in.Epoch) {
		t.release()
	}
}

// release puts the request back before the desk.
func (t *turn) release() {
	from := t.c.Owner.Name
	t.cancelHuman()
	t.c.Mode, t.c.Owner = WaitingMode, Aidant{}
	t.c.Epoch++
	t.c.Request.Unanswered = false
	t.wait(t.c.Request.Reason)
	t.say(KeyReleased, Arg{Name: "aidant", Value: from})
}

func (t *turn) handedBack(in HandedBack) {
	if !t.owns(in.Aidant, in.Epoch) {
		return
	}
	if in.Turn < t.c.Request.Heard {
		t.because(Late)
		return
	}
	t.backToBot(KeyReturned)
	switch {
	case t.lib.newest.Flows[in.Lesson] != nil:
		t.leave()
		t.push(in.Lesson)
	case in.Menu:
		t.ask(MenuQuestion, KeyMenu)
	default:
		t.resume()
	}
}

// backToBot ends the help of a person.
func (t *turn) backToBot(key Key) {
	t.leaveHandoff()
	t.c.Mode = BotMode
	t.c.Epoch++
	t.c.Question = Question{}
	t.say(key)
}
