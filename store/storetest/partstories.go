package storetest

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"passerelle/flows"
	"passerelle/store"
)

// partStories are what the store promises of SMS: what was taken, what became
// of it, and what it cost.
func partStories() []story {
	return []story{
		{"a part that was taken is kept, with what it cost", partKept},
		{"a part noted twice is one part", partNotedTwice},
		{"the latest parts are kept", partsCapped},
		{"parts noted at once are all there", partsAtOnce},
		{"a receipt says how far a part came", receiptsInAnyOrder},
		{"a receipt of an unknown part writes nothing", receiptUnknown},
		{"a part that failed is listed once", failedListed},
		{"failed parts have a cap", failedCap},
		{"parts are never misread", misreadParts},
		{"parts are no conversation, and are copied", partsCopied},
		{"what is spent adds up by the day", spentByDay},
		{"a day has so many names", spendingsCapped},
		{"what is spent at once adds up", spentAtOnce},
		{"spending is never misread", misreadSpending},
	}
}

// day is when the parts of the stories are taken.
const day = "2026-01-12"

// part is the n-th message's only part, of two segments.
func (s *scene) part(n int) flows.Part {
	id := strconv.Itoa(n)
	return flows.Part{Delivery: id + ".0.x", ID: "twilio/SM" + id, At: s.now, Segments: 2, Price: 1450}
}

func (s *scene) sent(parts ...flows.Part) {
	s.Helper()
	for _, p := range parts {
		s.ok(s.store.Sent(s.Context(), marie, p, day))
	}
}

// parts are Marie's, as another process reads them.
func (s *scene) parts() store.Parts {
	s.Helper()
	return can[store.Parts](s)(s.another().Parts(s.Context(), marie))
}

func partKept(s *scene) {
	s.is("nothing yet", s.parts(), store.Parts{})
	first, second := s.part(1), s.part(1)
	second.Place, second.ID = 1, "twilio/SM1b"
	s.sent(first, second)
	s.is("both", s.parts(), store.Parts{Parts: []flows.Part{first, second}, Day: day, Spent: 2900, Segments: 4})
	s.is("somebody else", can[store.Parts](s)(s.store.Parts(s.Context(), "phone:paul")), store.Parts{})
	s.ok(s.store.Sent(s.Context(), marie, s.part(2), "2026-01-13"))
	got := s.parts()
	s.is("all", len(got.Parts), 3)
	s.is("the next day", []int64{got.Spent, got.Segments}, []int64{1450, 2})
	s.is("its name", got.Day, "2026-01-13")
}

func partNotedTwice(s *scene) {
	p := s.part(1)
	s.sent(p)
	s.report(flows.Receipt{ID: p.ID, State: flows.PartSent})
	s.sent(p)
	p.State = flows.PartSent
	s.is("the reply was lost", s.parts(), store.Parts{Parts: []flows.Part{p}, Day: day, Spent: 1450, Segments: 2})
	again := s.part(1)
	again.ID = "ovh/7"
	s.sent(again)
	s.is("sent again, and paid again", s.parts(), store.Parts{Parts: []flows.Part{again}, Day: day, Spent: 2900, Segments: 4})
}

func partsCapped(s *scene) {
	for n := range 30 {
		s.sent(s.part(n))
	}
	got := s.parts()
	s.is("kept", len(got.Parts), 24)
	s.is("the oldest", got.Parts[0].ID, "twilio/SM6")
	s.is("the latest", got.Parts[23].ID, "twilio/SM29")
	s.is("paid", got.Spent, int64(30*1450))
}

func partsAtOnce(s *scene) {
	const writers, times = 4, 5
	var writing sync.WaitGroup
	for w := range writers {
		process := s.another()
		writing.Go(func() {
			for n := range times {
				if err := process.Sent(s.Context(), marie, s.part(w*times+n), day); err != nil {
					s.Errorf("sent: %v", err)
				}
			}
		})
	}
	writing.Wait()
	s.is("all", len(s.parts().Parts), writers*times)
	s.is("paid", s.parts().Segments, int64(2*writers*times))
}

// report notes a receipt of Marie's and tells whether its part is known.
func (s *scene) report(r flows.Receipt) bool {
	s.Helper()
	return can[bool](s)(s.store.Reported(s.Context(), marie, r))
}

