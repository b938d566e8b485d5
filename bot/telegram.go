package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"passerelle/bot/telegram"
	"passerelle/content/picture"
	"passerelle/flows"
)

// telegramToken accepts nothing, or what looks like the token of a bot. The
// complaint does not quote it.
func telegramToken(text string) error {
	if text != "" && telegram.CheckToken(text) != nil {
		return complain("config.telegram.token", nil)
	}
	return nil
}

// telegramSecret accepts nothing, or a secret Telegram can send.
func telegramSecret(text string) error {
	if text != "" && !regexp.MustCompile(`^[A-Za-z0-9_-]{16,256}$`).MatchString(text) {
		return complain("config.telegram.secret", nil)
	}
	return nil
}

// maskedToken shows the number of a bot, and nothing more.
func maskedToken(token string) string {
	if id, _, ok := strings.Cut(token, ":"); ok {
		return id + ":•••"
	}
	return hiddenSecret(token)
}

// hiddenSecret shows that there is a secret.
func hiddenSecret(secret string) string {
	if secret == "" {
		return ""
	}
	return "•••"
}

// guardTelegram refuses a webhook that cannot work. Telegram itself calls https
// alone.
func (c *Config) guardTelegram() error {
	switch {
	case c.TelegramSecret == "":
		return nil
	case c.TelegramToken == "":
		return complain("config.telegram.alone", nil)
	case c.URL == "", c.TelegramAPI == "" && !strings.HasPrefix(c.webOrigin(), "https://"):
		return complain("config.telegram.url", nil)
	}
	return nil
}

// telegramPath is where Telegram calls us.
const telegramPath = "/telegram"

// newTelegram makes the channel, when there is a token.
func (h *house) newTelegram() (*telegram.Telegram, error) {
	if h.config.TelegramToken == "" {
		return nil, nil //nolint:nilnil // no channel, and nothing wrong with that
	}
	o := telegram.Options{
		Token: h.config.TelegramToken, API: h.config.TelegramAPI, PerSecond: h.config.TelegramRate,
		Receive: h.fromTelegram, Park: h.parkFromTelegram, Ready: h.ready, Missed: h.missed,
		Picture: h.drawn, Note: h.store.Note, Noted: h.store.Noted,
		Text: h.telegramText, Languages: h.edition.Flows().Languages, Logger: h.log,
	}
	o.Hold, o.LetGo = h.pollLease()
	if h.config.TelegramSecret != "" {
		o.Webhook, o.Secret = strings.TrimRight(h.config.URL, "/")+telegramPath, h.config.TelegramSecret
	}
	t, err := telegram.New(o)
	if err != nil {
		return nil, complain("config.telegram.token", nil)
	}
	return t, nil
}

// pollLease is the right to poll for this bot: another bot on the same store is
// polled for itself.
func (h *house) pollLease() (hold func(context.Context) (bool, error), letGo func(context.Context) error) {
	id, _, _ := strings.Cut(h.config.TelegramToken, ":")
	acquire, letGo := h.lease("telegram/" + id)
	return func(ctx context.Context) (bool, error) { return acquire(ctx, telegram.LeaseTime) }, letGo
}

// fromTelegram takes an input. A press that came to nothing, or perhaps came
// before, is like one on an old question: its buttons stay.
func (h *house) fromTelegram(ctx context.Context, from flows.Address, id string, in flows.Input) (flows.Reason, error) {
	reason, err := h.fromProvider(ctx, from, id, in)
	if reason == cappedReason || reason == parkedReason || reason == repeatedInput {
		return flows.Stale, err
	}
	return reason, err
}

// parkFromTelegram puts an input aside that failed again and again. That a part
// of the store is away while others take turns, or that too many wait in line,
// is no fault of the input: it is brought again.
func (h *house) parkFromTelegram(ctx context.Context, from flows.Address, id string, in flows.Input, why error) error {
	if isOutage(why) || errors.Is(why, ErrBusy) {
		return why
	}
	return h.bot.Park(ctx, from, id, in, why)
}

// activeTime is how long before an absence a learner must have been there to be
// asked again after it.
const activeTime = 30 * time.Minute

// missed asks again those who may have pressed a button in vain since then.
func (h *house) missed(ctx context.Context, since time.Time) error {
	var faults error
	err := h.store.Lately(ctx, telegram.Channel, since.Add(-activeTime), func(who flows.Address) error {
		id := fmt.Sprintf("missed/%d", since.Unix())
		if err := h.bot.Receive(ctx, who, id, flows.Missed{At: h.bot.now()}); err != nil {
			faults = cmp.Or(faults, err)
		}
		return ctx.Err()
	})
	return errors.Join(err, faults)
}

// drawn is a picture of a lesson as PNG.
func (h *house) drawn(ctx context.Context, p flows.Picture) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	edition, err := h.shelf.edition(ctx, p.Revision)
	if err != nil {
		return nil, err
	}
	svg, ok := edition.Picture(p.Flow, p.Name)
	if !ok {
		return nil, fmt.Errorf("picture %s of lesson %s: %w", p.Name, p.Flow, errNoPicture)
	}
	return picture.PNG(svg)
}

var errNoPicture = errors.New("the edition has no such picture")

// telegramText is a sentence of the channel, which may name who runs this.
func (h *house) telegramText(language flows.Language, id string, args ...flows.Arg) string {
	return h.text(language, id, append(args, h.facts(language)...)...)
}

// askTime is how long Telegram may take to say who the bot is.
const askTime = 5 * time.Second

// checkTelegram asks Telegram who the bot is.
func (h *house) checkTelegram(ctx context.Context) finding {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	name, err := telegram.Username(ctx, h.config.TelegramToken, h.config.TelegramAPI)
	switch {
	case errors.Is(err, telegram.ErrToken):
		return finding{bad, "telegram.token", nil}
	case err != nil:
		return finding{warn, "telegram.away", nil}
	}
	return finding{good, "telegram", []string{"name", name}}
}
