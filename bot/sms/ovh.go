package sms

import (
	"cmp"
	"context"
	"crypto/sha1" //nolint:gosec // OVHcloud signs with it
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"passerelle/flows"
	"passerelle/flows/gsm"
)

// ovhAPI is OVHcloud's own server in Europe.
const ovhAPI = "https://eu.api.ovh.com/1.0"

// ovhValidity is how long OVHcloud tries to reach a phone, in minutes.
const ovhValidity = 24 * 60

// ovhOptions are what OVHcloud needs.
type ovhOptions struct {
	// API is the server, or empty: the one in Europe.
	API string
	// AppKey and AppSecret are those of the application, ConsumerKey that of the
	// account that lets it in, Service the SMS account, "sms-ab12345-1".
	AppKey, AppSecret, ConsumerKey, Service string
	// From is a sender that OVHcloud knows, or empty: a short number that people
	// can answer for 48 hours, in France only.
	From string
	// Secret stands in the address OVHcloud calls, as key=….
	Secret string
	Client *http.Client
	Now    func() time.Time
}

// An ovh is OVHcloud: it signs what it is asked, and nothing of what it tells.
//
// The fields of its jobs, of what came in and of what went out are those of its
// own description of the API (sms.Incoming, sms.Outgoing, the reports of jobs),
// read in clients made from it. What it adds to the address it calls about a
// delivery is in its guide on users of SMS: id, ptt, date, description and
// descriptionDlr. What it adds when somebody answered (cgiUrl) is written down
// nowhere: so a person is heard through the signed list alone, and a call that
// is no receipt only tells that there is something to list.
type ovh struct {
	o     ovhOptions
	clock ovhClock
}

var (
	_ gateway = (*ovh)(nil)
	_ lister  = (*ovh)(nil)
)

func newOVH(o ovhOptions) *ovh {
	o.API = base(o.API, ovhAPI)
	return &ovh{o: o}
}

func (g *ovh) name() string { return OVH }

func (g *ovh) answer(w http.ResponseWriter) { w.WriteHeader(http.StatusOK) }

// An ovhJob is what is sent.
type ovhJob struct {
	Receivers         []string `json:"receivers"`
	Message           string   `json:"message"`
	Sender            string   `json:"sender,omitempty"`
	SenderForResponse bool     `json:"senderForResponse"`
	NoStopClause      bool     `json:"noStopClause"`
	Coding            string   `json:"coding"`
	Charset           string   `json:"charset"`
	Priority          string   `json:"priority"`
	ValidityPeriod    int      `json:"validityPeriod"` // minutes
	Tag               string   `json:"tag"`
}

// An ovhReport is what OVHcloud says of a job.
type ovhReport struct {
	IDs     []int64  `json:"ids"`
	Invalid []string `json:"invalidReceivers"`
}

// send implements gateway. OVHcloud takes a repeat for a new message: before
// another attempt it is asked whether a message with this tag left already. One
// that still waits there is not found, and leaves twice.
func (g *ovh) send(ctx context.Context, p parcel) (string, error) {
	if p.again {
		if id, err := g.tagged(ctx, tag(p)); id != "" || err != nil {
			return id, err
		}
	}
	body, err := json.Marshal(g.job(p))
	if err != nil {
		return "", err
	}
	r, err := g.call(ctx, http.MethodPost, "/jobs", body)
	if err != nil {
		return "", err
	}
	if !r.ok() {
		return "", g.refusal(r)
	}
	return taken(r.body, p.key)
}

// taken reads the report of a job. One in words we do not know has taken the
// message, and gets our name of it.
func taken(body []byte, key string) (string, error) {
	var report ovhReport
	known := json.Unmarshal(body, &report) == nil
	switch {
	case !known:
		return key, nil
	case len(report.Invalid) > 0:
		return "", never(reasonInvalid, "")
	case len(report.IDs) == 0:
		return "", later(reasonAway, "no id", 0)
	}
	return strconv.FormatInt(report.IDs[0], 10), nil
}

