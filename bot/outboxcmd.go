package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"passerelle/bot/sms"
	"passerelle/flows"
	"passerelle/store"
)

// outboxMost is how many conversations are listed, the soonest first.
const outboxMost = 1000

// outbox shows what waits to be sent and what did not arrive, with the reasons;
// of one address also its SMS and the proof of consent. It shows no message.
func outbox(ctx context.Context, c call) error {
	to, asJSON, err := c.outboxArguments()
	if err != nil {
		return err
	}
	return c.within(ctx, func(h *house) error { return c.showOutbox(ctx, h, to, asJSON) })
}

// outboxArguments reads whose outbox is asked for, "" for all; the flag may
// stand before or behind the address.
func (c call) outboxArguments() (to flows.Address, asJSON bool, err error) {
	set := flag.NewFlagSet("outbox", flag.ContinueOnError)
	set.BoolVar(&asJSON, "json", false, "")
	rest, err := c.flags(set, true)
	if err != nil || len(rest) == 0 {
		return "", asJSON, err
	}
	if channel, who, _ := strings.Cut(rest[0], ":"); channel == "" || who == "" {
		c.warn(c.words.say("outbox.usage"))
		return "", asJSON, errUsage
	}
	c.args = rest[1:]
	_, err = c.flags(set, false)
	to = flows.Address(rest[0])
	if number, ok := strings.CutPrefix(rest[0], sms.Channel+":"); ok {
		if one, wrong := sms.Number(number); wrong == nil { // as people write it
			to = one
		}
	}
	return to, asJSON, err
}

// showOutbox prints what can be read, and fails when something cannot.
func (c call) showOutbox(ctx context.Context, h *house, to flows.Address, asJSON bool) error {
	read := h.everybody
	if to != "" {
		read = func(ctx context.Context) (leaf, error) { return h.somebody(ctx, to) }
	}
	l, wrong := read(ctx)
	show := func(r row) error { return c.print(r.line(c.words, h.zones.home)) }
	if asJSON {
		show = func(r row) error { return json.NewEncoder(c.out).Encode(r) }
	}
	for _, r := range l.rows {
		if err := show(r); err != nil {
			return err
		}
	}
	if wrong != nil {
		return unopened(h.config.place(), wrong)
	}
	for _, note := range l.notes {
		c.warn(c.words.say(note.id, note.args...))
	}
	return nil
}

// A leaf is what the outbox shows: data, and notes beside it.
type leaf struct {
	rows  []row
	notes []note
}

// A note is a sentence beside the data.
type note struct {
	id   string
	args []string
}

// everybody is what waits, what was given up, and what did not arrive.
func (h *house) everybody(ctx context.Context) (leaf, error) {
	waiting, wrong := h.store.Queue(ctx, outboxMost)
	dead, err := h.store.Dead(ctx)
	failed, err2 := h.store.Failed(ctx)
	var l leaf
	for _, p := range waiting {
		l.rows = append(l.rows, waitingRow(p))
	}
	for _, d := range dead {
		l.rows = append(l.rows, deadRow(d))
	}
	for _, f := range failed {
		l.rows = append(l.rows, failedRow(f))
	}
	l.notes = append(l.notes, note{"outbox.counts", []string{
		"waiting", strconv.Itoa(len(waiting)), "dead", strconv.Itoa(len(dead)), "failed", strconv.Itoa(len(failed)),
	}})
	if len(waiting) == outboxMost {
		l.notes = append(l.notes, note{"outbox.most", []string{"most", strconv.Itoa(outboxMost)}})
	}
	return l, errors.Join(wrong, err, err2)
}

// somebody is what is known of the messages of one address.
func (h *house) somebody(ctx context.Context, to flows.Address) (leaf, error) {
	record, err := h.store.Refresh(ctx, to)
	pending, err2 := h.store.Pending(ctx, to)
	dead, err3 := h.store.Dead(ctx)
	parts, err4 := h.store.Parts(ctx, to)
	var l leaf
	if len(pending.Letters) > 0 {
		l.rows = append(l.rows, waitingRow(pending))
	}
	for _, letter := range pending.Letters {
		l.rows = append(l.rows, letterRow(to, letter))
	}
	for _, d := range dead {
		if d.Address == to {
			l.rows = append(l.rows, deadRow(d))
		}
	}
	l.rows = append(l.rows, partRows(to, parts)...)
	for _, consent := range record.Consents {
		l.rows = append(l.rows, consentRow(to, consent))
	}
	if len(l.rows) == 0 {
		l.notes = append(l.notes, note{"outbox.nobody", nil})
	}
	return l, errors.Join(err, err2, err3, err4)
}

