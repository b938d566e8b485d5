package content

import (
	"slices"
	"strings"

	"passerelle/flows"
	"passerelle/flows/intent"
)

// A lexicon is a closed list of words an editor may write, each under its
// French name, with its other spellings. Capitals and accents never count.
type lexicon [][]string

// find returns the French name of a word.
func (l lexicon) find(word string) (name string, known bool) {
	for _, names := range l {
		if slices.Contains(names, word) {
			return names[0], true
		}
	}
	folded := fold(word)
	for _, names := range l {
		for _, n := range names {
			if fold(n) == folded {
				return names[0], true
			}
		}
	}
	return "", false
}

// nearest returns the spelling a misspelt word was probably meant to be.
func (l lexicon) nearest(word string) string { return nearest(word, slices.Concat(l...)) }

// known lists the French names, each after a prefix.
func (l lexicon) known(prefix string) string {
	all := make([]string, len(l))
	for i, names := range l {
		all[i] = prefix + names[0]
	}
	return strings.Join(all, ", ")
}

// The keys of a header.
const (
	hLesson    = "leçon"
	hTitle     = "titre"
	hAudience  = "public"
	hDuration  = "durée"
	hLanguages = "langues"
	hWords     = "mots"
	hEquipment = "matériel"
	hSilence   = "silence"
	hLevel     = "niveau"
	hMenu      = "menu"
	hTheme     = "thème"
	hOrder     = "ordre"
	hOriginal  = "original"
)

var keys = lexicon{
	{hLesson, "lesson"},
	{hTitle, "title"},
	{hAudience, "audience"},
	{hDuration, "duration"},
	{hLanguages, "languages", "langue", "language"},
	{hWords, "words"},
	{hEquipment, "equipment"},
	{hSilence},
	{hLevel, "level"},
	{hMenu},
	{hTheme, "theme", "topic"},
	{hOrder, "order"},
	{hOriginal},
}

var equipment = lexicon{
	{"rien", "nothing"},
	{"téléphone", "phone"},
	{"smartphone"},
	{"ordinateur", "computer"},
	{internet},
	{"numéro de téléphone", "phone number"},
	{"papier", "paper"},
	{"adresse e-mail", "e-mail address"},
	{"papiers d'identité", "identity papers"},
	{"carte Vitale", "health card"},
	{"RIB", "bank details"},
	{"numéro fiscal", "tax number"},
}

// internet is the equipment that not everybody has.
const internet = "internet"

// themes are what lessons are about, in the order of the menu.
var themes = lexicon{
	{"e-mail", "email"},
	{"droits", "rights"},
	{"emploi", "job"},
	{"démarches", "procedures"},
	{"téléphone", "phone"},
	{otherTheme, "other"},
}

// otherTheme is that of a lesson that names none.
const otherTheme = "autre"

var yesNo = lexicon{{"oui", "yes"}, {"non", "no"}}

var noSilence = lexicon{{"aucun", "none"}}

// The directives.
const (
	wSMS      = "sms"
	wLong     = "long"
	wHint     = "aide"
	wExample  = "exemple"
	wAsk      = "demander"
	wRefusal  = "refus"
	wKeep     = "retenir"
	wTries    = "essais"
	wIf       = "si"
	wElse     = "sinon"
	wLesson   = "leçon"
	wReminder = "rappel"
	wWait     = "attendre"
	wPerson   = "aidant"
	wEnd      = "fin"
	wDiscreet = "discret"
	wFormerly = "ancien"
	wNote     = "note"
	wWords    = "mots"
	wScreen   = "écran"
	wSource   = "source"
	wUntil    = "valable"
	wOffline  = "sans-internet"
	wDeadline = "échéance"
)

var words = lexicon{
	{wSMS},
	{wLong},
	{wHint, "hint"},
	{wExample, "example"},
	{wAsk, "ask"},
	{wRefusal, "refusal"},
	{wKeep, "keep"},
	{wTries, "tries"},
	{wIf, "if"},
	{wElse, "else"},
	{wLesson, "lesson"},
	{wReminder, "reminder"},
	{wWait, "wait"},
	{wPerson, "person"},
	{wEnd, "end"},
	{wDiscreet, "discreet"},
	{wFormerly, "formerly"},
	{wNote},
	{wWords, "words"},
	{wScreen, "screen"},
	{wSource},
	{wUntil, "valid"},
	{wOffline, "offline"},
	{wDeadline, "deadline"},
}

