package bot

import (
	"slices"
	"strings"

	"passerelle/content"
)

// explainRules prints the pages of the codes named, or the list of all codes.
func (c call) explainRules(named []string, asJSON bool) error {
	pages := content.RulePages(c.words.bundle, c.words.language)
	chosen := pages
	if len(named) > 0 {
		chosen = nil
	}
	for _, name := range named {
		i := slices.IndexFunc(pages, func(p content.RulePage) bool { return strings.EqualFold(string(p.Code), name) })
		if i < 0 {
			return complain("lint.explain.unknown", nil, "value", name)
		}
		chosen = append(chosen, pages[i])
	}
	switch {
	case asJSON:
		return c.printJSON(chosen)
	case len(named) == 0:
		return c.listRules(chosen)
	}
	texts := make([]string, len(chosen))
	for i, page := range chosen {
		texts[i] = c.rulePage(page)
	}
	return c.print(strings.Join(texts, "\n\n"))
}

// listRules prints a line for each code.
func (c call) listRules(pages []content.RulePage) error {
	for _, p := range pages {
		first, _, _ := strings.Cut(p.Sentence, "\n")
		if err := c.print(string(p.Code) + " " + p.Label + ": " + first); err != nil {
			return err
		}
	}
	return nil
}

// rulePage is one page as a person reads it.
func (c call) rulePage(p content.RulePage) string {
	lines := []string{string(p.Code) + " (" + p.Label + ") " + p.Sentence, c.words.say("lint.explain.why", "text", p.Why)}
	if p.Repair != "" {
		lines = append(lines, c.words.say("lint.explain.repair", "text", p.Repair))
	}
	if p.Example != "" {
		example := "  " + strings.ReplaceAll(strings.TrimSuffix(p.Example, "\n"), "\n", "\n  ")
		lines = append(lines, c.words.say("lint.explain.example"), example)
	}
	return strings.Join(lines, "\n")
}
