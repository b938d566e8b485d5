package bot

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"passerelle/bot/phone/phonetest"
	"passerelle/flows"
	"passerelle/store"
	"passerelle/store/storetest"
)

// onRedis is the environment of an installation on a Redis.
func onRedis(t *testing.T, address string, more ...string) source {
	t.Helper()
	return append(source{
		"PASSERELLE_REDIS=" + address, "PASSERELLE_DATA=" + t.TempDir(),
		"PASSERELLE_LISTEN=" + freePort(t), "PASSERELLE_ADMIN=" + freePort(t),
		lessonsVariable,
	}, more...)
}

// typed runs a command and returns its exit code and all it wrote.
func typed(t *testing.T, env source, in string, args ...string) (code int, said string) {
	t.Helper()
	var out strings.Builder
	code = run(t.Context(), call{
		args: args, in: strings.NewReader(in), out: &out, err: &out, words: testWords(t), env: env,
	})
	return code, out.String()
}

// A service is one process of an installation, inside this one.
type service struct {
	t    *testing.T
	env  source
	out  *safe
	stop context.CancelFunc
	code chan int
	// browser keeps the cookie of one learner.
	browser *http.Client
}

// startService serves until the test ends; it is ready on return.
func startService(t *testing.T, env source) *service {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &service{t: t, env: env, out: &safe{write: make(chan string, 100_000)}, code: make(chan int, 1)}
	s.browser = &http.Client{Jar: jar, Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	var ctx context.Context
	ctx, s.stop = context.WithCancel(t.Context())
	c := call{args: []string{"serve"}, in: strings.NewReader(""), out: s.out, err: s.out, words: testWords(t), env: env}
	go func() { s.code <- run(ctx, c) }()
	t.Cleanup(func() { s.end() })
	if err := awaitReady(env.get("PASSERELLE_ADMIN")); err != nil {
		t.Fatalf("%v\n%s", err, s.out.text())
	}
	return s
}

// end stops the service and returns its exit code.
func (s *service) end() int {
	s.t.Helper()
	s.browser.CloseIdleConnections()
	s.stop()
	select {
	case code := <-s.code:
		s.code <- code
		return code
	case <-time.After(stopTime + 10*time.Second):
		s.t.Fatal("it does not stop")
		return 0
	}
}

// logs waits until the service has logged a text.
func (s *service) logs(text string) {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(s.out.text(), text); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("no %q in the log:\n%s", text, s.out.text())
		}
	}
}

// at is an address of the service.
func (s *service) at(variable, path string) string { return "http://" + s.env.get(variable) + path }

// ask sends a request as the learner's browser and returns the answer.
func (s *service) ask(r *http.Request) (status int, header http.Header, body string) {
	s.t.Helper()
	answer, err := s.browser.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, string(text)
}

// get fetches a page.
func (s *service) get(variable, path string) (status int, header http.Header, body string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.at(variable, path), http.NoBody)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.ask(r)
}

// say sends the form of the page, as its script does or as a browser without.
func (s *service) say(id, text string, script bool) (status int, header http.Header, body string) {
	s.t.Helper()
	form := url.Values{"id": {id}, "text": {text}}
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.at("PASSERELLE_LISTEN", "/say"), strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if script {
		r.Header.Set("Accept", "application/json")
	}
	return s.ask(r)
}

// follow opens the event stream of the learner's page; what it sends is read
// from the channel.
func (s *service) follow(ctx context.Context) <-chan string {
	s.t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.at("PASSERELLE_LISTEN", "/events"), http.NoBody)
	if err != nil {
		s.t.Fatal(err)
	}
	stream := &http.Client{Jar: s.browser.Jar}
	answer, err := stream.Do(r) //nolint:bodyclose // closed by the reader below
	if err != nil {
		s.t.Fatal(err)
	}
	events := make(chan string, 100)
	go func() {
		defer close(events)
		defer answer.Body.Close()
		buffer := make([]byte, 64<<10)
		for {
			n, err := answer.Body.Read(buffer)
			if n > 0 {
				events <- string(buffer[:n])
			}
			if err != nil {
				return
			}
		}
	}()
	s.t.Cleanup(stream.CloseIdleConnections)
	return events
}

// await reads events until one holds a text.
func await(t *testing.T, events <-chan string, text string, within time.Duration) {
	t.Helper()
	var all strings.Builder
	for end := time.After(within); ; {
		select {
		case e, ok := <-events:
			all.WriteString(e)
			if strings.Contains(all.String(), text) {
				return
			}
			if !ok {
				t.Fatalf("the stream ended without %q:\n%s", text, all.String())
			}
		case <-end:
			t.Fatalf("no %q within %s:\n%s", text, within, all.String())
		}
	}
}

