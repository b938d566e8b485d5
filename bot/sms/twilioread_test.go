package sms

import (
	"errors"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passerelle/bot/sms/smstest"
	"passerelle/flows"
)

// twilioCalls is a request of the webhook.
func twilioCalls(target, signature, body string) (*http.Request, []byte) {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	if signature != "" {
		r.Header.Set("X-Twilio-Signature", signature)
	}
	return r, []byte(body)
}

// The signatures were made with getExpectedTwilioSignature of npm twilio@6.2.0,
// from the address as signed and the fields as an object, repeated ones as an
// array; its validateRequest accepts each for the callback.
func TestTwilioSignatures(t *testing.T) {
	t.Parallel()
	person := []string{twilioPerson}
	tests := []struct {
		name, callback, query string
		form                  url.Values
		signature             string
	}{
		{"a message", twilioHook, "", url.Values{"MessageSid": {"SM0123456789abcdef0123456789abcdef"}, "Body": {"Bonjour"}, "From": person, "To": {"+33937000001"}}, "xFR6QHjwhkzg9OVLguxMY1qHUE8="},
		{"accents", twilioHook, "", url.Values{"Body": {"Ça marche, déjà ? L’œuf à 2 €"}, "From": person}, "rqHc5kSUy1KZAFGzftE+sdfjWQg="},
		{"a query string", twilioHook, "cle=a%20b&x=%C3%A9", url.Values{"Body": {"1"}, "From": person}, "vDbJxE/HW1M6i2tJfpc8FItniZ8="},
		{"a port", "https://passerelle.example:8443/sms", "", url.Values{"Body": {"STOP"}, "OptOutType": {"STOP"}}, "wDwdIiu8kp95HX+O7iSmSyAepqA="},
		{"a port that was not signed", "https://passerelle.example:8443/sms", "", url.Values{"Body": {"STOP"}, "OptOutType": {"STOP"}}, "RmA3MEjH1L6Ys4BOKyIrFqTGyv4="},
		{"the usual port, signed", twilioHook, "", url.Values{"Body": {"2"}}, "eroVgI86O6GXCZcgSMUaaE1miY4="},
		{"repeated keys", twilioHook, "", url.Values{"Body": {"Oui"}, "Choix": {"b", "a", "b", "A"}}, "YcI+sMw8o/d9m8A5zjpI/VEtNA8="},
		{"empty values", twilioHook, "", url.Values{"Body": {""}, "FromCity": {""}, "NumMedia": {"1"}}, "sCKKl0aeO4gEPIo/G/kjZK6QPgE="},
		{"other scripts", twilioHook, "", url.Values{"Body": {"مرحبا 😀 你好"}, "Étape": {"é"}}, "dE4zqEkArhkjK1OVAa580TNU5cw="},
		{"signs of a form", twilioHook, "", url.Values{"Body": {"a=b&c+d %41\n;#?"}, "From": person}, "dkO9QFWpFDlJIr8LBJoXhlH3+7c="},
		{"no field", twilioHook, "", url.Values{}, "2xmabGJ7X2SJldvYikhhkUrJdDo="},
		{"a callback with a query and a fragment", twilioHook + "?cle=a%20b&x=%C3%A9#rc=3", "cle=a%20b&x=%C3%A9", url.Values{"Body": {"1"}, "From": person}, "vDbJxE/HW1M6i2tJfpc8FItniZ8="},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := newTwilio(twilioOptions{Account: smstest.Account, Token: smstest.Token, Callback: tt.callback})
			try := func(signature, query string, form url.Values) bool {
				r, _ := twilioCalls("/sms?"+query, signature, "")
				return g.signed(r, form)
			}
			if !try(tt.signature, tt.query, tt.form) {
				t.Error("not recognised")
			}
			more := maps.Clone(tt.form)
			more["Zone"] = []string{""}
			if try(tt.signature, tt.query, more) || try(tt.signature, tt.query+"z", tt.form) ||
				try(strings.ToLower(tt.signature), tt.query, tt.form) || try("", tt.query, tt.form) {
				t.Error("another request is recognised as well")
			}
		})
	}
}

