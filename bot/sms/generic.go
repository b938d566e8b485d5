package sms

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Generic is a gateway described in the configuration alone: how it is asked
// to send, how its answers are understood, and what it calls us with. The zero
// value describes nothing; [ReadGeneric] makes one.
type Generic struct {
	url, method, contentType, body string

	headers map[string]string
	basic   bool
	// number is what stands before the country in a number.
	number string
	// id and errorAt are places in an answer.
	id, errorAt string
	// Statuses and values at errorAt, by what they mean.
	ok, never, blocked, account []string

	in      genericInbound
	receipt genericReceipt
}

// genericOptions are what a gateway described in the configuration needs.
type genericOptions struct {
	Generic Generic
	// From, User and Password fill the places of these names.
	From, User, Password string
	// Secret proves that a request comes from the gateway.
	Secret string
	Client *http.Client
	Now    func() time.Time
}

// A generic is such a gateway.
type generic struct {
	Generic

	o genericOptions
}

var _ gateway = (*generic)(nil)

func newGeneric(o genericOptions) *generic { return &generic{Generic: o.Generic, o: o} }

func (g *generic) name() string { return Custom }

func (g *generic) answer(w http.ResponseWriter) { w.WriteHeader(http.StatusOK) }

// The types of content of a body, which say how what stands in its places is
// escaped.
const (
	typeJSON = "application/json"
	typeForm = "application/x-www-form-urlencoded"
)

// send implements gateway.
func (g *generic) send(ctx context.Context, p parcel) (string, error) {
	q := question{
		method: g.method,
		url:    g.fill(g.url, p, url.QueryEscape),
		header: http.Header{},
	}
	if g.body != "" {
		q.header.Set("Content-Type", g.contentType)
		q.body = []byte(g.fill(g.body, p, escaper(g.contentType)))
	}
	for name, value := range g.headers {
		q.header.Set(name, g.fill(value, p, asIs))
	}
	if g.basic {
		q.header.Set("Authorization", basicAuth(g.o.User, g.o.Password))
	}
	r, err := ask(ctx, g.o.Client, q)
	if err != nil {
		return "", err
	}
	return g.understand(r, p)
}

// fill puts what is sent in the places of a template.
func (g *generic) fill(template string, p parcel, escape func(string) string) string {
	return strings.NewReplacer(
		"{to}", escape(g.number+strings.TrimPrefix(p.to, "+")),
		"{text}", escape(p.text),
		"{key}", escape(p.key),
		"{from}", escape(g.o.From),
		"{user}", escape(g.o.User),
		"{password}", escape(g.o.Password),
	).Replace(template)
}

// escaper is how a type of content is escaped.
func escaper(contentType string) func(string) string {
	if contentType == typeForm {
		return url.QueryEscape
	}
	return inJSON
}

// inJSON is a text as it stands between the quotes of JSON.
func inJSON(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		return ""
	}
	return string(quoted[1 : len(quoted)-1])
}

func asIs(text string) string { return text }

// understand says what an answer means. An error nobody described may be gone
// next time.
func (g *generic) understand(r reply, p parcel) (string, error) {
	answer, _ := ofJSON(r.body)
	failure := answer(g.errorAt)
	means := func(list []string) bool {
		return slices.Contains(list, strconv.Itoa(r.status)) || failure != "" && slices.Contains(list, failure)
	}
	said := shortCode(failure)
	switch {
	case r.ok() && (failure == "" || slices.Contains(g.ok, failure)):
		return g.idOf(r, answer, p), nil
	case means(g.blocked):
		return "", never(reasonBlocked, said)
	case means(g.never):
		return "", never(reasonRefused, said)
	case means(g.account):
		return "", later(reasonAccount, said, longPause)
	case r.ok():
		return "", later(reasonAway, said, 0)
	case r.status == http.StatusForbidden, r.status == http.StatusNotFound: // of this message alone, as far as anybody said
		return "", later(reasonRefused, strings.TrimSpace(strconv.Itoa(r.status)+" "+said), 0)
	}
	return "", judge(r, said, g.o.Now())
}

// wholeBody says that the answer is the id and nothing else.
const wholeBody = "text"

// maxID bounds an id, in bytes.
const maxID = 120

// idOf finds the id of a message in an answer. A message that was taken has one
// in any case: ours.
func (g *generic) idOf(r reply, answer fields, p parcel) string {
	id := answer(g.id)
	if g.id == wholeBody {
		id = strings.TrimSpace(string(r.body))
	}
	if id == "" || len(id) > maxID {
		return p.key
	}
	return id
}
