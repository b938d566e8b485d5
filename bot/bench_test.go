package bot

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"passerelle/store/storetest"
)

// benched runs the command with a temporary folder of its own, which must be
// empty in the end.
func benched(ctx context.Context, t *testing.T, env source, heard func(line string), args ...string) (code int, out, err string) {
	t.Helper()
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	var said [2]strings.Builder
	code = run(ctx, call{
		args: append([]string{"bench"}, args...), in: strings.NewReader(""),
		out: &said[0], err: eavesdropper{&said[1], heard}, words: testWords(t), env: env,
	})
	left, fault := os.ReadDir(folder)
	if fault != nil || len(left) > 0 {
		t.Errorf("left in the temporary folder: %v, error %v", left, fault)
	}
	return code, said[0].String(), said[1].String()
}

// An eavesdropper hears what is written, too.
type eavesdropper struct {
	*strings.Builder

	heard func(string)
}

func (e eavesdropper) Write(text []byte) (int, error) {
	if e.heard != nil {
		e.heard(string(text))
	}
	return e.Builder.Write(text)
}

func smallBench(more ...string) []string {
	return append([]string{"--learners", "20", "--at", "8", "--turns", "100"}, more...)
}

// The whole program on the embedded store, measured for a program.
func TestBenchFile(t *testing.T) {
	code, out, told := benched(t.Context(), t, nil, nil, smallBench("--json")...)
	if code != exitGood {
		t.Fatalf("exit code %d\n%s", code, told)
	}
	var r benchResult
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	if r.Learners != 20 || r.At != 8 || r.Failed != 0 || r.Uncounted || r.Store.Name != "file" {
		t.Errorf("measured %+v", r)
	}
	if r.Busy.Turns.Count != 100 || r.Idle.Turns.Count != 11 || len(r.Set.Rates) != 2*benchRounds || r.Busy.Set.Count != 26*2*benchRounds {
		t.Errorf("counts of %+v", r)
	}
	for _, f := range []benchFigures{r.Idle.Turns, r.Idle.Set, r.Busy.Turns, r.Busy.Set} {
		if f.PerSecond <= 0 || f.P50 <= 0 || f.P99 < f.P50 {
			t.Errorf("figures %+v", f)
		}
	}
	if got, want := r.ProgramTurnsPerSet, r.Busy.Turns.PerSecond/r.Busy.Set.PerSecond; got != want {
		t.Errorf("ratio %v, want %v", got, want)
	}
	// Each turn has the learner's line and at least one of the program.
	if r.Set.Bytes < 200 || r.Store.DataEach < 500 || r.Store.LinesEach < 10 || r.Store.BytesEach < 0 || r.Sent.Messages < 100 {
		t.Errorf("sizes of %+v", r)
	}
}

// On a Redis the learners stay; the measure does not, and nothing is measured
// among them.
func TestBenchRedis(t *testing.T) {
	s := storetest.Redis(t)
	env := source{"PASSERELLE_REDIS=" + s.URL(), lessonsVariable}
	code, out, told := benched(t.Context(), t, env, nil, smallBench()...)
	if code != exitGood || !strings.Contains(out, "programme entier, pour un SET") || !strings.Contains(told, "FLUSHDB") {
		t.Fatalf("exit code %d\n%s%s", code, out, told)
	}
	if left := s.Do("KEYS", "{p*}b:*"); left != "" {
		t.Errorf("bare keys are left: %s", left)
	}
	if lists := s.Do("KEYS", "{p*}l:*:said"); strings.Count(lists, "said") != 20 {
		t.Errorf("transcripts: %s", lists)
	}
	code, out, told = benched(t.Context(), t, env, nil, smallBench()...)
	if code != exitFault || out != "" || !strings.Contains(told, "contient déjà") || !strings.Contains(told, "FLUSHDB") {
		t.Errorf("on a Redis in use: exit code %d\n%s%s", code, out, told)
	}
}

// Told to stop, it stops the program and clears up.
func TestBenchStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	code, out, told := benched(ctx, t, nil, func(line string) {
		if strings.HasPrefix(line, "Une personne à la fois") {
			stop()
		}
	}, smallBench()...)
	if code != exitStopped || out != "" {
		t.Errorf("exit code %d\n%s%s", code, out, told)
	}
}

// A program that dies ends the measure, with its last words.
func TestBenchDies(t *testing.T) {
	b := &benchmark{call: call{words: testWords(t), env: source{"PASSERELLE_CONTENT=/ours"}}, config: &Config{}, folder: t.TempDir()}
	err := b.during(t.Context(), func(ctx context.Context) error {
		if err := b.subject.process.Process.Kill(); err != nil {
			t.Error(err)
		}
		<-ctx.Done()
		return context.Cause(ctx)
	})
	var c *complaint
	if !errors.As(err, &c) || c.id != "bench.died" || !strings.Contains(b.words.told(err), b.subject.web) {
		t.Errorf("error %v", err)
	}
}

