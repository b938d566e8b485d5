package sms

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxAnswer bounds what is read of a gateway's answer, in bytes.
const maxAnswer = 64 << 10

// A question is one call of a gateway.
type question struct {
	method, url string
	header      http.Header
	body        []byte
}

// A reply is what a gateway answered: at most [maxAnswer] of its body.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// ok tells whether the gateway did what it was asked.
func (r reply) ok() bool { return r.status >= 200 && r.status < 300 }

// cut tells whether there was more of the answer than was read.
func (r reply) cut() bool { return len(r.body) >= maxAnswer }

// ask puts a question. It follows no redirection: what proves who we are is for
// the address in the configuration alone. Its errors hold neither that address
// nor a header.
func ask(ctx context.Context, client *http.Client, q question) (reply, error) {
	r, err := http.NewRequestWithContext(ctx, q.method, q.url, bytes.NewReader(q.body))
	if err != nil {
		return reply{}, errors.New("call the gateway: the address in the configuration is none")
	}
	for key, values := range q.header {
		r.Header[http.CanonicalHeaderKey(key)] = values
	}
	direct := *client
	direct.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := direct.Do(r)
	if err != nil {
		return reply{}, unanswered(ctx, err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return reply{}, unanswered(ctx, err)
	}
	return reply{answer.StatusCode, answer.Header, body}, nil
}

// unanswered says that no answer came, and nothing of what was called.
func unanswered(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if failed, ok := errors.AsType[*url.Error](err); ok {
		err = failed.Err
	}
	if slow, ok := errors.AsType[net.Error](err); ok && slow.Timeout() {
		return later(reasonAway, "no answer in time", 0)
	}
	return later(reasonAway, "no answer", 0)
}

// judge makes a refusal of an answer that is not a yes, as far as HTTP itself
// tells; said is what the gateway calls it, or "".
func judge(r reply, said string, now time.Time) error {
	status := strings.TrimSpace(strconv.Itoa(r.status) + " " + said)
	switch {
	case r.status == http.StatusTooManyRequests:
		return later(reasonBusy, status, retryAfter(r.header, now))
	case r.status >= 500, r.status == http.StatusRequestTimeout:
		return later(reasonAway, status, retryAfter(r.header, now))
	case r.status == http.StatusUnauthorized, r.status == http.StatusPaymentRequired,
		r.status == http.StatusForbidden, r.status == http.StatusNotFound,
		r.status == http.StatusMethodNotAllowed, r.status < 400:
		return later(reasonAccount, status, longPause)
	}
	return never(reasonRefused, status)
}

// maxCode bounds what a gateway may call a failure, in bytes.
const maxCode = 40

// shortCode is a code of a gateway if it is one, else "": a sentence may hold a
// number or words of a person, and as many digits as a number has are none.
func shortCode(said string) string {
	digits := 0
	for _, r := range said {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r == '_', r == '-', r == '.', r == ':':
		default:
			return ""
		}
	}
	if len(said) > maxCode || digits >= shortest {
		return ""
	}
	return said
}

// base is an address without slashes at its end, or the usual one.
func base(address, usual string) string {
	if address == "" {
		address = usual
	}
	return strings.TrimRight(address, "/")
}

// basicAuth is the header Authorization of a user.
func basicAuth(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}
