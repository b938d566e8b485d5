package gsm_test

import (
	"strings"
	"testing"

	"passerelle/flows/gsm"
)

func TestRewrite(t *testing.T) {
	long := strings.Repeat(" abcdefghi", 8) // with it, one character outside costs a segment
	tests := []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"the alphabet is enough", "déjà où ça" + long, "déjà où ca" + long},
		{"é è à ù stay", "Élève à l’école où" + long, "Élève à l'école où" + long},
		{"French quotes", "Touchez «\u00a0Oui\u00a0» ou « Non »." + long, `Touchez "Oui" ou "Non".` + long},
		{"after an apostrophe", "l’« outil » ici" + long, `l'"outil" ici` + long},
		{"quotes of other languages", "sagt »ja« und geht" + long, `sagt "ja" und geht` + long},
		{"English quotes", "“a” and ‘b’" + long, `"a" and 'b'` + long},
		{"dashes and dots", "Attendez… un – deux — trois" + long, "Attendez... un - deux - trois" + long},
		{"blanks", "Ça va\u202f?\u00a0Oui\u2009!" + long, "Ça va ? Oui !" + long},
		{"ligatures", "Sœur, Œuvre, ﬁn" + long, "Soeur, OEuvre, fin" + long},
		{"numbers and warmth", "n° 5, N°6, 20 °C, 45°." + long, "no 5, No6, 20 degrés C, 45 degrés." + long},
		{"letters GSM lacks", "être ça hôtel naïf dû À Ê Ô" + long, "etre ca hotel naif du A E O" + long},
		{"Ç has its place", "Ça, ç’est Ç" + long, "Ça, c'est Ç" + long},
		{"letters of neighbours", "Łódź đak ğ ı ẞ" + long, "Lodz dak g i SS" + long},
		{"marks of direction go", "a\u2068b\u2069 c\u00ad\u200bd" + long, "ab cd" + long},
		{"composed first", "re\u0301ussi" + long, "réussi" + long},
		{"a mark on its own letter", "q\u0303" + long, "q" + long},
		{"only typography where that is enough", "L’été à l’école" + long, "L'été à l'école" + long},
		{"letters stay where typography is enough", "« ê »" + strings.Repeat("a", 67), `"ê"` + strings.Repeat("a", 67)},
		{"nothing is saved: short", "« Être » à l’heure…", "« Être » à l’heure…"},
		{"nothing is saved: an emoji", "L’heure 😀 être" + long, "L’heure 😀 être" + long},
		{"nothing is saved: already longer", "ê" + strings.Repeat("€", 69), "ê" + strings.Repeat("€", 69)},
		{"Arabic is whole", "« مرحبا » être’" + long, "« مرحبا » être’" + long},
		{"Cyrillic is whole", "«Привет» – être…" + long, "«Привет» – être…" + long},
		{"small Greek is whole", "l’alphabet : α, β" + long, "l’alphabet : α, β" + long},
		{"capitals of the alphabet are none of it", "l’Ω" + long, "l'Ω" + long},
		{"what is no UTF-8", "l’\xff" + long, "l’\xff" + long},
		{"composing may cost more", strings.Repeat("\u0958", 70), strings.Repeat("\u0958", 70)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := gsm.Rewrite(tt.text); got != tt.want {
				t.Errorf("Rewrite(%q)\n   = %q\nwant %q", tt.text, got, tt.want)
			}
		})
	}
}

// text300 is a text of 300 characters, as people write.
func text300(tb testing.TB) string {
	tb.Helper()
	return string([]rune(strings.Join(corpus(tb)[:6], " "))[:300])
}

// Benchmarks of what is done before a message is sent.
func BenchmarkRewriteAndMeasure(b *testing.B) {
	text := text300(b)
	b.ReportAllocs()
	for b.Loop() {
		gsm.Measure(gsm.Rewrite(text))
	}
}

func BenchmarkMeasure300(b *testing.B) {
	text := text300(b)
	b.ReportAllocs()
	for b.Loop() {
		gsm.Measure(text)
	}
}

func BenchmarkStep300(b *testing.B) {
	s := gsm.Step{Text: text300(b)}
	b.ReportAllocs()
	for b.Loop() {
		s.Messages()
	}
}

func BenchmarkStepMessages(b *testing.B) {
	s := gsm.Step{Text: strings.Join(corpus(b)[:8], "\n"), Choices: []string{"Oui", "Non", "Je ne sais pas"}}
	b.ReportAllocs()
	for b.Loop() {
		s.Messages()
	}
}
