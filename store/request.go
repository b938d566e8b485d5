package store

import (
	"context"
	"time"

	"passerelle/flows"
)

// A Request is a conversation that waits for a person.
type Request struct {
	Address flows.Address
	Reason  flows.Reason
	Topic   flows.Key
	Since   time.Time
	Epoch   uint64
}

// Requests lists what waits for a person, oldest first. What can be read is
// good even when it also returns an error.
func (s *Store) Requests(ctx context.Context) ([]Request, error) {
	members, err := s.kernel.Members(ctx, requestSet, 0)
	if err != nil {
		return nil, wrap("list the requests", err)
	}
	records, err := s.records(ctx, members)
	var requests []Request
	for _, r := range records {
		if r.Waiting == nil { // taken between the two readings
			continue
		}
		requests = append(requests, Request{
			Address: r.Conversation.Address, Reason: r.Waiting.Reason, Topic: r.Waiting.Topic,
			Since: r.Waiting.Since, Epoch: r.Waiting.Epoch,
		})
	}
	return requests, wrap("list the requests", err)
}