// An argument says what may stand after a directive.
type argument int

const (
	optional argument = iota
	needed
	none
)

// A wordSpec is the form of a directive.
type wordSpec struct {
	argument argument
	arrow    bool // "-> target" may follow
	most     int  // in one step
	example  string
}

var wordSpecs = map[string]wordSpec{
	wSMS:      {needed, false, 1, "@sms Touchez l'enveloppe."},
	wLong:     {needed, false, 1, "@long Les deux adresses vont ensemble."},
	wHint:     {needed, false, 9, "@aide Le bouton est en bas."},
	wExample:  {needed, false, 1, "@exemple Paris"},
	wAsk:      {needed, true, 1, "@demander email -> retenir adresse"},
	wRefusal:  {needed, false, 1, "@refus Il manque le signe @."},
	wKeep:     {needed, false, 1, "@retenir appareil"},
	wTries:    {needed, false, 1, "@essais 2"},
	wIf:       {needed, true, 9, "@si points >= 1 -> bravo"},
	wElse:     {optional, true, 1, "@sinon -> suite"},
	wLesson:   {needed, false, 1, "@leçon choisir-mot-de-passe"},
	wReminder: {needed, false, 5, "@rappel 1 jour Avez-vous fini ?"},
	wWait:     {needed, true, 1, "@attendre demain 10h -> suite"},
	wPerson:   {optional, false, 1, ""},
	wEnd:      {needed, false, 1, "@fin réussi"},
	wDiscreet: {none, false, 1, ""},
	wFormerly: {needed, false, 9, "@ancien bienvenue"},
	wNote:     {needed, false, 9, "@note Ce bouton est jaune."},
	wScreen:   {none, false, 1, ""},
	wSource:   {needed, false, 9, "@source 2026-11-12 laposte.net, page d'aide"},
	wUntil:    {needed, false, 1, "@valable 2027-03-31"},
	wOffline:  {none, false, 1, ""},
	wDeadline: {needed, false, 1, "@échéance actualisation"},
}

// The types of an answer in the learner's own words.
var types = lexicon{
	{"texte", "text"},
	{"nombre", "number"},
	{"date"},
	{"téléphone", "phone"},
	{"email", "e-mail"},
	{"code-postal", "postcode"},
	{"oui-non", "yes-no"},
}

// typeOf is the type an editor names.
func typeOf(name string) intent.Type {
	switch name {
	case "texte":
		return intent.Text
	case "nombre":
		return intent.Number
	case "date":
		return intent.Date
	case "téléphone":
		return intent.Phone
	case "email":
		return intent.Email
	case "code-postal":
		return intent.Postcode
	case "oui-non":
		return intent.YesNo
	}
	return intent.NoType
}

var endings = lexicon{{"réussi", "succeeded"}, {"arrêté", "stopped"}}

// endingOf is the ending an editor names.
func endingOf(name string) flows.Ending {
	if name == "réussi" {
		return flows.Succeeded
	}
	return flows.Stopped
}

var keeping = lexicon{{"retenir", "keep"}}

// The names kept in the learner's profile, and those nobody may fill.
var (
	profileNames = []string{flows.FirstNameName, flows.CommuneName, flows.LanguageName, flows.LevelName, flows.EquipmentName}
	factNames    = []string{"publisher", "contact"}
)

// isProfile tells whether a name is kept with the learner, across lessons.
func isProfile(name string) bool { return slices.Contains(profileNames, name) }

// isFact tells whether a name is known of the service, not of the learner.
func isFact(name string) bool { return slices.Contains(factNames, name) }

// readOnly tells whether a name cannot be filled by an answer.
func readOnly(name string) bool {
	return name == flows.PointsName || name == flows.LanguageName || isFact(name)
}

// ops are the signs of comparisons, the longest first.
var ops = []struct {
	sign string
	op   flows.Op
}{
	{"!=", flows.NotEqual},
	{"≠", flows.NotEqual},
	{"<=", flows.LessOrEqual},
	{"≤", flows.LessOrEqual},
	{">=", flows.GreaterOrEqual},
	{"≥", flows.GreaterOrEqual},
	{"==", flows.Equal},
	{"=", flows.Equal},
	{"<", flows.Less},
	{">", flows.Greater},
}
