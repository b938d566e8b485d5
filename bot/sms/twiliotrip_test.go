package sms

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passerelle/bot/sms/smstest"
	"passerelle/flows"
)

// A twilioDoor is a webhook that keeps what the gateway reads.
type twilioDoor struct {
	g *twilio

	mu     sync.Mutex
	events []event
	errs   []error
}

func (d *twilioDoor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	events, err := d.g.read(r, body)
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil {
		d.errs = append(d.errs, err)
		w.WriteHeader(http.StatusForbidden)
		return
	}
	d.events = append(d.events, events...)
	d.g.answer(w)
}

// What people write and what becomes of an answer arrives, signed by somebody
// else's hand; a provider of another token does not get in.
func TestTwilioRoundTrip(t *testing.T) {
	t.Parallel()
	door := &twilioDoor{}
	web := httptest.NewServer(door)
	t.Cleanup(web.Close)
	hook := web.URL + "/sms?cle=%C3%A9"
	server := smstest.Start(t, smstest.Options{Webhook: hook})
	door.g = newTwilio(twilioOptions{
		API: server.URL(), Account: smstest.Account, Token: smstest.Token, From: smstest.From, Callback: hook,
	})
	said := server.Say(twilioPerson, "Ça va ? 😀 a=b&c")
	sent, err := door.g.send(t.Context(), twilioParcel("Bien, merci."))
	if err != nil {
		t.Fatal(err)
	}
	server.Report(sent, "sent", "")
	server.Report(sent, "undelivered", "30003")
	want := []event{
		{kind: heard, id: said, number: twilioPerson, text: "Ça va ? 😀 a=b&c"},
		{kind: receipt, id: sent, number: twilioPerson, state: flows.PartSent},
		{kind: receipt, id: sent, number: twilioPerson, state: flows.PartFailed, reason: "handset.off (30003)"},
	}
	if diff := cmp.Diff(want, door.events, cmp.AllowUnexported(event{})); diff != "" || server.Failed() != 0 {
		t.Errorf("%d failed (-want +got):\n%s", server.Failed(), diff)
	}
	stranger := smstest.Start(t, smstest.Options{Token: "another", Webhook: hook})
	stranger.Say(twilioPerson, "Bonjour")
	if len(door.events) != len(want) || len(door.errs) != 1 || stranger.Failed() != 1 {
		t.Errorf("a stranger: %d events, %v, %d failed", len(door.events), door.errs, stranger.Failed())
	}
}
