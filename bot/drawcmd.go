package bot

import (
	"context"
	"flag"
	"slices"
	"strings"

	"passerelle/flows"
	"passerelle/locales"
)

// draw prints the drawing of a lesson, as it would run here. It needs no store.
func draw(_ context.Context, c call) error {
	lesson, language, err := c.drawArguments()
	if err != nil {
		return err
	}
	config, err := loadConfig(c.env)
	if err != nil {
		return err
	}
	h := &house{config: config, words: c.words} // no door of it is opened
	edition, err := h.loadEdition()
	if err != nil {
		return err
	}
	svg, ok := edition.Draw(lesson, flows.Language(language), c.words.bundle)
	if !ok {
		return unknownLesson(edition.Flows(), lesson)
	}
	_, err = c.out.Write(svg)
	return err
}

// drawArguments reads the lesson and the language of its words; the flag may
// stand before or behind the lesson.
func (c call) drawArguments() (lesson flows.FlowID, language string, err error) {
	set := flag.NewFlagSet("draw", flag.ContinueOnError)
	set.StringVar(&language, "lang", locales.Default, "")
	rest, err := c.flags(set, true)
	if err != nil {
		return "", "", err
	}
	if len(rest) == 0 {
		c.warn(c.words.say("usage.lesson.none", "name", c.name))
		return "", "", errUsage
	}
	c.args = rest[1:]
	if _, err = c.flags(set, false); err != nil {
		return "", "", err
	}
	return flows.FlowID(rest[0]), language, c.speaks(language)
}

// speaks complains of a language in which nothing is said here.
func (c call) speaks(language string) error {
	known := c.words.bundle.Languages()
	if slices.Contains(known, language) {
		return nil
	}
	return complain("usage.lang", nil, "value", language, "known", strings.Join(known, ", "))
}
