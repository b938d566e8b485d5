package gsm

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Rewrite makes a text cost fewer segments, with the least damage that this
// takes, and changes nothing where no segment is saved.
//
// What it may do, in this order: compose what was written in parts; write
// typography as a typewriter does (’ « » … – œ and blanks of special width);
// write letters that GSM lacks as the nearest it has (ê ç ô À). The letters é è
// à ù are in its alphabet and stay. A text with a letter of another script
// (Arabic, Cyrillic) is only composed, and one with an emoji keeps it.
func Rewrite(text string) string {
	if inGSM(text) {
		return text
	}
	best := text
	if composed := norm.NFC.String(text); segments(composed) <= segments(text) {
		best = composed
	}
	if segments(best) == 1 || Foreign(best) {
		return best
	}
	plain := norm.NFC.String(typewritten(best))
	for _, cheaper := range [...]string{plain, norm.NFC.String(unaccented(plain))} {
		if segments(cheaper) < segments(best) {
			best = cheaper
		}
	}
	return best
}

func segments(text string) int { return Measure(text).Segments }

// Foreign tells whether a text has a letter, or a mark on one, of a script that
// is neither ours nor in the alphabet: no rewriting makes it cheaper.
func Foreign(text string) bool {
	for _, r := range text {
		if r >= utf8.RuneSelf && unicode.In(r, unicode.L, unicode.M) && septets(r) == 0 &&
			!unicode.In(r, unicode.Latin, unicode.Common, unicode.Inherited) {
			return true
		}
	}
	return false
}

// Typography that plain signs stand for. Nothing is lost by it but beauty.
var plainSigns = map[rune]string{
	'’': "'", '‘': "'", '‚': "'", '‛': "'", '′': "'", 'ʼ': "'", '´': "'", '`': "'", '‹': "'", '›': "'",
	'“': `"`, '”': `"`, '„': `"`, '‟': `"`, '″': `"`, '«': `"`, '»': `"`,
	'‐': "-", '‑': "-", '‒': "-", '–': "-", '—': "-", '―': "-", '−': "-", '•': "-", '·': "-", '‣': "-", '▪': "-",
	'…': "...", '‥': "..", '⁄': "/", '×': "x", '÷': "/", '→': "->", '←': "<-", '≤': "<=", '≥': ">=",
	'œ': "oe", 'Œ': "OE", '™': "TM", '©': "(c)", '®': "(R)", 'ª': "a", 'º': "o",
	'¹': "1", '²': "2", '³': "3", '¼': "1/4", '½': "1/2", '¾': "3/4", '№': "No",
	'\t': " ", '\u0085': "\n", '\u2028': "\n", '\u2029': "\n",
	// What has no width: the hyphen of a possible break, marks of direction.
	'\u00ad': "", '\u200b': "", '\u200e': "", '\u200f': "", '\u2060': "", '\ufeff': "",
	'\u2066': "", '\u2067': "", '\u2068': "", '\u2069': "",
}

// A typewriter writes a text with plain signs.
type typewriter struct {
	out  strings.Builder
	last rune // the last character read
	// quoting says that a « is open: the blanks within its quotes go.
	quoting, opened bool
}

func typewritten(text string) string {
	t := &typewriter{last: '\n'}
	runes := []rune(text)
	for i, r := range runes {
		next := rune(0)
		if i+1 < len(runes) {
			next = runes[i+1]
		}
		t.write(r, next)
		t.last = r
	}
	return t.out.String()
}

// write writes one character; next is the one after it.
func (t *typewriter) write(r, next rune) {
	opened := t.opened
	t.opened = false
	switch {
	case unicode.Is(unicode.Zs, r):
		if !opened && (!t.quoting || next != '»') {
			t.out.WriteByte(' ')
		}
		return
	case r == '°':
		t.degree(next)
		return
	case r == '«' && !unicode.In(t.last, unicode.L, unicode.N): // of other languages, it closes
		t.quoting, t.opened = true, true
	case r == '»':
		t.quoting = false
	}
	if plain, ok := plainSigns[r]; ok {
		t.out.WriteString(plain)
		return
	}
	t.out.WriteRune(r)
}

// degree writes the small circle: "n° 5" is a number, "20 °C" a warmth.
func (t *typewriter) degree(next rune) {
	if t.last == 'n' || t.last == 'N' {
		t.out.WriteByte('o')
		return
	}
	if !unicode.Is(unicode.Zs, t.last) {
		t.out.WriteByte(' ')
	}
	t.out.WriteString("degrés")
	if unicode.In(next, unicode.L, unicode.N) {
		t.out.WriteByte(' ')
	}
}

// Letters that are no letter with a mark, and the nearest that GSM has.
var nearLetters = map[rune]string{
	'đ': "d", 'Đ': "D", 'ð': "d", 'Ð': "D", 'ħ': "h", 'Ħ': "H", 'ı': "i", 'ł': "l", 'Ł': "L",
	'ŋ': "n", 'Ŋ': "N", 'þ': "th", 'Þ': "Th", 'ŧ': "t", 'Ŧ': "T", 'ə': "e", 'Ə': "E", 'ẞ': "SS",
}

// unaccented writes the letters that GSM lacks as the nearest it has, and
// leaves all others as they are.
func unaccented(text string) string {
	var out strings.Builder
	latin := false // the last letter is ours
	for _, r := range text {
		mark := unicode.Is(unicode.Mn, r)
		switch near, ok := nearest(r); {
		case mark && latin:
			continue
		case ok:
			out.WriteString(near)
		default:
			out.WriteRune(r)
		}
		latin = unicode.Is(unicode.Latin, r)
	}
	return out.String()
}

// nearest is what stands for a letter that GSM lacks.
func nearest(r rune) (string, bool) {
	if r < utf8.RuneSelf || septets(r) > 0 {
		return "", false
	}
	if near, ok := nearLetters[r]; ok {
		return near, true
	}
	if !unicode.Is(unicode.Latin, r) {
		return "", false
	}
	bare := strings.Map(func(part rune) rune {
		if unicode.Is(unicode.Mn, part) {
			return -1
		}
		return part
	}, norm.NFKD.String(string(r)))
	return bare, bare != "" && inGSM(bare)
}