// The fields of a message and of a receipt as Twilio sends them, with values of
// our own.
const (
	twilioInbound = "ToCountry=FR&ToState=&SmsMessageSid=SM0123456789abcdef0123456789abcdef&NumMedia=0&ToCity=&FromZip=" +
		"&SmsSid=SM0123456789abcdef0123456789abcdef&FromState=&SmsStatus=received&FromCity=&Body=Bonjour+%C3%A0+tous" +
		"&FromCountry=FR&To=%2B33937000001&ToZip=&NumSegments=1&MessageSid=SM0123456789abcdef0123456789abcdef" +
		"&AccountSid=AC5e1f00d5e1f00d5e1f00d5e1f00d5e1f&From=%2B33612345678&ApiVersion=2010-04-01"
	twilioStatus = "SmsSid=SM0123456789abcdef0123456789abcdef&SmsStatus=delivered&MessageStatus=delivered&To=%2B33612345678" +
		"&MessageSid=SM0123456789abcdef0123456789abcdef&AccountSid=AC5e1f00d5e1f00d5e1f00d5e1f00d5e1f&From=%2B33937000001" +
		"&ApiVersion=2010-04-01&RawDlrDoneDate=2611231301"
)

// twilioForm is a form with some fields changed: name, value, name, value …;
// "-" takes one away.
func twilioForm(t *testing.T, fixture string, changes ...string) url.Values {
	t.Helper()
	form, err := url.ParseQuery(fixture)
	if err != nil {
		t.Fatal(err)
	}
	for pair := range slices.Chunk(changes, 2) {
		if pair[1] == "-" {
			form.Del(pair[0])
		} else {
			form.Set(pair[0], pair[1])
		}
	}
	return form
}