// A row is one line of what the outbox shows. In JSON its address is masked.
type row struct {
	Kind    string `json:"kind"`
	Address string `json:"address"`
	// ID is that of the message, or the provider's of a part.
	ID       string      `json:"id,omitempty"`
	Delivery string      `json:"delivery,omitempty"`
	Messages int         `json:"messages,omitempty"`
	Attempts int         `json:"attempts,omitempty"`
	Queued   time.Time   `json:"queued,omitzero"`
	Due      time.Time   `json:"due,omitzero"`
	At       time.Time   `json:"at,omitzero"`
	Day      string      `json:"day,omitempty"`
	Segments int64       `json:"segments,omitempty"`
	Price    json.Number `json:"price_eur,omitempty"`
	State    string      `json:"state,omitempty"`
	Reason   string      `json:"reason,omitempty"`
	Words    string      `json:"words,omitempty"`
}

// veiled is an address as logs show it.
func veiled(a flows.Address) string { return a.LogValue().String() }

func waitingRow(p store.Pending) row {
	first := p.Letters[0]
	return row{
		Kind: "waiting", Address: veiled(p.Address), ID: first.ID, Messages: len(p.Letters),
		Attempts: first.Tried, Queued: first.Queued, Due: p.Due, Reason: first.Why,
	}
}

func letterRow(to flows.Address, l store.Letter) row {
	return row{
		Kind: "letter", Address: veiled(to), ID: l.ID,
		Attempts: l.Tried, Queued: l.Queued, Reason: l.Why,
	}
}

func deadRow(d store.Dead) row {
	return row{
		Kind: "dead", Address: veiled(d.Address), ID: d.ID, Attempts: d.Attempts, At: d.At, Reason: d.Reason,
	}
}

func failedRow(f store.Failed) row {
	return row{
		Kind: "failed", Address: veiled(f.Address), ID: f.ID, Delivery: f.Delivery, At: f.At, Reason: f.Reason,
	}
}

// partRows are the SMS of one address, and what they cost on their last day.
func partRows(to flows.Address, kept store.Parts) []row {
	var rows []row
	for _, p := range kept.Parts {
		rows = append(rows, row{
			Kind: "part", Address: veiled(to), ID: p.ID, Delivery: p.Delivery, At: p.At, Reason: p.Reason,
			Segments: int64(p.Segments), Price: exactEuros(int64(p.Price)), State: cmp.Or(string(p.State), "taken"),
		})
	}
	if kept.Day != "" {
		rows = append(rows, row{
			Kind: "day", Address: veiled(to), Day: kept.Day, Segments: kept.Segments, Price: exactEuros(kept.Spent),
		})
	}
	return rows
}

func consentRow(to flows.Address, c store.Consent) row {
	return row{Kind: "consent", Address: veiled(to), ID: c.ID, At: c.At, State: string(c.Kind), Words: c.Words}
}

// exactEuros writes hundredths of a cent as euros, not rounded: "0.07", "0.0725".
func exactEuros(n int64) json.Number {
	part := strings.TrimRight(fmt.Sprintf("%02d", n%100), "0")
	return json.Number(fmt.Sprintf("%d.%02d%s", n/10_000, n%10_000/100, part))
}

// line is the row for a person, with times in their zone.
func (r row) line(w words, zone *time.Location) string {
	shown := func(t time.Time) string { return t.In(zone).Format("02/01/2006 15:04") }
	count := map[string]int64{
		"waiting": int64(r.Messages), "dead": int64(r.Attempts), "part": r.Segments, "day": r.Segments,
	}[r.Kind]
	euros, cents, _ := strings.Cut(r.Price.String(), ".")
	text := w.say(r.sentence(), "address", r.Address, "id", r.ID, "count", strconv.FormatInt(count, 10),
		"attempts", strconv.Itoa(r.Attempts), "queued", shown(r.Queued), "due", shown(r.Due), "at", shown(r.At),
		"day", r.Day, "euros", euros, "cents", cents, "words", printable(r.Words))
	if r.Reason != "" {
		text += " " + w.say("outbox.because", "reason", w.reason(r.Reason))
	}
	return text
}

// sentence is the one that says what the row is.
func (r row) sentence() string {
	switch {
	case r.Kind == "consent" && r.Words == "":
		return "outbox.consent." + r.State + ".silent"
	case r.State != "":
		return "outbox." + r.Kind + "." + r.State
	}
	return "outbox." + r.Kind
}

// reason puts a reason of a [flows.Refusal] into words. One that begins with a
// code has a sentence; what a provider said stays behind, in parentheses. Any
// other stands as it is.
func (w words) reason(text string) string {
	code, said, _ := strings.Cut(text, " (")
	sentence, _, ok := w.bundle.Text(w.language, "outbox.reason."+code)
	switch {
	case !ok:
		return printable(text)
	case said != "":
		return sentence + " (" + printable(said)
	}
	return sentence
}

// printable takes out what a terminal would obey.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
}
