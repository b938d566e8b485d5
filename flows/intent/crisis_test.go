package intent

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// troubles are a few words of each kind, as the sentences of the program list
// them.
func troubles() *Crises {
	return CompileCrises([]CrisisWords{
		{Crisis: LifeCrisis, Words: []string{"veux mourir", "envie de mourir", "en finir avec la vie", "suicide.", "أريد أن أموت", ""}},
		{Crisis: ViolenceCrisis, Words: []string{"me frappe", "va me tuer"}},
		{Crisis: HungerCrisis, Words: []string{"j'ai faim.", "rien à manger", "envie de mourir"}},
		{Crisis: ShelterCrisis, Words: []string{"suis à la rue", "à la rue avec", "enfants dehors", "on dort dehors."}},
		{Words: []string{"mourir de rire", "en finir avec", "me frappe pas", "à la rue *"}},
	})
}

func TestReadCrisis(t *testing.T) {
	for text, want := range map[string]Crisis{
		"je veux mourir":                       LifeCrisis,
		"JE VEUX MOURIR !!!":                   LifeCrisis,
		"jveu mourir":                          LifeCrisis,
		"je ve vraiment mourrir":               LifeCrisis,
		"bonjour, g envi de mourir ce soir":    LifeCrisis,
		"j'ai tres envie de mouriiir":          LifeCrisis,
		"je veux en finir avec la vie":         LifeCrisis,
		"suicide":                              LifeCrisis,
		"أُريد أن أموت":                        LifeCrisis,
		"il me frape":                          ViolenceCrisis,
		"mes parents me frappent":              ViolenceCrisis,
		"je n'ose pas, il va me frapper":       ViolenceCrisis,
		"j'ai très faim":                       HungerCrisis,
		"g faim":                               HungerCrisis,
		"Bonjour, j'ai faim, aidez-moi":        HungerCrisis,
		"Aidez-moi, j'ai faim":                 HungerCrisis,
		"g tro faim 😭":                         HungerCrisis,
		"jvx mourir":                           LifeCrisis,
		"jeveux mourir":                        LifeCrisis,
		"envie 2 mourir":                       LifeCrisis,
		"j'ai envie de mourir. De rire ? Non.": LifeCrisis,
		"mes enfant dehors":                    ShelterCrisis,
		"je suis à la rue":                     ShelterCrisis,
		"je suis à la rue 😢":                   ShelterCrisis,
		"je suis à la rue, Pasteur":            ShelterCrisis,
		"je suis à la rue avec mon fils":       ShelterCrisis,
		"on dort dehors":                       ShelterCrisis,
		"on dort dehors l'été":                 NoCrisis,
		"je suis à la rue Pasteur":             NoCrisis,
		"je suis à la rue de Pasteur":          NoCrisis,
		"on a plus rien a mangé":               HungerCrisis,
		"":                                     NoCrisis,
		"...":                                  NoCrisis,
		"je veux mourir de rire":               NoCrisis,
		"envie de mourir de rire":              NoCrisis,
		"je veux en finir avec cette leçon":    NoCrisis,
		"il me frappe pas":                     NoCrisis,
		"prévention du suicide":                NoCrisis,
		"j'ai faim de réussir":                 NoCrisis,
		"j'ai faim, je reviens":                NoCrisis,
		"je ne veux pas mourir idiot":          NoCrisis,
		"il ne me parle pas, frappe au hasard": NoCrisis,
		"mourir":                               NoCrisis,
	} {
		t.Run(text, func(t *testing.T) {
			if got := troubles().Read(text); got != want {
				t.Errorf("read as %q, want %q", got, want)
			}
		})
	}
}

// Where a figure of speech and a danger stand in one text, the danger is read.
func TestAFigureHidesNoOtherWords(t *testing.T) {
	if got := troubles().Read("c'était à mourir de rire. Maintenant je veux mourir"); got != LifeCrisis {
		t.Errorf("read as %q", got)
	}
}

func TestNoCrisesReadNone(t *testing.T) {
	var none *Crises
	if got := none.Read("je veux mourir") + CompileCrises(nil).Read("je veux mourir"); got != NoCrisis {
		t.Errorf("read as %q", got)
	}
}

// Whatever stands around the words, they are found; nothing makes the reader
// fail.
func TestCrisisInAnyText(t *testing.T) {
	c, random := troubles(), rand.New(rand.NewPCG(5, 5))
	around := strings.Fields("le la téléphone bonjour 12 🙂 ??? مرحبا \xff ne pas de internet jjjj j e er ''")
	for range 2000 {
		words := []string{"je veux mourir"}
		for range random.IntN(60) {
			at := random.IntN(len(words) + 1)
			words = slices.Insert(words, at, around[random.IntN(len(around))])
		}
		text := strings.Join(words, " ")
		if got := c.Read(text); got != LifeCrisis && !strings.Contains(text, "mourir de") {
			t.Fatalf("%q is read as %q", text, got)
		}
		cut := random.IntN(len(text))
		c.Read(text[cut:])
	}
}

func BenchmarkReadCrisis(b *testing.B) {
	c := troubles()
	b.ReportAllocs()
	for b.Loop() {
		c.Read("je ne trouve pas le bouton sur mon téléphone, il est où ?")
	}
}
