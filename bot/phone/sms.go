package phone

import (
	"context"
	"fmt"
	"strconv"

	"passerelle/flows"
	"passerelle/flows/gsm"
)

// A bill counts what a conversation costs by SMS.
type bill struct {
	// turn and all are segments: since the last line of the bill, and before.
	turn, all int
}

// add counts one message to be sent.
func (b *bill) add(text string) { b.turn += gsm.Measure(text).Segments }

// close ends a turn and tells whether anything was sent in it.
func (b *bill) close() (segments int, sent bool) {
	segments = b.turn
	b.turn, b.all = 0, b.all+segments
	return segments, segments > 0
}

// tell shows one message, as SMS would where that is asked for.
func (t *terminal) tell(m flows.Message) {
	if !t.SMS {
		t.script.said(m)
		return
	}
	step := m.SMS()
	step.AsWritten = t.AsWritten
	for _, text := range step.Messages() {
		t.bill.add(text)
		t.script.words(text)
	}
}

// charge shows what the turn cost, and all turns so far.
func (t *terminal) charge(ctx context.Context) {
	segments, sent := t.bill.close()
	if !sent {
		return
	}
	cents := (t.bill.all*t.Price + 50) / 100
	t.script.note(t.o.Text(t.language(ctx, t.As), "phone.terminal.cost",
		flows.Arg{Name: "segments", Value: strconv.Itoa(segments)},
		flows.Arg{Name: "all", Value: strconv.Itoa(t.bill.all)},
		flows.Arg{Name: "euros", Value: strconv.Itoa(cents / 100)},
		flows.Arg{Name: "cents", Value: fmt.Sprintf("%02d", cents%100)}))
	t.script.spoken = true
}
