package bot

// maxTyped is the longest word that is compared with others.
const maxTyped = 64

// nearest returns the word most like the one typed, or "" when none is close:
// what stands behind "did you mean".
func nearest(typed string, words []string) string {
	if len(typed) > maxTyped {
		return ""
	}
	best, found := len(typed)/3+1, ""
	for _, word := range words {
		if d := distance(typed, word); d <= best && (found == "" || d < best) {
			best, found = d, word
		}
	}
	return found
}

// distance counts the letters to add, drop, change or swap with their
// neighbour to make b of a.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			rows[i][j] = cheapest(rows, x, y, i, j)
		}
	}
	return rows[len(x)][len(y)]
}

// cheapest fills one cell of the table of distances.
func cheapest(rows [][]int, x, y []rune, i, j int) int {
	change := 1
	if x[i-1] == y[j-1] {
		change = 0
	}
	best := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
	if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
		best = min(best, rows[i-2][j-2]+1)
	}
	return best
}
