package sms

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"passerelle/flows"
)

// A Fault is one mistake in the description of a gateway.
type Fault struct {
	// Key is where it is, below sms.generic; Code is its kind, and With the
	// words the sentence about it needs, or "".
	Key, Code, With string
}

// The kinds of [Fault].
const (
	FaultUnknown     = "unknown"     // no such key; With is one like it
	FaultMissing     = "missing"     // the key must be set
	FaultChoice      = "choice"      // none of With
	FaultAddress     = "address"     // no address with https
	FaultPlace       = "place"       // With is no place that can be filled here
	FaultJSON        = "json"        // filled in, it is no JSON
	FaultHeader      = "header"      // no name of a header, or a value no header can have
	FaultNothingSent = "nothingsent" // neither address nor body has {to} and {text}
	FaultPair        = "pair"        // not of the form field=value
	FaultList        = "list"        // a list of TOML instead of one with commas
)

// Error implements error.
func (f *Fault) Error() string {
	text := "sms.generic." + f.Key + ": "
	switch f.Code {
	case FaultUnknown:
		text += "nobody knows this key, take it out"
		if f.With != "" {
			text += " or write " + f.With
		}
	case FaultMissing:
		text += "set this key"
	case FaultChoice:
		text += "write one of " + f.With
	case FaultAddress:
		text += "write an address with https (http only for this very machine), without user and fragment"
	case FaultPlace:
		text += "take out " + f.With + ", or write it as one of the places that can be filled here"
	case FaultJSON:
		text += "write JSON, with its places between quotes"
	case FaultHeader:
		text += "write the name and the value of a header"
	case FaultNothingSent:
		text += "write {to} and {text} in the address or in the body"
	case FaultPair:
		text += "write field=value"
	case FaultList:
		text += "write the values between one pair of quotes, with commas"
	}
	return text
}

// ReadGeneric reads the description of a gateway: values are those of the keys
// below sms.generic, with dots inside. The error joins one [Fault] for each
// mistake.
//
// Sending: url, method (POST), content-type (application/json or
// application/x-www-form-urlencoded), body, headers.NAME, auth (basic), number
// (+33, 33 or 0033: how a number begins). In url and body {to} {text} {key}
// {from} {user} {password} are filled in, escaped as the place wants it; in
// headers {key} {from} {user} {password}.
//
// Answers: id is where the gateway's id stands ("messages.0.id"; "text" for all
// of the answer; nothing for our own), error where an error does. Lists with
// commas, of statuses and of values at error: ok (values that are no error),
// never, blocked (the person wants no more), account (somebody has to look). 429
// is a pause and 5xx trouble in any case.
//
// Inbound: inbound.proof (hmac-sha256-hex, hmac-sha256-base64, hmac-sha1-base64,
// header, query) with inbound.proof-name, the header or the parameter; inbound.signed
// ({body}, or with {time} and inbound.signed-time, its header); the names or
// JSON paths inbound.id, inbound.from, inbound.text, inbound.time; inbound.stop
// (field=value). A message without an id gets one of its number, text and time.
//
// Receipts, known by the field receipt.state: receipt.id, receipt.to,
// receipt.reason, and lists of states: receipt.sent, receipt.delivered,
// receipt.failed, receipt.blocked.
func ReadGeneric(values map[string]string) (Generic, error) {
	r := genericReader{values: values}
	r.unknown()
	g := Generic{
		url:         r.address("url"),
		method:      r.choice("method", http.MethodPost, http.MethodGet, http.MethodPut),
		contentType: r.choice("content-type", typeJSON, typeForm),
		body:        values["body"],
		headers:     r.headers(),
		basic:       r.choice("auth", "", "basic") != "",
		number:      strings.TrimSuffix(r.choice("number", "+33", "33", "0033"), "33"),
		id:          values["id"],
		errorAt:     values["error"],
		ok:          r.list("ok"),
		never:       r.list("never"),
		blocked:     r.list("blocked"),
		account:     r.list("account"),
	}
	r.places("body", g.body, sendPlaces)
	r.sent(g)
	g.in = r.inbound()
	g.receipt = r.receipt()
	if len(r.faults) > 0 {
		return Generic{}, errors.Join(r.faults...)
	}
	return g, nil
}

