package sms

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // it is what Twilio signs with
	"encoding/base64"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"passerelle/flows"
)

// read implements [gateway]: a message of a person, or what became of one of
// ours. Both are forms, signed whole.
func (t *twilio) read(r *http.Request, body []byte) ([]event, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil || !t.signed(r, form) {
		return nil, errForged
	}
	if form.Get("AccountSid") != t.o.Account || !isTwilioMessage(form.Get("MessageSid")) {
		return nil, errMalformed
	}
	e := twilioHeard(form)
	if form.Has("MessageStatus") {
		e = twilioReceipt(form)
	}
	if e.number == "" {
		return nil, errMalformed
	}
	return []event{e}, nil
}

// answer implements [gateway]: nothing more is to be said.
func (t *twilio) answer(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	_, _ = io.WriteString(w, "<Response/>") // it went away
}

// signed tells whether Twilio signed a form. It does not always name the port in
// the address it signs, so both spellings count.
func (t *twilio) signed(r *http.Request, form url.Values) bool {
	if t.o.Token == "" {
		return false
	}
	query := ""
	if r.URL.RawQuery != "" {
		query = "?" + r.URL.RawQuery
	}
	given, fields, proven := r.Header.Get("X-Twilio-Signature"), joined(form), false
	for _, hook := range t.hooks {
		proven = same(given, t.signature(hook+query+fields)) || proven
	}
	return proven
}

func (t *twilio) signature(text string) string {
	mac := hmac.New(sha1.New, []byte(t.o.Token))
	_, _ = io.WriteString(mac, text) // it never fails
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// joined is a form as it is signed: its keys in order, each with its distinct
// values, in order.
func joined(form url.Values) string {
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(form)) {
		for _, value := range slices.Compact(slices.Sorted(slices.Values(form[key]))) {
			b.WriteString(key)
			b.WriteString(value)
		}
	}
	return b.String()
}

// spellings are an address without its port, and with it.
func spellings(address string) []string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return []string{address}
	}
	u.RawQuery, u.Fragment = "", ""
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	u.Host = strings.TrimSuffix(u.Host, ":"+port)
	bare := u.String()
	u.Host += ":" + port
	return []string{bare, u.String()}
}

// twilioHeard is what a person sent. Of words together with a picture the words
// count.
func twilioHeard(form url.Values) event {
	e := event{id: form.Get("MessageSid"), kind: heard, number: form.Get("From"), text: form.Get("Body")}
	if n, err := strconv.Atoi(form.Get("NumMedia")); err == nil && n > 0 && strings.TrimSpace(e.text) == "" {
		e.text, e.media = "", twilioMedia(form.Get("MediaContentType0"))
	}
	return e
}

// twilioMedia is what was sent, by its type.
func twilioMedia(kind string) flows.MediaKind {
	kind, _, _ = mime.ParseMediaType(kind) // what is none of these is a file
	switch family, name, _ := strings.Cut(kind, "/"); {
	case family == "image", family == "video":
		return flows.PictureMedia
	case family == "audio":
		return flows.VoiceMedia
	case name == "vcard", name == "x-vcard":
		return flows.ContactMedia
	}
	return flows.FileMedia
}

// twilioReceipt is what became of a message of ours. That it waits is no news.
func twilioReceipt(form url.Values) event {
	e := event{id: form.Get("MessageSid"), kind: receipt, number: form.Get("To")}
	switch form.Get("MessageStatus") {
	case "sent":
		e.state = flows.PartSent
	case "delivered":
		e.state = flows.PartArrived
	case "undelivered", "failed":
		e.state, e.reason = flows.PartFailed, twilioFailure(form.Get("ErrorCode"))
	default:
		e.kind = nothing
	}
	return e
}

// twilioFailure is why a message did not arrive.
func twilioFailure(said string) string {
	code, err := strconv.Atoi(said)
	if err != nil {
		return reasonFailed
	}
	reason := twilioReason(code)
	if reason == "" {
		reason = reasonFailed
	}
	return because(reason, strconv.Itoa(code))
}
