package bot

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"passerelle/locales"
)

// testWords are the sentences in French.
func testWords(t *testing.T) words {
	t.Helper()
	w, err := loadWords(source{"LANG=fr_FR"})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestKeyboardLanguage(t *testing.T) {
	tests := []struct {
		env  source
		want string
	}{
		{nil, "fr"},
		{source{"LANG=en_GB.UTF-8"}, "en"},
		{source{"LANG=EN"}, "en"},
		{source{"LANG=C"}, "fr"},
		{source{"LANG=de_DE"}, "fr"},
		{source{"LANG=en_US", "LC_ALL=fr_FR"}, "fr"},
		{source{"LC_MESSAGES=en.UTF-8", "LANG=fr_FR"}, "en"},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.env, " "), func(t *testing.T) {
			if got := keyboardLanguage(tt.env); got != tt.want {
				t.Errorf("language %q, want %q", got, tt.want)
			}
		})
	}
}

// Every sentence the program asks for is there, and every one of the command
// line's is asked for.
func TestEverySentenceIsThereAndUsed(t *testing.T) {
	asked := literals(t)
	for _, one := range commands() {
		asked = append(asked, "command."+one.name, "command."+one.name+".more")
	}
	for _, s := range settings() {
		if s.spoken {
			asked = append(asked, "config.default."+s.key)
		}
	}
	asked = append(asked, outboxIDs(t)...)
	data, err := locales.Embedded().Open("cli.fr.toml")
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	w := testWords(t)
	for _, id := range w.bundle.IDs("fr") {
		room, _, _ := strings.Cut(id, ".")
		ours := slices.Contains([]string{
			"bench", "command", "config", "content", "copy", "cost", "diff", "doctor", "help", "lessons", "link", "outbox", "port",
			"publish", "rollback", "serve",
			"socket", "store", "understand", "usage", "zone",
		}, room)
		used := slices.Contains(asked, id) || room == "doctor" && slices.Contains(asked, strings.TrimPrefix(id, "doctor.")) ||
			slices.Contains(asked, strings.TrimSuffix(strings.TrimPrefix(id, "doctor."), ".warn"))
		if ours && !used {
			t.Errorf("nobody says %q", id)
		}
	}
	for _, id := range sentenceIDs(t) {
		if w.say(id) == id {
			t.Errorf("the sentence %q is missing", id)
		}
	}
}

// literals are the string literals of the program.
func literals(t *testing.T) []string {
	t.Helper()
	var found []string
	inspect(t, func(n ast.Node) {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, text)
		}
	})
	return found
}

// sentenceIDs are the ids given to say, complain and to findings.
func sentenceIDs(t *testing.T) []string {
	t.Helper()
	ids := []string{string(keyFailed), string(keyFull), string(keyTooMany)}
	inspect(t, func(n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return
		}
		name := ""
		switch f := call.Fun.(type) {
		case *ast.Ident:
			name = f.Name
		case *ast.SelectorExpr:
			name = f.Sel.Name
		}
		lit, ok := call.Args[0].(*ast.BasicLit)
		if !ok || (name != "say" && name != "complain") {
			return
		}
		if id, err := strconv.Unquote(lit.Value); err == nil && !strings.HasSuffix(id, ".") {
			ids = append(ids, id)
		}
	})
	if len(ids) < 40 {
		t.Fatalf("only %d sentences were found", len(ids))
	}
	return ids
}

// inspect walks over the program, without its tests.
func inspect(t *testing.T, see func(ast.Node)) {
	t.Helper()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			see(n)
			return true
		})
	}
}

func TestTold(t *testing.T) {
	w := testWords(t)
	behind := errors.New("disk on fire")
	err := errors.Join(
		complain("config.empty", nil, "where", "ICI"),
		errors.Join(complain("store.write", behind, "data", "/d"), errors.New("plain")),
	)
	got := w.told(err)
	want := []string{"ICI : la valeur est vide.", "« /d »", "[disk on fire]", "\nplain"}
	for _, part := range want {
		if !strings.Contains(got, part) {
			t.Errorf("told %q, which lacks %q", got, part)
		}
	}
	if !errors.Is(err, behind) {
		t.Error("the error behind a complaint is lost")
	}
	if text := complain("a.b", behind, "name", "x").Error(); text != "a.b (name x): disk on fire" {
		t.Errorf("without sentences: %q", text)
	}
}

func TestNearest(t *testing.T) {
	words := []string{"serve", "phone", "lint", "doctor", "config", "version", "help"}
	tests := []struct{ typed, want string }{
		{"dotcor", "doctor"},
		{"doctr", "doctor"},
		{"confg", "config"},
		{"fone", "phone"},
		{"lnit", "lint"},
		{"verison", "version"},
		{"bonjour", ""},
		{"", ""},
		{strings.Repeat("phone", 100), ""},
	}
	for _, tt := range tests {
		t.Run(tt.typed[:min(len(tt.typed), 10)], func(t *testing.T) {
			if got := nearest(tt.typed, words); got != tt.want {
				t.Errorf("nearest(%q) = %q, want %q", tt.typed, got, tt.want)
			}
		})
	}
}
