package flowstest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestUnified(t *testing.T) {
	tests := []struct {
		name, want, got, diff string
		first                 int
	}{
		{"equal", "a b c", "a b c", "", 0},
		{"one line changed", "a b c d e f g h i", "a b c d X f g h i", "@@ -10,7 +10,7 @@| b| c| d|-e|+X| f| g| h", 13},
		{"one line more at the end", "a b", "a b c", "@@ -9,2 +9,3 @@| a| b|+c", 11},
		{"one line less at the beginning", "a b", "b", "@@ -9,2 +9,1 @@|-a| b", 9},
		{
			"two places apart", "a 1 2 3 4 5 6 7 b", "X 1 2 3 4 5 6 7 Y",
			"@@ -9,4 +9,4 @@|-a|+X| 1| 2| 3|@@ -14,4 +14,4 @@| 5| 6| 7|-b|+Y", 9,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := ""
			if tt.diff != "" {
				want = "--- t (written)\n+++ t (played)\n" + strings.ReplaceAll(tt.diff, "|", "\n") + "\n"
			}
			got, first := unified("t", 9, strings.Fields(tt.want), strings.Fields(tt.got))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("unified (-want +got):\n%s", diff)
			}
			if first != tt.first {
				t.Errorf("the first line that differs is %d, want %d", first, tt.first)
			}
		})
	}
}

// Whatever is compared, the edits hold both texts, and texts that differ by
// few lines share the others.
func TestCompareHoldsBothTexts(t *testing.T) {
	lines := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", ""}), 0, 12)
	rapid.Check(t, func(t *rapid.T) {
		want, got := lines.Draw(t, "want"), lines.Draw(t, "got")
		var first, second, shared []string
		for _, e := range compare(want, got) {
			if e.sign != '+' {
				first = append(first, e.line)
			}
			if e.sign != '-' {
				second = append(second, e.line)
			}
			if e.sign == ' ' {
				shared = append(shared, e.line)
			}
		}
		if strings.Join(first, "\n") != strings.Join(want, "\n") || strings.Join(second, "\n") != strings.Join(got, "\n") {
			t.Fatalf("compare(%q, %q) holds %q and %q", want, got, first, second)
		}
		if best := longest(want, got)[0][0]; len(shared) != best {
			t.Fatalf("compare(%q, %q) shares %d lines, could share %d", want, got, len(shared), best)
		}
	})
}

// Very long texts are not aligned, but still compared.
func TestCompareOfLongTexts(t *testing.T) {
	want := strings.Split(strings.Repeat("x\n", 3000)+"end", "\n")
	got := strings.Split(strings.Repeat("y\n", 3000)+"end", "\n")
	edits := compare(want, got)
	if n := len(edits); n != 6001 || edits[n-1] != (edit{' ', "end"}) {
		t.Errorf("%d edits, the last %+v", n, edits[n-1])
	}
}
