package bot

import (
	"context"
	"flag"
	"io"
	"net/http"
	"strconv"
	"time"

	"passerelle/content"
	"passerelle/store"
)

// Limits of the doctor's patience.
const (
	lowSpace = 200         // megabytes: fewer are a warning
	late     = time.Minute // a message due this long ago is late
)

// doctor checks the installation and says in plain words what it found; while
// the service runs, the service itself is examined.
func doctor(ctx context.Context, c call) error {
	if _, err := c.flags(flag.NewFlagSet("doctor", flag.ContinueOnError), false); err != nil {
		return err
	}
	if c.house != nil {
		return c.examine(ctx, c.house)
	}
	config, err := loadConfig(c.env)
	if err != nil {
		return c.fail(err)
	}
	h, server, err := c.enter(ctx, config)
	switch {
	case err != nil:
		return c.fail(err)
	case server != nil:
		return forward(ctx, server, c)
	}
	defer h.close()
	return c.examine(ctx, h)
}

// fail reports what keeps the rest from being examined.
func (c call) fail(err error) error {
	c.warn(c.words.say("doctor.bad"))
	for _, one := range each(err) {
		if err := c.print(bad + " " + c.words.tell(one)); err != nil {
			return err
		}
	}
	return errFound
}

// A finding is one line of the doctor's report: how serious, and the sentence
// with its names and values.
type finding struct {
	mark     string
	sentence string
	args     []string
}

// The marks of findings; only bad makes the command fail.
const (
	good = "✓"
	warn = "!"
	bad  = "✗"
)

// examine makes every check and prints what each found.
func (c call) examine(ctx context.Context, h *house) error {
	verdict, result := "doctor.good", error(nil)
	for _, f := range h.findings(ctx) {
		if err := c.print(f.line(c.words)); err != nil {
			return err
		}
		switch {
		case f.mark == bad:
			verdict, result = "doctor.bad", errFound
		case f.mark == warn && result == nil:
			verdict = "doctor.fair"
		}
	}
	c.warn(c.words.say(verdict))
	return result
}

// line is a finding in words.
func (f finding) line(w words) string { return f.mark + " " + w.say("doctor."+f.sentence, f.args...) }

// findings are those of all checks. A store that does not work is not asked
// further.
func (h *house) findings(ctx context.Context) []finding {
	all := []finding{h.checkConfig()}
	if !h.config.shared() {
		all = append(all, h.checkSpace())
	}
	stored := h.checkStore(ctx)
	all = append(all, stored, h.checkContent(), h.checkZones())
	all = append(all, h.checkPorts(ctx)...)
	if h.telegram != nil {
		all = append(all, h.checkTelegram(ctx))
	}
	if h.sms != nil {
		all = append(all, h.checkSMS(ctx)...)
	}
	if stored.mark == bad {
		return all
	}
	all = append(all, h.risks(ctx)...)
	all = append(all, h.checkRevision(ctx))
	all = append(all, h.checkPublished(ctx)...)
	return append(all, h.checkCounts(ctx)...)
}

// checkConfig: a house is only ever opened with a configuration that is good.
func (h *house) checkConfig() finding { return finding{good, "config", nil} }

// checkSpace looks at the room left on the disk.
func (h *house) checkSpace() finding {
	free, ok := freeMegabytes(h.config.Data)
	args := []string{"free", strconv.FormatUint(free, 10), "data", h.config.Data}
	switch {
	case !ok:
		return finding{warn, "space.unknown", args}
	case free < lowSpace:
		return finding{warn, "space.low", args}
	}
	return finding{good, "space", args}
}

// checkStore writes something.
func (h *house) checkStore(ctx context.Context) finding {
	args := []string{"data", masked(h.config.place())}
	err := h.ready(ctx)
	switch {
	case err == nil:
		return finding{good, "store", args}
	case h.config.shared():
		return finding{bad, "store.why", []string{"why", h.words.told(unopened(h.config.place(), err))}}
	}
	return finding{bad, "store.bad", args}
}

