package smstest

import (
	"net/url"
	"strings"
	"testing"
)

// Texts at the edges, counted by hand.
func TestSegments(t *testing.T) {
	t.Parallel()
	a, e, ucs, face := strings.Repeat("a", 152), strings.Repeat("€", 76), strings.Repeat("ê", 66), "😀"
	for text, want := range map[string]int{
		"": 1, "Bonjour": 1, a + "aaaaaaaa": 1, a + "aaaaaaaaa": 2, e + "€€€€": 1, e + "€€€€€": 2, e + "€€€€a": 2,
		a + "a" + a + "a": 2, a + "a" + a + "aa": 3, a + "€" + a: 3, a + "€" + a[1:]: 2, ucs + "êêêê": 1, ucs + "êêêêê": 2,
		ucs + face + ucs[:len(ucs)-2]: 2, ucs + face + ucs: 3, ucs + "êêê" + face: 2, "\r\n^{}\\[~]|\f": 1, "ç": 1, a + "ç": 3,
	} {
		if got := segments(text); got != want {
			t.Errorf("%.20q… of %d characters: %d, want %d", text, len([]rune(text)), got, want)
		}
	}
}

// The signatures were made with getExpectedTwilioSignature of npm twilio@6.2.0.
func TestSign(t *testing.T) {
	t.Parallel()
	const hook = "https://passerelle.example/sms"
	for _, tt := range []struct {
		address string
		form    url.Values
		want    string
	}{
		{hook, url.Values{"Body": {"Ça marche, déjà ? L’œuf à 2 €"}, "From": {"+33612345678"}}, "rqHc5kSUy1KZAFGzftE+sdfjWQg="},
		{hook + "?cle=a%20b&x=%C3%A9", url.Values{"Body": {"1"}, "From": {"+33612345678"}}, "vDbJxE/HW1M6i2tJfpc8FItniZ8="},
		{hook, url.Values{"Body": {"Oui"}, "Choix": {"b", "a", "b", "A"}}, "YcI+sMw8o/d9m8A5zjpI/VEtNA8="},
		{hook, url.Values{"Body": {""}, "FromCity": {""}, "NumMedia": {"1"}}, "sCKKl0aeO4gEPIo/G/kjZK6QPgE="},
		{hook, url.Values{}, "2xmabGJ7X2SJldvYikhhkUrJdDo="},
	} {
		if got := sign(Token, tt.address, tt.form); got != tt.want {
			t.Errorf("%s %v: %s, want %s", tt.address, tt.form, got, tt.want)
		}
	}
}
