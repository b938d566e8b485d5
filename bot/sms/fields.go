package sms

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Fields are the values of a request or an answer by name: those of a form and
// of the address, or of JSON with a path such as "messages.0.id". A name that is
// not there gives "".
type fields func(name string) string

// ofForm gives the fields of a form.
func ofForm(values url.Values) fields { return values.Get }

// ofJSON gives the fields of JSON; ok is false for what is none.
func ofJSON(body []byte) (f fields, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var tree any
	if decoder.Decode(&tree) != nil {
		return func(string) string { return "" }, false
	}
	return func(path string) string { return scalar(walk(tree, path)) }, true
}

// ofRequest gives the fields of a request in JSON or as a form, in its body or,
// where that is proven too, its address.
func ofRequest(r *http.Request, body []byte, address bool) (f fields, ok bool) {
	if trimmed := bytes.TrimSpace(body); len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[') {
		return ofJSON(trimmed)
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, false
	}
	if address {
		for name, given := range r.URL.Query() {
			values[name] = append(values[name], given...)
		}
	}
	return ofForm(values), true
}

// walk follows a path into JSON.
func walk(node any, path string) any {
	if path == "" {
		return nil
	}
	for step := range strings.SplitSeq(path, ".") {
		switch inner := node.(type) {
		case map[string]any:
			node = inner[step]
		case []any:
			place, err := strconv.Atoi(step)
			if err != nil || place < 0 || place >= len(inner) {
				return nil
			}
			node = inner[place]
		default:
			return nil
		}
	}
	return node
}

// scalar writes a value of JSON that is no list and no object.
func scalar(node any) string {
	switch value := node.(type) {
	case string:
		return value
	case json.Number:
		return value.String()
	case bool:
		return strconv.FormatBool(value)
	}
	return ""
}

// instant reads a time as gateways write it: RFC 3339 with or without its
// colon, a date and a time of UTC, seconds or thousandths since 1970. What is
// none of these is the zero time.
func instant(text string) time.Time {
	for _, layout := range [...]string{time.RFC3339, "2006-01-02T15:04:05Z0700", time.DateTime, "2006-01-02T15:04:05"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil || n <= 0 || n > maxMillis:
		return time.Time{}
	case n > maxMillis/1000:
		return time.UnixMilli(n)
	}
	return time.Unix(n, 0)
}

// maxMillis is a time in the year 5138, in thousandths of a second: a thousandth
// of it is the last number that counts seconds.
const maxMillis = 100_000_000_000_000
