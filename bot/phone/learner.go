package phone

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"net/http"
	"strings"

	"passerelle/flows"
)

const (
	cookieName = "passerelle_phone"
	cookieAge  = 365 * 24 * 3600 // seconds
	// secretLength is that of rand.Text: 130 random bits in base 32.
	secretLength = 26
)

// A secret is what one browser keeps to be known again.
type secret string

func newSecret() secret { return secret(rand.Text()) }

// fresh is a new random id for a form or an input.
func fresh() string { return rand.Text() }

// address is the learner's. It is derived, so that who reads an address in a
// report cannot take the learner's place.
func (s secret) address() flows.Address {
	sum := sha256.Sum256([]byte(s))
	short := base32.StdEncoding.EncodeToString(sum[:10])
	return flows.Address("phone:" + strings.ToLower(short))
}

// known returns the secret a browser sent, if it is one of ours by its form.
func known(r *http.Request) (secret, bool) {
	c, err := r.Cookie(cookieName)
	if err != nil || len(c.Value) != secretLength {
		return "", false
	}
	if strings.Trim(c.Value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		return "", false
	}
	return secret(c.Value), true
}

// learner returns who sent the request; a browser seen for the first time is
// given a secret to keep.
func (p *Phone) learner(w http.ResponseWriter, r *http.Request) flows.Address {
	s, ok := known(r)
	if !ok {
		s = newSecret()
		p.keep(w, s)
	}
	return s.address()
}

// keep asks the browser to keep the secret.
func (p *Phone) keep(w http.ResponseWriter, s secret) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure where the page is served by https; a LAN may not
		Name: cookieName, Value: string(s), Path: "/", MaxAge: cookieAge,
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: strings.HasPrefix(p.o.Origin, "https://"),
	})
}
