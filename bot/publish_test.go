package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"passerelle/content"
	"passerelle/flows"
	"passerelle/store"
	"passerelle/store/bolt"
	"passerelle/store/storetest"
)

// publishes puts lessons in force as an editor does, and returns their edition.
func (k *kit) publishes(t *testing.T, lessons map[string]string) *content.Edition {
	t.Helper()
	e := taught(t, k.words, lessons)
	c := call{words: k.words, out: k.log, err: k.log}
	k.must(c.putInForce(t.Context(), k.house, e, store.Publication{By: "Léa"}))
	return e
}

// What an editor published stays in force, whoever is started later with other
// lessons; every process takes it, also one that is started then.
func TestPublishedIsFollowed(t *testing.T) {
	s := newStreet(t)
	own := map[string]string{"ancienne": old}
	k := s.serve(t, own)
	published := k.publishes(t, renewed()).Flows().ID
	k.follower.look(t.Context())
	later := s.serve(t, own)
	later.follower.settle(t.Context())
	for _, one := range []*kit{k, later} {
		if got := one.shelf.newest().Flows().ID; got != published {
			t.Errorf("%s is taught, want %s:\n%s", got, published, one.log)
		}
	}
	k.follower.look(t.Context())
	if got := k.shelf.newest().Flows().ID; got != published {
		t.Errorf("a service that was started took what was published away: %s", got)
	}
}

// A newer program says its own sentences in the lessons that were published
// with an older one, and knows which of its lessons are newer.
func TestPublishedByAnOlderProgram(t *testing.T) {
	k := newKit(t)
	if behind := k.edition.Behind(content.Only(content.Embedded(), k.config.Lessons...), nil); len(behind) > 0 {
		t.Errorf("the program is behind itself by %v", behind)
	}
	k.publishes(t, renewed())
	k.follower.look(t.Context())
	found := k.checkPublished(t.Context())
	if len(found) != 2 || found[1].sentence != "published.behind" || !slices.Contains(found[1].args, "choisir-mot-de-passe, creer-email") {
		t.Errorf("findings %v", found)
	}
	archive, err := taught(t, k.words, renewed()).Archive()
	k.must(err)
	k.must(k.store.SaveRevision(t.Context(), "damaged", archive[1:]))
	_, err = k.store.Publish(t.Context(), store.Publication{Revision: "damaged"})
	k.must(err)
	if found := k.checkPublished(t.Context()); len(found) != 1 || found[0].mark != bad {
		t.Errorf("findings %v", found)
	}
}

// Only who sits at the keyboard can agree, and only by saying so.
func TestPublishAsks(t *testing.T) {
	for answer, want := range map[string]bool{"oui\n": true, " Y \n": true, "o": true, "non\n": false, "\n": false, "": false, "ouiche\n": false} {
		c := call{words: testWords(t), in: strings.NewReader(answer), err: &strings.Builder{}, terminal: true}
		if got := c.agrees(); got != want {
			t.Errorf("%q agrees: %t", answer, got)
		}
		if c.terminal = false; c.agrees() {
			t.Errorf("nobody agreed to %q", answer)
		}
	}
}

// A snapped kernel fails where the revision in force is named, as if the
// process had died between storing an edition and putting it in force.
type snapped struct {
	store.Kernel
	dead bool
}

// Apply implements [store.Kernel].
func (s *snapped) Apply(ctx context.Context, w store.Write) (store.Reply, error) {
	if s.dead && w.Put != nil && w.Put.Name == "current" {
		return store.Reply{}, errFlaky
	}
	return s.Kernel.Apply(ctx, w)
}

// Whoever dies between storing and switching changes nothing for anybody.
func TestPublishInterrupted(t *testing.T) {
	street := newStreet(t)
	k := street.serve(t, map[string]string{"ancienne": old})
	own := k.shelf.newest().Flows().ID
	kernel := &snapped{street, true}
	dying := street.serve(t, map[string]string{"ancienne": old})
	dying.store = store.Open(kernel, store.Options{})
	e := taught(t, k.words, renewed())
	err := call{words: k.words, out: k.log, err: k.log}.putInForce(t.Context(), dying.house, e, store.Publication{})
	if !errors.Is(err, errFlaky) {
		t.Fatalf("published: %v", err)
	}
	force, err := k.store.Current(t.Context())
	if err != nil || force != (store.Force{Revision: own}) {
		t.Errorf("in force is %+v, %v", force, err)
	}
	if _, err := k.store.Revision(t.Context(), e.Flows().ID); err != nil {
		t.Errorf("the edition was not stored before: %v", err)
	}
	kernel.dead = false
	k.publishes(t, renewed())
	k.follower.look(t.Context())
	if got := k.shelf.newest().Flows().ID; got != e.Flows().ID {
		t.Errorf("%s is taught once it was published again", got)
	}
}

