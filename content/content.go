// Package content says: it turns lesson files into flows, and what the engine
// wants said into words.
//
// # Lessons
//
// An editor writes a lesson as one text file, ID/ID.md, with its pictures and
// translations beside it. "##" begins a step, a list is its answers, "->" is
// "go to", "![…](…)" is a picture, "@word" is everything else:
//
//	## Votre appareil {#appareil}
//
//	Quel appareil avez-vous ?
//
//	- Android -> android
//	  @mots samsung, xiaomi
//	- iPhone -> iphone
//	- Je ne sais pas
//	  On va regarder ensemble.
//
// The format is read line by line by a reader of its own, for two reasons:
// nothing an editor writes may be lost in silence, and every complaint names
// its place. Each problem has a [Code] that never changes, a [Severity], and a
// sentence with a repair in the language of the editor. The reader never stops
// at the first problem and never panics, whatever the bytes.
//
// # Editions
//
// [Load] makes an [Edition] of a folder of lessons and the program's own
// sentences: one [flows.Revision] with its words and pictures. Its id is the
// hash of its files. An edition that passed the checks of [Lint] cannot break
// the engine: every target exists, every loop asks something, every lesson
// comes to an end. [Edition.Archive] and [Unpack] carry an edition through the
// store, so that learners finish on the words they began with.
//
// # Words
//
// [Edition.Render] is the one place where words are made.
package content
