package smstest

import (
	"crypto/subtle"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxForm bounds a request, in bytes.
const maxForm = 64 << 10

// A failure is an answer of 4xx.
type failure struct {
	status, code int
	message      string
}

func bad(code int, message string) *failure {
	return &failure{status: http.StatusBadRequest, code: code, message: message}
}

// path is the one resource there is.
func (t *Twilio) path() string { return "/2010-04-01/Accounts/" + t.o.Account + "/Messages.json" }

// serve answers one request.
func (t *Twilio) serve(w http.ResponseWriter, r *http.Request) {
	fields, wrong := t.admit(r)
	if wrong != nil {
		t.deny(w, wrong)
		return
	}
	f := t.fault(r, fields.Get("To"))
	if t.before(w, r, f) {
		return
	}
	do, status := t.create, http.StatusCreated
	if r.Method == http.MethodGet {
		do, status = t.page, http.StatusOK
	}
	result, wrong := do(fields)
	switch {
	case wrong != nil:
		t.deny(w, wrong)
	case f.Cut:
		panic(http.ErrAbortHandler)
	default:
		answer(w, status, result)
	}
}

// admit checks who asks, and reads what.
func (t *Twilio) admit(r *http.Request) (url.Values, *failure) {
	user, password, _ := r.BasicAuth()
	switch {
	case !equal(user, t.o.Account) || !equal(password, t.o.Token):
		return nil, &failure{http.StatusUnauthorized, 20003, "Authenticate"}
	case r.URL.Path != t.path():
		return nil, &failure{http.StatusNotFound, 20404, "The requested resource was not found"}
	case r.Method == http.MethodGet:
		return strict(r.URL.RawQuery, "To From DateSent DateSent< DateSent> PageSize Page PageToken")
	case r.Method != http.MethodPost:
		return nil, &failure{http.StatusMethodNotAllowed, 20004, "Method not allowed"}
	}
	return posted(r)
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// posted reads a form.
func posted(r *http.Request) (url.Values, *failure) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "application/x-www-form-urlencoded" {
		return nil, &failure{http.StatusUnsupportedMediaType, 20001, "Unsupported Media Type"}
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxForm+1))
	if err != nil || len(body) > maxForm {
		return nil, &failure{http.StatusRequestEntityTooLarge, 20001, "Payload Too Large"}
	}
	return strict(string(body), "To From Body StatusCallback MessagingServiceSid ApplicationSid MaxPrice ProvideFeedback "+
		"Attempt ValidityPeriod ForceDelivery SmartEncoded ShortenUrls ContentRetention AddressRetention RiskCheck")
}

// strict reads fields, each of a known name, once, and in UTF-8.
func strict(encoded, known string) (url.Values, *failure) {
	fields, err := url.ParseQuery(encoded)
	if err != nil {
		return nil, bad(20001, "The parameters are not urlencoded")
	}
	for name, values := range fields {
		switch {
		case !strings.Contains(" "+known+" ", " "+name+" "):
			return nil, bad(20001, "Unknown parameter "+name)
		case len(values) > 1:
			return nil, bad(20001, "The parameter is given twice: "+name)
		case !utf8.ValidString(values[0]):
			return nil, bad(20001, "The parameter is no UTF-8: "+name)
		}
	}
	return fields, nil
}

// deny refuses what broke a rule, and remembers it.
func (t *Twilio) deny(w http.ResponseWriter, f *failure) {
	t.mu.Lock()
	t.refused = append(t.refused, strconv.Itoa(f.code)+": "+f.message)
	t.mu.Unlock()
	if f.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="Twilio API"`)
	}
	refuse(w, f)
}

// refuse answers as Twilio does.
func refuse(w http.ResponseWriter, f *failure) {
	problem := map[string]any{"code": f.code, "message": f.message, "status": f.status, "more_info": nil}
	if f.code != 0 {
		problem["more_info"] = "https://www.twilio.com/docs/errors/" + strconv.Itoa(f.code)
	}
	answer(w, f.status, problem)
}

func answer(w http.ResponseWriter, status int, what any) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(what) // the client left
}
