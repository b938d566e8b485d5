package main_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passerelle/bot"
)

var update = flag.Bool("update", false, "write the exchange of README.md anew")

// run is one command of the program, in an environment that sets nothing but a
// data folder.
func run(t *testing.T, input string, args ...string) (output string) {
	t.Helper()
	clean(t)
	return passerelle(t, input, args...)
}

// clean takes all settings out of the environment until the test ends.
func clean(t *testing.T) {
	t.Helper()
	for _, line := range os.Environ() {
		name, _, _ := strings.Cut(line, "=")
		if strings.HasPrefix(name, "PASSERELLE_") || slices.Contains([]string{"LC_ALL", "LC_MESSAGES", "LANG"}, name) {
			unset(t, name)
		}
	}
	t.Setenv("PASSERELLE_DATA", t.TempDir())
}

// passerelle is one command of the program that must end well.
func passerelle(t *testing.T, input string, args ...string) (output string) {
	t.Helper()
	var out, faults bytes.Buffer
	if code := bot.Main(args, strings.NewReader(input), &out, &faults); code != 0 {
		t.Fatalf("passerelle %v: exit code %d\n%s%s", args, code, &out, &faults)
	}
	return out.String()
}

// unset takes a variable away until the test ends.
func unset(t *testing.T, name string) {
	t.Helper()
	t.Setenv(name, "") // restores it
	if err := os.Unsetenv(name); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// block finds the fenced block of README.md of a kind that holds a text.
func block(t *testing.T, kind, with string) string {
	t.Helper()
	fences := strings.Split("\n"+readFile(t, "README.md"), "\n```")
	for i := 1; i < len(fences); i += 2 { // even ones are the text between
		if name, body, _ := strings.Cut(fences[i], "\n"); name == kind && strings.Contains(body, with) {
			return body + "\n"
		}
	}
	t.Fatalf("README.md has no block %q with %q", kind, with)
	return ""
}

// The exchange at the top of README.md is what the command above it prints.
func TestReadmeExchange(t *testing.T) {
	written := block(t, "console", "go run . phone")
	command, answer, _ := strings.Cut(written, "\n")
	typed := regexp.MustCompile(`printf '(.*)' \| go run \. phone$`).FindStringSubmatch(command)
	if typed == nil {
		t.Fatalf("no command that a test can run: %s", command)
	}
	input, err := strconv.Unquote(`"` + typed[1] + `"`)
	if err != nil {
		t.Fatal(err)
	}
	got := run(t, input, "phone")
	if *update {
		text := strings.Replace(readFile(t, "README.md"), written, command+"\n"+got, 1)
		if err := os.WriteFile("README.md", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(answer, got); diff != "" {
		t.Errorf("the program says otherwise (-README +program):\n%s", diff)
	}
}

// The lesson of README.md is one that lint finds nothing wrong with, and its
// transcript is what the program says.
func TestReadmeLesson(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "envoyer-sms")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	lesson := block(t, "markdown", "leçon: envoyer-sms")
	if err := os.WriteFile(filepath.Join(folder, "envoyer-sms.md"), []byte(lesson), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, "", "lint", filepath.Dir(folder))
	var input, want string
	for line := range strings.Lines(block(t, "essai", "## Le prénom est retenu")) {
		typed, isInput := strings.CutPrefix(line, "> ")
		switch {
		case isInput:
			input += typed
			fallthrough
		case !strings.HasPrefix(line, "##") && !strings.HasPrefix(line, "="):
			want += line
		}
	}
	clean(t)
	t.Setenv("PASSERELLE_CONTENT", filepath.Dir(folder))
	got := passerelle(t, input, "phone")
	if diff := cmp.Diff(strings.TrimSpace(want), strings.TrimSpace(got)); diff != "" {
		t.Errorf("the program says otherwise (-README +program):\n%s", diff)
	}
}

// README.md and the example file name all settings, and no other.
func TestReadmeSettings(t *testing.T) {
	names := func(text, pattern string) (found []string) {
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
			found = append(found, m[1])
		}
		slices.Sort(found)
		return found
	}
	want := names(run(t, "", "config"), `(?m)^(PASSERELLE_\w+)`)
	table := names(readFile(t, "README.md"), "(?m)^\\| `(PASSERELLE_\\w+)` \\| `")
	if diff := cmp.Diff(want, table); diff != "" {
		t.Errorf("the table of settings (-program +README):\n%s", diff)
	}
	example := readFile(t, "deploy/passerelle.toml")
	var keys []string
	for _, name := range want {
		key := strings.ToLower(strings.TrimPrefix(name, "PASSERELLE_"))
		if key == "sms" {
			key = "gateway"
		}
		for _, table := range []string{"limits_", "telegram_", "sms_budget_", "sms_", "hours_"} {
			key = strings.TrimPrefix(key, table)
		}
		keys = append(keys, key)
	}
	slices.Sort(keys)
	if diff := cmp.Diff(keys, names(example, `(?m)^# (\w+) = `)); diff != "" {
		t.Errorf("the example file (-program +file):\n%s", diff)
	}
}

// The example file is one the program takes, as it is and with its examples
// put in force.
func TestExampleConfiguration(t *testing.T) {
	example := readFile(t, "deploy/passerelle.toml")
	full := regexp.MustCompile(`(?m)^# (\w+ = )`).ReplaceAllString(example, "$1")
	full = strings.ReplaceAll(full, "/etc/passerelle/lessons", filepath.ToSlash(t.TempDir()))
	for name, text := range map[string]string{"as it is": example, "in force": full} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "passerelle.toml")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			clean(t)
			t.Setenv("PASSERELLE_CONFIG", file)
			got := strings.Contains(passerelle(t, "", "config"), "Mairie de Creil")
			if want := name == "in force"; got != want {
				t.Errorf("the publisher of the file in force: %t, want %t", got, want)
			}
		})
	}
}

// Each gateway of README.md is configured by what stands there, once the
// secrets are filled in.
func TestReadmeGateways(t *testing.T) {
	const secret = "0123456789abcdef0123456789abcdef"
	for _, gateway := range []string{"twilio", "ovh", "android", "generic"} {
		t.Run(gateway, func(t *testing.T) {
			clean(t)
			t.Setenv("PASSERELLE_URL", "https://aide.exemple.fr")
			if gateway == "generic" {
				file := filepath.Join(t.TempDir(), "passerelle.toml")
				text := strings.ReplaceAll(block(t, "toml", `gateway = "generic"`), "…", secret)
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				t.Setenv("PASSERELLE_CONFIG", file)
			} else {
				for line := range strings.Lines(block(t, "sh", "PASSERELLE_SMS="+gateway+"\n")) {
					line, _, _ = strings.Cut(line, "#")
					name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
					t.Setenv(name, strings.ReplaceAll(value, "…", secret))
				}
			}
			shown := passerelle(t, "", "config")
			if !regexp.MustCompile(`PASSERELLE_SMS +=  ?"`+gateway+`"`).MatchString(shown) || strings.Contains(shown, secret) {
				t.Errorf("config shows:\n%s", shown)
			}
		})
	}
}
