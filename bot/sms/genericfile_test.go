package sms

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// faultsOf are the faults an error joins, "key code with".
func faultsOf(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	many, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("not joined: %v", err)
	}
	var all []string
	for _, one := range many.Unwrap() {
		f, ok := errors.AsType[*Fault](one)
		if !ok || !strings.HasPrefix(f.Error(), "sms.generic."+f.Key+": ") || strings.HasSuffix(f.Error(), ": ") {
			t.Errorf("no fault with a key and a sentence: %v", one)
			continue
		}
		all = append(all, strings.TrimSpace(f.Key+" "+f.Code+" "+f.With))
	}
	return all
}

func TestReadGenericFaults(t *testing.T) {
	t.Parallel()
	const good = "https://sms.example/envoi?to={to}&text={text}"
	inbound := map[string]string{
		"url": good, "inbound.proof": "header", "inbound.proof-name": "X-Key",
		"inbound.id": "id", "inbound.from": "from", "inbound.text": "text",
	}
	with := func(more map[string]string) map[string]string {
		all := maps.Clone(inbound)
		maps.Copy(all, more)
		return all
	}
	tests := []struct {
		name   string
		values map[string]string
		want   []string
	}{
		{"enough", map[string]string{"url": good}, nil},
		{"enough to be called", inbound, nil},
		{"nothing", nil, []string{"url missing"}},
		{
			"keys there are not",
			map[string]string{"url": good, "urll": "a", "inbound.texte": "", "xyz": ""},
			[]string{"inbound.texte unknown inbound.text", "urll unknown url", "xyz unknown"},
		},
		{"http", map[string]string{"url": strings.Replace(good, "https", "http", 1)}, []string{"url address"}},
		{"http on this machine", map[string]string{"url": "http://127.0.0.1:8080/?{to}{text}"}, nil},
		{"http on this machine, by name", map[string]string{"url": "http://localhost/?{to}{text}"}, nil},
		{"http on a machine called so", map[string]string{"url": "http://127.0.0.1.example/?{to}{text}"}, []string{"url address"}},
		{"another scheme", map[string]string{"url": "file:///etc/passwd?{to}{text}"}, []string{"url address"}},
		{"a user in the address", map[string]string{"url": "https://u:p@sms.example/?{to}{text}"}, []string{"url address"}},
		{"a host that is filled in", map[string]string{"url": "https://{user}.example/?{to}{text}"}, []string{"url address"}},
		{"a place there is not", map[string]string{"url": good + "&s={secret}"}, []string{"url place {secret}"}},
		{"nothing is sent", map[string]string{"url": "https://sms.example/"}, []string{"body nothingsent"}},
		{"no JSON", map[string]string{"url": good, "body": `{"to": {to}, "text": "{text}"}`}, []string{"body json"}},
		{"a form", map[string]string{"url": good, "body": `a={to}`, "content-type": typeForm}, nil},
		{
			"choices",
			map[string]string{"url": good, "method": "DELETE", "content-type": "text/xml", "auth": "digest", "number": "06"},
			[]string{
				"method choice POST GET PUT", "content-type choice application/json application/x-www-form-urlencoded",
				"auth choice basic", "number choice +33 33 0033",
			},
		},
		{"lists", map[string]string{"url": good, "never": "[400 404]"}, []string{"never list"}},
		{
			"headers",
			map[string]string{"url": good, "headers.X Key": "a", "headers.X-Text": "{text}", "headers.X-Line": "a\r\nb"},
			[]string{"headers.X Key header", "headers.X-Line header", "headers.X-Text place {text}"},
		},
		{
			"no proof",
			map[string]string{"url": good, "inbound.from": "a", "inbound.text": "b", "inbound.id": "c"},
			[]string{"inbound.proof missing", "inbound.proof-name missing"},
		},
		{"a proof there is not", with(map[string]string{"inbound.proof": "none"}), []string{
			"inbound.proof choice hmac-sha256-hex hmac-sha256-base64 hmac-sha1-base64 header query",
		}},
		{"nothing is signed", with(map[string]string{"inbound.signed": "{time}", "inbound.signed-time": "X-T"}), []string{"inbound.signed choice {body} {time}"}},
		{"a time without its header", with(map[string]string{"inbound.signed": "{time}{body}"}), []string{"inbound.signed-time missing"}},
		{"neither name nor time", with(map[string]string{"inbound.id": ""}), []string{"inbound.id missing"}},
		{"a time for a name", with(map[string]string{"inbound.id": "", "inbound.time": "t"}), nil},
		{"stop", with(map[string]string{"inbound.stop": "Keyword"}), []string{"inbound.stop pair"}},
		{"half a receipt", with(map[string]string{"receipt.state": "s"}), []string{"receipt.id missing", "receipt.to missing", "receipt.delivered missing"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g, err := ReadGeneric(tt.values)
			if diff := cmp.Diff(tt.want, faultsOf(t, err)); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
			if err != nil && g.url != "" {
				t.Error("there is a gateway, with faults")
			}
		})
	}
}

// Every key that is known is read: taken out of a description that has them all
// it makes another gateway, or a fault.
func TestReadGenericKeys(t *testing.T) {
	t.Parallel()
	all := map[string]string{
		"url": "https://sms.example/{to}{text}", "method": "PUT", "content-type": typeForm, "body": "a", "auth": "basic",
		"number": "33", "id": "a", "error": "b", "ok": "c", "never": "d", "blocked": "e", "account": "f",
		"inbound.proof": "header", "inbound.proof-name": "g", "inbound.signed": "{body}.{time}", "inbound.signed-time": "h",
		"inbound.id": "i", "inbound.from": "j", "inbound.text": "k", "inbound.time": "l", "inbound.stop": "m=n",
		"receipt.id": "o", "receipt.to": "p", "receipt.state": "q", "receipt.reason": "r",
		"receipt.sent": "s", "receipt.delivered": "t", "receipt.failed": "u", "receipt.blocked": "v",
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(strings.Fields(genericKeys))), slices.Sorted(maps.Keys(all))); diff != "" {
		t.Fatalf("keys (-known +here):\n%s", diff)
	}
	whole, err := ReadGeneric(all)
	if err != nil {
		t.Fatal(err)
	}
	shown := cmp.AllowUnexported(Generic{}, genericInbound{}, genericReceipt{}, genericState{})
	for key := range all {
		less := maps.Clone(all)
		delete(less, key)
		if g, err := ReadGeneric(less); err == nil && cmp.Equal(whole, g, shown) {
			t.Errorf("%s makes no difference", key)
		}
	}
}
