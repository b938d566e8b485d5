package bot

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"passerelle/content"
	"passerelle/flows"
	"passerelle/locales"
)

// cost tells what lessons cost by SMS: those named, else all. It needs no
// store.
func cost(_ context.Context, c call) error {
	var steps, asJSON bool
	language := locales.Default
	set := flag.NewFlagSet("cost", flag.ContinueOnError)
	set.BoolVar(&steps, "steps", false, "")
	set.BoolVar(&asJSON, "json", false, "")
	set.StringVar(&language, "lang", language, "")
	named, err := c.flags(set, true)
	if err != nil {
		return err
	}
	b, err := c.bills(language)
	if err != nil {
		return err
	}
	b.steps = steps
	costs, err := b.lessons(named)
	switch {
	case err != nil:
		return err
	case asJSON:
		return b.printJSON(costs)
	}
	return c.print(c.words.say("cost.title", "cents", c.words.decimal(float64(b.price)/100, -1), "language", language) +
		"\n\n" + strings.TrimSuffix(columns(b.rows(costs)), "\n"))
}

// A bills writes down what lessons cost.
type bills struct {
	call
	content.Counter
	price int  // of a segment, in hundredths of a cent
	steps bool // also each message
}

// bills prepares to count what this installation serves, in a language.
func (c call) bills(language string) (*bills, error) {
	if err := c.speaks(language); err != nil {
		return nil, err
	}
	config, err := loadConfig(c.env)
	if err != nil {
		return nil, err
	}
	h := &house{config: config, words: c.words} // no door of it is opened
	edition, err := h.loadEdition()
	if err != nil {
		return nil, err
	}
	return &bills{call: c, price: config.priceAtHome(), Counter: content.Counter{
		Edition: edition, Language: flows.Language(language), Facts: h.facts(flows.Language(language)),
		AsWritten: config.SMS.AsWritten,
	}}, nil
}

// lessons counts the lessons named, else all in the order of their ids.
func (b *bills) lessons(named []string) ([]content.Cost, error) {
	known := b.Edition.Flows().Flows
	if len(named) == 0 {
		for id := range known {
			named = append(named, string(id))
		}
		slices.Sort(named)
	}
	costs := make([]content.Cost, len(named))
	for i, id := range named {
		if known[flows.FlowID(id)] == nil {
			return nil, unknownLesson(b.Edition.Flows(), flows.FlowID(id))
		}
		costs[i] = b.Lesson(flows.FlowID(id))
	}
	return costs, nil
}

// rows are the lines of the table.
func (b *bills) rows(costs []content.Cost) [][]string {
	say := b.words.say
	hello, menu := b.Greeting(), b.Goodbye()
	rows := [][]string{
		{"", say("cost.messages"), say("cost.segments"), say("cost.price"), say("cost.written")},
		b.row(say("cost.contact"), &hello),
		b.row(say("cost.menu"), &menu),
	}
	for _, one := range costs {
		rows = append(rows,
			[]string{say("cost.lesson", "id", string(one.Lesson), "steps", strconv.Itoa(one.Steps)), "", "", "", ""},
			b.row(say("cost.short"), one.Short), b.row(say("cost.long"), one.Long))
		if b.steps {
			rows = append(rows, b.stepRows(one.Charges)...)
		}
	}
	return rows
}

// row is the line of one way; a way that is not there has a dash.
func (b *bills) row(name string, w *content.Way) []string {
	if w == nil {
		return []string{name, "—", "—", "—", "—"}
	}
	return []string{name, strconv.Itoa(w.Messages), strconv.Itoa(w.Sent), b.euros(w.Sent), b.euros(w.Written)}
}

// stepRows are the lines of the messages of a lesson.
func (b *bills) stepRows(charges []content.Charge) [][]string {
	rows := make([][]string, len(charges))
	for i, charge := range charges {
		signs := strconv.Itoa(charge.Size.Units)
		name := b.words.say("cost.message", "step", string(charge.Step), "signs", signs)
		if charge.Choice != "" {
			name = b.words.say("cost.reply", "step", string(charge.Step), "choice", charge.Choice, "signs", signs)
		}
		rows[i] = b.row(name, &charge.Way)
	}
	return rows
}

// euros is the price of so many segments, rounded to a cent.
func (b *bills) euros(segments int) string {
	cents := (segments*b.price + 50) / 100
	return b.words.say("cost.euros", "euros", strconv.Itoa(cents/100), "cents", fmt.Sprintf("%02d", cents%100))
}

// A billed is one line for a program: a first contact, the menu after a lesson,
// or a lesson. Prices are in cents.
type billed struct {
	Kind     string         `json:"kind"` // contact, menu, lesson
	Language flows.Language `json:"language"`
	Way      *billedWay     `json:"way,omitempty"` // of a contact and of the menu
	*billedLesson
}

// A billedLesson is what only lessons have; a way that is not there is null.
type billedLesson struct {
	Lesson   flows.FlowID    `json:"lesson"`
	Title    string          `json:"title"`
	Steps    int             `json:"steps"`
	Short    *billedWay      `json:"short"`
	Long     *billedWay      `json:"long"`
	Messages []billedMessage `json:"messages,omitempty"`
}

// A billedWay is what messages cost.
type billedWay struct {
	Messages        int     `json:"messages"`
	Segments        int     `json:"segments"`
	Cents           float64 `json:"cents"`
	SegmentsWritten int     `json:"segments_as_written"`
	CentsWritten    float64 `json:"cents_as_written"`
}

// A billedMessage is one message of a lesson: its units are septets, or with
// unicode units of UTF-16.
type billedMessage struct {
	Step    flows.StepID `json:"step"`
	Choice  string       `json:"choice,omitempty"`
	Units   int          `json:"units"`
	Unicode bool         `json:"unicode"`
	billedWay
}

// printJSON prints a line a lesson, after those of the program's own messages.
func (b *bills) printJSON(costs []content.Cost) error {
	hello, menu := b.Greeting(), b.Goodbye()
	lines := []billed{
		{Kind: "contact", Language: b.Language, Way: b.billed(&hello)},
		{Kind: "menu", Language: b.Language, Way: b.billed(&menu)},
	}
	for _, one := range costs {
		lines = append(lines, billed{Kind: "lesson", Language: b.Language, billedLesson: b.billedLesson(one)})
	}
	encoder := json.NewEncoder(b.out)
	for _, line := range lines {
		if err := encoder.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// billedLesson is one lesson for a program.
func (b *bills) billedLesson(one content.Cost) *billedLesson {
	l := &billedLesson{
		Lesson: one.Lesson, Title: one.Title, Steps: one.Steps,
		Short: b.billed(one.Short), Long: b.billed(one.Long),
	}
	if !b.steps {
		return l
	}
	for _, charge := range one.Charges {
		l.Messages = append(l.Messages, billedMessage{
			Step: charge.Step, Choice: charge.Choice, Units: charge.Size.Units, Unicode: charge.Size.Unicode,
			billedWay: *b.billed(&charge.Way),
		})
	}
	return l
}

// billed is a way with its prices.
func (b *bills) billed(w *content.Way) *billedWay {
	if w == nil {
		return nil
	}
	cents := func(segments int) float64 { return float64(segments*b.price) / 100 }
	return &billedWay{w.Messages, w.Sent, cents(w.Sent), w.Written, cents(w.Written)}
}
