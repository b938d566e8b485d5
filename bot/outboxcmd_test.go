package bot

import (
	"context"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"passerelle/flows"
	"passerelle/store"
	"passerelle/store/storetest"
)

// outboxIDs are the sentences of the outbox that are put together: those of the
// rows, and one for each reason the relay and the gateways give.
func outboxIDs(t *testing.T) []string {
	t.Helper()
	ids := strings.Fields("outbox.waiting outbox.letter outbox.dead outbox.failed outbox.day " +
		"outbox.part.taken outbox.part.sent outbox.part.arrived outbox.part.failed " +
		"config.generic.unknown.like outbox.consent.in outbox.consent.in.silent outbox.consent.out outbox.consent.out.silent")
	for _, pattern := range []string{"relay.go", "sms/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			ids = append(ids, reasonsIn(t, file)...)
		}
	}
	return ids
}

// reasonsIn are the sentences of the reasons, and of the mistakes in a
// description, that one file names.
func reasonsIn(t *testing.T, file string) []string {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	ast.Inspect(tree, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 || spec.Names[0].Obj.Kind != ast.Con {
			return true
		}
		text, ok := spec.Values[0].(*ast.BasicLit)
		if !ok || text.Kind != token.STRING {
			return true
		}
		code, err := strconv.Unquote(text.Value)
		if err != nil {
			t.Fatal(err)
		}
		switch name := spec.Names[0].Name; {
		case strings.HasPrefix(name, "why"), strings.HasPrefix(name, "reason"):
			ids = append(ids, "outbox.reason."+code)
		case strings.HasPrefix(name, "Fault"):
			ids = append(ids, "config.generic."+code)
		}
		return true
	})
	return ids
}

// Whatever the outbox has to say, it has words for in both languages.
func TestOutboxHasWords(t *testing.T) {
	ids := outboxIDs(t)
	if len(ids) < 28 {
		t.Errorf("only %d sentences were found", len(ids))
	}
	w := testWords(t)
	for _, id := range ids {
		for _, language := range []string{"fr", "en"} {
			if _, used, ok := w.bundle.Text(language, id); !ok || used != language {
				t.Errorf("%q is not said in %q", id, language)
			}
		}
	}
}

// shown is what the command prints about a house.
func shown(t *testing.T, k *kit, args ...string) (out, said string, err error) {
	t.Helper()
	c, stdout, stderr := caller(t, k, "", append([]string{"outbox"}, args...)...)
	c.house = k.house
	err = outbox(t.Context(), c)
	return stdout.String(), stderr.String(), err
}

// troubled is a house in which one learner waits, one message was given up and
// one SMS did not arrive. Its clock stands at Monday, 10:00.
func troubled(t *testing.T) *kit {
	t.Helper()
	k, ctx, now := newKit(t), t.Context(), time.Now()
	const number = "sms:+33612345678"
	k.must(k.say(number, "twilio/SM1", "bonjour"))
	k.must(k.say("pigeon:1", "p1", "bonjour"))
	d, _, err := k.store.Next(ctx, number)
	k.must(err)
	_, err = k.store.Bury(ctx, d, "number.landline (21614)")
	k.must(err)
	d, _, err = k.store.Next(ctx, number)
	k.must(err)
	k.must(k.store.Retry(ctx, d, now.Add(5*time.Minute), "gateway.busy (429)"))
	part := flows.Part{Delivery: d.ID, ID: "twilio/SM7", At: now, Segments: 2, Price: 1450}
	k.must(k.store.Sent(ctx, number, part, "2026-11-23"))
	part.Place, part.ID, part.Segments, part.Price = 1, "twilio/SM8", 1, 725
	k.must(k.store.Sent(ctx, number, part, "2026-11-23"))
	_, err = k.store.Reported(ctx, number, flows.Receipt{
		ID: "twilio/SM7", At: now.Add(time.Second), State: flows.PartFailed, Reason: "handset.unknown (30005)",
	})
	k.must(err)
	return k
}

// onMonday runs a test whose clock stands at Monday, 10:00.
func onMonday(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(monday(t)))
		test(t)
	})
}

