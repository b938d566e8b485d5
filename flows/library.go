package flows

import (
	"strings"
	"time"
)

// A Library is what can be taught: every flow of the newest revision, and the
// older revisions on whose questions learners still stand. It is immutable and
// safe for concurrent use.
type Library struct {
	newest *Revision
	older  []*Revision
	// Staffed says whether a desk answers. Without one, a learner who asks for
	// a person is told the truth.
	Staffed bool
	// Zone tells where a learner lives, for what falls on a day of the calendar;
	// nil: where the time of the input is told.
	Zone func(Profile) *time.Location
}

// NewLibrary returns a library that teaches newest and still understands the
// questions of older.
func NewLibrary(newest *Revision, older ...*Revision) *Library {
	return &Library{newest: newest, older: older}
}

// Newest returns the revision that new steps are taken from.
func (l *Library) Newest() *Revision { return l.newest }

// revision returns the revision of that id, or nil when it is not known here.
func (l *Library) revision(id RevisionID) *Revision {
	if l.newest.ID == id {
		return l.newest
	}
	for _, r := range l.older {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// Names lists the revisions a conversation stands on, so that whoever loads it
// can bring them: those of its question and of its runs.
func (c Conversation) Names() []RevisionID {
	var ids []RevisionID
	if c.Question.Revision != "" {
		ids = append(ids, c.Question.Revision)
	}
	for i := range c.Run {
		ids = append(ids, c.Run[i].Revision)
	}
	return ids
}

// Whole gives what a step says its picture and its answers back, where they
// were left out because the key and the revision tell them. Anything else is
// returned as it is.
func (r *Revision) Whole(say Say) Say {
	flow, rest, _ := strings.Cut(string(say.Key), ".")
	id, under, _ := strings.Cut(rest, ".")
	s := r.Flows[FlowID(flow)].Step(StepID(id))
	reminder := strings.HasPrefix(under, "reminder.")
	if s == nil || say.Flow != "" || under != "" && !reminder {
		return say
	}
	say.Flow = FlowID(flow)
	say.Choices = s.offers(say.Flow)
	if !reminder {
		say.Picture = s.Picture
	}
	return say
}

// readers returns what a revision understands in a language, else in its own.
func (r *Revision) readers(l Language) *Readers {
	if found, ok := r.Readers[l]; ok {
		return found
	}
	return r.Readers[r.Languages[0]]
}

// find looks a step up by its id, then by the ids that steps had formerly.
func (r *Revision) find(flow FlowID, id StepID) *Step {
	if r == nil {
		return nil
	}
	f := r.Flows[flow]
	if f == nil {
		return nil
	}
	if s := f.Step(id); s != nil {
		return s
	}
	return f.Step(f.Formerly[id])
}
