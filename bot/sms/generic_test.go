package sms

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"passerelle/flows"
)

// described reads an example of a description: each line of it is a key and a
// value between quotes, which is TOML too.
func described(t *testing.T, name string) map[string]string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	values := make(map[string]string)
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		key, value, ok := strings.Cut(line, " = ")
		if !ok || len(value) < 2 || value[0] != value[len(value)-1] || !strings.Contains("'\"", value[:1]) {
			t.Fatalf("%s: %s", name, line)
		}
		values[key] = value[1 : len(value)-1]
	}
	return values
}

// testGeneric is a gateway so described, at that address if it is not "".
func testGeneric(t *testing.T, values map[string]string, address string) *generic {
	t.Helper()
	if address != "" {
		values["url"] = address
	}
	g, err := ReadGeneric(values)
	if err != nil {
		t.Fatal(err)
	}
	return newGeneric(genericOptions{
		Generic: g, From: "École", User: "mairie", Password: "p&ss\"mot", Secret: signingKey, Client: newClient(), Now: testNow,
	})
}

// A server like Brevo's: JSON, a key in a header.
func TestGenericLikeBrevo(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var got map[string]string
		err := json.NewDecoder(r.Body).Decode(&got)
		want := map[string]string{
			"sender": "École", "recipient": "33612345678", "content": "Il dit \"oui\" :\nà demain & plus <3",
			"type": "transactional", "tag": "0123456789abcdef01234567-0",
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil || r.Header.Get("Api-Key") != `p&ss"mot` ||
			r.Header.Get("Content-Type") != "application/json" || r.Method != http.MethodPost {
			w.WriteHeader(http.StatusTeapot)
			_, _ = io.WriteString(w, diff)
			return
		}
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"reference":"ab1cdefghijklm","messageId":1511882900176220,"smsCount":1,"usedCredits":0.7}`)
	}))
	defer s.Close()
	g := testGeneric(t, described(t, "generic-brevo.toml"), s.URL+"/v3/transactionalSMS/send")
	p := testParcel()
	p.text = "Il dit \"oui\" :\nà demain & plus <3"
	if id, err := g.send(t.Context(), p); id != "1511882900176220" || err != nil {
		t.Errorf("id %q, error %v", id, err)
	}
}

// A server like Mtarget's: a form, errors in an answer that is a yes.
func TestGenericLikeMtarget(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		want := url.Values{
			"username": {"mairie"}, "password": {"p&ss\"mot"}, "msisdn": {"0033612345678"}, "msg": {"1 + 1 = 2 & ê {to}"},
			"serviceid": {"École"}, "remoteid": {"0123456789abcdef01234567-0"}, "allowunicode": {"true"},
		}
		if diff := cmp.Diff(want, r.PostForm); diff != "" {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		_, _ = io.WriteString(w, `{"results":[{"msisdn":"+33612345678","code":"0","ticket":"7f-12"}]}`)
	}))
	defer s.Close()
	g := testGeneric(t, described(t, "generic-mtarget.toml"), s.URL)
	p := testParcel()
	p.text = "1 + 1 = 2 & ê {to}"
	if id, err := g.send(t.Context(), p); id != "7f-12" || err != nil {
		t.Errorf("id %q, error %v", id, err)
	}
}

func TestGenericAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		body   string
		id     string
		reason string
		never  bool
		after  time.Duration
	}{
		{"taken", 200, `{"r":[{"id":"a1"}]}`, "a1", "", false, 0},
		{"taken, all is well", 200, `{"r":[{"id":12}],"code":0}`, "12", "", false, 0},
		{"taken, without a name", 204, ``, testParcel().key, "", false, 0},
		{"taken, with a page", 200, `{"r":[{"id":"` + strings.Repeat("x", 200) + `"}]}`, testParcel().key, "", false, 0},
		{"a yes that is a no", 200, `{"code":"blacklist"}`, "", reasonBlocked + " (blacklist)", true, 0},
		{"a status that is never", 422, ``, "", reasonRefused, true, 0},
		{"an error that is never", 500, `{"code":"bad_number"}`, "", reasonRefused + " (bad_number)", true, 0},
		{"no money", 200, `{"code":"credit"}`, "", reasonAccount + " (credit)", false, longPause},
		{"an error nobody knows", 200, `{"code":"lune"}`, "", reasonAway + " (lune)", false, 0},
		{"an error with a number in it", 200, `{"code":"33612345678"}`, "", reasonAway, false, 0},
		{"an error with words in it", 200, `{"code":"Bonjour Anne"}`, "", reasonAway, false, 0},
		{"too many", 429, ``, "", reasonBusy + " (429)", false, 0},
		{"trouble", 502, `<html>`, "", reasonAway + " (502)", false, 0},
		{"another refusal", 400, ``, "", reasonRefused + " (400)", true, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			}))
			defer s.Close()
			g := testGeneric(t, map[string]string{
				"url": s.URL + "/?to={to}&text={text}", "method": "GET", "id": "r.0.id", "error": "code", "ok": "0, ok",
				"never": "422, bad_number", "blocked": "blacklist", "account": "credit",
			}, "")
			id, err := g.send(t.Context(), testParcel())
			reason, never, after, _ := refused(err)
			if id != tt.id || reason != tt.reason || never != tt.never || after != tt.after {
				t.Errorf("id %q, %q never %v after %v, want %q, %q %v %v", id, reason, never, after, tt.id, tt.reason, tt.never, tt.after)
			}
		})
	}
}

// An address, a user and an answer that is the id.
func TestGenericAddress(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		_, _ = io.WriteString(w, " "+r.URL.RawQuery+"|"+user+"|"+password+"|"+r.Header.Get("X-Source")+"\n")
	}))
	defer s.Close()
	g := testGeneric(t, map[string]string{
		"url": s.URL + "/envoi?a={to}&m={text}", "method": "GET", "auth": "basic", "id": "text", "headers.X-Source": "robot {key}",
	}, "")
	id, err := g.send(t.Context(), testParcel())
	want := `a=%2B33612345678&m=Bonjour+%C3%A0+vous|mairie|p&ss"mot|robot 0123456789abcdef01234567-0`
	if id != want || err != nil {
		t.Errorf("id %q, error %v, want %q", id, err, want)
	}
}

