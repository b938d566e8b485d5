package flows

// The sentences the program says by itself, in the bundles of locales. A
// comment names the arguments a sentence may use; {publisher} and {contact}
// may be used in all of them.
const (
	KeyWelcome       Key = "bot.welcome"        // first contact: a robot answers, who runs it, AIDANT calls a person, STOP ends
	KeyMenu          Key = "bot.menu"           // what would you like to learn? + choices
	KeyMenuNext      Key = "bot.menu.next"      // after a lesson: what would you like to do now? + choices
	KeyMenuContinue  Key = "bot.menu.continue"  // label: go on with {lesson}
	KeyMenuPerson    Key = "bot.menu.person"    // label: talk to a person
	KeyMenuTopics    Key = "bot.menu.topics"    // in place of bot.menu, where it has topics + choices
	KeyMenuLessons   Key = "bot.menu.lessons"   // a topic was chosen: which lesson? + choices
	KeyMenuFirst     Key = "bot.menu.first"     // label: the lesson that helps to choose one
	KeyMenuResume    Key = "bot.menu.resume"    // label: go on with my lesson, where there are topics
	KeyMenuMore      Key = "bot.menu.more"      // label: more lessons of the topic
	KeyMenuOther     Key = "bot.menu.other"     // label: back to the topics
	KeyStepOld       Key = "bot.step.old"       // what follows may have changed; AIDANT calls a person
	KeyDifferent     Key = "bot.different"      // label: my screen is not the one shown
	KeyDifferentSaid Key = "bot.different.said" // that is normal; AIDANT calls a person (a hint and the question follow)
	KeyHelp          Key = "bot.help"           // the commands, in a few lines
	KeyContact       Key = "bot.contact"        // CONTACT: who publishes the service, and how a person is reached
	KeyWhere         Key = "bot.where"          // {lesson}, and {count} questions left, or so
	KeyWhereMenu     Key = "bot.where.menu"     // you are at the menu
	KeyBackStart     Key = "bot.back.start"     // this is the beginning of the lesson
	KeyRest          Key = "bot.rest"           // PAUSE: we stop here; write anything to go on
	KeyResume        Key = "bot.resume"         // we go on (said before the question asked again)
	KeyPlanned       Key = "bot.planned"        // we said later: go on now? + yes, no
	KeyPlannedNo     Key = "bot.planned.no"     // all right, later, as planned
	KeyLanguage      Key = "bot.language"       // which language? + choices
	KeyLanguageDone  Key = "bot.language.done"  // said in the language chosen
	KeyFrench        Key = "bot.french"         // before a lesson that has no words in the learner's language: it is in French
	KeyYes           Key = "bot.yes"            // label
	KeyNo            Key = "bot.no"             // label
	KeyDoubt         Key = "bot.doubt"          // did you mean {choice}? + yes, no
	KeyUnclear       Key = "bot.unclear"        // not understood, first time: touch a button or write the answer
	KeyHint          Key = "bot.hint"           // second time, when the lesson has no hint
	KeyExample       Key = "bot.example"        // third time: for example, write: {example}
	KeyStale         Key = "bot.stale"          // that button is of an older question; here is today's
	KeyOld           Key = "bot.old"            // that was an answer to the question before (said before the one that waits)
	KeyRecall        Key = "bot.recall"         // after a day or more: you are learning {lesson}
	KeyMissed        Key = "bot.missed"         // I was away (said before the question asked again)
	KeyReminder      Key = "bot.reminder"       // you stopped half-way through {lesson}; go on when you like
	KeyStop          Key = "bot.stop"           // STOP: nothing will be sent any more; BONJOUR comes back
	KeyStart         Key = "bot.start"          // back after STOP
	KeySecret        Key = "bot.secret"         // never send a password, a code, a card number; it was not kept
	KeyMissing       Key = "bot.missing"        // the lesson changed; here is the menu
	KeyBroken        Key = "bot.broken"         // something is wrong in the lesson; it was reported; here is the menu

	// KeyRefused answers a typed answer that is not of its type, when the lesson says nothing itself.
	KeyRefused Key = "bot.refused" // + "." + type: text, number, date, phone, email, postcode, yes-no

	// KeyUnread answers what is no text: it cannot be read here. {how} is one
	// of the two next.
	KeyUnread      Key = "bot.unread"       // + "." + kind: voice, picture, place, contact, sticker, file
	KeyUnreadTouch Key = "bot.unread.touch" // touch a button, or write the answer
	KeyUnreadWrite Key = "bot.unread.write" // write it in words
	// KeySent stands in the transcript for what is no text: (voice message).
	KeySent Key = "bot.sent" // + "." + kind

	KeyCode       Key = "bot.join.code"   // LIER: {code} to read, {word} to write on the other device, good for {minutes}
	KeyCodeNone   Key = "bot.join.none"   // no code can be given just now
	KeyCodeWrong  Key = "bot.join.wrong"  // that code is wrong, or too old: how to get another
	KeyCodeMany   Key = "bot.join.many"   // too many wrong codes: in an hour
	KeyCodeOwn    Key = "bot.join.own"    // the code is to be written on the other device
	KeyJoined     Key = "bot.join.done"   // both devices go on together now; DÉLIER undoes it
	KeyJoinedTold Key = "bot.join.told"   // another device was joined: not you? DÉLIER
	KeyParted     Key = "bot.join.parted" // DÉLIER: each device goes on alone
	KeyAlone      Key = "bot.join.alone"  // DÉLIER, but nothing was joined

	// KeyCrisis answers words that tell a danger: the numbers to call. Its first
	// words name no danger, for others may read the phone.
	KeyCrisis        Key = "bot.crisis"         // + "." + crisis: life, violence, danger, shelter, hunger
	KeyCrisisContact Key = "bot.crisis.contact" // no desk: {contact}; the lesson waits

	// KeyDate and KeyMonth write a day that is the value of their argument: with
	// {day} and {month}, or the month alone. The months are a list.
	KeyDate   Key = "bot.date"
	KeyFirst  Key = "bot.date.first"  // how the first day of a month is written
	KeyMonths Key = "bot.date.months" // the twelve names, separated by commas
	KeyMonth  Key = "bot.date.month"

	KeyReminders     Key = "bot.reminders"      // MES RAPPELS: choose a line to turn it on or off + lines
	KeyReminderOn    Key = "bot.reminders.on"   // {rappel} was turned on + lines
	KeyReminderOff   Key = "bot.reminders.off"  // {rappel} was turned off + lines
	KeyReminderNot   Key = "bot.reminders.not"  // this reminder cannot be turned on; MES RAPPELS turns others off
	KeyReminderSet   Key = "bot.reminders.set"  // in a lesson: you will be reminded of {rappel}; MES RAPPELS ends it
	KeyRemindersDone Key = "bot.reminders.done" // label: that is all

	KeyLaterMay    Key = "bot.later.may"    // after the first lesson: may I ask one question in 30 days? + yes, no
	KeyLaterYes    Key = "bot.later.yes"    // thank you, in 30 days; MES RAPPELS ends it
	KeyLaterNo     Key = "bot.later.no"     // all right, no question
	KeyLater       Key = "bot.later"        // a month ago you learned {lesson}: did you do it alone? + three choices
	KeyLaterAlone  Key = "bot.later.alone"  // label
	KeyLaterHelped Key = "bot.later.helped" // label
	KeyLaterNotYet Key = "bot.later.notyet" // label
	KeyLaterThanks Key = "bot.later.thanks" // thanks, whatever the answer
	KeyLaterRepeat Key = "bot.later.repeat" // {lesson} again? + yes, no
	KeyLaterOn     Key = "bot.later.on"     // label in the list of reminders: the question comes
	KeyLaterOff    Key = "bot.later.off"    // label: it does not

	KeyTooHard        Key = "bot.handoff.hard"         // not understood too often: it takes a person (one of the two next follows)
	KeyWaiting        Key = "bot.handoff.waiting"      // staffed: a person was told; RETOUR goes back to the robot
	KeyWaitingNobody  Key = "bot.handoff.nobody"       // no desk: the truth, {contact}, RETOUR goes back
	KeyNoted          Key = "bot.handoff.noted"        // staffed: your message is kept for the person; RETOUR
	KeyNotedNobody    Key = "bot.handoff.noted.nobody" // no desk: kept, but nobody reads it here for now; {contact}; RETOUR
	KeyStillWaiting   Key = "bot.handoff.still"        // you are not forgotten
	KeyOffer          Key = "bot.handoff.offer"        // still nobody free: what would you like? + three choices
	KeyOfferWait      Key = "bot.handoff.offer.wait"   // label: wait
	KeyOfferAlone     Key = "bot.handoff.offer.alone"  // label: go on with the robot
	KeyOfferCancel    Key = "bot.handoff.offer.cancel" // label: cancel my request
	KeyCancelled      Key = "bot.handoff.cancelled"    // all right, we go on together
	KeyExpired        Key = "bot.handoff.expired"      // nobody could answer; sorry; {contact}; the menu follows
	KeyHello          Key = "bot.handoff.hello"        // {aidant} of {place} says who they are
	KeyHelloAlone     Key = "bot.handoff.hello.alone"  // the same without {place}
	KeyTransferred    Key = "bot.handoff.transferred"  // {aidant} passes you to {other}
	KeyReleased       Key = "bot.handoff.released"     // {aidant} is no longer there; your request is kept
	KeyReturned       Key = "bot.handoff.returned"     // the robot goes on
	KeySilence        Key = "bot.handoff.silence"      // you did not write for a day; the robot is here again
	KeyAlreadyWaiting Key = "bot.handoff.already"      // AIDANT while waiting or helped: a person already knows
	KeyWords          Key = "bot.words"                // {words}: a person's own words, as they are
)

// LanguageKey is the name of a language in itself: "English" for "en".
func LanguageKey(l Language) Key { return Key("bot.language." + string(l)) }

// Label is the key of a topic's name.
func (t TopicID) Label() Key { return Key("bot.topic." + string(t)) }

// DeadlineKey is the name of a deadline, or of a group of them. Under that of a
// line of the list are its two labels, ".on" and ".off", what is said when it is
// near, ".reminder" with {ouvre}, {ferme} or {mois}, and for a group ".which".
func DeadlineKey(line string) Key { return Key("bot.deadline." + line) }

// Title is the key of a lesson's title.
func (f FlowID) Title() Key { return Key(f) + ".title" }

// Text is the key of a step's words; the other sentences of a step are under
// it: ".sms", ".picture", ".hint.1", ".example", ".refusal", ".reminder.1",
// ".topic", ".choice.ID", ".choice.ID.reply".
func (f FlowID) Text(s StepID) Key { return Key(f) + "." + Key(s) }
