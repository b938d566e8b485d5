package sms

import (
	"crypto/hmac"
	"encoding/hex"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A forgery is a request somebody changed on its way.
type forgery struct{ method, query, body, stamp, proof string }

// request makes a request of it, as a server would hand it over; nil if none can
// be made.
func (f forgery) request() *http.Request {
	u := &url.URL{Scheme: "https", Host: "ecole.example", Path: "/sms", RawQuery: f.query}
	r := httptest.NewRequest(f.method, "https://ecole.example/sms", strings.NewReader(f.body))
	r.URL = u
	r.Header.Set("X-Timestamp", f.stamp)
	r.Header.Set("X-Signature", f.proof)
	return r
}

// mangle changes some places of a text: bytes, pieces, numbers, signs of JSON
// and of forms.
func mangle(random *rand.Rand, text string) string {
	for range 1 + random.IntN(4) {
		if text == "" {
			return []string{"{}", "&=", "null", "[[[[", `{"event":{}}`}[random.IntN(5)]
		}
		at := random.IntN(len(text))
		switch random.IntN(6) {
		case 0:
			text = text[:at] + string(rune(random.IntN(0x250))) + text[at+1:]
		case 1:
			text = text[:at] + text[min(len(text), at+random.IntN(8)):]
		case 2:
			text = text[:at] + text[random.IntN(len(text)):]
		case 3:
			text = text[:at] + []string{"null", "1e99", "{}", "[]", `""`, "-1", "%", "%zz", "99999999999999999999"}[random.IntN(9)] + text[at:]
		case 4:
			text = text[:at] + strings.Repeat("[", random.IntN(50)) + text[at:]
		case 5:
			text = strings.Replace(text, `"`, []string{"", `"{`, `"\u0000`, `"a":"`}[random.IntN(4)], 1)
		}
	}
	return text
}

// A suspect is a gateway that reads forgeries, and how to tell one from what it
// may believe.
type suspect struct {
	name    string
	gateway gateway
	seeds   []forgery
	// genuine tells, by other means than the gateway's, whether it may believe.
	genuine func(f forgery) bool
	// sign proves what was changed, as the provider would.
	sign func(f forgery) forgery
}

// suspects are the gateways of these files.
func suspects(t *testing.T) []suspect {
	t.Helper()
	ovh := startOVH(t, always(http.StatusOK, `{"receiver":"+33612345678","deliveryReceipt":1,"ptt":4}`))
	keyed := func(name, secret string) func(forgery) bool {
		return func(f forgery) bool {
			values, _ := url.ParseQuery(f.query)
			return values.Get(name) == secret
		}
	}
	androidSum := func(f forgery) string {
		return hex.EncodeToString(androidSignature(signingKey, []byte(f.body), f.stamp))
	}
	return []suspect{
		{
			"ovh", ovh.gateway(""),
			[]forgery{{method: http.MethodGet, query: "key=cl%C3%A9+secr%C3%A8te&id=7&ptt=4&description=1"}, {method: http.MethodGet, query: "key=cl%C3%A9+secr%C3%A8te&message=oui"}},
			keyed("key", "clé secrète"),
			func(f forgery) forgery { f.query = "key=cl%C3%A9+secr%C3%A8te&" + f.query; return f },
		},
		{
			"android", testAndroid(""),
			[]forgery{
				{method: http.MethodPost, body: androidSaid, stamp: "1795790000"},
				{method: http.MethodPost, body: `{"event":"sms:failed","payload":{"messageId":"k-0","recipient":"+33612345678","reason":"RESULT_X"}}`, stamp: "1795790000"},
			},
			func(f forgery) bool {
				_, err := strconv.ParseInt(f.stamp, 10, 64)
				return err == nil && hmac.Equal([]byte(strings.ToLower(f.proof)), []byte(androidSum(f)))
			},
			func(f forgery) forgery { f.proof = androidSum(f); return f },
		},
		{
			"generic", testGeneric(t, described(t, "generic-mtarget.toml"), ""),
			[]forgery{
				{method: http.MethodPost, query: "key=cle-de-test", body: "Msisdn=%2B33612345678&Content=Oui&MsgId=m1"},
				{method: http.MethodPost, query: "key=cle-de-test", body: `{"MsgId":"7f-12","Msisdn":"+33612345678","Status":3}`},
			},
			keyed("key", signingKey),
			func(f forgery) forgery { f.query = "key=cle-de-test&" + f.query; return f },
		},
		{
			"generic, signed", testGeneric(t, map[string]string{
				"url": "https://sms.example/?{to}{text}", "inbound.proof": proofHexSHA256, "inbound.proof-name": "X-Signature",
				"inbound.signed": "{body}{time}", "inbound.signed-time": "X-Timestamp",
				"inbound.id": "e.0.id", "inbound.from": "e.0.from", "inbound.text": "e.0.text",
			}, ""),
			[]forgery{{method: http.MethodPost, body: `{"e":[{"id":"m1","from":"+33612345678","text":"Oui"}]}`, stamp: "1795790000"}},
			func(f forgery) bool { return strings.EqualFold(strings.TrimPrefix(f.proof, "sha256="), androidSum(f)) },
			func(f forgery) forgery { f.proof = androidSum(f); return f },
		},
	}
}

// Whatever is changed of a request, nothing panics, nothing is believed that is
// not proved, and no message comes of nobody or without a name.
func TestForgeries(t *testing.T) {
	t.Parallel()
	rounds := 3_000
	if os.Getenv("PASSERELLE_LONG") == "1" {
		rounds = 300_000
	}
	for _, s := range suspects(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(1, 2))
			believed := 0
			for range rounds {
				f := s.forge(random)
				events, err := s.gateway.read(f.request(), []byte(f.body))
				if err == nil && !s.genuine(f) {
					t.Fatalf("believed %+v", f)
				}
				if err != nil && len(events) > 0 {
					t.Fatalf("%v, and %+v, of %+v", err, events, f)
				}
				for _, e := range events {
					believed++
					if e.kind != nothing && e.kind != bell && (e.id == "" || e.number == "") {
						t.Fatalf("%+v of %+v", e, f)
					}
				}
			}
			if believed == 0 {
				t.Error("nothing at all was believed: the test shows nothing")
			}
		})
	}
}

