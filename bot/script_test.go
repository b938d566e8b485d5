package bot

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// update rewrites the golden parts of the scripts.
var update = flag.Bool("update", false, "rewrite golden files")

// The test binary is the program too, when it is called by its name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"passerelle": func() { os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
		"outward":    func() { os.Exit(mainOutward()) },
	})
}

// Whole programs, as somebody at a keyboard runs them: testdata/script.
// ready waits for a service; get fetches a page of it; code puts the code that
// was said last into a file; soon waits for what a program says.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("LANG", "fr_FR.UTF-8")
			env.Setenv("PASSERELLE_LESSONS", fewLessons)
			env.Setenv("GORACE", "atexit_sleep_ms=0") // a race is told when it happens
			env.Setenv("PASSERELLE_LISTEN", freePort(t))
			env.Setenv("PASSERELLE_ADMIN", freePort(t))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ready": func(ts *testscript.TestScript, _ bool, _ []string) {
				ts.Check(awaitReady(ts.Getenv("PASSERELLE_ADMIN")))
			},
			"get":  get,
			"code": code,
			"soon": soon,
		},
		UpdateScripts: *update,
	})
}

// soon runs "soon REGEX PROGRAM ARGUMENT…": the program, again and again for
// some seconds, until its output matches.
func soon(ts *testscript.TestScript, _ bool, args []string) {
	wanted := regexp.MustCompile(args[0])
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if ts.Exec(args[1], args[2:]...) == nil && wanted.MatchString(ts.ReadFile("stdout")) {
			return
		}
	}
	ts.Fatalf("no output matched %s", wanted)
}

// freePort is an address of this machine that nothing listens on just now.
func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// awaitReady waits until a service takes turns.
func awaitReady(admin string) error {
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		r, err := http.Get("http://" + admin + "/readyz")
		if err != nil {
			continue
		}
		_ = r.Body.Close()
		if r.StatusCode == http.StatusOK {
			return nil
		}
	}
	return fmt.Errorf("the service on %s does not get ready", admin)
}

// get fetches PASSERELLE_LISTEN or _ADMIN + PATH, with an optional Host, into
// the file "page", its status first.
func get(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: get LISTEN|ADMIN PATH [HOST]")
	}
	r, err := http.NewRequest(http.MethodGet, "http://"+ts.Getenv("PASSERELLE_"+args[0])+args[1], nil)
	ts.Check(err)
	if len(args) > 2 {
		r.Host = args[2]
	}
	response, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	ts.Check(err)
	page := response.Status + "\n" + string(body)
	ts.Check(os.WriteFile(ts.MkAbs("page"), []byte(strings.TrimSpace(page)+"\n"), 0o600))
}

// code replaces CODE, in a file, by the code to join two phones that the last
// command printed.
func code(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: code FILE")
	}
	said := regexp.MustCompile(`LIER (\w{6})`).FindStringSubmatch(ts.ReadFile("stdout"))
	if said == nil {
		ts.Fatalf("no code was said")
	}
	text := strings.ReplaceAll(ts.ReadFile(args[0]), "CODE", said[1])
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}
