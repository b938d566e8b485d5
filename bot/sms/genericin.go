package sms

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // some gateways sign with it
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"net/http"
	"strings"

	"passerelle/flows"
)

// genericInbound describes what a person sent.
type genericInbound struct {
	// proof is how a request proves where it comes from, proofName the header
	// or the parameter that does it.
	proof, proofName string
	// signed is what is signed: the body, perhaps with the header of signedTime.
	signed, signedTime string
	// Names of fields; stopField has stopValue when a person wants no more.
	id, from, text, at   string
	stopField, stopValue string
}

// genericReceipt describes what became of a message.
type genericReceipt struct {
	id, to, state, reason string
	// states are the values of state, by what they mean.
	states map[string]genericState
}

// A genericState is what a state of a gateway means to us.
type genericState struct {
	state  flows.PartState
	reason string
}

// How a request proves where it comes from.
const (
	proofHexSHA256    = "hmac-sha256-hex"
	proofBase64SHA256 = "hmac-sha256-base64"
	proofBase64SHA1   = "hmac-sha1-base64"
	proofHeader       = "header"
	proofQuery        = "query"
)

// read implements gateway: without a description of what comes in, or without a
// secret, nothing does.
func (g *generic) read(r *http.Request, body []byte) ([]event, error) {
	if !g.genuine(r, body) {
		return nil, errForged
	}
	f, ok := ofRequest(r, body, g.in.proof == proofHeader || g.in.proof == proofQuery)
	if !ok {
		return nil, errMalformed
	}
	state := strings.ToLower(f(g.receipt.state))
	_, known := g.receipt.states[state]
	switch {
	case known:
		return g.reported(f, state)
	case state != "" && f(g.in.from) == "": // a state nobody described
		return []event{{kind: nothing}}, nil
	}
	return g.heard(f)
}

// genuine checks the proof of a request. The time that is signed is not looked
// at: what is brought a second time is taken once anyway.
func (g *generic) genuine(r *http.Request, body []byte) bool {
	secret := g.o.Secret
	if secret == "" {
		return false
	}
	given := r.Header.Get(g.in.proofName)
	if signed := g.in.proof != proofQuery && g.in.proof != proofHeader; signed && len(body) == 0 {
		return false // the proof of nothing is the same for ever
	}
	switch g.in.proof {
	case proofQuery:
		return same(r.URL.Query().Get(g.in.proofName), secret)
	case proofHeader:
		return same(given, secret)
	case proofHexSHA256:
		raw, err := hex.DecodeString(strings.TrimPrefix(given, "sha256="))
		return err == nil && hmac.Equal(raw, g.signature(sha256.New, r, body))
	case proofBase64SHA256:
		raw, err := base64.StdEncoding.DecodeString(given)
		return err == nil && hmac.Equal(raw, g.signature(sha256.New, r, body))
	case proofBase64SHA1:
		raw, err := base64.StdEncoding.DecodeString(given)
		return err == nil && hmac.Equal(raw, g.signature(sha1.New, r, body))
	}
	return false
}

// signature is that of what is signed of a request.
func (g *generic) signature(of func() hash.Hash, r *http.Request, body []byte) []byte {
	mac := hmac.New(of, []byte(g.o.Secret))
	before, after, _ := strings.Cut(g.in.signed, placeBody)
	stamp := r.Header.Get(g.in.signedTime)
	mac.Write([]byte(strings.ReplaceAll(before, placeTime, stamp)))
	mac.Write(body)
	mac.Write([]byte(strings.ReplaceAll(after, placeTime, stamp)))
	return mac.Sum(nil)
}

// The places of what is signed.
const (
	placeBody = "{body}"
	placeTime = "{time}"
)

// reported makes the events of a receipt.
func (g *generic) reported(f fields, state string) ([]event, error) {
	means := g.receipt.states[state]
	e := event{kind: receipt, id: f(g.receipt.id), number: f(g.receipt.to), state: means.state, reason: means.reason}
	if e.id == "" || e.number == "" {
		return nil, errMalformed
	}
	if e.state != flows.PartFailed {
		return []event{e}, nil
	}
	if e.reason == reasonBlocked {
		return []event{e, {kind: stopped, id: e.id, number: e.number}}, nil
	}
	e.reason = because(e.reason, shortCode(f(g.receipt.reason)))
	return []event{e}, nil
}

// heard makes an event of what a person sent.
func (g *generic) heard(f fields) ([]event, error) {
	e := event{kind: heard, id: f(g.in.id), number: f(g.in.from), text: f(g.in.text), at: instant(f(g.in.at))}
	if e.number == "" || e.id == "" && f(g.in.at) == "" || len(e.id) > maxID {
		return nil, errMalformed
	}
	if e.id == "" {
		e.id = sumOf(e.number, e.text, f(g.in.at))
	}
	if g.in.stopField != "" && strings.EqualFold(f(g.in.stopField), g.in.stopValue) {
		e.kind = stopped
	}
	return []event{e}, nil
}

// sumOf is the id of a message that has none: a sum of who sent what when, so
// that it is the same when it is brought again.
func sumOf(parts ...string) string {
	var all bytes.Buffer
	for _, part := range parts {
		all.WriteString(hex.EncodeToString([]byte(part)) + ".")
	}
	sum := sha256.Sum256(all.Bytes())
	return hex.EncodeToString(sum[:12])
}
