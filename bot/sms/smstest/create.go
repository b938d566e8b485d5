package smstest

import (
	"net/url"
	"regexp"
	"strconv"
	"time"
	"unicode/utf16"
)

// maxBody is how long a text may be, in units of UTF-16.
const maxBody = 1600

// create takes a message.
func (t *Twilio) create(fields url.Values) (any, *failure) {
	if wrong := t.check(fields); wrong != nil {
		return nil, wrong
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	m := &message{from: fields.Get("From"), to: fields.Get("To"), callback: fields.Get("StatusCallback")}
	m.Body, m.Status = fields.Get("Body"), "queued"
	t.add(m)
	return t.resource(m), nil
}

// check looks for what Twilio refuses.
func (t *Twilio) check(fields url.Values) *failure {
	to, from, body := fields.Get("To"), fields.Get("From"), fields.Get("Body")
	switch {
	case to == "":
		return bad(21604, "A 'To' phone number is required.")
	case from == "" && fields.Get("MessagingServiceSid") == "":
		return bad(21603, "A 'From' phone number is required.")
	case body == "":
		return bad(21602, "Message body is required.")
	case len(utf16.Encode([]rune(body))) > maxBody:
		return bad(21617, "The concatenated message body exceeds the 1600 character limit.")
	case !isE164(to):
		return bad(21211, "The 'To' number "+to+" is not a valid phone number.")
	case from != t.o.From:
		return bad(21606, "The 'From' phone number provided is not a valid message-capable Twilio phone number.")
	case to == from:
		return bad(21266, "'To' and 'From' number cannot be the same.")
	case fields.Has("StatusCallback") && !isAddress(fields.Get("StatusCallback")):
		return bad(21609, "The 'StatusCallback' URL is not a valid URL.")
	}
	return nil
}

func isE164(number string) bool {
	return regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`).MatchString(number)
}

func isAddress(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// resource is a message as the API shows it.
func (t *Twilio) resource(m *message) map[string]any {
	date, direction := m.At.Format(time.RFC1123Z), "outbound-api"
	if m.inbound {
		direction = "inbound"
	}
	uri := "/2010-04-01/Accounts/" + t.o.Account + "/Messages/" + m.SID
	r := map[string]any{
		"account_sid": t.o.Account, "api_version": "2010-04-01", "body": m.Body, "date_created": date,
		"date_sent": date, "date_updated": date, "direction": direction, "error_code": nil, "error_message": nil,
		"from": m.from, "messaging_service_sid": nil, "num_media": "0", "num_segments": strconv.Itoa(m.Segments),
		"price": nil, "price_unit": "EUR", "sid": m.SID, "status": m.Status,
		"subresource_uris": map[string]string{"media": uri + "/Media.json"}, "to": m.to, "uri": uri + ".json",
	}
	if m.Status == "queued" {
		r["date_sent"] = nil
	}
	if code, err := strconv.Atoi(m.code); err == nil {
		r["error_code"] = code
	}
	return r
}