// What each form means, signed well.
func TestTwilioReads(t *testing.T) {
	t.Parallel()
	const sid = "SM0123456789abcdef0123456789abcdef"
	said := func(text string) event { return event{kind: heard, id: sid, number: twilioPerson, text: text} }
	sent := func(kind flows.MediaKind) event {
		return event{kind: heard, id: sid, number: twilioPerson, media: kind}
	}
	reported := func(state flows.PartState, reason string) event {
		return event{kind: receipt, id: sid, number: twilioPerson, state: state, reason: reason}
	}
	malformed := event{}
	tests := []struct {
		name, fixture string
		changes       []string
		want          event
	}{
		{"words", twilioInbound, nil, said("Bonjour à tous")},
		{"no words", twilioInbound, []string{"Body", ""}, said("")},
		{"a field nobody knows", twilioInbound, []string{"Horizon", "bleu"}, said("Bonjour à tous")},
		{"STOP that Twilio saw as well", twilioInbound, []string{"Body", "STOP", "OptOutType", "STOP"}, said("STOP")},
		{"a picture", twilioInbound, []string{"Body", "", "NumMedia", "1", "MediaContentType0", "image/jpeg"}, sent(flows.PictureMedia)},
		{"a film", twilioInbound, []string{"Body", " ", "NumMedia", "1", "MediaContentType0", "video/3gpp"}, sent(flows.PictureMedia)},
		{"a recording", twilioInbound, []string{"Body", "", "NumMedia", "2", "MediaContentType0", "audio/amr; rate=8000"}, sent(flows.VoiceMedia)},
		{"a contact", twilioInbound, []string{"Body", "", "NumMedia", "1", "MediaContentType0", "text/x-vcard"}, sent(flows.ContactMedia)},
		{"a file", twilioInbound, []string{"Body", "", "NumMedia", "1", "MediaContentType0", "application/pdf"}, sent(flows.FileMedia)},
		{"a file of no type", twilioInbound, []string{"Body", "", "NumMedia", "1"}, sent(flows.FileMedia)},
		{"a picture with words", twilioInbound, []string{"NumMedia", "1", "MediaContentType0", "image/jpeg"}, said("Bonjour à tous")},
		{"of another account", twilioInbound, []string{"AccountSid", "AC00000000000000000000000000000000"}, malformed},
		{"of no account", twilioInbound, []string{"AccountSid", "-"}, malformed},
		{"without an id", twilioInbound, []string{"MessageSid", "-"}, malformed},
		{"an id that is none", twilioInbound, []string{"MessageSid", "SM01234567/../89abcdef0123456789ab"}, malformed},
		{"a short id", twilioInbound, []string{"MessageSid", "SM01"}, malformed},
		{"of a call", twilioInbound, []string{"MessageSid", "CA0123456789abcdef0123456789abcdef"}, malformed},
		{"of nobody", twilioInbound, []string{"From", "-"}, malformed},
		{"arrived", twilioStatus, nil, reported(flows.PartArrived, "")},
		{"left", twilioStatus, []string{"MessageStatus", "sent"}, reported(flows.PartSent, "")},
		{"queued", twilioStatus, []string{"MessageStatus", "queued"}, event{kind: nothing, id: sid, number: twilioPerson}},
		{"a status nobody knows", twilioStatus, []string{"MessageStatus", "dreaming"}, event{kind: nothing, id: sid, number: twilioPerson}},
		{"off", twilioStatus, []string{"MessageStatus", "undelivered", "ErrorCode", "30003"}, reported(flows.PartFailed, "handset.off (30003)")},
		{"blocked", twilioStatus, []string{"MessageStatus", "undelivered", "ErrorCode", "30004"}, reported(flows.PartFailed, "blocked (30004)")},
		{"unknown", twilioStatus, []string{"MessageStatus", "undelivered", "ErrorCode", "30005"}, reported(flows.PartFailed, "handset.unknown (30005)")},
		{"a landline", twilioStatus, []string{"MessageStatus", "undelivered", "ErrorCode", "30006"}, reported(flows.PartFailed, "number.landline (30006)")},
		{"filtered", twilioStatus, []string{"MessageStatus", "undelivered", "ErrorCode", "30007"}, reported(flows.PartFailed, "filtered (30007)")},
		{"who knows why", twilioStatus, []string{"MessageStatus", "failed", "ErrorCode", "30008"}, reported(flows.PartFailed, "failed (30008)")},
		{"unsubscribed", twilioStatus, []string{"MessageStatus", "failed", "ErrorCode", "21610"}, reported(flows.PartFailed, "blocked (21610)")},
		{"a code nobody knows", twilioStatus, []string{"MessageStatus", "failed", "ErrorCode", "98765"}, reported(flows.PartFailed, "failed (98765)")},
		{"no code", twilioStatus, []string{"MessageStatus", "failed", "ErrorCode", "Léa"}, reported(flows.PartFailed, "failed")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g, form := twilioAt(""), twilioForm(t, tt.fixture, tt.changes...)
			r, body := twilioCalls("/sms", g.signature(twilioHook+joined(form)), form.Encode())
			got, err := g.read(r, body)
			if tt.want == malformed {
				if !errors.Is(err, errMalformed) || got != nil {
					t.Errorf("%+v, %v, want it to be malformed", got, err)
				}
				return
			}
			if diff := cmp.Diff([]event{tt.want}, got, cmp.AllowUnexported(event{})); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
			r, body = twilioCalls("/sms", g.signature(twilioHook+joined(form)+"x"), form.Encode())
			if got, err := g.read(r, body); !errors.Is(err, errForged) || got != nil {
				t.Errorf("with a wrong signature: %+v, %v", got, err)
			}
		})
	}
}

// Without a token nothing proves anything, not even the signature of none.
func TestTwilioWithoutToken(t *testing.T) {
	t.Parallel()
	g := newTwilio(twilioOptions{Account: smstest.Account, Callback: twilioHook})
	r, body := twilioCalls("/sms", g.signature(twilioHook+joined(twilioForm(t, twilioInbound))), twilioInbound)
	if _, err := g.read(r, body); !errors.Is(err, errForged) {
		t.Errorf("read: %v", err)
	}
}

