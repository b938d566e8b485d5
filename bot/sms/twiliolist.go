package sms

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"passerelle/flows"
)

const (
	// twilioPage is how many messages a page has.
	twilioPage = 300
	// twilioPages is how many pages are read at most: the newest 15,000
	// messages. What is older is left out; it was brought once, as all is.
	twilioPages = 50
)

// Errors of a list.
var (
	errTwilioList  = errors.New("list what came in: the answer is no list")
	errTwilioStray = errors.New("list what came in: the list goes on at another address")
)

// every implements [lister]: the webhook brings nearly all, and at once.
func (*twilio) every() time.Duration { return 2 * time.Minute }

// since implements [lister]. Twilio lists whole days of Greenwich, newest first;
// reading ends with the first page that is all too old. Of a picture the list
// does not tell the type: it is a file.
func (t *twilio) since(ctx context.Context, from time.Time, _ func(string) bool) ([]event, error) {
	from = from.UTC().Truncate(time.Second) // Twilio knows no smaller ones
	path := t.path + "?" + url.Values{
		"To": {t.o.From}, "DateSent>": {from.Format(time.DateOnly)}, "PageSize": {strconv.Itoa(twilioPage)},
	}.Encode()
	var found []event
	for range twilioPages {
		page, err := t.page(ctx, path)
		if err != nil {
			return nil, err
		}
		events, old := page.events(from)
		found = append(found, events...)
		if page.Next == "" || old {
			break
		}
		if path = page.Next; !strings.HasPrefix(path, t.path+"?") {
			return nil, errTwilioStray
		}
	}
	slices.Reverse(found)
	return found, nil
}

// A twilioListing is one page.
type twilioListing struct {
	Messages []twilioListed `json:"messages"`
	Next     string         `json:"next_page_uri"`
}

// A twilioListed is one message of a page. Twilio sends null for what is not
// known.
type twilioListed struct {
	SID       string `json:"sid"`
	Direction string `json:"direction"`
	From      string `json:"from"`
	Body      string `json:"body"`
	Media     string `json:"num_media"`
	Sent      string `json:"date_sent"`
	Created   string `json:"date_created"`
}

func (t *twilio) page(ctx context.Context, path string) (l twilioListing, err error) {
	r, err := t.call(ctx, http.MethodGet, path, "")
	if err != nil {
		return l, err
	}
	if !r.ok() {
		return l, t.refusal(r)
	}
	if json.Unmarshal(r.body, &l) != nil || l.Messages == nil {
		return l, errTwilioList
	}
	return l, nil
}

// events are the messages of people on a page that are not too old; old tells
// that there is nothing else on it.
func (l twilioListing) events(from time.Time) (found []event, old bool) {
	old = len(l.Messages) > 0
	for _, m := range l.Messages {
		at := m.at()
		if !at.IsZero() && at.Before(from) {
			continue
		}
		old = false
		if m.Direction == "inbound" && isTwilioMessage(m.SID) && m.From != "" {
			found = append(found, m.event(at))
		}
	}
	return found, old
}

// at is when a message came in, or zero when nobody can tell.
func (m twilioListed) at() time.Time {
	for _, date := range [...]string{m.Sent, m.Created} {
		if at, err := time.Parse(time.RFC1123Z, date); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}

// event is what the webhook would have told of a message.
func (m twilioListed) event(at time.Time) event {
	e := event{kind: heard, id: m.SID, number: m.From, at: at, text: m.Body}
	if m.Media != "" && m.Media != "0" && strings.TrimSpace(m.Body) == "" {
		e.text, e.media = "", flows.FileMedia
	}
	return e
}