func TestBenchFlags(t *testing.T) {
	tests := []struct {
		name string
		args []string
		said string
	}{
		{"nobody", []string{"--learners", "0"}, "--learners 0 : donnez un nombre de 1 à 1000000"},
		{"none at a time", []string{"--at", "0"}, "--at 0"},
		{"more at a time than there are", []string{"--learners", "20", "--at", "21"}, "de 1 à 20"},
		{"backwards", []string{"--turns", "-1"}, "--turns -1"},
		{"no number", []string{"--turns", "many"}, "ne comprend pas « many »"},
		{"unknown", []string{"--turn", "1"}, "Vouliez-vous dire « --turns » ?"},
		{"more", []string{"fast"}, "enlevez « fast »"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, out, told := benched(t.Context(), t, nil, nil, tt.args...)
			if code != exitUsage || out != "" || !strings.Contains(told, tt.said) {
				t.Errorf("exit code %d, said %q %q", code, out, told)
			}
		})
	}
}

// What is not acknowledged counts as failed, and makes the command fail.
func TestBenchCountsFailures(t *testing.T) {
	answers := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if answers++; answers%2 == 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	e := newClass(3, server.Listener.Addr().String()).take(t.Context(), 1, 10)
	if e.done() != 5 || e.failed != 5 {
		t.Errorf("%d done, %d failed; want 5 and 5", e.done(), e.failed)
	}
	for _, r := range []benchResult{{Failed: 2}, {Uncounted: true}} {
		b := &benchmark{call: call{words: testWords(t), err: &strings.Builder{}}, config: &Config{}, result: r}
		if err := b.verdict(); !errors.Is(err, errFound) {
			t.Errorf("the verdict on %+v: %v", r, err)
		}
	}
	server.Close()
	if e := newClass(3, server.Listener.Addr().String()).take(t.Context(), 2, 10_000); e.done() != 0 || e.failed < mostFailed || e.failed > mostFailed+2 {
		t.Errorf("with nobody there: %d done, %d failed", e.done(), e.failed)
	}
}

// Each learner of a class takes a turn when there are as many turns, and never
// two at a time.
func TestBenchClass(t *testing.T) {
	c := newClass(10, "")
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	c.address = server.Listener.Addr().String()
	if e := c.take(t.Context(), 4, 10); e.failed > 0 {
		t.Fatalf("%d failed", e.failed)
	}
	for i, p := range c.pupils {
		if p.said != 1 {
			t.Errorf("learner %d said %d things, want 1", i, p.said)
		}
	}
}

func TestTallyOf(t *testing.T) {
	got := tallyOf(`# HELP passerelle_turns_total Turns
passerelle_turns_total{reason="understood"} 3
passerelle_turns_total{reason="menu"} 2
passerelle_turns_total{reason="repeated"} 5
passerelle_turns_total{reason="capped"} 7
passerelle_turns_total{reason="parked"} 9
passerelle_deliveries_total{channel="phone",result="sent"} 11
passerelle_deliveries_total{channel="phone",result="later"} 13
passerelle_outbox_waiting 1
`)
	if want := (subjectTally{counted: true, waiting: 1, sent: 11, turns: 5}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if tallyOf("passerelle_turns_total 1").counted {
		t.Error("the store counted where it was not asked")
	}
}

func TestBenchFigures(t *testing.T) {
	e := &effort{spent: 2 * time.Second}
	for i := range 100 {
		e.took = append(e.took, time.Duration(100-i)*time.Millisecond)
	}
	want := benchFigures{Count: 100, PerSecond: 50, P50: 50, P99: 99}
	if got := e.figures(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := (&effort{}).figures(); got != (benchFigures{}) {
		t.Errorf("of nothing: %+v", got)
	}
	for want, of := range map[float64][]float64{0: nil, 3: {5, 1, 3}, 2: {1, 3}} {
		if got := median(of); got != want {
			t.Errorf("median of %v is %v, want %v", of, got, want)
		}
	}
}

// The end of what a program said is kept.
func TestLastWords(t *testing.T) {
	var l lastWords
	for range 3 {
		if n, err := l.Write([]byte(strings.Repeat("x", subjectWords))); n != subjectWords || err != nil {
			t.Fatalf("wrote %d, error %v", n, err)
		}
	}
	if _, err := l.Write([]byte("adieu\n")); err != nil {
		t.Fatal(err)
	}
	if text := l.text(); !strings.HasSuffix(text, "xadieu") || len(text) != subjectWords-1 {
		t.Errorf("%d bytes: %s", len(text), text)
	}
}
