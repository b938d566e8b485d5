package sms

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"passerelle/bot/sms/smstest"
	"passerelle/flows"
)

// Twilio's own description of its API, served by a program nobody here wrote,
// takes what the gateway sends and asks.
func TestTwilioPrism(t *testing.T) {
	t.Parallel()
	api := smstest.Prism(t, "testdata/twilio-messages.openapi.json")
	twilioPrismRefuses(t, api)
	g := twilioAt(api)
	const example = "SMaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	for _, text := range []string{
		"Bonjour", "Ça marche, déjà ? L’œuf à 2 €", "1 Oui\n2 Non", "مرحبا 😀 你好", "a=b&c+d %41\n;#?", " ",
		strings.Repeat("é", 160), strings.Repeat("😀", 200), strings.Repeat("a", 459),
	} {
		if id, err := g.send(t.Context(), twilioParcel(text)); id != example || err != nil {
			t.Errorf("%.20q: %q, %v", text, id, err)
		}
	}
	if _, err := g.since(t.Context(), twilioNoon(), unknown); err != nil {
		t.Errorf("list: %v", err)
	}
	g = newTwilio(twilioOptions{API: api, Account: "AC12", Token: smstest.Token, From: smstest.From})
	if _, err := g.send(t.Context(), twilioParcel("Bonjour")); !errors.As(err, new(*flows.Refusal)) {
		t.Errorf("an account that is none: %v", err)
	}
}

// twilioPrismRefuses shows that Prism is strict: each of these has one fault.
func twilioPrismRefuses(t *testing.T, api string) {
	t.Helper()
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(smstest.Account+":"+smstest.Token))
	whole := url.Values{"To": {twilioPerson}, "From": {smstest.From}, "Body": {"Bonjour"}}.Encode()
	for _, tt := range []struct {
		name, auth, kind, body string
		want                   int
	}{
		{"a whole one", basic, "application/x-www-form-urlencoded", whole, 201},
		{"nobody's", "", "application/x-www-form-urlencoded", whole, 401},
		{"to nobody", basic, "application/x-www-form-urlencoded", "From=%2B33937000001&Body=Bonjour", 422},
		{"no form", basic, "application/json", `{"To":"+33612345678"}`, 415},
		{"a service that is none", basic, "application/x-www-form-urlencoded", whole + "&MessagingServiceSid=MG1", 422},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, api+twilioAt("").path, strings.NewReader(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", tt.kind)
		r.Header.Set("Authorization", tt.auth)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, answer.StatusCode, tt.want)
		}
	}
}
