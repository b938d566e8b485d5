package sms

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// twilioAPI is the server of Twilio.
const twilioAPI = "https://api.twilio.com"

// errTwilioAddress says that the server's address in the configuration is none.
var errTwilioAddress = errors.New("call Twilio: its address in the configuration is none")

// twilioOptions are what the gateway needs; all but API, Client and Now must be
// set.
type twilioOptions struct {
	// API is the server, or empty: Twilio's own.
	API string
	// Account is the SID of the account. Token proves who we are, and who
	// Twilio is.
	Account, Token string
	// From is our number in E.164.
	From string
	// Callback is the public address that Twilio calls, for messages and for
	// receipts. What it signs begins with it.
	Callback string
	Client   *http.Client
	Now      func() time.Time
}

// A twilio is the gateway of Twilio's Messages API.
//
// It brings an inbound message once, whether or not somebody takes it; since
// lists those of the last days. It knows no repeats either: a part sent again
// is another SMS. So an answer that says yes and names no message, or is cut
// off, counts as taken; such a part has the key of its parcel for an id, and no
// receipt is ever for it.
type twilio struct {
	o      twilioOptions
	client *http.Client
	// path is that of all messages of the account.
	path string
	// hooks are the spellings of Callback, without a query.
	hooks []string
}

var (
	_ gateway = (*twilio)(nil)
	_ lister  = (*twilio)(nil)
)

func newTwilio(o twilioOptions) *twilio {
	o.API = base(o.API, twilioAPI)
	if o.Client == nil {
		o.Client = newClient()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	client := *o.Client // a message that is led elsewhere would become a question there
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	path := "/2010-04-01/Accounts/" + url.PathEscape(o.Account) + "/Messages.json"
	return &twilio{o: o, client: &client, path: path, hooks: spellings(o.Callback)}
}

// name implements [gateway].
func (t *twilio) name() string { return Twilio }

// send implements [gateway].
func (t *twilio) send(ctx context.Context, p parcel) (id string, err error) {
	form := url.Values{"To": {p.to}, "From": {t.o.From}, "Body": {p.text}}
	if t.o.Callback != "" {
		form.Set("StatusCallback", t.o.Callback)
	}
	r, err := t.call(ctx, http.MethodPost, t.path, form.Encode())
	if err != nil {
		return "", err
	}
	if !r.ok() {
		return "", t.refusal(r)
	}
	if sid := twilioMade(r); sid != "" {
		return sid, nil
	}
	return p.key, nil
}

// twilioMade is the name of the message that an answer is about, or "".
func twilioMade(r reply) string {
	var made struct {
		SID string `json:"sid"`
	}
	if json.Unmarshal(r.body, &made) != nil || !isTwilioMessage(made.SID) {
		return ""
	}
	return made.SID
}

// isTwilioMessage tells whether a text is a name that Twilio gives messages.
func isTwilioMessage(sid string) bool {
	if !strings.HasPrefix(sid, "SM") && !strings.HasPrefix(sid, "MM") {
		return false
	}
	number, err := hex.DecodeString(sid[2:])
	return err == nil && len(number) == 16
}

// maxTwilioAnswer bounds what is read of an answer: a page of
// [twilioPage] messages of 1,600 characters, each escaped.
const maxTwilioAnswer = 8 << 20

// call asks Twilio. What is missing of a body that was cut off is for who reads
// it to find: what was done is told by the status.
func (t *twilio) call(ctx context.Context, method, path, form string) (reply, error) {
	r, err := http.NewRequestWithContext(ctx, method, t.o.API+path, strings.NewReader(form))
	if err != nil {
		return reply{}, errTwilioAddress
	}
	r.SetBasicAuth(t.o.Account, t.o.Token)
	r.Header.Set("Accept", "application/json")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := t.client.Do(r)
	if err != nil {
		return reply{}, unanswered(ctx, err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, _ := io.ReadAll(io.LimitReader(answer.Body, maxTwilioAnswer))
	return reply{answer.StatusCode, answer.Header, body}, nil
}

// refusal is what an answer means that is not a yes. Of what Twilio says only
// the code is told: its sentences quote numbers.
func (t *twilio) refusal(r reply) error {
	code := twilioCode(r)
	if code == 0 || r.status >= 500 {
		return judge(r, "", t.o.Now())
	}
	said := strconv.Itoa(code)
	if reason := twilioReason(code); reason != "" {
		return never(reason, said)
	}
	switch code {
	case 20003, 20005, 21212, 21603, 21606, 21607, 21659, 21660: // who we are, our number
		return later(reasonAccount, said, longPause)
	case 20429, 21611: // too much at a time, too much waiting
		return later(reasonBusy, said, retryAfter(r.header, t.o.Now()))
	}
	return judge(r, said, t.o.Now())
}

// twilioCode is what Twilio calls the trouble that an answer is about, or 0.
func twilioCode(r reply) int {
	var problem struct {
		Code int `json:"code"`
	}
	if json.Unmarshal(r.body, &problem) != nil {
		return 0
	}
	return problem.Code
}

// twilioReason is why a person cannot be reached, by Twilio's code: at once, or
// told by the network later. It is empty for all that is no fault of the number.
func twilioReason(code int) string {
	switch code {
	case 21610, 30004:
		return reasonBlocked
	case 21211:
		return reasonInvalid
	case 21265:
		return reasonShort
	case 21614, 30006:
		return reasonLandline
	case 21408:
		return reasonAbroad
	case 30003:
		return reasonOff
	case 30005:
		return reasonUnknown
	case 30007:
		return reasonFiltered
	}
	return ""
}