// forge changes a request that is genuine: before it is proved, or after.
func (s suspect) forge(random *rand.Rand) forgery {
	f := s.seeds[random.IntN(len(s.seeds))]
	proved := random.IntN(2) == 0
	if !proved {
		f = s.sign(f)
	}
	switch random.IntN(4) {
	case 0, 1:
		f.body = mangle(random, f.body)
	case 2:
		f.query = mangle(random, f.query)
	case 3:
		f.stamp, f.proof = mangle(random, f.stamp), mangle(random, f.proof)
	}
	if proved {
		f = s.sign(f)
	}
	return f
}

// Whatever stands in a description, reading it neither panics nor makes a
// gateway that sends secrets without https.
func TestReadGenericMutations(t *testing.T) {
	t.Parallel()
	rounds := 3_000
	if os.Getenv("PASSERELLE_LONG") == "1" {
		rounds = 300_000
	}
	random := rand.New(rand.NewPCG(3, 4))
	descriptions := []map[string]string{described(t, "generic-brevo.toml"), described(t, "generic-mtarget.toml")}
	read := 0
	for range rounds {
		values := make(map[string]string)
		from := descriptions[random.IntN(2)]
		for _, key := range slices.Sorted(maps.Keys(from)) {
			value := from[key]
			if random.IntN(20) == 0 {
				value = mangle(random, value)
			}
			if random.IntN(60) == 0 {
				key = mangle(random, key)
			}
			values[key] = value
		}
		g, err := ReadGeneric(values)
		if err != nil {
			_ = err.Error()
			continue
		}
		read++
		u, err := url.Parse(newGeneric(genericOptions{Generic: g}).fill(g.url, testParcel(), url.QueryEscape))
		if err != nil || u.Scheme != "https" || u.Host == "" {
			t.Fatalf("%q makes %v, %v", values["url"], u, err)
		}
	}
	if read == 0 || read == rounds {
		t.Errorf("%d of %d were read", read, rounds)
	}
}
