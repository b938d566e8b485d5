package content

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"passerelle/flows"
	"passerelle/flows/flowstest"
)

// Drafts: scenarios for the ways that no transcript takes. They are found, not
// guessed: a walker goes from question to question with the real engine, each
// time to the nearest way nobody took, until the lesson ends. It first takes
// what leads on, so that one scenario takes many ways.

// Limits of a draft and of the looking for it.
const (
	longScene = 40    // inputs after which a scenario takes no further way
	maxSought = 60000 // inputs tried to find one way
	maxScenes = 200   // of one lesson
)

// A drafter writes scenarios for one lesson.
type drafter struct {
	stage *stage
	flow  *flows.Flow
	words []string // those that may open the lesson
	// passages are all ways through it.
	passages []Passage
	open     map[flows.Key]bool // the ways nobody took
	// walked are the ways taken in any lesson.
	walked map[flows.Key]bool
	// compared are the names that comparisons read, with what they compare to.
	compared map[string][]string
}

// A scene is one scenario to be: what the learner does, and the ways it takes
// first.
type scene struct {
	inputs []string
	took   []flows.Key
}

// A node is a place of the search: the learner after some inputs.
type node struct {
	player *flowstest.Player
	from   *node
	input  string
	took   []flows.Key
	depth  int
}

// scenes drafts until every way that can be found is taken.
func (d *drafter) scenes() []scene {
	var all []scene
	for len(d.open) > 0 && len(all) < maxScenes {
		s := d.scene()
		if len(s.took) == 0 {
			return all
		}
		all = append(all, s)
	}
	return all
}

// scene drafts one scenario.
func (d *drafter) scene() scene {
	var s scene
	last := d.opening()
	d.take(&s, last)
	for last.depth < longScene && !last.over() {
		next := d.next(last)
		if next == nil {
			break
		}
		d.take(&s, next)
		last = next
	}
	s.inputs = last.inputs()
	return s
}

// take notes the ways on the path to a node as taken.
func (d *drafter) take(s *scene, n *node) {
	for ; n != nil; n = n.from {
		for _, way := range n.took {
			d.walked[way] = true
			if d.open[way] {
				delete(d.open, way)
				s.took = append(s.took, way)
			}
		}
	}
}

// opening is a fresh learner who opens the lesson, by its first word that does
// so, else by its link.
func (d *drafter) opening() *node {
	start := &node{player: d.fresh()}
	for _, word := range d.words {
		n := d.do(start, "> "+word)
		if run := n.player.Conversation().Run; len(run) > 0 && run[0].Flow == d.flow.ID || d.gain(n) > 0 {
			return n
		}
	}
	return d.do(start, ">>> "+string(d.flow.ID))
}

// fresh is a player that says nothing.
func (d *drafter) fresh() *flowstest.Player {
	p := d.stage.player(nil)
	p.Render = func(flows.Language, flows.Say) flows.Message { return flows.Message{} }
	p.Advance = d.stage.library.Advance
	return p
}

// do tries an input.
func (d *drafter) do(from *node, input string) *node {
	n := &node{from: from, input: input, depth: from.depth + 1, player: from.player.Clone()}
	n.player.Advance = func(before flows.Conversation, in flows.Input) (flows.Conversation, []flows.Effect, flows.Outcome) {
		n.took = append(n.took, d.stage.library.Walked(before, in)...)
		return d.stage.library.Advance(before, in)
	}
	line, err := flowstest.ParseLine(input)
	if err == nil {
		_, err = n.player.Do(line)
	}
	if err != nil {
		n.took = nil // it leads nowhere
	}
	return n
}

// gain counts the ways that an input takes first.
func (d *drafter) gain(n *node) int {
	count := 0
	for _, way := range n.took {
		if d.open[way] {
			count++
		}
	}
	return count
}

// over tells whether the lesson is over: it ended, or a person takes over.
func (n *node) over() bool {
	c := n.player.Conversation()
	return len(c.Run) == 0 || c.Mode != flows.BotMode
}

// inputs lists what led to a node.
func (n *node) inputs() []string {
	var all []string
	for ; n.from != nil; n = n.from {
		all = append(all, n.input)
	}
	slices.Reverse(all)
	return all
}

// next finds the nearest way not taken: one that leads on, else one that ends
// the lesson.
func (d *drafter) next(from *node) *node {
	here, hopeful := d.state(from), d.hopeful()
	seen := map[string]bool{here: true}
	var ending *node
	sought := 0
	for level := []*node{from}; len(level) > 0 && sought < maxSought; {
		var found *node
		var after []*node
		for _, n := range level {
			for _, input := range d.inputs(n) {
				sought++
				child := d.do(n, input)
				switch gain := d.gain(child); {
				case gain > 0 && child.over():
					ending = cmp.Or(ending, child)
				case gain > 0 && (found == nil || d.state(child) == here && d.state(found) != here):
					found = child
				}
				if state := d.state(child); !seen[state] && d.leadsOn(child, hopeful) {
					seen[state] = true
					after = append(after, child)
				}
			}
		}
		if found != nil {
			return found
		}
		level = after
	}
	return ending
}

// hopeful marks the steps of the lesson from which a way not taken may be
// reached, if all comparisons are as one likes.
func (d *drafter) hopeful() map[flows.StepID]bool {
	marked := map[flows.StepID]bool{}
	for _, p := range d.passages {
		marked[p.Step] = marked[p.Step] || d.open[p.Key]
	}
	for changed := true; changed; {
		changed = false
		for i := range d.flow.Steps {
			s := &d.flow.Steps[i]
			on := slices.ContainsFunc(exits(s), func(to flows.StepID) bool { return marked[to] })
			if on && !marked[s.ID] {
				marked[s.ID], changed = true, true
			}
		}
	}
	return marked
}

// leadsOn tells whether it is worth looking on from a node.
func (d *drafter) leadsOn(n *node, hopeful map[flows.StepID]bool) bool {
	return !n.over() && slices.ContainsFunc(n.player.Conversation().Run, func(f flows.Frame) bool {
		return f.Flow == d.flow.ID && hopeful[f.Step]
	})
}

// state tells nodes apart by what matters for where they lead: where the
// learner stands, what was asked, and what comparisons will read.
func (d *drafter) state(n *node) string {
	c := n.player.Conversation()
	var b strings.Builder
	write := func(parts ...string) {
		for _, part := range parts {
			b.WriteString(part)
			b.WriteByte(0)
		}
	}
	write(string(c.Question.Kind), string(c.Question.Of))
	for _, f := range c.Run {
		write(string(f.Flow), string(f.Step), strconv.Itoa(f.Tries), strconv.Itoa(len(f.Won)))
		for _, a := range f.Answers {
			if d.compared[a.Name] != nil {
				write(a.Name, a.Value)
			}
		}
	}
	for _, kept := range []struct{ name, value string }{
		{flows.FirstNameName, c.Profile.FirstName},
		{flows.CommuneName, c.Profile.Commune},
		{flows.LanguageName, string(c.Profile.Language)},
		{flows.LevelName, c.Profile.Level},
		{flows.EquipmentName, c.Profile.Equipment},
	} {
		if d.compared[kept.name] != nil {
			write(kept.name, kept.value)
		}
	}
	return b.String()
}
