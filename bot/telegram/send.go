package telegram

import (
	"context"
	"errors"
	"hash/fnv"
	"io"
	"log/slog"
	"strings"
	"sync"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"passerelle/flows"
)

const (
	// keptLetters is how many messages sent in part are remembered.
	keptLetters = 4096
	// chosenMark stands before the choice that was pressed, and chosenData is
	// what its button carries then: nothing.
	chosenMark, chosenData = "✓ ", "-"
)

// A sender sends messages, part by part.
type sender struct {
	o        Options
	api      *tg.Bot
	pace     *pace
	pictures *pictures
	begun    letters
	boards   keyboards
	// drop takes the buttons off a message, some time soon.
	drop func(ctx context.Context, chat int64, message int)
}

// newSender makes the sender of a channel.
func newSender(t *Telegram) *sender {
	return &sender{
		o: t.o, api: t.api, pace: newPace(t.o.PerSecond, t.o.Now), pictures: newPictures(t.o, t.id),
		begun: letters{far: map[letter]progress{}},
		drop: func(ctx context.Context, chat int64, message int) {
			t.later(ctx, func(ctx context.Context) { t.clear(ctx, chat, message) })
		},
	}
}

// Send sends a message. A *[flows.Refusal] says never or later; any other error
// means that it may go better next time. A message of several parts that stops
// in the middle goes on there when it is sent again.
func (t *Telegram) Send(ctx context.Context, d flows.Delivery) error {
	chat, err := chatOf(d.To)
	if err != nil {
		return &flows.Refusal{Reason: err.Error(), Never: true}
	}
	return t.sender.send(ctx, chat, d)
}

func (s *sender) send(ctx context.Context, chat int64, d flows.Delivery) error {
	l := letterOf(d)
	done := s.begun.progress(l)
	all := s.parts(d.Message, done.words)
	for done.sent < len(all) {
		err := s.part(ctx, chat, all[done.sent], d.Message.Picture)
		switch {
		case errors.Is(err, errNoPicture): // the first part: nothing was sent yet
			done.words = true
			all = s.parts(d.Message, true)
		case err != nil:
			return err
		default:
			done.sent++
		}
		s.begun.note(l, done)
	}
	s.begun.forget(l)
	return nil
}

// parts are those of a message, with its picture or with words in its place.
func (s *sender) parts(m flows.Message, words bool) []part {
	if m.Picture == nil || !words {
		return parts(m)
	}
	if alt := m.Picture.Alt; !blank(alt) {
		m.Text = s.describe(m.Language, alt) + "\n\n" + m.Text
	}
	m.Picture = nil
	return parts(m)
}

// describe says in words what one would see on a picture.
func (s *sender) describe(language flows.Language, alt string) string {
	if s.o.Text != nil {
		if said := s.o.Text(language, "telegram.picture", flows.Arg{Name: "alt", Value: alt}); said != "" {
			return said
		}
	}
	return "[" + alt + "]"
}

// part sends one part, when it is its turn.
func (s *sender) part(ctx context.Context, chat int64, p part, pic *flows.Picture) error {
	if err := s.pace.wait(ctx, chat); err != nil {
		return err
	}
	if p.photo {
		return s.photo(ctx, chat, p, *pic)
	}
	silent := true
	params := &tg.SendMessageParams{
		ChatID: chat, Text: p.text, Entities: p.entities(),
		LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: &silent},
	}
	if p.buttons != nil {
		params.ReplyMarkup = p.buttons
	}
	sent, err := s.api.SendMessage(ctx, params)
	s.shown(ctx, chat, p, sent)
	return s.judge(chat, err)
}

// shown has the old buttons go when new ones came.
func (s *sender) shown(ctx context.Context, chat int64, p part, sent *models.Message) {
	if sent == nil || sent.ID == 0 || p.buttons == nil {
		return
	}
	if before := s.boards.replace(chat, sent.ID); before != 0 {
		s.drop(ctx, chat, before)
	}
}

// photo sends a picture by the id Telegram gave it, else the picture itself.
func (s *sender) photo(ctx context.Context, chat int64, p part, pic flows.Picture) error {
	name := s.pictures.name(pic)
	id := s.pictures.id(ctx, name)
	if id == "" {
		return s.upload(ctx, chat, p, pic, "")
	}
	if known, err := s.again(ctx, chat, p, name, id); known {
		return err
	}
	return s.upload(ctx, chat, p, pic, id)
}

