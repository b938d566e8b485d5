// Package phonetest looks at pages in a real Chromium, for tests.
//
// One [Browser] serves a whole test; each [Tab] has cookies of its own, as
// another person's browser would. What a page does is waited for by its
// outcome ([Tab.Eventually]), never by time. [Tab.Accessible] runs axe-core,
// which CI installs with npm and names in PASSERELLE_AXE.
//
// Where Chromium is missing, a test is skipped with one line that says what to
// install; where axe-core is, the story is told without that check, and says
// so. With CI=true both fail.
package phonetest

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// patience is how long an outcome may take on a loaded machine.
const patience = 30 * time.Second

// A Browser is a Chromium of its own, with an empty profile.
type Browser struct{ ctx context.Context } //nolint:containedctx // chromedp hands browsers and tabs out as contexts

// Start starts Chromium, or skips the test. It ends with the test.
func Start(t testing.TB) *Browser {
	t.Helper()
	path := find(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, leave := chromedp.NewContext(allocator)
	t.Cleanup(func() { leave(); stop() })
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return &Browser{ctx}
}

// find returns the path of a Chromium.
func find(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const what = "no Chromium here (apt-get install chromium)"
	if everything() {
		t.Fatal(what)
	}
	t.Skip(what)
	return ""
}

// everything tells whether this is where all must be tried.
func everything() bool { return os.Getenv("CI") == "true" }

// A Tab is one page, with cookies of its own.
type Tab struct {
	testing.TB

	ctx context.Context //nolint:containedctx // see Browser
}

// Tab opens an empty tab of that size. It closes with the test.
func (b *Browser) Tab(t testing.TB, width, height int64) *Tab {
	t.Helper()
	return open(t, width, height, b.ctx, chromedp.WithNewBrowserContext())
}

// Another opens a second tab of the same person.
func (tab *Tab) Another(width, height int64) *Tab {
	tab.Helper()
	return open(tab.TB, width, height, tab.ctx)
}

// open opens a tab. It lives as long as the context of the first step taken in
// it, so that step has no deadline.
func open(t testing.TB, width, height int64, parent context.Context, options ...chromedp.ContextOption) *Tab { //nolint:revive // the context is not that of a call
	t.Helper()
	ctx, closeTab := chromedp.NewContext(parent, options...)
	t.Cleanup(closeTab)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	tab := &Tab{TB: t, ctx: ctx}
	tab.Size(width, height)
	return tab
}

// run takes one step, which may not last for ever.
func run[T any](tab *Tab, step chromedp.Action[T]) (T, error) {
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, step)
}

// Do runs steps of chromedp and fails the test when one does.
func (tab *Tab) Do(what string, steps ...chromedp.Action[chromedp.Void]) {
	tab.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		tab.Fatalf("%s: %v", what, err)
	}
}

// Size makes the window that wide and high, in CSS pixels.
func (tab *Tab) Size(width, height int64) {
	tab.Helper()
	tab.Do("size the window", chromedp.EmulateViewport(width, height))
}

// WithoutScript turns JavaScript off, before a page is opened.
func (tab *Tab) WithoutScript() {
	tab.Helper()
	tab.Do("turn JavaScript off", func(ctx context.Context, _ *chromedp.Target) (v chromedp.Void, err error) {
		_, err = chromedp.Call(ctx, emulation.SetScriptExecutionDisabled,
			emulation.SetScriptExecutionDisabledParams{Value: true})
		return v, err
	})
}

// Prefer sets what a page may ask of a person's taste, such as
// "prefers-color-scheme" "dark".
func (tab *Tab) Prefer(feature, value string) {
	tab.Helper()
	tab.Do("set a preference", func(ctx context.Context, _ *chromedp.Target) (v chromedp.Void, err error) {
		_, err = chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: feature, Value: value}},
		})
		return v, err
	})
}

// Open goes to an address.
func (tab *Tab) Open(url string) {
	tab.Helper()
	tab.Do("open "+url, chromedp.Navigate(url))
}

// Click clicks with the mouse on what the CSS selector finds.
func (tab *Tab) Click(css string) {
	tab.Helper()
	tab.Do("click "+css, chromedp.Click(chromedp.CSS(css)))
}

