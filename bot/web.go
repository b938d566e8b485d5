package bot

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// maxBody is the longest body of a request that is read. Two messages of 4,096
// letters, one the answer to the other, are some 70 kB in an update of Telegram.
const maxBody = 256 << 10

// newServer makes a server that strangers cannot hold up: slow requests and
// slow readers time out, large bodies are cut. A handler that streams sets
// itself a new deadline with each piece.
func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           http.MaxBytesHandler(recovered(handler, log), maxBody),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// recovered notes a handler that gave up, without a word of who asked, and
// answers that it did. A handler that hangs up on purpose still does.
func recovered(next http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { //nolint:contextcheck // the log needs no deadline
			why := recover()
			if why == nil {
				return
			}
			if why == http.ErrAbortHandler { //nolint:errorlint // the very value, as net/http compares it
				panic(why)
			}
			log.ErrorContext(r.Context(), "a page failed",
				slog.String("route", r.Pattern), slog.String("stack", string(debug.Stack())))
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		}()
		next.ServeHTTP(w, r)
	})
}

// listen opens a port; one that is taken is explained by the setting that
// chooses it.
func listen(ctx context.Context, variable, address string) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, complain("port.taken", nil, "where", variable, "value", address)
	case errors.Is(err, syscall.EACCES):
		return nil, complain("port.forbidden", nil, "where", variable, "value", address)
	case err != nil:
		return nil, complain("port.failed", err, "where", variable, "value", address)
	}
	return listener, nil
}

// localOnly refuses requests that name another host than this machine: a page
// of a stranger could otherwise have a browser on this machine talk to us.
func localOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.Host
		if host, _, err := net.SplitHostPort(r.Host); err == nil {
			name = host
		}
		if !loopback(net.JoinHostPort(strings.Trim(name, "[]"), "0")) {
			http.Error(w, "421 this is another host", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// adminPages are the pages for operators: health, readiness, metrics, and on
// a loopback address profiles.
func (h *house) adminPages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, nil)
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		answer(w, h.ready(r.Context()))
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(h.meter.registry, promhttp.HandlerOpts{
		ErrorHandling: promhttp.ContinueOnError,
	}))
	if !loopback(h.config.Admin) {
		return mux
	}
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	return localOnly(mux)
}

// healthy is the answer of a page of health when all is well.
const healthy = "ok\n"

// answer says "ok", or that something is wrong. What exactly is in the log.
func answer(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("not ready\n")) // the client may be gone
		return
	}
	_, _ = w.Write([]byte(healthy)) // the client may be gone
}
