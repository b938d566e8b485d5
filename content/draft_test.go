package content

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// everyWay is a lesson with every kind of way: answers, a quiz with tries,
// comparisons, a sub-lesson, questions of every type, a pause, a person.
const everyWay = `---
leçon: tout
titre: Tout jouer
matériel: rien
mots: tout jouer
---

## Début {#debut}

On y va ?

- Oui -> quiz
- Pas encore -> debut
  On recommence.
- Une personne -> personne

## Quiz {#quiz}

Qui connaît votre code ?

- [x] Personne
- [ ] Mon voisin
  Non, personne.

@essais 2

## Points {#points}

@si points >= 1 -> sous
@sinon -> sous

## Sous {#sous}

@leçon autre

## Âge {#age}

Votre âge ?

@demander nombre -> retenir age

## Selon l'âge {#selon}

@si age >= 60 -> pause
@sinon -> email

## E-mail {#email}

Votre adresse e-mail ?

@demander email -> retenir adresse

## D'accord {#accord}

D'accord ?

@demander oui-non -> retenir accord

## Selon {#selon-accord}

@si accord = oui -> fini
@sinon -> arret

## Pause {#pause}

On reprend demain.

@attendre demain 10h -> date

## Date {#date}

Quelle date ?

@demander date -> retenir jour

## Code {#code}

Votre code postal ?

@demander code-postal -> retenir commune

## Téléphone {#telephone}

Votre numéro ?

@demander téléphone -> retenir numero

## Fini {#fini}

Bravo.

@fin réussi

## Arrêt {#arret}

Au revoir.

@fin arrêté

## Personne {#personne}

On appelle.

@aidant besoin d'aide
`

const otherLesson = `---
leçon: autre
titre: La petite leçon
matériel: rien
menu: non
---

## Un {#un}

Ça va ?

- Oui
- Non
  Courage.

## Fin {#fin}

Voilà.

@fin réussi
`

func everyWayFolder() fstest.MapFS {
	return fstest.MapFS{
		"tout/tout.md":   &fstest.MapFile{Data: []byte(everyWay)},
		"autre/autre.md": &fstest.MapFile{Data: []byte(otherLesson)},
	}
}

// rehearsed plays the transcripts of a folder without errors.
func rehearsed(t *testing.T, folder fs.FS) *Rehearsal {
	t.Helper()
	r, err := Rehearse(folder, sentencesOf(t))
	if err != nil || len(r.Errors) > 0 {
		t.Fatal(err, r)
	}
	return r
}

// drafted writes the drafts of all lessons of a folder into it.
func drafted(t *testing.T, folder fstest.MapFS) (added, dropped int) {
	t.Helper()
	r := rehearsed(t, folder)
	for i := range r.Lessons {
		d, err := r.Draft(&r.Lessons[i])
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Left) > 0 {
			t.Errorf("%s: no draft for %v", r.Lessons[i].Lesson, d.Left)
		}
		folder[d.File] = &fstest.MapFile{Data: d.Source}
		added, dropped = added+d.Added, dropped+d.Dropped
	}
	return added, dropped
}

// gapsAndFaults counts the ways not taken and the scenarios that do not play.
func gapsAndFaults(r *Rehearsal) (gaps, faults, drafts int) {
	for _, one := range r.Lessons {
		gaps += len(one.Gaps)
		for _, script := range one.Scripts {
			drafts += len(script.Drafts)
			for _, result := range script.Results {
				if !result.Good() {
					faults++
				}
			}
		}
	}
	return gaps, faults, drafts
}

