package telegram

import (
	"strconv"
	"strings"
	"time"

	"github.com/go-telegram/bot/models"

	"passerelle/flows"
)

// allowed are the kinds of update that are asked for; Telegram keeps the others
// to itself.
func allowed() []string {
	return []string{
		models.AllowedUpdateMessage, models.AllowedUpdateCallbackQuery, models.AllowedUpdateMyChatMember,
	}
}

// An arrival is what one update means.
type arrival struct {
	chat int64
	// id is under which the input is taken once: that of the update, or of the
	// album whose pictures come one by one.
	id string
	// in is nil when there is nothing to take.
	in flows.Input
	// press is set when a button was pressed.
	press *press
}

// A press is what is known of a button that was pressed.
type press struct {
	query   string
	message int
	label   string
	data    string
}

// read tells what an update means. What is not for us means nothing: groups,
// channels, other robots, edits.
func (t *Telegram) read(u *models.Update) arrival {
	now := t.o.Now()
	switch {
	case u.Message != nil:
		return t.readMessage(u.ID, u.Message, now)
	case u.CallbackQuery != nil:
		return t.readPress(u.ID, u.CallbackQuery, now)
	case u.MyChatMember != nil:
		return t.readMember(u.ID, u.MyChatMember, now)
	}
	return arrival{}
}

// readMessage reads what a person wrote or sent.
func (t *Telegram) readMessage(id int64, m *models.Message, now time.Time) arrival {
	if !private(m.Chat, m.From) {
		return arrival{}
	}
	a := arrival{chat: m.Chat.ID, id: t.inputID(strconv.FormatInt(id, 10))}
	if m.MediaGroupID != "" {
		a.id = t.inputID("album/" + m.MediaGroupID)
	}
	if kind, ok := mediaOf(m); ok {
		a.in = flows.Sent{At: now, Kind: kind}
		return a
	}
	if m.Text != "" {
		a.in = written(m.Text, now)
	}
	return a
}

// written is what a text means: "/start" opens, perhaps a lesson.
func written(text string, now time.Time) flows.Input {
	command, payload, _ := strings.Cut(strings.TrimSpace(text), " ")
	if name, _, _ := strings.Cut(command, "@"); name == "/start" {
		return flows.Opened{At: now, Lesson: flows.FlowID(strings.TrimSpace(payload))}
	}
	return flows.Said{At: now, Text: text}
}

// mediaOf tells what a message is that is no text. What is none of these, such
// as "a message was pinned", is nothing a person sent.
func mediaOf(m *models.Message) (flows.MediaKind, bool) {
	switch {
	case m.Voice != nil, m.Audio != nil, m.VideoNote != nil:
		return flows.VoiceMedia, true
	case len(m.Photo) > 0, m.Video != nil, m.Animation != nil:
		return flows.PictureMedia, true
	case m.Location != nil, m.Venue != nil:
		return flows.PlaceMedia, true
	case m.Contact != nil:
		return flows.ContactMedia, true
	case m.Sticker != nil, m.Dice != nil:
		return flows.StickerMedia, true
	case m.Document != nil, m.Poll != nil, m.Story != nil, m.Game != nil:
		return flows.FileMedia, true
	}
	return "", false
}

// readPress reads a press on a button. A press whose data nobody here wrote is
// stale like one on an old question.
func (t *Telegram) readPress(id int64, q *models.CallbackQuery, now time.Time) arrival {
	chat, message := chatOfPress(q)
	if !private(chat, &q.From) {
		return arrival{}
	}
	turn, choice := pressed(q.Data)
	return arrival{
		chat: chat.ID, id: t.inputID(strconv.FormatInt(id, 10)),
		in:    flows.Tapped{At: now, Turn: turn, Choice: choice},
		press: &press{query: q.ID, message: message, label: labelOf(q), data: q.Data},
	}
}

// chatOfPress is where the message with the button stands.
func chatOfPress(q *models.CallbackQuery) (models.Chat, int) {
	switch {
	case q.Message.Message != nil:
		return q.Message.Message.Chat, q.Message.Message.ID
	case q.Message.InaccessibleMessage != nil:
		return q.Message.InaccessibleMessage.Chat, q.Message.InaccessibleMessage.MessageID
	}
	return models.Chat{}, 0
}

// labelOf is what stands on the button that was pressed; empty when Telegram
// does not show it any more.
func labelOf(q *models.CallbackQuery) string {
	if q.Message.Message == nil || q.Message.Message.ReplyMarkup == nil {
		return ""
	}
	for _, row := range q.Message.Message.ReplyMarkup.InlineKeyboard {
		for _, button := range row {
			if button.CallbackData == q.Data {
				return button.Text
			}
		}
	}
	return ""
}

// data is what the button of a choice carries: the turn that asked, and the
// place of the choice.
func data(turn uint64, choice int) string {
	return strconv.FormatUint(turn, 10) + "." + strconv.Itoa(choice)
}

// pressed reads what a button carries; turn 0 is that of no question.
func pressed(data string) (turn uint64, choice int) {
	before, after, _ := strings.Cut(data, ".")
	turn, err := strconv.ParseUint(before, 10, 64)
	if err != nil {
		return 0, 0
	}
	choice, err = strconv.Atoi(after)
	if err != nil || choice < 0 {
		return 0, 0
	}
	return turn, choice
}

// readMember reads that a person blocked the robot: it is their STOP. That they
// unblocked it needs no answer, for Telegram has them press START.
func (t *Telegram) readMember(id int64, m *models.ChatMemberUpdated, now time.Time) arrival {
	if !private(m.Chat, &m.From) || m.NewChatMember.Type != models.ChatMemberTypeBanned {
		return arrival{}
	}
	return arrival{
		chat: m.Chat.ID, id: t.inputID(strconv.FormatInt(id, 10)),
		in: flows.Blocked{At: now},
	}
}

// private tells whether one person writes to the robot alone.
func private(c models.Chat, from *models.User) bool {
	return c.Type == models.ChatTypePrivate && c.ID != 0 && (from == nil || !from.IsBot)
}

// inputID is the id of an input: other bots on the same store count their
// updates for themselves.
func (t *Telegram) inputID(id string) string { return Channel + "/" + t.id + "/" + id }
