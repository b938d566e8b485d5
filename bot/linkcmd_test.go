package bot

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rsc.io/qr"

	"passerelle/bot/telegram/telegramtest"
)

// withBot is the environment of an installation whose bot lives on the
// emulator.
func withBot(s *telegramtest.Server) source {
	return source{"PASSERELLE_TELEGRAM_TOKEN=" + s.Token(), "PASSERELLE_TELEGRAM_API=" + s.URL(), lessonsVariable}
}

// The link of a lesson leads to the bot that Telegram knows, and its QR code
// holds the same, whichever way round the command is written.
func TestLink(t *testing.T) {
	s := telegramtest.StartWith(t, telegramtest.Options{Username: "aide_au_numerique_bot"})
	const want = "https://t.me/aide_au_numerique_bot?start=creer-email"
	file := filepath.Join(t.TempDir(), "affiche.png")
	if code, said := typed(t, withBot(s), "", "link", "creer-email"); code != exitGood || said != want+"\n" {
		t.Errorf("exit code %d, said %q, want %q", code, said, want)
	}
	for _, args := range [][]string{{"link", "creer-email", "--qr", file}, {"link", "--qr=" + file, "creer-email"}} {
		code, said := typed(t, withBot(s), "", args...)
		if code != exitGood || !strings.HasSuffix(said, want+"\n") || !strings.Contains(said, "affiche.png") {
			t.Errorf("exit code %d, said %q", code, said)
		}
		checkQR(t, file, want)
	}
}

// checkQR fails unless a file is the QR code of a text, large enough, with the
// white border of four squares that readers need.
func checkQR(t *testing.T, file, text string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	want, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	const border = 4
	size := picture.Bounds().Size()
	squares := want.Size + 2*border
	if size.X != size.Y || size.X < 400 || size.X%squares != 0 {
		t.Fatalf("%v pixels for %d squares", size, squares)
	}
	side := size.X / squares
	for y := range size.Y {
		for x := range size.X {
			if got := dark(picture, image.Pt(x, y)); got != want.Black(x/side-border, y/side-border) {
				t.Fatalf("dark at pixel %d, %d: %v", x, y, got)
			}
		}
	}
}

// dark tells whether a pixel is black, and not white.
func dark(picture image.Image, at image.Point) bool {
	return color.GrayModel.Convert(picture.At(at.X, at.Y)) == color.Gray{}
}

// What is wrong is said with what to do, and nothing is written.
func TestLinkComplains(t *testing.T) {
	s := telegramtest.Start(t)
	dir := t.TempDir()
	missing := filepath.Join(dir, "nulle-part", "affiche.png")
	stranger := source{"PASSERELLE_TELEGRAM_TOKEN=999:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "PASSERELLE_TELEGRAM_API=" + s.URL(), lessonsVariable}
	away := source{"PASSERELLE_TELEGRAM_TOKEN=" + s.Token(), "PASSERELLE_TELEGRAM_API=http://127.0.0.1:1", lessonsVariable}
	cases := []struct {
		name string
		env  source
		args []string
		code int
		says string
	}{
		{"no lesson", withBot(s), nil, exitUsage, "passerelle link creer-email"},
		{"two lessons", withBot(s), []string{"creer-email", "autre"}, exitUsage, "autre"},
		{"unknown flag", withBot(s), []string{"creer-email", "--rq", dir}, exitUsage, "--qr"},
		{"like a lesson", withBot(s), []string{"creer-mail"}, exitFault, "« creer-email »"},
		{"like none", withBot(s), []string{"xyz"}, exitFault, "creer-email"},
		{"no token", nil, []string{"creer-email"}, exitFault, "PASSERELLE_TELEGRAM_TOKEN"},
		{"a token nobody has", stranger, []string{"creer-email"}, exitFault, "BotFather"},
		{"nobody there", away, []string{"creer-email", "--qr", missing}, exitFault, "Telegram ne répond pas"},
		{"a folder", withBot(s), []string{"creer-email", "--qr", dir}, exitFault, dir},
		{"no such folder", withBot(s), []string{"creer-email", "--qr", missing}, exitFault, missing},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			code, said := typed(t, c.env, "", append([]string{"link"}, c.args...)...)
			if code != c.code || !strings.Contains(said, c.says) || strings.Contains(said, "https://t.me") {
				t.Errorf("exit code %d, want %d; said %q, want %q in it", code, c.code, said, c.says)
			}
			if strings.Contains(said, s.Token()) || strings.Contains(said, "AAAA") {
				t.Errorf("the token is told: %q", said)
			}
		})
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, error %v", left, err)
	}
}