// job makes a job of a part. 8bit is what OVHcloud calls a text that GSM's own
// alphabet does not hold, 70 characters to a segment.
func (g *ovh) job(p parcel) ovhJob {
	coding := "7bit"
	if gsm.Measure(p.text).Unicode {
		coding = "8bit"
	}
	return ovhJob{
		Receivers: []string{p.to}, Message: p.text,
		Sender: g.o.From, SenderForResponse: g.o.From == "", NoStopClause: true,
		Coding: coding, Charset: "UTF-8", Priority: "high", ValidityPeriod: ovhValidity,
		Tag: tag(p),
	}
}

// maxTag is how long a tag may be: no limit is written down, and others keep to
// this one.
const maxTag = 20

// tag is what OVHcloud finds a part again by.
func tag(p parcel) string { return sumOf(p.key)[:maxTag] }

// tagged finds a message that left with a tag, or "".
func (g *ovh) tagged(ctx context.Context, tag string) (id string, err error) {
	r, err := g.call(ctx, http.MethodGet, "/outgoing?tag="+tag, nil)
	if err != nil {
		return "", err
	}
	if !r.ok() {
		return "", g.refusal(r)
	}
	var ids []int64
	if json.Unmarshal(r.body, &ids) != nil {
		return "", later(reasonAway, "no list", 0)
	}
	if len(ids) == 0 {
		return "", nil
	}
	return strconv.FormatInt(ids[0], 10), nil
}

// An ovhError is what OVHcloud says when it refuses.
type ovhError struct {
	Code    string `json:"errorCode"`
	Class   string `json:"class"`
	Message string `json:"message"`
}

// complaint reads the error of an answer, in small letters.
func (r reply) complaint() ovhError {
	var e ovhError
	_ = json.Unmarshal(r.body, &e) // what is no JSON says nothing
	e.Message = strings.ToLower(e.Message)
	return e
}

// refusal judges an answer. The codes of failing jobs are not published: the
// words are looked at for whom it concerns.
func (g *ovh) refusal(r reply) error {
	e := r.complaint()
	said := shortCode(cmp.Or(e.Code, e.Class))
	client := r.status >= 400 && r.status < 500 && r.status != http.StatusTooManyRequests
	switch {
	case client && (strings.Contains(e.Message, "credit") || strings.Contains(e.Message, "sender")),
		strings.HasPrefix(said, "INVALID_"):
		return later(reasonAccount, said, longPause)
	case client && strings.Contains(e.Message, "receiver"):
		return never(reasonInvalid, said)
	}
	return judge(r, said, g.o.Now())
}

// An ovhClock knows how far OVHcloud's clock is ahead of ours.
type ovhClock struct {
	mu    sync.Mutex
	known bool
	ahead time.Duration
}

func (c *ovhClock) get() (ahead time.Duration, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ahead, c.known
}

func (c *ovhClock) set(ahead time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead, c.known = ahead, true
}

// call asks what belongs to the SMS account, once more when OVHcloud finds that
// our clock is wrong.
func (g *ovh) call(ctx context.Context, method, path string, body []byte) (reply, error) {
	ahead, known := g.clock.get()
	if !known {
		fresh, err := g.fetchClock(ctx)
		if err != nil {
			return reply{}, err
		}
		ahead = fresh
	}
	r, err := g.signed(ctx, method, path, body, ahead)
	if err != nil || !outOfTime(r) {
		return r, err
	}
	if ahead, err = g.fetchClock(ctx); err != nil {
		return reply{}, err
	}
	return g.signed(ctx, method, path, body, ahead)
}

// outOfTime tells whether a request was refused for its time ("Query out of
// time"): then it was not done.
func outOfTime(r reply) bool {
	return (r.status == http.StatusBadRequest || r.status == http.StatusForbidden) &&
		strings.Contains(r.complaint().Message, "out of time")
}

// fetchClock asks OVHcloud what time it is.
func (g *ovh) fetchClock(ctx context.Context) (time.Duration, error) {
	r, err := ask(ctx, g.o.Client, question{method: http.MethodGet, url: g.o.API + "/auth/time"})
	if err != nil {
		return 0, err
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(string(r.body)), 10, 64)
	if !r.ok() || err != nil {
		return 0, later(reasonAway, "no time", 0)
	}
	ahead := time.Unix(seconds, 0).Sub(g.o.Now())
	g.clock.set(ahead)
	return ahead, nil
}

