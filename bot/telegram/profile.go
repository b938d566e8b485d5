package telegram

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"passerelle/flows"
)

// How long Telegram lets a bot's texts be.
const maxDescription, maxAbout = 512, 120

// registerTime bounds what is told Telegram at the start.
const registerTime = 10 * time.Second

// register tells Telegram where updates go: to the webhook, or here by polling,
// which no webhook may stand against. What waits there stays.
func (t *Telegram) register(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, registerTime)
	defer cancel()
	var err error
	if t.o.Webhook == "" {
		_, err = t.api.DeleteWebhook(ctx, &tg.DeleteWebhookParams{})
	} else {
		_, err = t.api.SetWebhook(ctx, &tg.SetWebhookParams{
			URL: t.o.Webhook, SecretToken: t.o.Secret, MaxConnections: 1, AllowedUpdates: allowed(),
		})
	}
	if err != nil {
		err = fmt.Errorf("register with Telegram: %w", clean(t.o.Token, err))
		if t.refusals++; seldom(t.refusals) {
			t.o.Logger.Warn("Telegram does not take us; is the token the one BotFather gave?", slog.Any("error", err), slog.Int("times", t.refusals))
		}
		return err
	}
	t.refusals = 0
	t.known.Do(func() { t.later(ctx, t.introduce) })
	return nil
}

// introduce gives the bot its menu of commands and its texts in every language.
// The first language is that of everybody else too.
func (t *Telegram) introduce(ctx context.Context) {
	for i, language := range t.o.Languages {
		codes := []string{string(language)}
		if i == 0 {
			codes = append(codes, "")
		}
		for _, code := range codes {
			if err := t.introduceIn(ctx, language, code); err != nil {
				t.o.Logger.Warn("give the bot its texts", slog.String("language", code), slog.Any("error", clean(t.o.Token, err)))
				return
			}
		}
	}
}

// introduceIn gives the texts of one language to people who use Telegram in it.
func (t *Telegram) introduceIn(ctx context.Context, l flows.Language, code string) error {
	commands := &tg.SetMyCommandsParams{Commands: t.commands(l), LanguageCode: code}
	if _, err := t.api.SetMyCommands(ctx, commands); err != nil {
		return err
	}
	about := &tg.SetMyDescriptionParams{Description: cut(t.o.Text(l, "telegram.description"), maxDescription), LanguageCode: code}
	if _, err := t.api.SetMyDescription(ctx, about); err != nil {
		return err
	}
	short := &tg.SetMyShortDescriptionParams{ShortDescription: cut(t.o.Text(l, "telegram.about"), maxAbout), LanguageCode: code}
	_, err := t.api.SetMyShortDescription(ctx, short)
	return err
}

// cut shortens a text to so many letters.
func cut(text string, most int) string {
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return text
}

// commands are the menu of a language: a line each, "name: what it does".
func (t *Telegram) commands(l flows.Language) []models.BotCommand {
	var menu []models.BotCommand
	for line := range strings.SplitSeq(t.o.Text(l, "telegram.commands"), "\n") {
		name, what, ok := strings.Cut(line, ":")
		if ok {
			menu = append(menu, models.BotCommand{Command: strings.TrimSpace(name), Description: strings.TrimSpace(what)})
		}
	}
	return menu
}
