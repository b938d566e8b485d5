package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"passerelle/flows"
	"passerelle/store"
	"passerelle/store/bolt"
)

// A watched kernel counts what is read, and fails where it is told to.
type watched struct {
	store.Kernel

	mu    sync.Mutex
	reads int
	get   func(store.Key) error
	apply func(store.Write) (before, after error)
}

// Get implements [store.Kernel].
func (w *watched) Get(ctx context.Context, keys ...store.Key) ([]store.Versioned, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reads += len(keys)
	for _, key := range keys {
		if w.get == nil {
			break
		}
		if err := w.get(key); err != nil {
			return nil, err
		}
	}
	return w.Kernel.Get(ctx, keys...)
}

// Apply implements [store.Kernel].
func (w *watched) Apply(ctx context.Context, write store.Write) (store.Reply, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var before, after error
	if w.apply != nil {
		before, after = w.apply(write)
	}
	if before != nil {
		return store.Reply{}, before
	}
	reply, err := w.Kernel.Apply(ctx, write)
	return reply, errors.Join(err, after)
}

// newJoinKit opens a house whose store is watched.
func newJoinKit(t *testing.T) (*kit, *watched) {
	t.Helper()
	w := &watched{}
	k := openKit(t, t.TempDir(), func(h *house) {
		_ = h.store.Close()
		kernel, err := bolt.Open(h.config.Data)
		if err != nil {
			t.Fatal(err)
		}
		w.Kernel = kernel
		h.store = store.Open(w, store.Options{})
	})
	return k, w
}

// recordKey is where the conversation of an address lies.
func recordKey(a flows.Address) store.Key {
	sum := sha256.Sum256([]byte(a))
	return store.Key{Partition: store.Partition(a), Name: hex.EncodeToString(sum[:8])}
}

// code begins a lesson on one phone and asks for a code there.
func (k *kit) code(who flows.Address) string {
	k.t.Helper()
	for i, text := range []string{"bonjour", "1", "lier"} {
		k.must(k.say(who, fmt.Sprintf("%s%d", text, i), text))
	}
	said := regexp.MustCompile(`LIER (\w{6})`).FindStringSubmatch(k.lastHeard(who))
	if said == nil {
		k.t.Fatalf("no code in %q", k.lastHeard(who))
	}
	return said[1]
}

// lesson is where a learner stands.
func (k *kit) lesson(who flows.Address) string {
	k.t.Helper()
	run := k.record(who).Conversation.Run
	if len(run) == 0 {
		return ""
	}
	return string(run[0].Flow) + "." + string(run[len(run)-1].Step)
}

// tells is how often a phone was told that it was joined.
func (k *kit) tells(who flows.Address) int {
	k.t.Helper()
	return strings.Count(strings.Join(k.heard(who), "\n"), "Un autre téléphone suit")
}

func TestTwoPhonesOneLesson(t *testing.T) {
	k, _ := newJoinKit(t)
	code := k.code("phone:a")
	k.must(k.say("phone:b", "1", "Lier "+strings.ToLower(code[:3])+" "+code[3:]))
	if k.lesson("phone:b") != k.lesson("phone:a") || k.lesson("phone:b") == "" {
		t.Fatalf("a stands on %q, b on %q", k.lesson("phone:a"), k.lesson("phone:b"))
	}
	if told := k.tells("phone:a"); told != 1 {
		t.Errorf("the first phone was told %d times", told)
	}
	k.must(k.say("phone:b", "2", "1"))
	k.must(k.say("phone:a", "x", "aide"))
	if k.lesson("phone:b") != k.lesson("phone:a") {
		t.Errorf("a stands on %q, b on %q", k.lesson("phone:a"), k.lesson("phone:b"))
	}
	k.must(k.say("phone:a", "y", "délier"))
	before := k.lesson("phone:a")
	k.must(k.say("phone:b", "3", "menu"))
	k.must(k.say("phone:b", "4", "2"))
	k.must(k.say("phone:a", "z", "encore"))
	if got := k.lesson("phone:a"); got != before {
		t.Errorf("parted, and a went from %q to %q", before, got)
	}
}

// A code alone is one, and is in no transcript; nor is one that was mistyped.
func TestACodeAlone(t *testing.T) {
	k, _ := newJoinKit(t)
	code := k.code("phone:a")
	k.must(k.say("phone:b", "1", "je veux lier 22"+code[:4]+", merci"))
	k.must(k.say("phone:b", "2", "mon code : "+strings.ToLower(code)+" merci"))
	if k.lesson("phone:b") != k.lesson("phone:a") || k.lesson("phone:b") == "" {
		t.Errorf("a stands on %q, b on %q", k.lesson("phone:a"), k.lesson("phone:b"))
	}
	lines, err := k.lines(t.Context(), "phone:b", 0)
	k.must(err)
	for _, line := range lines {
		if strings.Contains(strings.ToUpper(line.Text), code[:4]) {
			t.Errorf("%q is in the transcript", line.Text)
		}
	}
}

