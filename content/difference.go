package content

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"passerelle/flows"
)

// A Difference is what changed from one edition to another, as an editor reads
// it: by lesson and by step, sentences word by word.
type Difference struct {
	Before  flows.RevisionID `json:"before"`
	After   flows.RevisionID `json:"after"`
	Lessons []LessonChange   `json:"lessons"`
	// Sentences counts those of the program itself, not of a lesson, that are
	// new, gone, or said otherwise.
	Sentences int `json:"program_sentences,omitempty"`
	// Deadlines says that those learners are reminded of changed.
	Deadlines bool `json:"deadlines,omitempty"`
}

// Empty tells whether nothing changed.
func (d Difference) Empty() bool { return len(d.Lessons) == 0 && d.Sentences == 0 && !d.Deadlines }

// A Change says what became of something.
type Change string

// The changes; what is renamed may be changed, too.
const (
	Kept    Change = ""
	Added   Change = "added"
	Removed Change = "removed"
	Renamed Change = "renamed"
	Changed Change = "changed"
)

// A LessonChange is what changed in one lesson.
type LessonChange struct {
	Lesson flows.FlowID `json:"lesson"`
	Title  string       `json:"title"`
	Change Change       `json:"change"`
	Steps  []StepChange `json:"steps,omitempty"`
	// Sentences are those of no step: the title, the words that open it.
	Sentences []SentenceChange `json:"sentences,omitempty"`
	Pictures  []PictureChange  `json:"pictures,omitempty"`
}

// A StepChange is what changed in one step.
type StepChange struct {
	Step flows.StepID `json:"step"`
	// Former is what a renamed step was called.
	Former    flows.StepID     `json:"former,omitempty"`
	Change    Change           `json:"change"`
	Sentences []SentenceChange `json:"sentences,omitempty"`
	Answers   []AnswerChange   `json:"answers,omitempty"`
	// Rules says that something else changed: where the step goes by itself,
	// its comparisons, delays, hints.
	Rules bool `json:"rules,omitempty"`
}

// A SentenceChange is one sentence in one language, word by word.
type SentenceChange struct {
	Language flows.Language `json:"language"`
	// Part is what follows the step in the sentence's key: "", "hint.1".
	Part  string `json:"part,omitempty"`
	Words []Word `json:"words"`
}

// A Word is a run of words that were kept, added or removed together.
type Word struct {
	Text   string `json:"text"`
	Change Change `json:"change,omitempty"`
}

// An AnswerChange is an answer that is new, gone, or leads elsewhere.
type AnswerChange struct {
	Answer string       `json:"answer"`
	Change Change       `json:"change"`
	From   flows.StepID `json:"from,omitempty"`
	To     flows.StepID `json:"to,omitempty"`
}

// A PictureChange is a picture that is new, gone, or drawn anew.
type PictureChange struct {
	Picture string `json:"picture"`
	Change  Change `json:"change"`
}

// Differ compares two editions.
func Differ(before, after *Edition) Difference {
	dates := path.Join(lessonsFolder, deadlinesFile)
	d := Difference{
		Before: before.revision.ID, After: after.revision.ID, Lessons: []LessonChange{},
		Sentences: saidOtherwise(before, after), Deadlines: !bytes.Equal(before.files[dates], after.files[dates]),
	}
	ids := slices.Concat(sortedKeys(before.revision.Flows), sortedKeys(after.revision.Flows))
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		if l := compareLesson(before, after, flows.FlowID(id)).lesson(); l.Change != Kept {
			d.Lessons = append(d.Lessons, l)
		}
	}
	return d
}

// saidOtherwise counts the program's own sentences that changed.
func saidOtherwise(before, after *Edition) int {
	old, now := before.ownSentences(), after.ownSentences()
	count := 0
	for id, sentence := range now {
		if old[id] != sentence {
			count++
		}
	}
	for id := range old {
		if _, there := now[id]; !there {
			count++
		}
	}
	return count
}

// ownSentences are those of the program, as its archive holds them, by language
// and id.
func (e *Edition) ownSentences() map[string]string {
	all := map[string]string{}
	for name, data := range e.files {
		if !strings.HasPrefix(name, sentencesFolder+"/") {
			continue
		}
		for section := range strings.SplitSeq(string(data), "\n\n[") {
			id, forms, _ := strings.Cut(section, "\n")
			all[name+" "+strings.Trim(id, "[]")] = forms
		}
	}
	return all
}
