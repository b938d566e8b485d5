package locales_test

import (
	"strings"
	"testing"
)

// Others may read the phone: the first line of what answers a danger names none.
func TestTheAnswerToADangerBeginsQuietly(t *testing.T) {
	for language, loud := range map[string][]string{
		"fr": {"mour", "mort", "tuer", "suicid", "violen", "frapp", "danger", "police", "dormir", "abri", "faim", "manger"},
		"en": {"die", "death", "dead", "kill", "suicid", "violen", "hit", "danger", "police", "sleep", "home", "hungry", "food", "eat"},
		"ar": {"موت", "انتحار", "قتل", "عنف", "ضرب", "خطر", "شرطة", "نوم", "مأوى", "جوع", "طعام", "أكل"},
	} {
		texts, found := said(t, language), 0
		for id, text := range texts {
			if !strings.HasPrefix(id, "bot.crisis.") || id == "bot.crisis.contact" {
				continue
			}
			found++
			first, _, _ := strings.Cut(text, "\n")
			for _, word := range loud {
				if strings.Contains(strings.ToLower(first), word) {
					t.Errorf("%s %s begins with %q", language, id, first)
				}
			}
		}
		if found < 5 {
			t.Errorf("%s: %d answers to a danger", language, found)
		}
	}
}
