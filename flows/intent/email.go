package intent

import "strings"

// parseEmail reads the one e-mail address of a text, also when it is written
// as it is spoken: "marie point dupont arobase laposte point net".
func parseEmail(text string) (string, bool) {
	text = unaccent(plainDigits(text))
	spoken := !strings.Contains(text, "@")
	words := strings.Fields(spread(text, spoken))
	at := -1
	for i, w := range words {
		switch {
		case w == "@" && at >= 0:
			return "", false // two addresses
		case w == "@":
			at = i
		}
	}
	if at < 1 || at == len(words)-1 {
		return "", false
	}
	first, last := ends(words, at)
	if !isLeadIn(words[:first], false) || !isLeadIn(words[last+1:], true) {
		return "", false
	}
	address := strings.Trim(strings.Join(words[first:last+1], ""), ".,;:!?()[]\"'«»")
	return address, isAddress(address)
}

// unaccent folds letters but keeps signs: no address has an accent.
func unaccent(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			b.WriteString(Fold(string(r)))
		}
	}
	return b.String()
}

// spread puts spaces around the signs that join an address, whether written
// as signs or, when spoken, as words.
func spread(text string, spoken bool) string {
	text = strings.NewReplacer("@", " @ ", "(at)", " @ ", "[at]", " @ ", "(arobase)", " @ ", "<", " ", ">", " ", "mailto:", " ",
		"tiret du 6", " - ", "tiret du 8", " _ ", "tiret du bas", " _ ", "tiret bas", " _ ").Replace(text)
	words := strings.Fields(text)
	for i, w := range words {
		words[i] = sign(w, spoken)
	}
	return strings.Join(words, " ")
}

// sign returns the sign a spoken word names, or the word.
func sign(word string, spoken bool) string {
	switch word {
	case "arobase", "arobas", "arrobase", "arobaze", "arobasse", "arobace", "arrobas":
		return "@"
	case "at":
		if spoken {
			return "@"
		}
	case "point", "dot":
		return "."
	case "tiret", "dash":
		return "-"
	case "underscore", "souligne":
		return "_"
	}
	return word
}

// ends finds the first and last word of the address around the @: words joined
// by a sign belong to it, and a provider's ending does without its point.
func ends(words []string, at int) (first, last int) {
	first, last = at-1, at+1
	for first >= 1 && (isJoint(words[first-1]) || isJoint(words[first])) {
		first--
	}
	for last+1 < len(words) && (isJoint(words[last+1]) && last+2 < len(words) || isJoint(words[last])) {
		last++
	}
	if last+1 < len(words) && isCutOff(strings.Join(words[at+1:last+1], ""), words[last+1]) {
		last++
		words[last] = "." + strings.TrimLeft(words[last], ".")
		words[last-1] = strings.TrimRight(words[last-1], ".")
	}
	return first, last
}

// isCutOff reports whether the next word is the end of a domain, written after
// a space: "gmail com", "gmail. com", "gmail .com".
func isCutOff(domain, next string) bool {
	return !strings.Contains(strings.TrimRight(domain, "."), ".") && isEndingOfDomain(strings.TrimLeft(next, "."))
}

// isJoint reports whether a word is a sign that joins two others.
func isJoint(word string) bool { return word == "." || word == "-" || word == "_" }

// isEndingOfDomain reports whether a word is a usual last part of an address.
func isEndingOfDomain(word string) bool {
	switch strings.TrimRight(word, ".,;!?") {
	case "fr", "com", "net", "org", "eu", "re", "be", "ch", "info":
		return true
	}
	return false
}

// isLeadIn reports whether words may stand around an address without being a
// part of it written with a space.
func isLeadIn(words []string, after bool) bool {
	for _, w := range words {
		for part := range strings.SplitSeq(Fold(w), " ") {
			if !isAroundAddress(part) && (!after || classOf(part) != stop) {
				return false
			}
		}
	}
	return true
}

// isAroundAddress reports whether a word introduces an address.
func isAroundAddress(word string) bool {
	switch word {
	case "", "mon", "ma", "mes", "adresse", "adress", "mail", "email", "e", "mel", "courriel", "c", "est", "cest", "ce", "voici", "voila", "bonjour", "oui", "ok", "la", "le", "l",
		"merci", "svp", "stp", "my", "is", "address", "it", "s", "alors", "euh", "pour", "moi", "a", "suivante", "the", "here":
		return true
	}
	return false
}

// isAddress reports whether a text has the form of an address people get.
func isAddress(text string) bool {
	local, domain, ok := strings.Cut(text, "@")
	if !ok || len(local) > 64 || len(text) > 254 || !isLocal(local) {
		return false
	}
	labels := strings.Split(domain, ".")
	for _, label := range labels {
		if !isHost(label) {
			return false
		}
	}
	ending := labels[len(labels)-1]
	return len(labels) > 1 && len(ending) >= 2 && strings.Trim(ending, "abcdefghijklmnopqrstuvwxyz") == ""
}

// isLocal reports whether a text may stand before the @.
func isLocal(local string) bool {
	const allowed = "abcdefghijklmnopqrstuvwxyz0123456789._%+-"
	return local != "" && strings.Trim(local, allowed) == "" &&
		local[0] != '.' && local[len(local)-1] != '.' && !strings.Contains(local, "..")
}

// isHost reports whether a text may stand between the points of a domain.
func isHost(label string) bool {
	const allowed = "abcdefghijklmnopqrstuvwxyz0123456789-"
	return label != "" && len(label) <= 63 && label[0] != '-' && label[len(label)-1] != '-' && strings.Trim(label, allowed) == ""
}
