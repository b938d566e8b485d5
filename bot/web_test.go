package bot

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// fetch asks a handler for a page.
func fetch(t *testing.T, h http.Handler, path, host string) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.Host = host
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestAdminPages(t *testing.T) {
	k := newKit(t)
	pages := k.adminPages()
	k.must(k.say("phone:a", "1", "bonjour"))
	tests := []struct {
		path, host string
		status     int
		text       string
	}{
		{"/healthz", "127.0.0.1:8081", 200, "ok"},
		{"/healthz", "localhost", 200, "ok"},
		{"/healthz", "[::1]:8081", 200, "ok"},
		{"/healthz", "attacker.example", 421, ""},
		{"/readyz", "127.0.0.1", 200, "ok"},
		{"/metrics", "127.0.0.1", 200, "passerelle_conversations 1"},
		{"/metrics", "127.0.0.1", 200, `passerelle_turns_total{reason="greeted"} 1`},
		{"/debug/pprof/", "127.0.0.1", 200, "goroutine"},
		{"/nothing", "127.0.0.1", 404, ""},
	}
	for _, tt := range tests {
		t.Run(tt.host+tt.path, func(t *testing.T) {
			status, body := fetch(t, pages, tt.path, tt.host)
			if status != tt.status || !strings.Contains(body, tt.text) {
				t.Errorf("%d %q, want %d %q", status, body, tt.status, tt.text)
			}
		})
	}
}

// Open to others, the admin pages answer to any host and show no profiles.
func TestAdminPagesInPublic(t *testing.T) {
	k := newKit(t)
	k.config.Admin = "0.0.0.0:8081"
	pages := k.adminPages()
	if status, _ := fetch(t, pages, "/healthz", "passerelle.internal"); status != http.StatusOK {
		t.Errorf("healthz %d", status)
	}
	if status, _ := fetch(t, pages, "/debug/pprof/", "127.0.0.1"); status != http.StatusNotFound {
		t.Errorf("profiles %d", status)
	}
}

// Without its store the program is alive, but not ready.
func TestNotReady(t *testing.T) {
	k := newKit(t)
	k.must(k.store.Close())
	pages := k.adminPages()
	if status, body := fetch(t, pages, "/readyz", "127.0.0.1"); status != http.StatusServiceUnavailable || strings.Contains(body, k.data) {
		t.Errorf("readyz %d %q", status, body)
	}
	if status, _ := fetch(t, pages, "/healthz", "127.0.0.1"); status != http.StatusOK {
		t.Errorf("healthz %d", status)
	}
	if _, err := k.meter.registry.Gather(); err == nil {
		t.Error("a census of a closed store was taken")
	}
}

// No metric has a label that could name a person.
func TestMetricsNameNobody(t *testing.T) {
	k := newKit(t)
	k.relayed(func() { k.must(k.say("phone:secretaddress", "1", "bonjour")) })
	found, err := k.meter.registry.Gather()
	k.must(err)
	allowed := map[string]bool{"reason": true, "channel": true, "result": true, "cap": true, "quantile": true, "version": true}
	for _, family := range found {
		for _, metric := range family.Metric {
			for _, label := range metric.Label {
				if !allowed[label.GetName()] || strings.Contains(label.GetValue(), "secret") {
					t.Errorf("%s has the label %s=%q", family.GetName(), label.GetName(), label.GetValue())
				}
			}
		}
	}
	var _ prometheus.Collector = census{}
}

// A body that is too long is cut, a request that never ends is ended.
func TestServerBounds(t *testing.T) {
	read := make(chan int, 1)
	handler := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		read <- int(n)
	})
	server := newServer(handler, slog.New(slog.DiscardHandler))
	if server.ReadHeaderTimeout <= 0 || server.ReadTimeout <= 0 || server.WriteTimeout <= 0 || server.IdleTimeout <= 0 {
		t.Errorf("a server without time-outs: %+v", server)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+listener.Addr().String(), strings.NewReader(strings.Repeat("x", 2*maxBody)))
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	if response, err := client.Do(r); err == nil {
		_ = response.Body.Close()
	}
	if n := <-read; n > maxBody {
		t.Errorf("%d bytes were read", n)
	}
}

// A page that fails is answered and leaves its route and place in the log, but
// nothing of who asked.
func TestServerRecovers(t *testing.T) {
	log := &strings.Builder{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /bad/{name}", func(http.ResponseWriter, *http.Request) { panic("monsecret") })
	mux.HandleFunc("GET /abort", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	server := newServer(mux, slog.New(slog.NewTextHandler(log, nil)))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/bad/marie", nil)
	w := httptest.NewRecorder()
	server.Handler.ServeHTTP(w, r)
	if w.Code != http.StatusInternalServerError {
		t.Errorf("status %d", w.Code)
	}
	for text, want := range map[string]bool{
		"GET /bad/{name}": true, "web_test.go": true, "monsecret": false, "marie": false, r.RemoteAddr: false,
	} {
		if strings.Contains(log.String(), text) != want {
			t.Errorf("%q in the log is not %t:\n%s", text, want, log)
		}
	}
	log.Reset()
	defer func() {
		if why := recover(); why != http.ErrAbortHandler || log.Len() > 0 { //nolint:errorlint // the very value
			t.Errorf("panic %v, log %s", why, log)
		}
	}()
	server.Handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/abort", nil))
}

func TestLoopback(t *testing.T) {
	tests := map[string]bool{
		"127.0.0.1:80": true, "localhost:1": true, "[::1]:8080": true, "127.8.9.1:0": true,
		"0.0.0.0:80": false, ":8080": false, "[::]:80": false, "192.168.1.2:80": false,
		"example.org:80": false, "127.0.0.1": false, "": false,
	}
	for address, want := range tests {
		if got := loopback(address); got != want {
			t.Errorf("loopback(%q) = %t", address, got)
		}
	}
}
