package smstest

import (
	"net/http"
	"strconv"
	"time"
)

// A Fault breaks calls. Without a code the call is done after the wait.
type Fault struct {
	To      string // the person a message is for, "" = any
	Listing bool   // the lists of what was said, and no messages
	Times   int    // 0 = once, below 0 = for ever
	// Code is the status it is refused with, TwilioCode what Twilio calls that;
	// 0 = 400 when only the other is given.
	Code, TwilioCode int
	// RetryAfter, in seconds, goes with the refusal.
	RetryAfter int
	Hang       time.Duration // first nothing happens for so long
	Cut        bool          // done, but the connection is cut instead of the answer
}

// Script has calls fail. Faults apply in the order they were given, one a call.
func (t *Twilio) Script(f Fault) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if f.Times == 0 {
		f.Times = 1
	}
	if f.Code == 0 && f.TwilioCode != 0 {
		f.Code = http.StatusBadRequest
	}
	t.faults = append(t.faults, &f)
}

// fault takes the fault for a call; the zero one does nothing.
func (t *Twilio) fault(r *http.Request, to string) Fault {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, f := range t.faults {
		if f.Listing != (r.Method == http.MethodGet) || f.To != "" && f.To != to {
			continue
		}
		taken := *f
		if f.Times--; f.Times == 0 {
			t.faults = append(t.faults[:i:i], t.faults[i+1:]...)
		}
		return taken
	}
	return Fault{}
}

// before is what a fault does before a call is done. It tells whether the call
// was answered.
func (t *Twilio) before(w http.ResponseWriter, r *http.Request, f Fault) (answered bool) {
	if f.Hang > 0 && !t.wait(r, f.Hang) {
		panic(http.ErrAbortHandler)
	}
	if f.Code == 0 {
		return false
	}
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	refuse(w, &failure{status: f.Code, code: f.TwilioCode, message: http.StatusText(f.Code)})
	return true
}

// wait tells whether that time passed before the client or the server left.
func (t *Twilio) wait(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
	case <-t.closing.Done():
	}
	return false
}