// The sums are those of a shell, in hex and in base64:
//
//	printf '%s' '{"kind":"mo","moId":"m1"}' | openssl dgst -sha256 -hmac cle-de-test
//	printf '%s' '{"kind":"mo","moId":"m1"}' | openssl dgst -sha1 -hmac cle-de-test -binary | base64
//	printf '%s' '1795790000.{"kind":"mo","moId":"m1"}' | openssl dgst -sha256 -hmac cle-de-test
//	printf '%s' '{"kind":"mo","moId":"m1"}1795790000' | openssl dgst -sha256 -hmac cle-de-test
func TestGenericProofs(t *testing.T) {
	t.Parallel()
	const (
		body = `{"kind":"mo","moId":"m1"}`
		sum  = "0512b5b923b66a06d40c09d76a72f0dca5137a022b3bdcf667dc5686681d1804"
	)
	tests := []struct {
		name, proof, signed, given string
		want                       bool
	}{
		{"hex", proofHexSHA256, "", sum, true},
		{"hex with its name", proofHexSHA256, "", "sha256=" + sum, true},
		{"hex, cut", proofHexSHA256, "", sum[:62], false},
		{"hex of something else", proofHexSHA256, "{body}{body2}", "00", false},
		{"nothing", proofHexSHA256, "", "", false},
		{"base64", proofBase64SHA256, "", "BRK1uSO2agbUDAnXanLw3KUTegIrO9z2Z9xWhmgdGAQ=", true},
		{"base64 of another", proofBase64SHA256, "", "BRK1uSO2agbUDAnXanLw3KUTegIrO9z2Z9xWhmgdGAA=", false},
		{"sha1", proofBase64SHA1, "", "54q1jhHs7pcJ84lcjMGLsBm6/+w=", true},
		{"sha1 for sha256", proofBase64SHA256, "", "54q1jhHs7pcJ84lcjMGLsBm6/+w=", false},
		{"with the time", proofHexSHA256, "{time}.{body}", "e579ecd16b9159186577443fcb9d88c3faadbc96b3e43b99ba1ef9415b1bf269", true},
		{"with the time behind", proofHexSHA256, "{body}{time}", "68ba1a06734e394872cd656af3a0771fcd129e4b71cedc50fb6a962d6af25527", true},
		{"without the time it has", proofHexSHA256, "{time}.{body}", sum, false},
		{"the secret", proofHeader, "", signingKey, true},
		{"another secret", proofHeader, "", "cle", false},
		{"no secret", proofHeader, "", "", false},
		{"in a header, not in the address", proofQuery, "", signingKey, false},
		{"no way at all", "", "", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := genericInbound{proof: tt.proof, proofName: "X-Proof", signed: tt.signed, signedTime: "X-Time"}
			if in.signed == "" {
				in.signed = placeBody
			}
			g := newGeneric(genericOptions{Generic: Generic{in: in}, Secret: signingKey})
			r := httptest.NewRequest(http.MethodPost, "https://ecole.example/sms", strings.NewReader(body))
			r.Header.Set("X-Proof", tt.given)
			r.Header.Set("X-Time", "1795790000")
			if got := g.genuine(r, []byte(body)); got != tt.want {
				t.Errorf("genuine %v, want %v", got, tt.want)
			}
			g.o.Secret = ""
			if g.genuine(r, []byte(body)) {
				t.Error("believed without a secret")
			}
		})
	}
}

