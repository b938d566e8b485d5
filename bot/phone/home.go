package phone

import (
	"bytes"
	"log/slog"
	"net/http"
	"path"
	"strings"

	"passerelle/flows"
)

// noCookie marks the way back of a browser that sent a form without our
// cookie: without it on the way back too, it keeps none.
const noCookie = "cookie"

// arrived marks the second step of who comes from another site.
const arrived = "arrived"

// home shows the conversation of this browser.
func (p *Phone) home(w http.ResponseWriter, r *http.Request) {
	_, back := known(r)
	if !back && p.fromElsewhere(r) {
		p.arrive(w)
		return
	}
	of := p.learner(w, r)
	v, err := p.view(r.Context(), of)
	if err != nil {
		p.failed(r, of, "show conversation", err)
		v.Problem = v.Text("phone.problem.show")
		away().retryLater(w)
		p.page(w, http.StatusServiceUnavailable, "page.html", v)
		return
	}
	v.Faults = p.faults(r)
	if !back && r.URL.Query().Has(noCookie) {
		v.Problem = v.Text("phone.problem.cookie")
	}
	p.page(w, http.StatusOK, "page.html", v)
}

// arrive takes who followed a link of another site one step further, to the
// same page asked for by itself: only then does the browser send the cookie it
// may have, and nobody loses their conversation to a new one.
func (p *Phone) arrive(w http.ResponseWriter) {
	w.Header().Set("Refresh", "0; url=/?"+arrived)
	p.notice(w, http.StatusOK, "phone.arrive")
}

// forget gives this browser a new learner. The old conversation stays in the
// store, but nobody holds its secret any more.
func (p *Phone) forget(w http.ResponseWriter, r *http.Request) {
	p.keep(w, newSecret())
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// toHome is for who reloads the answer to a form.
func (p *Phone) toHome(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// nowhere answers every address that is not one of ours.
func (p *Phone) nowhere(w http.ResponseWriter, _ *http.Request) {
	p.notice(w, http.StatusNotFound, "phone.problem.nowhere")
}

// foreign refuses a form that another site made this browser send.
func (p *Phone) foreign(w http.ResponseWriter, _ *http.Request) {
	p.notice(w, http.StatusForbidden, "phone.problem.foreign")
}

// A noticeView is a page with one sentence and a way back.
type noticeView struct {
	sentences
	Sentence string
}

// notice shows one sentence, in the default language: it knows no learner.
func (p *Phone) notice(w http.ResponseWriter, status int, id string) {
	s := p.sentences(defaultLanguage)
	p.page(w, status, "notice.html", noticeView{s, s.Text(id)})
}

// page sends a whole page, or an error before its first byte.
func (p *Phone) page(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		p.o.Logger.Error("make page", slog.String("page", name), slog.Any("error", err))
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the browser went away: nobody to tell
}

// part renders a piece of the page for the script.
func (p *Phone) part(name string, data any) string {
	var b strings.Builder
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		p.o.Logger.Error("make part of page", slog.String("part", name), slog.Any("error", err))
		return ""
	}
	return b.String()
}

// asset serves the style, the script and the icon of the page.
func (p *Phone) asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	data, err := files.ReadFile("page/" + name)
	kind := contentType(name)
	if err != nil || kind == "" {
		p.nowhere(w, r)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(data) // the browser went away: nobody to tell
}

// picture serves a picture of a lesson. An editor made it: it is shown as a
// picture and can do nothing else. A revision never changes, so it may be kept.
func (p *Phone) picture(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	kind := contentType(name)
	data, ok := p.o.Picture(flows.Picture{
		Revision: flows.RevisionID(r.PathValue("revision")),
		Flow:     flows.FlowID(r.PathValue("flow")),
		Name:     name,
	})
	if !ok || !strings.HasPrefix(kind, "image/") {
		p.nowhere(w, r)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(data) // the browser went away: nobody to tell
}

// contentType is that of a file we serve, or empty.
func contentType(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".webp":
		return "image/webp"
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	default:
		return ""
	}
}

// failed notes what went wrong, without a word of the learner's.
func (p *Phone) failed(r *http.Request, of flows.Address, what string, err error) {
	if r.Context().Err() != nil {
		return // the browser went away; it will come again
	}
	p.o.Logger.Warn("phone page failed",
		slog.String("doing", what), slog.Any("address", of), slog.Any("error", err))
}