// The doctor says in plain words what the operator of a Redis risks.
func TestDoctorOnRedis(t *testing.T) {
	tests := []struct {
		name     string
		settings []string
		code     int
		lines    []string
	}{
		{"good", nil, exitGood, []string{"✓ Redis ", "✓ Redis écrit sur le disque chaque seconde", "✓ Les données de « redis://127.0.0.1:", "Tout va bien"}},
		{"always", []string{"appendfsync", "always"}, exitGood, []string{"✓ Redis écrit chaque changement"}},
		{"no sync", []string{"appendfsync", "no"}, exitGood, []string{"! Redis laisse le système écrire", "Lisez toutefois les lignes"}},
		{"no file", []string{"appendonly", "no"}, exitGood, []string{"! Redis n'écrit pas chaque changement"}},
		{"evicts", []string{"maxmemory", "100mb", "maxmemory-policy", "allkeys-lru"}, exitGood, []string{"! DANGER", "allkeys-lru", "100 Mo"}},
		{"limited", []string{"maxmemory", "100mb"}, exitGood, []string{"✓ Redis utilise", "n'efface rien"}},
		{"full", []string{"maxmemory", "1mb"}, exitFault, []string{"✗ Le Redis de « redis://127.0.0.1:", "n'accepte plus d'écriture"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := storetest.Redis(t, tt.settings...)
			code, said := typed(t, onRedis(t, server.URL()), "", "doctor")
			if code != tt.code || strings.Contains(said, "Mo sur le disque") {
				t.Errorf("exit code %d:\n%s", code, said)
			}
			for _, line := range tt.lines {
				if !strings.Contains(said, line) {
					t.Errorf("it lacks %q:\n%s", line, said)
				}
			}
		})
	}
}

// A service that would refuse every turn says so.
func TestDoctorMissesReplicas(t *testing.T) {
	server := storetest.Redis(t)
	code, said := typed(t, onRedis(t, server.URL(), "PASSERELLE_CONFIRM=1"), "", "doctor")
	if code != exitFault || !strings.Contains(said, "✗ Trop peu de copies") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
}

// What keeps a Redis from being opened is told with what to do, and without
// the password.
func TestRedisThatCannotBeOpened(t *testing.T) {
	server := storetest.Redis(t, "user", "passerelle on >open ~* &* +@all")
	replica := storetest.Redis(t, "replicaof", strings.ReplaceAll(server.Addr(), ":", " "))
	tests := []struct{ command, address, says string }{
		{"serve", "redis://moi:secret@" + freePort(t), "connection refused]"},
		{"doctor", "redis://passerelle:secret@" + server.Addr(), "WRONGPASS"},
		{"serve", "redis://passerelle:open@" + server.Addr() + "/99", "« redis://•••@127"},
		{"phone", replica.URL(), "est une copie (replica)"},
	}
	for _, tt := range tests {
		t.Run(tt.says, func(t *testing.T) {
			code, said := typed(t, onRedis(t, tt.address), "bonjour\n", tt.command)
			if code != exitFault || !strings.Contains(said, tt.says) || !strings.Contains(said, "« redis://") || strings.Contains(said, "secret") {
				t.Errorf("exit code %d:\n%s", code, said)
			}
		})
	}
}

