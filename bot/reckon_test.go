package bot

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/bot/phone"
	"passerelle/flows"
	"passerelle/store"
)

// settled is how long ago a provider must have acknowledged a message for its
// sender to have noted it for sure, on a slow machine too.
const settled = 3 * time.Second

// A reckoning is what learners were brought, beside what was said to them.
type reckoning struct {
	messages int
	// again are the messages that were brought once more right after, and late
	// those that came again after others: each as it was brought before.
	again, late []parcel
	// lost are the inputs that were acknowledged and are not there, back the
	// learners of whom turns were lost.
	lost, back int
	wrong      []string
}

// repeats are all the messages brought more than once.
func (y reckoning) repeats() int { return len(y.again) + len(y.late) }

// A saying is what a learner is to be brought.
type saying struct {
	Turn uint64
	Text string
}

// compare walks through what one learner was brought, in order.
func (y *reckoning) compare(said []saying, given []parcel) {
	seen := map[string]parcel{}
	var last string
	for i, p := range given {
		before, known := seen[p.ID]
		if p.crossed {
			y.wrong = append(y.wrong, fmt.Sprintf("message %s was sent while the one before was under way", p.ID))
		}
		switch {
		case known && given[i-1].ID == p.ID:
			y.again = append(y.again, given[i-1])
		case known:
			y.late = append(y.late, before)
		case len(seen) == len(said) || said[len(seen)] != saying{p.Turn, p.Text}:
			y.wrong = append(y.wrong, fmt.Sprintf("message %s comes as number %d of %d: %q", p.ID, len(seen), len(said), p.Text))
			return
		case last != "" && !precedes(last, p.ID):
			y.wrong = append(y.wrong, fmt.Sprintf("message %s comes after %s", p.ID, last))
			return
		default:
			last = p.ID
		}
		seen[p.ID] = p
	}
	if len(seen) < len(said) {
		y.wrong = append(y.wrong, fmt.Sprintf("%d messages of %d were brought", len(seen), len(said)))
	}
	y.messages += len(seen)
}

// contain tells whether one learner was brought all that was said, whatever was
// said before the store lost it.
func (y *reckoning) contain(said []saying, given []parcel) {
	for _, s := range said {
		if !slices.ContainsFunc(given, func(p parcel) bool { return s == saying{p.Turn, p.Text} }) {
			y.wrong = append(y.wrong, fmt.Sprintf("a message of turn %d was not brought: %q", s.Turn, s.Text))
		}
	}
	y.messages += len(said)
}

// precedes tells whether a delivery was said right before another one.
func precedes(before, after string) bool {
	var v, w, i, j int
	_, err := fmt.Sscanf(before, "%d.%d.", &v, &i)
	_, err2 := fmt.Sscanf(after, "%d.%d.", &w, &j)
	return err == nil && err2 == nil && (v == w && j == i+1 || v < w && j == 0)
}

// check tells whether each learner was taken at their word, once, in order,
// answered each time, and brought every answer in order. Nothing may come
// again but what something bad interrupted.
func (tr *trial) check() reckoning {
	tr.t.Helper()
	tr.look()
	h := tr.house()
	defer h.close()
	var all reckoning
	back := tr.wentBack(h)
	for _, w := range tr.learners {
		said, given := tr.said(h, w), tr.provider.given(w.address)
		if n := tr.checkTaken(w, back[w.address]); n > 0 || back[w.address] {
			all.lost += n
			all.back++
			all.contain(said, given)
			continue
		}
		all.compare(said, given)
	}
	for _, wrong := range all.wrong {
		tr.t.Error(wrong)
	}
	for _, p := range slices.Concat(all.again, all.late) {
		if !tr.interrupted(p) {
			tr.t.Errorf("message %s came again, acknowledged at %s and nothing bad near", p.ID, p.answered)
		}
	}
	return all
}

// wentBack are the learners of whom the store lost turns, as far as it was
// noticed. Nothing else may be put aside or left behind.
func (tr *trial) wentBack(h *house) map[flows.Address]bool {
	tr.t.Helper()
	stats, err := h.store.Stats(tr.t.Context())
	if err != nil || stats.Outbox != 0 || stats.Dead != 0 || stats.Parked != 0 || stats.Setbacks != 0 && !tr.lossy {
		tr.t.Errorf("put aside or left behind: %+v, %v", stats, err)
	}
	marks, err := h.store.Setbacks(tr.t.Context())
	if err != nil {
		tr.t.Fatal(err)
	}
	back := map[flows.Address]bool{}
	for _, m := range marks {
		back[m.Address] = true
	}
	return back
}

// interrupted tells whether the sender of a message may have been stopped
// before it noted that the message was sent.
func (tr *trial) interrupted(p parcel) bool {
	return slices.ContainsFunc(tr.blows, func(b blow) bool {
		return p.taken.Before(b.ended) && (p.answered.IsZero() || p.answered.After(b.began.Add(-settled)))
	})
}

// checkTaken compares a learner's inputs with the transcript, and counts those
// that were acknowledged and lost: none, but by a store that may lose some, and
// that noticed as soon as the learner wrote again.
func (tr *trial) checkTaken(w *writer, wentBack bool) (lost int) {
	tr.t.Helper()
	var texts []string
	answered := map[uint64]bool{}
	for n := range uint64(len(w.lines)) {
		line, ok := w.lines[n+1]
		switch {
		case !ok:
			tr.t.Fatalf("line %d is missing", n+1)
		case line.Who == store.Learner:
			texts = append(texts, line.Text)
		case line.Who == store.Bot:
			answered[line.Turn] = true
		}
	}
	if int(w.turns) != len(texts) || len(answered) != len(texts) {
		tr.t.Errorf("%d turns, %d of them answered, of %d inputs", w.turns, len(answered), len(texts))
	}
	kept := slices.DeleteFunc(slices.Clone(w.texts), func(text string) bool { return !slices.Contains(texts, text) })
	lost = len(w.texts) - len(kept)
	noticed := wentBack || lost == 1 && kept[len(kept)-1] != w.texts[len(w.texts)-1]
	if diff := cmp.Diff(kept, texts); diff != "" {
		tr.t.Errorf("taken (-want +got):\n%s", diff)
	}
	if lost > 0 && !(tr.lossy && noticed) {
		tr.t.Errorf("%d inputs of %s were acknowledged and are lost", lost, w.address)
	}
	return lost
}

// house opens the store as a command does.
func (tr *trial) house() *house {
	tr.t.Helper()
	env := source{"PASSERELLE_DATA=" + tr.children[0].data}
	if tr.server != nil {
		env = append(env, "PASSERELLE_REDIS="+tr.server.URL())
	}
	config, err := loadConfig(env)
	if err != nil {
		tr.t.Fatal(err)
	}
	c := call{name: "doctor", out: io.Discard, err: io.Discard, words: testWords(tr.t), env: env}
	h, err := openHouse(tr.t.Context(), c, config)
	if err != nil {
		tr.t.Fatal(err)
	}
	return h
}

// said is all that the bot said to a learner, in the words of the transcript,
// of which the store keeps the end and the looks at it the rest.
func (tr *trial) said(h *house, w *writer) []saying {
	tr.t.Helper()
	var all []saying
	for n := range uint64(len(w.lines)) {
		line, ok, err := h.line(tr.t.Context(), w.lines[n+1], time.UTC)
		if err != nil {
			tr.t.Fatal(err)
		}
		if ok && line.From == phone.Bot {
			all = append(all, saying{line.Message.Turn, line.Message.Text})
		}
	}
	return all
}