// signed asks once.
func (g *ovh) signed(ctx context.Context, method, path string, body []byte, ahead time.Duration) (reply, error) {
	address := g.o.API + "/sms/" + url.PathEscape(g.o.Service) + path
	stamp := strconv.FormatInt(g.o.Now().Add(ahead).Unix(), 10)
	sign := ovhSignature(g.o.AppSecret, g.o.ConsumerKey, method, address, string(body)+"+"+stamp)
	return ask(ctx, g.o.Client, question{method: method, url: address, body: body, header: http.Header{
		"Content-Type":      {"application/json; charset=utf-8"},
		"X-Ovh-Application": {g.o.AppKey},
		"X-Ovh-Consumer":    {g.o.ConsumerKey},
		"X-Ovh-Timestamp":   {stamp},
		"X-Ovh-Signature":   {sign},
	}})
}

// ovhSignature signs a request; rest is its body, a plus sign and the time in
// seconds.
func ovhSignature(secret, consumer, method, address, rest string) string {
	sum := sha1.Sum([]byte(strings.Join([]string{secret, consumer, method, address, rest}, "+"))) //nolint:gosec // as above
	return "$1$" + hex.EncodeToString(sum[:])
}

// read implements gateway. Nothing is signed: the secret stands in the address.
// A receipt names no number: OVHcloud is asked whose message it was, and so what
// became of it is signed too.
func (g *ovh) read(r *http.Request, _ []byte) ([]event, error) {
	query := r.URL.Query()
	if !same(query.Get("key"), g.o.Secret) {
		return nil, errForged
	}
	if query.Get("ptt") == "" && query.Get("description") == "" {
		return []event{{kind: bell}}, nil
	}
	id, err := strconv.ParseInt(query.Get("id"), 10, 64)
	if err != nil || id <= 0 {
		return nil, errMalformed
	}
	return g.became(r.Context(), id)
}

// An ovhOutgoing is what OVHcloud knows of a message it sent.
type ovhOutgoing struct {
	Receiver string `json:"receiver"`
	Receipt  int    `json:"deliveryReceipt"`
	Ptt      int    `json:"ptt"`
}

// became asks what became of a message.
func (g *ovh) became(ctx context.Context, id int64) ([]event, error) {
	name := strconv.FormatInt(id, 10)
	r, err := g.call(ctx, http.MethodGet, "/outgoing/"+name, nil)
	if err != nil {
		return nil, err
	}
	if r.status == http.StatusNotFound {
		return []event{{kind: nothing}}, nil
	}
	if !r.ok() {
		return nil, g.refusal(r)
	}
	var out ovhOutgoing
	if json.Unmarshal(r.body, &out) != nil {
		return nil, errMalformed
	}
	state, reason := out.state()
	return []event{{kind: receipt, id: name, number: out.Receiver, state: state, reason: reason}}, nil
}

// The ids of a report of delivery, from OVHcloud's guide on users of SMS.
const (
	ovhSuccess = 1
	ovhFailed  = 2
	ovhError16 = 16 // in error, not charged
)

// state reads the codes of that guide.
func (o ovhOutgoing) state() (flows.PartState, string) {
	switch {
	case o.Receipt == ovhSuccess, o.Ptt == 4:
		return flows.PartArrived, ""
	case o.Receipt == ovhFailed, o.Receipt == ovhError16, o.Ptt >= 5 && o.Ptt != 6:
		return flows.PartFailed, because(ovhReason(o.Ptt), strconv.Itoa(o.Ptt))
	}
	return flows.PartSent, ""
}

// ovhReason says in our words why a message did not arrive.
func ovhReason(ptt int) string {
	switch ptt {
	case 8, 24, 26:
		return reasonOff
	case 23:
		return reasonUnknown
	case 28, 29, 33, 76, 202:
		return reasonFiltered
	}
	return reasonFailed
}
