package store

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"passerelle/flows"
)

// fixture is a record as the first release wrote it. It never changes.
func fixture(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/record-1.json")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestRecordOfFirstRelease(t *testing.T) {
	got, err := decodeRecord(Versioned{Version: 9, Value: fixture(t)})
	if err != nil {
		t.Fatal(err)
	}
	asked := time.Date(2026, 1, 12, 10, 0, 0, 0, time.UTC)
	want := Record{
		Version: 9,
		Conversation: flows.Conversation{
			Address: "sms:+33612345678", Profile: flows.Profile{FirstName: "Marie", Language: "fr", Commune: "60100"},
			Mode: flows.WaitingMode, Epoch: 3, Turn: 7, Misses: 2,
			Request: flows.Request{Reason: flows.AskedPerson, Topic: "creer-email.topic", Asked: asked},
			Run: []flows.Frame{{
				Flow: "creer-email", Step: "appareil", Revision: "r1", Entered: 6, Trail: []flows.StepID{"debut"},
				Answers: []flows.Answer{{Name: "appareil", Value: "android", Label: "creer-email.appareil.choice.android"}},
			}},
			Question: flows.Question{Kind: flows.StepQuestion, Turn: 7, Revision: "r1"},
			Progress: []flows.Progress{{Flow: "choisir-mot-de-passe", Ending: flows.Succeeded, Points: 3, At: time.Date(2026, 1, 11, 9, 0, 0, 0, time.UTC)}},
		},
		Ring: Ring{
			0, 0, 0, 0, 0, 0, 0, 1, 0xfa, 0x89,
			0, 0, 0, 0, 0, 0, 0, 2, 0xfa, 0x89,
		},
		Timers: []flows.Wake{
			{Timer: flows.ReminderTimer, Mark: 6, Due: time.Date(2026, 1, 13, 9, 0, 0, 0, time.UTC)},
			{Timer: flows.WaitTimer, Mark: 7, Due: asked.Add(5 * time.Minute)},
		},
		Lines: 21, Spoke: 7, Hushed: 2,
		Waiting: &Waiting{Reason: flows.AskedPerson, Topic: "creer-email.topic", Since: asked, Epoch: 3},
	}
	want.Sum = got.Sum
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
	again, err := encodeRecord(got)
	if err != nil {
		t.Fatal(err)
	}
	back, err := decodeRecord(Versioned{Version: 9, Value: again})
	want.Sum = Sum(again)
	if diff := cmp.Diff(want, back); diff != "" || err != nil {
		t.Errorf("there and back: error %v (-want +got):\n%s", err, diff)
	}
}

func TestRecordForms(t *testing.T) {
	const address = `"c":{"a":"phone:marie"}`
	for _, c := range []struct {
		name, value string
		want        error
	}{
		{"the least there can be", `{"format":1,` + address + `}`, nil},
		{"a field that a later release added", `{"format":1,` + address + `,"new":{"x":[1]}}`, nil},
		{"without a ring", `{"format":2,` + address + `}`, nil},
		{"with a ring", `{"format":2,` + address + "}\n12345678\n\n", nil},
		{"with proofs", `{"format":3,` + address + `,"o":[]}` + "\n", nil},
		{"half an id", `{"format":2,` + address + "}\n12345", ErrDamaged},
		{"a later form", `{"format":4,` + address + "}\n123", ErrLater},
		{"a later form that reads otherwise", `{"format":4,"c":"phone:marie","i":{"x":1}}`, ErrLater},
		{"no form", `{` + address + `}`, ErrDamaged},
		{"a negative form", `{"format":-1,` + address + `}`, ErrDamaged},
		{"no address", `{"format":1}`, ErrDamaged},
		{"a ring cut short", `{"format":1,` + address + `,"i":"AAAA"}`, ErrDamaged},
		{"cut short", `{"format":1,"c":{"a":"phone:ma`, ErrDamaged},
		{"nothing", ``, ErrDamaged},
		{"not ours", "\x00\x01binary", ErrDamaged},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := decodeRecord(Versioned{Version: 1, Value: []byte(c.value)})
			if !errors.Is(err, c.want) || c.want == nil && err != nil {
				t.Errorf("error %v, want %v", err, c.want)
			}
		})
	}
}