func TestOutboxOfEverybody(t *testing.T) {
	onMonday(t, func(t *testing.T) {
		k := troubled(t)
		out, said, err := shown(t, k)
		want := `pigeon:••• : 2 messages attendent depuis le 23/11/2026 10:00. Essais ratés : 0. Prochain essai : 23/11/2026 10:00.
sms:••• : 1 message attend depuis le 23/11/2026 10:00. Essais ratés : 1. Prochain essai : 23/11/2026 10:05. Raison : le fournisseur demande une pause (429).
sms:••• : message abandonné le 23/11/2026 10:00, après 1 essai. Raison : ce numéro ne reçoit pas de SMS, c'est peut-être un fixe (21614).
sms:••• : SMS pas arrivé, signalé le 23/11/2026 10:00. Raison : personne n'a ce numéro, ou plus personne (30005).
`
		if diff := cmp.Diff(want, out); diff != "" || err != nil {
			t.Errorf("error %v (-want +got):\n%s", err, diff)
		}
		if said != "Conversations en attente : 2. Messages abandonnés : 1. SMS pas arrivés : 1.\n" {
			t.Errorf("beside it: %q", said)
		}
	})
}

func TestOutboxOfOne(t *testing.T) {
	onMonday(t, func(t *testing.T) {
		k := troubled(t)
		k.must(k.say("sms:+33612345678", "twilio/SM2", "Arrêt !"))
		k.must(k.bot.Receive(t.Context(), "sms:+33612345678", "twilio/SM3", flows.Opened{At: time.Now(), Lesson: "creer-email"}))
		out, said, err := shown(t, k, "sms:+33612345678")
		for _, line := range []string{
			" messages attendent depuis le 23/11/2026 10:00. Essais ratés : 0. Prochain essai : 23/11/2026 10:",
			"\nMessage 2.0.",
			", en attente depuis le 23/11/2026 10:00. Essais ratés : 0.\n",
			"\nsms:••• : message abandonné le",
			"\nSMS du 23/11/2026 10:00 : 2 segments, 0,145 €. Pas arrivé. Raison : personne n'a ce numéro, ou plus personne (30005).\n",
			"\nSMS du 23/11/2026 10:00 : 1 segment, 0,0725 €. Remis au fournisseur.\n",
			"\nEn tout le 2026-11-23 : 3 segments, 0,2175 €.\n",
			"\nAccord le 23/11/2026 10:00 : « bonjour ».\n",
			"\nRefus le 23/11/2026 10:00 : « Arrêt ! ».\n",
			"\nAccord le 23/11/2026 10:00, sans mot : par un lien, un bouton ou une image.\n",
		} {
			if !strings.Contains(out, line) {
				t.Errorf("the outbox lacks %q", line)
			}
		}
		if err != nil || said != "" || strings.Contains(out, "612345678") || strings.Contains(out, "pigeon") {
			t.Errorf("error %v, beside it %q, out\n%s", err, said, out)
		}
		if same, _, err := shown(t, k, "sms:06 12 34 56 78"); err != nil || same != out {
			t.Errorf("the number as people write it: error %v, out\n%s", err, same)
		}
		if _, said, err = shown(t, k, "sms:0612345679"); err != nil || !strings.HasPrefix(said, "Rien n'est connu de cette adresse.") {
			t.Errorf("error %v, beside it %q", err, said)
		}
	})
}

// For a program each line is an object, and names nobody.
func TestOutboxForPrograms(t *testing.T) {
	onMonday(t, func(t *testing.T) {
		k := troubled(t)
		var kinds []string
		for _, args := range [][]string{{"--json"}, {"sms:+33612345678", "--json"}} {
			out, _, err := shown(t, k, args...)
			k.must(err)
			for line := range strings.Lines(out) {
				var r row
				decoder := json.NewDecoder(strings.NewReader(line))
				decoder.DisallowUnknownFields()
				k.must(decoder.Decode(&r))
				kinds = append(kinds, r.Kind+" "+r.Address+" "+r.Price.String())
			}
		}
		want := []string{
			"waiting pigeon:••• ", "waiting sms:••• ", "dead sms:••• ", "failed sms:••• ",
			"waiting sms:••• ", "letter sms:••• ", "dead sms:••• ", "part sms:••• 0.145", "part sms:••• 0.0725",
			"day sms:••• 0.2175", "consent sms:••• ",
		}
		if diff := cmp.Diff(want, kinds); diff != "" {
			t.Errorf("rows (-want +got):\n%s", diff)
		}
		out, _, _ := shown(t, k, "--json")
		const first = `{"kind":"waiting","address":"pigeon:•••",`
		const reason = `"queued":"2026-11-23T09:00:00Z","due":"2026-11-23T09:05:00Z","reason":"gateway.busy (429)"}`
		if !strings.HasPrefix(out, first) || !strings.Contains(out, reason) {
			t.Errorf("rows\n%s", out)
		}
	})
}

