package main_test

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// What the pure rooms may import of the standard library, and the few names of
// it that would let the world in all the same.
const (
	pureImports = "bytes cmp crypto/sha256 encoding/binary encoding/hex encoding/json errors fmt hash/fnv iter " +
		"log/slog maps math math/bits slices sort strconv strings time unicode unicode/utf8"
	impureNames = "time.Now time.Since time.Until time.After time.AfterFunc time.Sleep time.Tick time.NewTimer " +
		"time.NewTicker time.Local time.LoadLocation fmt.Print fmt.Printf fmt.Println fmt.Scan fmt.Scanf fmt.Scanln " +
		"slog.Debug slog.Info slog.Warn slog.Error slog.Log slog.LogAttrs slog.Default slog.New slog.SetDefault slog.With " +
		"slog.DebugContext slog.InfoContext slog.WarnContext slog.ErrorContext"
)

func (h *house) pure() []*file {
	return slices.DeleteFunc(h.code(), func(f *file) bool { return f.dir != "flows" && !strings.HasPrefix(f.dir, "flows/") })
}

func (h *house) checkPureImports() {
	for _, f := range h.pure() {
		_, others := f.imports()
		for _, spec := range others {
			if pkg := importPath(spec); !external(pkg) && !lists(pureImports, pkg) {
				h.find(f, spec.Pos(), "a pure room may not import %s", pkg)
			}
		}
	}
}

func (h *house) checkPureNames() {
	info := h.types()
	for _, f := range h.pure() {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if name := packageOf(info, sel.X) + "." + sel.Sel.Name; lists(impureNames, path.Base(name)) || name == ".Local" {
				h.find(f, n.Pos(), "a pure room may not use %s", name)
			}
			return true
		})
	}
}

func (h *house) checkGoroutines() {
	for _, f := range h.pure() {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt, *ast.ChanType, *ast.SendStmt, *ast.SelectStmt:
				h.find(f, n.Pos(), "a pure room has no goroutine and no channel")
			case *ast.UnaryExpr:
				if n.Op == token.ARROW {
					h.find(f, n.Pos(), "a pure room receives from no channel")
				}
			}
			return true
		})
	}
}

// checkMapLoops needs types: of our own packages, and of the few standard ones
// whose functions hand a type through.
func (h *house) checkMapLoops() {
	info := h.types()
	for _, f := range h.pure() {
		sorted := map[ast.Expr]bool{}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.RangeStmt:
				if isMap(info.TypeOf(n.X)) {
					h.find(f, n.Pos(), "a loop over a map has no order")
				}
			case *ast.CallExpr:
				sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr)
				if !ok {
					break
				}
				switch name := packageOf(info, sel.X) + "." + sel.Sel.Name; {
				case strings.HasPrefix(name, "slices.Sorted"):
					sorted[n.Args[0]] = true
				case lists("maps.All maps.Keys maps.Values", name) && !sorted[n]:
					h.find(f, n.Pos(), "%s has no order unless sorted at once", name)
				}
			}
			return true
		})
	}
}

func isMap(t types.Type) bool {
	if p, ok := t.(*types.TypeParam); ok {
		iface := p.Underlying().(*types.Interface)
		for e := range iface.EmbeddedTypes() {
			if u, ok := e.(*types.Union); ok && isMap(u.Term(0).Type()) || isMap(e) {
				return true
			}
		}
		return false
	}
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Map)
	return ok
}

// packageOf returns the path of the package an expression names, or "".
func packageOf(info *types.Info, x ast.Expr) string {
	if id, ok := x.(*ast.Ident); ok {
		if name, ok := info.Uses[id].(*types.PkgName); ok {
			return name.Imported().Path()
		}
	}
	return ""
}

// An importer makes the types of our packages from this tree, those of the
// standard packages listed from their source, and leaves all others empty.
type importer struct {
	*house
	info *types.Info
	made map[string]*types.Package
}

const typed = "cmp iter maps slices sort strconv strings"

// types returns what is known of the types of all our packages.
func (h *house) types() *types.Info {
	if h.info != nil {
		return h.info
	}
	h.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{},
		Uses:  map[*ast.Ident]types.Object{},
		Defs:  map[*ast.Ident]types.Object{},
	}
	im := importer{h, h.info, map[string]*types.Package{"unsafe": types.Unsafe}}
	for _, f := range h.code() {
		_, _ = im.Import(module + "/" + f.dir)
	}
	return h.info
}

// Import implements [types.Importer].
func (im importer) Import(pkg string) (*types.Package, error) {
	if p, ok := im.made[pkg]; ok {
		return p, nil
	}
	files := im.source(pkg)
	conf := types.Config{Importer: im, Error: func(error) {}, IgnoreFuncBodies: lists(typed, pkg), FakeImportC: true}
	p, _ := conf.Check(pkg, im.fset, files, im.info)
	if len(files) == 0 {
		p = types.NewPackage(pkg, path.Base(pkg))
	}
	p.MarkComplete()
	im.made[pkg] = p
	return p, nil
}

func (im importer) source(pkg string) (files []*ast.File) {
	if dir, ok := strings.CutPrefix(pkg, module+"/"); ok {
		for _, f := range im.code() {
			if f.dir == dir {
				files = append(files, f.ast)
			}
		}
		return files
	}
	if !lists(typed, pkg) {
		return nil
	}
	dir := filepath.Join(build.Default.GOROOT, "src", pkg)
	found, _ := build.Default.ImportDir(dir, 0)
	for _, name := range found.GoFiles {
		if f, err := parser.ParseFile(im.fset, filepath.Join(dir, name), nil, 0); err == nil {
			files = append(files, f)
		}
	}
	return files
}
