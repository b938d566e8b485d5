package bot

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"slices"
	"strings"

	"passerelle/flows"
	"passerelle/locales"
	"passerelle/store"
	"passerelle/store/bolt"
)

// A drawing is what draw is asked for.
type drawing struct {
	lesson   flows.FlowID
	language string
	counts   bool // only the numbers
}

// draw prints the drawing of a lesson, as it would run here. Where there is a
// store, it tells what came of each step.
func draw(ctx context.Context, c call) error {
	d, err := c.drawArguments()
	if err != nil {
		return err
	}
	if c.house != nil {
		return c.printCounts(ctx, c.house.store, c.house.config.place(), d.lesson)
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
	if edition.Flows().Flows[d.lesson] == nil {
		return unknownLesson(edition.Flows(), d.lesson)
	}
	var numbers bytes.Buffer
	err = c.readCounts(ctx, config, d.lesson, &numbers)
	if d.counts {
		_, _ = c.out.Write(numbers.Bytes()) // what cannot be written is nobody's to read
		return err
	}
	if err != nil {
		c.warn(c.words.told(err))
	}
	svg, _ := edition.Draw(d.lesson, flows.Language(d.language), c.words.bundle, countsIn(numbers.Bytes()))
	_, err = c.out.Write(svg)
	return err
}

// drawArguments reads the lesson and the language of its words; flags may stand
// before or behind the lesson.
func (c call) drawArguments() (drawing, error) {
	d := drawing{}
	set := flag.NewFlagSet("draw", flag.ContinueOnError)
	set.StringVar(&d.language, "lang", locales.Default, "")
	set.BoolVar(&d.counts, "counts", false, "")
	rest, err := c.flags(set, true)
	if err != nil {
		return d, err
	}
	if len(rest) == 0 {
		c.warn(c.words.say("usage.lesson.none", "name", c.name))
		return d, errUsage
	}
	c.args = rest[1:]
	if _, err = c.flags(set, false); err != nil {
		return d, err
	}
	d.lesson = flows.FlowID(rest[0])
	return d, c.speaks(d.language)
}

// speaks complains of a language in which nothing is said here.
func (c call) speaks(language string) error {
	known := c.words.bundle.Languages()
	if slices.Contains(known, language) {
		return nil
	}
	return complain("usage.lang", nil, "value", language, "known", strings.Join(known, ", "))
}

// readCounts writes what the store counted of a lesson; nothing where there is
// no store yet. A store that a server holds is read by the server.
func (c call) readCounts(ctx context.Context, config *Config, lesson flows.FlowID, into *bytes.Buffer) error {
	c.out = into
	if !config.shared() && bolt.Exists(config.Data) != nil {
		return nil
	}
	kernel, err := openKernel(ctx, config.place(), config.Confirm)
	if errors.Is(err, bolt.ErrHeld) {
		conn, err := dialSocket(ctx, config)
		if err != nil {
			return complain("store.deaf", nil, "data", config.Data)
		}
		c.args = []string{"--counts", string(lesson)}
		return forward(ctx, conn, c)
	}
	if err != nil {
		return err
	}
	s := store.Open(kernel, store.Options{})
	defer s.Close() //nolint:errcheck // nothing was written to it
	return c.printCounts(ctx, s, config.place(), lesson)
}

// A countLine is one number of a lesson as programs read it.
type countLine struct {
	Lesson    flows.FlowID  `json:"lesson"`
	Step      flows.StepID  `json:"step,omitempty"`
	What      flows.Counted `json:"what"`
	Territory string        `json:"territory,omitempty"`
	Count     int64         `json:"count"`
}

// printCounts prints what the store at a place counted of a lesson, one object a
// line.
func (c call) printCounts(ctx context.Context, s *store.Store, place string, lesson flows.FlowID) error {
	counts, err := s.Counts(ctx, lesson)
	if err != nil {
		return unopened(place, err)
	}
	var lines []countLine
	for counter, n := range counts {
		lines = append(lines, countLine{counter.Flow, counter.Step, counter.What, counter.Territory, n})
	}
	slices.SortFunc(lines, func(a, b countLine) int {
		return cmp.Or(cmp.Compare(a.Step, b.Step), cmp.Compare(a.What, b.What), cmp.Compare(a.Territory, b.Territory))
	})
	encoder := json.NewEncoder(c.out)
	for _, line := range lines {
		if err := encoder.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// countsIn reads what printCounts printed.
func countsIn(printed []byte) map[flows.Counter]int64 {
	counts := map[flows.Counter]int64{}
	for decoder := json.NewDecoder(bytes.NewReader(printed)); ; {
		var line countLine
		if decoder.Decode(&line) != nil {
			return counts
		}
		counts[flows.Counter{Flow: line.Lesson, Step: line.Step, What: line.What, Territory: line.Territory}] = line.Count
	}
}
