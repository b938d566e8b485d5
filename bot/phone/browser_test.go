package phone

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"passerelle/bot/phone/phonetest"
	"passerelle/flows"
)

// The page in a real browser. Each story has its own people and conversations.
func TestBrowser(t *testing.T) {
	b := phonetest.Start(t)
	stories := []struct {
		name string
		tell func(*testing.T, *phonetest.Browser)
	}{
		{"mouse", byMouse},
		{"keyboard", byKeyboard},
		{"without script", withoutScript},
		{"two tabs and a person", twoTabs},
		{"connection lost", connectionLost},
		{"taken but not told", takenNotTold},
		{"narrow", narrow},
		{"right to left", rightToLeft},
		{"dark", dark},
		{"large letters", largeLetters},
		{"from another site", fromAnotherSite},
		{"new person", newPerson},
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) { s.tell(t, b) })
	}
}

const commence = "button[name=open]"

// house serves a phone that can be cut off: down refuses everything, deaf
// takes an input but loses the answer.
type house struct {
	*memory

	phone      *Phone
	url        string
	down, deaf atomic.Bool
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{memory: newMemory()}
	h.phone = newPhone(t, h.memory, nil)
	next := h.phone.Handler()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case h.down.Load():
			panic(http.ErrAbortHandler)
		case h.deaf.Load() && r.Method == http.MethodPost:
			next.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		default:
			next.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(s.Close)
	t.Cleanup(h.phone.Close)
	h.url = s.URL
	return h
}

// begin opens the page and presses the big button with the mouse.
func (h *house) begin(t *testing.T, b *phonetest.Browser, width, height int64) *phonetest.Tab {
	t.Helper()
	tab := b.Tab(t, width, height)
	tab.Open(h.url)
	tab.Click(commence)
	tab.Shows("Quel appareil")
	return tab
}

const (
	// live is true once the page hears from the server by itself.
	live = `document.getElementById('refresh').hidden`
	// focused is the text of what has the focus.
	focused = `(e => e.id || e.role === 'region' ? e.id : e.innerText)(document.activeElement)`
)

func byMouse(t *testing.T, b *phonetest.Browser) {
	h := newHouse(t)
	tab := b.Tab(t, 360, 740)
	tab.Open(h.url)
	tab.Shows("Commencer")
	tab.Accessible()
	tab.Shot("start-360")
	tab.Click(commence)
	tab.Shows("Quel appareil")
	tab.Eventually(live)
	tab.Accessible()
	inView(tab, "#n1 .who") // what is said first is read first
	tab.Shot("question-360")
	tab.Click("#answer button:nth-of-type(1)")
	tab.Shows("Touchez l’enveloppe bleue")
	tab.Eventually(`document.querySelector('.bubble img').naturalWidth > 0`)
	tab.Eventually(focused + `.includes('C’est fait')`)
	tab.Accessible()
	tab.Shot("picture-360")
	inView(tab, "#answer button:nth-of-type(1)")
	tab.Click("#answer button:nth-of-type(1)")
	tab.Shows("Quel est votre prénom")
	tab.Eventually(focused + ` === 'text'`) // a question in words: one can write at once
	tab.Press("Marie-Antoinette")
	tab.Click("#write button")
	tab.Shows("Merci. Voici")
	tab.Eventually(`document.getElementById('text').value === ''`)
	tab.Accessible()
	want := []string{"Un téléphone Android", "C’est fait", "Marie-Antoinette"}
	if diff := cmp.Diff(want, h.heard(h.only(t))); diff != "" {
		t.Error(diff)
	}
}

func byKeyboard(t *testing.T, b *phonetest.Browser) {
	h := newHouse(t)
	tab := b.Tab(t, 1280, 800)
	tab.Open(h.url)
	tab.Press(kb.Tab)
	tab.Eventually(focused + ` === 'Commencer'`)
	tab.Press(kb.Enter)
	tab.Shows("Quel appareil")
	tab.Eventually(live)
	tab.Shot("question-1280")
	reach(tab, "Un iPhone")
	tab.Shot("focus-1280")
	tab.Press(kb.Enter)
	tab.Shows("Merci. Voici")
	tab.Eventually(focused + `.includes('Menu')`)
	reach(tab, "text")
	tab.Press("1" + kb.Enter)
	tab.Shows("Touchez l’enveloppe bleue")
	tab.Eventually(focused + ` === 'text'`) // who writes goes on writing
	tab.Eventually(`document.querySelector('.bubble img').naturalWidth > 0`)
	tab.Shot("picture-1280")
	tab.Press("aidant" + kb.Enter)
	tab.Shows("Léa")
	tab.Accessible()
	tab.Shot("person-1280")
	reach(tab, "Nouvelle personne")
	tab.Press(kb.Enter)
	reach(tab, "Oui, nouvelle personne")
	tab.Press(kb.Enter)
	tab.Shows("Commencer")
	if diff := cmp.Diff([]string{"Un iPhone", "1", "aidant"}, h.heard(h.only(t))); diff != "" {
		t.Error(diff)
	}
}

