package bot

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"testing"

	"passerelle/bot/phone/phonetest"
)

// A lesson in Arabic in a real browser: the page turns round when the learner
// chooses the language, fits a small and a large window, and labels in Latin
// letters keep their order.
func TestArabicInBrowser(t *testing.T) {
	browser := phonetest.Start(t)
	k := newKit(t)
	k.config.Newcomers, k.config.Messages = 0, 0
	server := httptest.NewServer(k.phone.Handler())
	defer server.Close()
	story := forgotten(t)
	k.relayed(func() {
		for _, size := range [][2]int64{{360, 740}, {1280, 900}} {
			t.Run(fmt.Sprint(size[0]), func(t *testing.T) {
				v := &visit{Tab: browser.Tab(t, size[0], size[1]), hand: mouse}
				v.Open(server.URL)
				v.press(`button[name="open"]`)
				v.Eventually(`document.querySelectorAll("#lines > li").length === 2`)
				v.write("langue")
				v.Shows("Quelle langue")
				v.write("العربية")
				v.Eventually(`document.documentElement.dir === "rtl" && document.documentElement.lang === "ar"`)
				for i, b := range story {
					v.take(b)
					if i == 4 || i == len(story)-3 {
						v.Eventually(`document.querySelector("#lines > .bot:last-child .bubble").dir === "rtl"`)
						v.Fits()
						v.Accessible()
						v.Shot(fmt.Sprintf("arabic-%d-%d", size[0], i))
					}
				}
				v.Eventually(`[...document.querySelectorAll("#lines bdi")].some(b => b.innerText === "Porte-sel-bus-lune4!" && getComputedStyle(b).unicodeBidi === "isolate")`)
			})
		}
	})
}

// forgotten is the transcript of somebody who has an address and no password any
// more, from the choice of the lesson on.
func forgotten(t *testing.T) []beat {
	t.Helper()
	for _, story := range stories(t, "creer-email/creer-email.ar.essai.md") {
		begins := slices.IndexFunc(story, func(b beat) bool { return b.in.Text == "إنشاء بريد إلكتروني" })
		if begins >= 0 && slices.ContainsFunc(story, func(b beat) bool { return b.in.Text == "نسيت" }) {
			return story[begins:]
		}
	}
	t.Fatal("no such transcript")
	return nil
}