// Press presses keys, wherever the focus is.
func (tab *Tab) Press(keys string) {
	tab.Helper()
	tab.Do("press keys", chromedp.KeyEvent(keys))
}

// Eval is the value of a JavaScript expression in the page, also where the
// page itself may run none.
func Eval[T any](tab *Tab, js string) T {
	tab.Helper()
	v, err := run(tab, chromedp.Evaluate[T](js))
	if err != nil {
		tab.Fatalf("evaluate %s: %v", js, err)
	}
	return v
}

// Eventually waits until a JavaScript expression is true. A page that is just
// changing is asked again.
func (tab *Tab) Eventually(js string) {
	tab.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		ok, err := run(tab, chromedp.Evaluate[bool]("!!("+js+")"))
		if err == nil && ok {
			return
		}
		if time.Now().After(end) {
			text, failed := run(tab, chromedp.Evaluate[string]("document.body.innerText"))
			tab.Fatalf("never true: %s (%v); the page says (%v):\n%s", js, err, failed, text)
		}
	}
}

// Shows waits until the page shows a text.
func (tab *Tab) Shows(text string) {
	tab.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		tab.Fatalf("quote %q: %v", text, err)
	}
	tab.Eventually("document.body.innerText.includes(" + string(quoted) + ")")
}

// Fits fails when the page is wider than its window.
func (tab *Tab) Fits() {
	tab.Helper()
	const over = `[...document.querySelectorAll('*')].filter(e => {
		const b = e.getBoundingClientRect();
		return b.width > 1 && (b.right > innerWidth + 1 || b.left < -1);
	}).map(e => e.tagName + '.' + e.className + ' ' + e.textContent.trim().slice(0, 40)).slice(0, 5).join('\n')`
	if Eval[bool](tab, "document.scrollingElement.scrollWidth > innerWidth") {
		tab.Errorf("the page scrolls sideways")
	}
	if wide := Eval[string](tab, over); wide != "" {
		tab.Errorf("wider than the window:\n%s", wide)
	}
}

// Shot saves a picture of the window as folder/name.png when the environment
// names a folder in PASSERELLE_SHOTS.
func (tab *Tab) Shot(name string) {
	tab.Helper()
	folder := os.Getenv("PASSERELLE_SHOTS")
	if folder == "" {
		return
	}
	data, err := run(tab, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".png"), data, 0o600)
	}
	if err != nil {
		tab.Errorf("save picture: %v", err)
	}
}

// Accessible fails when axe-core finds a fault against WCAG 2.2 AA or best
// practice. It needs a tab that may run JavaScript.
func (tab *Tab) Accessible() {
	tab.Helper()
	source := axe(tab)
	if source == "" {
		return
	}
	if !Eval[bool](tab, "typeof axe === 'object'") {
		tab.Do("load axe-core", chromedp.Evaluate[chromedp.Void](source+";0"))
	}
	const check = `Promise.all(document.getAnimations().map(a => a.finished)).then(() => axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}))
		.then(r => ({passes: r.passes.length, faults: r.violations.map(v =>
			v.id + ': ' + v.help + '\n  ' + v.nodes.map(n => n.html.slice(0, 200) + '\n    ' + n.failureSummary).join('\n  '))}))`
	type result struct {
		Passes int      `json:"passes"`
		Faults []string `json:"faults"`
	}
	r, err := run(tab, chromedp.Evaluate[result](check, chromedp.EvalAwaitPromise))
	if err != nil {
		tab.Fatalf("run axe-core: %v", err)
	}
	if len(r.Faults) > 0 || r.Passes < 10 {
		tab.Errorf("axe-core: %d rules passed, faults:\n%s", r.Passes, strings.Join(r.Faults, "\n"))
	}
}

// axe returns the source of axe-core, empty where there is none.
func axe(t testing.TB) string {
	t.Helper()
	path := os.Getenv("PASSERELLE_AXE")
	if path == "" {
		const what = "no axe-core here (npm install --prefix DIR axe-core@4.14.1; PASSERELLE_AXE=DIR/node_modules/axe-core/axe.min.js)"
		if everything() {
			t.Fatal(what)
		}
		t.Log(what)
		return ""
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("read axe-core: %v", err)
	}
	return string(source)
}
