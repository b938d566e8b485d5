package flows

import "passerelle/flows/intent"

// Words that tell a danger are answered at once, in any mode, with the numbers
// to call. They go before all but STOP, and before the person in charge, who is
// told as well. After STOP the numbers are still an answer to whoever writes
// such words; nothing else is said then, and nothing changes: STOP is STOP.

// Urgent tells whether words tell a danger, in any language: whatever else is
// refused to whoever wrote them, these are to be taken.
func (r *Revision) Urgent(text string) bool {
	return r.Crises.Read(intent.Clean(text)) != intent.NoCrisis
}

// crisisIn reads the danger that words tell. Whoever chooses an answer that is
// on their screen says no more than that.
func (t *turn) crisisIn(text string) intent.Crisis {
	crisis := t.lib.newest.Crises.Read(text)
	if crisis == intent.NoCrisis || t.c.Mode != BotMode || t.fresh() {
		return crisis
	}
	if read := t.read(text); read.Sure && read.Reason == intent.ExactLabel {
		return intent.NoCrisis
	}
	return crisis
}

// crisis says the numbers to call, and calls a person where a desk is there.
func (t *turn) crisis(c intent.Crisis) {
	t.because(CrisisSeen)
	t.say(KeyCrisis + "." + Key(c))
	switch t.c.Mode {
	case BotMode:
		t.crisisAlone()
	case WaitingMode:
		t.c.Request.Reason = CrisisSeen
		t.heardByDesk()
		if t.lib.Staffed {
			t.offering(KeyNoted)
			return
		}
		t.offering(KeyCrisisContact)
	case HumanMode:
		t.c.Request.Reason = CrisisSeen
		t.toPerson()
	case StoppedMode:
	}
}

// crisisAlone calls a person, where one is there, to a learner who was with the
// bot. Else the question stays as it is: it can be answered later. A newcomer is
// greeted at the next words: a menu would push the numbers off a small screen.
func (t *turn) crisisAlone() {
	if t.lib.Staffed {
		t.handoff(CrisisSeen, "")
		return
	}
	t.do(Alert{Reason: CrisisSeen, Epoch: t.c.Epoch})
	t.say(KeyCrisisContact)
}
