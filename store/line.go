package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"passerelle/flows"
)

// A line of a transcript is a small array: places are cheaper than names, empty
// ones at the end are left out, and a later release may add some. First come
// the letter of who it is from and the reason (none where an answer was
// understood, as nearly always), then number, turn, and time in seconds of
// lineTime. A person's line goes on with the words; what the bot said, with
// revision, key and language (empty when it is French).
//
//	["l",28,13,17670487,"d'accord"]
//	["b",29,13,17670487,"7cd753709745d291","choisir-mot-de-passe.quiz"]
//	["b command",31,14,17670512,"7cd753709745d291","bot.help"]
//
// The first form began with the number: entryOfForm1 reads it.

// lineTime is where the seconds of lines begin, the first of January 2026:
// small numbers are short.
const lineTime = 1767225600

// encodeEntry makes the line of an entry.
func encodeEntry(e Entry) ([]byte, error) {
	head := string(e.Who[:1])
	if e.Reason != flows.Understood {
		head += " " + string(e.Reason)
	}
	places := append(make([]any, 0, 11), head, e.N, e.Turn, e.At.Unix()-lineTime)
	if e.Say == nil {
		places = append(places, e.Text, e.Aidant)
	} else {
		language := string(e.Language)
		if e.Language == flows.DefaultLanguage {
			language = ""
		}
		places = append(places, string(e.Say.Revision), string(e.Say.Key), language,
			references(e.Say.Args), references(e.Say.Choices), e.Say.Reminder, e.Say.Aidant)
	}
	for slices.Contains([]any{nil, "", false}, places[len(places)-1]) {
		places = places[:len(places)-1]
	}
	line, err := json.Marshal(places)
	if err != nil {
		return nil, fmt.Errorf("encode a line of a transcript: %w", err)
	}
	return line, nil
}

// references are small arrays of key, value and name; nil when there are none.
// A key that differs from the one before only after its last point begins with
// that point, as no whole key does.
func references(args []flows.Arg) any {
	if len(args) == 0 {
		return nil
	}
	all, common := make([][]string, len(args)), ""
	for i, a := range args {
		all[i] = []string{string(a.Key), a.Value, a.Name}
		if common != "" && upToPoint(a.Key) == common {
			all[i][0] = string(a.Key)[len(common):]
		}
		common = upToPoint(a.Key)
		for last := 2; last > 0 && all[i][last] == ""; last-- {
			all[i] = all[i][:last]
		}
	}
	return all
}

// arguments are the opposite of references.
func arguments(all [][3]string) []flows.Arg {
	var args []flows.Arg
	common := ""
	for _, a := range all {
		key := flows.Key(a[0])
		if strings.HasPrefix(a[0], ".") {
			key = flows.Key(common) + key
		}
		args = append(args, flows.Arg{Key: key, Value: a[1], Name: a[2]})
		common = upToPoint(key)
	}
	return args
}

// upToPoint is a key up to its last point.
func upToPoint(k flows.Key) string { return string(k)[:max(strings.LastIndex(string(k), "."), 0)] }

// decodeEntry reads a line of any form there ever was.
func decodeEntry(line []byte) (Entry, error) {
	read := entryOfForm1
	switch {
	case bytes.HasPrefix(line, []byte(`["b`)):
		read = botEntry
	case bytes.HasPrefix(line, []byte(`["`)):
		read = personEntry
	}
	var e Entry
	if err := read(line, &e); err != nil { // the reader's own words could quote the learner's
		return Entry{}, fmt.Errorf("decode a line of a transcript: %w", ErrDamaged)
	}
	return e, nil
}

func botEntry(line []byte, e *Entry) error {
	var args, choices [][3]string
	e.Say = &flows.Say{}
	err := readPlaces(line, e, &e.Say.Revision, &e.Say.Key, &e.Language, &args, &choices, &e.Say.Reminder, &e.Say.Aidant)
	if e.Language == "" {
		e.Language = flows.DefaultLanguage
	}
	e.Say.Turn, e.Say.Args, e.Say.Choices = e.Turn, arguments(args), arguments(choices)
	return err
}

func personEntry(line []byte, e *Entry) error { return readPlaces(line, e, &e.Text, &e.Aidant) }

// readPlaces reads the places that every line begins with, and more.
func readPlaces(line []byte, e *Entry, more ...any) error {
	var head string
	var at int64
	into := append([]any{&head, &e.N, &e.Turn, &at}, more...)
	if err := json.Unmarshal(line, &into); err != nil {
		return err
	}
	e.At = time.Unix(lineTime+at, 0).UTC()
	letter, reason, told := strings.Cut(head, " ")
	if e.Reason = flows.Reason(reason); !told {
		e.Reason = flows.Understood
	}
	for _, w := range []Who{Learner, Bot, Aidant, Note} {
		if letter == string(w[:1]) {
			e.Who = w
			return nil
		}
	}
	return ErrDamaged
}

// entryOfForm1 reads the first form: always nine places, the time in
// milliseconds.
func entryOfForm1(line []byte, e *Entry) error {
	var at int64
	into := []any{&e.N, &e.Turn, &at, &e.Who, &e.Text, &e.Say, &e.Language, &e.Reason, &e.Aidant}
	err := json.Unmarshal(line, &into)
	e.At = time.UnixMilli(at).UTC()
	return err
}