func receiptsInAnyOrder(s *scene) {
	const none, failed = flows.PartTaken, flows.PartFailed
	for i, c := range []struct{ told, want []flows.PartState }{
		{[]flows.PartState{none, flows.PartSent, flows.PartArrived}, []flows.PartState{none, flows.PartSent, flows.PartArrived}},
		{[]flows.PartState{flows.PartArrived, flows.PartSent, failed, none}, []flows.PartState{flows.PartArrived, flows.PartArrived, flows.PartArrived, flows.PartArrived}},
		{[]flows.PartState{failed, flows.PartSent, none, failed}, []flows.PartState{failed, failed, failed, failed}},
		{[]flows.PartState{flows.PartSent, failed, flows.PartArrived}, []flows.PartState{flows.PartSent, failed, flows.PartArrived}},
		{[]flows.PartState{"read"}, []flows.PartState{none}},
	} {
		p := s.part(i)
		s.sent(p)
		for n, state := range c.told {
			s.is("known", s.report(flows.Receipt{ID: p.ID, At: s.now, State: state, Reason: string(state)}), true)
			got := s.parts().Parts[i]
			s.is("state", got.State, c.want[n])
			s.is("its reason", got.Reason, string(c.want[n]))
		}
	}
}

func receiptUnknown(s *scene) {
	s.is("nobody", s.report(flows.Receipt{ID: "twilio/SM1", State: flows.PartArrived}), false)
	s.holds("nothing", nil)
	s.sent(s.part(1))
	before := can[[]store.Thing](s)(things(s.Context(), s.kernel))
	s.is("another part", s.report(flows.Receipt{ID: "twilio/SM2", State: flows.PartFailed}), false)
	s.is("another person", can[bool](s)(s.store.Reported(s.Context(), "phone:paul", flows.Receipt{ID: "twilio/SM1", State: flows.PartFailed})), false)
	s.holds("as before", before)
}

func (s *scene) failed() []store.Failed {
	s.Helper()
	return can[[]store.Failed](s)(s.another().Failed(s.Context()))
}

func failedListed(s *scene) {
	p := s.part(1)
	s.sent(p, s.part(2))
	r := flows.Receipt{ID: p.ID, At: s.now.Add(time.Minute), State: flows.PartFailed, Reason: "handset.unknown (30005)"}
	s.report(r)
	s.report(r)
	want := store.Failed{ID: p.ID, Delivery: p.Delivery, Address: marie, Reason: r.Reason, At: r.At}
	s.is("once", s.failed(), []store.Failed{want})
	s.report(flows.Receipt{ID: "twilio/SM2", At: s.now, State: flows.PartFailed, Reason: strings.Repeat("é", 200)})
	s.is("oldest first", []string{s.failed()[0].ID, s.failed()[1].ID}, []string{"twilio/SM2", p.ID})
	s.is("a short reason", len(s.failed()[0].Reason), 200)
}

func failedCap(s *scene) {
	for n := range 110 {
		s.sent(s.part(n))
		s.report(flows.Receipt{ID: s.part(n).ID, At: s.now.Add(time.Duration(n)), State: flows.PartFailed})
	}
	s.is("kept", len(s.failed()), 100)
	s.is("the latest", s.failed()[99].ID, "twilio/SM109")
}

// partsKey is where Marie's parts lie.
func (s *scene) partsKey() store.Key {
	s.Helper()
	s.sent(s.part(0))
	var key store.Key
	s.ok(s.kernel.Scan(s.Context(), func(t store.Thing) error {
		if strings.HasSuffix(t.Name, ":parts") {
			key = t.Key
		}
		return nil
	}))
	return key
}

// What a later release wrote is left alone; damage is begun anew by the next
// part, which would be sent again if it could not be noted.
func misreadParts(s *scene) {
	key := s.partsKey()
	for _, c := range []struct {
		value string
		read  error
		write error
	}{
		{`{"format":2,"p":[]}`, store.ErrLater, store.ErrLater},
		{`{"format":2,"p":"x"}`, store.ErrLater, store.ErrLater},
		{`{"format":1,"d":"2026-01-11","new":[1]}`, nil, nil},
		{`{"d":"2026-01-11"}`, store.ErrDamaged, nil},
		{`{"format":1,"p":[{"i":"twi`, store.ErrDamaged, nil},
	} {
		s.write(key, c.value)
		_, err := s.store.Parts(s.Context(), marie)
		s.fails(err, c.read)
		_, err = s.store.Reported(s.Context(), marie, flows.Receipt{ID: "x", State: flows.PartSent})
		s.fails(err, c.read)
		s.fails(s.store.Sent(s.Context(), marie, s.part(1), day), c.write)
	}
	s.is("begun anew", s.parts(), store.Parts{Parts: []flows.Part{s.part(1)}, Day: day, Spent: 1450, Segments: 2})
}

