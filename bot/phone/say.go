package phone

import (
	"context"
	"encoding/json"
	"errors"
	"hash/fnv"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"
	"unicode/utf8"

	"passerelle/flows"
)

const (
	maxBody = 64 << 10
	// maxID and maxChoice bound what a form of ours can hold.
	maxID, maxChoice = 64, 99
	// takeTime is how long one input may take.
	takeTime = 10 * time.Second
)

// A saying is one form a learner sent.
type saying struct {
	// Form is the id of the form; ID is the dedupe id made of it.
	Form, ID string
	Input    flows.Input
	// Text is kept in the field when the saying could not be taken.
	Text string
	// After is the last line the script has.
	After uint64
}

// A fault is a form that cannot be taken: the status of the answer, the id of
// its sentence, and when to try again.
type fault struct {
	status   int
	sentence string
	// said is the sentence itself where it is none of the phone's.
	said  string
	after time.Duration
}

// Error implements error.
func (f *fault) Error() string { return f.sentence + f.said }

// text is what the learner reads.
func (f *fault) text(s sentences) string {
	if f.said != "" {
		return f.said
	}
	return s.Text(f.sentence)
}

// away is the fault of a store that cannot take anything just now.
func away() *fault {
	return &fault{status: http.StatusServiceUnavailable, sentence: "phone.problem.away", after: 2 * time.Second}
}

// unread is the fault of a form that holds nothing we know.
func unread() *fault {
	return &fault{status: http.StatusBadRequest, sentence: "phone.problem.unreadable"}
}

// say takes one input and shows what came of it. It says "taken" only when
// Receive did.
func (p *Phone) say(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	of := p.learner(w, r)
	s, err := p.read(r)
	if err == nil {
		err = p.take(r, of, s)
	}
	if wantsJSON(r) {
		p.reply(w, r, of, s, err)
		return
	}
	if err != nil {
		p.again(w, r, of, s, err)
		return
	}
	http.Redirect(w, r, p.after(r, of), http.StatusSeeOther)
}

// take hands the input on and wakes the other pages of the learner.
func (p *Phone) take(r *http.Request, of flows.Address, s saying) error {
	ctx, cancel := context.WithTimeout(r.Context(), takeTime)
	defer cancel()
	err := p.o.Receive(ctx, of, s.ID, s.Input)
	if no, ok := errors.AsType[*Refusal](err); ok {
		return &fault{status: http.StatusTooManyRequests, said: no.Sentence, after: no.After}
	}
	if err != nil {
		p.failed(r, of, "take input", err)
		return away()
	}
	p.pages.wake(of)
	return nil
}

// after is where to go once an input is taken: the page, opened on what was
// answered.
func (p *Phone) after(r *http.Request, of flows.Address) string {
	if _, back := known(r); !back {
		return "/?" + noCookie
	}
	all, err := p.o.Lines(r.Context(), of, 0)
	if err != nil {
		return "/" // the page itself will say so
	}
	answers := lastTurn(all)
	if len(answers) == 0 {
		return "/"
	}
	return "/#n" + strconv.FormatUint(answers[0].N, 10)
}

// again shows the page with what went wrong and with what was typed.
func (p *Phone) again(w http.ResponseWriter, r *http.Request, of flows.Address, s saying, err error) {
	v, viewErr := p.view(r.Context(), of)
	if viewErr != nil {
		p.failed(r, of, "show conversation", viewErr)
	}
	f := faultOf(err)
	v.Problem, v.Kept = f.text(v.sentences), s.Text
	if f.after > 0 {
		v.ID, v.Answer.ID = s.Form, s.Form // to be repeated, not to be said twice
	}
	f.retryLater(w)
	p.page(w, f.status, "page.html", v)
}

// reply answers the script.
func (p *Phone) reply(w http.ResponseWriter, r *http.Request, of flows.Address, s saying, err error) {
	var u update
	status := http.StatusOK
	if err == nil {
		// The input is taken, whatever happens now: the stream brings the lines.
		if u, err = p.update(r.Context(), of, s.After); err != nil {
			p.failed(r, of, "show lines", err)
		}
	} else {
		f := faultOf(err)
		status = f.status
		u = p.nothing(r.Context(), of)
		u.Problem = f.text(p.sentences(u.language))
		f.retryLater(w)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(u); err != nil {
		p.o.Logger.Debug("answer page", slog.Any("error", err))
	}
}

// retryLater says when it makes sense to try again, if it does.
func (f *fault) retryLater(w http.ResponseWriter) {
	if f.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(f.after.Seconds())))
	}
}

func wantsJSON(r *http.Request) bool { return r.Header.Get("Accept") == "application/json" }

func faultOf(err error) *fault {
	if f, ok := errors.AsType[*fault](err); ok {
		return f
	}
	return unread()
}

// read makes an input of a form. It trusts nothing of it.
func (p *Phone) read(r *http.Request) (saying, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return saying{}, &fault{status: http.StatusUnsupportedMediaType, sentence: "phone.problem.unreadable"}
	}
	if err := r.ParseForm(); err != nil {
		return saying{}, unreadable(err)
	}
	return p.parse(r.PostForm)
}

// unreadable tells a form that is too long from one that is broken.
func unreadable(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &fault{status: http.StatusRequestEntityTooLarge, sentence: "phone.problem.long"}
	}
	return unread()
}

func (p *Phone) parse(form url.Values) (saying, error) {
	bad := unread()
	id, text := form.Get("id"), form.Get("text")
	if id == "" || len(id) > maxID || !isPlain(id) || !utf8.ValidString(text) {
		return saying{}, bad
	}
	s := saying{Form: id, ID: id + "." + imprint(form.Get("turn"), form.Get("choice"), text), Text: text}
	s.After, _ = strconv.ParseUint(form.Get("after"), 10, 64) // absent without script
	switch {
	case form.Has("choice"):
		turn, choice, err := pressed(form)
		if err != nil {
			return s, bad
		}
		s.Input = flows.Tapped{At: p.o.Now(), Turn: turn, Choice: choice}
	case form.Has("text"):
		s.Input = flows.Said{At: p.o.Now(), Text: text}
	case form.Has("open"):
		s.Input = flows.Opened{At: p.o.Now()}
	default:
		return s, bad
	}
	return s, nil
}

// pressed reads which button of which question was pressed.
func pressed(form url.Values) (turn uint64, choice int, err error) {
	turn, err = strconv.ParseUint(form.Get("turn"), 10, 64)
	if err != nil {
		return 0, 0, err
	}
	choice, err = strconv.Atoi(form.Get("choice"))
	if err != nil || choice < 0 || choice > maxChoice {
		return 0, 0, errors.New("no such choice")
	}
	return turn, choice, nil
}

// isPlain tells whether an id has only characters we make ids of.
func isPlain(id string) bool {
	for _, r := range id {
		if !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_') {
			return false
		}
	}
	return true
}

// imprint is a short print of some fields. As part of the dedupe id, that of a
// form's fields tells a text corrected after a failed attempt from its
// repetition.
func imprint(fields ...string) string {
	h := fnv.New64a()
	for _, f := range fields {
		_, _ = h.Write([]byte(f)) // a hash never fails
		_, _ = h.Write([]byte{0})
	}
	return strconv.FormatUint(h.Sum64(), 36)
}
