// Package flowstest reads and plays transcripts: conversations written down,
// with what each side says. The same file is preview, documentation and test;
// editors write it, and its answers can be written anew.
//
// # The grammar of *.essai.md
//
//	# comment                  kept, not played; the file may begin with some
//	## title                   a scenario: a fresh learner, Monday 2026-01-12, 10:00
//	> bonjour                  the learner writes (">" alone: an empty text)
//	>> 2                       the learner presses button 2 of the last question
//	>>> creer-email            the learner opens the link of a lesson
//	< Que voulez-vous faire ?  the bot's message, whole and exact
//	<                          an empty line inside it
//	  ![a picture]             what one sees on its picture
//	  [1] Créer une adresse    its buttons
//	< Léa : Bonjour            a person's own words
//	~ 24h                      time passes (also 30m, 7j, demain 10h)
//	@ lea Mairie de Creil      an aidant takes over (the place may be left out)
//	@ lea: Bonjour             she writes
//	@ lea > max                she passes the conversation on
//	@                          hands it back (@ menu: to the menu)
//	@ -                        lets go: the request waits again
//	! asked-person             the desk is alerted, with the reason
//	= step creer-email.debut   where the learner stands
//	= mode waiting             who answers: bot, waiting, human or stopped
//	= end succeeded            the lesson ended so: succeeded or stopped
//
// Lines of "<" that follow one another are one message; an empty line stands
// between two messages and is free elsewhere. Every message and every alert
// must be listed; blanks at the end of a line count for nothing. [Format] writes
// a message just so, which is also how the simulated phone prints it.
//
// The package is as pure as the engine: it opens no file and reads no clock.
// What it plays comes in as function values, see [Player].
package flowstest

import (
	"strconv"
	"strings"

	"passerelle/flows"
)

// Format writes a message as transcripts do, without an end of line.
func Format(m flows.Message) string {
	text := m.Text
	if m.Aidant != "" {
		text = m.Aidant + " : " + text
	}
	var out strings.Builder
	for i, line := range strings.Split(unixLines(text), "\n") {
		if i > 0 {
			out.WriteByte('\n')
		}
		out.WriteString(strings.TrimRight("< "+line, " \t"))
	}
	if m.Picture != nil {
		out.WriteString("\n  ![" + oneLine(m.Picture.Alt) + "]")
	}
	for i, b := range m.Choices {
		out.WriteString("\n  [" + strconv.Itoa(i+1) + "] " + oneLine(b.Label))
	}
	return out.String()
}

// unixLines ends lines as transcripts do: what comes from a web form may end
// them otherwise.
func unixLines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// oneLine keeps a label or a description on its own line.
func oneLine(s string) string {
	return strings.TrimRight(strings.ReplaceAll(unixLines(s), "\n", " "), " \t")
}
