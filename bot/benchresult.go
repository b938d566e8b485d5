package bot

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"passerelle/locales"
)

// A benchResult is what was measured. Times are in milliseconds.
type benchResult struct {
	Learners int `json:"learners"`
	// At is how many conversations there were at a time.
	At    int        `json:"at"`
	Store benchStore `json:"store"`
	Set   benchSet   `json:"set"`
	// Idle is one at a time; Busy is At at a time.
	Idle benchPair `json:"idle"`
	Busy benchPair `json:"busy"`
	Sent benchSent `json:"sent"`
	// Failed counts the turns that were not acknowledged. Uncounted says that
	// the program counted other turns than were acknowledged.
	Failed    int  `json:"failed"`
	Uncounted bool `json:"uncounted"`
	// ProgramTurnsPerSet is what the whole program does in the time of one bare
	// SET, Busy.Turns by Busy.Set: it takes the request, advances, makes the
	// words, commits, sends and notes that. It is not the ratio of the commit.
	ProgramTurnsPerSet float64 `json:"program_turns_per_set"`

	idle, busy []*effort // the rounds of bare SETs
}

// A benchStore is the store that was measured.
type benchStore struct {
	Name  string `json:"name"` // "file", or a server and its version
	Place string `json:"place"`
	Fsync string `json:"fsync"` // as Redis names it
	// BytesEach is by how much the store grew for each learner: its memory, or
	// its file, which grows in steps. DataEach are the bytes of names and values
	// alone, LinesEach the lines of transcript that are kept.
	BytesEach float64 `json:"bytes_per_learner"`
	DataEach  float64 `json:"data_bytes_per_learner"`
	LinesEach float64 `json:"lines_per_learner"`
}

// A benchSet is how the bare SET was measured.
type benchSet struct {
	Bytes int `json:"bytes"` // those of a turn
	// Rates are those of the rounds, in SETs a second: the first half of them
	// before the program ran, the others after it.
	Rates []float64 `json:"rates"`
}

// A benchPair is turns of the program, beside bare SETs as many at a time.
type benchPair struct {
	Turns benchFigures `json:"turns"`
	Set   benchFigures `json:"set"`
}

// benchFigures are how fast something was.
type benchFigures struct {
	Count     int     `json:"count"`
	PerSecond float64 `json:"per_second"`
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
}

// A benchSent is what became of the answers while many talked.
type benchSent struct {
	Messages  int     `json:"messages"`
	PerSecond float64 `json:"per_second"`
	// Lag is how long after the last turn the last message was sent.
	Lag float64 `json:"lag_ms"`
}

// round adds a round of bare SETs.
func (r *benchResult) round(idle, busy *effort) {
	r.idle, r.busy = append(r.idle, idle), append(r.busy, busy)
	r.Set.Rates = append(r.Set.Rates, busy.rate())
}

// sent notes what was sent, in what time since the load began, which took as
// long as talked.
func (r *benchResult) sent(messages float64, spent, talked time.Duration) {
	r.Sent = benchSent{
		Messages: int(messages), PerSecond: messages / spent.Seconds(),
		Lag: (spent - talked).Seconds() * 1000,
	}
}

// finish sums up the rounds.
func (r *benchResult) finish() {
	r.Idle.Set, r.Busy.Set = summary(r.idle), summary(r.busy)
	if r.Busy.Set.PerSecond > 0 {
		r.ProgramTurnsPerSet = r.Busy.Turns.PerSecond / r.Busy.Set.PerSecond
	}
}

// summary joins several rounds: the rate is that of the middle one.
func summary(all []*effort) benchFigures {
	var whole effort
	var rates []float64
	for _, one := range all {
		whole.took = append(whole.took, one.took...)
		rates = append(rates, one.rate())
	}
	f := whole.figures()
	f.PerSecond = median(rates)
	return f
}

// median is the middle of some numbers, or the mean of the two in the middle.
func median(numbers []float64) float64 {
	if len(numbers) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(numbers))
	half := len(sorted) / 2
	return (sorted[half] + sorted[(len(sorted)-1)/2]) / 2
}

// printBench prints what was measured, as a table or for a program.
func (c call) printBench(p benchPlan, r benchResult) error {
	r.Learners, r.At = p.learners, p.at
	if !p.json {
		return c.print(r.table(c.words))
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("print the figures: %w", err)
	}
	return c.print(string(text))
}

// table is the result for a person.
func (r *benchResult) table(w words) string {
	at := strconv.Itoa(r.At)
	rows := [][]string{
		{"", w.say("bench.column.turns"), w.say("bench.column.set", "bytes", strconv.Itoa(r.Set.Bytes))},
		{w.say("bench.row.p50", "at", "1"), w.decimal(r.Idle.Turns.P50, 2), w.decimal(r.Idle.Set.P50, 2)},
		{w.say("bench.row.p99", "at", "1"), w.decimal(r.Idle.Turns.P99, 2), w.decimal(r.Idle.Set.P99, 2)},
		{w.say("bench.row.rate", "at", at), w.decimal(r.Busy.Turns.PerSecond, 0), w.decimal(r.Busy.Set.PerSecond, 0)},
		{w.say("bench.row.p50", "at", at), w.decimal(r.Busy.Turns.P50, 2), w.decimal(r.Busy.Set.P50, 2)},
		{w.say("bench.row.p99", "at", at), w.decimal(r.Busy.Turns.P99, 2), w.decimal(r.Busy.Set.P99, 2)},
		{w.say("bench.row.ratio"), w.decimal(r.ProgramTurnsPerSet, 3), "1"},
		{w.say("bench.row.sent"), w.decimal(r.Sent.PerSecond, 0), ""},
		{w.say("bench.row.lag"), w.decimal(r.Sent.Lag, 0), ""},
		{w.say("bench.row.bytes"), w.decimal(r.Store.BytesEach, 0), ""},
		{w.say("bench.row.data"), w.decimal(r.Store.DataEach, 0), ""},
		{w.say("bench.row.lines"), w.decimal(r.Store.LinesEach, 1), ""},
	}
	text := w.say("bench.title", "name", r.Store.Name, "fsync", r.Store.Fsync, "data", r.Store.Place,
		"learners", strconv.Itoa(r.Learners), "count", strconv.Itoa(r.Busy.Turns.Count)) + "\n\n"
	return text + columns(rows) + "\n" + w.say("bench.note")
}

// columns lays out rows of as many cells: words to the left, numbers to the
// right.
func columns(rows [][]string) string {
	wide := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			wide[i] = max(wide[i], len([]rune(cell)))
		}
	}
	var text strings.Builder
	for _, row := range rows {
		cells := []string{fmt.Sprintf("%-*s", wide[0], row[0])}
		for i, cell := range row[1:] {
			cells = append(cells, fmt.Sprintf("%*s", wide[i+1], cell))
		}
		text.WriteString(strings.TrimRight(strings.Join(cells, "  "), " ") + "\n")
	}
	return text.String()
}

// decimal is a number as it is written in the language.
func (w words) decimal(x float64, places int) string {
	text := strconv.FormatFloat(x, 'f', places, 64)
	if w.language == locales.Default {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}