// A process killed at any instant of publishing leaves the old lessons in force,
// or the new ones, and a history that says which.
func TestPublishKilled(t *testing.T) {
	data, program := t.TempDir(), program(t, "passerelle")
	folders := []string{lessonsIn(t, map[string]string{"ancienne": old}), lessonsIn(t, renewed())}
	kills := 0
	for round := range 8 {
		c := exec.Command(program, "publish", "--yes", folders[round%2])
		c.Env = append(os.Environ(), "PASSERELLE_DATA="+data)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(round*round)*30*time.Millisecond, func() { _ = c.Process.Kill() })
		if c.Wait() != nil {
			kills++
		}
		timer.Stop()
		wholeHistory(t, data)
	}
	t.Logf("%d of 8 were killed before they were done", kills)
}

// lessonsIn writes lessons into a folder of their own.
func lessonsIn(t *testing.T, lessons map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for id, text := range lessons {
		if err := os.Mkdir(filepath.Join(dir, id), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, id, id+".md"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// wholeHistory checks that what is in force is the end of the history, and can
// be brought.
func wholeHistory(t *testing.T, data string) {
	t.Helper()
	kernel, err := bolt.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	defer kernel.Close()
	s := store.Open(kernel, store.Options{})
	force, err := s.Current(t.Context())
	history, err2 := s.Published(t.Context())
	if errors.Is(err, store.ErrUnknown) && len(history) == 0 && err2 == nil {
		return
	}
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	if n := len(history); n == 0 || history[n-1].Revision != force.Revision || !force.Published {
		t.Fatalf("in force is %+v, the history %v", force, history)
	}
	archive, err := s.Revision(t.Context(), force.Revision)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := content.Unpack(archive); err != nil {
		t.Fatal(err)
	}
}

// Two processes on one Redis take what a third one publishes, within seconds,
// and what it rolls back.
func TestPublishOnRedis(t *testing.T) {
	server := storetest.Redis(t)
	one, two := startService(t, onRedis(t, server.URL())), startService(t, onRedis(t, server.URL()))
	editor := onRedis(t, server.URL(), "USER=lea")
	var ids []string
	for _, command := range [][]string{
		{"publish", "--yes", lessonsIn(t, map[string]string{"ancienne": old})},
		{"publish", "--yes", lessonsIn(t, renewed())},
		{"rollback"},
	} {
		if code, said := typed(t, editor, "", command...); code != exitGood {
			t.Fatalf("%v: exit code %d:\n%s", command, code, said)
		}
		_, list := typed(t, editor, "", "publish", "--list", "--json")
		var history []store.Publication
		if err := json.Unmarshal([]byte(list), &history); err != nil {
			t.Fatal(err)
		}
		id := string(history[len(history)-1].Revision)
		ids = append(ids, id)
		line := fmt.Sprintf(`"revision":"%s","before"`, id)
		for _, s := range []*service{one, two} {
			s.logsTimes(line, strings.Count(strings.Join(ids, " "), id))
		}
	}
	if ids[0] != ids[2] || ids[0] == ids[1] {
		t.Errorf("published %v", ids)
	}
}

// logsTimes waits until the service has logged a text so many times.
func (s *service) logsTimes(text string, times int) {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); strings.Count(s.out.text(), text) < times; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("no %q in the log:\n%s", text, s.out.text())
		}
	}
}

// variants are what editors make of a lesson: without a step, with one renamed,
// with other answers, without the lesson itself.
func variants() []map[string]string {
	with := func(replaced ...string) map[string]string {
		return map[string]string{"cafe": strings.NewReplacer(replaced...).Replace(coffee)}
	}
	tasse := []string{
		"- Une tasse -> sucre\n", "- Une tasse -> fin\n",
		"## Sucre {#sucre}\nVoulez-vous du sucre ?\n- Oui -> fin\n- Non -> debut\n", "",
	}
	return []map[string]string{
		with(), with(tasse...), with("{#sucre}", "{#miel}\n@ancien sucre", "-> sucre", "-> miel"),
		with("- Non -> debut\n", "- Non -> fin\n"),
		{"autre": strings.Replace(coffee, "leçon: cafe", "leçon: autre", 1)},
		with("{#debut}", "{#bonjour}\n@ancien debut", "-> debut", "-> bonjour"),
	}
}

