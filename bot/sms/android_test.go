package sms

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"passerelle/flows"
)

// signingKey is the one of these tests.
const signingKey = "cle-de-test"

// A message as the app of 2026 tells of it, with the fields that matter.
const androidSaid = `{"id":"Ey6ECgOkVVFjz3CL48B8C","event":"sms:received","payload":` +
	`{"messageId":"abc123","message":"Déjà fait","sender":"+33612345678","receivedAt":"2026-11-22T15:46:11.000+01:00"}}`

// The sums are those of a shell:
//
//	printf '%s%s' "$BODY" 1795790000 | openssl dgst -sha256 -hmac cle-de-test
func TestAndroidSignature(t *testing.T) {
	t.Parallel()
	tests := []struct{ body, want string }{
		{androidSaid, "7e7f166ac756006927f6be9940e1af1a86bee6a0703c0efaca7d730f1c530eba"},
		{"{}", "82669a813336290165b28f79b1587520bee99ad8850367ff4e49cb83e518f57e"},
	}
	for _, tt := range tests {
		if got := hex.EncodeToString(androidSignature(signingKey, []byte(tt.body), "1795790000")); got != tt.want {
			t.Errorf("signature %s, want %s", got, tt.want)
		}
	}
}

func testAndroid(url string) *android {
	return newAndroid(androidOptions{
		URL: url, User: "sms", Password: "mot de passe", Secret: signingKey, Client: newClient(), Now: testNow,
	})
}

// androidRequest is a request of the phone, signed at that instant.
func androidRequest(body string, at time.Time) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "https://ecole.example/sms", strings.NewReader(body))
	stamp := strconv.FormatInt(at.Unix(), 10)
	r.Header.Set("X-Timestamp", stamp)
	r.Header.Set("X-Signature", hex.EncodeToString(androidSignature(signingKey, []byte(body), stamp)))
	return r
}

func TestAndroidSend(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		header http.Header
		reason string
		never  bool
		after  time.Duration
	}{
		{"taken", http.StatusAccepted, nil, "", false, 0},
		{"a repeat", http.StatusConflict, nil, "", false, 0},
		{"not let in", http.StatusUnauthorized, nil, reasonAccount + " (401)", false, longPause},
		{"another address", http.StatusNotFound, nil, reasonAccount + " (404)", false, longPause},
		{"led elsewhere", http.StatusFound, http.Header{"Location": {"/ailleurs"}}, reasonAccount + " (302)", false, longPause},
		{"no number", http.StatusBadRequest, nil, reasonRefused + " (400)", true, 0},
		{"too many", http.StatusTooManyRequests, http.Header{"Retry-After": {"90"}}, reasonBusy + " (429)", false, 90 * time.Second},
		{"trouble", http.StatusBadGateway, nil, reasonAway + " (502)", false, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got androidMessage
			var path, user, password string
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				path = r.Method + " " + r.URL.Path
				user, password, _ = r.BasicAuth()
				_ = json.NewDecoder(r.Body).Decode(&got)
				maps.Copy(w.Header(), tt.header)
				w.WriteHeader(tt.status)
			}))
			defer s.Close()
			p := testParcel()
			id, err := testAndroid(s.URL+"/").send(t.Context(), p)
			reason, never, after, _ := refused(err)
			if reason != tt.reason || never != tt.never || after != tt.after || (err == nil) != (id == p.key) {
				t.Errorf("id %q: %q never %v after %v, want %q %v %v", id, reason, never, after, tt.reason, tt.never, tt.after)
			}
			want := androidMessage{
				ID: p.key, PhoneNumbers: []string{p.to}, TextMessage: androidText{p.text}, WithReport: true, TTL: 86_400,
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
			if path != "POST /messages" || user != "sms" || password != "mot de passe" {
				t.Errorf("%s of %q, %q", path, user, password)
			}
		})
	}
}