// checkContent lints the lessons that are served.
func (h *house) checkContent() finding {
	folder, done, err := lessons(h.config)
	if err != nil {
		return finding{bad, "content.bad", []string{"count", "1"}}
	}
	defer done()
	problems := content.Lint(folder, h.words.bundle, time.Now())
	count := map[content.Severity]int{}
	for _, p := range problems {
		count[p.Severity]++
	}
	args := []string{"lessons", strconv.Itoa(len(h.shelf.newest().Flows().Flows)), "count"}
	switch {
	case count[content.Error] > 0:
		return finding{bad, "content.bad", append(args, strconv.Itoa(count[content.Error]))}
	case count[content.Warning] > 0:
		return finding{warn, "content.warn", append(args, strconv.Itoa(count[content.Warning]))}
	}
	return finding{good, "content", args}
}

// checkRevision reads the served edition back from the store.
func (h *house) checkRevision(ctx context.Context) finding {
	id := h.shelf.newest().Flows().ID
	args := []string{"id", string(id)}
	archive, err := h.store.Revision(ctx, id)
	if err == nil {
		_, err = content.Unpack(archive)
	}
	if err != nil {
		return finding{bad, "revision.bad", args}
	}
	return finding{good, "revision", args}
}

// checkZones: a house is only ever opened with all zones loaded.
func (h *house) checkZones() finding { return finding{good, "zones", nil} }

// checkPorts looks whether the service could open its ports, or has.
func (h *house) checkPorts(ctx context.Context) []finding {
	args := []string{"listen", h.config.Listen, "admin", h.config.Admin}
	if h.serves {
		return []finding{{good, "ports.used", args}}
	}
	d, err := openDoors(ctx, h.config)
	if err == nil {
		d.close()
		return []finding{{good, "ports", args}}
	}
	if h.config.shared() && answers(ctx, h.config.Admin) { // another process on the same store
		return []finding{{good, "ports.used", args}}
	}
	return []finding{{bad, "ports.bad", []string{"why", h.words.told(err)}}}
}

// answers tells whether a service answers on its admin address.
func answers(ctx context.Context, admin string) bool {
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+admin+"/healthz", http.NoBody)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(ask)
	if err != nil {
		return false
	}
	defer answer.Body.Close() //nolint:errcheck // all that mattered is known
	body, err := io.ReadAll(io.LimitReader(answer.Body, 8))
	return err == nil && string(body) == healthy
}

// checkCounts looks at what waits, and at what went wrong.
func (h *house) checkCounts(ctx context.Context) []finding {
	s, err := h.store.Stats(ctx)
	if err != nil {
		return []finding{{bad, "counts.bad", nil}}
	}
	return []finding{
		{good, "conversations", []string{"count", strconv.FormatInt(s.Conversations, 10)}},
		h.tally("requests", s.Requests, s.OldestRequest, s.Requests > 0),
		h.tally("outbox", s.Outbox, s.OldestDue, behind(s)),
		h.tally("dead", s.Dead, time.Time{}, s.Dead > 0),
		h.tally("parked", s.Parked, time.Time{}, s.Parked > 0),
		h.tally("setbacks", s.Setbacks, time.Time{}, s.Setbacks > 0),
	}
}

// behind tells whether messages should have gone out some time ago.
func behind(s store.Stats) bool { return s.Outbox > 0 && time.Since(s.OldestDue) > late }

// tally is a count, as a warning or as good news.
func (h *house) tally(sentence string, n int64, since time.Time, alarming bool) finding {
	args := []string{"count", strconv.FormatInt(n, 10), "since", since.In(h.zones.home).Format("02/01/2006 15:04")}
	if alarming {
		return finding{warn, sentence + ".warn", args}
	}
	return finding{good, sentence, args}
}