// A sentence for an operator says what to do.
func TestLaterSaysWhatToDo(t *testing.T) {
	_, err := decodeRecord(Versioned{Version: 1, Value: []byte(`{"format":99}`)})
	const want = "decode a record: the data was written by a later release of passerelle; run that release, or restore a backup made before it ran"
	if err == nil || err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
}

// mutate spoils a few bytes, cuts, or repeats.
func mutate(r *rand.Rand, data []byte) []byte {
	spoilt := append([]byte(nil), data...)
	for range 1 + r.IntN(4) {
		i, j := r.IntN(len(spoilt)), r.IntN(len(spoilt))
		switch r.IntN(4) {
		case 0:
			spoilt[i] = byte(r.IntN(256))
		case 1:
			spoilt[i] = `{}[]",:0-e.`[r.IntN(11)]
		case 2:
			spoilt = append(spoilt[:min(i, j):min(i, j)], spoilt[max(i, j):]...)
		default:
			spoilt = append(spoilt[:i:i], append(append([]byte(nil), spoilt[min(i, j):max(i, j)]...), spoilt[i:]...)...)
		}
		if len(spoilt) == 0 {
			return spoilt
		}
	}
	return spoilt
}

// Spoilt data is an error or other data, never a panic, and no error repeats
// what a learner wrote.
func TestSpoiltDataIsAnError(t *testing.T) {
	line, err := encodeEntry(Entry{N: 3, Turn: 2, Who: Learner, Text: "mon petit secret", At: time.UnixMilli(1)})
	if err != nil {
		t.Fatal(err)
	}
	said, err := encodeEntry(Entry{N: 3, Who: Bot, Say: &flows.Say{Key: "a.b", Choices: []flows.Arg{{Key: "a.c"}, {Key: "a.d"}}}})
	if err != nil {
		t.Fatal(err)
	}
	mail, err := encodeLetter(letter{id: "12.0", Tried: 2, Message: flows.Message{Text: "mon petit secret"}})
	if err != nil {
		t.Fatal(err)
	}
	ringed, err := encodeRecord(Record{
		Conversation: flows.Conversation{Address: "phone:marie"}, Ring: Ring("12345678\n\n"),
		Consents: []Consent{{Kind: ConsentOut, Words: "STOP, mon petit secret", ID: "sms/1"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	parts, err := encodeParts(Parts{Parts: []flows.Part{{Delivery: "1.0.x", ID: "twilio/SM1"}}, Day: "2026-01-12", Spent: 7})
	if err != nil {
		t.Fatal(err)
	}
	for name, door := range map[string]struct {
		good   []byte
		decode func([]byte) error
	}{
		"record": {fixture(t), func(b []byte) error { _, err := decodeRecord(Versioned{Value: b}); return err }},
		"ring":   {ringed, func(b []byte) error { _, err := decodeRecord(Versioned{Value: b}); return err }},
		"line":   {line, func(b []byte) error { _, err := decodeEntry(b); return err }},
		"said":   {said, func(b []byte) error { _, err := decodeEntry(b); return err }},
		"form 1": {[]byte(linesOfForm1()[1]), func(b []byte) error { _, err := decodeEntry(b); return err }},
		"letter": {mail, func(b []byte) error { _, err := decodeLetter(b); return err }},
		"parts":  {parts, func(b []byte) error { _, err := decodeParts(b); return err }},
		"spent": {[]byte(`{"format":1,"t":{"+33":700,"+33/segments":1}}`), func(b []byte) error {
			_, err := decodeSpent(b)
			return err
		}},
		"lease": {[]byte(`{"format":1,"h":"host","u":"2026-01-12T10:00:00Z"}`), func(b []byte) error {
			return decode(b, new(leaseJSON), leaseFormat)
		}},
		"current": {[]byte(`{"format":1,"r":"0123456789abcdef","t":"2026-01-12T10:00:00Z"}`), func(b []byte) error {
			_, err := decodeCurrent(b)
			return err
		}},
		"publication": {[]byte(`{"format":1,"r":"0123456789abcdef","p":"","t":"2026-01-12T10:00:00Z","b":"Léa","l":["droits"]}`), func(b []byte) error {
			return decode(b, new(publicationJSON), publicationFormat)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := door.decode(door.good); err != nil {
				t.Fatalf("the good one: %v", err)
			}
			r, refused := rand.New(rand.NewPCG(1, 2)), 0
			rounds := 3000
			if os.Getenv("PASSERELLE_LONG") == "1" {
				rounds = 300_000
			}
			for range rounds {
				err := door.decode(mutate(r, door.good))
				if err == nil {
					continue
				}
				refused++
				known := errors.Is(err, ErrDamaged) || errors.Is(err, ErrLater)
				if !known || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "Marie") {
					t.Fatalf("error %v", err)
				}
			}
			if refused < rounds/10 {
				t.Errorf("only %d of %d were refused", refused, rounds)
			}
		})
	}
}

func TestRing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 1, 12, 10, 0, 0, 0, time.UTC)
		type taken struct {
			id string
			at time.Time
		}
		var ring Ring
		var all []taken
		for range rapid.IntRange(1, 400).Draw(t, "inputs") {
			now = now.Add(time.Duration(rapid.IntRange(0, 3600).Draw(t, "pause")) * time.Second)
			id := rapid.StringN(1, 12, -1).Draw(t, "id")
			before := ring
			copied := append(Ring(nil), ring...)
			ring = ring.add(id, now)
			all = append(all, taken{id, now})
			if !bytes.Equal(copied, before) {
				t.Fatal("adding changed the ring added to")
			}
		}
		if ring.Len() > ringMost {
			t.Fatalf("%d ids are kept", ring.Len())
		}
		for i, one := range all {
			later := len(all) - i
			must := later <= ringKeeps || later <= ringMost && now.Sub(one.at) < ringWindow-time.Second
			if must && !ring.Has(one.id) {
				t.Fatalf("id %d of %d, %v old, is forgotten", i, len(all), now.Sub(one.at))
			}
		}
	})
}