// The words of one phone are not on the other one, and a code is only in the
// conversation that gave it and in the message that says it.
func TestNobodyElseReadsTheWords(t *testing.T) {
	k, w := newJoinKit(t)
	code := k.code("phone:a")
	k.must(k.say("phone:b", "1", "lier "+code))
	lines, err := k.lines(t.Context(), "phone:b", 0)
	k.must(err)
	if lines[0].Text != "lier •••" || len(lines) > 4 {
		t.Errorf("the second phone shows %+v", lines)
	}
	k.must(w.Scan(t.Context(), func(thing store.Thing) error {
		for _, line := range thing.List {
			if strings.Contains(string(line), code) && !strings.HasSuffix(thing.Name, ":out") {
				t.Errorf("the code lies in %s: %s", thing.Name, line)
			}
		}
		if strings.Contains(thing.Name+string(thing.Record.Value), code) {
			t.Errorf("the code lies in the record %s", thing.Name)
		}
		return nil
	}))
	if log := k.log.String(); strings.Contains(log, code) || strings.Contains(log, "phone:a") || strings.Contains(log, "phone:b") {
		t.Errorf("log: %s", log)
	}
}

// A code is on the screen for as long as it is good.
func TestAPhoneShowsALiveCode(t *testing.T) {
	k, _ := newJoinKit(t)
	code := k.code("phone:a")
	if shown := k.lastHeard("phone:a"); !strings.Contains(shown, flows.InGroups(code)) {
		t.Errorf("shown: %q", shown)
	}
	k.must(k.say("phone:a", "again", "lier"))
	heard := k.heard("phone:a")
	if strings.Count(strings.Join(heard, "\n"), "LIER "+code) != 2 {
		t.Errorf("the same code, twice: %q", heard)
	}
	k.bot.now = func() time.Time { return time.Now().Add(flows.CodeLife) }
	if shown := strings.Join(k.heard("phone:a"), "\n"); strings.Contains(shown, code) || !strings.Contains(shown, "LIER •••") {
		t.Errorf("shown later: %q", shown)
	}
}

// The program dies between the two commits, or the store's answer is lost; the
// message comes again. Each phone has been told once, and both are joined.
func TestJoinedAfterACrashBetweenTheCommits(t *testing.T) {
	died := errors.New("the program died")
	for name, lost := range map[string][2]error{
		"before the second commit": {died, nil}, "before its answer": {nil, died},
	} {
		for _, first := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, first conversation %t", name, first), func(t *testing.T) {
				k, w := newJoinKit(t)
				code := k.code("phone:a")
				struck := recordKey("phone:b")
				if first {
					struck = recordKey("phone:a")
				}
				w.apply = func(write store.Write) (before, after error) {
					if write.Put != nil && write.Put.Name == struck.Name {
						return lost[0], lost[1]
					}
					return nil, nil
				}
				if err := k.say("phone:b", "m1", "lier "+code); !errors.Is(err, died) {
					t.Fatalf("error %v", err)
				}
				w.apply = nil
				k.forget(w)
				for range 2 {
					k.must(k.say("phone:b", "m1", "lier "+code))
				}
				a, b := k.record("phone:a").Conversation, k.record("phone:b").Conversation
				if a.Join.Peer != "phone:b" || b.Join.Peer != "phone:a" || k.tells("phone:a") != 1 || b.Turn != 1 {
					t.Errorf("a %+v, b %+v in turn %d, told %d times", a.Join, b.Join, b.Turn, k.tells("phone:a"))
				}
			})
		}
	}
}

// forget makes the house that of a new process on the same store: it remembers
// nothing.
func (k *kit) forget(w *watched) {
	k.t.Helper()
	k.store, k.meter = store.Open(w, store.Options{}), newMeter()
	k.must(k.wire())
}

// Two people write one code at once: one of them is joined, the other one reads
// that it is not known.
func TestTwoPeopleWriteOneCode(t *testing.T) {
	for range 5 {
		k, _ := newJoinKit(t)
		code := k.code("phone:a")
		var writing sync.WaitGroup
		for _, who := range []flows.Address{"phone:b", "phone:c"} {
			writing.Go(func() {
				if err := k.say(who, "m1", "lier "+code); err != nil {
					t.Error(err)
				}
			})
		}
		writing.Wait()
		winner, joined := k.record("phone:a").Conversation.Join.Peer, 0
		for _, who := range []flows.Address{"phone:b", "phone:c"} {
			peer := k.record(who).Conversation.Join.Peer
			if (peer == "phone:a") != (who == winner) {
				t.Errorf("%s names %q, a names %q", who, peer, winner)
			}
			if peer != "" {
				joined++
			}
		}
		if joined != 1 || k.tells("phone:a") != 1 {
			t.Errorf("%d joined, told %d times", joined, k.tells("phone:a"))
		}
	}
}

