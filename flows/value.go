package flows

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// value is what a name stands for now, empty when nothing was kept under it.
func (t *turn) value(name string) Arg {
	switch name {
	case FirstNameName:
		return Arg{Name: name, Value: t.c.Profile.FirstName}
	case CommuneName:
		return Arg{Name: name, Value: t.c.Profile.Commune}
	case LevelName:
		return Arg{Name: name, Value: t.c.Profile.Level}
	case EquipmentName:
		return Arg{Name: name, Value: t.c.Profile.Equipment}
	case LanguageName:
		return Arg{Name: name, Value: string(t.language())}
	}
	if which, id, ok := strings.Cut(name, ":"); ok {
		return t.dayNamed(name, which, DeadlineID(id))
	}
	f := t.top()
	if f == nil {
		return Arg{Name: name}
	}
	if name == PointsName {
		return Arg{Name: name, Value: strconv.Itoa(len(f.Won))}
	}
	if i := f.answer(name); i >= 0 {
		return Arg{Name: name, Value: f.Answers[i].Value, Key: f.Answers[i].Label}
	}
	return Arg{Name: name}
}

// keep remembers an answer under a name, in the profile or in the run.
func (t *turn) keep(a Answer) {
	a.Value = shorten(a.Value)
	switch a.Name {
	case "", PointsName:
	case FirstNameName:
		t.c.Profile.FirstName = a.Value
	case CommuneName:
		t.c.Profile.Commune = a.Value
	case LevelName:
		t.c.Profile.Level = a.Value
	case EquipmentName:
		t.c.Profile.Equipment = a.Value
	case LanguageName:
		if l := Language(a.Value); slices.Contains(t.lib.newest.Languages, l) {
			t.c.Profile.Language = l
		}
	default:
		t.top().keep(a)
	}
}

func (f *Frame) answer(name string) int {
	for i := range f.Answers {
		if f.Answers[i].Name == name {
			return i
		}
	}
	return -1
}

func (f *Frame) keep(a Answer) {
	f.Answers = slices.Clone(f.Answers)
	if i := f.answer(a.Name); i >= 0 {
		f.Answers[i] = a
		return
	}
	if len(f.Answers) < MaxAnswers {
		f.Answers = append(f.Answers, a)
	}
}

// shorten cuts between two characters.
func shorten(s string) string {
	if len(s) <= MaxAnswer {
		return s
	}
	end := MaxAnswer
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

// holds compares what is kept under the branch's name with its value. Nothing
// kept is different from everything and neither less nor more.
func (b *Branch) holds(kept string) bool {
	if !b.Numeric {
		return (kept == b.Value) == (b.Op == Equal)
	}
	n, err := strconv.ParseFloat(kept, 64)
	if err != nil {
		return b.Op == NotEqual
	}
	switch b.Op {
	case Equal:
		return n == b.Number
	case NotEqual:
		return n != b.Number
	case Less:
		return n < b.Number
	case Greater:
		return n > b.Number
	case LessOrEqual:
		return n <= b.Number
	case GreaterOrEqual:
		return n >= b.Number
	}
	return false
}
