package bot

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"
)

const (
	// sayTime is how long a caller may take to say what is wanted, hearTime to
	// read what is written, and endTime to read the rest when the server stops.
	sayTime, hearTime, endTime = 5 * time.Second, 30 * time.Second, time.Second
	// acceptPause is the pause after a caller who could not be taken.
	acceptPause = 100 * time.Millisecond
)

// places are how many commands of a kind the server runs for others at a time.
// Terminals stay open for hours: they never keep the doctor waiting.
type places map[string]chan struct{}

// newPlaces makes all places there are, for the commands a server runs.
func newPlaces() places {
	return places{
		"phone": make(chan struct{}, 16), "doctor": make(chan struct{}, 4), "outbox": make(chan struct{}, 4),
		"publish": make(chan struct{}, 1), "rollback": make(chan struct{}, 1), "diff": make(chan struct{}, 2),
		"draw": make(chan struct{}, 4),
	}
}

// take takes a place for a command, unless there is none; leave must be called
// once.
func (p places) take(command string) (leave func(), ok bool) {
	select {
	case p[command] <- struct{}{}:
		return func() { <-p[command] }, true
	default:
		return nil, false
	}
}

// runErrands takes calls from the socket until ctx ends, and waits for those
// under way.
func (h *house) runErrands(ctx context.Context, listener net.Listener) {
	defer context.AfterFunc(ctx, func() { _ = listener.Close() })()
	places := newPlaces()
	var running sync.WaitGroup
	defer running.Wait()
	for {
		conn, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			h.log.ErrorContext(ctx, "accept a command", slog.Any("error", err))
			select {
			case <-time.After(acceptPause):
				continue
			case <-ctx.Done():
				return
			}
		}
		running.Go(func() { h.serveCaller(ctx, conn, places) })
	}
}

// serveCaller does what the caller at the other end asks, if there is a place.
// When ctx ends, the caller gets the rest soon or not at all.
func (h *house) serveCaller(ctx context.Context, conn net.Conn, places places) {
	defer conn.Close() //nolint:errcheck // the caller is told by a frame, not by this
	out := &frames{conn: conn}
	defer context.AfterFunc(ctx, out.hurry)()
	in := bufio.NewReaderSize(conn, maxErrand)
	asked, err := readErrand(conn, in, places)
	if errors.Is(err, io.EOF) {
		return // somebody only looked whether we answer
	}
	if err != nil {
		h.log.WarnContext(ctx, "read a command", slog.Any("error", err))
		return
	}
	code := exitFault
	if leave, ok := places.take(asked.Args[0]); ok {
		code = h.runErrand(ctx, asked, in, out)
		leave()
	} else {
		full := words{h.words.bundle, asked.Language}.say("socket.full")
		_, _ = out.stream(frameErr).Write([]byte(full + "\n")) // the exit code says it too
	}
	if err := out.send(frameExit, []byte{byte(code)}); err != nil {
		h.log.InfoContext(ctx, "a caller did not wait for the end", slog.Any("error", err))
	}
}

// runErrand runs one command and returns its exit code.
func (h *house) runErrand(ctx context.Context, asked errand, in io.Reader, out *frames) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	input, feed := io.Pipe()
	defer input.Close() //nolint:errcheck // a pipe never fails to close
	go func() {
		feedInput(in, feed)
		cancel()
	}()
	return run(ctx, call{
		args: asked.Args, in: input, out: out.stream(frameOut), err: out.stream(frameErr),
		words: words{h.words.bundle, asked.Language}, env: h.env,
		terminal: asked.Terminal, house: h,
	})
}

// readErrand reads what is asked for and refuses what cannot be done here.
func readErrand(conn net.Conn, in *bufio.Reader, known places) (errand, error) {
	var asked errand
	if err := conn.SetReadDeadline(time.Now().Add(sayTime)); err != nil {
		return asked, err
	}
	line, err := in.ReadSlice('\n')
	if err != nil {
		return asked, err
	}
	if err := json.Unmarshal(line, &asked); err != nil {
		return asked, errors.New("not a command")
	}
	if len(asked.Args) == 0 || known[asked.Args[0]] == nil {
		return asked, errors.New("not a command for a running server")
	}
	return asked, conn.SetReadDeadline(time.Time{})
}

// feedInput passes on what the caller types; it returns when the caller hangs
// up or when nobody reads any more.
func feedInput(in io.Reader, feed *io.PipeWriter) {
	defer feed.Close() //nolint:errcheck // a pipe never fails to close
	for {
		kind, body, err := readFrame(in)
		if err != nil {
			return
		}
		switch kind {
		case frameEOF:
			_ = feed.Close() // a pipe never fails to close
		case frameIn:
			if _, err := feed.Write(body); err != nil {
				return
			}
		}
	}
}

// frames write several streams on one connection.
type frames struct {
	mu   sync.Mutex // held while a frame is written
	conn net.Conn

	clock  sync.Mutex // held while the deadline changes
	ending bool
}

// send writes one frame whole.
func (f *frames) send(kind byte, body []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.allow(hearTime); err != nil {
		return err
	}
	return writeFrame(f.conn, kind, body)
}

// allow gives the caller time to read, unless the last deadline is set.
func (f *frames) allow(long time.Duration) error {
	f.clock.Lock()
	defer f.clock.Unlock()
	if f.ending {
		return nil
	}
	return f.conn.SetWriteDeadline(time.Now().Add(long))
}

// hurry sets the last deadline, for all that is still to be written and read.
func (f *frames) hurry() {
	f.clock.Lock()
	defer f.clock.Unlock()
	f.ending = true
	_ = f.conn.SetDeadline(time.Now().Add(endTime)) // closed already: nothing is left to hurry
}

// stream is the writer of one kind of frame.
func (f *frames) stream(kind byte) io.Writer { return stream{f, kind} }

// A stream is one of the streams of a connection.
type stream struct {
	frames *frames
	kind   byte
}

// Write implements [io.Writer].
func (s stream) Write(p []byte) (int, error) {
	if err := s.frames.send(s.kind, p); err != nil {
		return 0, err
	}
	return len(p), nil
}
