package content

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"passerelle/locales"
)

// Translations as a table, for people who work in an office program. It is CSV
// as RFC 4180 has it, but for two things that such programs want: the columns
// are parted by ";", which a French Excel opens by a double click where "," would
// put all in one column, and a mark at the beginning says that it is UTF-8. What
// is read may be parted by "," or a tab as well. A cell that such a program
// would take for a formula has "'" before it.

// A Column of the table.
const (
	columnID = iota
	columnWhere
	columnFrench
	columnText
	columnState
	columns
)

// byteOrderMark says that a file is UTF-8.
const byteOrderMark = "\ufeff"

// CSV is the table of translations. The header and the names of the states are
// those given, the latter by state.
func CSV(all []*Translation, header []string, states map[SentenceState]string) []byte {
	var b bytes.Buffer
	b.WriteString(byteOrderMark)
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = ';', true
	rows := [][]string{header}
	for _, t := range all {
		for _, s := range t.Sentences {
			rows = append(rows, []string{s.ID, harmless(s.Where), harmless(s.French), harmless(s.Text), states[s.State]})
		}
	}
	_ = w.WriteAll(rows) // a buffer takes all
	return b.Bytes()
}

// formulas are the signs a cell must not begin with, and the one that goes
// before them.
const formulas = "=+-@\t\r'"

// harmless keeps a cell from being taken for a formula.
func harmless(cell string) string {
	if cell != "" && strings.Contains(formulas, cell[:1]) {
		return "'" + cell
	}
	return cell
}

// plainCell undoes what [harmless] did.
func plainCell(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && strings.Contains(formulas, cell[1:2]) {
		return cell[1:]
	}
	return cell
}

// A Row is one line of a table that came back.
type Row struct {
	Line                    int
	ID, French, Text, State string
}

// ReadCSV reads a table of translations.
func ReadCSV(data []byte) ([]Row, error) {
	data = bytes.TrimPrefix(data, []byte(byteOrderMark))
	switch {
	case len(data) > maxTable:
		return nil, fmt.Errorf("line 1: the file is larger than %s kB", kilobytes(maxTable))
	case !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0:
		return nil, errors.New("line 1: this is not UTF-8 text: save the file as CSV UTF-8")
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord = comma(data), -1
	var rows []Row
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
			return nil, fmt.Errorf("line %d: %w", wrong.Line, wrong.Err)
		}
		if err != nil {
			return nil, err
		}
		line, _ := r.FieldPos(0)
		switch {
		case strings.TrimSpace(strings.Join(record, "")) == "":
			continue
		case len(record) < columnState:
			return nil, fmt.Errorf("line %d: columns are missing: there are %d of %d", line, len(record), columns)
		case line == 1:
			continue
		}
		record = append(record, "")
		rows = append(rows, Row{
			Line: line, ID: strings.TrimSpace(record[columnID]), French: plainCell(record[columnFrench]),
			Text: plainCell(record[columnText]), State: strings.TrimSpace(record[columnState]),
		})
	}
}

// maxTable is the most a table may have.
const maxTable = 8 << 20

// comma finds what parts the columns: the sign the first line has most of.
func comma(data []byte) rune {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	best := ';'
	for _, sign := range ",\t" {
		if bytes.Count(first, []byte(string(sign))) > bytes.Count(first, []byte(string(best))) {
			best = sign
		}
	}
	return best
}

// A Remark is what a table says that cannot be taken, or only with care.
type Remark struct {
	Line int
	ID   string
	Kind RemarkKind
	// What are the names, or the number of letters.
	What string
}

// A RemarkKind says what a remark is about.
type RemarkKind string

// The kinds of remark. The first three keep a row from being taken.
const (
	UnknownRemark RemarkKind = "unknown" // no such sentence
	TwiceRemark   RemarkKind = "twice"   // another row has it, with another text
	NamesRemark   RemarkKind = "names"   // names in braces were lost or added
	LongRemark    RemarkKind = "long"    // a label too long for a button
	ChangedRemark RemarkKind = "changed" // the French is another one now
)

// Refused tells whether the row was not taken.
func (r Remark) Refused() bool {
	return r.Kind == UnknownRemark || r.Kind == TwiceRemark || r.Kind == NamesRemark
}

// Take takes the rows of a table over into translations. A row without a text
// changes nothing. Old says what an old sentence has in its last column: it
// stays old while neither its text nor that word was changed.
func Take(all []*Translation, rows []Row, old string) []Remark {
	sentences, taken := map[string]*Sentence{}, map[string]string{}
	for _, t := range all {
		for i := range t.Sentences {
			sentences[t.Sentences[i].ID] = &t.Sentences[i]
		}
	}
	var remarks []Remark
	for _, row := range rows {
		s := sentences[row.ID]
		before, twice := taken[row.ID]
		remark := Remark{Line: row.Line, ID: row.ID}
		switch {
		case s == nil:
			remark.Kind = UnknownRemark
		case row.Text == "":
			continue
		case twice && before != row.Text:
			remark.Kind = TwiceRemark
		default:
			taken[row.ID] = row.Text
			remark.Kind, remark.What = s.take(row, old)
		}
		if remark.Kind != "" {
			remarks = append(remarks, remark)
		}
	}
	return remarks
}

// take takes one row over, if its names are right.
func (s *Sentence) take(row Row, old string) (wrong RemarkKind, what string) {
	if missing := differing(row.French, row.Text); len(missing) > 0 {
		return NamesRemark, "{" + strings.Join(missing, "}, {") + "}"
	}
	same := normal(row.Text) == normal(s.Text)
	if same && s.State == OldSentence && row.State == old {
		return "", ""
	}
	if !same {
		s.Text, s.forms = row.Text, nil
	}
	s.hash = hashOf(s.French)
	if normal(row.French) != normal(s.French) {
		s.hash, wrong = hashOf(row.French), ChangedRemark
	}
	s.judge()
	if n := utf8.RuneCountInString(row.Text); s.label && n > maxLabel {
		return LongRemark, strconv.Itoa(n)
	}
	return wrong, what
}

// normal is a text as a table gives it back: with plain ends of lines.
func normal(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// differing lists the names in braces that one text has and the other has not.
func differing(french, text string) []string {
	a, b := locales.Places(french), locales.Places(text)
	var all []string
	for _, name := range slices.Concat(a, b) {
		if slices.Contains(a, name) != slices.Contains(b, name) && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}
