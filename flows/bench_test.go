package flows

import (
	"encoding/json"
	"testing"
)

// The cost of a turn, with the state decoded before and encoded after, as a
// store does it: go test -bench Turn -benchmem ./flows/.
func BenchmarkTurn(b *testing.B) {
	lib := library()
	var c Conversation
	for _, text := range []string{"bonjour", "1", "pret"} {
		c, _, _ = lib.Advance(c, Said{At: monday, Text: text})
	}
	for _, bb := range []struct {
		name string
		in   Input
	}{
		{"press", Tapped{At: monday, Turn: c.Question.Turn, Choice: 1}},
		{"number", Said{At: monday, Text: "2"}},
		{"label", Said{At: monday, Text: "ordinateur"}},
		{"words", Said{At: monday, Text: "j'ai un ordinateure je croi"}},
		{"nonsense", Said{At: monday, Text: "quelle heure est-il à Creil ?"}},
	} {
		b.Run(bb.name, func(b *testing.B) { benchmarkTurn(b, lib, c, bb.in) })
	}
}

func benchmarkTurn(b *testing.B, lib *Library, c Conversation, in Input) {
	stored, err := json.Marshal(c)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ReportMetric(float64(len(stored)), "state-B")
	for b.Loop() {
		var before Conversation
		if err := json.Unmarshal(stored, &before); err != nil {
			b.Fatal(err)
		}
		after, _, _ := lib.Advance(before, in)
		if _, err := json.Marshal(after); err != nil {
			b.Fatal(err)
		}
	}
}
