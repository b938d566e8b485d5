package intent

import (
	"math/rand/v2"
	"os"
	"testing"
)

// mutate spoils a text a little: bytes dropped, doubled, exchanged, replaced,
// or a piece of another text put in.
func mutate(r *rand.Rand, text, other string) string {
	b := []byte(text)
	for range 1 + r.IntN(4) {
		if len(b) == 0 {
			return other
		}
		i, j := r.IntN(len(b)), r.IntN(len(b))
		switch r.IntN(6) {
		case 0:
			b = append(b[:i], b[i+1:]...)
		case 1:
			b = append(b[:i+1], b[i:]...)
		case 2:
			b[i], b[j] = b[j], b[i]
		case 3:
			b[i] = byte(r.IntN(256))
		case 4:
			b = append(b[:i], other[r.IntN(len(other)+1):]...)
		case 5:
			b = append(b, b[min(i, j):max(i, j)]...)
		}
	}
	return string(b)
}

// TestMutants puts spoilt phrases through every door: nothing panics, nothing
// out of range is chosen, and what is masked stays masked.
func TestMutants(t *testing.T) {
	rounds := 40
	if os.Getenv("PASSERELLE_LONG") != "" {
		rounds = 1500
	}
	all := append(samples(t, "testdata/choix-fr.tsv"), samples(t, "testdata/choix-fr-2.tsv")...)
	extra := []string{
		"mon mot de passe est Soleil12, code 4821", "FR76 3000 6000 0112 3456 7890 189", "2 55 08 14 168 025 38", "4539 5787 6362 1486",
		"marie point dupont arobase laposte . net", "le 3 mai 1980", "+33 (0)6 12 34 56 78", "quatre-vingt-dix-neuf", "1 200,50",
	}
	commands := CompileCommands([]CommandWords{{Stop, []string{"stop"}}})
	r := rand.New(rand.NewPCG(2026, 11))
	for i, s := range all {
		c := Compile(s.labels)
		for range rounds {
			text := mutate(r, s.reply, extra[r.IntN(len(extra))])
			if r.IntN(2) == 0 {
				text = mutate(r, extra[i%len(extra)], s.reply)
			}
			if got := c.Read(text); got.Choice < -1 || got.Choice >= c.Len() || got.Sure && got.Choice < 0 {
				t.Fatalf("Read(%q) = %+v", text, got)
			}
			if masked, _ := Mask(text); masked != text {
				if again, _ := Mask(masked); again != masked {
					t.Fatalf("Mask(%q) = %q, then %q", text, masked, again)
				}
			}
			for _, kind := range []Type{Text, Number, Date, Phone, Email, Postcode} {
				if value, ok := Parse(kind, text); ok != (value != "") {
					t.Fatalf("Parse(%s, %q) = %q, %v", kind, text, value, ok)
				}
			}
			Compile(append(labelled(text), s.labels...)).Read(s.reply)
			commands.Read(text)
		}
	}
}
