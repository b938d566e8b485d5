package content

// A rule is one line of the table of everything that can be wrong in a lesson.
// Its sentence is "lint.CODE" in the bundles, its repair "lint.CODE.repair".
// A problem that carries a suggestion says "lint.suggestion" instead.
type rule struct {
	code     Code
	severity Severity
	repair   bool
}

// The codes. They never change their meaning; a code no longer used is not
// given to another problem.
const (
	// Files.
	cNotUTF8    Code = "L001"
	cNulByte    Code = "L002"
	cFileSize   Code = "L003"
	cLineLength Code = "L004"
	cNoLesson   Code = "L005"
	cTooMany    Code = "L006"
	cUnreadable Code = "L007"
	cStrayFile  Code = "L008"
	// The header.
	cNoHeader    Code = "L020"
	cOpenHeader  Code = "L021"
	cHeaderLine  Code = "L022"
	cUnknownKey  Code = "L023"
	cKeyTwice    Code = "L024"
	cKeyMissing  Code = "L025"
	cKeyEmpty    Code = "L026"
	cFolderName  Code = "L027"
	cBadID       Code = "L028"
	cHeaderValue Code = "L029"
	cSilence     Code = "L030"
	cReservedID  Code = "L031"
	cWordTwice   Code = "L032"
	cWordCommand Code = "L033"
	cOriginal    Code = "L039"
	// Where steps lead.
	cUnknownStep    Code = "L101"
	cStepTwice      Code = "L102"
	cUnknownLesson  Code = "L103"
	cNeverReached   Code = "L104"
	cNoEnd          Code = "L105"
	cLoop           Code = "L106"
	cFallsOff       Code = "L107"
	cLessonCycle    Code = "L108"
	cLessonDepth    Code = "L109"
	cTalksTooLong   Code = "L110"
	cUselessGoto    Code = "L111"
	cFormerlyExists Code = "L112"
	cTalksLong      Code = "L113"
	// Lines.
	cBeforeSteps    Code = "L201"
	cNoSteps        Code = "L202"
	cHeading        Code = "L203"
	cNoTitle        Code = "L204"
	cDash           Code = "L205"
	cNoLabel        Code = "L206"
	cNoTarget       Code = "L207"
	cArrow          Code = "L208"
	cBox            Code = "L209"
	cIndented       Code = "L210"
	cUnderAnswer    Code = "L211"
	cAfterAnswers   Code = "L212"
	cLooksAnswer    Code = "L213"
	cPictureForm    Code = "L214"
	cComment        Code = "L215"
	cUnknownWord    Code = "L216"
	cNoArgument     Code = "L217"
	cSpareArgument  Code = "L218"
	cDirectiveTwice Code = "L219"
	cRule           Code = "L220"
	cTwoThings      Code = "L221"
	cGotoTwice      Code = "L222"
	cGotoEnd        Code = "L223"
	cNumber         Code = "L224"
	cType           Code = "L225"
	cDelay          Code = "L226"
	cEnding         Code = "L227"
	cKeepForm       Code = "L228"
	cNoQuestion     Code = "L229"
	cNoQuiz         Code = "L230"
	cTooManyOf      Code = "L231"
	cWordsAnswer    Code = "L232"
	cNoSlug         Code = "L233"
	cLink           Code = "L234"
	cBold           Code = "L235"
	cBrace          Code = "L236"
	cNoText         Code = "L237"
	cReminderLink   Code = "L238"
	cDeadline       Code = "L239"
	cSourceForm     Code = "L240"
	cDay            Code = "L241"
	// Answers and comparisons.
	cAnswerTwice    Code = "L301"
	cSameWord       Code = "L302"
	cLabelCommand   Code = "L303"
	cNoRight        Code = "L304"
	cNoExplanation  Code = "L305"
	cLongLabel      Code = "L306"
	cManyAnswers    Code = "L307"
	cTooManyAnswers Code = "L308"
	cLabelName      Code = "L309"
	cHalfQuiz       Code = "L310"
	cLabelPlace     Code = "L311"
	cNoElse         Code = "L320"
	cElseAlone      Code = "L321"
	cIfForm         Code = "L322"
	cIfName         Code = "L323"
	cIfValue        Code = "L324"
	cIfOp           Code = "L325"
	// Names.
	cNeverFilled  Code = "L330"
	cMaybeEmpty   Code = "L331"
	cReserved     Code = "L332"
	cBadName      Code = "L333"
	cTooManyNames Code = "L334"
	cNoDay        Code = "L335"
	// Pictures.
	cNoDescription Code = "L401"
	cNoFile        Code = "L402"
	cUnusedFile    Code = "L403"
	cPictureSize   Code = "L404"
	cTwoPictures   Code = "L405"
	cNotSVG        Code = "L406"
	cNotDrawn      Code = "L407"
	// Easy French.
	cLongSentence Code = "L501"
	cStopWord     Code = "L502"
	cNoHint       Code = "L503"
	cSaysNothing  Code = "L504"
	cMute         Code = "L505"
	cHard         Code = "L510"
	cVeryHard     Code = "L511"
	cLongWords    Code = "L512"
	cRareWords    Code = "L513"
	cAcronym      Code = "L514"
	cKnownAcronym Code = "L515"
	// By SMS.
	cLongSMS     Code = "L520"
	cTooLongSMS  Code = "L521"
	cUselessLong Code = "L522"
	// Translations.
	cTOML         Code = "L601"
	cUnknownID    Code = "L602"
	cUntranslated Code = "L603"
	cUndeclared   Code = "L604"
	cNoFileFor    Code = "L605"
	cOldSentence  Code = "L606"
	// What changes without us.
	cAged      Code = "L801"
	cNoSource  Code = "L802"
	cNoScreen  Code = "L803"
	cNoOffline Code = "L804"
	// Deadlines.
	cDatesLine  Code = "L701"
	cDatesKey   Code = "L702"
	cDatesValue Code = "L703"
	cDatesKind  Code = "L704"
	cDatesName  Code = "L705"
	cDatesAged  Code = "L706"
	// Transcripts.
	cUnplayed       Code = "L901"
	cPlaysOtherwise Code = "L902"
	cDraft          Code = "L903"
	cScript         Code = "L904"
)

