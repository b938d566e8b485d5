package bot

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"slices"
	"sync"
	"time"
)

// maxErrands is how many commands the server runs for others at a time.
const maxErrands = 16

// runErrands takes calls from the socket until ctx ends, and waits for those
// under way.
func (h *house) runErrands(ctx context.Context, listener net.Listener) {
	defer context.AfterFunc(ctx, func() { _ = listener.Close() })()
	places := make(chan struct{}, maxErrands)
	var running sync.WaitGroup
	defer running.Wait()
	for {
		places <- struct{}{}
		conn, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			h.log.ErrorContext(ctx, "accept a command", slog.Any("error", err))
			<-places
			continue
		}
		running.Go(func() {
			h.runErrand(ctx, conn)
			<-places
		})
	}
}

// runErrand runs one command for the caller at the other end.
func (h *house) runErrand(ctx context.Context, conn net.Conn) {
	defer conn.Close() //nolint:errcheck // the caller is told by a frame, not by this
	in := bufio.NewReaderSize(conn, maxErrand)
	asked, err := readErrand(conn, in)
	if err != nil {
		h.log.WarnContext(ctx, "read a command", slog.Any("error", err))
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	input, feed := io.Pipe()
	defer input.Close() //nolint:errcheck // a pipe never fails to close
	go func() {
		feedInput(in, feed)
		cancel()
	}()
	out := &frames{conn: conn}
	code := run(ctx, call{
		args: asked.Args, in: input, out: out.stream(frameOut), err: out.stream(frameErr),
		words: words{h.words.bundle, asked.Language}, env: h.env,
		terminal: asked.Terminal, house: h,
	})
	if err := out.send(frameExit, []byte{byte(code)}); err != nil { //nolint:gosec // 0, 1 or 2
		h.log.InfoContext(ctx, "a caller did not wait for the end", slog.Any("error", err))
	}
}

// readErrand reads what is asked for and refuses what cannot be done here.
func readErrand(conn net.Conn, in *bufio.Reader) (errand, error) {
	var asked errand
	if err := conn.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return asked, err
	}
	line, err := in.ReadSlice('\n')
	if err != nil {
		return asked, err
	}
	if err := json.Unmarshal(line, &asked); err != nil {
		return asked, errors.New("not a command")
	}
	if len(asked.Args) == 0 || !slices.Contains([]string{"phone", "doctor"}, asked.Args[0]) {
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
	mu   sync.Mutex
	conn net.Conn
}

// send writes one frame whole.
func (f *frames) send(kind byte, body []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.conn.SetWriteDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return err
	}
	return writeFrame(f.conn, kind, body)
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
