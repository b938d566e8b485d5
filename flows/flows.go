// Package flows decides what a conversation says next.
//
// A conversation is data, an input is data, and everything the engine wants
// done is data too: [Library.Advance] takes the first two and returns a new
// conversation and a list of effects. It reads no clock, draws no random
// number and touches no network, so the same input always gives the same
// answer, on any machine, at any time: in a test, in an editor's preview, and
// again after a crash.
//
// Inputs are named in the past tense, for they have happened ([Said],
// [TookOver]). Effects are named in the imperative, for they are still to be
// done ([Say], [Alert]). Neither holds a sentence: an effect names a [Key] and
// its arguments, and words are made elsewhere, in the learner's language.
//
// # What is compiled
//
// A [Library] knows one or more revisions. A waiting question is judged by the
// revision that asked it, for those are the buttons on the learner's screen;
// entering a step uses the newest revision that has it. Labels, accepted words
// and commands are compiled when a revision is made: a turn parses nothing.
package flows

import (
	"log/slog"
	"strings"
)

// An Address names one learner on one channel: "sms:+33612345678",
// "telegram:123", "phone:demo". It is personal data: it masks itself in logs.
type Address string

// Channel returns the part before the first colon, "sms" for example.
func (a Address) Channel() string {
	channel, _, _ := strings.Cut(string(a), ":")
	return channel
}

// LogValue shows the channel alone: numbers are few enough that even a hash of
// one gives it away.
func (a Address) LogValue() slog.Value { return slog.StringValue(a.Channel() + ":•••") }

// A FlowID names a lesson for ever: "creer-email".
type FlowID string

// A TopicID names what some lessons are about: "emploi".
type TopicID string

// A StepID names a step inside its flow for ever: "appareil".
type StepID string

// A RevisionID is the hash of one published state of all lessons and sentences.
type RevisionID string

// A Language is a BCP 47 tag: "fr", "en", "ar".
type Language string

// DefaultLanguage is the one lessons are written in, and the one of a sentence
// that no other language has.
const DefaultLanguage Language = "fr"

// A Key names a sentence. Keys of lessons begin with their flow
// ("creer-email.appareil.hint.1"), keys of the program with "bot.".
type Key string

// An AidantID names a human helper.
type AidantID string

// An Arg is one named value put into a sentence in place of {Name}.
type Arg struct {
	Name  string `json:"n"`
	Value string `json:"v,omitempty"`
	// Key, when set, is a sentence to be rendered in the learner's language
	// in place of Value: the label of an answer kept, the title of a lesson.
	Key Key `json:"k,omitempty"`
	// Secret says that no transcript keeps the value.
	Secret bool `json:"s,omitempty"`
}
