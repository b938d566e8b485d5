package content

import (
	"io/fs"
	"slices"
	"strings"

	"passerelle/flows"
)

// Hindrances are the problems for which the lessons named are not published,
// though they are served: what is past its day, and what reads or fits an SMS so
// badly that it is an error. Other errors keep lessons from being loaded at all.
func Hindrances(problems []Problem, lessons []flows.FlowID) []Problem {
	return pick(problems, func(p Problem) bool {
		return (p.Severity == Error || p.Code == cAged) && slices.Contains(lessons, p.Lesson())
	})
}

// Outdated are the problems of copies whose national lesson changed since they
// were made.
func Outdated(problems []Problem) []Problem {
	return pick(problems, func(p Problem) bool { return p.Code == cOriginal })
}

// Untranslated are the problems of translations of the lessons named.
func Untranslated(problems []Problem, lessons []flows.FlowID) []Problem {
	return pick(problems, func(p Problem) bool {
		return strings.HasPrefix(string(p.Code), "L6") && slices.Contains(lessons, p.Lesson())
	})
}

// pick returns the problems that are wanted.
func pick(problems []Problem, wanted func(Problem) bool) []Problem {
	return slices.DeleteFunc(slices.Clone(problems), func(p Problem) bool { return !wanted(p) })
}

// Behind are the national lessons that an edition has in another state than the
// program, or not at all; those an editor has taken over do not count.
func (e *Edition) Behind(national fs.FS, local []flows.FlowID) []flows.FlowID {
	var behind []flows.FlowID
	for _, id := range Lessons(national) {
		files := map[string][]byte{}
		for name, data := range e.files {
			if rest, ok := strings.CutPrefix(name, lessonsFolder+"/"+string(id)+"/"); ok {
				files[rest] = data
			}
		}
		if !slices.Contains(local, id) && string(fingerprint(files)) != Original(national, id) {
			behind = append(behind, id)
		}
	}
	return behind
}

// Title is what a lesson is called.
func (e *Edition) Title(lesson flows.FlowID) string {
	title, _, _ := e.text(flows.DefaultLanguage, lesson.Title())
	return title
}

// A Landing tells what becomes of learners who stand on a step that another
// edition no longer has. They answer the question they were asked; the first
// step the new edition knows takes them over.
type Landing struct {
	Lesson flows.FlowID `json:"lesson"`
	Step   flows.StepID `json:"step"`
	// Replaced is the step that says it takes this one's place, or "".
	Replaced flows.StepID `json:"replaced,omitempty"`
	// On are the steps of the new edition where the answers lead; when there are
	// none, the lesson is finished as it was begun.
	On []flows.StepID `json:"on,omitempty"`
}

// Land tells what becomes of who stands on a step of this edition when another
// one comes into force; false when the step stays.
func (e *Edition) Land(next *Edition, lesson flows.FlowID, step flows.StepID) (Landing, bool) {
	old, now := e.revision.Flows[lesson], next.revision.Flows[lesson]
	if now.Step(step) != nil {
		return Landing{}, false
	}
	l := Landing{Lesson: lesson, Step: step}
	if old.Step(step) == nil || now == nil {
		return l, true
	}
	l.Replaced = now.Formerly[step]
	seen := map[flows.StepID]bool{step: true}
	for queue := exits(old.Step(step)); len(queue) > 0; queue = queue[1:] {
		id := queue[0]
		switch found := landing(now, id); {
		case seen[id]:
		case found != "":
			l.On = append(l.On, found)
		case old.Step(id) != nil:
			queue = append(queue, exits(old.Step(id))...)
		}
		seen[id] = true
	}
	slices.Sort(l.On)
	l.On = slices.Compact(l.On)
	return l, true
}

// landing is the step by which a lesson knows an id today, or "".
func landing(f *flows.Flow, id flows.StepID) flows.StepID {
	switch {
	case f.Step(id) != nil:
		return id
	case f.Step(f.Formerly[id]) != nil:
		return f.Formerly[id]
	}
	return ""
}
