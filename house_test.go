// The house test keeps the rooms apart and the house in order: what may import
// what, what is pure, how large a function may grow. It reads the syntax trees
// only, so it runs in a blink with every `go test`. Each rule is first shown to
// catch what it forbids.
package main_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

const module = "passerelle"

// A room is one package: what it may import of ours, the one library that it
// alone may import, and common modules it uses besides.
type room struct {
	may     string
	library string
	uses    string
}

// The map of the house. A package without its line here is refused.
var rooms = map[string]room{
	".":                         {may: "bot"},
	"flows":                     {may: "flows/gsm flows/intent"},
	"flows/intent":              {uses: "golang.org/x/text"},
	"flows/gsm":                 {uses: "golang.org/x/text"},
	"flows/voucher":             {},
	"flows/flowstest":           {may: "flows"},
	"content":                   {may: "flows flows/intent flows/flowstest flows/gsm locales content/lessons content/picture content/places content/rights", uses: "github.com/BurntSushi/toml"},
	"content/lessons":           {},
	"content/picture":           {library: "github.com/srwiley/rasterx", uses: "golang.org/x/image"},
	"content/places":            {},
	"content/rights":            {},
	"locales":                   {library: "github.com/nicksnyder/go-i18n", uses: "github.com/BurntSushi/toml golang.org/x/text"},
	"store":                     {may: "flows flows/voucher"},
	"store/redis":               {may: "store", library: "github.com/redis/go-redis"},
	"store/bolt":                {may: "store", library: "go.etcd.io/bbolt"},
	"store/storetest":           {may: "flows store", uses: "github.com/google/go-cmp pgregory.net/rapid"},
	"bot":                       {may: "*", uses: "github.com/BurntSushi/toml github.com/fsnotify/fsnotify github.com/prometheus/client_golang golang.org/x/sys golang.org/x/term rsc.io/qr"},
	"bot/telegram":              {may: "flows", library: "github.com/go-telegram/bot", uses: "golang.org/x/time"},
	"bot/telegram/telegramtest": {},
	"bot/telegram/emulator":     {may: "bot/telegram/telegramtest"},
	"bot/sms":                   {may: "flows flows/gsm", library: "github.com/nyaruka/phonenumbers"},
	"bot/sms/smstest":           {},
	"bot/phone":                 {may: "flows flows/flowstest flows/gsm locales", uses: "golang.org/x/term"},
	"bot/phone/phonetest":       {may: "flows bot/phone", uses: "github.com/chromedp"},
	"bot/desk":                  {may: "flows flows/gsm flows/voucher content content/places locales store", library: "github.com/coreos/go-oidc"},
	"bot/llm":                   {may: "flows", library: "github.com/sashabaranov/go-openai"},
}

// What tests may import besides.
const testLibraries = "github.com/google/go-cmp pgregory.net/rapid go.uber.org/goleak " +
	"github.com/rogpeppe/go-internal github.com/chromedp golang.org/x/tools golang.org/x/text"

// A house is the parsed source tree.
type house struct {
	fset     *token.FileSet
	files    []*file
	paths    []string
	findings []finding
	info     *types.Info // made when first asked for
}

type file struct {
	path, dir string
	test      bool
	text      string
	ast       *ast.File // nil for what is no Go
}

type finding struct {
	at   string // path:line
	text string
}

func (h *house) find(f *file, pos token.Pos, format string, args ...any) {
	at := fmt.Sprintf("%s:%d", f.path, h.fset.Position(pos).Line)
	h.findings = append(h.findings, finding{at, fmt.Sprintf(format, args...)})
}

// The rules, each by its name.
var rules = map[string]func(*house){
	"every package has its room":        (*house).checkRooms,
	"imports follow the table":          (*house).checkImports,
	"siblings under bot stay apart":     (*house).checkSiblings,
	"one library, one room":             (*house).checkLibraries,
	"flows imports nothing impure":      (*house).checkPureImports,
	"flows reads no clock":              (*house).checkPureNames,
	"flows has no goroutine or channel": (*house).checkGoroutines,
	"flows ranges over no map":          (*house).checkMapLoops,
	"no init":                           (*house).checkInit,
	"no package-level state":            (*house).checkState,
	"every package has a comment":       (*house).checkPackageComments,
	"every exported name has a comment": (*house).checkComments,
	"functions and files stay small":    (*house).checkSizes,
	"no other folder at the top":        (*house).checkFolders,
	"nothing is left for later":         (*house).checkLater,
}

func TestHouse(t *testing.T) {
	h := read(t, os.DirFS("."))
	if len(h.goFiles()) < 10 {
		t.Fatalf("read %d Go files; is this the top of the module?", len(h.goFiles()))
	}
	for name, check := range rules {
		t.Run(name, func(t *testing.T) {
			h.findings = nil
			check(h)
			for _, f := range h.findings {
				t.Errorf("%s: %s", f.at, f.text)
			}
		})
	}
}

// Each fixture is a small house with faults on the lines marked "caught". The
// rule must find these and nothing else.
func TestRulesCatch(t *testing.T) {
	fixtures, err := os.ReadFile(".ci/house.txtar")
	if err != nil {
		t.Fatal(err)
	}
	houses := map[string][]txtar.File{}
	for _, f := range txtar.Parse(fixtures).Files {
		rule, name, _ := strings.Cut(f.Name, ": ")
		if rules[rule] == nil {
			t.Errorf("a fixture for %q, which is no rule", rule)
		}
		houses[rule] = append(houses[rule], txtar.File{Name: name, Data: expand(f.Data)})
	}
	for name, check := range rules {
		t.Run(name, func(t *testing.T) {
			tree, err := txtar.FS(&txtar.Archive{Files: houses[name]})
			if err != nil {
				t.Fatal(err)
			}
			h := read(t, tree)
			check(h)
			got := []string{}
			for _, f := range h.findings {
				got = append(got, f.at)
			}
			slices.Sort(got)
			want := marked(houses[name])
			if len(want) == 0 {
				t.Fatal("no fixture shows what this rule catches")
			}
			if diff := gocmp.Diff(want, slices.Compact(got)); diff != "" {
				t.Errorf("caught (-want +got):\n%s\n%v", diff, h.findings)
			}
		})
	}
}

