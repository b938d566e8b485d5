package bot

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"passerelle/bot/sms"
	"passerelle/bot/sms/smstest"
)

// BenchmarkSMSPumping has as many learners as iterations write one SMS each, 16
// at a time, and measures until the answer stands on their phone: alone, while
// strangers with 10,000 new numbers of another country write within ten seconds,
// and while such numbers are of France. What the strangers cost is reported. Run
// with -benchtime 25000x.
func BenchmarkSMSPumping(b *testing.B) {
	for _, s := range []struct{ name, number string }{{"alone", ""}, {"abroad", "+2126%08d"}, {"France", "+3361%07d"}} {
		b.Run(s.name, func(b *testing.B) {
			c := newTextAudience(b)
			c.meet(b.N)
			var strangers sync.WaitGroup
			stop := make(chan struct{})
			if s.number != "" {
				strangers.Go(func() { c.pump(s.number, stop) })
			}
			b.ResetTimer()
			c.write(b.N)
			b.StopTimer()
			close(stop)
			strangers.Wait()
			slices.Sort(c.took)
			for name, share := range map[string]float64{"ms-p50": 0.5, "ms-p99": 0.99} {
				b.ReportMetric(c.took[int(share*float64(len(c.took)-1))].Seconds()*1e3, name)
			}
			stats, err := c.house.store.Stats(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(c.strangers.Load()), "strangers")
			b.ReportMetric(float64(c.cost(s.number)), "strangers-segments")
			b.ReportMetric(float64(stats.Conversations)-float64(b.N), "strangers-kept")
		})
	}
}

// A textAudience are people who write SMS to a program in this process.
type textAudience struct {
	testing.TB
	server    *smstest.Twilio
	house     *house
	took      []time.Duration
	strangers atomic.Int64
}

func newTextAudience(tb testing.TB) *textAudience {
	tb.Helper()
	c := &textAudience{TB: tb, server: smstest.Start(tb, smstest.Options{})}
	var handler http.Handler
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	tb.Cleanup(web.Close)
	c.server.SetWebhook(web.URL + smsPath)
	env := source{
		"PASSERELLE_DATA=" + tb.TempDir(), "PASSERELLE_URL=" + web.URL, "PASSERELLE_SMS=" + sms.Twilio,
		"PASSERELLE_SMS_URL=" + c.server.URL(), "PASSERELLE_SMS_USER=" + smstest.Account, "PASSERELLE_SMS_PASSWORD=" + smstest.Token,
		"PASSERELLE_SMS_FROM=" + smstest.From, "PASSERELLE_SMS_BUDGET_DAY=100000", "PASSERELLE_LIMITS_MESSAGES=1000000",
	}
	config, err := loadConfig(env)
	if err != nil {
		tb.Fatal(err)
	}
	w, err := loadWords(source{"LANG=fr_FR"})
	if err != nil {
		tb.Fatal(err)
	}
	c.house, err = openHouse(tb.Context(), call{name: "doctor", out: io.Discard, err: io.Discard, words: w, env: env}, config)
	if err != nil {
		tb.Fatal(err)
	}
	handler = c.house.pages()
	ending := make(chan struct{})
	var running sync.WaitGroup
	ctx := tb.Context()
	running.Go(func() { c.house.relay.Run(ctx) })
	running.Go(func() { c.house.sms.Run(ctx) })
	go func() {
		running.Wait()
		close(ending)
	}()
	tb.Cleanup(func() {
		<-ending
		c.house.close()
	})
	return c
}

// meet has so many learners be known already: they do not count as newcomers.
func (c *textAudience) meet(people int) {
	c.Helper()
	caps := c.house.bot.caps
	c.house.bot.caps = newCaps(1<<30, 1<<30)
	c.took = make([]time.Duration, people)
	c.write(people)
	c.house.bot.caps = caps
}

// write has so many people write, 16 at a time.
func (c *textAudience) write(people int) {
	c.Helper()
	var next atomic.Int64
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for n := int(next.Add(1) - 1); n < people; n = int(next.Add(1) - 1) {
				c.took[n] = c.ask(fmt.Sprintf("+3369%07d", n))
			}
		})
	}
	all.Wait()
}

// ask has one person write, and waits for the answer.
func (c *textAudience) ask(number string) time.Duration {
	before := len(c.server.Messages(number))
	began := time.Now()
	go c.server.Say(number, "menu")
	c.server.Await(c.TB, number, "an answer", func(all []smstest.Message) bool { return len(all) > before })
	return time.Since(began)
}

// pump has strangers write, 10,000 of them in ten seconds.
func (c *textAudience) pump(number string, stop <-chan struct{}) {
	tick := time.NewTicker(10 * time.Second / 10_000)
	defer tick.Stop()
	var all sync.WaitGroup
	defer all.Wait()
	for n := range 10_000 {
		select {
		case <-tick.C:
			c.strangers.Add(1)
			all.Go(func() { c.server.Say(fmt.Sprintf(number, n), "bonjour") })
		case <-stop:
			return
		}
	}
}

// cost are the segments sent to strangers.
func (c *textAudience) cost(number string) (segments int) {
	if number == "" {
		return 0
	}
	for n := range int(c.strangers.Load()) {
		for _, m := range c.server.Messages(fmt.Sprintf(number, n)) {
			segments += m.Segments
		}
	}
	return segments
}

// Strangers from abroad cost nothing and are not kept; those of France cost what
// the caps allow, and are told so no more than thirty times.
func TestStrangers(t *testing.T) {
	t.Parallel()
	c := newTextAudience(t)
	c.house.bot.caps = newCaps(10, 100)
	for n := range 60 {
		c.server.Say(fmt.Sprintf("+2126%08d", n), "bonjour")
		c.server.Say(fmt.Sprintf("+3361%07d", n), "bonjour")
	}
	stats, err := c.house.store.Stats(t.Context())
	if err != nil || stats.Conversations != 10 {
		t.Errorf("%d conversations, %v; want 10", stats.Conversations, err)
	}
	told := 0
	for n := range 60 {
		if got := c.server.Messages(fmt.Sprintf("+2126%08d", n)); len(got) > 0 {
			t.Errorf("a stranger from abroad was sent %v", got)
		}
		for _, m := range c.server.Messages(fmt.Sprintf("+3361%07d", n)) {
			if strings.HasPrefix(m.Body, "Beaucoup de personnes m'écrivent") {
				told++
			}
		}
	}
	if told != maxExcuses {
		t.Errorf("%d strangers were told that they were turned away, want %d", told, maxExcuses)
	}
}
