package telegram

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-telegram/bot/models"
	"github.com/google/go-cmp/cmp"

	"passerelle/bot/telegram/telegramtest"
	"passerelle/flows"
)

// drawn is a picture Telegram takes.
func drawn() ([]byte, error) {
	var b bytes.Buffer
	err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30)))
	return b.Bytes(), err
}

// pomme is a picture of a lesson.
func pomme() *flows.Picture {
	return &flows.Picture{Revision: "r1", Flow: "pommes", Name: "pomme.svg", Alt: "Une pomme."}
}

// noteName is under which the id of that picture is noted.
const noteName = "telegram/110201543/r1/pommes/pomme.svg"

// uploads counts the pictures that were sent as such, and not by their id.
func (m *mailroom) uploads() int {
	n := 0
	for _, call := range m.server.Calls("sendPhoto") {
		if call.Params["photo"] == "image.png" {
			n++
		}
	}
	return n
}

func TestPictureIsUploadedOnce(t *testing.T) {
	m := newMailroom(t)
	first := m.sends(t, 7, flows.Message{Text: "Une **pomme**.", Picture: pomme()})
	if want, _ := drawn(); !bytes.Equal(first.Photo, want) || first.Caption != "Une pomme." || len(first.Entities) != 1 {
		t.Errorf("got %+v", first)
	}
	if diff := cmp.Diff(map[string]string{noteName: first.FileID}, m.notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	second := m.sends(t, 8, flows.Message{Picture: pomme()})
	m.Telegram = m.another(t)
	third := m.sends(t, 9, flows.Message{Picture: pomme()})
	if second.FileID != first.FileID || third.FileID != first.FileID || m.rendered != 1 || m.uploads() != 1 {
		t.Errorf("rendered %d times, uploaded %d times", m.rendered, m.uploads())
	}
	other := *pomme()
	other.Revision = "r2"
	if got := m.sends(t, 9, flows.Message{Picture: &other}); got.FileID == first.FileID || m.uploads() != 2 {
		t.Error("another revision shows the old picture")
	}
}

func TestManyAtOnceUploadOnce(t *testing.T) {
	m := newMailroom(t)
	var senders sync.WaitGroup
	for chat := range int64(20) {
		m.server.Say(1+chat, "bonjour")
		senders.Go(func() {
			if err := m.Send(t.Context(), letterTo(1+chat, flows.Message{Picture: pomme()})); err != nil {
				t.Error(err)
			}
		})
	}
	senders.Wait()
	if n := len(m.server.Calls("sendPhoto")); m.uploads() != 1 || n != 20 {
		t.Errorf("%d pictures, %d uploads", n, m.uploads())
	}
}

func TestStalePictureID(t *testing.T) {
	m := newMailroom(t)
	m.notes[noteName] = "AgACAgQAAxkDlost"
	got := m.sends(t, 7, flows.Message{Picture: pomme()})
	if got.Photo == nil || m.notes[noteName] != got.FileID || len(m.server.Calls("sendPhoto")) != 2 {
		t.Errorf("got %+v, notes %v", got, m.notes)
	}
	m.sends(t, 8, flows.Message{Picture: pomme()})
	if len(m.server.Calls("sendPhoto")) != 3 {
		t.Error("the stale id is still used")
	}
}

// Another process has uploaded the picture anew already.
func TestStalePictureIDElsewhere(t *testing.T) {
	m := newMailroom(t)
	m.sends(t, 7, flows.Message{Picture: pomme()})
	m.Telegram = m.another(t)
	m.sender.pictures.remember(noteName, "AgACAgQAAxkDlost")
	if got := m.sends(t, 8, flows.Message{Picture: pomme()}); got.FileID != m.notes[noteName] || m.uploads() != 1 {
		t.Errorf("got %+v, %d uploads", got, m.uploads())
	}
}

// Neither the id this process knows is good any more, nor the one another noted
// meanwhile.
func TestTwoStalePictureIDs(t *testing.T) {
	for _, known := range []string{"", "AgACAgQAAxkDlost"} {
		m := newMailroom(t)
		m.server.Say(7, "bonjour")
		m.notes[noteName] = "AgACAgQAAxkDlosttoo"
		if known != "" {
			m.sender.pictures.remember(noteName, known)
		}
		if got := m.sends(t, 7, flows.Message{Picture: pomme()}); got.Photo == nil || m.notes[noteName] != got.FileID || m.uploads() != 1 {
			t.Errorf("known %q: got %+v, notes %v", known, got, m.notes)
		}
	}
}

func TestPictureInWords(t *testing.T) {
	tests := map[string]func() ([]byte, error){
		"it cannot be made":    func() ([]byte, error) { return nil, errors.New("no such file") },
		"it is empty":          func() ([]byte, error) { return nil, nil },
		"it is too large":      func() ([]byte, error) { return make([]byte, maxPhoto+1), nil },
		"Telegram refuses it":  func() ([]byte, error) { return []byte("<svg/>"), nil },
		"it has no good shape": func() ([]byte, error) { return thread() },
	}
	for name, picture := range tests {
		t.Run(name, func(t *testing.T) {
			m := newMailroom(t)
			m.picture = picture
			msg := flows.Message{Turn: 1, Text: "Que voyez-vous ?", Picture: pomme(), Choices: []flows.Button{{Label: "Une pomme"}}}
			for chat := range int64(3) {
				got := m.sends(t, 1+chat, msg)
				if got.Text != "Image : Une pomme.\n\nQue voyez-vous ?" || len(got.Buttons) != 1 || len(m.server.Messages(1+chat)) != 1 {
					t.Errorf("got %+v", got)
				}
			}
			if n := strings.Count(m.log.String(), "a picture cannot be shown"); n != 1 {
				t.Errorf("told %d times:\n%s", n, m.log)
			}
		})
	}
}

// thread is a picture 1 pixel high.
func thread() ([]byte, error) {
	var b bytes.Buffer
	err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 400, 1)))
	return b.Bytes(), err
}

