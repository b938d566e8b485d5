package content

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"passerelle/locales"
)

// What a careful reader hears. A mute e inside a word counts: "main-te-nant".
func TestSyllables(t *testing.T) {
	words := map[int]string{
		1: "a y le les de qui que vous est eau œil yeux août nuit mieux quatre grande langue guide vient changent jouent " +
			"parlent pièces rue l' 12 7 ... -",
		2: "bouton adresse comment souvent argent client Noël maïs réel idée naïf créer payer guichet fatigue étaient " +
			"d'accord l'image mairie signer moment famille CV voyage stylo e-mail",
		3: "écrivez utilisent téléphone envoyer essayez aujourd'hui réussi vidéo oublier février document appareil numéro " +
			"maintenant création SMS formulaire électrique",
		4: "ordinateur identifiant déconnecter allocation alphabétique",
		5: "administration communication",
	}
	for want, list := range words {
		for word := range strings.FieldsSeq(list) {
			if got := syllables(word); got != want {
				t.Errorf("%s: %d syllables, want %d", word, got, want)
			}
		}
	}
}

// What is a word, and what is none.
func TestWordsIn(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Touchez **le bouton** « Créer ».", "Touchez le bouton Créer"},
		{"Avez-vous l'adresse ? Y a-t-il un e-mail ?", "Avez vous l'adresse Y a il un e-mail"},
		{"Donnez-le-moi, s'il vous plaît !", "Donnez le moi s'il vous plaît"},
		{"Lisez [le site](https://exemple.fr/page) laposte.net, {prénom}.", "Lisez le site"},
		{"Écrivez à a.b@laposte.net, avec le signe @ : 12 € (ou 15).", "Écrivez à avec le signe 12 ou 15"},
		{"— … !", ""},
		{"", ""},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			var got []string
			for _, w := range wordsIn(line{text: tt.text, number: 1}.whole()) {
				got = append(got, w.text)
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// written is what a text weighs, line by line.
func written(text string) tally {
	s := &step{}
	for l := range strings.Lines(text) {
		s.lines = append(s.lines, textLine{phrase: line{text: l}.whole()})
	}
	return tallyOf(s.sentences())
}

// The two formulas, reckoned by hand.
func TestFormulas(t *testing.T) {
	got := written("Touchez le bouton bleu. Il est en bas de l'écran.\nC'est fait ?")
	if want := (tally{sentences: 3, words: 12, syllables: 15, long: 1}); got != want {
		t.Fatalf("%+v, want %+v", got, want)
	}
	if score, want := got.kandelMoles(), 207-1.015*12/3-73.6*15/12; math.Abs(score-want) > 1e-9 {
		t.Errorf("Kandel and Moles %v, want %v", score, want)
	}
	if lix, want := got.lix(), 12.0/3+100.0/12; math.Abs(lix-want) > 1e-9 {
		t.Errorf("LIX %v, want %v", lix, want)
	}
}

// The prose of administrations, a plain letter and an easy lesson fall where
// readers of French put them.
func TestScoresOfKinds(t *testing.T) {
	tests := []struct {
		name, text  string
		easy, plain float64 // the score is between them
	}{
		{"administration", "Le bénéfice de l'allocation est subordonné à des conditions de ressources appréciées par l'organisme débiteur. " +
			"La demande doit être accompagnée des pièces justificatives relatives à la situation professionnelle du demandeur. " +
			"Toute modification de la situation familiale doit être signalée sans délai à la caisse compétente.", 60, 20},
		{"letter", "Votre demande est arrivée. Nous la lisons dans les deux semaines. Si un papier manque, nous vous écrivons. " +
			"Vous recevez ensuite une réponse par la poste, avec la date du premier versement.", 95, 75},
		{"lesson", "Ouvrez internet. Cherchez un rond de couleurs. Touchez ce dessin une fois. Vous voyez une page ? Bravo !", 125, 88},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if score := written(tt.text).kandelMoles(); score > tt.easy || score < tt.plain {
				t.Errorf("score %.0f, want %v to %v", score, tt.plain, tt.easy)
			}
		})
	}
}

// judged are the problems of reading that a lesson has, without their places.
func judged(bundle *locales.Bundle, steps []string) []string {
	body := strings.Join(steps, "\n") + "\n## Fin {#fin}\n\nC'est fini.\n\n@fin réussi\n"
	text := "---\nleçon: l\ntitre: L\nmatériel: rien\n---\n\n" + body
	var all []string
	for _, p := range Lint(fstest.MapFS{"l/l.md": {Data: []byte(text)}}, bundle, someDay()) {
		if slices.Contains([]Code{cHard, cVeryHard, cLongWords, cRareWords}, p.Code) {
			all = append(all, string(p.Code)+p.In(bundle, "fr").Sentence)
		}
	}
	slices.Sort(all)
	return all
}

// Scores do not depend on the order of the steps, nor does the list of those
// that weigh most. Short lessons are not judged.
func TestOrderOfSteps(t *testing.T) {
	sentences := []string{
		"L'administration communique les notifications.", "Touchez le bouton.", "Vérifiez les conditions particulières.",
		"C'est bien.", "Les bénéficiaires conservent les justificatifs.", "Une personne vous aide, si vous voulez.",
	}
	bundle, r := sentencesOf(t), rand.New(rand.NewPCG(6, 10))
	found := 0
	for range 60 {
		var steps []string
		for i := range 2 + r.IntN(8) {
			var b strings.Builder
			for range 1 + r.IntN(6) {
				b.WriteString(sentences[r.IntN(len(sentences))] + "\n")
			}
			steps = append(steps, fmt.Sprintf("## Étape {#e%d}\n\n%s", i, b.String()))
		}
		want := judged(bundle, steps)
		found += len(want)
		r.Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
		if got := judged(bundle, steps); !slices.Equal(got, want) {
			t.Fatalf("%q, before %q", got, want)
		}
	}
	if found < 20 {
		t.Errorf("only %d problems: these lessons test little", found)
	}
	if got := judged(bundle, []string{"## Un {#un}\n\nL'irrecevabilité manifeste entraîne une notification.\n"}); got != nil {
		t.Errorf("a lesson of ten words is judged: %q", got)
	}
}