// Two phones give each other a code and write it at once: nobody waits for
// ever, and both are joined.
func TestTwoPhonesJoinEachOther(t *testing.T) {
	k, _ := newJoinKit(t)
	codes := map[flows.Address]string{"phone:a": k.code("phone:b"), "phone:b": k.code("phone:a")}
	var writing sync.WaitGroup
	for who, code := range codes {
		writing.Go(func() {
			if err := k.say(who, "join", "lier "+code); err != nil {
				t.Error(err)
			}
		})
	}
	writing.Wait()
	a, b := k.record("phone:a").Conversation.Join, k.record("phone:b").Conversation.Join
	if a.Peer != "phone:b" || b.Peer != "phone:a" {
		t.Errorf("a names %q, b names %q", a.Peer, b.Peer)
	}
}

// joinedKit has two phones that are joined.
func joinedKit(t *testing.T) (*kit, *watched) {
	t.Helper()
	k, w := newJoinKit(t)
	k.must(k.say("phone:b", "m1", "lier "+k.code("phone:a")))
	return k, w
}

// Damage on one side leaves the other one alone.
func TestADamagedPeer(t *testing.T) {
	k, w := joinedKit(t)
	key := recordKey("phone:a")
	found, err := w.Kernel.Get(t.Context(), key)
	k.must(err)
	_, err = w.Kernel.Apply(t.Context(), store.Write{Partition: key.Partition, Put: &store.Put{
		Name: key.Name, Version: found[0].Version, Sum: store.Sum(found[0].Value), Value: []byte("damaged"),
	}})
	k.must(err)
	before := k.lesson("phone:b")
	k.must(k.say("phone:b", "m2", "1"))
	if k.lesson("phone:b") == before {
		t.Errorf("b still stands on %q", before)
	}
	if log := k.log.String(); !strings.Contains(log, "a joined conversation cannot be read") || strings.Contains(log, "phone:a") {
		t.Errorf("log: %s", log)
	}
}

// A store that is away fails the turn, as always: the input comes again.
func TestAStoreThatIsAway(t *testing.T) {
	k, w := joinedKit(t)
	away := errors.New("no network")
	w.get = func(key store.Key) error {
		if key == recordKey("phone:a") {
			return away
		}
		return nil
	}
	before := k.record("phone:b").Conversation.Turn
	if err := k.say("phone:b", "m2", "1"); !errors.Is(err, away) {
		t.Errorf("error %v", err)
	}
	if got := k.record("phone:b").Conversation.Turn; got != before {
		t.Errorf("turn %d, before %d", got, before)
	}
	w.get = nil
	k.must(k.say("phone:b", "m2", "1"))
	if got := k.record("phone:b").Conversation.Turn; got != before+1 {
		t.Errorf("turn %d, before %d", got, before)
	}
}

// Only those who are joined pay for the reading of another conversation.
func TestWhoPaysForAReading(t *testing.T) {
	k, w := joinedKit(t)
	k.must(k.say("phone:c", "1", "bonjour"))
	for who, want := range map[flows.Address]int{"phone:c": 0, "phone:b": 1} {
		before := w.reads
		k.must(k.say(who, "next", "1"))
		if got := w.reads - before; got != want {
			t.Errorf("%s: %d readings, want %d", who, got, want)
		}
	}
}

// Whoever tries codes finds that they are no longer looked at.
func TestCodesAreNotTriedForEver(t *testing.T) {
	k, w := newJoinKit(t)
	k.must(k.say("phone:b", "0", "bonjour"))
	for i := range flows.MaxWrong {
		k.must(k.say("phone:b", fmt.Sprintf("wrong%d", i), "lier 22222"+string(flows.CodeSigns[i])))
	}
	k.must(k.say("phone:b", "more", "lier "+k.code("phone:a")))
	if peer := k.record("phone:b").Conversation.Join.Peer; peer != "" {
		t.Errorf("joined with %q", peer)
	}
	if !strings.Contains(k.lastHeard("phone:b"), "Attendez une heure") {
		t.Errorf("heard %q", k.lastHeard("phone:b"))
	}
	before := w.reads
	k.must(k.say("phone:b", "once more", "lier 234567"))
	if w.reads != before {
		t.Errorf("%d readings", w.reads-before)
	}
}

func TestNewCodes(t *testing.T) {
	seen := map[string]bool{}
	for range 2000 {
		code, err := newCode()
		if err != nil || !flows.IsCode(code) {
			t.Fatalf("code %q, %v", code, err)
		}
		seen[code] = true
	}
	if len(seen) < 1990 || strings.ContainsAny(flows.CodeSigns, "01OILUSZBAEsz") {
		t.Errorf("%d different codes of %s", len(seen), flows.CodeSigns)
	}
}

// The id says which message it was, and neither who wrote it nor the code.
func TestJoinID(t *testing.T) {
	ids := map[string]bool{}
	for _, a := range []arrival{{from: "phone:a", id: "b1"}, {from: "phone:ab", id: "1"}, {from: "phone:a", id: "b2"}} {
		id := joinID(a)
		ids[id] = true
		if id != joinID(a) || strings.Contains(id, "phone") {
			t.Errorf("id %q", id)
		}
	}
	if len(ids) != 3 {
		t.Errorf("ids %v", ids)
	}
}