// The user of deploy/redis.conf may do all that the program does.
func TestUserOfRedisConf(t *testing.T) {
	conf, err := os.ReadFile("../deploy/redis.conf")
	if err != nil {
		t.Fatal(err)
	}
	user := regexp.MustCompile(`(?m)^user (passerelle .*)$`).FindSubmatch(conf)
	if user == nil {
		t.Fatal("redis.conf has no user passerelle")
	}
	server := storetest.Redis(t, "user", string(user[1]))
	address := "redis://passerelle:change-me@" + server.Addr()
	s := startService(t, onRedis(t, address))
	if status, _, body := s.say("a1", "bonjour", true); status != http.StatusOK {
		t.Errorf("status %d: %s", status, body)
	}
	if code, said := typed(t, s.env, "", "doctor"); code != exitGood || strings.Contains(said, "!") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	if code, said := typed(t, onRedis(t, address), "bonjour\n", "phone"); code != exitGood {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	if log := s.out.text(); strings.Contains(log, "NOPERM") {
		t.Errorf("the log:\n%s", log)
	}
}

// While Redis is away inputs are refused so that they come again, the page says
// so kindly, and when it is back all goes on by itself.
func TestRedisAway(t *testing.T) {
	server := storetest.Redis(t)
	s := startService(t, onRedis(t, server.URL()))
	if status, _, body := s.say("a1", "bonjour", true); status != http.StatusOK {
		t.Fatalf("status %d: %s", status, body)
	}
	events := s.follow(t.Context())
	await(t, events, "Bonjour", 10*time.Second)
	server.Kill()
	for _, script := range []bool{true, false} {
		status, header, body := s.say("a2", "AIDE", script)
		if status != http.StatusServiceUnavailable || header.Get("Retry-After") == "" || !strings.Contains(body, "pas encore parti") {
			t.Errorf("script %t: status %d, %v\n%s", script, status, header, body)
		}
		if !script && !strings.Contains(body, `value="AIDE"`) {
			t.Errorf("what was typed is lost:\n%s", body)
		}
	}
	began := time.Now()
	status, header, body := s.get("PASSERELLE_LISTEN", "/")
	if status != http.StatusServiceUnavailable || header.Get("Retry-After") == "" || !strings.Contains(body, "Rien n’est perdu") {
		t.Errorf("status %d, %v\n%s", status, header, body)
	}
	if spent := time.Since(began); spent > 3*time.Second {
		t.Errorf("the page came after %s", spent)
	}
	if status, _, _ := s.get("PASSERELLE_ADMIN", "/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("readiness %d", status)
	}
	if status, _, _ := s.get("PASSERELLE_ADMIN", "/healthz"); status != http.StatusOK {
		t.Errorf("health %d", status)
	}
	server.Start()
	if err := awaitReady(s.env.get("PASSERELLE_ADMIN")); err != nil {
		t.Fatal(err)
	}
	if status, _, body := s.say("a2", "AIDE", false); status != http.StatusSeeOther {
		t.Errorf("status %d\n%s", status, body)
	}
	if status, _, body := s.get("PASSERELLE_LISTEN", "/"); status != http.StatusOK || strings.Count(body, "AIDE</") != 1 {
		t.Errorf("status %d\n%s", status, body)
	}
	await(t, events, "AIDE", 20*time.Second)
	s.logs("the store takes turns again")
	if code := s.end(); code != exitGood {
		t.Errorf("exit code %d", code)
	}
	log := s.out.text()
	if n := strings.Count(log, "the store takes no turns"); n != 1 {
		t.Errorf("the log tells %d times of the outage:\n%s", n, log)
	}
	if n := strings.Count(log, "the store takes turns again"); n != 1 || strings.Count(log, "redis") > 10 {
		t.Errorf("the log:\n%s", log)
	}
}

// A Redis that is full refuses turns; that is told once, and passes.
func TestRedisFull(t *testing.T) {
	server := storetest.Redis(t)
	s := startService(t, onRedis(t, server.URL()))
	server.Do("CONFIG", "SET", "maxmemory", "1")
	for _, id := range []string{"a1", "a2", "a3"} {
		if status, _, body := s.say(id, "bonjour", true); status != http.StatusServiceUnavailable {
			t.Errorf("status %d: %s", status, body)
		}
	}
	server.Do("CONFIG", "SET", "maxmemory", "0")
	s.logs("the store takes turns again")
	if status, _, body := s.say("a1", "bonjour", true); status != http.StatusOK {
		t.Errorf("status %d: %s", status, body)
	}
	log := s.out.text()
	if n := strings.Count(log, "the store takes no turns"); n != 1 || strings.Count(log, "redis") > 4 {
		t.Errorf("the log:\n%s", log)
	}
}

// A page open in one process shows what another one was told.
func TestTwoProcesses(t *testing.T) {
	server := storetest.Redis(t)
	first, second := startService(t, onRedis(t, server.URL())), startService(t, onRedis(t, server.URL()))
	if status, _, body := first.say("a1", "bonjour", true); status != http.StatusOK {
		t.Fatalf("status %d: %s", status, body)
	}
	cookies := first.browser.Jar.Cookies(&url.URL{Scheme: "http", Host: first.env.get("PASSERELLE_LISTEN")})
	second.browser.Jar.SetCookies(&url.URL{Scheme: "http", Host: second.env.get("PASSERELLE_LISTEN")}, cookies)
	events := first.follow(t.Context())
	await(t, events, "Bonjour", 10*time.Second)
	if status, _, body := second.say("a2", "AIDE", true); status != http.StatusOK {
		t.Fatalf("status %d: %s", status, body)
	}
	await(t, events, "AIDE", pollEvery+3*time.Second)
	if status, _, _ := first.say("a2", "AIDE", true); status != http.StatusOK {
		t.Error("what the other process took is not acknowledged here")
	}
	_, _, body := first.get("PASSERELLE_LISTEN", "/")
	if n := strings.Count(body, "AIDE</"); n != 1 {
		t.Errorf("said once, it stands there %d times:\n%s", n, body)
	}
}

// A second server with the same folder leaves the socket to the first; commands
// are run by that one. Without a folder all go on without a socket.
func TestServersShareAFolder(t *testing.T) {
	server := storetest.Redis(t)
	first := startService(t, onRedis(t, server.URL()))
	startService(t, append(source{"PASSERELLE_DATA=" + first.env.get("PASSERELLE_DATA")}, onRedis(t, server.URL())...))
	env := onRedis(t, server.URL(), "PASSERELLE_PHONE=public")
	env = append(source{"PASSERELLE_DATA=" + first.env.get("PASSERELLE_DATA")}, env...)
	code, said := typed(t, env, "", "doctor")
	if code != exitGood || !strings.Contains(said, "Le service tourne sur "+first.env.get("PASSERELLE_LISTEN")) {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	if strings.Contains(first.out.text(), "read a command") {
		t.Errorf("the look of the second is told as a fault:\n%s", first.out.text())
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	alone := startService(t, append(source{"PASSERELLE_DATA=" + filepath.Join(file, "data")}, onRedis(t, server.URL())...))
	code, said = typed(t, alone.env, "", "doctor")
	if code != exitGood || !strings.Contains(said, "Le service tourne sur") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	if code := alone.end(); code != exitGood || !strings.Contains(alone.out.text(), "no command on this machine") {
		t.Errorf("exit code %d:\n%s", code, alone.out.text())
	}
}

// The phone command on a store that others share sends what it says, and
// touches nothing that is theirs.
func TestPhoneLeavesOthersAlone(t *testing.T) {
	server := storetest.Redis(t)
	env := onRedis(t, server.URL())
	config, err := loadConfig(env)
	if err != nil {
		t.Fatal(err)
	}
	c := call{name: "doctor", err: io.Discard, out: io.Discard, words: testWords(t), env: env}
	h, err := openHouse(t.Context(), c, config)
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	hourAgo := func() time.Time { return time.Now().Add(-time.Hour) }
	h.bot.store = store.Open(h.redis, store.Options{Now: hourAgo})
	if err := h.bot.Receive(t.Context(), "phone:other", "1", flows.Said{At: hourAgo(), Text: "bonjour"}); err != nil {
		t.Fatal(err)
	}
	before, err := h.store.Stats(t.Context())
	if err != nil || before.Outbox != 1 || time.Since(before.OldestDue) < time.Minute {
		t.Fatalf("stats %+v, %v", before, err)
	}
	code, said := typed(t, env, "bonjour\n1\n", "phone", "--as", "phone:marie")
	if code != exitGood || !strings.Contains(said, "< Bonjour") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	after, err := h.store.Stats(t.Context())
	if err != nil || after.Outbox != 1 || !after.OldestDue.Equal(before.OldestDue) {
		t.Errorf("stats %+v, %v, before %+v", after, err, before)
	}
}

// The same in a real browser: what is typed while Redis is away goes out by
// itself, and a page that could not be shown comes by itself.
func TestRedisAwayInABrowser(t *testing.T) {
	b := phonetest.Start(t)
	server := storetest.Redis(t)
	s := startService(t, onRedis(t, server.URL()))
	tab := b.Tab(t, 360, 740)
	tab.Open(s.at("PASSERELLE_LISTEN", "/"))
	tab.Click("button[name=open]")
	tab.Eventually(`document.getElementById('refresh')?.hidden`)
	server.Kill()
	tab.Do("write", chromedp.SendKeys(chromedp.CSS("#text"), "MENU"))
	tab.Press(kb.Enter)
	tab.Shows("Votre message est gardé")
	tab.Shot("away-written-360")
	blind := b.Tab(t, 360, 740)
	blind.Open(s.at("PASSERELLE_LISTEN", "/"))
	blind.Shows("Rien n’est perdu")
	blind.Fits()
	blind.Accessible()
	blind.Shot("away-360")
	blind.Size(1280, 800)
	blind.Shot("away-1280")
	server.Start()
	tab.Shows("La connexion est revenue.")
	tab.Eventually(`document.getElementById('text').value === '' && document.querySelectorAll('.learner').length === 1`)
	blind.Shows("Commencer")
}
