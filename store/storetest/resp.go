package storetest

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Do sends one command and returns the reply: text and numbers as they are, a
// list as lines, nothing as "". An error reply fails the test.
func (s *Server) Do(args ...string) string {
	s.t.Helper()
	reply, err := s.Ask(args...)
	if err != nil {
		s.t.Fatalf("%q to %s: %v", args, s.Addr(), err)
	}
	return reply
}

// Ask is [Server.Do] for a command that may fail: an error reply of Redis comes
// as an error of the same words. Each command has its own connection, and ten
// seconds.
func (s *Server) Ask(args ...string) (string, error) {
	w, err := s.wire()
	if err != nil {
		return "", err
	}
	defer w.Close() //nolint:errcheck // the reply is read
	lines, err := w.ask(args...)
	return strings.Join(lines, "\n"), err
}

// A wire is a connection to a server, for one command at a time.
type wire struct {
	net.Conn

	r *bufio.Reader
}

func (s *Server) wire() (*wire, error) {
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	dial := new(net.Dialer).DialContext
	if s.tls != nil {
		dial = (&tls.Dialer{Config: s.tls}).DialContext
	}
	c, err := dial(ctx, "tcp", s.Addr())
	if err != nil {
		return nil, err
	}
	return &wire{c, bufio.NewReader(c)}, nil
}

func (w *wire) ask(args ...string) ([]string, error) {
	if err := w.SetDeadline(time.Now().Add(answerWithin)); err != nil {
		return nil, err
	}
	if _, err := w.Write(request(args)); err != nil {
		return nil, err
	}
	return w.reply()
}

// request is a command as RESP2 has it.
func request(args []string) []byte {
	b := fmt.Appendf(nil, "*%d\r\n", len(args))
	for _, a := range args {
		b = fmt.Appendf(b, "$%d\r\n%s\r\n", len(a), a)
	}
	return b
}

// reply reads one reply as a list; lists within it are spread out.
func (w *wire) reply() ([]string, error) {
	line, err := w.r.ReadString('\n')
	if err != nil {
		return nil, err
	}
	kind, rest := line[0], strings.TrimRight(line[1:], "\r\n")
	switch kind {
	case '-':
		return nil, errors.New(rest)
	case '$', '*':
		return w.long(kind, rest)
	default:
		return []string{rest}, nil
	}
}

// long reads a text or a list of that size.
func (w *wire) long(kind byte, size string) ([]string, error) {
	n, err := strconv.Atoi(size)
	if err != nil || n < 0 {
		return nil, err
	}
	if kind == '$' {
		text := make([]byte, n+len("\r\n"))
		_, err = io.ReadFull(w.r, text)
		return []string{string(text[:n])}, err
	}
	var all []string
	for range n {
		one, err := w.reply()
		if err != nil {
			return nil, err
		}
		all = append(all, one...)
	}
	return all, nil
}

// until waits for a condition, and fails the test when it does not come.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(glance) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not after %v", what, patience)
		}
	}
}
