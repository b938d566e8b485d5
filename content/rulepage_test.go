package content

import (
	"strings"
	"testing"
)

// Every code has a page in both languages; most have an example.
func TestRulePages(t *testing.T) {
	for _, language := range []string{"fr", "en"} {
		examples := 0
		for _, p := range RulePages(sentencesOf(t), language) {
			if p.Sentence == "" || p.Why == "" || p.Label == "" || ruleOf(p.Code).repair != (p.Repair != "") {
				t.Errorf("%s: the page of %s is not whole: %+v", language, p.Code, p)
			}
			if p.Example == "" {
				continue
			}
			examples++
			if !strings.Contains(p.Example, " "+p.Label+" "+string(p.Code)+": ") {
				t.Errorf("%s: the example of %s shows something else:\n%s", language, p.Code, p.Example)
			}
		}
		if examples < 80 {
			t.Errorf("%s: only %d codes have an example", language, examples)
		}
	}
}

// Every code of the program is in the table once, so that it has its page.
func TestCodesAreInTheTable(t *testing.T) {
	seen := map[Code]bool{}
	for _, r := range rules {
		if seen[r.code] {
			t.Errorf("%s is in the table twice", r.code)
		}
		seen[r.code] = true
	}
}
