package bot

import (
	"context"
	"sync"

	"passerelle/flows"
)

// maxLane is how many inputs of one conversation may wait in this process.
const maxLane = 64

// lanes give every conversation a lane of its own: inputs of one address pass
// one by one, in the order they came, and never delay those of another.
type lanes struct {
	mu   sync.Mutex
	busy map[flows.Address][]chan struct{}
}

// enter waits for the lane of that address to be free and takes it. The caller
// calls leave when done.
func (l *lanes) enter(ctx context.Context, who flows.Address) (leave func(), err error) {
	turn, err := l.queue(who)
	if err != nil {
		return nil, err
	}
	leave = func() { l.leave(who, turn) }
	select {
	case <-turn:
		return leave, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}

// queue lines up; the returned channel is closed when it is our turn.
func (l *lanes) queue(who flows.Address) (chan struct{}, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	line := l.busy[who]
	if len(line) > maxLane {
		return nil, ErrBusy
	}
	turn := make(chan struct{})
	if len(line) == 0 {
		close(turn)
	}
	if l.busy == nil {
		l.busy = make(map[flows.Address][]chan struct{})
	}
	l.busy[who] = append(line, turn)
	return turn, nil
}

// leave takes one out of the line, wherever it stands, and calls the first of
// those that remain.
func (l *lanes) leave(who flows.Address, turn chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	line := l.busy[who]
	for i, other := range line {
		if other != turn {
			continue
		}
		line = append(line[:i:i], line[i+1:]...)
		if i == 0 && len(line) > 0 {
			close(line[0])
		}
		break
	}
	if len(line) == 0 {
		delete(l.busy, who)
		return
	}
	l.busy[who] = line
}
