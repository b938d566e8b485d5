package flowstest

import (
	"fmt"
	"slices"
	"strings"
)

// around is how many equal lines are shown about a difference.
const around = 3

// An edit is one line of a comparison: ' ' in both, '-' only in the first,
// '+' only in the second.
type edit struct {
	sign byte
	line string
}

// unified compares two texts line by line and writes the differences as a
// unified diff, or nothing. The first line of the texts has the number given;
// the number of the first line of want that differs comes back.
func unified(title string, first int, want, got []string) (diff string, differs int) {
	edits := compare(want, got)
	shown := make([]bool, len(edits))
	for i, e := range edits {
		if e.sign != ' ' {
			for j := max(0, i-around); j < min(len(edits), i+around+1); j++ {
				shown[j] = true
			}
		}
	}
	var out strings.Builder
	a, b := first, first
	for i := 0; i < len(edits); i++ {
		if !shown[i] {
			a, b = a+1, b+1
			continue
		}
		end := i
		for end < len(edits) && shown[end] {
			end++
		}
		if out.Len() == 0 {
			out.WriteString("--- " + title + " (written)\n+++ " + title + " (played)\n")
			differs = a + slices.IndexFunc(edits[i:], func(e edit) bool { return e.sign != ' ' })
		}
		nextA, nextB := hunk(&out, edits[i:end], a, b)
		a, b, i = nextA, nextB, end-1
	}
	return out.String(), differs
}

// hunk writes one run of edits and returns the numbers of the lines after it.
func hunk(out *strings.Builder, edits []edit, a, b int) (nextA, nextB int) {
	nextA, nextB = a, b
	for _, e := range edits {
		if e.sign != '+' {
			nextA++
		}
		if e.sign != '-' {
			nextB++
		}
	}
	fmt.Fprintf(out, "@@ -%d,%d +%d,%d @@\n", a, nextA-a, b, nextB-b)
	for _, e := range edits {
		out.WriteByte(e.sign)
		out.WriteString(e.line)
		out.WriteByte('\n')
	}
	return nextA, nextB
}

// maxTable bounds the memory of a comparison; beyond it everything between the
// common ends counts as different.
const maxTable = 4 << 20

// compare finds the fewest lines to take out and put in.
func compare(want, got []string) []edit {
	start := 0
	for start < min(len(want), len(got)) && want[start] == got[start] {
		start++
	}
	end := 0
	for end < min(len(want), len(got))-start && want[len(want)-1-end] == got[len(got)-1-end] {
		end++
	}
	edits := mark(nil, ' ', want[:start])
	a, b := want[start:len(want)-end], got[start:len(got)-end]
	if len(a)*len(b) > maxTable {
		edits = mark(mark(edits, '-', a), '+', b)
	} else {
		edits = append(edits, align(a, b)...)
	}
	return mark(edits, ' ', want[len(want)-end:])
}

func mark(edits []edit, sign byte, lines []string) []edit {
	for _, line := range lines {
		edits = append(edits, edit{sign, line})
	}
	return edits
}

// align keeps as many common lines as can be kept in order.
func align(a, b []string) (edits []edit) {
	kept := longest(a, b)
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			edits = append(edits, edit{' ', a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && kept[i+1][j] >= kept[i][j+1]:
			edits = append(edits, edit{'-', a[i]})
			i++
		default:
			edits = append(edits, edit{'+', b[j]})
			j++
		}
	}
	return edits
}

// longest tells for each i and j how many lines a[i:] and b[j:] can share, in
// order.
func longest(a, b []string) [][]int {
	kept := make([][]int, len(a)+1)
	for i := range kept {
		kept[i] = make([]int, len(b)+1)
	}
	for i, v := range slices.Backward(a) {
		for j := len(b) - 1; j >= 0; j-- {
			if v == b[j] {
				kept[i][j] = kept[i+1][j+1] + 1
			} else {
				kept[i][j] = max(kept[i+1][j], kept[i][j+1])
			}
		}
	}
	return kept
}
