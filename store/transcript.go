package store

import (
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"passerelle/flows"
)

// An Entry is one line of a transcript.
type Entry struct {
	// N numbers the lines of a conversation from 1, without a gap.
	N uint64
	// Turn is the turn the line belongs to.
	Turn uint64
	// At is when, in whole seconds.
	At  time.Time
	Who Who
	// Text is what a person wrote: a learner's words with secrets masked, or
	// an aidant's. At most [MaxText] bytes are kept.
	Text string
	// Say is what the bot said, to be rendered again in Language: words of the
	// bot are never kept as text. The picture and the answers of a step are not
	// kept either, [flows.Revision.Whole] knows them. Its turn is that of the
	// line.
	Say      *flows.Say
	Language flows.Language
	Reason   flows.Reason
	// Aidant is the first name of the person who wrote or acted.
	Aidant string
}

// Who a line of a transcript comes from.
type Who string

// The sides of a conversation.
const (
	Learner Who = "learner"
	Bot     Who = "bot"
	Aidant  Who = "aidant"
	Note    Who = "note" // something that happened, not said
)

// MaxText is how many bytes of a person's words the transcript keeps.
const MaxText = 4000

// Transcript returns the lines after number after, in order: at least the last
// [HotLines] of the conversation, if it has that many.
func (s *Store) Transcript(ctx context.Context, a flows.Address, after uint64) ([]Entry, error) {
	lists, err := s.kernel.Range(ctx, 0, placeOf(a).transcript())
	if err != nil {
		return nil, fmt.Errorf("read the transcript of a conversation: %w", err)
	}
	var entries []Entry
	for _, line := range slices.Backward(lists[0]) { // mostly the last few are wanted
		e, err := decodeEntry(line)
		if err != nil {
			return nil, fmt.Errorf("read the transcript of a conversation: %w", err)
		}
		if e.N <= after {
			break
		}
		entries = append(entries, e)
	}
	slices.Reverse(entries)
	return entries, nil
}

// lines are what a turn adds to the transcript: what came in, then what was
// said.
func lines(before Record, turn flows.Turn) []Entry {
	var entries []Entry
	if e, ok := heard(turn); ok {
		entries = append(entries, e)
	}
	said := 0
	for _, effect := range turn.Effects {
		if say, ok := effect.(flows.Say); ok {
			entries = append(entries, spoken(turn, say, turn.Messages[said].Language))
			said++
		}
	}
	for i := range entries {
		e := &entries[i]
		e.N = before.Lines + uint64(i) + 1
		e.Turn = turn.After.Turn
		e.At = turn.Input.When()
		e.Reason = turn.Outcome.Reason
		e.Text = shorten(e.Text, MaxText)
	}
	return entries
}

// heard is the line of the input. A timer has none, nor has an absence, and an
// aidant's words are a line only once they are really said.
func heard(turn flows.Turn) (Entry, bool) {
	switch in := turn.Input.(type) {
	case flows.Said, flows.Tapped, flows.Sent:
		return Entry{Who: Learner, Text: turn.Outcome.Heard}, true
	case flows.Opened, flows.Transferred, flows.Released, flows.HandedBack:
		return Entry{Who: Note, Aidant: turn.Before.Owner.Name}, true
	case flows.TookOver:
		return Entry{Who: Note, Aidant: in.Aidant.Name}, true
	case flows.Wrote:
		return Entry{Who: Note, Aidant: turn.Before.Owner.Name}, len(turn.Messages) == 0
	case flows.Blocked:
		return Entry{Who: Note}, true
	case flows.Joined:
		return Entry{Who: Note}, turn.Outcome.Reason == flows.Linked
	case flows.Elapsed, flows.Missed:
		return Entry{}, false
	}
	return Entry{}, false
}

// spoken is the line of something said: by an aidant, as text; by the bot, as
// what it was made of.
func spoken(turn flows.Turn, say flows.Say, language flows.Language) Entry {
	if in, ok := turn.Input.(flows.Wrote); ok && say.Aidant != "" {
		return Entry{Who: Aidant, Text: in.Text, Aidant: say.Aidant}
	}
	if say.Flow != "" {
		say.Flow, say.Picture, say.Choices = "", "", nil
	}
	say.Args = openly(say.Args)
	return Entry{Who: Bot, Say: &say, Language: language}
}

// hidden stands for what no transcript keeps.
const hidden = "•••"

// openly are arguments without what no transcript keeps.
func openly(args []flows.Arg) []flows.Arg {
	if !slices.ContainsFunc(args, func(a flows.Arg) bool { return a.Secret }) {
		return args
	}
	args = slices.Clone(args)
	for i := range args {
		if args[i].Secret {
			args[i] = flows.Arg{Name: args[i].Name, Value: hidden}
		}
	}
	return args
}

// shorten cuts between characters.
func shorten(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
