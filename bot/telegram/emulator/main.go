// Command emulator is a Telegram to try by hand, without an account: the Bot
// API for the program, and a page where a person writes, presses buttons and
// sees what the bot shows. Both are served at one loopback address. Nothing is
// kept when it ends.
//
//	go run ./bot/telegram/emulator [-listen 127.0.0.1:8443]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"passerelle/bot/telegram/telegramtest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run serves until the context ends, and returns the exit code.
func run(ctx context.Context, args []string, out, problems io.Writer) int {
	flags := flag.NewFlagSet("emulator", flag.ContinueOnError)
	flags.SetOutput(problems)
	listen := flags.String("listen", "127.0.0.1:8443", "adresse locale de la page et de l'API")
	if flags.Parse(args) != nil {
		return 2
	}
	l, err := open(ctx, *listen)
	if err != nil {
		_, _ = fmt.Fprintf(problems, "emulator : %v\n", err)
		return 1
	}
	return serve(ctx, l, out, problems)
}

// open listens at a loopback address and at no other: there is no password.
func open(ctx context.Context, address string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if at, ok := l.Addr().(*net.TCPAddr); !ok || !at.IP.IsLoopback() {
		return nil, errors.Join(fmt.Errorf("%s n'est pas une adresse locale, comme 127.0.0.1:8443", address), l.Close())
	}
	return l, nil
}

func serve(ctx context.Context, l net.Listener, out, problems io.Writer) int {
	telegram := telegramtest.New(options(time.Now()))
	web := &http.Server{Handler: handler(telegram), ReadHeaderTimeout: 10 * time.Second}
	ended := context.AfterFunc(ctx, func() {
		telegram.Close()
		_ = web.Close() // open pages and polls end
	})
	defer ended()
	greet(out, "http://"+l.Addr().String(), telegram.Token())
	if err := web.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		_, _ = fmt.Fprintf(problems, "emulator : %v\n", err)
		return 1
	}
	return 0
}

// options are those of an emulator started now. Its updates begin above those of
// the one before: Passerelle takes each id once.
func options(now time.Time) telegramtest.Options {
	return telegramtest.Options{PlainWebhooks: true, Limited: true, FirstUpdate: now.Unix()}
}

// greet tells what to type.
func greet(out io.Writer, url, token string) {
	_, _ = fmt.Fprintf(out, `Telegram d'essai, sans compte. Rien ne sort de cette machine.

1. Dans un autre terminal, démarrez Passerelle avec :

   PASSERELLE_TELEGRAM_TOKEN=%s \
   PASSERELLE_TELEGRAM_API=%s \
   go run .

2. Ouvrez %s et écrivez : bonjour

Pour arrêter : Ctrl-C.
`, token, url, url)
}