// Drafts take every way of a lesson, play as they are written, are marked, and
// are the same each time.
func TestDrafts(t *testing.T) {
	folder, again := everyWayFolder(), everyWayFolder()
	before, _, _ := gapsAndFaults(rehearsed(t, folder))
	added, _ := drafted(t, folder)
	gaps, faults, drafts := gapsAndFaults(rehearsed(t, folder))
	if before < 25 || gaps != 0 || faults != 0 || drafts != added || added > 12 {
		t.Errorf("%d ways, %d left by %d drafts (%d marked), %d that do not play", before, gaps, added, drafts, faults)
	}
	drafted(t, again)
	if diff := cmp.Diff(folder, again); diff != "" {
		t.Errorf("drafted again (-first +second):\n%s", diff)
	}
	if source := string(folder["tout/tout.essai.md"].Data); !strings.Contains(source, "\n> tout jouer\n") || !strings.Contains(source, "\n~ demain 10h\n") {
		t.Errorf("the lesson is opened by its word, and time passes:\n%s", source)
	}
	if source := string(folder["autre/autre.essai.md"].Data); !strings.Contains(source, "\n>>> autre\n") {
		t.Errorf("a lesson that is not on the menu is opened by its link:\n%s", source)
	}
}

// What an editor approved is never touched; a draft that no longer plays makes
// way for another.
func TestDraftsAfterAChange(t *testing.T) {
	folder := everyWayFolder()
	added, _ := drafted(t, folder)
	first := string(folder["autre/autre.essai.md"].Data)
	folder["autre/autre.essai.md"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(first, draftMark+"\n", ""))}
	approved := string(folder["autre/autre.essai.md"].Data)
	folder["autre/autre.md"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(otherLesson, "Courage.", "Bon courage."))}
	folder["tout/tout.md"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(everyWay, "On y va ?", "Allons-y ?"))}
	again, dropped := drafted(t, folder)
	if dropped == 0 || dropped > added || again == 0 {
		t.Errorf("%d drafts dropped of %d, %d added", dropped, added, again)
	}
	if got := string(folder["autre/autre.essai.md"].Data); got != approved {
		t.Errorf("an approved transcript was changed:\n%s", cmp.Diff(approved, got))
	}
	if gaps, faults, _ := gapsAndFaults(rehearsed(t, folder)); gaps != 0 || faults != 1 {
		t.Errorf("%d ways left, %d scenarios to be written anew, want 0 and the approved one", gaps, faults)
	}
}

// A lesson with errors is left out, and those that play it; the others play.
func TestRehearseWithoutFaultyLessons(t *testing.T) {
	folder := everyWayFolder()
	folder["autre/autre.md"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(otherLesson, "- Oui\n", "- Oui -> nulle-part\n"))}
	folder["seule/seule.md"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(strings.ReplaceAll(otherLesson, "autre", "seule"), "petite", "grande"))}
	r, err := Rehearse(folder, sentencesOf(t))
	if err != nil || len(r.Lessons) != 1 || r.Lessons[0].Lesson != "seule" || len(r.Errors) != 2 {
		t.Errorf("Rehearse = %v, %v", r, err)
	}
}

// Editors are told of ways nobody took, of scenarios that play otherwise, of
// drafts, and of transcripts that cannot be read.
func TestReviewOfTranscripts(t *testing.T) {
	folder := everyWayFolder()
	drafted(t, folder)
	source := string(folder["autre/autre.essai.md"].Data)
	folder["autre/autre.essai.md"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(strings.ReplaceAll(source, draftMark+"\n", ""), "< Courage.", "< Bravo."))}
	folder["tout/mal.essai.md"] = &fstest.MapFile{Data: []byte("> bonjour\n")}
	delete(folder, "tout/tout.essai.md")
	codes := map[Code]int{}
	for _, p := range Review(folder, sentencesOf(t), someDay()) {
		codes[p.Code]++
		if p.Code >= cUnplayed && p.Line == 0 && p.Code != cScript {
			t.Errorf("%s has no place", p.Code)
		}
	}
	if codes[cUnplayed] != 1 || codes[cPlaysOtherwise] != 1 || codes[cScript] != 1 || codes[cDraft] != 0 {
		t.Errorf("codes found: %v", codes)
	}
	folder["autre/autre.essai.md"] = &fstest.MapFile{Data: []byte(source)}
	drafts := 0
	for _, p := range Review(folder, sentencesOf(t), someDay()) {
		if p.Code == cDraft {
			drafts++
		}
	}
	if drafts != strings.Count(source, draftMark) {
		t.Errorf("%d drafts are told of", drafts)
	}
}
