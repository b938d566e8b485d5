// Package intent reads what a learner typed: a number, a label, a near miss,
// yes or no as people write them, a command, an e-mail address, a date. It is
// pure and knows no lesson: words come in as data, compiled once, and a reading
// comes out with its reason. It rather asks back than guesses, and never takes
// a number that was not offered. It also masks secrets, before anything is
// stored, shown or logged.
//
// # A text on its way
//
// Every door makes a text clean with [Clean], and hides its secrets with
// [Mask], before anything else sees it. A text is then a command
// ([Commands.Read]), an answer to a question with choices ([Choices.Read]), or
// an answer in the learner's own words ([Parse]).
//
// # How an answer is read
//
// Two texts are the same words when [Fold] makes them equal. What is not a
// label, an accepted word, a number or a rank is read word by word. A word of
// the reply may be a word of a label, its beginning, that word with other
// letters for the same sound, or with a typing error. It counts for much when
// one label has it, for little when several have.
//
// # What is never done
//
// A denied label is never chosen: "c'est pas fait" is not "C'est fait", and "je
// trouve" is not "Je ne trouve pas". A doubt, a question, a "mais", an "ou", or
// a trouble beside the words turns an answer into one to be asked back. Two
// labels that fit as well as each other choose nothing, and neither is sure
// where one says the place of the other.
//
// # Where the words come from
//
// Labels and accepted words are data, in any language. The small words of
// French, English and Arabic, standard and as it is spoken, are in this package:
// yes and no, negations, numbers, ranks, politeness. They are switches, not
// tables, so that nothing can change them. What Arabic writes as one word, "the"
// and "and" before a word and "my" behind it, is taken apart.
package intent

// A Label is one answer offered: what the button says, and other words
// accepted for it.
type Label struct {
	Text  string
	Words []string
}

// A Reading is what was made of a reply to a question with choices.
type Reading struct {
	// Choice is the place of the answer among the labels, or -1. When Sure is
	// false, a Choice of 0 or more is the likely one, to be asked back.
	Choice int
	Sure   bool
	Reason Reason
}

// A Command is a word that is obeyed in any step.
type Command string

// The commands.
const (
	NoCommand Command = ""
	Stop      Command = "stop"      // ends all sending
	Start     Command = "start"     // comes back after STOP; greets
	Help      Command = "help"      // explains the step
	Again     Command = "again"     // repeats it
	Where     Command = "where"     // says where one is
	Back      Command = "back"      // the question before
	Pause     Command = "pause"     // stops the lesson until the learner writes
	Menu      Command = "menu"      // the list of lessons
	Lang      Command = "lang"      // chooses the language
	Person    Command = "person"    // calls a human helper
	Contact   Command = "contact"   // says who publishes the service
	Link      Command = "link"      // joins another conversation of the same learner
	Unlink    Command = "unlink"    // parts them
	Reminders Command = "reminders" // lists what one may be reminded of
)

// CommandWords are the words of one language that mean a command.
type CommandWords struct {
	Command Command
	Words   []string
}

// A Type is what an answer in the learner's own words must be.
type Type string

// The types of typed answers.
const (
	NoType   Type = ""
	Text     Type = "text"
	Number   Type = "number"
	Date     Type = "date"
	Phone    Type = "phone"
	Email    Type = "email"
	Postcode Type = "postcode"
	YesNo    Type = "yes-no"
)