// The places of templates.
const (
	headerPlaces = "{key} {from} {user} {password}"
	sendPlaces   = "{to} {text} " + headerPlaces
	signedPlaces = placeBody + " " + placeTime
)

// genericKeys are the keys there are, but for headers.
const genericKeys = "url method content-type body auth number id error ok never blocked account " +
	"inbound.proof inbound.proof-name inbound.signed inbound.signed-time " +
	"inbound.id inbound.from inbound.text inbound.time inbound.stop " +
	"receipt.id receipt.to receipt.state receipt.reason " +
	"receipt.sent receipt.delivered receipt.failed receipt.blocked"

// headerKey is what the key of a header begins with.
const headerKey = "headers."

// A genericReader reads a description and gathers its faults.
type genericReader struct {
	values map[string]string
	faults []error
}

// fault notes one.
func (r *genericReader) fault(key, code, with string) {
	r.faults = append(r.faults, &Fault{Key: key, Code: code, With: with})
}

// unknown finds keys there are not.
func (r *genericReader) unknown() {
	known := strings.Fields(genericKeys)
	for _, key := range slices.Sorted(maps.Keys(r.values)) {
		if !slices.Contains(known, key) && !strings.HasPrefix(key, headerKey) {
			r.fault(key, FaultUnknown, likeliest(key, known))
		}
	}
}

// likeliest is the key that has most of its beginning or end in common with the
// one typed, or "" when that is less than half of it.
func likeliest(typed string, known []string) string {
	best, found := len(typed)/2, ""
	for _, key := range known {
		if n := max(shared(typed, key, true), shared(typed, key, false)); n > best {
			best, found = n, key
		}
	}
	return found
}

// shared counts the bytes two keys begin with, or end with, in common.
func shared(a, b string, front bool) int {
	n := 0
	for n < min(len(a), len(b)) {
		if front && a[n] != b[n] || !front && a[len(a)-1-n] != b[len(b)-1-n] {
			break
		}
		n++
	}
	return n
}

// choice reads a key that has one of some values; the first is the usual one.
func (r *genericReader) choice(key string, options ...string) string {
	value := cmp.Or(r.values[key], options[0])
	if !slices.Contains(options, value) {
		r.fault(key, FaultChoice, strings.TrimSpace(strings.Join(options, " ")))
		return options[0]
	}
	return value
}

// list reads a list with commas.
func (r *genericReader) list(key string) []string {
	text := r.values[key]
	if strings.HasPrefix(text, "[") {
		r.fault(key, FaultList, "")
		return nil
	}
	var all []string
	for one := range strings.SplitSeq(text, ",") {
		if one = strings.TrimSpace(one); one != "" {
			all = append(all, one)
		}
	}
	return all
}

// address reads the address that is called. Nothing is filled in where its
// host stands.
func (r *genericReader) address(key string) string {
	text := r.values[key]
	if text == "" {
		r.fault(key, FaultMissing, "")
		return ""
	}
	r.places(key, text, sendPlaces)
	u, err := url.Parse(filled(text, "1"))
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || !reachedSafely(u) || hostFilled(text) {
		r.fault(key, FaultAddress, "")
	}
	return text
}

// reachedSafely tells whether what goes there stays secret on its way.
func reachedSafely(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

// hostFilled tells whether a place stands in the host of an address.
func hostFilled(text string) bool {
	_, rest, _ := strings.Cut(text, "://")
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, "?")
	return strings.Contains(host, "{")
}

// filled is a template with the same word in all its places.
func filled(template, word string) string {
	for place := range strings.FieldsSeq(sendPlaces) {
		template = strings.ReplaceAll(template, place, word)
	}
	return template
}

// places refuses what looks like a place and is none of these.
func (r *genericReader) places(key, template, known string) {
	for rest := template; ; {
		at := strings.IndexByte(rest, '{')
		if at < 0 {
			return
		}
		rest = rest[at+1:]
		name, _, closed := strings.Cut(rest, "}")
		if closed && name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") == "" && !slices.Contains(strings.Fields(known), "{"+name+"}") {
			r.fault(key, FaultPlace, "{"+name+"}")
		}
	}
}

