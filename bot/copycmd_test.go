package bot

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"passerelle/store"
	"passerelle/store/bolt"
	"passerelle/store/storetest"
)

// inFolder is the environment of an installation with the embedded store.
func inFolder(data string) source { return source{"PASSERELLE_DATA=" + data, lessonsVariable} }

// hears has marie write something, and returns what she reads.
func hears(t *testing.T, env source, text string) string {
	t.Helper()
	code, said := typed(t, env, text+"\n", "phone", "--as", "phone:marie")
	if code != exitGood {
		t.Fatalf("exit code %d:\n%s", code, said)
	}
	return said
}

// A learner goes on at the same step wherever the store was copied, from a
// folder to a Redis, to another Redis, and back to a folder.
func TestCopyThereAndBack(t *testing.T) {
	server := storetest.Redis(t, "user", "passerelle on >open ~* &* +@all")
	dir := t.TempDir()
	folder, back := filepath.Join(dir, "data"), filepath.Join(dir, "back")
	redis := "redis://passerelle:open@" + server.Addr()
	home := inFolder(folder)
	hears(t, home, "bonjour\n1")
	want := hears(t, home, "OÙ")
	if !strings.Contains(want, "Vous êtes dans la leçon") {
		t.Fatalf("she is in no lesson:\n%s", want)
	}
	for _, leg := range [][2]string{{folder, redis}, {redis, redis + "/1"}, {redis + "/1", back}} {
		code, said := typed(t, nil, "", "copy", "--from", leg[0], "--to", leg[1])
		if code != exitGood || !strings.Contains(said, "Empreinte : ") || strings.Contains(said, ":open@") {
			t.Fatalf("exit code %d:\n%s", code, said)
		}
	}
	if got := hears(t, onRedis(t, redis), "OÙ"); got != want {
		t.Errorf("on Redis she reads\n%s\nwant\n%s", got, want)
	}
	if got := hears(t, inFolder(back), "OÙ"); got != want {
		t.Errorf("back in a folder she reads\n%s\nwant\n%s", got, want)
	}
	if got := hears(t, inFolder(back), "1"); !strings.Contains(got, "Vous souvenez-vous de votre adresse") {
		t.Errorf("she does not go on:\n%s", got)
	}
}

