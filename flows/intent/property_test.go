package intent

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// anyText draws words people write, mixed with anything at all.
func anyText() *rapid.Generator[string] {
	words := rapid.SampledFrom([]string{
		"oui", "non", "pas", "ne", "je", "fait", "bloqué", "1", "99", "code", "mot de passe", "est", ":", "mdp", ",", "é", "\u0301", "٣", "👍", "\x00", "\xff", "iphone",
		"4539 5787 6362 1486", "FR76", "arobase", "@", ".", "point", "mai", "••••", "\u200d", "mais", "aaaa", "n", "c", "le",
	})
	return rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(rapid.OneOf(words, rapid.String()), 0, 12).Draw(t, "parts")
		return strings.Join(parts, rapid.SampledFrom([]string{" ", "", "\n"}).Draw(t, "gap"))
	})
}

func anyLabels() *rapid.Generator[[]Label] {
	label := rapid.Custom(func(t *rapid.T) Label {
		return Label{Text: anyText().Draw(t, "text"), Words: rapid.SliceOfN(anyText(), 0, 3).Draw(t, "words")}
	})
	return rapid.SliceOfN(label, 0, 6)
}

func TestReadHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels, text := anyLabels().Draw(t, "labels"), anyText().Draw(t, "text")
		c := Compile(labels)
		got := c.Read(text)
		if got.Choice < -1 || got.Choice >= len(labels) || got.Sure && got.Choice < 0 || got.Reason == "" {
			t.Fatalf("Read(%q) = %+v among %d labels", text, got, len(labels))
		}
		if again := Compile(labels).Read(text); again != got {
			t.Fatalf("Read(%q) = %+v, then %+v", text, got, again)
		}
	})
}

// Labels of lessons, each without a negation, and none part of another.
var plainLabels = []string{"C'est fait", "Je suis bloqué", "Android", "Ordinateur", "Créer un e-mail", "Parler à quelqu'un", "Mon voisin", "Je continue demain", "Reçu"}

func TestNumbersAreOffered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels := labelled(plainLabels[:rapid.IntRange(1, len(plainLabels)).Draw(t, "count")]...)
		n := rapid.IntRange(-1000, 1000).Draw(t, "n")
		text := rapid.SampledFrom([]string{"%d", "le %d", "n° %d.", "%d svp", "réponse %d"}).Draw(t, "form")
		got := Compile(labels).Read(fmt.Sprintf(text, n))
		switch {
		case n >= 1 && n <= len(labels):
			if got != (Reading{n - 1, true, ByNumber}) {
				t.Fatalf("%d of %d: %+v", n, len(labels), got)
			}
		case n > len(labels) || n == 0:
			if got != (Reading{-1, false, OutOfRange}) {
				t.Fatalf("%d of %d: %+v", n, len(labels), got)
			}
		}
	})
}

func TestDenialIsNeverTheLabel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		label := rapid.SampledFrom(plainLabels).Draw(t, "label")
		deny := rapid.SampledFrom([]string{"pas %s", "c'est pas %s", "ce n'est pas %s", "jamais %s", "pa %s svp", "%s ? non pas du tout", "je ne suis pas %s"}).Draw(t, "deny")
		text := fmt.Sprintf(deny, label)
		if got := Compile(labelled(plainLabels...)).Read(text); got.Sure {
			t.Fatalf("Read(%q) = %+v, want no choice", text, got)
		}
	})
}

func TestCleanHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyText().Draw(t, "text")
		got := Clean(text)
		if again := Clean(got); again != got {
			t.Fatalf("Clean(%q) = %q, then %q", text, got, again)
		}
		if !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) || utf8.RuneCountInString(got) > MaxText || got != strings.TrimSpace(got) {
			t.Fatalf("Clean(%q) = %q is not clean", text, got)
		}
		if strings.IndexFunc(got, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) >= 0 {
			t.Fatalf("Clean(%q) = %q has controls", text, got)
		}
		if folded := Fold(text); Fold(folded) != folded {
			t.Fatalf("Fold(%q) = %q, then %q", text, folded, Fold(folded))
		}
		if slug := Slug(text); strings.Trim(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || len(slug) > maxSlug || Slug(slug) != slug {
			t.Fatalf("Slug(%q) = %q", text, slug)
		}
	})
}

func TestMaskHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyText().Draw(t, "text")
		masked, found := Mask(text)
		again, more := Mask(masked)
		if again != masked || len(more) > 0 {
			t.Fatalf("Mask(%q) = %q, then %q with %q", text, masked, again, more)
		}
		if (masked == text) != (len(found) == 0) {
			t.Fatalf("Mask(%q) = %q, found %q", text, masked, found)
		}
	})
}

func TestParseHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyText().Draw(t, "text")
		for _, kind := range []Type{NoType, Text, Number, Date, Phone, Email, Postcode, YesNo} {
			value, ok := Parse(kind, text)
			if ok != (value != "") {
				t.Fatalf("Parse(%s, %q) = %q, %v", kind, text, value, ok)
			}
			if again, same := Parse(kind, value); ok && (!same || again != value) {
				t.Fatalf("Parse(%s, %q) = %q, of which it makes %q, %v", kind, text, value, again, same)
			}
		}
	})
}

// spaced writes digits in groups, as people do.
func spaced(t *rapid.T, digits string) string {
	size := rapid.IntRange(2, 5).Draw(t, "size")
	mark := rapid.SampledFrom([]string{"", " ", ".", "-", "\u00a0", "\u202f", " - "}).Draw(t, "mark")
	var b strings.Builder
	for i, r := range digits {
		if i > 0 && i%size == 0 {
			b.WriteString(mark)
		}
		b.WriteRune(r)
	}
	if rapid.IntRange(0, 9).Draw(t, "script") == 0 {
		return strings.NewReplacer("0", "٠", "1", "١", "2", "٢", "3", "٣", "4", "٤", "5", "٥", "6", "٦", "7", "٧", "8", "٨", "9", "٩").Replace(b.String())
	}
	return b.String()
}

// drawDigits draws n digits, the first one not zero.
func drawDigits(t *rapid.T, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteByte(byte('0' + rapid.IntRange(min(1, max(0, 1-i)), 9).Draw(t, "digit")))
	}
	return b.String()
}

func drawCard(t *rapid.T) string {
	body := drawDigits(t, rapid.IntRange(12, 18).Draw(t, "length"))
	for last := range 10 {
		if card := body + strconv.Itoa(last); isLuhn([]byte(card)) {
			return card
		}
	}
	panic("one last digit of ten is right")
}

func drawNIR(t *rapid.T) string {
	area := rapid.SampledFrom([]string{"01", "60", "75", "2A", "2B", "97", "99"}).Draw(t, "area")
	body := fmt.Sprintf("%d%02d%02d", rapid.IntRange(1, 2).Draw(t, "sex"), rapid.IntRange(0, 99).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"))
	order := fmt.Sprintf("%06d", rapid.IntRange(1001, 999999).Draw(t, "order"))
	n, err := strconv.Atoi(body + strings.NewReplacer("2A", "19", "2B", "18").Replace(area) + order)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s%s%s%02d", body, area, order, 97-n%97)
}

func drawIBAN(t *rapid.T) string {
	country := rapid.SampledFrom([]string{"FR", "DE", "BE", "ES", "GB"}).Draw(t, "country")
	account := drawDigits(t, map[string]int{"FR": 23, "DE": 18, "BE": 12, "ES": 20, "GB": 14}[country])
	if country == "GB" {
		account = "WEST" + account
	}
	for check := 2; check < 99; check++ {
		if iban := fmt.Sprintf("%s%02d%s", country, check, account); isIBAN([]byte(iban)) {
			return iban
		}
	}
	panic("two check digits of a hundred are right")
}

func TestGeneratedSecretsAreMasked(t *testing.T) {
	draws := map[Secret]func(*rapid.T) string{Card: drawCard, NIR: drawNIR, IBAN: drawIBAN}
	for kind, draw := range draws {
		t.Run(string(kind), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				secret := spaced(t, draw(t))
				around := rapid.SampledFrom([]string{"%s", "voici %s", "%s merci", "n°%s.", "(%s)"}).Draw(t, "around")
				got, found := Mask(fmt.Sprintf(around, secret))
				if got != fmt.Sprintf(around, dots) || len(found) != 1 {
					t.Fatalf("Mask(%q) = %q, %q", fmt.Sprintf(around, secret), got, found)
				}
			})
		})
	}
}

func TestOrdinaryDigitsStay(t *testing.T) {
	ordinary := []func(*rapid.T) string{
		func(t *rapid.T) string { return "0" + spaced(t, drawDigits(t, 9)) },
		func(t *rapid.T) string { return "+33 " + drawDigits(t, 9) },
		func(t *rapid.T) string { return drawDigits(t, 5) + " Creil" },
		func(t *rapid.T) string {
			return fmt.Sprintf("le %02d/%02d/19%02d", rapid.IntRange(1, 31).Draw(t, "d"), rapid.IntRange(1, 12).Draw(t, "m"), rapid.IntRange(0, 99).Draw(t, "y"))
		},
		func(t *rapid.T) string { return drawDigits(t, rapid.IntRange(1, 8).Draw(t, "n")) + " euros" },
		func(t *rapid.T) string { return "marie" + drawDigits(t, 4) + "@free.fr" },
	}
	rapid.Check(t, func(t *rapid.T) {
		var parts []string
		for range rapid.IntRange(1, 4).Draw(t, "count") {
			parts = append(parts, rapid.SampledFrom(ordinary).Draw(t, "part")(t))
		}
		text := strings.Join(parts, ", puis ")
		if got, found := Mask(text); got != text || len(found) > 0 {
			t.Fatalf("Mask(%q) = %q, %q", text, got, found)
		}
	})
}
