package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"passerelle/flows"
)

// WentBack is the reason of the line that a transcript has where the store
// lost turns: those it knows of go on from there.
const WentBack flows.Reason = "went-back"

// A Setback is a conversation that was found in an earlier state than a process
// knew, or in another one: a backup was restored, or a replica that was behind
// took over.
type Setback struct {
	Address flows.Address `json:"a"`
	// Known is the version that was known, Found the one the store had.
	Known uint64    `json:"k"`
	Found uint64    `json:"f"`
	At    time.Time `json:"t"`
}

// isBehind tells that turns of the other record are lost in this one, which is
// what the store has now. Versions only grow, and one is written once.
func (r Record) isBehind(known Record) bool {
	return r.Version < known.Version || r.Version == known.Version && r.Sum != known.Sum
}

// beside is a record as the store has it, compared with what was known of the
// conversation. That it seems to be behind proves nothing yet, for a reader may
// be slower than another one's commit: the next commit from it decides.
func (s *Store) beside(r, known Record) Record {
	switch {
	case r.isBehind(known):
		r.Setback = &Setback{
			Address: r.Conversation.Address, Known: known.Version, Found: r.Version, At: s.now().UTC(),
		}
	case r.Version == known.Version && known.Setback != nil:
		r.Setback = known.Setback // no commit has left the mark yet
	}
	return r
}

// lines are those of the turn, after the note that what came before is lost.
func (d *draft) lines() []Entry {
	entries := lines(d.before, d.turn)
	if d.before.Setback == nil {
		return entries
	}
	for i := range entries {
		entries[i].N++
	}
	return append([]Entry{{
		N: d.before.Lines + 1, Turn: d.after.Conversation.Turn, At: d.turn.Input.When(), Who: Note, Reason: WentBack,
	}}, entries...)
}

// writeSetback leaves the mark of a conversation that went back.
func (d *draft) writeSetback(w *Write) error {
	if d.before.Setback == nil {
		return nil
	}
	mark, err := json.Marshal(d.before.Setback)
	if err != nil {
		return fmt.Errorf("encode a setback: %w", err)
	}
	w.Effects = append(w.Effects,
		Push{List: setbackList, Entries: [][]byte{mark}}, Trim{List: setbackList, Keep: maxSetbacks})
	return nil
}

// Setbacks lists the conversations that went back and have gone on since,
// oldest first: the latest of each partition.
func (s *Store) Setbacks(ctx context.Context) ([]Setback, error) {
	return everywhere(ctx, s, setbackList, func(b Setback) time.Time { return b.At })
}
