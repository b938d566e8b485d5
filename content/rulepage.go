package content

import (
	"embed"
	"io/fs"
	"slices"
	"strings"

	"passerelle/locales"
)

// A RulePage explains one code: it is made from the table of codes, its
// sentences, and a lesson of the tests that has the mistake.
type RulePage struct {
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	// Label is the severity in words, Sentence what is said of the mistake, with
	// its places in braces.
	Label    string `json:"label"`
	Sentence string `json:"sentence"`
	Why      string `json:"why"`
	// Repair may be empty: a suggestion stands in its place.
	Repair string `json:"repair,omitempty"`
	// Example is a mistake with its place, and how it is repaired; it may be
	// empty.
	Example string `json:"example,omitempty"`
}

//go:embed testdata/mistakes/*.txtar
var mistakeFiles embed.FS

// RulePages are the pages of all codes, in the order of the table.
func RulePages(bundle *locales.Bundle, language string) []RulePage {
	examples := examples(language)
	pages := make([]RulePage, len(rules))
	for i, r := range rules {
		say := func(id string) string {
			text, _, _ := bundle.Text(language, id)
			return strings.TrimSpace(text)
		}
		pages[i] = RulePage{
			Code: r.code, Severity: r.severity, Label: say("lint." + string(r.severity)),
			Sentence: say("lint." + string(r.code)), Why: say("lint." + string(r.code) + ".why"),
			Example: examples[r.code],
		}
		if r.repair {
			pages[i].Repair = say("lint." + string(r.code) + ".repair")
		}
	}
	return pages
}

// examples finds, for each code, the first mistake of the tests with a line to
// show, as it is said in a language.
func examples(language string) map[Code]string {
	found := map[Code]string{}
	names, err := fs.Glob(mistakeFiles, "testdata/mistakes/*.txtar")
	if err != nil {
		return found // the pattern is a constant
	}
	slices.Sort(names)
	for _, name := range names {
		data, err := fs.ReadFile(mistakeFiles, name)
		if err != nil {
			continue // it is embedded
		}
		_, said, _ := strings.Cut(string(data), "\n-- problems."+language+" --\n")
		said, _, _ = strings.Cut(said, "\n-- ")
		for _, one := range problemsSaid(said) {
			code := codeOf(one)
			if found[code] == "" && strings.Contains(one, " | ") {
				found[code] = one
			}
		}
	}
	return found
}

// problemsSaid splits what was said into problems: the lines below the first of
// each are set in.
func problemsSaid(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, " ") {
			all = append(all, "")
		}
		if len(all) > 0 {
			all[len(all)-1] += line
		}
	}
	return all
}

// codeOf is the code that a problem names after its place and its severity.
func codeOf(problem string) Code {
	first, _, _ := strings.Cut(problem, "\n")
	for _, r := range rules {
		if strings.Contains(first, " "+string(r.code)+": ") {
			return r.code
		}
	}
	return ""
}
