package bot

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"passerelle/bot/sms/smstest"
	"passerelle/store"
)

// texts are what somebody received.
func texts(server *smstest.Twilio, number string) (all []string) {
	for _, m := range server.Messages(number) {
		all = append(all, m.Body)
	}
	return all
}

// wrote has somebody write an SMS, and returns once nothing of the conversation
// is left to be sent. What stands in no outbox may still follow.
func wrote(k *kit, server *smstest.Twilio, number, text string) {
	k.t.Helper()
	server.Say(number, text)
	k.await("an empty outbox", func() bool {
		unsent, err := k.store.Unsent(k.t.Context(), smsAddress(number))
		k.must(err)
		return !unsent
	})
}

// answered has somebody write an SMS, and returns what they received for it: one
// text at least.
func answered(k *kit, server *smstest.Twilio, number, text string) []string {
	k.t.Helper()
	before := len(texts(server, number))
	wrote(k, server, number, text)
	k.await("an answer", func() bool { return len(texts(server, number)) > before })
	return texts(server, number)[before:]
}

// silence has somebody write an SMS, and fails when there is an answer.
func silence(k *kit, server *smstest.Twilio, number, text string) {
	k.t.Helper()
	before := len(texts(server, number))
	wrote(k, server, number, text)
	time.Sleep(100 * time.Millisecond)
	if got := texts(server, number)[before:]; len(got) != 0 {
		k.t.Errorf("%q is answered by %q, want silence", text, got)
	}
}

// When a number has cost what it may in a day, it reads so once; STOP and people
// still pass, and others are not concerned.
func TestBudgetOfANumber(t *testing.T) {
	k, server := newSMSKit(t, func(c *Config) { c.SMS.BudgetNumber = 5 * 700 })
	who := mobile(1)
	k.texting(func() {
		for range 6 {
			wrote(k, server, who, "menu")
		}
		k.await("the sentence", func() bool {
			return slices.ContainsFunc(texts(server, who), func(text string) bool { return strings.HasPrefix(text, "Aujourd'hui") })
		})
		said := texts(server, who)
		if last := said[len(said)-1]; !strings.HasPrefix(last, "Aujourd'hui, je ne peux plus") || strings.Count(strings.Join(said, "|"), last) != 1 {
			t.Errorf("said %q, want one sentence about the end", said)
		}
		silence(k, server, who, "menu")
		answered(k, server, mobile(2), "bonjour")
		if got := answered(k, server, who, "STOP"); len(got) != 1 || !strings.HasPrefix(got[0], "C'est fait") {
			t.Errorf("STOP is answered by %q", got)
		}
		silence(k, server, who, "bonjour") // or STOP would cost money again
	})
	parts, err := k.store.Parts(t.Context(), smsAddress(who))
	k.must(err)
	cost := 0
	for _, p := range parts.Parts {
		cost += p.Price
	}
	if int64(cost) != parts.Spent || parts.Spent < 5*700 || parts.Day != k.purse.today() {
		t.Errorf("parts of %d, noted %+v", cost, parts)
	}
}

// When the day's money is spent, everybody reads so once, newcomers too as long
// as the reserve lasts, and whoever is in danger gets the number to call.
func TestBudgetOfADay(t *testing.T) {
	k, server := newSMSKit(t, func(c *Config) { c.SMS.BudgetDay = 30 * 700 })
	who := mobile(1)
	k.texting(func() {
		for k.purse.spent(wholeDay) < k.config.SMS.BudgetDay {
			answered(k, server, who, "menu")
		}
		if got := answered(k, server, who, "menu"); len(got) != 1 || !strings.HasPrefix(got[0], "Aujourd'hui, je ne peux plus") {
			t.Errorf("said %q at the end", got)
		}
		told := func() (n int) {
			for i := range 20 {
				n += len(texts(server, mobile(100+i)))
			}
			return n
		}
		for i := range 20 {
			wrote(k, server, mobile(100+i), "bonjour")
		}
		k.await("a newcomer who is told of the end", func() bool { return told() > 0 })
		if record := k.record(smsAddress(mobile(100))); record.Version != 0 {
			t.Error("a newcomer who was turned away is kept")
		}
		if got := answered(k, server, who, "je veux mourir"); len(got) == 0 || !strings.Contains(strings.Join(got, " "), "15") {
			t.Errorf("somebody in danger reads %q", got)
		}
		if got := answered(k, server, who, "stop"); len(got) != 1 {
			t.Errorf("STOP is answered by %q", got)
		}
		if n := told(); n > 3 {
			t.Errorf("%d newcomers were told of the end, with a reserve of 3 segments", n)
		}
	})
	k.purse.save(t.Context())
	sums, err := k.store.Spend(t.Context(), k.purse.today(), nil)
	k.must(err)
	const beyond = 10 * 700 // the reserve, the answer that crossed the line, danger, STOP
	if after := k.purse.spent(wholeDay); after < k.config.SMS.BudgetDay || after > k.config.SMS.BudgetDay+beyond || sums[wholeDay] != after {
		t.Errorf("%d spent, %d in the store, of %d", after, sums[wholeDay], k.config.SMS.BudgetDay)
	}
}