func partsCopied(s *scene) {
	ctx := s.Context()
	s.sent(s.part(1))
	s.report(flows.Receipt{ID: s.part(1).ID, At: s.now, State: flows.PartFailed})
	totals := s.spend(day, map[string]int64{"+33": 1450})
	s.is("no conversation", can[store.Stats](s)(s.store.Stats(ctx)), store.Stats{})
	s.is("nobody was there", s.lately(marie.Channel(), time.Time{}), []flows.Address{})
	to := NewModel()
	can[store.Digest](s)(store.Copy(ctx, s.kernel, to, func(store.Stage, store.Digest) {}))
	there := store.Open(to, store.Options{})
	s.is("parts", can[store.Parts](s)(there.Parts(ctx, marie)), s.parts())
	s.is("failed", can[[]store.Failed](s)(there.Failed(ctx)), s.failed())
	s.is("spent", can[map[string]int64](s)(there.Spend(ctx, day, nil)), totals)
}

// spend adds in another process each time.
func (s *scene) spend(day string, add map[string]int64) map[string]int64 {
	s.Helper()
	return can[map[string]int64](s)(s.another().Spend(s.Context(), day, add))
}

func spentByDay(s *scene) {
	s.is("nothing yet", s.spend(day, nil), map[string]int64{})
	s.holds("reading writes nothing", nil)
	s.is("first", s.spend(day, map[string]int64{"+33": 700, "+33/segments": 1}), map[string]int64{"+33": 700, "+33/segments": 1})
	want := map[string]int64{"+33": 1400, "+33/segments": 2, "+262": 900}
	s.is("added", s.spend(day, map[string]int64{"+33": 700, "+33/segments": 1, "+262": 900}), want)
	s.is("the next day", s.spend("2026-01-13", map[string]int64{"+33": 1}), map[string]int64{"+33": 1})
	s.is("read", s.spend(day, nil), want)
	s.is("given back", s.spend(day, map[string]int64{"+262": -900})["+262"], int64(0))
}

func spendingsCapped(s *scene) {
	add := map[string]int64{}
	for n := range 60 {
		add["+"+strconv.Itoa(100+n)] = 1
	}
	s.spend(day, add)
	more := map[string]int64{"+100": 1}
	for n := range 10 {
		more["+2"+strconv.Itoa(10+n)] = 1
	}
	more["+219/segments"] = 3
	got := s.spend(day, more)
	s.is("known names go on", got["+100"], int64(2))
	s.is("the last that fits", got["+213"], int64(1))
	s.is("all others", got["other"], int64(6))
	s.is("what they count", got["other/segments"], int64(3))
	s.is("names", len(got), 66)
	s.is("no more", len(s.spend(day, map[string]int64{"x": 1, "y": 1, "z/segments": 1})), 66)
}

func spentAtOnce(s *scene) {
	const writers, times = 4, 10
	var writing sync.WaitGroup
	for range writers {
		process := s.another()
		writing.Go(func() {
			for range times {
				if _, err := process.Spend(s.Context(), day, map[string]int64{"+33": 7, "+33/segments": 1}); err != nil {
					s.Errorf("spend: %v", err)
				}
			}
		})
	}
	writing.Wait()
	s.is("all", s.spend(day, nil), map[string]int64{"+33": 7 * writers * times, "+33/segments": writers * times})
}

// A budget that was spent is not given again: damage is an error.
func misreadSpending(s *scene) {
	s.spend(day, map[string]int64{"+33": 7})
	var key store.Key
	s.ok(s.kernel.Scan(s.Context(), func(t store.Thing) error {
		key = t.Key
		return nil
	}))
	for value, want := range map[string]error{
		`{"format":2,"t":[]}`:       store.ErrLater,
		`{"t":{"+33":1}}`:           store.ErrDamaged,
		`{"format":1,"t":{"+33":"`:  store.ErrDamaged,
		`{"format":1,"t":{},"x":1}`: nil,
	} {
		for _, add := range []map[string]int64{nil, {"+33": 1}} {
			s.write(key, value)
			got, err := s.store.Spend(s.Context(), day, add)
			s.fails(err, want)
			s.is("nothing is counted beside", err == nil || got == nil, true)
			s.is("the next day", s.spend("2026-01-13", nil), map[string]int64{})
		}
	}
}