// A running server answers, over its socket.
func TestOutboxOverTheSocket(t *testing.T) {
	k, _ := serving(t)
	k.must(k.say("pigeon:1", "p1", "bonjour"))
	c, out, said := caller(t, k, "", "outbox")
	if err := k.forward(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "pigeon:••• : 2 messages") || !strings.HasPrefix(said.String(), "Conversations en attente : 1.") {
		t.Errorf("out %q, beside it %q", out, said)
	}
}

func TestOutboxTyped(t *testing.T) {
	k := newKit(t)
	for _, tt := range []struct {
		args []string
		said string
	}{
		{[]string{"marie"}, "Une adresse s'écrit avec son canal"},
		{[]string{"+33698765432"}, "Une adresse s'écrit avec son canal"},
		{[]string{"sms:"}, "Une adresse s'écrit avec son canal"},
		{[]string{"--jsno"}, "Vouliez-vous dire « --json »"},
		{[]string{"sms:+33698765432", "more"}, "ne prend rien de plus"},
	} {
		out, said, err := shown(t, k, tt.args...)
		if !errors.Is(err, errUsage) || out != "" || !strings.Contains(said, tt.said) || strings.Contains(said, "987") {
			t.Errorf("%q: error %v, out %q, said %q", tt.args, err, out, said)
		}
	}
}

// errMembers is the trouble of a store whose sets cannot be read.
var errMembers = errors.New("no sets today")

// A setless kernel reads no sets.
type setless struct{ store.Kernel }

// Members implements [store.Kernel].
func (setless) Members(context.Context, string, int) ([]store.Member, error) { return nil, errMembers }

// What can be read is shown all the same, and the rest is an error.
func TestOutboxThatCannotBeRead(t *testing.T) {
	k := openKit(t, t.TempDir(), func(h *house) {
		_ = h.store.Close() // another kernel takes its place
		h.store = store.Open(setless{storetest.NewModel()}, store.Options{})
	})
	k.must(k.say("pigeon:1", "p1", "bonjour"))
	for _, args := range [][]string{nil, {"pigeon:1"}} {
		out, said, err := shown(t, k, args...)
		if !errors.Is(err, errMembers) || said != "" || strings.Contains(k.words.told(err), "pigeon") {
			t.Errorf("error %v, beside it %q", err, said)
		}
		if shows := strings.Contains(out, "Accord le"); shows != (args != nil) {
			t.Errorf("out %q", out)
		}
	}
}

func TestReason(t *testing.T) {
	w := testWords(t)
	for text, want := range map[string]string{
		"gateway.busy":              "le fournisseur demande une pause",
		"gateway.busy (twilio 429)": "le fournisseur demande une pause (twilio 429)",
		"blocked (a (b))":           "cette personne ne veut plus de messages (a (b))",
		"blocked (\x1b[2Jx)":        "cette personne ne veut plus de messages ( [2Jx)",
		"Telegram wants a pause":    "Telegram wants a pause",
		"dial tcp (x): no \x07 way": "dial tcp (x): no   way",
		"gateway.busy(x)":           "gateway.busy(x)",
		"":                          "",
	} {
		if got := w.reason(text); got != want {
			t.Errorf("reason %q, want %q", got, want)
		}
	}
}

func TestExactEuros(t *testing.T) {
	for n, want := range map[int64]json.Number{
		0: "0.00", 1: "0.0001", 10: "0.001", 700: "0.07", 725: "0.0725", 750: "0.075", 14_550: "1.455", 10_005: "1.0005", 123_456_700: "12345.67",
	} {
		if got := exactEuros(n); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
}
