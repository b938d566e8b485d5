package smstest

import (
	"net/url"
	"slices"
	"strconv"
	"time"
)

// page lists messages, newest first. A page goes on after the message its token
// names, so that what comes in meanwhile moves nothing.
func (t *Twilio) page(fields url.Values) (any, *failure) {
	size, wrong := number(fields, "PageSize", 50, 1, 1000)
	if wrong != nil {
		return nil, wrong
	}
	at, wrong := number(fields, "Page", 0, 0, 1<<30)
	if wrong != nil {
		return nil, wrong
	}
	days, wrong := readDays(fields)
	if wrong != nil {
		return nil, wrong
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	all := []any{}
	last, more := "", false
	for _, m := range t.after(fields.Get("PageToken")) {
		if !days.hold(m) || !meets(fields, "To", m.to) || !meets(fields, "From", m.from) {
			continue
		}
		if more = len(all) == size; more {
			break
		}
		all, last = append(all, t.resource(m)), m.SID
	}
	return t.listing(fields, all, pages{size: size, at: at, last: last, more: more}), nil
}

// pages say where a page stands among the others.
type pages struct {
	size, at int
	last     string
	more     bool
}

// listing is a page as the API shows it.
func (t *Twilio) listing(fields url.Values, all []any, p pages) any {
	uri := func(page int, token string) string {
		q := url.Values{"PageSize": {strconv.Itoa(p.size)}, "Page": {strconv.Itoa(page)}}
		for _, name := range []string{"To", "From", "DateSent", "DateSent<", "DateSent>"} {
			if fields.Has(name) {
				q[name] = fields[name]
			}
		}
		if token != "" {
			q.Set("PageToken", token)
		}
		return t.path() + "?" + q.Encode()
	}
	l := map[string]any{
		"messages": all, "page": p.at, "page_size": p.size, "start": p.at * p.size, "end": max(0, p.at*p.size+len(all)-1),
		"uri": uri(p.at, fields.Get("PageToken")), "first_page_uri": uri(0, ""),
		"previous_page_uri": nil, "next_page_uri": nil,
	}
	if p.more {
		l["next_page_uri"] = uri(p.at+1, "PA"+p.last)
	}
	return l
}

// after are the messages older than the one of a token, newest first; all for
// none. The lock is held.
func (t *Twilio) after(token string) []*message {
	all := slices.Clone(t.messages)
	slices.Reverse(all)
	slices.SortStableFunc(all, func(a, b *message) int { return b.At.Compare(a.At) })
	for i, m := range all {
		if "PA"+m.SID == token {
			return all[i+1:]
		}
	}
	return all
}

// A span is that of the days from the first to the last, both with it.
type span struct{ first, last time.Time }

// hold tells whether a message is of these days, which are those of Greenwich.
func (s span) hold(m *message) bool {
	day := m.At.Truncate(24 * time.Hour)
	return !day.Before(s.first) && !day.After(s.last)
}

func readDays(fields url.Values) (span, *failure) {
	s := span{last: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
	for name, ends := range map[string][]*time.Time{
		"DateSent": {&s.first, &s.last}, "DateSent>": {&s.first}, "DateSent<": {&s.last},
	} {
		if !fields.Has(name) {
			continue
		}
		day, err := time.Parse(time.DateOnly, fields.Get(name))
		if err != nil {
			return s, bad(20001, name+" is no day")
		}
		for _, end := range ends {
			*end = day
		}
	}
	return s, nil
}

func meets(fields url.Values, name, value string) bool {
	return !fields.Has(name) || fields.Get(name) == value
}

func number(fields url.Values, name string, usual, least, most int) (int, *failure) {
	if !fields.Has(name) {
		return usual, nil
	}
	n, err := strconv.Atoi(fields.Get(name))
	if err != nil || n < least || n > most {
		return 0, bad(20001, name+" is no such number")
	}
	return n, nil
}
