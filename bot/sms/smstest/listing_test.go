package smstest_test

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/bot/sms/smstest"
)

// walk reads all pages of a list, and returns the SIDs of each.
func (c client) walk(query url.Values) (pages [][]string) {
	c.t.Helper()
	next := path + "?" + query.Encode()
	for n := 0; next != ""; n++ {
		status, _, list := c.ask("GET", next, "")
		if status != 200 || list["page"] != float64(n) || n > 100 {
			c.t.Fatalf("page %d: %d %v", n, status, list)
		}
		var page []string
		for _, m := range list["messages"].([]any) {
			page = append(page, m.(map[string]any)["sid"].(string))
		}
		pages = append(pages, page)
		next, _ = list["next_page_uri"].(string)
		if next != "" && !strings.HasPrefix(next, path+"?") {
			c.t.Fatalf("the next page is at %s", next)
		}
		if n == 0 {
			c.s.Say("+33600000009", "Entre deux pages") // it moves nothing
		}
	}
	return pages
}

// Lists are newest first, by the day of Greenwich, in pages that do not move.
func TestListing(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 23, 59, 58, 9e8, time.UTC)
	s := smstest.Start(t, smstest.Options{Now: func() time.Time { return at }})
	c := client{t, s}
	var inbound []string
	for day := range 4 {
		for n := range 5 {
			inbound = append(inbound, s.Say(person, strconv.Itoa(n)))
			at = at.Add(500 * time.Millisecond)
		}
		at = time.Date(2026, 11, 22+day, 0, 0, 0, 0, time.UTC)
	}
	c.ask("POST", path, form())
	slices.Reverse(inbound)
	tests := []struct {
		name  string
		query url.Values
		want  []string
		sizes []int
	}{
		{"in pages", url.Values{"To": {smstest.From}, "From": {person}, "PageSize": {"8"}}, inbound, []int{8, 8, 4}},
		{"in whole pages", url.Values{"To": {smstest.From}, "From": {person}, "PageSize": {"10"}}, inbound, []int{10, 10}},
		{"from a day on", url.Values{"From": {person}, "DateSent>": {"2026-11-22"}}, inbound[:17], []int{17}},
		{"up to a day", url.Values{"From": {person}, "DateSent<": {"2026-11-22"}}, inbound[10:], []int{10}},
		{"of a day", url.Values{"From": {person}, "DateSent": {"2026-11-22"}}, inbound[10:17], []int{7}},
		{"of tomorrow", url.Values{"DateSent>": {"2026-12-01"}}, nil, []int{0}},
		{"to somebody else", url.Values{"To": {"+33600000001"}}, nil, []int{0}},
	}
	for _, tt := range tests {
		pages := c.walk(tt.query)
		var sizes []int
		for _, page := range pages {
			sizes = append(sizes, len(page))
		}
		if diff := cmp.Diff(tt.want, slices.Concat(pages...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if !slices.Equal(sizes, tt.sizes) {
			t.Errorf("%s: pages of %v, want %v", tt.name, sizes, tt.sizes)
		}
	}
	if got := c.walk(url.Values{"To": {person}}); len(got) != 1 || len(got[0]) != 1 {
		t.Errorf("sent: %v, want one", got)
	}
}