// Bodies are shaped like those of the two examples; none was recorded.
func TestGenericRead(t *testing.T) {
	t.Parallel()
	const brevo, mtarget, form = "generic-brevo.toml", "generic-mtarget.toml", "application/x-www-form-urlencoded"
	at := time.Date(2026, 11, 27, 14, 20, 0, 0, time.UTC)
	tests := []struct {
		name, file, body, query string
		want                    []event
		err                     error
	}{
		{"no key", brevo, `{"messageId":"1","from":"33612345678","reply":"oui"}`, "", nil, errForged},
		{"another key", brevo, `{"messageId":"1","from":"33612345678","reply":"oui"}`, "key=cle", nil, errForged},
		{
			"a message", brevo, `{"messageId":151188,"from":"33612345678","reply":"Oui ça va","date":"2026-11-27T15:20:00+01:00"}`, "key=cle-de-test",
			[]event{{kind: heard, id: "151188", number: "33612345678", text: "Oui ça va", at: at}},
			nil,
		},
		{
			"a message without a name", brevo, `{"from":"33612345678","reply":"Oui","date":"2026-11-27 14:20:00"}`, "key=cle-de-test",
			[]event{{kind: heard, id: sumOf("33612345678", "Oui", "2026-11-27 14:20:00"), number: "33612345678", text: "Oui", at: at}},
			nil,
		},
		{"neither name nor time", brevo, `{"from":"33612345678","reply":"Oui"}`, "key=cle-de-test", nil, errMalformed},
		{"of nobody", brevo, `{"messageId":"1","reply":"Oui"}`, "key=cle-de-test", nil, errMalformed},
		{"no JSON", brevo, `{"messageId":"1"`, "key=cle-de-test", nil, errMalformed},
		{
			"arrived", brevo, `{"messageId":151188,"to":"33612345678","msg_status":"delivered"}`, "key=cle-de-test",
			[]event{{kind: receipt, id: "151188", number: "33612345678", state: flows.PartArrived}},
			nil,
		},
		{
			"not arrived", brevo, `{"messageId":151188,"to":"33612345678","msg_status":"Hard_Bounce","error_code":6}`, "key=cle-de-test",
			[]event{{kind: receipt, id: "151188", number: "33612345678", state: flows.PartFailed, reason: reasonFailed + " (6)"}},
			nil,
		},
		{
			"wants no more", brevo, `{"messageId":151188,"to":"33612345678","msg_status":"unsubscribe"}`, "key=cle-de-test",
			[]event{
				{kind: receipt, id: "151188", number: "33612345678", state: flows.PartFailed, reason: reasonBlocked},
				{kind: stopped, id: "151188", number: "33612345678"},
			},
			nil,
		},
		{"a state nobody knows", brevo, `{"messageId":151188,"to":"33612345678","msg_status":"opened"}`, "key=cle-de-test", []event{{kind: nothing}}, nil},
		{"a receipt for nobody", brevo, `{"messageId":151188,"msg_status":"delivered"}`, "key=cle-de-test", nil, errMalformed},
		{
			"a form", mtarget, "Msisdn=%2B33612345678&Content=Oui+%C3%A7a+va&MsgId=m1&Keyword=", "key=cle-de-test",
			[]event{{kind: heard, id: "m1", number: "+33612345678", text: "Oui ça va"}},
			nil,
		},
		{
			"an address alone", mtarget, "", "key=cle-de-test&Msisdn=%2B33612345678&Content=Oui&MsgId=m1",
			[]event{{kind: heard, id: "m1", number: "+33612345678", text: "Oui"}},
			nil,
		},
		{
			"stop", mtarget, "Msisdn=%2B33612345678&Content=STOP&MsgId=m1&Keyword=STOP", "key=cle-de-test",
			[]event{{kind: stopped, id: "m1", number: "+33612345678", text: "STOP"}},
			nil,
		},
		{
			"a receipt in a form", mtarget, "Msisdn=%2B33612345678&MsgId=7f-12&Status=6&StatusText=Expired", "key=cle-de-test",
			[]event{{kind: receipt, id: "7f-12", number: "+33612345678", state: flows.PartFailed, reason: reasonFailed + " (Expired)"}},
			nil,
		},
		{"no form", mtarget, "Msisdn=%zz", "key=cle-de-test", nil, errMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodPost, "https://ecole.example/sms?"+tt.query, strings.NewReader(tt.body))
			r.Header.Set("Content-Type", form)
			got, err := testGeneric(t, described(t, tt.file), "").read(r, []byte(tt.body))
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(event{}), cmpopts.EquateApproxTime(0)); diff != "" || !errors.Is(err, tt.err) {
				t.Errorf("error %v, want %v, events (-want +got):\n%s", err, tt.err, diff)
			}
		})
	}
}