const coffee = `---
leçon: cafe
titre: Faire un café
matériel: rien
---
## Début {#debut}
Que voulez-vous ?
- Une tasse -> sucre
- Rien -> fin
## Sucre {#sucre}
Voulez-vous du sucre ?
- Oui -> fin
- Non -> debut
## Fin {#fin}
Au revoir.
@fin réussi
`

// Whatever is published and rolled back while learners are in a lesson, none
// ever stands on a step that does not exist, and none loses the lesson.
func TestPublishNeverStrands(t *testing.T) {
	s := newStreet(t)
	k := s.serve(t, variants()[0])
	var editions []*content.Edition
	byID := map[flows.RevisionID]*content.Edition{k.edition.Flows().ID: k.edition}
	for _, lessons := range variants() {
		e := k.publishes(t, lessons)
		editions, byID[e.Flows().ID] = append(editions, e), e
	}
	puts := func(id flows.RevisionID) {
		_, err := k.store.Publish(t.Context(), store.Publication{Revision: id})
		k.must(err)
		k.shelf.renew(byID[id]) // as the follower does
	}
	learners, turn := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		learners++
		who := flows.Address(fmt.Sprintf("phone:learner%d", learners))
		hears := func(in flows.Input) {
			turn++
			before := k.log.Len()
			asked := k.record(who).Conversation.Question.Kind == flows.StepQuestion
			k.must(k.bot.Receive(t.Context(), who, fmt.Sprint(turn), in))
			k.stands(r, who)
			if _, said := in.(flows.Said); said && asked && strings.Contains(k.log.String()[before:], "reason=missing") {
				r.Fatalf("%s lost the lesson by %+v", who, in)
			}
		}
		r.Repeat(map[string]func(*rapid.T){
			"publish": func(r *rapid.T) {
				puts(editions[rapid.IntRange(0, len(editions)-1).Draw(r, "edition")].Flows().ID)
			},
			"roll back": func(*rapid.T) {
				history, err := k.store.Published(t.Context())
				k.must(err)
				puts(history[len(history)-1].Previous)
			},
			"open": func(*rapid.T) { hears(flows.Opened{At: time.Now(), Lesson: "cafe"}) },
			"say": func(r *rapid.T) {
				hears(flows.Said{At: time.Now(), Text: rapid.SampledFrom([]string{"1", "2", "encore", "retour", "menu", "aide"}).Draw(r, "text")})
			},
		})
	})
}

// stands checks that every run of a learner is at a step of the edition it
// names, and that what is asked can be answered.
func (k *kit) stands(r *rapid.T, who flows.Address) {
	record, err := k.store.Refresh(k.t.Context(), who)
	k.must(err)
	for _, f := range record.Conversation.Run {
		e, err := k.shelf.edition(k.t.Context(), f.Revision)
		if err != nil {
			r.Fatalf("%s stands in %s: %v", who, f.Revision, err)
		}
		if e.Flows().Flows[f.Flow].Step(f.Step) == nil {
			r.Fatalf("%s stands on %s, which %s does not have", who, f.Flow.Text(f.Step), f.Revision)
		}
	}
}

// A draft that is broken stops neither the service nor its commands once an
// editor published; before that it is what learners would get, and nothing
// starts.
func TestBrokenDraftAtStart(t *testing.T) {
	dir := lessonsIn(t, map[string]string{"cafe": coffee})
	c, _, env := serveCall(t, "PASSERELLE_CONTENT="+dir)
	config, err := loadConfig(env)
	if err != nil {
		t.Fatal(err)
	}
	open := func(name string) (*house, error) {
		c.name = name
		return openHouse(t.Context(), c, config)
	}
	spoil := func(text string) {
		if err := os.WriteFile(filepath.Join(dir, "cafe", "cafe.md"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	spoil("leçon: the\n")
	for _, name := range []string{"serve", "rollback"} {
		if h, err := open(name); err == nil {
			h.close()
			t.Errorf("%s starts with broken lessons", name)
		}
	}
	spoil(coffee)
	h, err := open("publish")
	if err != nil {
		t.Fatal(err)
	}
	published := h.edition.Flows().ID
	_, err = h.store.Publish(t.Context(), store.Publication{Revision: published})
	h.close()
	if err != nil {
		t.Fatal(err)
	}
	spoil("leçon: the\n")
	for _, name := range []string{"serve", "rollback"} {
		h, err := open(name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := h.shelf.newest().Flows().ID; got != published {
			t.Errorf("%s: %s is in force", name, got)
		}
		h.close()
	}
}