// Whatever is written, the words of a text lie inside it, its scores are
// numbers, and nothing panics.
func TestStrangeTexts(t *testing.T) {
	pieces := []string{
		"l'", "'", "’", "-", "-t-", "--vous", "qu", "gu", "y", "ÿ", "ent", "é", "e\u0301", "](", "**", "{", "}", "@", "RSA", "(RSA)", "ÇA",
		" ", ".", "…", "\u00a0", "\u2028", "\x80", "٣", "中", "😀", "ﬁ", "ǅ", "mot", "L’É",
	}
	words := everyday()
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.OneOf(rapid.SampledFrom(pieces), rapid.String())).Draw(t, "text"), "")
		text = strings.ReplaceAll(text, "\n", " ")
		p := line{text: text, number: 1}.whole()
		for _, w := range wordsIn(p) {
			if w.empty() || !strings.Contains(p.text, w.text) || syllables(w.text) < 1 || w.at.column+w.at.length > p.at.column+p.at.length {
				t.Fatalf("word %+v of %+v", w, p)
			}
		}
		got := written(text)
		if score := got.kandelMoles() + got.lix(); math.IsNaN(score) || math.IsInf(score, 0) || got.syllables < got.words || got.long > got.words {
			t.Fatalf("%+v of %q", got, text)
		}
		c := &checker{lesson: &lesson{file: &file{}}, everyday: func() vocabulary { return words }}
		for range 2 {
			c.steps = append(c.steps, &step{title: p, id: p, lines: slices.Repeat([]textLine{{phrase: p}}, 60)})
		}
		c.reading()
		c.acronyms()
		for _, found := range c.found {
			if found.Line > 1 || found.Column < 0 {
				t.Fatalf("%s at %d:%d", found.Code, found.Line, found.Column)
			}
		}
	})
}

// Forms of a word are the word; a longer one is not.
func TestFamiliar(t *testing.T) {
	v := everyday()
	for word := range strings.FieldsSeq("bouton Boutons GRANDE grandes l'écran qu'il aujourd'hui peut-être touchez cherchez heureuse journaux " +
		"e-mail d'accord à y mère œil appelée choisissez") {
		if !v.knows(word) {
			t.Errorf("%q is rare", word)
		}
	}
	for word := range strings.FieldsSeq("irrecevabilité bénéficiaire dématérialisation l'usufruit zzz sous-traitance") {
		if v.knows(word) {
			t.Errorf("%q is familiar", word)
		}
	}
}

// The lists hold what their first lines say, and nothing twice.
func TestLists(t *testing.T) {
	frequent, house := listed(frequentWords), listed(houseWords)
	if len(frequent) != 3000 {
		t.Errorf("%d frequent words", len(frequent))
	}
	known := vocabulary{}
	for _, w := range frequent {
		known[fold(w)] = true
	}
	for _, w := range house {
		if known[fold(w)] {
			t.Errorf("the house's word %q is there already", w)
		}
		known[fold(w)] = true
	}
	for _, list := range []string{houseAcronyms, glossary} {
		for _, l := range listed(list) {
			name, text, ok := strings.Cut(l, ": ")
			if _, found := meaning(list, strings.ToUpper(name)); !ok || !found || text == "" || !isCapitals(strings.ToUpper(name)) || len([]rune(name)) > maxAcronym {
				t.Errorf("%q", l)
			}
		}
	}
}

// A hundred lessons are checked within a second.
func BenchmarkLint(b *testing.B) {
	bundle := sentencesOf(b)
	fsys := fstest.MapFS{}
	for i := range 100 {
		id := fmt.Sprintf("l%d", i)
		text := strings.Replace(seventeenSteps(), "leçon: l\ntitre: Une leçon", "leçon: "+id+"\ntitre: Une leçon "+id, 1)
		fsys[id+"/"+id+".md"] = &fstest.MapFile{Data: []byte(text)}
	}
	b.Run("100 lessons", func(b *testing.B) {
		for b.Loop() {
			if problems := Lint(fsys, bundle, someDay()); HasErrors(problems) {
				b.Fatal(problems)
			}
		}
	})
	b.Run("shipped", func(b *testing.B) {
		for b.Loop() {
			Lint(Embedded(), bundle, someDay())
		}
	})
}

// Shipped lessons are easy to read: the scores are those that README promises.
func TestShippedLessonsAreEasy(t *testing.T) {
	s := collect(Embedded(), sentencesOf(t))
	for _, l := range s.lessons {
		var whole tally
		for _, step := range l.steps {
			whole = whole.and(tallyOf(step.sentences()))
		}
		t.Logf("%s: %d words, Kandel and Moles %.1f, LIX %.1f", l.folder, whole.words, whole.kandelMoles(), whole.lix())
		if whole.kandelMoles() < goodScore || whole.lix() > mostLIX {
			t.Errorf("%s is not easy to read", l.folder)
		}
	}
}