// expand repeats a line "@60 text" 60 times, and joins what a fixture must not
// say itself.
func expand(source []byte) []byte {
	var b strings.Builder
	for line := range strings.Lines(string(source)) {
		n, rest, found := strings.Cut(strings.TrimPrefix(line, "@"), " ")
		times, err := strconv.Atoi(n)
		if !found || err != nil || line[0] != '@' {
			times, rest = 1, line
		}
		b.WriteString(strings.Repeat(rest, times))
	}
	return []byte(strings.NewReplacer("TO_DO", "TO"+"DO", "FIX_ME", "FIX"+"ME").Replace(b.String()))
}

func marked(files []txtar.File) []string {
	var lines []string
	for _, f := range files {
		for i, line := range strings.Split(string(f.Data), "\n") {
			if strings.Contains(line, "caught") {
				lines = append(lines, fmt.Sprintf("%s:%d", f.Name, i+1))
			}
		}
	}
	slices.Sort(lines)
	return lines
}

// read parses a tree, without what belongs to git, to tests' own data or to a
// running program.
func read(t *testing.T, tree fs.FS) *house {
	t.Helper()
	h := &house{fset: token.NewFileSet()}
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == ".git", name == "data", d.IsDir() && d.Name() == "testdata":
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		h.paths = append(h.paths, name)
		return h.add(tree, name)
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) add(tree fs.FS, name string) error {
	known := slices.Contains(strings.Fields(".go .md .toml .css .js .html .svg .yml .service .txtar"), path.Ext(name))
	if !known && path.Base(name) != "run" {
		return nil
	}
	text, err := fs.ReadFile(tree, name)
	if err != nil {
		return err
	}
	f := &file{path: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go"), text: string(text)}
	if path.Ext(name) == ".go" {
		if f.ast, err = parser.ParseFile(h.fset, name, text, parser.ParseComments); err != nil {
			return err
		}
	}
	h.files = append(h.files, f)
	return nil
}

// code are the Go files that are no tests; goFiles all of them.
func (h *house) code() []*file {
	return slices.DeleteFunc(h.goFiles(), func(f *file) bool { return f.test })
}

func (h *house) goFiles() []*file {
	return slices.DeleteFunc(slices.Clone(h.files), func(f *file) bool { return f.ast == nil })
}

// imports returns what a file imports: ours by room, all others by path.
func (f *file) imports() (ours, others []*ast.ImportSpec) {
	for _, spec := range f.ast.Imports {
		if spec.Path.Value == strconv.Quote(module) || strings.HasPrefix(spec.Path.Value, `"`+module+"/") {
			ours = append(ours, spec)
		} else {
			others = append(others, spec)
		}
	}
	return ours, others
}

func importPath(spec *ast.ImportSpec) string {
	return strings.TrimPrefix(strings.Trim(spec.Path.Value, `"`), module+"/")
}

func lists(list, item string) bool { return slices.Contains(strings.Fields(list), item) }

// listsModule tells whether one of the listed modules holds a package.
func listsModule(list, pkg string) bool {
	return slices.ContainsFunc(strings.Fields(list), func(m string) bool {
		return pkg == m || strings.HasPrefix(pkg, m+"/")
	})
}

func external(pkg string) bool {
	domain, _, _ := strings.Cut(pkg, "/")
	return strings.Contains(domain, ".")
}

func (h *house) checkRooms() {
	for _, f := range h.code() {
		if _, ok := rooms[f.dir]; !ok {
			h.find(f, f.ast.Package, "%s has no line in the table of rooms", f.dir)
		}
	}
}

func (h *house) checkImports() {
	for _, f := range h.code() {
		ours, _ := f.imports()
		for _, spec := range ours {
			if may := rooms[f.dir].may; may != "*" && !lists(may, importPath(spec)) {
				h.find(f, spec.Pos(), "%s may not import %s", f.dir, importPath(spec))
			}
		}
	}
}

// checkSiblings looks at tests too: channels know nothing of one another.
func (h *house) checkSiblings() {
	channel := func(dir string) string {
		rest, _ := strings.CutPrefix(dir, "bot/")
		first, _, _ := strings.Cut(rest, "/")
		return first
	}
	for _, f := range h.goFiles() {
		ours, _ := f.imports()
		for _, spec := range ours {
			to := importPath(spec)
			if strings.HasPrefix(f.dir, "bot/") && strings.HasPrefix(to, "bot/") && channel(f.dir) != channel(to) {
				h.find(f, spec.Pos(), "%s and %s are siblings", f.dir, to)
			}
		}
	}
}

func (h *house) checkLibraries() {
	for _, f := range h.goFiles() {
		allowed := rooms[f.dir].library + " " + rooms[f.dir].uses
		if f.test {
			allowed += " " + testLibraries
		}
		_, others := f.imports()
		for _, spec := range others {
			if pkg := importPath(spec); external(pkg) && !listsModule(allowed, pkg) {
				h.find(f, spec.Pos(), "%s is not a library of %s", pkg, f.dir)
			}
		}
	}
}