// reach presses Tab until something has the focus, and checks that it shows.
func reach(tab *phonetest.Tab, what string) {
	tab.Helper()
	for range 20 {
		tab.Press(kb.Tab)
		if strings.Contains(phonetest.Eval[string](tab, focused), what) {
			const outline = `getComputedStyle(document.activeElement).outlineStyle`
			if got := phonetest.Eval[string](tab, outline); got != "solid" {
				tab.Errorf("%s has the focus, but does not show it: outline %s", what, got)
			}
			return
		}
	}
	tab.Fatalf("the keyboard does not reach %s", what)
}

func withoutScript(t *testing.T, b *phonetest.Browser) {
	h := newHouse(t)
	tab := b.Tab(t, 360, 640)
	tab.WithoutScript()
	tab.Open(h.url)
	tab.Click(commence)
	tab.Shows("Quel appareil")
	tab.Click("#answer button:nth-of-type(1)")
	tab.Shows("Touchez l’enveloppe bleue")
	inView(tab, "#n4 .who") // the page opens on the answer
	tab.Do("write", chromedp.SendKeys(chromedp.CSS("#text"), "aidant"))
	tab.Click("#write button")
	tab.Shows("Bonjour, je vous aide.")
	h.set(func(m *memory) { m.say(h.soleLearner(), "Vous êtes toujours là ?") })
	tab.Click("#refresh")
	tab.Shows("toujours là")
	tab.Shot("without-script-360")
	if diff := cmp.Diff([]string{"Un téléphone Android", "aidant"}, h.heard(h.only(t))); diff != "" {
		t.Error(diff)
	}
}

// soleLearner is the learner there is, for who holds the memory already.
func (m *memory) soleLearner() flows.Address {
	for of := range m.lines {
		return of
	}
	return ""
}

// inView fails unless a person sees the element.
func inView(tab *phonetest.Tab, css string) {
	tab.Helper()
	tab.Eventually(`(() => {
		const b = document.querySelector('` + css + `').getBoundingClientRect();
		const e = document.elementFromPoint((b.left + b.right) / 2, (b.top + b.bottom) / 2);
		return e && e.closest('` + css + `');
	})()`)
}

func twoTabs(t *testing.T, b *phonetest.Browser) {
	h := newHouse(t)
	one := h.begin(t, b, 360, 740)
	two := one.Another(360, 740)
	two.Open(h.url)
	two.Shows("Quel appareil")
	one.Eventually(live)
	two.Eventually(live)
	one.Click("#answer button:nth-of-type(3)")
	one.Shows("Merci")
	two.Shows("Merci")
	of := h.only(t)
	h.set(func(m *memory) {
		m.turn++
		m.add(of, Line{From: Aidant, Message: flows.Message{Turn: m.turn, Text: "Je suis là.", Aidant: "Léa"}})
	})
	if err := h.phone.Send(t.Context(), flows.Delivery{To: of}); err != nil {
		t.Fatal(err)
	}
	for _, tab := range []*phonetest.Tab{one, two} {
		tab.Shows("Je suis là.")
		tab.Eventually(`document.querySelectorAll('#lines > li').length === 5 && !document.querySelector('#answer button')`)
	}
}

// The connection breaks: the page says so, keeps what was typed, and sends it
// when the connection is back.
func connectionLost(t *testing.T, b *phonetest.Browser) {
	h := newHouse(t)
	tab := h.begin(t, b, 360, 740)
	tab.Eventually(live)
	h.down.Store(true)
	tab.Do("write", chromedp.SendKeys(chromedp.CSS("#text"), "marie@exemple.fr"))
	tab.Press(kb.Enter)
	tab.Shows("Votre message est gardé")
	tab.Eventually(`document.getElementById('text').value === 'marie@exemple.fr' && !` + live)
	tab.Accessible()
	tab.Shot("lost-360")
	h.down.Store(false)
	tab.Shows("Merci. Voici")
	tab.Shows("La connexion est revenue.")
	tab.Eventually(live)
	if diff := cmp.Diff([]string{"marie@exemple.fr"}, h.heard(h.only(t))); diff != "" {
		t.Error(diff)
	}
}

