package flows

import "passerelle/flows/intent"

// sent answers what is no text. It is no answer to the question that waits,
// and no miss either: the answers are offered again, with what to do instead.
func (t *turn) sent(kind MediaKind) {
	t.outcome.Chosen = KeySent + "." + kind.key()
	switch {
	case t.c.Mode == StoppedMode:
		t.whileStopped(false)
	case t.c.Mode == HumanMode:
		t.toPerson()
	case t.c.Mode == WaitingMode:
		t.because(ToPerson)
		t.heardByDesk()
		t.say(KeyUnread+"."+kind.key(), Arg{Name: "how", Key: KeyUnreadWrite})
		t.already()
	case t.fresh():
		t.greet("", intent.NoCommand)
	case t.astray():
		t.recover()
	default:
		t.unread(kind)
	}
}

// unread says that a thing sent cannot be read here, and goes on with the
// question that waits.
func (t *turn) unread(kind MediaKind) {
	t.because(Unread)
	how := Arg{Name: "how", Key: KeyUnreadWrite}
	if len(t.offers()) > 0 {
		how.Key = KeyUnreadTouch
	}
	key := KeyUnread + "." + kind.key()
	if t.c.Question.Kind == RestQuestion {
		t.say(key, how)
		t.resume()
		return
	}
	t.aside(key, how)
}

// key is the end of the keys about a kind.
func (k MediaKind) key() Key {
	switch k {
	case VoiceMedia, PictureMedia, PlaceMedia, ContactMedia, StickerMedia, FileMedia:
		return Key(k)
	}
	return Key(FileMedia)
}

// missed asks the question that waits once more, whole: a press on its buttons
// may be lost. It does so once, however often the channel comes and goes. Where
// no question waits nothing is said, and reminders stay as they are: nobody
// answered.
func (t *turn) missed() {
	t.because(Silent)
	if q := t.c.Question; q.Missed && !t.astray() || t.c.Mode != BotMode || q.Kind == PauseQuestion || q.Kind == RestQuestion || q.Kind == NoQuestion {
		return
	}
	t.because(AskedAgain)
	t.say(KeyMissed)
	if t.c.Question.Kind == DoubtQuestion {
		t.c.Question.Kind = t.c.Question.Of
	}
	switch s := t.stepAsked(); {
	case s != nil:
		timed := t.c.Question.Timed
		t.question(s)
		t.c.Question.Timed = timed
	case t.c.Question.Kind == MenuQuestion:
		t.askMenu()
	case t.c.Question.Kind == LanguageQuestion:
		t.ask(LanguageQuestion, KeyLanguage)
	case !t.anew():
		t.resume()
	}
	t.c.Question.Missed = true
}
