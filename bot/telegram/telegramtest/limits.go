package telegramtest

import (
	"math"
	"time"
)

// A bucket lets a burst through and then a steady flow. The zero one is full.
type bucket struct {
	spent float64
	at    time.Time
}

// wait is how long the next call must wait, 0 when it may be made now.
func (b *bucket) wait(now time.Time, perSecond, burst float64) time.Duration {
	b.spent = math.Max(0, b.spent-perSecond*now.Sub(b.at).Seconds())
	b.at = now
	if over := b.spent + 1 - burst; over > 0 {
		return time.Duration(over / perSecond * float64(time.Second))
	}
	return 0
}

// spend counts one message, or refuses it. The lock is held.
func (s *Server) spend(to *chat) error {
	now, perSecond, burst := s.now(), 1.0, 5.0
	if to.id < 0 {
		perSecond, burst = 20.0/60, 20.0
	}
	wait := max(to.rate.wait(now, perSecond, burst), s.overall.wait(now, 30, 30))
	if wait > 0 {
		return tooMany(int(math.Ceil(wait.Seconds())))
	}
	to.rate.spent++
	s.overall.spent++
	return nil
}
