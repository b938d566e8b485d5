package telegramtest

import (
	"cmp"
	"net/http"
	"strings"
	"time"
)

// A Fault breaks calls. Without a code the call is done after the wait.
type Fault struct {
	Method string // "" = any
	Chat   int64  // 0 = any
	Times  int    // 0 = once, below 0 = for ever
	Code   int    // refused with this, and not done
	// RetryAfter, in seconds, goes with a 429.
	RetryAfter int
	// Description is that of the refusal; "" = the name of the code. One that
	// begins with "<" is sent as a page, as a proxy does.
	Description string
	Hang        time.Duration // first nothing happens for so long
	Cut         bool          // done, but the connection is cut instead of the answer
	Drop        bool          // not done, and the connection is cut
}

// Script has calls fail. Faults apply in the order they were given, one a call.
func (s *Server) Script(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Times == 0 {
		f.Times = 1
	}
	s.faults = append(s.faults, &f)
}

// Heal forgets all faults that are still to come.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// fault takes the fault for a call; the zero one does nothing.
func (s *Server) fault(c *call) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, _ := c.chat()
	for i, f := range s.faults {
		if !f.meets(c.method, chat) {
			continue
		}
		taken := *f
		if f.Times--; f.Times == 0 {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
		}
		return taken
	}
	return Fault{}
}

func (f *Fault) meets(method string, chat int64) bool {
	return (f.Method == "" || strings.EqualFold(f.Method, method)) && (f.Chat == 0 || f.Chat == chat)
}

// refusal is the scripted answer, if there is one.
func (f *Fault) refusal() error {
	switch {
	case f.Code == 0:
		return nil
	case strings.HasPrefix(f.Description, "<"):
		return &failure{code: f.Code, description: http.StatusText(f.Code), page: f.Description}
	case f.Code == http.StatusTooManyRequests && f.Description == "":
		return tooMany(cmp.Or(f.RetryAfter, 1))
	}
	return &failure{code: f.Code, retryAfter: f.RetryAfter, description: cmp.Or(f.Description, http.StatusText(f.Code))}
}