// Once some parts went out with words in the picture's place, the rest follows,
// even if the picture could be had by now.
func TestPictureInWordsStoppedInTheMiddle(t *testing.T) {
	m := newMailroom(t)
	m.server.Say(7, "bonjour")
	m.picture = func() ([]byte, error) { return nil, errors.New("no such file") }
	m.server.Script(telegramtest.Fault{Method: "sendMessage"})
	m.server.Script(telegramtest.Fault{Method: "sendMessage", Code: 500})
	d := letterTo(7, flows.Message{Text: long(), Picture: pomme()})
	if err := m.Send(t.Context(), d); err == nil {
		t.Fatal("nothing stopped it")
	}
	m.picture = drawn
	if err := m.Send(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	shown := ""
	for _, p := range m.server.Messages(7) {
		shown += p.Text + p.Caption
	}
	if want := "Image : Une pomme." + long(); solid(shown) != solid(want) {
		t.Errorf("shown %d signs, want %d", len(solid(shown)), len(solid(want)))
	}
}

// A picture that could not go because of the network, or of the person, is no
// bad picture.
func TestPictureIsNotToBlame(t *testing.T) {
	m := newMailroom(t)
	m.server.Say(7, "bonjour")
	for _, fault := range []telegramtest.Fault{
		{Code: 500},
		{Code: 429, RetryAfter: 1},
		{Drop: true},
		{Code: 400, Description: "Bad Request: chat not found"},
		{Code: 403, Description: "Forbidden: bot was blocked by the user"},
	} {
		m.server.Script(fault)
		if err := m.Send(t.Context(), letterTo(7, flows.Message{Picture: pomme()})); err == nil || errors.Is(err, errNoPicture) {
			t.Errorf("%+v: %v", fault, err)
		}
	}
	if got := m.sends(t, 7, flows.Message{Picture: pomme()}); got.Photo == nil || strings.Contains(m.log.String(), "cannot be shown") {
		t.Errorf("got %+v", got)
	}
}

func TestNotesAway(t *testing.T) {
	away := errors.New("the store is away")
	m := newMailroom(t, func(o *Options) {
		o.Note = func(context.Context, string, string) error { return away }
		o.Noted = func(context.Context, string) (string, error) { return "", away }
	})
	m.sends(t, 7, flows.Message{Picture: pomme()})
	if got := m.sends(t, 8, flows.Message{Picture: pomme()}); got.Photo == nil || m.uploads() != 1 {
		t.Errorf("got %+v, uploads %d", got, m.uploads())
	}
}

func TestLargest(t *testing.T) {
	sizes := []models.PhotoSize{{FileID: "s", Width: 90, Height: 60}, {FileID: "l", Width: 900, Height: 600}, {FileID: "m", Width: 300, Height: 200}}
	if got := largest(&models.Message{Photo: sizes}); got != "l" {
		t.Errorf("got %q", got)
	}
	if got := largest(&models.Message{}) + largest(nil); got != "" {
		t.Errorf("without a picture %q", got)
	}
}

// Whoever waits for the upload of somebody else waits no longer than their own
// time, and then it is not the picture's fault.
func TestUploadOfSomebodyElse(t *testing.T) {
	m := newMailroom(t)
	m.server.Say(7, "bonjour")
	done, err := m.sender.pictures.alone(t.Context(), noteName)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	d := letterTo(7, flows.Message{Picture: pomme()})
	if err := m.Send(ctx, d); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	done()
	if err := m.Send(t.Context(), d); err != nil || m.uploads() != 1 {
		t.Errorf("afterwards %v", err)
	}
}

// A picture that took too long to make is tried again, not described.
func TestPictureTooSlow(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	m := newMailroom(t)
	m.server.Say(7, "bonjour")
	m.picture = func() ([]byte, error) {
		cancel()
		return nil, ctx.Err()
	}
	if err := m.Send(ctx, letterTo(7, flows.Message{Picture: pomme()})); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if m.log.String() != "" {
		t.Errorf("told %s", m.log)
	}
}

func TestPictureWithoutSentence(t *testing.T) {
	m := newMailroom(t, func(o *Options) { o.Text = func(flows.Language, string, ...flows.Arg) string { return "" } })
	m.picture = func() ([]byte, error) { return nil, nil }
	if got := m.sends(t, 7, flows.Message{Text: "Ici.", Picture: pomme()}); got.Text != "[Une pomme.]\n\nIci." {
		t.Errorf("got %q", got.Text)
	}
	pic := &flows.Picture{Name: "other.svg"}
	if got := m.sends(t, 7, flows.Message{Text: "Ici.", Picture: pic}); got.Text != "Ici." {
		t.Errorf("got %q", got.Text)
	}
}