// An answer without an end is read up to a bound.
func TestGenericLongAnswer(t *testing.T) {
	t.Parallel()
	written := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for line := strings.Repeat(" ", 1<<16); written < 1<<28; written += len(line) {
			if _, err := io.WriteString(w, line); err != nil {
				return
			}
		}
	}))
	defer s.Close()
	r, err := ask(t.Context(), newClient(), question{method: http.MethodGet, url: s.URL})
	s.CloseClientConnections()
	if err != nil || !r.cut() || len(r.body) != maxAnswer {
		t.Errorf("%d bytes, error %v", len(r.body), err)
	}
}

// Without a secret nobody is believed who signs with none.
func TestGenericNoSecret(t *testing.T) {
	t.Parallel()
	g := newGeneric(genericOptions{Generic: Generic{in: genericInbound{proof: proofHexSHA256, proofName: "X-Proof", signed: placeBody}}})
	r := httptest.NewRequest(http.MethodPost, "https://ecole.example/sms", strings.NewReader("{}"))
	r.Header.Set("X-Proof", hex.EncodeToString(androidSignature("", []byte("{}"), "")))
	if _, err := g.read(r, []byte("{}")); !errors.Is(err, errForged) {
		t.Errorf("error %v", err)
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	f, ok := ofJSON([]byte(`{"a":[{"b":"un"},12345678901234567890,true,null,1.50],"c":{"":"vide"},"d":"deux"}`))
	if !ok {
		t.Fatal("no JSON")
	}
	for path, want := range map[string]string{
		"a.0.b": "un", "a.1": "12345678901234567890", "a.2": "true", "a.3": "", "a.4": "1.50", "d": "deux", "c.": "vide",
		"": "", "a": "", "a.-1": "", "a.5": "", "a.x": "", "a.0": "", "d.e": "", "z": "", ".": "",
	} {
		if got := f(path); got != want {
			t.Errorf("%q is %q, want %q", path, got, want)
		}
	}
}

func TestInstant(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 27, 14, 20, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2026-11-27T15:20:00+01:00": at, "2026-11-27T15:20:00.000+0100": at, "2026-11-27T14:20:00Z": at,
		"2026-11-27 14:20:00": at, "2026-11-27T14:20:00": at, "1795789200": at, "1795789200000": at,
		"": {}, "0": {}, "-5": {}, "hier": {}, "99999999999999999999": {}, "900000000000000000": {},
	} {
		if got := instant(text); !got.Equal(want) {
			t.Errorf("instant(%q) = %v, want %v", text, got, want)
		}
	}
}