func TestAndroidRead(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 14, 46, 11, 0, time.UTC)
	id := "abc123-" + strconv.FormatInt(at.Unix(), 10)
	const when = `"2026-11-22T15:46:11.000+01:00"`
	tests := []struct {
		name, body string
		want       event
	}{
		{"a message", androidSaid, event{kind: heard, id: id, number: "+33612345678", at: at, text: "Déjà fait"}},
		{
			"a message of an older app",
			`{"deviceId":"f","event":"sms:received","id":"e1","payload":{"messageId":"abc123","message":"Oui","phoneNumber":"0612345678","simNumber":null,"receivedAt":` + when + `},"webhookId":"w"}`,
			event{kind: heard, id: id, number: "0612345678", at: at, text: "Oui"},
		},
		{
			"a message without a name",
			`{"event":"sms:received","id":"e1","payload":{"message":"Oui","phoneNumber":"0612345678","receivedAt":"hier"}}`,
			event{kind: heard, id: "e1", number: "0612345678", text: "Oui"},
		},
		{
			"a picture",
			`{"event":"mms:received","id":"e1","payload":{"messageId":"mms_1","sender":"+33612345678","recipient":null,"simNumber":1,"transactionId":"T1","size":125684,"receivedAt":` + when + `}}`,
			event{kind: heard, id: "mms_1-" + strconv.FormatInt(at.Unix(), 10), number: "+33612345678", at: at, media: flows.PictureMedia},
		},
		{"the same picture, there", `{"event":"mms:downloaded","id":"e2","payload":{"messageId":"17","sender":"+33612345678","body":"moi"}}`, event{kind: nothing}},
		{
			"on its way",
			`{"event":"sms:sent","id":"e1","payload":{"messageId":"k-0","recipient":"+33612345678","sender":"+33700000000","partsCount":1,"sentAt":` + when + `}}`,
			event{kind: receipt, id: "k-0", number: "+33612345678", at: at, state: flows.PartSent},
		},
		{
			"arrived",
			`{"event":"sms:delivered","id":"e1","payload":{"messageId":"k-0","phoneNumber":"+33612345678","deliveredAt":` + when + `}}`,
			event{kind: receipt, id: "k-0", number: "+33612345678", at: at, state: flows.PartArrived},
		},
		{
			"not sent",
			`{"event":"sms:failed","id":"e1","payload":{"messageId":"k-0","recipient":"+33612345678","failedAt":` + when + `,"reason":"Sending to +33612345678: RESULT_ERROR_LIMIT_EXCEEDED"}}`,
			event{kind: receipt, id: "k-0", number: "+33612345678", at: at, state: flows.PartFailed, reason: reasonFailed + " (RESULT_ERROR_LIMIT_EXCEEDED)"},
		},
		{
			"no card",
			`{"event":"sms:failed","id":"e1","payload":{"messageId":"k-0","recipient":"+33612345678","reason":"Can't send message: No SIMs found"}}`,
			event{kind: receipt, id: "k-0", number: "+33612345678", state: flows.PartFailed, reason: reasonAccount + " (no SIM)"},
		},
		{"a sign of life", `{"event":"system:ping","id":"e1","payload":{"health":{"status":"pass"}}}`, event{kind: nothing}},
		{"data", `{"event":"sms:data-received","id":"e1","payload":{"messageId":"a","data":"SGk=","phoneNumber":"+33612345678"}}`, event{kind: nothing}},
		{"what is new to us", `{"event":"call:missed","id":"e1","payload":{}}`, event{kind: nothing}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := testAndroid("").read(androidRequest(tt.body, testNow()), []byte(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]event{tt.want}, got, cmp.AllowUnexported(event{}), cmpopts.EquateApproxTime(0)); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

// The phone tries for two days, and signs anew each time: only what was signed
// long ago, or by nobody, is refused.
func TestAndroidProof(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(r *http.Request)
		signed time.Duration // before now
		want   error
	}{
		{"signed now", func(*http.Request) {}, 0, nil},
		{"a clock behind", func(*http.Request) {}, 19 * time.Hour, nil},
		{"a clock ahead", func(*http.Request) {}, -19 * time.Hour, nil},
		{"played again", func(*http.Request) {}, 21 * time.Hour, errForged},
		{"from the future", func(*http.Request) {}, -21 * time.Hour, errForged},
		{"another time", func(r *http.Request) { r.Header.Set("X-Timestamp", "1795790001") }, 0, errForged},
		{"no time", func(r *http.Request) { r.Header.Del("X-Timestamp") }, 0, errForged},
		{"no signature", func(r *http.Request) { r.Header.Del("X-Signature") }, 0, errForged},
		{"half a signature", func(r *http.Request) { r.Header.Set("X-Signature", r.Header.Get("X-Signature")[:32]) }, 0, errForged},
		{"capitals", func(r *http.Request) { r.Header.Set("X-Signature", strings.ToUpper(r.Header.Get("X-Signature"))) }, 0, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := androidRequest(androidSaid, testNow().Add(-tt.signed))
			tt.change(r)
			body, _ := io.ReadAll(r.Body)
			if _, err := testAndroid("").read(r, body); !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
		})
	}
}

// A phone without a signing key is not believed, whoever signs with none.
func TestAndroidNoSecret(t *testing.T) {
	t.Parallel()
	g := newAndroid(androidOptions{Now: testNow})
	r := httptest.NewRequest(http.MethodPost, "https://ecole.example/sms", strings.NewReader(androidSaid))
	r.Header.Set("X-Timestamp", "1795790000")
	r.Header.Set("X-Signature", hex.EncodeToString(androidSignature("", []byte(androidSaid), "1795790000")))
	if _, err := g.read(r, []byte(androidSaid)); !errors.Is(err, errForged) {
		t.Errorf("error %v", err)
	}
}

// Signed is not yet understood.
func TestAndroidMalformed(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		``, `[]`, `{}`, `{"event":7}`, `{"event":"sms:received"}`, `{"event":"sms:received","id":"e","payload":{"message":"Oui"}}`,
		`{"event":"sms:failed","payload":{"recipient":"+33612345678"}}`,
	} {
		if events, err := testAndroid("").read(androidRequest(body, testNow()), []byte(body)); !errors.Is(err, errMalformed) {
			t.Errorf("%s: events %v, error %v", body, events, err)
		}
	}
}