// again sends a picture by its id. When Telegram does not know that one any
// more it is forgotten, and nothing was sent.
func (s *sender) again(ctx context.Context, chat int64, p part, name, id string) (known bool, _ error) {
	_, err := s.post(ctx, chat, p, &models.InputFileString{Data: id})
	if pictureRefused(err) {
		s.pictures.forget(name, id)
		return false, nil
	}
	return true, s.judge(chat, err)
}

// upload sends a picture Telegram does not know, or knows no more by a stale id.
// Of several who want to, one does; the others use its id.
func (s *sender) upload(ctx context.Context, chat int64, p part, pic flows.Picture, stale string) error {
	name := s.pictures.name(pic)
	done, err := s.pictures.alone(ctx, name)
	if err != nil {
		return err
	}
	defer done()
	if id := s.pictures.id(ctx, name); id != "" && id != stale {
		if known, err := s.again(ctx, chat, p, name, id); known {
			return err
		}
	}
	file, err := s.pictures.render(ctx, pic)
	if err != nil {
		return err
	}
	sent, err := s.post(ctx, chat, p, file)
	if pictureRefused(err) {
		return s.pictures.blame(ctx, name, errors.New(s.reason(err)))
	}
	if err == nil {
		s.pictures.learn(ctx, name, sent)
	}
	return s.judge(chat, err)
}

// post is one call with a picture.
func (s *sender) post(ctx context.Context, chat int64, p part, file models.InputFile) (*models.Message, error) {
	params := &tg.SendPhotoParams{ChatID: chat, Photo: file, Caption: p.text, CaptionEntities: p.entities()}
	if p.buttons != nil {
		params.ReplyMarkup = p.buttons
	}
	sent, err := s.api.SendPhoto(ctx, params)
	s.shown(ctx, chat, p, sent)
	return sent, err
}

// typing shows a person that an answer is on its way. It may fail.
func (t *Telegram) typing(ctx context.Context, chat int64) {
	_, err := t.api.SendChatAction(ctx, &tg.SendChatActionParams{ChatID: chat, Action: models.ChatActionTyping})
	t.sender.courtesy(ctx, chat, "typing", err)
}

// chosen leaves one button under a question: the one that was pressed, marked.
// It may fail.
func (t *Telegram) chosen(ctx context.Context, chat int64, message int, label string) {
	if message == 0 || blank(label) || strings.HasPrefix(label, chosenMark) {
		return
	}
	_, err := t.api.EditMessageReplyMarkup(ctx, &tg.EditMessageReplyMarkupParams{
		ChatID: chat, MessageID: message,
		ReplyMarkup: &models.InlineKeyboardMarkup{
			InlineKeyboard: [][]models.InlineKeyboardButton{row(chosenMark+label, chosenData)},
		},
	})
	t.sender.courtesy(ctx, chat, "mark a choice", err)
}

// courtesy looks at the error of a call that nothing hangs on.
func (s *sender) courtesy(ctx context.Context, chat int64, what string, err error) {
	if err = s.judge(chat, err); err != nil {
		s.o.Logger.DebugContext(ctx, "a courtesy failed", slog.String("what", what), slog.Any("error", err))
	}
}

// A letter is one message of several parts. What is said beside the outbox has
// always the same id, so its words tell it from others.
type letter struct {
	to  flows.Address
	id  string
	sum uint64
}

func letterOf(d flows.Delivery) letter {
	sum := fnv.New64a()
	_, _ = io.WriteString(sum, d.Message.Text)
	return letter{d.To, d.ID, sum.Sum64()}
}

// A progress is how far a letter got: how many parts were sent, and whether with
// words in the place of its picture.
type progress struct {
	sent  int
	words bool
}

// letters are those sent in part, in the memory of this process.
type letters struct {
	mu  sync.Mutex
	far map[letter]progress
}

func (l *letters) progress(of letter) progress {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.far[of]
}

func (l *letters) note(of letter, p progress) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.far[of]; !known {
		dropOne(l.far, keptLetters)
	}
	l.far[of] = p
}

func (l *letters) forget(of letter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.far, of)
}
