package phone

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"passerelle/flows"
)

// writeTime is how long a browser may take to accept an event.
const writeTime = 10 * time.Second

// An update is what the script adds to its page.
type update struct {
	// Key names the learner and the language; another one than the page's
	// means that the page must be made anew.
	Key string `json:"key"`
	// Last is the number of the last line.
	Last  uint64       `json:"last"`
	Lines []updateLine `json:"lines"`
	// Answer is what may be pressed now; nil leaves it as it is.
	Answer *string `json:"answer,omitempty"`
	// Problem, when set, is why an input was not taken.
	Problem string `json:"problem,omitempty"`

	language flows.Language
}

type updateLine struct {
	N    uint64 `json:"n"`
	HTML string `json:"html"`
}

// nothing is an update without a line.
func (p *Phone) nothing(ctx context.Context, of flows.Address) update {
	l := p.language(ctx, of)
	return update{Key: key(l, of), Lines: []updateLine{}, language: l}
}

// key is the key of a page.
func key(l flows.Language, of flows.Address) string { return imprint(string(l), string(of)) }

// update renders the lines after one.
func (p *Phone) update(ctx context.Context, of flows.Address, after uint64) (update, error) {
	u := p.nothing(ctx, of)
	u.Last = after
	all, err := p.o.Lines(ctx, of, after)
	if err != nil {
		return u, fmt.Errorf("read lines: %w", err)
	}
	s := p.sentences(u.language)
	spoken := false
	for _, l := range all {
		u.Lines = append(u.Lines, updateLine{l.N, p.part("line.html", p.line(s, l))})
		u.Last = l.N
		spoken = spoken || l.From != Learner
	}
	if spoken {
		u.Answer = new(p.part("answer.html", p.answer(s, all)))
	}
	return u, nil
}

// events keeps one page up to date until it is closed: it sends the lines the
// page does not have, then those that come, and signs of life between them.
func (p *Phone) events(w http.ResponseWriter, r *http.Request) {
	s, ok := known(r)
	if !ok {
		w.WriteHeader(http.StatusNoContent) // nobody to tell anything
		return
	}
	of := s.address()
	out := eventWriter{w, http.NewResponseController(w)}
	stream, leave, ok := p.pages.add(of)
	if !ok {
		p.full(out, p.language(r.Context(), of))
		return
	}
	defer leave()
	out.begin()
	p.follow(r, out, of, stream)
}

// full tells a page that it must be refreshed by hand.
func (p *Phone) full(out eventWriter, l flows.Language) {
	out.begin()
	_ = out.send("full", 0, p.o.Text(l, "phone.full")) // told or gone: nothing to do
}

// follow sends updates until the page, the store or the phone is gone. The
// page then comes back by itself and goes on after its last line. A store on
// the network is waited for: it comes back by itself, too.
func (p *Phone) follow(r *http.Request, out eventWriter, of flows.Address, s *stream) {
	ctx := r.Context()
	after := lastSeen(r)
	beat := time.NewTicker(p.o.Heartbeat)
	defer beat.Stop()
	watch, stop := p.watch(of)
	defer stop()
	for {
		u, err := p.update(ctx, of, after)
		if err != nil {
			p.failed(r, of, "follow conversation", err)
			if !watch.again() {
				return
			}
		} else if err := out.update(u); err != nil {
			p.o.Logger.Debug("page closed", slog.Any("error", err))
			return
		}
		after = u.Last
		if !p.wait(ctx, s, beat.C, watch) {
			return
		}
	}
}

// wait waits until there may be something to send to a page; false when the
// page or the phone is gone.
func (p *Phone) wait(ctx context.Context, s *stream, beat <-chan time.Time, w *watch) bool {
	for {
		select {
		case <-s.woken:
			return true
		case <-beat:
			return true
		case <-w.due:
			if w.news(ctx) {
				return true
			}
		case <-ctx.Done():
			return false
		case <-p.pages.closed:
			return false
		}
	}
}

// lastSeen is the last line the page has: the browser's own header when it
// came back by itself, else what our script says.
func lastSeen(r *http.Request) uint64 {
	for _, s := range []string{r.Header.Get("Last-Event-ID"), r.URL.Query().Get("after")} {
		if n, err := strconv.ParseUint(s, 10, 64); err == nil {
			return n
		}
	}
	return 0
}

// An eventWriter writes server-sent events.
type eventWriter struct {
	http.ResponseWriter

	control *http.ResponseController
}

// begin opens the stream. The time a server grants for reading a request must
// not end it: what it reads now is only whether the browser is still there.
func (e eventWriter) begin() {
	_ = e.control.SetReadDeadline(time.Time{}) // a server without deadlines has none to lift
	e.Header().Set("Content-Type", "text/event-stream")
	e.Header().Set("X-Accel-Buffering", "no") // proxies must not collect them
	e.WriteHeader(http.StatusOK)
}

// update sends lines under the number of the last one, or a sign of life when
// there is none.
func (e eventWriter) update(u update) error {
	if len(u.Lines) == 0 {
		return e.send("beat", 0, u.Key)
	}
	data, err := json.Marshal(u)
	if err != nil {
		return fmt.Errorf("encode update: %w", err)
	}
	return e.send("lines", u.Last, string(data))
}

// send writes one event; its data is one line. A server that cannot set a
// deadline (a test) writes without one.
func (e eventWriter) send(event string, id uint64, data string) error {
	_ = e.control.SetWriteDeadline(time.Now().Add(writeTime))
	if id > 0 {
		if _, err := fmt.Fprintf(e, "id: %d\n", id); err != nil {
			return fmt.Errorf("write event: %w", err)
		}
	}
	if _, err := fmt.Fprintf(e, "event: %s\ndata: %s\n\n", event, data); err != nil {
		return fmt.Errorf("write event: %w", err)
	}
	if err := e.control.Flush(); err != nil {
		return fmt.Errorf("flush event: %w", err)
	}
	return nil
}
