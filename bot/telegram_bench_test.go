package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"passerelle/bot/telegram/telegramtest"
	"passerelle/flows"
	"passerelle/store"
	"passerelle/store/bolt"
)

// BenchmarkTelegramChats has as many people as iterations write one message
// each, 64 at a time, and measures until the answer stands in their chat: when
// all is well, and while one chat is limited by Telegram and the conversation of
// another one cannot be read. Run with -benchtime 10000x.
func BenchmarkTelegramChats(b *testing.B) {
	for _, trouble := range []bool{false, true} {
		b.Run(map[bool]string{false: "all well", true: "one limited, one poisonous"}[trouble], func(b *testing.B) {
			c := newAudience(b)
			b.ResetTimer()
			c.write(b.N, trouble)
			b.StopTimer()
			slices.Sort(c.took)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
			for name, share := range map[string]float64{"ms-p50": 0.5, "ms-p99": 0.99} {
				b.ReportMetric(c.took[int(share*float64(len(c.took)-1))].Seconds()*1e3, name)
			}
		})
	}
}

// The others are answered while one chat is limited and one is poisonous; the
// poisonous input is parked, and its person told.
func TestTroubleOfOneChat(t *testing.T) {
	t.Parallel()
	c := newAudience(t)
	c.write(200, true)
	c.server.Await(t, c.poisonous, "a word about it", func(all []telegramtest.Message) bool { return len(all) > 0 })
	parked, err := c.house.store.Parked(t.Context())
	if err != nil || len(parked) == 0 {
		t.Errorf("parked: %v, %v", parked, err)
	}
	if len(c.server.Messages(c.limited)) > 0 {
		t.Error("the limited chat was written to")
	}
}

// An audience are people who write to a program in this process.
type audience struct {
	testing.TB
	server             *telegramtest.Server
	house              *house
	limited, poisonous int64
	took               []time.Duration
}

func newAudience(tb testing.TB) *audience {
	tb.Helper()
	c := &audience{TB: tb, server: telegramtest.Start(tb), limited: 1, poisonous: 2}
	c.house = audienceHouse(tb, c.server, "telegram:2")
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { c.house.relay.Run(ctx) })
	running.Go(func() { c.house.telegram.Run(ctx) })
	tb.Cleanup(func() {
		cancel()
		running.Wait()
		c.house.telegram.Close()
		c.house.close()
	})
	return c
}

// audienceHouse is a house that writes in Telegram, on an embedded store in which
// one conversation cannot be read.
func audienceHouse(tb testing.TB, server *telegramtest.Server, unreadable flows.Address) *house {
	tb.Helper()
	data := tb.TempDir()
	spoil(tb, data, unreadable)
	env := source{
		"PASSERELLE_DATA=" + data, "PASSERELLE_TELEGRAM_TOKEN=" + server.Token(), "PASSERELLE_TELEGRAM_API=" + server.URL(),
		"PASSERELLE_TELEGRAM_RATE=1000000", "PASSERELLE_LIMITS_NEWCOMERS=1000000", "PASSERELLE_LIMITS_MESSAGES=1000000",
	}
	config, err := loadConfig(env)
	if err != nil {
		tb.Fatal(err)
	}
	w, err := loadWords(source{"LANG=fr_FR"})
	if err != nil {
		tb.Fatal(err)
	}
	h, err := openHouse(tb.Context(), call{name: "doctor", out: io.Discard, err: io.Discard, words: w, env: env}, config)
	if err != nil {
		tb.Fatal(err)
	}
	return h
}

// spoil writes a record for an address that no release can read.
func spoil(tb testing.TB, data string, a flows.Address) {
	tb.Helper()
	kernel, err := bolt.Open(data)
	if err != nil {
		tb.Fatal(err)
	}
	sum := sha256.Sum256([]byte(a))
	put := &store.Put{Name: hex.EncodeToString(sum[:8]), Value: []byte("spoilt")}
	if _, err := kernel.Apply(tb.Context(), store.Write{Partition: store.Partition(a), Put: put}); err != nil {
		tb.Fatal(err)
	}
	if err := kernel.Close(); err != nil {
		tb.Fatal(err)
	}
}

// write has so many people write, and with trouble the two others too.
func (c *audience) write(people int, trouble bool) {
	c.Helper()
	if trouble {
		c.server.Script(telegramtest.Fault{Chat: c.limited, Code: 429, RetryAfter: 30, Times: 1 << 30})
	}
	c.took = make([]time.Duration, people)
	var next atomic.Int64
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			for n := next.Add(1) - 1; n < int64(people); n = next.Add(1) - 1 {
				if trouble && n%50 == 0 {
					c.server.Say(c.limited, fmt.Sprint("essai ", n))
					c.server.Say(c.poisonous, fmt.Sprint("essai ", n))
				}
				c.took[n] = c.ask(n + 10)
			}
		})
	}
	all.Wait()
}

// ask has one person write, and waits for the answer.
func (c *audience) ask(chat int64) time.Duration {
	began := time.Now()
	c.server.Say(chat, "bonjour")
	c.server.Await(c.TB, chat, "an answer", func(all []telegramtest.Message) bool { return len(all) > 0 })
	return time.Since(began)
}