// A territory has a budget, and a price, of its own.
func TestBudgetOfATerritory(t *testing.T) {
	k, server := newSMSKit(t, func(c *Config) {
		c.SMS.Prices = map[string]int64{"+262": 950}
		c.SMS.Budgets = map[string]int64{"+262": 950}
	})
	k.texting(func() {
		const reunion = "+262692123456"
		answered(k, server, reunion, "bonjour")
		k.await("the cost", func() bool { return k.purse.spent("+262") >= 950 })
		if got := answered(k, server, reunion, "menu"); len(got) != 1 || !strings.HasPrefix(got[0], "Aujourd'hui, je ne peux plus") {
			t.Errorf("said %q at the end", got)
		}
		answered(k, server, mobile(1), "bonjour") // Creil has nothing to do with La Réunion
		parts, err := k.store.Parts(t.Context(), smsAddress(reunion))
		k.must(err)
		if p := parts.Parts[0]; p.Price != p.Segments*950 {
			t.Errorf("a part is noted as %+v", p)
		}
	})
}

// What two processes spent is one sum; a store that is away loses nothing of it,
// and a new day begins with nothing.
func TestPurse(t *testing.T) {
	k := newKit(t)
	k.config.SMS = smsConfig{Prefixes: []string{"+33"}, BudgetDay: 1000}
	now := monday(t)
	open := func() *purse {
		p := k.newPurse()
		p.now = func() time.Time { return now }
		return p
	}
	one, other := open(), open()
	one.count(smsAddress(mobile(1)), 300)
	other.count(smsAddress(mobile(2)), 550)
	one.save(t.Context())
	other.save(t.Context())
	one.save(t.Context())
	if a, b := one.spent(wholeDay), other.spent("+33"); a != 850 || b != 850 {
		t.Errorf("%d and %d spent, want 850", a, b)
	}
	if log := k.log.String(); strings.Count(log, "budget of SMS") != 2 { // each of the two processes tells
		t.Errorf("the log says: %s", log)
	}
	one.add = func(context.Context, string, map[string]int64) (map[string]int64, error) {
		return nil, store.ErrDamaged
	}
	one.count(smsAddress(mobile(1)), 200)
	one.save(t.Context())
	if got := one.spent(wholeDay); got != 1050 || !one.empty(smsAddress(mobile(3))) || one.empty("telegram:1") {
		t.Errorf("%d spent after the store was away", got)
	}
	one.add = k.store.Spend
	one.save(t.Context())
	if sums, err := k.store.Spend(t.Context(), one.today(), nil); err != nil || sums[wholeDay] != 1050 {
		t.Errorf("the store has %v, %v", sums, err)
	}
	now = now.AddDate(0, 0, 1)
	if one.empty(smsAddress(mobile(1))) || one.spent(wholeDay) != 0 {
		t.Error("a new day begins without money")
	}
}

// A stranger whom the provider blocked is turned away by a cap: that keeps
// nobody waiting, also not the one who is to be told.
func TestBlockedStranger(t *testing.T) {
	k, server := newSMSKit(t, nil)
	k.bot.caps = newCaps(1, 100)
	k.texting(func() {
		answered(k, server, mobile(1), "bonjour")
		server.Script(smstest.Fault{To: mobile(2), Times: 10, Code: 400, TwilioCode: 21610})
		server.Say(mobile(2), "bonjour")
		server.Say(mobile(2), "bonjour")
		answered(k, server, mobile(1), "menu")
		k.await("an open gate", func() bool { return !k.sms.Behind() })
	})
	if n := server.Failed(); n > 0 {
		t.Errorf("%d SMS were not taken", n)
	}
}

// While the gateway is away nothing piles up beyond the budgets.
func TestBudgetWhileAway(t *testing.T) {
	const day, number = 10 * 700, 5 * 700
	k, server := newSMSKit(t, func(c *Config) { c.SMS.BudgetDay, c.SMS.BudgetNumber = day, number })
	k.texting(func() {
		server.Script(smstest.Fault{Times: 10, Code: 503})
		for range 20 {
			for n := range 5 {
				server.Say(mobile(n), "menu")
			}
		}
	})
	segments := 0
	for n := range 5 {
		for _, m := range server.Messages(mobile(n)) {
			segments += m.Segments
		}
	}
	const beyond = 3 // the reserve, and the answers that crossed the line
	if segments == 0 || segments*700 > day+5*beyond*700 {
		t.Errorf("%d segments were sent, for a budget of %d", segments, day/700)
	}
}

// Whoever is in danger passes the caps on newcomers and on messages, for a while.
func TestCryPassesCaps(t *testing.T) {
	k, server := newSMSKit(t, nil)
	k.bot.caps = newCaps(1, 1)
	k.texting(func() {
		answered(k, server, mobile(1), "bonjour")
		for _, who := range []string{mobile(1), mobile(2)} {
			if got := answered(k, server, who, "je veux mourir"); len(got) == 0 || !strings.Contains(got[0], "15") {
				t.Errorf("%s in danger reads %q", who, got)
			}
		}
		for range maxUrgent + 2 {
			wrote(k, server, mobile(1), "je veux mourir")
		}
		silence(k, server, mobile(1), "je veux mourir") // or it were a trick to spend money
	})
}
