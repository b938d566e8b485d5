package storetest

import (
	"time"

	"passerelle/flows"
	"passerelle/store"
)

// Monday is when the stories begin.
func Monday() time.Time { return time.Date(2026, 1, 12, 10, 0, 0, 0, time.UTC) }

// Turn makes a turn in which the learner writes heard and the bot answers with
// these texts.
func Turn(before store.Record, id string, at time.Time, heard string, texts ...string) flows.Turn {
	after := before.Conversation
	after.Turn++
	t := flows.Turn{
		ID: id, Before: before.Conversation, After: after, Input: flows.Said{At: at, Text: heard},
		Outcome: flows.Outcome{Reason: flows.Understood, Heard: heard},
	}
	for _, text := range texts {
		Answer(&t, text)
	}
	return t
}

// Answer adds one message of the bot to a turn.
func Answer(t *flows.Turn, text string) {
	n := t.After.Turn
	t.Effects = append(t.Effects, flows.Say{Revision: "r1", Key: "lesson.step", Args: []flows.Arg{{Name: "x", Value: text}}, Turn: n})
	t.Messages = append(t.Messages, flows.Message{Turn: n, Text: text, Language: "fr"})
}

// Remind adds one reminder to a turn.
func Remind(t *flows.Turn, text string) {
	n := t.After.Turn
	t.Effects = append(t.Effects, flows.Say{Revision: "r1", Key: "bot.reminder", Turn: n, Reminder: true})
	t.Messages = append(t.Messages, flows.Message{Turn: n, Text: text, Language: "fr", Reminder: true})
}

// Timed adds a timer to a turn.
func Timed(t *flows.Turn, timer flows.Timer, mark uint64, due time.Time) {
	t.Effects = append(t.Effects, flows.Schedule{Timer: timer, Mark: mark, Delay: flows.Delay{After: due.Sub(t.Input.When())}})
	t.Wakes = append(t.Wakes, flows.Wake{Timer: timer, Mark: mark, Due: due})
}
