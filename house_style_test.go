package main_test

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// Sizes above which code is split, and the folders at the top.
const (
	maxFileLines     = 500
	maxFunctionLines = 60
	maxParameters    = 5
	topFolders       = "bot flows content store locales deploy .ci"
)

func (h *house) checkInit() {
	for _, f := range h.goFiles() {
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == "init" && fn.Recv == nil {
				h.find(f, fn.Pos(), "no program starts in init")
			}
		}
	}
}

// checkState lets a package-level var be an embedded file, a compile-time
// guard, an error sentinel, or a table that nothing writes to.
func (h *house) checkState() {
	for _, f := range h.code() {
		for _, d := range f.ast.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			for _, spec := range gen.Specs {
				if v := spec.(*ast.ValueSpec); !h.constant(f, v, text(gen.Doc)+text(v.Doc)) {
					h.find(f, v.Pos(), "%s is state of a package", v.Names[0].Name)
				}
			}
		}
	}
}

func (h *house) constant(f *file, v *ast.ValueSpec, doc string) bool {
	name := v.Names[0].Name
	if strings.Contains(doc, "//go:embed") || name == "_" {
		return true
	}
	if len(v.Values) != 1 || len(v.Names) != 1 {
		return false
	}
	if h.written(f.dir, v.Names[0]) {
		return false
	}
	switch x := v.Values[0].(type) {
	case *ast.CallExpr:
		made := types.ExprString(x.Fun)
		if lists("errors.New fmt.Errorf", made) {
			return strings.HasPrefix(strings.ToLower(name), "err")
		}
		return lists("strings.NewReplacer template.Must []byte sync.OnceFunc", made) && !ast.IsExported(name)
	case *ast.CompositeLit:
		return isTable(h.types().TypeOf(x)) && !ast.IsExported(name)
	}
	return false
}

func isTable(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Array, *types.Slice, *types.Map:
		return true
	}
	return false
}

// written tells whether a package assigns to a variable, to a part of it, or
// takes its address.
func (h *house) written(dir string, name *ast.Ident) bool {
	info, found := h.types(), false
	root := func(x ast.Expr) {
		for {
			switch y := x.(type) {
			case *ast.IndexExpr:
				x = y.X
			case *ast.SelectorExpr:
				x = y.X
			case *ast.Ident:
				found = found || info.Uses[y] == info.Defs[name]
				return
			default:
				return
			}
		}
	}
	for _, f := range h.code() {
		if f.dir != dir {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				if n.Tok != token.DEFINE {
					for _, x := range n.Lhs {
						root(x)
					}
				}
			case *ast.IncDecStmt:
				root(n.X)
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					root(n.X)
				}
			case *ast.CallExpr:
				if id, ok := n.Fun.(*ast.Ident); ok && lists("delete clear copy", id.Name) {
					root(n.Args[0])
				}
			}
			return true
		})
	}
	return found
}

func text(doc *ast.CommentGroup) string {
	if doc == nil {
		return ""
	}
	var b strings.Builder
	for _, c := range doc.List {
		b.WriteString(c.Text + "\n")
	}
	return b.String()
}

func (h *house) checkPackageComments() {
	first, commented := map[string]*file{}, map[string]bool{}
	for _, f := range h.code() {
		first[f.dir] = cmp.Or(first[f.dir], f)
		commented[f.dir] = commented[f.dir] || f.ast.Doc != nil
	}
	for dir, f := range first {
		if !commented[dir] {
			h.find(f, f.ast.Package, "package %s has no comment", dir)
		}
	}
}

func (h *house) checkComments() {
	for _, f := range h.code() {
		for _, d := range f.ast.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Doc == nil && d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d))) {
					h.find(f, d.Pos(), "%s has no comment", d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if name := uncommented(d, spec); name != "" {
						h.find(f, spec.Pos(), "%s has no comment", name)
					}
				}
			}
		}
	}
}

func receiver(d *ast.FuncDecl) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(types.ExprString(d.Recv.List[0].Type), "*"), "[")
	return name
}

// uncommented returns the exported name of a declaration that no comment
// explains, its own or that of its group.
func uncommented(group *ast.GenDecl, spec ast.Spec) string {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() && s.Doc == nil && (group.Doc == nil || group.Lparen.IsValid()) {
			return s.Name.Name
		}
	case *ast.ValueSpec:
		if s.Names[0].IsExported() && s.Doc == nil && s.Comment == nil && group.Doc == nil {
			return s.Names[0].Name
		}
	}
	return ""
}

func (h *house) checkSizes() {
	line := func(p token.Pos) int { return h.fset.Position(p).Line }
	for _, f := range h.goFiles() {
		if n := strings.Count(f.text, "\n"); n > maxFileLines {
			h.find(f, f.ast.Package, "%d lines are too many for a file", n)
		}
		if f.test {
			continue
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if fn.Body != nil && line(fn.Body.Rbrace)-line(fn.Body.Lbrace)-1 > maxFunctionLines {
				h.find(f, fn.Pos(), "%s is too long", fn.Name.Name)
			}
			if fn.Type.Params.NumFields() > maxParameters {
				h.find(f, fn.Pos(), "%s has too many parameters", fn.Name.Name)
			}
		}
	}
}

func (h *house) checkFolders() {
	for _, name := range h.paths {
		if folder, _, deep := strings.Cut(name, "/"); deep && !lists(topFolders, folder) {
			h.findings = append(h.findings, finding{name + ":1", folder + " has no place at the top"})
		}
	}
}

func (h *house) checkLater() {
	for _, f := range h.files {
		for i, line := range strings.Split(f.text, "\n") {
			if strings.Contains(line, "TO"+"DO") || strings.Contains(line, "FIX"+"ME") {
				h.findings = append(h.findings, finding{fmt.Sprintf("%s:%d", f.path, i+1), strings.TrimSpace(line)})
			}
		}
	}
}
