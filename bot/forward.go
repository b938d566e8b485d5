package bot

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	"passerelle/store/bolt"
)

// One process holds the embedded store. A command that finds it held sends its
// arguments and its streams over a Unix socket in the data folder to the
// process that holds it, which runs the same command and sends back what it
// writes and its exit code. On a Redis anybody may work; there too a command
// is rather run by the service, whose ports and lessons are those in force.
//
// The conversation is one line of JSON (an [errand]), then frames in both
// directions: a letter, a length, that many bytes.
const (
	embeddedSocket = "passerelle.sock"

	frameIn   = 'i' // caller: bytes of standard input
	frameEOF  = 'z' // caller: end of standard input
	frameOut  = 'o' // server: bytes of standard output
	frameErr  = 'e' // server: bytes of standard error
	frameExit = 'x' // server: the exit code, one byte, the last frame

	maxErrand = 64 << 10
	maxFrame  = 64 << 10
)

// An errand is what a caller asks the running server to do.
type errand struct {
	Args     []string `json:"args"`
	Language string   `json:"language"`
	Terminal bool     `json:"terminal"`
}

// socketPath is where the server listens. The system allows about a hundred
// bytes, so a shorter way to the same place is taken when there is one.
func socketPath(c *Config) string {
	path := filepath.Join(c.Data, c.socketName())
	wd, err := os.Getwd()
	if err != nil {
		return path
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if short, err := filepath.Rel(wd, full); err == nil && len(short) < len(full) {
		return short
	}
	return full
}

// socketName is the name of the socket. Servers of different stores may share a
// data folder; a command goes to one of its own store only. No password is part
// of it.
func (c *Config) socketName() string {
	if !c.shared() {
		return embeddedSocket
	}
	return fmt.Sprintf("redis-%08x.sock", crc32.ChecksumIEEE([]byte(maskedRedis(c.Redis))))
}

// errAnswered says that another server answers on the socket.
var errAnswered = errors.New("another server on this machine takes the commands")

// listenSocket opens the socket for this user alone. Whoever holds the embedded
// store may take away a socket left by a process that died; on a shared store
// one that answers is another server's.
func listenSocket(ctx context.Context, c *Config) (net.Listener, error) {
	if c.shared() {
		if conn, err := dialSocket(ctx, c); err == nil {
			_ = conn.Close() // it answers: that was the question
			return nil, errAnswered
		}
		if err := os.MkdirAll(c.Data, 0o700); err != nil {
			return nil, complain("socket.listen", cause(err), "path", c.Data)
		}
	}
	return takeSocket(ctx, socketPath(c))
}

// takeSocket opens a socket, in the place of one that is left there.
func takeSocket(ctx context.Context, path string) (net.Listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, complain("socket.stale", cause(err), "path", path)
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "unix", path)
	if err != nil {
		return nil, complain("socket.listen", err, "path", path)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		_ = listener.Close() // the first fault is the one to tell
		return nil, complain("socket.listen", cause(err), "path", path)
	}
	return listener, nil
}

// dialSocket calls the running server.
func dialSocket(ctx context.Context, c *Config) (net.Conn, error) {
	dialer := net.Dialer{Timeout: 5 * time.Second}
	return dialer.DialContext(ctx, "unix", socketPath(c))
}

// enter opens the house for one command, or else a line to the server that runs
// in it already and is to do the call.
func (c call) enter(ctx context.Context, config *Config) (*house, net.Conn, error) {
	if config.shared() {
		if conn, err := dialSocket(ctx, config); err == nil {
			return nil, conn, nil
		}
	}
	h, err := openHouse(ctx, c, config)
	if !errors.Is(err, bolt.ErrHeld) {
		return h, nil, err
	}
	conn, err := dialSocket(ctx, config)
	if err != nil {
		return nil, nil, complain("store.deaf", nil, "data", config.Data)
	}
	return nil, conn, nil
}

// forward has the server at the other end do the call, and returns its exit
// code.
func forward(ctx context.Context, conn net.Conn, c call) error {
	defer conn.Close() //nolint:errcheck // all that mattered was read or failed
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	asked := errand{
		Args:     append([]string{c.name}, c.args...),
		Language: c.words.language, Terminal: c.terminal,
	}
	if err := json.NewEncoder(conn).Encode(asked); err != nil {
		return complain("socket.lost", err)
	}
	go sendInput(conn, c.in)
	err := receiveOutput(bufio.NewReader(conn), c)
	if ctx.Err() != nil {
		return fmt.Errorf("run a command elsewhere: %w", context.Canceled)
	}
	return err
}

// sendInput sends what is typed here, until its end or that of the connection.
func sendInput(conn net.Conn, in io.Reader) {
	buffer := make([]byte, 4096)
	for {
		n, err := in.Read(buffer)
		if n > 0 && writeFrame(conn, frameIn, buffer[:n]) != nil {
			return
		}
		if err != nil {
			_ = writeFrame(conn, frameEOF, nil) // the server may be done already
			return
		}
	}
}

// receiveOutput writes here what the server wrote, until it says how it ended.
func receiveOutput(in io.Reader, c call) error {
	for {
		kind, body, err := readFrame(in)
		if err != nil {
			return complain("socket.lost", nil)
		}
		switch kind {
		case frameOut:
			_, err = c.out.Write(body)
		case frameErr:
			_, err = c.err.Write(body)
		case frameExit:
			return exitError(body)
		}
		if err != nil {
			return fmt.Errorf("write what the server said: %w", err)
		}
	}
}

// exitError makes of an exit code what dispatch makes exit codes of.
func exitError(body []byte) error {
	switch {
	case len(body) != 1, body[0] == exitStopped:
		return complain("socket.lost", nil)
	case body[0] == exitGood:
		return nil
	case body[0] == exitUsage:
		return errUsage
	}
	return errFound
}

// writeFrame sends one frame; long bodies are cut into several.
func writeFrame(out io.Writer, kind byte, body []byte) error {
	for first := true; first || len(body) > 0; first = false {
		part := body[:min(len(body), maxFrame)]
		body = body[len(part):]
		frame := make([]byte, 5, 5+len(part))
		frame[0] = kind
		binary.BigEndian.PutUint32(frame[1:], uint32(len(part))) //nolint:gosec // at most maxFrame
		if _, err := out.Write(append(frame, part...)); err != nil {
			return fmt.Errorf("send a frame: %w", err)
		}
	}
	return nil
}

// readFrame reads one frame.
func readFrame(in io.Reader) (kind byte, body []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return 0, nil, fmt.Errorf("read a frame: %w", err)
	}
	size := binary.BigEndian.Uint32(head[1:])
	if size > maxFrame {
		return 0, nil, errors.New("read a frame: too long")
	}
	body = make([]byte, size)
	if _, err := io.ReadFull(in, body); err != nil {
		return 0, nil, fmt.Errorf("read a frame: %w", err)
	}
	return head[0], body, nil
}