// What Twilio reads is TwiML that says nothing.
func TestTwilioAnswer(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	twilioAt("").answer(w)
	if got := w.Result(); got.StatusCode != 200 || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/xml") || w.Body.String() != "<Response/>" {
		t.Errorf("%s, %v, %q", got.Status, got.Header, w.Body)
	}
}

// Whatever stands in a form, reading it does not panic; and only a form that
// says the same is accepted with a signature.
func TestTwilioReadMutations(t *testing.T) {
	t.Parallel()
	rounds := 3_000
	if os.Getenv("PASSERELLE_LONG") == "1" {
		rounds = 300_000
	}
	seeds := []string{
		twilioInbound, twilioStatus,
		strings.Replace(twilioInbound, "NumMedia=0", "NumMedia=1&MediaContentType0=image%2Fjpeg&MediaUrl0=https%3A%2F%2Fa", 1),
		strings.Replace(twilioStatus, "=delivered", "=undelivered&ErrorCode=30003", 2),
	}
	random := rand.New(rand.NewPCG(5, 2))
	g := twilioAt("")
	accepted := 0
	for range rounds {
		seed := seeds[random.IntN(len(seeds))]
		signature := g.signature(twilioHook + joined(twilioForm(t, seed)))
		body := twilioMutate(random, seed)
		r, raw := twilioCalls("/sms", signature, body)
		got, err := g.read(r, raw)
		if errors.Is(err, errForged) {
			continue
		}
		accepted++
		if twilioSigned(body) != twilioSigned(seed) {
			t.Fatalf("accepted %+v, %v with the signature of another form: %s", got, err, body)
		}
	}
	if accepted == 0 || accepted > rounds/2 {
		t.Errorf("%d of %d forms accepted", accepted, rounds)
	}
	for range rounds {
		form, err := url.ParseQuery(twilioMutate(random, seeds[random.IntN(len(seeds))]))
		if err != nil {
			continue
		}
		r, raw := twilioCalls("/sms", g.signature(twilioHook+joined(form)), form.Encode())
		got, err := g.read(r, raw)
		if errors.Is(err, errForged) || err == nil && (len(got) != 1 || got[0].number == "" || !isTwilioMessage(got[0].id)) {
			t.Fatalf("%+v, %v of %s", got, err, form.Encode())
		}
	}
}

// twilioSigned is what a form says as Twilio signs it, counted in another way
// than the gateway's.
func twilioSigned(body string) string {
	said := map[string]bool{}
	for pair := range strings.SplitSeq(body, "&") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		k, _ := url.QueryUnescape(key)
		v, _ := url.QueryUnescape(value)
		said[k+"\x00"+v] = true
	}
	var all strings.Builder
	for _, pair := range slices.Sorted(maps.Keys(said)) {
		all.WriteString(strings.Replace(pair, "\x00", "", 1))
	}
	return all.String()
}

// twilioMutate changes some places of a form: bytes, fields, their order.
func twilioMutate(random *rand.Rand, form string) string {
	for range 1 + random.IntN(3) {
		fields := strings.Split(form, "&")
		i, at := random.IntN(len(fields)), random.IntN(len(form)+1)
		switch random.IntN(7) {
		case 0:
			form = form[:at] + string(rune(random.IntN(0x250))) + form[min(len(form), at+1):]
		case 1:
			form = form[:at] + form[min(len(form), at+random.IntN(8)):]
		case 2:
			form = form[:at] + []string{"%", "%00", "%zz", "&", "=", ";", "+", "\xff", "&From=%2B33600000000", "&AccountSid="}[random.IntN(10)] + form[at:]
		case 3:
			fields[i], fields[0] = fields[0], fields[i]
			form = strings.Join(fields, "&")
		case 4:
			form = strings.Join(append(fields, fields[i]), "&")
		case 5:
			form = strings.Join(slices.Delete(fields, i, i+1), "&")
		case 6:
			fields[i] = strings.NewReplacer("+", "%20", "0", "%30", "a", "%61").Replace(fields[i])
			form = strings.Join(fields, "&")
		}
	}
	return form
}