// rules is the table.
var rules = []rule{
	{cNotUTF8, Error, true},
	{cNulByte, Error, true},
	{cFileSize, Error, true},
	{cLineLength, Error, true},
	{cNoLesson, Error, true},
	{cTooMany, Error, false},
	{cUnreadable, Error, false},
	{cStrayFile, Warning, true},

	{cNoHeader, Error, true},
	{cOpenHeader, Error, true},
	{cHeaderLine, Error, true},
	{cUnknownKey, Error, true},
	{cKeyTwice, Error, true},
	{cKeyMissing, Error, true},
	{cKeyEmpty, Error, true},
	{cFolderName, Error, true},
	{cBadID, Error, true},
	{cHeaderValue, Error, true},
	{cSilence, Error, true},
	{cReservedID, Error, true},
	{cWordTwice, Warning, true},
	{cWordCommand, Error, true},
	{cOriginal, Warning, true},

	{cUnknownStep, Error, true},
	{cStepTwice, Error, true},
	{cUnknownLesson, Error, true},
	{cNeverReached, Warning, true},
	{cNoEnd, Error, true},
	{cLoop, Error, true},
	{cFallsOff, Error, true},
	{cLessonCycle, Error, true},
	{cLessonDepth, Error, true},
	{cTalksTooLong, Error, true},
	{cUselessGoto, Warning, true},
	{cFormerlyExists, Error, true},
	{cTalksLong, Advice, true},

	{cBeforeSteps, Error, true},
	{cNoSteps, Error, true},
	{cHeading, Error, true},
	{cNoTitle, Error, true},
	{cDash, Error, true},
	{cNoLabel, Error, true},
	{cNoTarget, Error, true},
	{cArrow, Error, true},
	{cBox, Error, true},
	{cIndented, Warning, true},
	{cUnderAnswer, Error, true},
	{cAfterAnswers, Warning, true},
	{cLooksAnswer, Warning, true},
	{cPictureForm, Error, true},
	{cComment, Error, true},
	{cUnknownWord, Error, true},
	{cNoArgument, Error, true},
	{cSpareArgument, Error, true},
	{cDirectiveTwice, Error, true},
	{cRule, Error, true},
	{cTwoThings, Error, true},
	{cGotoTwice, Error, true},
	{cGotoEnd, Error, true},
	{cNumber, Error, true},
	{cType, Error, true},
	{cDelay, Error, true},
	{cEnding, Error, true},
	{cKeepForm, Error, true},
	{cNoQuestion, Error, true},
	{cNoQuiz, Error, true},
	{cTooManyOf, Error, false},
	{cWordsAnswer, Error, true},
	{cNoSlug, Error, true},
	{cLink, Error, true},
	{cBold, Warning, true},
	{cBrace, Error, true},
	{cNoText, Error, true},
	{cReminderLink, Error, true},
	{cDeadline, Error, true},
	{cSourceForm, Error, true},
	{cDay, Error, true},

	{cAnswerTwice, Error, true},
	{cSameWord, Error, true},
	{cLabelCommand, Error, true},
	{cNoRight, Error, true},
	{cNoExplanation, Warning, true},
	{cLongLabel, Warning, true},
	{cManyAnswers, Warning, true},
	{cTooManyAnswers, Error, true},
	{cLabelName, Error, true},
	{cHalfQuiz, Error, true},
	{cLabelPlace, Error, true},
	{cNoElse, Error, true},
	{cElseAlone, Error, true},
	{cIfForm, Error, true},
	{cIfName, Error, true},
	{cIfValue, Error, true},
	{cIfOp, Error, true},

	{cNeverFilled, Error, true},
	{cMaybeEmpty, Warning, true},
	{cReserved, Error, true},
	{cBadName, Error, true},
	{cTooManyNames, Error, true},
	{cNoDay, Error, true},

	{cNoDescription, Error, true},
	{cNoFile, Error, true},
	{cUnusedFile, Warning, true},
	{cPictureSize, Error, true},
	{cTwoPictures, Error, true},
	{cNotSVG, Error, true},
	{cNotDrawn, Warning, true},

	{cLongSentence, Advice, true},
	{cStopWord, Warning, true},
	{cNoHint, Advice, true},
	{cSaysNothing, Warning, true},
	{cMute, Error, true},
	{cHard, Warning, true},
	{cVeryHard, Error, true},
	{cLongWords, Warning, true},
	{cRareWords, Warning, true},
	{cAcronym, Warning, true},
	{cKnownAcronym, Warning, true},

	{cLongSMS, Warning, true},
	{cTooLongSMS, Error, true},
	{cUselessLong, Warning, true},

	{cTOML, Error, false},
	{cUnknownID, Error, true},
	{cUntranslated, Warning, true},
	{cUndeclared, Warning, true},
	{cNoFileFor, Warning, true},
	{cOldSentence, Warning, true},

	{cDatesLine, Error, true},
	{cDatesKey, Error, true},
	{cDatesValue, Error, true},
	{cDatesKind, Error, true},
	{cDatesName, Error, true},
	{cDatesAged, Warning, true},

	{cAged, Warning, true},
	{cNoSource, Warning, true},
	{cNoScreen, Warning, true},
	{cNoOffline, Warning, true},

	{cUnplayed, Warning, true},
	{cPlaysOtherwise, Warning, true},
	{cDraft, Advice, true},
	{cScript, Warning, true},
}

// ruleOf finds the line of a code in the table.
func ruleOf(code Code) rule {
	for _, r := range rules {
		if r.code == code {
			return r
		}
	}
	return rule{code: code, severity: Error}
}
