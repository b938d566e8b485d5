package flows

import "testing"

// Where nobody answers, the numbers are said and the question stays.
func TestACrisisWhereNobodyAnswers(t *testing.T) {
	k := newTalk(t, library())
	k.expect("je veux mourir", "crisis bot.crisis.life !crisis bot.crisis.contact")
	k.expect("mail", "began bot.welcome mail.debut[2] +reminder")
	before := k.c.Question
	k.expect("on dort dehors", "crisis bot.crisis.shelter !crisis bot.crisis.contact")
	if k.c.Question != before || k.c.Mode != BotMode || k.c.Misses != 0 {
		t.Errorf("the question changed: %+v", k.c)
	}
	k.expect("c'est a mourir de rire", "not-understood bot.unclear[2] +reminder")
	k.expect("pret", "understood mail.appareil[4] +reminder")
	k.say("aidant")
	k.expect("envie de mourir", "crisis bot.crisis.life !crisis bot.crisis.contact")
	k.expect("envie de mourir, mon mot de passe est Tulipe2026!", "crisis bot.crisis.life !crisis bot.crisis.contact")
}

// Where a desk is there, a person is called at once, and told again whenever
// such words come.
func TestACrisisWithADesk(t *testing.T) {
	lib := library()
	lib.Staffed = true
	k := newTalk(t, lib)
	k.say("mail")
	k.expect("je veux mourir", "crisis bot.crisis.life !crisis +expiry +wait +offer bot.handoff.waiting -reminder")
	k.expect("on dort dehors", "crisis bot.crisis.shelter !crisis bot.handoff.noted")
	if k.c.Mode != WaitingMode || k.c.Request.Reason != CrisisSeen {
		t.Errorf("mode %q, request %+v", k.c.Mode, k.c.Request)
	}
	k.take(TookOver{At: k.at, Aidant: lea, Epoch: k.c.Epoch})
	k.expect("je veux mourir", "crisis bot.crisis.life !crisis +silence +nudge +release")
	k.expect("oui", "to-person !to-person +silence")
}

// STOP is STOP, and stays so; whoever writes such words is answered with the
// numbers alone.
func TestACrisisAfterStop(t *testing.T) {
	lib := library()
	lib.Staffed = true
	k := newTalk(t, lib)
	k.say("mail")
	k.say("stop")
	k.expect("je veux mourir", "crisis bot.crisis.life")
	k.expect("merci", "silent")
	if k.c.Mode != StoppedMode || k.c.Request.Open() {
		t.Errorf("mode %q, request %+v", k.c.Mode, k.c.Request)
	}
}

// Whoever chooses an answer that is on their screen is not in danger for it.
func TestALabelIsNoCrisis(t *testing.T) {
	flow := newFlow("logement",
		Step{ID: "ou", Choices: []Choice{{ID: "on dort dehors"}, {ID: "j ai un toit"}}},
		Step{ID: "fini", End: Succeeded},
	)
	k := newTalk(t, NewLibrary(newRevision("r1", []FlowID{"logement"}, flow)))
	k.say("logement")
	k.expect("On dort dehors", "understood logement.fini bot.later.may[2]")
	k.expect("on dort dehors", "crisis bot.crisis.shelter !crisis bot.crisis.contact")
}

func TestUrgent(t *testing.T) {
	r := library().Newest()
	if !r.Urgent(" je VEUX\tmourir\x00 ") || r.Urgent("je veux mourir de rire") || r.Urgent("mail") {
		t.Error("words that cannot wait are not told from others")
	}
	if new(Revision).Urgent("je veux mourir") {
		t.Error("a revision without words knows some")
	}
}