// The input was taken but the answer got lost: it is sent again, and taken
// once.
func takenNotTold(t *testing.T, b *phonetest.Browser) {
	h := newHouse(t)
	tab := h.begin(t, b, 360, 740)
	tab.Eventually(live)
	h.deaf.Store(true)
	tab.Click("#answer button:nth-of-type(1)")
	tab.Shows("Votre message est gardé")
	h.deaf.Store(false)
	tab.Shows("Touchez l’enveloppe bleue")
	tab.Eventually(`document.getElementById('status').textContent !== document.body.dataset.kept`)
	if diff := cmp.Diff([]string{"Un téléphone Android"}, h.heard(h.only(t))); diff != "" {
		t.Error(diff)
	}
}

func narrow(t *testing.T, b *phonetest.Browser) {
	h := newHouse(t)
	tab := b.Tab(t, 320, 640)
	tab.Open(h.url)
	tab.Fits()
	tab.Click(commence)
	tab.Shows("Quel appareil")
	tab.Fits()
	for _, text := range []string{strings.Repeat("anticonstitutionnellement", 8), "marie.dupont.de.la.riviere@une-adresse-vraiment-longue.exemple.fr", "1"} {
		tab.Do("write", chromedp.SendKeys(chromedp.CSS("#text"), text+kb.Enter))
		tab.Shows(text)
		tab.Eventually(`document.getElementById('text').value === ''`) // the line may come before the answer
	}
	tab.Shows("Touchez l’enveloppe bleue")
	tab.Click("summary")
	tab.Fits()
	tab.Shot("narrow-320")
	const small = `[...document.querySelectorAll('button, input:not([type=hidden]), summary, footer a')]
		.filter(e => e.offsetHeight && e.offsetHeight < 44).map(e => e.outerHTML).join('\n')`
	if got := phonetest.Eval[string](tab, small); got != "" {
		t.Errorf("hard to touch:\n%s", got)
	}
}

func rightToLeft(t *testing.T, b *phonetest.Browser) {
	h := newHouse(t)
	h.set(func(m *memory) { m.language = "ar" })
	tab := h.begin(t, b, 360, 740)
	tab.Eventually(`document.documentElement.dir === 'rtl'`)
	tab.Fits()
	tab.Do("write", chromedp.SendKeys(chromedp.CSS("#text"), "مرحبا"+kb.Enter))
	tab.Shows("Merci")
	tab.Accessible()
	tab.Shot("rtl-360")
	const sides = `(() => {
		const left = e => document.querySelector(e).getBoundingClientRect().left;
		return left('.learner .bubble') < 40 && left('.bot .bubble') >= left('.learner .bubble');
	})()`
	tab.Eventually(sides)
	h.set(func(m *memory) { m.language = "fr" }) // the learner chooses another language
	tab.Do("write", chromedp.SendKeys(chromedp.CSS("#text"), "silence"+kb.Enter))
	tab.Eventually(`document.documentElement.dir === 'ltr' && document.documentElement.lang === 'fr'`)
}

func dark(t *testing.T, b *phonetest.Browser) {
	h := newHouse(t)
	tab := b.Tab(t, 360, 740)
	tab.Prefer("prefers-color-scheme", "dark")
	tab.Open(h.url)
	tab.Accessible()
	tab.Click(commence)
	tab.Shows("Quel appareil")
	tab.Click("#answer button:nth-of-type(1)")
	tab.Shows("Touchez l’enveloppe bleue")
	tab.Accessible()
	tab.Shot("dark-360")
}

// At 200 % a small window holds a quarter of what it held.
func largeLetters(t *testing.T, b *phonetest.Browser) {
	h := newHouse(t)
	tab := h.begin(t, b, 320, 256)
	tab.Fits()
	tab.Click("#answer button:nth-of-type(1)")
	tab.Shows("Touchez l’enveloppe bleue")
	tab.Fits()
	tab.Do("write", chromedp.SendKeys(chromedp.CSS("#text"), "aidant"+kb.Enter))
	tab.Shows("Léa")
	tab.Shot("large-320")
}

// A link in a page of somebody else does not cost the conversation.
func fromAnotherSite(t *testing.T, b *phonetest.Browser) {
	h := newHouse(t)
	tab := h.begin(t, b, 360, 740)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<a href="` + h.url + `">Passerelle</a>`))
	}))
	t.Cleanup(other.Close)
	tab.Open(strings.Replace(other.URL, "127.0.0.1", "localhost", 1))
	tab.Click("a")
	tab.Shows("Quel appareil")
}

func newPerson(t *testing.T, b *phonetest.Browser) {
	h := newHouse(t)
	tab := h.begin(t, b, 1280, 800)
	tab.Click("summary")
	tab.Shows("va oublier la conversation")
	tab.Accessible()
	tab.Shot("new-1280")
	tab.Click("details button")
	tab.Shows("Commencer")
	tab.Shot("start-1280")
	tab.Open(h.url + "/nulle-part")
	tab.Shows("Cette page n’existe pas.")
	tab.Accessible()
	tab.Shot("nowhere-1280")
}
