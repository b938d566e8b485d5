package smstest

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
)

// Say has a person write. The webhook, if there is one, is called once; Say
// returns the SID of the message when that was answered, failed, or took 15
// seconds.
func (t *Twilio) Say(from, text string) string {
	t.mu.Lock()
	m := &message{inbound: true, from: from, to: t.o.From}
	m.Body, m.Status = text, "received"
	t.add(m)
	form, hook := t.inbound(m), t.webhook
	t.mu.Unlock()
	if hook != "" && !t.post(hook, form) {
		t.mu.Lock()
		t.failed++
		t.mu.Unlock()
	}
	return m.SID
}

// inbound is the form of a message that came in.
func (t *Twilio) inbound(m *message) url.Values {
	return url.Values{
		"MessageSid": {m.SID}, "SmsSid": {m.SID}, "SmsMessageSid": {m.SID}, "AccountSid": {t.o.Account},
		"From": {m.from}, "To": {m.to}, "Body": {m.Body}, "NumMedia": {"0"}, "NumSegments": {strconv.Itoa(m.Segments)},
		"SmsStatus": {"received"}, "ApiVersion": {"2010-04-01"}, "FromCountry": {"FR"}, "FromCity": {""}, "FromState": {""},
		"FromZip": {""}, "ToCountry": {"FR"}, "ToCity": {""}, "ToState": {""}, "ToZip": {""},
	}
}

// Report tells what became of a message, to the address that its sender gave:
// "sent", "delivered", or "undelivered" or "failed" with a code such as "30003".
// It returns when that was answered. A message without that address, or that
// there is not, is reported to nobody.
func (t *Twilio) Report(sid, status, errorCode string) {
	t.mu.Lock()
	m := t.bySID[sid]
	if m == nil {
		t.mu.Unlock()
		return
	}
	m.Status, m.code = status, errorCode
	t.wake()
	form, hook := t.receipt(m), m.callback
	t.mu.Unlock()
	if hook != "" {
		t.post(hook, form)
	}
}

// receipt is the form of what became of a message.
func (t *Twilio) receipt(m *message) url.Values {
	form := url.Values{
		"MessageSid": {m.SID}, "SmsSid": {m.SID}, "AccountSid": {t.o.Account}, "From": {m.from}, "To": {m.to},
		"MessageStatus": {m.Status}, "SmsStatus": {m.Status}, "ApiVersion": {"2010-04-01"},
	}
	if m.code != "" {
		form.Set("ErrorCode", m.code)
	}
	return form
}

// post calls a webhook once, and tells whether it was answered with 2xx in time.
func (t *Twilio) post(address string, form url.Values) bool {
	t.mu.Lock()
	closed := t.closing.Err() != nil
	if !closed {
		t.calls.Add(1)
	}
	t.mu.Unlock()
	if closed {
		return false
	}
	defer t.calls.Done()
	ctx, cancel := context.WithTimeout(t.closing, patience)
	defer cancel()
	address, _, _ = strings.Cut(address, "#")
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return false
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	r.Header.Set("User-Agent", "TwilioProxy/1.1")
	r.Header.Set("X-Twilio-Signature", sign(t.o.Token, address, form))
	answer, err := t.client.Do(r)
	if err != nil {
		return false
	}
	defer func() { _ = answer.Body.Close() }()
	_, err = io.Copy(io.Discard, io.LimitReader(answer.Body, maxForm))
	return err == nil && answer.StatusCode/100 == 2
}

// sign proves that a form comes from Twilio: the address, then each name with
// its values, in order, without repeats.
func sign(token, address string, form url.Values) string {
	var lines []string
	for name, values := range form {
		seen := map[string]bool{}
		for _, value := range values {
			if !seen[value] {
				lines = append(lines, name+"\x00"+value)
			}
			seen[value] = true
		}
	}
	sort.Strings(lines)
	mac := hmac.New(sha1.New, []byte(token))
	_, _ = io.WriteString(mac, address)
	for _, line := range lines {
		_, _ = io.WriteString(mac, strings.Replace(line, "\x00", "", 1))
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
