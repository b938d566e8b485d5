package bot

import (
	"slices"
	"strings"
	"testing"
	"time"

	"passerelle/flows"
	"passerelle/store"
)

// learner are the lines of the learner in a transcript.
func (k *kit) learner(who flows.Address) []string {
	k.t.Helper()
	entries, err := k.store.Transcript(k.t.Context(), who, 0)
	k.must(err)
	var lines []string
	for _, e := range entries {
		if e.Who == store.Learner {
			lines = append(lines, e.Text)
		}
	}
	return lines
}

// What is no text is answered in whole sentences, and stands in the transcript
// under its name: in the learner's language, for the person who helps.
func TestReceiveWhatIsNoText(t *testing.T) {
	k := newKit(t)
	k.must(k.say("phone:a", "1", "bonjour"))
	k.must(k.bot.Receive(t.Context(), "phone:a", "2", flows.Sent{At: time.Now(), Kind: flows.VoiceMedia}))
	want := "Je ne sais pas écouter les messages vocaux.\nTouchez un bouton, ou écrivez la réponse."
	if got := k.lastHeard("phone:a"); got != want {
		t.Errorf("said %q, want %q", got, want)
	}
	lea := flows.Aidant{ID: "lea", Name: "Léa"}
	k.must(k.bot.Receive(t.Context(), "phone:a", "3", flows.TookOver{At: time.Now(), Aidant: lea, Epoch: k.record("phone:a").Conversation.Epoch}))
	k.must(k.bot.Receive(t.Context(), "phone:a", "4", flows.Sent{At: time.Now(), Kind: flows.PictureMedia}))
	if got, want := k.learner("phone:a"), []string{"bonjour", "(message vocal)", "(image)"}; !slices.Equal(got, want) {
		t.Errorf("the person reads %q, want %q", got, want)
	}
	if r := k.record("phone:a"); r.Spoke != r.Version {
		t.Errorf("version %d, the learner spoke in %d", r.Version, r.Spoke)
	}
}

func TestReceiveWhatIsNoTextInEnglish(t *testing.T) {
	k := newKit(t)
	for i, text := range []string{"bonjour", "langue", "English"} {
		k.must(k.say("phone:a", string(rune('1'+i)), text))
	}
	k.must(k.bot.Receive(t.Context(), "phone:a", "9", flows.Sent{At: time.Now(), Kind: flows.ContactMedia}))
	if got := k.learner("phone:a"); got[len(got)-1] != "(contact)" {
		t.Errorf("the transcript has %q", got)
	}
	if got := k.lastHeard("phone:a"); !strings.HasPrefix(got, "I do not need this contact.") || !strings.HasSuffix(got, "Touch a button, or write the answer.") {
		t.Errorf("said %q", got)
	}
}

// The question is asked again after an absence; the learner did nothing.
func TestReceiveAnAbsence(t *testing.T) {
	k := newKit(t)
	k.must(k.say("phone:a", "1", "bonjour"))
	spoke := k.record("phone:a").Spoke
	k.must(k.bot.Receive(t.Context(), "phone:a", "2", flows.Missed{At: time.Now()}))
	heard := k.heard("phone:a")
	if n := len(heard); heard[n-2] != "Désolé, je n'étais pas là.\nJe repose ma question." || heard[n-1] != heard[n-3] {
		t.Errorf("heard %q", heard)
	}
	if r := k.record("phone:a"); r.Spoke != spoke {
		t.Errorf("the learner spoke in %d, before in %d", r.Spoke, spoke)
	}
	if got, want := k.learner("phone:a"), []string{"bonjour"}; !slices.Equal(got, want) {
		t.Errorf("the learner said %q", got)
	}
	k.must(k.say("phone:a", "3", "stop"))
	before := len(k.heard("phone:a"))
	k.must(k.bot.Receive(t.Context(), "phone:a", "4", flows.Missed{At: time.Now()}))
	if heard := k.heard("phone:a"); len(heard) != before {
		t.Errorf("after STOP the learner heard %q", heard[before:])
	}
}

// What is no text counts as a message; an absence does not.
func TestCapsOfSentAndMissed(t *testing.T) {
	k := openKit(t, t.TempDir(), func(h *house) { h.config.Messages = 2 })
	k.must(k.say("phone:a", "1", "bonjour"))
	k.must(k.bot.Receive(t.Context(), "phone:a", "2", flows.Sent{At: time.Now(), Kind: flows.StickerMedia}))
	k.must(k.bot.Receive(t.Context(), "phone:a", "3", flows.Missed{At: time.Now()}))
	if got := k.record("phone:a").Conversation.Turn; got != 3 {
		t.Fatalf("%d turns, want 3", got)
	}
	k.must(k.bot.Receive(t.Context(), "phone:a", "4", flows.Sent{At: time.Now(), Kind: flows.StickerMedia}))
	if got, want := k.lastHeard("phone:a"), k.bot.newestSentence("phone:a", keyTooMany).Text; got != want {
		t.Errorf("said %q, want %q", got, want)
	}
	if got := k.learner("phone:a"); got[len(got)-1] != hidden {
		t.Errorf("the transcript has %q", got)
	}
	k.must(k.bot.Receive(t.Context(), "phone:a", "5", flows.Missed{At: time.Now()}))
	if got := k.record("phone:a").Conversation.Turn; got != 5 {
		t.Errorf("%d turns, want 5: an absence is no message", got)
	}
}

// Menus of commands write a slash and the name of the robot: STOP is obeyed
// whatever the caps say.
func TestReceiveStopWithASlash(t *testing.T) {
	k := openKit(t, t.TempDir(), func(h *house) { h.config.Messages = 1 })
	k.must(k.say("phone:a", "1", "bonjour"))
	k.must(k.say("phone:a", "2", "/stop@passerelle_bot"))
	if c := k.record("phone:a").Conversation; c.Mode != flows.StoppedMode {
		t.Errorf("mode %q", c.Mode)
	}
}
