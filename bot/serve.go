package bot

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"passerelle/content"
)

// stopTime is how long requests and sendings under way may take to end when
// the program is told to stop.
const stopTime = 10 * time.Second

// serve runs the whole installation until it is told to stop.
func serve(ctx context.Context, c call) error {
	if _, err := c.flags(flag.NewFlagSet("serve", flag.ContinueOnError), false); err != nil {
		return err
	}
	config, err := loadConfig(c.env)
	if err != nil {
		return err
	}
	d, err := openDoors(ctx, config)
	if err != nil {
		return err
	}
	defer d.close()
	h, err := openHouse(ctx, c, config)
	if err != nil {
		return err
	}
	defer h.close()
	if d.socket, err = h.openSocket(ctx); err != nil {
		return err
	}
	c.warn(h.banner(d))
	for _, f := range h.risks(ctx) {
		if f.mark != good {
			c.warn(f.line(c.words))
		}
	}
	for _, f := range h.checkPublished(ctx) {
		c.warn(f.line(c.words))
	}
	c.showProblems(h.copies, content.Warning)
	return h.run(ctx, d)
}

// openSocket opens the socket for commands on this machine. On a shared store
// the service does without where it has to: the commands do their work
// themselves.
func (h *house) openSocket(ctx context.Context) (net.Listener, error) {
	listener, err := listenSocket(ctx, h.config)
	switch {
	case err == nil || !h.config.shared():
		return listener, err
	case errors.Is(err, errAnswered):
		h.log.InfoContext(ctx, "another server on this machine takes the commands")
	default:
		h.log.WarnContext(ctx, "no command on this machine can reach this server", slog.Any("error", err))
	}
	return nil, nil //nolint:nilnil // no socket, and nothing wrong with that
}

// doors are what the outside comes in by.
type doors struct {
	web, admin, socket net.Listener
}

// openDoors opens both ports before anything else is done, for a port that is
// taken is what goes wrong most often.
func openDoors(ctx context.Context, config *Config) (*doors, error) {
	var d doors
	var faults [2]error
	d.web, faults[0] = listen(ctx, "PASSERELLE_LISTEN", config.Listen)
	d.admin, faults[1] = listen(ctx, "PASSERELLE_ADMIN", config.Admin)
	if err := errors.Join(faults[:]...); err != nil {
		d.close()
		return nil, err
	}
	return &d, nil
}

// close shuts all that is open still; a server that stopped closed its own.
func (d *doors) close() {
	for _, l := range []net.Listener{d.web, d.admin, d.socket} {
		if l != nil {
			_ = l.Close() // closed already, when all went well
		}
	}
}

// run serves until ctx ends or a server fails, then stops in order: no new
// input, then what is under way, then what is being sent.
func (h *house) run(ctx context.Context, d *doors) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	sending, stopSending := context.WithCancel(context.WithoutCancel(ctx))
	defer stopSending()
	web := newServer(h.pages(), h.log)
	admin := newServer(h.adminPages(), h.log)
	var inside, outside sync.WaitGroup
	inside.Go(func() { h.relay.Run(sending) })
	outside.Go(func() { serveHTTP(cancel, web, d.web) })
	outside.Go(func() { serveHTTP(cancel, admin, d.admin) })
	outside.Go(func() { h.follower.run(ctx) })
	if h.config.Content != "" {
		outside.Go(func() { h.watch(ctx) })
	}
	if h.telegram != nil {
		outside.Go(func() { h.telegram.Run(ctx) })
		defer h.telegram.Close()
	}
	if h.sms != nil {
		outside.Go(func() { h.sms.Run(ctx) })
		inside.Go(func() { h.purse.run(sending) })
	}
	if d.socket != nil {
		outside.Go(func() { h.runErrands(ctx, d.socket) })
	}
	select {
	case <-ctx.Done():
	case err := <-h.bot.broken: // whoever watches over us starts us again, once it is repaired
		cancel(h.unwritten(err))
	}
	h.log.InfoContext(ctx, "stopping")
	h.phone.Close()
	stopHTTP(context.WithoutCancel(ctx), web, admin)
	outside.Wait()
	stopSending()
	inside.Wait()
	if h.purse != nil {
		h.purse.save(context.WithoutCancel(ctx)) // what the last sendings cost
	}
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// serveHTTP serves one port; when that fails, the whole program is to stop.
func serveHTTP(fail context.CancelCauseFunc, server *http.Server, on net.Listener) {
	if err := server.Serve(on); !errors.Is(err, http.ErrServerClosed) {
		fail(fmt.Errorf("serve %s: %w", on.Addr(), err))
	}
}

// stopHTTP lets requests under way end, for a while.
func stopHTTP(ctx context.Context, servers ...*http.Server) {
	ctx, cancel := context.WithTimeout(ctx, stopTime)
	defer cancel()
	for _, server := range servers {
		if server.Shutdown(ctx) != nil {
			_ = server.Close() // it had its time
		}
	}
}

// banner says in plain words what runs, where it is, and what to do next.
func (h *house) banner(d *doors) string {
	where := "http://" + d.web.Addr().String() + "/"
	if h.config.URL != "" {
		where = h.config.URL
	}
	data := masked(h.config.place())
	if full, err := filepath.Abs(data); err == nil && !h.config.shared() {
		data = full
	}
	id := "serve.banner"
	if h.config.Phone == public {
		id = "serve.banner.public"
	}
	return h.words.say(id,
		"url", where, "data", data, "admin", "http://"+d.admin.Addr().String(),
		"lessons", h.words.say("serve.lessons", "count", strconv.Itoa(len(h.shelf.newest().Flows().Menu))))
}

// log writes a line an event: readable for a person, JSON for a machine that
// collects it. A command that only passes by tells what went wrong, and no
// more.
func (c call) log() *slog.Logger {
	options := &slog.HandlerOptions{Level: slog.LevelInfo}
	if c.name != "serve" {
		options.Level = slog.LevelWarn
	}
	if f, ok := c.err.(*os.File); ok && isTerminal(f) {
		return slog.New(slog.NewTextHandler(c.err, options))
	}
	return slog.New(slog.NewJSONHandler(c.err, options))
}
