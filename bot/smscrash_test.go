package bot

import (
	mathrand "math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"passerelle/bot/phone"
	"passerelle/bot/sms/smstest"
	"passerelle/store/storetest"
)

// smsLoad is small, or with PASSERELLE_LONG=1 that of the acceptance.
func smsLoad() load {
	if storetest.Long() {
		return load{learners: 50, texts: 20, kills: 20}
	}
	return load{learners: 16, texts: 4, kills: 2}
}

// The program, or Redis, or both are killed again and again while many people
// write SMS to a provider that brings none of them a second time. In the end
// every SMS was taken once, in order, and every answer arrived, in order; what
// arrived twice was on its way when something was killed.
func TestSMSCrash(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name           string
		appendfsync    string // of Redis; empty: the embedded store
		program, redis bool   // who is killed
	}{
		{"embedded, program", "", true, false},
		{"redis, redis", "always", false, true},
		{"redis, both", "always", true, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() {
				t.Skip("starts the program many times")
			}
			c := &textCrash{crash: &crash{trial: &trial{t: t}, load: smsLoad(), program: tt.program, redis: tt.redis}}
			if tt.appendfsync != "" {
				c.server = storetest.Redis(t, "appendfsync", tt.appendfsync)
			}
			c.play()
		})
	}
}

// A textCrash is a crash whose learners write SMS.
type textCrash struct {
	*crash

	sms *smstest.Twilio
}

// smsChild is the program with that provider; it is not started yet.
func smsChild(t testing.TB, server *smstest.Twilio, settings ...string) *child {
	t.Helper()
	c := newChild(t)
	c.settings = append([]string{
		"PASSERELLE_SMS=twilio", "PASSERELLE_SMS_URL=" + server.URL(), "PASSERELLE_SMS_USER=" + smstest.Account,
		"PASSERELLE_SMS_PASSWORD=" + smstest.Token, "PASSERELLE_SMS_FROM=" + smstest.From, "PASSERELLE_URL=http://" + c.listen,
		"PASSERELLE_SMS_BUDGET_DAY=100000", "PASSERELLE_SMS_BUDGET_NUMBER=1000",
	}, settings...)
	server.SetWebhook("http://" + c.listen + smsPath)
	return c
}

// play kills while people write, and counts at the end.
func (c *textCrash) play() {
	c.t.Helper()
	c.t.Cleanup(c.explain)
	began := time.Now()
	c.sms = smstest.Start(c.t, smstest.Options{})
	var settings []string
	if c.server != nil {
		settings = append(settings, "PASSERELLE_REDIS="+c.server.URL())
	}
	c.children = []*child{smsChild(c.t, c.sms, settings...)}
	for n := range c.load.learners {
		w := newWriter(c.load.texts)
		w.address = smsAddress(mobile(n))
		c.learners = append(c.learners, w)
	}
	c.children[0].start()
	c.children[0].ready()
	c.caughtUp()
	for kill := range c.load.kills {
		c.round(kill)
	}
	c.delivered()
	c.stop()
	c.judge(began)
}

// caughtUp waits until all is taken that came in.
func (c *textCrash) caughtUp() {
	c.t.Helper()
	c.until("all taken", func() bool {
		n, ok := c.children[0].gauge("passerelle_sms_behind")
		return ok && n == 0
	})
}

// round has everybody write, and kills in the middle of it.
func (c *textCrash) round(kill int) {
	c.t.Helper()
	share := max(1, c.load.texts/c.load.kills)
	var wrote atomic.Int64
	var writing sync.WaitGroup
	for n, w := range c.learners {
		writing.Go(func() {
			for i := range share {
				time.Sleep(mathrand.N(150 * time.Millisecond)) // not all people write at once
				c.sms.Say(mobile(n), w.texts[kill*share+i])
				wrote.Add(1)
			}
		})
	}
	few := int64(mathrand.N(share*len(c.learners)) / 2)
	c.until("some written", func() bool { return wrote.Load() >= few })
	c.strike(c.kill)
	if c.redis {
		time.Sleep(mathrand.N(300 * time.Millisecond))
		c.server.Start()
	}
	if c.program {
		c.look()
		c.children[0].start()
	}
	writing.Wait()
	c.children[0].ready()
	c.caughtUp()
	if c.server != nil {
		c.look()
	}
}

// judge compares what each person received with what was said, and each
// transcript with what was written.
func (c *textCrash) judge(began time.Time) {
	c.t.Helper()
	c.look()
	h := c.house()
	defer h.close()
	c.wentBack(h)
	repeats, parts := 0, 0
	for n, w := range c.learners {
		c.checkTaken(w, false)
		said := c.texted(h, w)
		parts += len(said)
		repeats += c.compare(mobile(n), said)
	}
	most := c.load.kills * workers
	c.t.Logf("%d SMS in, %d of them not brought again by the provider, %d out, %d kills, %d sent twice (at most %d), %s",
		c.load.learners*c.load.texts, c.sms.Failed(), parts, c.load.kills, repeats, most, time.Since(began).Round(time.Millisecond))
	if repeats > most || !c.program && repeats > 0 {
		c.t.Errorf("%d SMS came again", repeats)
	}
	if c.program && c.sms.Failed() == 0 {
		c.t.Error("no SMS met a program that was away")
	}
	for _, refused := range c.sms.Refused() {
		c.t.Errorf("the provider refused: %s", refused)
	}
}

// texted is all that was said to somebody, as SMS.
func (c *textCrash) texted(h *house, w *writer) (all []string) {
	c.t.Helper()
	for n := range uint64(len(w.lines)) {
		line, ok, err := h.line(c.t.Context(), w.lines[n+1], time.UTC)
		if err != nil {
			c.t.Fatal(err)
		}
		if ok && line.From == phone.Bot {
			all = append(all, line.Message.SMS().Messages()...)
		}
	}
	return all
}

// compare walks through what one person received, and counts what came once
// more.
func (c *textCrash) compare(number string, said []string) (repeats int) {
	c.t.Helper()
	next := 0
	for _, m := range c.sms.Messages(number) {
		switch {
		case next < len(said) && m.Body == said[next]:
			next++
		case next > 0 && m.Body == said[next-1]:
			repeats++
		default:
			c.t.Errorf("SMS %d of %d is %q", next+1, len(said), m.Body)
			return repeats
		}
	}
	if next != len(said) {
		c.t.Errorf("%d SMS of %d arrived", next, len(said))
	}
	return repeats
}