// What a Redis holds is not mixed with a copy; who copies is told how to empty
// it, without its password.
func TestCopyToAFullRedis(t *testing.T) {
	server := storetest.Redis(t, "user", "passerelle on >open ~* &* +@all")
	address := "redis://passerelle:open@" + server.Addr()
	folder := filepath.Join(t.TempDir(), "data")
	hears(t, inFolder(folder), "bonjour")
	hears(t, onRedis(t, address), "bonjour")
	before := server.Do("DBSIZE")
	code, said := typed(t, nil, "", "copy", "--from", folder, "--to", address)
	want := "Pour vider « redis://•••@" + server.Addr() + " » : redis-cli -u ADRESSE FLUSHDB"
	if code != exitFault || !strings.Contains(said, "contient déjà des données") || !strings.Contains(said, want) {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	if strings.Contains(said, "open@") || strings.Contains(said, "incomplet") {
		t.Errorf("it said:\n%s", said)
	}
	if after := server.Do("DBSIZE"); after != before {
		t.Errorf("%s keys, were %s", after, before)
	}
}

// Whoever forgets "redis://" is told, without the password, and gets no folder
// of that name.
func TestCopyWithoutScheme(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	hears(t, inFolder("data"), "bonjour")
	for _, address := range []string{"moi:secret@a:6379", "//moi:secret@a:6379", "redis:moi:secret@a:6379", "moi:secret@a", "a:6379"} {
		for _, args := range [][]string{{"copy", "--from", address, "--to", "data"}, {"copy", "--from", "data", "--to", address}} {
			code, said := typed(t, nil, "", args...)
			if code != exitFault || !strings.Contains(said, "n'est pas une adresse de Redis") || strings.Contains(said, "secret") {
				t.Errorf("%v: exit code %d:\n%s", args, code, said)
			}
		}
	}
	if all, err := os.ReadDir(dir); err != nil || len(all) != 1 {
		t.Errorf("the folder holds %v, error %v", all, err)
	}
	if err := os.Mkdir("a@b", 0o700); err != nil {
		t.Fatal(err)
	}
	if code, said := typed(t, nil, "", "copy", "--from", "data", "--to", "a@b"); code != exitGood {
		t.Errorf("to a folder that is there: exit code %d:\n%s", code, said)
	}
}

// An impatience ends by itself, after so many looks at it.
type impatience struct {
	context.Context //nolint:containedctx // it is one
	cancel          context.CancelFunc
	left            int
}

func (i *impatience) Err() error {
	if i.left--; i.left == 0 {
		i.cancel()
	}
	return i.Context.Err()
}

// Wherever a copy is stopped, whoever finds a part of it in the target was
// told, and no second copy goes there.
func TestCopyStopped(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	hears(t, inFolder(folder), "bonjour\n1")
	stopped, partly := 0, 0
	for left := 1; ; left += 3 {
		target := filepath.Join(t.TempDir(), "target")
		code, said := stoppedCopy(t, left, "copy", "--from", folder, "--to", target)
		if code == exitGood {
			break
		}
		stopped++
		if code != exitStopped {
			t.Fatalf("stopped after %d: exit code %d:\n%s", left, code, said)
		}
		code, again := typed(t, nil, "", "copy", "--from", folder, "--to", target)
		told := strings.Contains(said, "est incomplet : ne l'utilisez pas") && strings.Contains(said, "effacez le fichier « "+target)
		if refused := strings.Contains(again, "contient déjà des données"); refused != (code == exitFault) || refused && !told {
			t.Fatalf("stopped after %d:\n%s\nthen exit code %d:\n%s", left, said, code, again)
		}
		if told {
			partly++
			if _, said := typed(t, inFolder(target), "", "doctor"); !strings.Contains(said, "ne sont pas complètes") {
				t.Fatalf("stopped after %d, the doctor says:\n%s", left, said)
			}
		}
	}
	if stopped < 5 || partly == 0 || partly == stopped {
		t.Errorf("stopped %d times, %d of them with a part written", stopped, partly)
	}
}

// stoppedCopy runs a command whose context ends after so many looks at it.
func stoppedCopy(t *testing.T, left int, args ...string) (code int, said string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out strings.Builder
	code = run(&impatience{ctx, cancel, left}, call{args: args, out: &out, err: &out, words: testWords(t)})
	return code, out.String()
}

// Each way a copy comes to nothing is told, with what to do.
func TestUncopied(t *testing.T) {
	target, err := bolt.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	tests := []struct {
		err    error
		partly bool
		says   []string
		not    string
	}{
		{store.ErrNotEmpty, false, []string{"Rien n'est copié", "effacez le fichier"}, "incomplet"},
		{store.ErrMoving, true, []string{"« a » a changé pendant la copie", "« b » est incomplet", "effacez le fichier"}, "["},
		{store.ErrUnequal, true, []string{"« b » ne contient pas exactement", "« b » est incomplet", "effacez le fichier"}, "["},
		{errors.New("disk on fire"), true, []string{"a échoué", "[disk on fire]", "« b » est incomplet", "effacez le fichier"}, "déjà"},
		{errors.New("disk on fire"), false, []string{"a échoué", "[disk on fire]"}, "effacez"},
	}
	for _, tt := range tests {
		t.Run(tt.err.Error(), func(t *testing.T) {
			c := call{words: testWords(t)}
			said := c.words.told(c.uncopied(t.Context(), tt.err, loss{from: "a", to: "b", target: target, partly: tt.partly}))
			for _, part := range tt.says {
				if !strings.Contains(said, part) {
					t.Errorf("it lacks %q:\n%s", part, said)
				}
			}
			if strings.Contains(said, tt.not) {
				t.Errorf("it says %q:\n%s", tt.not, said)
			}
		})
	}
}

// A long copy says now and then how far it is, a short one nothing.
func TestCopyPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		c := call{err: &out, words: testWords(t)}
		pace := c.pace()
		for i := range 11 {
			stage := store.Copying
			if i > 6 {
				stage = store.Checking
			}
			pace(stage, store.Digest{Records: int64(i)})
			time.Sleep(time.Second)
		}
		want := "Copie en cours : 5 éléments sont écrits…\nVérification en cours : 10 éléments sont relus…\n"
		if out.String() != want {
			t.Errorf("it said %q, want %q", out.String(), want)
		}
	})
}
