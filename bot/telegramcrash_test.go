package bot

import (
	"fmt"
	mathrand "math/rand/v2"
	"strings"
	"testing"
	"time"

	"passerelle/bot/telegram/telegramtest"
	"passerelle/flows"
	"passerelle/store/storetest"
)

// telegramLoad is small, or with PASSERELLE_LONG=1 that of the acceptance.
func telegramLoad() load {
	if storetest.Long() {
		return load{learners: 50, texts: 20, kills: 20}
	}
	return load{learners: 16, texts: 4, kills: 2}
}

// The program, or Redis, or both are killed again and again while many people
// write in Telegram, which brings again what was not acknowledged. In the end
// every update was taken once, in order, and every answer stands in its chat,
// in order; what stands there twice was on its way when something was killed.
func TestTelegramCrash(t *testing.T) {
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
	for mode, webhook := range modes() {
		for _, tt := range tests {
			if webhook == (tt.appendfsync != "") && !storetest.Long() {
				continue // each mode has its store, with PASSERELLE_LONG=1 all
			}
			t.Run(mode+", "+tt.name, func(t *testing.T) {
				t.Parallel()
				if testing.Short() {
					t.Skip("starts the program many times")
				}
				c := &chatCrash{crash: &crash{trial: &trial{t: t}, load: telegramLoad(), program: tt.program, redis: tt.redis}}
				if tt.appendfsync != "" {
					c.server = storetest.Redis(t, "appendfsync", tt.appendfsync)
				}
				c.play(webhook)
			})
		}
	}
}

// A chatCrash is a crash whose learners write in Telegram.
type chatCrash struct {
	*crash

	telegram *telegramtest.Server
}

// play kills while people write, and counts at the end.
func (c *chatCrash) play(webhook bool) {
	c.t.Helper()
	c.t.Cleanup(c.explain)
	began := time.Now()
	c.telegram = telegramtest.Start(c.t)
	var settings []string
	if c.server != nil {
		settings = append(settings, "PASSERELLE_REDIS="+c.server.URL())
	}
	c.children = []*child{telegramChild(c.t, c.telegram, webhook, settings...)}
	for n := range c.load.learners {
		w := newWriter(c.load.texts)
		w.address = flows.Address(fmt.Sprint("telegram:", n+1))
		c.learners = append(c.learners, w)
	}
	c.children[0].start()
	c.children[0].ready()
	for kill := range c.load.kills {
		c.round(kill)
	}
	c.until("all taken", func() bool { return c.telegram.Pending() == 0 })
	c.delivered()
	c.stop()
	c.judge(began)
}

// round has everybody write, and kills in the middle of it.
func (c *chatCrash) round(kill int) {
	c.t.Helper()
	share := max(1, c.load.texts/c.load.kills)
	for i := range share {
		for n, w := range c.learners {
			c.telegram.Say(int64(n+1), w.texts[kill*share+i])
		}
	}
	all := share * len(c.learners)
	few := mathrand.N(all / 2)
	c.until("some taken", func() bool { return c.telegram.Pending() <= all-few })
	c.strike(c.kill)
	if c.redis {
		time.Sleep(mathrand.N(300 * time.Millisecond))
		c.server.Start()
	}
	if c.program {
		c.look()
		c.children[0].start()
	}
	c.until("what was written before the next blow", func() bool { return c.telegram.Pending() == 0 })
	if c.server != nil {
		c.look()
	}
}

// judge compares each chat with what was said, and each transcript with what
// was written.
func (c *chatCrash) judge(began time.Time) {
	c.t.Helper()
	c.look()
	h := c.house()
	defer h.close()
	c.wentBack(h)
	repeats, messages := 0, 0
	for n, w := range c.learners {
		c.checkTaken(w, false)
		said := c.said(h, w)
		messages += len(said)
		repeats += c.compare(int64(n+1), said)
	}
	most := c.load.kills * workers
	c.t.Logf("%d updates, %d messages, %d kills, %d messages sent twice (at most %d), %s",
		c.load.learners*c.load.texts, messages, c.load.kills, repeats, most, time.Since(began).Round(time.Millisecond))
	if repeats > most || !c.program && repeats > 0 {
		c.t.Errorf("%d messages came again", repeats)
	}
	for _, refused := range c.telegram.Refused() {
		c.t.Errorf("Telegram refused: %s", refused)
	}
}

// compare walks through one chat, and counts what stands there once more.
func (c *chatCrash) compare(chat int64, said []saying) (repeats int) {
	c.t.Helper()
	next := 0
	for _, m := range c.telegram.Messages(chat) {
		switch text := m.Text + m.Caption; {
		case next < len(said) && text == unmarked(said[next].Text):
			next++
		case next > 0 && text == unmarked(said[next-1].Text):
			repeats++
		default:
			c.t.Errorf("chat %d: message %d of %d is %q", chat, next+1, len(said), text)
			return repeats
		}
	}
	if next != len(said) {
		c.t.Errorf("chat %d: %d messages of %d arrived", chat, next, len(said))
	}
	return repeats
}

// unmarked is a text without its marks of bold.
func unmarked(text string) string { return strings.ReplaceAll(text, "**", "") }
