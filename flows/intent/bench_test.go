package intent

import "testing"

func benchmarkRead(b *testing.B, text string) {
	c := Compile(device)
	b.ReportAllocs()
	for b.Loop() {
		c.Read(text)
	}
}

func BenchmarkReadNumber(b *testing.B) { benchmarkRead(b, "2") }
func BenchmarkReadPlace(b *testing.B)  { benchmarkRead(b, "le deuxième svp") }
func BenchmarkReadLabel(b *testing.B)  { benchmarkRead(b, "Ordinateur") }
func BenchmarkReadFree(b *testing.B)   { benchmarkRead(b, "j'ai un ordinateure portable") }
func BenchmarkReadLong(b *testing.B) {
	benchmarkRead(b, "bonjour madame je vous écris parce que mon petit fils m'a donné un vieux téléphone et je ne sais pas très bien ce que c'est comme modèle")
}

func BenchmarkCommand(b *testing.B) {
	c := CompileCommands([]CommandWords{{Stop, []string{"stop", "arrêt"}}, {Help, []string{"aide"}}})
	b.ReportAllocs()
	for b.Loop() {
		c.Read("je ne trouve pas")
	}
}

func BenchmarkMaskNothing(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Mask("je ne trouve pas l'enveloppe sur mon téléphone")
	}
}

func BenchmarkMaskPhone(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Mask("mon numéro est le 06 12 34 56 78")
	}
}

func BenchmarkParseEmail(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Parse(Email, "marie point dupont arobase laposte.net")
	}
}

func BenchmarkClean(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Clean("je ne trouve pas l'enveloppe sur mon téléphone")
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Compile(device)
	}
}
