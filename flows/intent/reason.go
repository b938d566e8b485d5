package intent

// A Reason says why a reply was read as it was. It is shown by "understand"
// and counted in figures, so that every misunderstanding explains itself.
type Reason string

// The reasons of a [Reading].
const (
	Empty        Reason = "empty"         // there was nothing to read
	ExactLabel   Reason = "exact label"   // the label itself, but for case, accents and punctuation
	AcceptedWord Reason = "accepted word" // a word the lesson accepts for the label
	ByNumber     Reason = "number"        // the place of the answer: 2, "le 2", "deux"
	ByOrdinal    Reason = "ordinal"       // "le premier", "b", "le dernier"
	ByYesNo      Reason = "yes or no"     // yes or no, as people write them
	ByWords      Reason = "words"         // words that only this label has
	NearMiss     Reason = "near miss"     // misspelt, or written as it sounds
	Polarity     Reason = "polarity"      // the words of a label, but denied: "c'est pas fait"
	Doubtful     Reason = "doubtful"      // a question, a hesitation or much else is around the words
	SeveralFit   Reason = "several fit"   // more than one label fits as well
	OutOfRange   Reason = "out of range"  // a number that was not offered
	NothingFits  Reason = "nothing fits"  // no label has anything in common with it
)
