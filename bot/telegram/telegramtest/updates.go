package telegramtest

import (
	"context"
	"encoding/json"
	"slices"
	"time"
)

// What the API promises of updates.
const (
	lifeOfUpdate = 24 * time.Hour
	lifeOfPress  = 150 * time.Second
	longestPoll  = 50 * time.Second
	keepUpdates  = 200_000
)

// A queue holds what the bot has not confirmed.
type queue struct {
	next    int64
	updates []*update
	wanted  []string // nil = all but the few that must be asked for
	poll    *poll    // the one that waits
	offset  int      // of the last poll
	polled  time.Time
}

// An update is sent as it is until it is confirmed or too old.
type update struct {
	id   int64
	kind string
	line string // webhooks keep the order within it
	body json.RawMessage
	ends time.Time
}

// A poll waits for updates, until another takes its place.
type poll struct {
	offset, limit int
	timeout       time.Duration
	wanted        []string
	given         bool // wanted was
	ended         chan struct{}
	why           string
}

// Push has any update happen. Its update_id is filled in, unless it has one. A
// person who appears in a message has written to the bot. It returns the
// update's id, 0 when the bot has not asked for updates of this kind.
func (s *Server) Push(u map[string]any) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.meet(u)
	return s.push(u)
}

// meet opens the chat of a message that came from outside.
func (s *Server) meet(u map[string]any) {
	m, _ := u["message"].(map[string]any)
	of, _ := m["chat"].(map[string]any)
	if id, ok := whole(of["id"]); ok {
		s.chatOf(id)
	}
}

// whole reads a number as tests and JSON write them.
func whole(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	case float64:
		return int64(n), true
	}
	return 0, false
}

// push queues an update. The lock is held.
func (s *Server) push(u map[string]any) int64 {
	fresh := &update{id: s.queue.next, ends: s.now().Add(lifeOfUpdate)}
	if id, ok := whole(u["update_id"]); ok {
		fresh.id = id
	}
	fresh.route(u)
	if !s.queue.wants(fresh.kind) {
		return 0
	}
	if fresh.kind == "callback_query" {
		fresh.ends = s.now().Add(lifeOfPress)
	}
	u["update_id"] = fresh.id
	body, err := json.Marshal(u)
	if err != nil {
		return 0 // a test pushed what is no JSON
	}
	fresh.body = body
	s.queue.add(fresh)
	s.hook.add(fresh)
	s.wake()
	return fresh.id
}

// route finds out an update's kind and in which line a webhook sends it:
// messages go by chat, presses by person.
func (u *update) route(fields map[string]any) {
	for name, value := range fields {
		of, isObject := value.(map[string]any)
		if !isObject {
			continue
		}
		u.kind = name
		in, by := "chat", "chat "
		if name == "callback_query" {
			in, by = "from", "person "
		}
		within, _ := of[in].(map[string]any)
		id, _ := json.Marshal(within["id"]) // a number always can be
		u.line = by + string(id)
	}
}

func (q *queue) add(u *update) {
	q.updates = append(q.updates, u)
	q.next = max(q.next, u.id+1)
	if len(q.updates) > keepUpdates {
		q.updates = slices.Clone(q.updates[keepUpdates/2:])
	}
}

// wants tells whether the bot asked for updates of a kind.
func (q *queue) wants(kind string) bool {
	if len(q.wanted) == 0 {
		return !slices.Contains([]string{"chat_member", "message_reaction", "message_reaction_count"}, kind)
	}
	return slices.Contains(q.wanted, kind)
}

// Pending is how many updates wait for their confirmation.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pending()
}

// pending drops what is too old and counts the rest. The lock is held.
func (s *Server) pending() int {
	now := s.now()
	s.queue.updates = slices.DeleteFunc(s.queue.updates, func(u *update) bool { return !now.Before(u.ends) })
	return len(s.queue.updates)
}

// confirm drops what an offset confirms: everything below it or, when it is
// negative, all but so many of the newest.
func (q *queue) confirm(offset int) {
	if offset < 0 {
		q.updates = slices.Clone(q.updates[max(0, len(q.updates)+offset):])
		return
	}
	q.updates = slices.DeleteFunc(q.updates, func(u *update) bool { return u.id < int64(offset) })
}

// getUpdates answers with updates, or waits for one.
func (s *Server) getUpdates(c *call) (any, error) {
	p, err := s.readPoll(c)
	if err != nil {
		return nil, err
	}
	if err := s.begin(p); err != nil {
		return nil, err
	}
	defer s.end(p)
	ctx, cancel := context.WithTimeout(c.ctx, p.timeout)
	defer cancel()
	for {
		batch, changed := s.batch(p)
		if len(batch) > 0 {
			return batch, nil
		}
		select {
		case <-changed:
		case <-p.ended:
			return nil, conflict(p.why)
		case <-s.done:
			return batch, nil
		case <-ctx.Done():
			return batch, nil
		}
	}
}

func (s *Server) readPoll(c *call) (*poll, error) {
	p := &poll{ended: make(chan struct{})}
	var err error
	if p.offset, err = c.number("offset", 0, -1<<62, 1<<62); err != nil {
		return nil, err
	}
	if p.limit, err = c.number("limit", 100, -1<<62, 1<<62); err != nil {
		return nil, err
	}
	if p.limit < 1 || p.limit > 100 {
		p.limit = 100
	}
	seconds, err := c.number("timeout", 0, 0, 1<<30)
	if err != nil {
		return nil, err
	}
	p.timeout = min(time.Duration(seconds)*time.Second, longestPoll)
	p.wanted, p.given, err = c.wanted()
	return p, err
}

// end gives the place back. The lock is not held.
func (s *Server) end(p *poll) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.queue.poll == p {
		s.queue.poll = nil
	}
}

// begin lets a poll take the place of the one that waits, and confirms.
func (s *Server) begin(p *poll) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hook != nil {
		return conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	s.interrupt("terminated by other getUpdates request; make sure that only one bot instance is running")
	s.queue.poll = p
	if p.given {
		s.queue.wanted = p.wanted
	}
	s.queue.hold(p, s.o.Limited, s.now())
	s.queue.confirm(p.offset)
	s.wake()
	return nil
}

// hold has a bot that asks for the same again and again wait for 3 seconds.
func (q *queue) hold(p *poll, limited bool, now time.Time) {
	const least = 3 * time.Second
	if limited && p.offset == q.offset && now.Sub(q.polled) < least {
		p.timeout = max(p.timeout, least)
	}
	q.offset, q.polled = p.offset, now
}

// Polling tells whether the bot waits for updates now.
func (s *Server) Polling() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.queue.poll != nil
}

// interrupt ends the poll that waits, if there is one. The lock is held.
func (s *Server) interrupt(why string) {
	if p := s.queue.poll; p != nil {
		p.why = why
		close(p.ended)
		s.queue.poll = nil
	}
}

// batch returns what a poll may have, and what to wait for when that is
// nothing.
func (s *Server) batch(p *poll) (found []json.RawMessage, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found = []json.RawMessage{}
	if s.queue.poll != p {
		return found, nil
	}
	s.pending()
	for _, u := range s.queue.updates[:min(p.limit, len(s.queue.updates))] {
		found = append(found, u.body)
	}
	return found, s.changed
}
