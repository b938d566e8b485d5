package bot

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"rsc.io/qr"

	"passerelle/bot/telegram"
	"passerelle/content"
	"passerelle/flows"
)

// link prints the address that opens a lesson in Telegram, and draws it as a QR
// code for a poster.
func link(ctx context.Context, c call) error {
	lesson, picture, err := c.linkArguments()
	if err != nil {
		return err
	}
	config, err := loadConfig(c.env)
	if err != nil {
		return err
	}
	if err := c.known(config, lesson); err != nil {
		return err
	}
	name, err := botName(ctx, config)
	if err != nil {
		return err
	}
	address := fmt.Sprintf("https://t.me/%s?start=%s", name, lesson)
	if picture != "" {
		if err := writeQR(picture, address); err != nil {
			return err
		}
		c.warn(c.words.say("link.drawn", "path", picture))
	}
	return c.print(address)
}

// linkArguments reads the lesson, and where its QR code goes; the flag may stand
// before or behind the lesson.
func (c call) linkArguments() (lesson flows.FlowID, picture string, err error) {
	set := flag.NewFlagSet("link", flag.ContinueOnError)
	set.StringVar(&picture, "qr", "", "")
	rest, err := c.flags(set, true)
	if err != nil {
		return "", "", err
	}
	if len(rest) == 0 {
		c.warn(c.words.say("link.usage"))
		return "", "", errUsage
	}
	c.args = rest[1:]
	_, err = c.flags(set, false)
	return flows.FlowID(rest[0]), picture, err
}

// known complains of a lesson that this installation does not serve.
func (c call) known(config *Config, lesson flows.FlowID) error {
	folder, done, err := lessons(config)
	if err != nil {
		return err
	}
	defer done()
	edition, _ := content.Load(folder, c.words.bundle)
	if edition == nil {
		return complain("content.errors", nil)
	}
	if edition.Flows().Flows[lesson] == nil {
		return unknownLesson(edition.Flows(), lesson)
	}
	return nil
}

// botName asks Telegram for the name people find the bot by.
func botName(ctx context.Context, config *Config) (string, error) {
	if config.TelegramToken == "" {
		return "", complain("link.token", nil)
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	name, err := telegram.Username(ctx, config.TelegramToken, config.TelegramAPI)
	switch {
	case errors.Is(err, telegram.ErrToken):
		return "", complain("doctor.telegram.token", nil)
	case err != nil:
		return "", complain("link.away", err)
	}
	return name, nil
}

// modulePixels is how wide one square of a QR code is: the whole is at least
// 464 pixels wide, which prints sharply on a poster.
const modulePixels = 16

// writeQR writes the QR code of a text as a PNG. A seventh of it may be dirty or
// torn and it is still read; the white border that readers need is part of it.
func writeQR(path, text string) error {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return fmt.Errorf("make a QR code: %w", err)
	}
	code.Scale = modulePixels
	if err := os.WriteFile(path, code.PNG(), 0o644); err != nil { //nolint:gosec // a picture to be shown to everybody
		return complain("link.write", cause(err), "path", path)
	}
	return nil
}
