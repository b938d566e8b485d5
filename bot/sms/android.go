package sms

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"passerelle/flows"
)

const (
	// androidValidity is how long the phone tries to send, in seconds.
	androidValidity = 24 * 60 * 60
	// androidSkew is how far the time of a request may be from ours. The phone
	// signs anew each time it tries again, so nothing is too old for having
	// waited; the bound is wide for a phone whose clock is wrong, and narrower
	// than the time for which the store knows a message again.
	androidSkew = 20 * time.Hour
)

// androidOptions are what the phone needs.
type androidOptions struct {
	// URL is the phone or the server before it: "http://192.168.1.20:8080",
	// "https://api.sms-gate.app/3rdparty/v1".
	URL string
	// User and Password are shown by the app.
	User, Password string
	// Secret is the signing key of its webhooks.
	Secret string
	Client *http.Client
	Now    func() time.Time
}

// An android is a phone with the app SMS Gateway for Android, fields as in its
// documents and its source: webhooks sms:received, sms:sent, sms:delivered,
// sms:failed, mms:received and system:ping, each registered by itself.
//
// The app sends what waits in the order last in, first out unless it is told
// otherwise in its settings: it has to be, for a message of two parts.
type android struct{ o androidOptions }

var _ gateway = (*android)(nil)

func newAndroid(o androidOptions) *android {
	o.URL = base(o.URL, "")
	return &android{o: o}
}

func (g *android) name() string { return Android }

func (g *android) answer(w http.ResponseWriter) { w.WriteHeader(http.StatusOK) }

// An androidMessage is what is sent.
type androidMessage struct {
	ID           string      `json:"id"`
	PhoneNumbers []string    `json:"phoneNumbers"`
	TextMessage  androidText `json:"textMessage"`
	WithReport   bool        `json:"withDeliveryReport"`
	TTL          int         `json:"ttl"` // seconds
}

type androidText struct {
	Text string `json:"text"`
}

// send implements gateway. The id is ours: the phone refuses a repeat.
func (g *android) send(ctx context.Context, p parcel) (string, error) {
	body, err := json.Marshal(androidMessage{
		ID: p.key, PhoneNumbers: []string{p.to}, TextMessage: androidText{p.text},
		WithReport: true, TTL: androidValidity,
	})
	if err != nil {
		return "", err
	}
	r, err := ask(ctx, g.o.Client, question{
		method: http.MethodPost, url: g.o.URL + "/messages", body: body,
		header: http.Header{
			"Content-Type":  {"application/json"},
			"Authorization": {basicAuth(g.o.User, g.o.Password)},
		},
	})
	switch {
	case err != nil:
		return "", err
	case r.ok(), r.status == http.StatusConflict:
		return p.key, nil
	}
	return "", judge(r, "", g.o.Now())
}

// An androidCall is the envelope of what the phone tells.
type androidCall struct {
	ID      string         `json:"id"`
	Event   string         `json:"event"`
	Payload androidPayload `json:"payload"`
}

// An androidPayload has the fields of all events. Sender and recipient came in
// 2026 for phoneNumber, which older apps have instead.
type androidPayload struct {
	MessageID   string `json:"messageId"`
	Message     string `json:"message"`
	Sender      string `json:"sender"`
	Recipient   string `json:"recipient"`
	PhoneNumber string `json:"phoneNumber"`
	Reason      string `json:"reason"`
	ReceivedAt  string `json:"receivedAt"`
	SentAt      string `json:"sentAt"`
	DeliveredAt string `json:"deliveredAt"`
	FailedAt    string `json:"failedAt"`
}

// read implements gateway.
func (g *android) read(r *http.Request, body []byte) ([]event, error) {
	if !g.genuine(r.Header, body) {
		return nil, errForged
	}
	var call androidCall
	if json.Unmarshal(body, &call) != nil || call.Event == "" {
		return nil, errMalformed
	}
	e := call.event()
	if e.kind != nothing && (e.id == "" || e.number == "") {
		return nil, errMalformed
	}
	return []event{e}, nil
}

// genuine tells whether the phone signed a request, not too long ago.
func (g *android) genuine(h http.Header, body []byte) bool {
	stamp := h.Get("X-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || g.o.Now().Sub(time.Unix(seconds, 0)).Abs() > androidSkew {
		return false
	}
	given, err := hex.DecodeString(h.Get("X-Signature"))
	return err == nil && g.o.Secret != "" && hmac.Equal(given, androidSignature(g.o.Secret, body, stamp))
}

// androidSignature signs a request.
func androidSignature(secret string, body []byte, stamp string) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	mac.Write([]byte(stamp))
	return mac.Sum(nil)
}

// event says what a call tells. A picture is told twice, as soon as it is
// announced and again once it is there: the first counts. What is no text for
// people (data, batches, signs of life) is nothing.
func (c androidCall) event() event {
	p := c.Payload
	from := cmp.Or(p.Sender, p.PhoneNumber)
	sent := event{kind: receipt, id: p.MessageID, number: cmp.Or(p.Recipient, p.PhoneNumber)}
	switch c.Event {
	case "sms:received":
		return event{kind: heard, id: c.inboundID(), number: from, at: instant(p.ReceivedAt), text: p.Message}
	case "mms:received":
		return event{kind: heard, id: c.inboundID(), number: from, at: instant(p.ReceivedAt), media: flows.PictureMedia}
	case "sms:sent":
		sent.at, sent.state = instant(p.SentAt), flows.PartSent
	case "sms:delivered":
		sent.at, sent.state = instant(p.DeliveredAt), flows.PartArrived
	case "sms:failed":
		sent.at, sent.state, sent.reason = instant(p.FailedAt), flows.PartFailed, androidReason(p.Reason)
	default:
		return event{kind: nothing}
	}
	return sent
}

// inboundID names a message that came in. The app's own name for it is a short
// sum of number, time and text: with the second it was received in it is the
// same when the app tells of the message again, through another webhook or by an
// export of its inbox. The id of the envelope is the same only while one call is
// tried again; older apps have nothing else.
func (c androidCall) inboundID() string {
	received := instant(c.Payload.ReceivedAt)
	if c.Payload.MessageID == "" || received.IsZero() {
		return c.ID
	}
	return c.Payload.MessageID + "-" + strconv.FormatInt(received.Unix(), 10)
}

// androidReason says in our words why the phone did not send; what Android
// calls it is a name such as RESULT_ERROR_NO_SERVICE.
func androidReason(said string) string {
	if strings.Contains(said, "No SIM") {
		return because(reasonAccount, "no SIM")
	}
	for _, word := range strings.FieldsFunc(said, func(r rune) bool { return r != '_' && (r < 'A' || r > 'Z') }) {
		if strings.HasPrefix(word, "RESULT_") {
			return because(reasonFailed, shortCode(word))
		}
	}
	return reasonFailed
}
