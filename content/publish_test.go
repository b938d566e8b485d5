package content

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"passerelle/flows"
)

// What is too old, too hard or too long hinders publishing in an editor's own
// lessons; what could be better does not.
func TestHindrances(t *testing.T) {
	problem := func(file string, code Code) Problem {
		return Problem{File: file, Code: code, Severity: ruleOf(code).severity}
	}
	all := []Problem{
		problem("a/a.md", cAged), problem("a/a.md", cVeryHard), problem("a/a.md", cTooLongSMS),
		problem("a/a.md", cHard), problem("a/a.md", cLongSMS), problem("b/b.md", cAged), problem("b/b.md", cVeryHard),
	}
	var codes []Code
	for _, p := range Hindrances(all, []flows.FlowID{"a"}) {
		codes = append(codes, p.Code)
	}
	if diff := cmp.Diff([]Code{cAged, cVeryHard, cTooLongSMS}, codes); diff != "" {
		t.Errorf("hindrances (-want +got):\n%s", diff)
	}
}

// A transcript that cannot be read has no scenario, and says why.
func TestScriptWrong(t *testing.T) {
	s := (&stage{}).play("a/a.essai.md", []byte("not a transcript"))
	if s.wrong() == nil || s.wrong().Error() != s.Err.Error() {
		t.Errorf("it is wrong because of %v, want %v", s.wrong(), s.Err)
	}
}