// sent checks that something is sent, in JSON that is some.
func (r *genericReader) sent(g Generic) {
	template := g.url + g.body
	if g.url != "" && (!strings.Contains(template, "{to}") || !strings.Contains(template, "{text}")) {
		r.fault("body", FaultNothingSent, "")
	}
	if g.body != "" && g.contentType == typeJSON && !json.Valid([]byte(filled(g.body, "x"))) {
		r.fault("body", FaultJSON, "")
	}
}

// headers reads the headers.
func (r *genericReader) headers() map[string]string {
	headers := make(map[string]string)
	for _, key := range slices.Sorted(maps.Keys(r.values)) {
		name, ours := strings.CutPrefix(key, headerKey)
		if !ours {
			continue
		}
		value := r.values[key]
		r.places(key, value, headerPlaces)
		if !headerName(name) || strings.ContainsFunc(value, func(c rune) bool { return c < ' ' || c > '~' }) {
			r.fault(key, FaultHeader, "")
		}
		headers[name] = value
	}
	return headers
}

// headerName tells whether a header can have that name.
func headerName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool {
		return c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
	})
}

// need notes which of these keys are not set.
func (r *genericReader) need(keys ...string) {
	for _, key := range keys {
		if r.values[key] == "" {
			r.fault(key, FaultMissing, "")
		}
	}
}

// any tells whether one key is set that begins so.
func (r *genericReader) any(prefix string) bool {
	for key, value := range r.values {
		if value != "" && strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// inbound reads how a person is heard, if the gateway calls us at all.
func (r *genericReader) inbound() genericInbound {
	if !r.any("inbound.") && !r.any("receipt.") {
		return genericInbound{}
	}
	v := r.values
	r.need("inbound.proof", "inbound.proof-name")
	in := genericInbound{
		proof:      r.choice("inbound.proof", proofHexSHA256, proofBase64SHA256, proofBase64SHA1, proofHeader, proofQuery),
		proofName:  v["inbound.proof-name"],
		signed:     cmp.Or(v["inbound.signed"], placeBody),
		signedTime: v["inbound.signed-time"],
		id:         v["inbound.id"], from: v["inbound.from"], text: v["inbound.text"], at: v["inbound.time"],
	}
	r.signed(in)
	if in.id+in.from+in.text+in.at != "" {
		r.need("inbound.from", "inbound.text")
	}
	if in.from != "" && in.id == "" && in.at == "" {
		r.fault("inbound.id", FaultMissing, "")
	}
	if stop := v["inbound.stop"]; stop != "" {
		var pair bool
		if in.stopField, in.stopValue, pair = strings.Cut(stop, "="); !pair || in.stopField == "" || in.stopValue == "" {
			r.fault("inbound.stop", FaultPair, "")
		}
	}
	return in
}

// signed checks what is signed: the body once, and the time where its header is
// named.
func (r *genericReader) signed(in genericInbound) {
	r.places("inbound.signed", in.signed, signedPlaces)
	if strings.Count(in.signed, placeBody) != 1 {
		r.fault("inbound.signed", FaultChoice, signedPlaces)
	}
	if strings.Contains(in.signed, placeTime) != (in.signedTime != "") {
		r.fault("inbound.signed-time", FaultMissing, "")
	}
}

// receipt reads how we learn what became of a message, if we do.
func (r *genericReader) receipt() genericReceipt {
	if !r.any("receipt.") {
		return genericReceipt{}
	}
	r.need("receipt.id", "receipt.to", "receipt.state")
	states := make(map[string]genericState)
	for _, one := range []struct {
		key   string
		means genericState
	}{
		{"receipt.sent", genericState{state: flows.PartSent}},
		{"receipt.delivered", genericState{state: flows.PartArrived}},
		{"receipt.failed", genericState{state: flows.PartFailed, reason: reasonFailed}},
		{"receipt.blocked", genericState{state: flows.PartFailed, reason: reasonBlocked}},
	} {
		for _, state := range r.list(one.key) {
			states[strings.ToLower(state)] = one.means
		}
	}
	if len(states) == 0 {
		r.fault("receipt.delivered", FaultMissing, "")
	}
	v := r.values
	return genericReceipt{
		id: v["receipt.id"], to: v["receipt.to"], state: v["receipt.state"], reason: v["receipt.reason"], states: states,
	}
}
