package sms

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// ovhAhead is how far beyond our own clock a list goes, for those of others.
const ovhAhead = time.Hour

// ovhShortest is the time below which a list is not cut in two again.
const ovhShortest = time.Second

// An ovhIncoming is what a person sent.
type ovhIncoming struct {
	Sender  string `json:"sender"`
	Message string `json:"message"`
	Created string `json:"creationDatetime"`
}

// every implements lister: people are heard by the list alone, and may wait for
// an answer.
func (*ovh) every() time.Duration { return 15 * time.Second }

// since implements lister: OVHcloud lists ids, and each is one more call.
func (g *ovh) since(ctx context.Context, from time.Time, known func(id string) bool) ([]event, error) {
	ids, err := g.incoming(ctx, from, g.o.Now().Add(ovhAhead))
	if err != nil {
		return nil, err
	}
	slices.Sort(ids)
	var events []event
	for _, id := range slices.Compact(ids) {
		if known(strconv.FormatInt(id, 10)) {
			continue
		}
		in, found, err := g.one(ctx, id)
		if err != nil {
			return nil, err
		}
		if found {
			events = append(events, event{
				kind: heard, id: strconv.FormatInt(id, 10), number: in.Sender, at: instant(in.Created), text: in.Message,
			})
		}
	}
	slices.SortStableFunc(events, func(a, b event) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	return events, nil
}

// incoming lists the ids of a time. A list that is too long to be read is asked
// for in two halves.
func (g *ovh) incoming(ctx context.Context, from, to time.Time) ([]int64, error) {
	query := url.Values{
		"creationDatetime.from": {from.UTC().Format(time.RFC3339)},
		"creationDatetime.to":   {to.UTC().Format(time.RFC3339)},
	}
	r, err := g.call(ctx, http.MethodGet, "/incoming?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	if !r.ok() {
		return nil, g.refusal(r)
	}
	if half := to.Sub(from) / 2; r.cut() && half > ovhShortest {
		early, err := g.incoming(ctx, from, from.Add(half))
		if err != nil {
			return nil, err
		}
		late, err := g.incoming(ctx, from.Add(half), to)
		return append(early, late...), err
	}
	var ids []int64
	if json.Unmarshal(r.body, &ids) != nil {
		return nil, later(reasonAway, "no list", 0)
	}
	return ids, nil
}

// one reads a message that came in; found is false when it was deleted
// meanwhile.
func (g *ovh) one(ctx context.Context, id int64) (in ovhIncoming, found bool, err error) {
	r, err := g.call(ctx, http.MethodGet, "/incoming/"+strconv.FormatInt(id, 10), nil)
	switch {
	case err != nil:
		return in, false, err
	case r.status == http.StatusNotFound:
		return in, false, nil
	case !r.ok():
		return in, false, g.refusal(r)
	}
	if json.Unmarshal(r.body, &in) != nil {
		return in, false, later(reasonAway, "no message", 0)
	}
	return in, true, nil
}
