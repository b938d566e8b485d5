package intent

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Commands knows the command words of one language. It never changes.
type Commands struct {
	words map[string]Command // by skeleton
}

// CompileCommands makes the words of commands ready to be read. When two
// commands claim a word, the first one has it.
func CompileCommands(words []CommandWords) *Commands {
	c := &Commands{words: map[string]Command{}}
	for _, command := range words {
		for _, word := range command.Words {
			key := string(appendSkeleton(nil, dropSigns(appendFold(nil, word))))
			if _, taken := c.words[key]; !taken && key != "" {
				c.words[key] = command.Command
			}
		}
	}
	return c
}

// Read returns the command a text is, whole: "Stop !", "ARRÊT", "stoooop",
// "menu 🙂", "aide svp" and "/aide@robot" are commands, "je veux que ça
// s'arrête" is none.
func (c *Commands) Read(text string) Command {
	if c == nil || len(text) > maxFolded {
		return NoCommand
	}
	if word, slashed := Slashed(text); slashed {
		text = word
	}
	var folded [maxFolded]byte
	var bare, skeleton [maxCommand]byte
	words := dropSigns(appendFold(folded[:0], text))
	if len(words) > maxCommand {
		return NoCommand
	}
	if command, ok := c.words[string(appendSkeleton(skeleton[:0], words))]; ok {
		return command
	}
	words = appendCore(bare[:0], words)
	return c.words[string(appendSkeleton(skeleton[:0], words))]
}

// Slashed returns the word of a text that is written as menus of commands write
// it: "aide" of "/aide" and of "/aide@robot". Any other text is not slashed.
func Slashed(text string) (word string, slashed bool) {
	rest, slashed := strings.CutPrefix(text, "/")
	word, _, _ = strings.Cut(rest, "@")
	if !slashed || word == "" || strings.ContainsAny(rest, "/ \n") {
		return "", false
	}
	return word, true
}

// maxCommand is the length in bytes beyond which no words are a command.
const maxCommand = 64

// dropSigns takes out, in place, the words of a folded text that have neither
// a letter nor a digit: pictures say how one feels, not what one wants.
func dropSigns(folded []byte) []byte {
	kept := folded[:0]
	for len(folded) > 0 {
		var word []byte
		word, folded = nextWord(folded)
		if bytes.IndexFunc(word, isWordRune) < 0 {
			continue
		}
		if len(kept) > 0 {
			kept = append(kept, ' ')
		}
		kept = append(kept, word...)
	}
	return kept
}

// appendSkeleton appends folded words without their spaces, and repeated
// letters once: what "stop", "STOOOP" and "s t o p" share. Digits stay.
func appendSkeleton(dst, folded []byte) []byte {
	start := len(dst)
	for len(folded) > 0 {
		_, size := utf8.DecodeRune(folded)
		char := folded[:size]
		folded = folded[size:]
		if char[0] != ' ' && (isDigit(char[0]) || !bytes.HasSuffix(dst[start:], char)) {
			dst = append(dst, char...)
		}
	}
	return dst
}

// appendCore appends the words of a folded text that are not mere politeness,
// and a repeated word once.
func appendCore(dst, folded []byte) []byte {
	last := len(dst)
	for len(folded) > 0 {
		var word []byte
		word, folded = nextWord(folded)
		if isPolite(string(word)) || string(dst[last:]) == string(word) {
			continue
		}
		if len(dst) > 0 {
			dst = append(dst, ' ')
		}
		last = len(dst)
		dst = append(dst, word...)
	}
	return dst
}

// nextWord splits a folded text after its first word.
func nextWord(folded []byte) (word, rest []byte) {
	for i, c := range folded {
		if c == ' ' {
			return folded[:i], folded[i+1:]
		}
	}
	return folded, nil
}

// Polite reports whether a word only makes what was said kinder, or says
// nothing at all: "svp", a full stop, a flower.
func Polite(word string) bool {
	for part := range strings.SplitSeq(Fold(word), " ") {
		if strings.ContainsFunc(part, isWordRune) && !isPolite(part) {
			return false
		}
	}
	return true
}

// isPolite reports whether a word only makes a command kinder.
func isPolite(word string) bool {
	switch word {
	case "svp", "stp", "merci", "please", "pls", "plz", "s", "il", "vous", "te", "plait", "plais":
		return true
	}
	return isArabicPolite(word)
}