func TestPartitionIsForEver(t *testing.T) {
	for a, want := range map[flows.Address]place{
		"phone:demo":       {partition: 324, id: "01d5f92d643efcc5"},
		"sms:+33612345678": {partition: 875, id: "6c941f2153f7a653"},
		"telegram:123":     {partition: 60, id: "71883adaf494c842"},
	} {
		if got := placeOf(a); got != want {
			t.Errorf("%s lies in %+v, want %+v", a, got, want)
		}
	}
	used := map[int]bool{}
	for i := range 100_000 {
		used[Partition(flows.Address("sms:+336"+strconv.Itoa(i)))] = true
	}
	if len(used) != Partitions {
		t.Errorf("%d partitions of %d are used", len(used), Partitions)
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := newCache(2)
	put := func(a flows.Address, version uint64) {
		c.put(Record{Conversation: flows.Conversation{Address: a}, Version: version})
	}
	put("a", 1)
	put("b", 1)
	put("a", 3)
	put("a", 2) // came late
	put("c", 1) // drops b, the one not used for longest
	for a, want := range map[flows.Address]uint64{"a": 3, "b": 0, "c": 1} {
		if r, ok := c.get(a); r.Version != want || ok != (want > 0) {
			t.Errorf("%s has version %d, want %d", a, r.Version, want)
		}
	}
	if c.forget("a"); c.order.Len() != 1 || len(c.places) != 1 {
		t.Errorf("%d in order, %d by address, want 1", c.order.Len(), len(c.places))
	}
	none := newCache(-1)
	if none.put(Record{Conversation: flows.Conversation{Address: "a"}}); none.order.Len() != 0 {
		t.Error("a cache of none keeps something")
	}
}
