package flows

import (
	"time"

	"passerelle/flows/intent"
)

// monday is when the conversations of these tests begin.
var monday = time.Date(2026, 1, 12, 10, 0, 0, 0, time.UTC)

// newRevision makes a revision of hand-made flows. What content compiles from
// Markdown is tested there; here the engine is alone.
func newRevision(id RevisionID, menu []FlowID, made ...*Flow) *Revision {
	r := &Revision{
		ID: id, Languages: []Language{"fr", "en"}, Menu: menu,
		Flows: map[FlowID]*Flow{}, Readers: map[Language]*Readers{},
		Crises: intent.CompileCrises([]intent.CrisisWords{
			{Crisis: intent.LifeCrisis, Words: []string{"veux mourir", "envie de mourir"}},
			{Crisis: intent.ShelterCrisis, Words: []string{"dort dehors"}},
			{Words: []string{"mourir de rire"}},
		}),
	}
	r.Deadlines = deadlines()
	for _, f := range made {
		r.Flows[f.ID] = f
	}
	titles := make([]string, len(menu))
	for i, f := range menu {
		titles[i] = string(f)
	}
	for _, l := range r.Languages {
		r.Readers[l] = &Readers{
			Commands: intent.CompileCommands([]intent.CommandWords{
				{Command: intent.Stop, Words: []string{"stop"}},
				{Command: intent.Start, Words: []string{"bonjour", "start"}},
				{Command: intent.Help, Words: []string{"aide"}},
				{Command: intent.Again, Words: []string{"encore"}},
				{Command: intent.Where, Words: []string{"où"}},
				{Command: intent.Back, Words: []string{"retour"}},
				{Command: intent.Pause, Words: []string{"pause"}},
				{Command: intent.Menu, Words: []string{"menu"}},
				{Command: intent.Lang, Words: []string{"langue"}},
				{Command: intent.Person, Words: []string{"aidant"}},
				{Command: intent.Link, Words: []string{"lier", "lier mon téléphone", "link"}},
				{Command: intent.Unlink, Words: []string{"délier"}},
				{Command: intent.Contact, Words: []string{"contact"}},
				{Command: intent.Reminders, Words: []string{"mes rappels"}},
			}),
			YesNo:     choices("Oui", "Non"),
			Menu:      choices(append(titles, "Parler à une personne")...),
			MenuOn:    choices(append(append([]string{"Continuer"}, titles...), "Parler à une personne")...),
			Offer:     choices("Attendre", "Continuer sans aide", "Annuler"),
			Languages: choices("Français", "English"),
			Reminders: choices("actualisation", "caf", "impots", "boite", "question", "fini"),
			Members:   map[string]*intent.Choices{"caf": choices("janvier", "fevrier", "mars")},
			Later:     choices("seul", "avec de l'aide", "pas encore"),
		}
	}
	return r
}

// deadlines are one of each kind.
func deadlines() []Deadline {
	quarter := func(id DeadlineID, first time.Month) Deadline {
		months := []time.Month{first, first + 3, first + 6, first + 9}
		return Deadline{ID: id, Group: "caf", Months: months, Opens: 1, Remind: []int{0, 14}}
	}
	return []Deadline{
		{ID: "actualisation", Opens: 28, February: 26, Closes: 15, Remind: []int{0, -3}, Dated: true},
		quarter("caf-janvier", time.January), quarter("caf-fevrier", time.February), quarter("caf-mars", time.March),
		{ID: "impots", Months: []time.Month{time.April}, Opens: 1, Remind: []int{14}},
		{ID: "boite", Every: 3, Lasts: 4, Remind: []int{0}},
	}
}

func choices(labels ...string) *intent.Choices {
	made := make([]intent.Label, len(labels))
	for i, l := range labels {
		made[i].Text = l
	}
	return intent.Compile(made)
}

// newFlow makes a flow of steps; each goes on to the one after it unless it
// says otherwise.
func newFlow(id FlowID, steps ...Step) *Flow {
	f := &Flow{ID: id, Steps: steps, Index: map[StepID]int{}, Formerly: map[StepID]StepID{}}
	for i := range f.Steps {
		s := &f.Steps[i]
		f.Index[s.ID] = i
		s.Text = true
		if s.Next == "" && i+1 < len(f.Steps) {
			s.Next = f.Steps[i+1].ID
		}
		labels := make([]string, len(s.Choices))
		for j := range s.Choices {
			labels[j] = s.Choices[j].ID
			if s.Choices[j].To == "" {
				s.Choices[j].To = s.Next
			}
		}
		s.Readers = map[Language]*intent.Choices{"fr": choices(labels...)}
	}
	return f
}

// mail is a lesson with one of everything.
func mail() *Flow {
	f := newFlow("mail",
		Step{ID: "debut", Choices: []Choice{{ID: "pret"}, {ID: "tard", To: "tard"}}, Hints: 2, Example: true},
		Step{
			ID: "appareil", Keep: "appareil",
			Choices: []Choice{{ID: "android"}, {ID: "ordinateur"}, {ID: "inconnu", To: "appareil", Reply: true}},
		},
		Step{ID: "adresse", Ask: intent.Email, Keep: "adresse", Refusal: true, Hints: 1, Discreet: true},
		Step{ID: "secret", Lesson: "secret"},
		Step{
			ID: "quiz", Tries: 2, Next: "demain",
			Choices: []Choice{{ID: "personne", Right: true, Reply: true}, {ID: "voisin", Reply: true}},
		},
		Step{ID: "demain", Pause: &Delay{Days: 1, Clock: 601}},
		Step{ID: "note", Branches: []Branch{{Name: PointsName, Op: GreaterOrEqual, Value: "1", Number: 1, Numeric: true, To: "bravo"}}, Next: "revoir"},
		Step{ID: "bravo", End: Succeeded, Names: []string{"adresse"}},
		Step{ID: "revoir", End: Succeeded},
		Step{ID: "tard", End: Stopped},
		Step{ID: "bloque", Handoff: true},
	)
	f.Silence = []Delay{{After: 24 * time.Hour}, {After: 72 * time.Hour}}
	f.Steps[1].Choices = append(f.Steps[1].Choices, Choice{ID: "bloque", To: "bloque"})
	f.Steps[1].Readers["fr"] = choices("android", "ordinateur", "inconnu", "bloque")
	return f
}

func secret() *Flow {
	return newFlow("secret",
		Step{ID: "mots", Choices: []Choice{{ID: "choisi"}, {ID: "idee", To: "mots", Reply: true}}},
		Step{ID: "fini", End: Succeeded},
	)
}

func library() *Library {
	return NewLibrary(newRevision("r1", []FlowID{"mail"}, mail(), secret()))
}
