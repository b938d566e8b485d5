package intent

// maxWord is the longest word, in bytes, that is compared for near misses.
const maxWord = 40

// within reports whether at most limit letters must be added, dropped,
// replaced or exchanged with their neighbour to make b of a.
func within(a, b string, limit int) bool {
	if abs(len(a)-len(b)) > limit || max(len(a), len(b)) > maxWord {
		return false
	}
	return distance(a, b) <= limit
}

// distance counts these changes; both words are at most maxWord long.
func distance(a, b string) int {
	var rows [3][maxWord + 1]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := last[j]
			if a[i] != b[j] {
				cost = 1 + min(last[j], last[j+1], row[j])
			}
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				cost = min(cost, before[j-1]+1)
			}
			row[j+1] = cost
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// abs is n without its sign.
func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
