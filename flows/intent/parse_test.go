package intent

import (
	"strings"
	"testing"
)

// refused marks what Parse must not take.
const refused = "\x00"

func testParse(t *testing.T, kind Type, tests [][2]string) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt[0], func(t *testing.T) {
			got, ok := Parse(kind, tt[0])
			if tt[1] == refused {
				if ok || got != "" {
					t.Errorf("Parse(%s, %q) = %q, want it refused", kind, tt[0], got)
				}
				return
			}
			if !ok || got != tt[1] {
				t.Errorf("Parse(%s, %q) = %q, %v, want %q", kind, tt[0], got, ok, tt[1])
			}
		})
	}
}

func TestParseText(t *testing.T) {
	testParse(t, Text, [][2]string{
		{"  Marie \n Dupont ", "Marie Dupont"},
		{"", refused},
		{"\t\u00a0", refused},
		{"👍", "👍"},
		{strings.Repeat("é", 100), strings.Repeat("é", 100)},
		{strings.Repeat("é", 101), refused},
	})
	testParse(t, NoType, [][2]string{{"oui", refused}})
	testParse(t, YesNo, [][2]string{{"oui", refused}})
}

func TestParseNumber(t *testing.T) {
	testParse(t, Number, [][2]string{
		{"12", "12"},
		{"12 ans", "12"},
		{"j'ai 12 ans.", "12"},
		{"1 200,50", "1200.5"},
		{"1\u202f200,50 €", "1200.5"},
		{"1.200,50", "1200.5"},
		{"1,200.50", "1200.5"},
		{"3.5", "3.5"},
		{"3,50", "3.5"},
		{"3.500", "3500"},
		{"0.500", "0.5"},
		{"1'200", "1200"},
		{"1 000 000", "1000000"},
		{"007", "7"},
		{"0", "0"},
		{"100 %", "100"},
		{"-5", "-5"},
		{"−5", "-5"},
		{"moins 5", "-5"},
		{"+5", "5"},
		{"-0", "0"},
		{"٤٢", "42"},
		{"۴۲", "42"},
		{"٣٫٥", "3.5"},
		{"12ans", "12"},
		{"douze", "12"},
		{"DOUZE ans", "12"},
		{"zéro", "0"},
		{"j'ai un fils", "1"},
		{"vingt et un", "21"},
		{"vingt-deux", "22"},
		{"soixante et onze", "71"},
		{"soixante-dix-sept", "77"},
		{"quatre-vingts", "80"},
		{"quatre-vingt-un", "81"},
		{"quatre-vingt-dix-neuf", "99"},
		{"nonante-neuf", "99"},
		{"cent", "100"},
		{"deux cent quatre", "204"},
		{"mille deux cents", "1200"},
		{"trois mille quatre cent vingt", "3420"},
		{"moins cinq", "-5"},
		{"twenty one", "21"},
		{"", refused},
		{"beaucoup", refused},
		{"un peu", refused},
		{"une dizaine", refused},
		{"12 ou 13", refused},
		{"12 et demi", refused},
		{"10h30", refused},
		{"3/5", refused},
		{"1 20", refused},
		{"1,2,3", refused},
		{"trois quatre", refused},
		{"vingt deux trois", refused},
		{"deux fils et trois filles", refused},
		{"zéro un", refused},
		{"12345678901234567", refused},
		{"mille mille mille", refused},
	})
}

func TestParseDate(t *testing.T) {
	testParse(t, Date, [][2]string{
		{"3/5/1980", "1980-05-03"},
		{"03.05.1980", "1980-05-03"},
		{"3-5-80", "1980-05-03"},
		{"3 5 80", "1980-05-03"},
		{"3/5/05", "2005-05-03"},
		{"3 mai 80", "1980-05-03"},
		{"le 3 mai 1980", "1980-05-03"},
		{"mardi 3 MAI 1980", "1980-05-03"},
		{"je suis née le 3 août 1955.", "1955-08-03"},
		{"1er janvier 2000", "2000-01-01"},
		{"premier mai 1999", "1999-05-01"},
		{"13 févr. 1990", "1990-02-13"},
		{"May 3, 1980", "1980-05-03"},
		{"3rd May 1980", "1980-05-03"},
		{"1980-05-03", "1980-05-03"},
		{"1980 mai 3", "1980-05-03"},
		{"03051980", "1980-05-03"},
		{"19801231", "1980-12-31"},
		{"030580", "1980-05-03"},
		{"٣/٥/١٩٨٠", "1980-05-03"},
		{"29/02/2000", "2000-02-29"},
		{"29/02/2024", "2024-02-29"},
		{"31/12/2099", "2099-12-31"},
		{"29/02/1900", refused},
		{"29/02/2023", refused},
		{"31/04/1980", refused},
		{"31/02/1980", refused},
		{"0/5/1980", refused},
		{"3/0/1980", refused},
		{"3/13/1980", refused},
		{"3/5/1880", refused},
		{"3/5/198", refused},
		{"3 mai", refused},
		{"mai 1980", refused},
		{"3 mai juin 1980", refused},
		{"hier", refused},
		{"", refused},
		{"3/5/1980 et 4/5/1980", refused},
		{"12", refused},
		{"le 3 mai 1980 à 10h", refused},
		{"1/2/3/4", refused},
	})
}

func TestParsePhone(t *testing.T) {
	testParse(t, Phone, [][2]string{
		{"06 12 34 56 78", "+33612345678"},
		{"06.12.34.56.78", "+33612345678"},
		{"06-12-34-56-78.", "+33612345678"},
		{"0612345678", "+33612345678"},
		{"01 23 45 67 89", "+33123456789"},
		{"mon numéro est le 06 12 34 56 78 merci", "+33612345678"},
		{"+33 6 12 34 56 78", "+33612345678"},
		{"+33 (0)6 12 34 56 78", "+33612345678"},
		{"+330612345678", "+33612345678"},
		{"0033612345678", "+33612345678"},
		{"33612345678", "+33612345678"},
		{"٠٦١٢٣٤٥٦٧٨", "+33612345678"},
		{"06\u00a012\u202f34 56 78", "+33612345678"},
		{"0690 12 34 56", "+590690123456"},
		{"0694123456", "+594694123456"},
		{"0696123456", "+596696123456"},
		{"0692123456", "+262692123456"},
		{"0639123456", "+262639123456"},
		{"0262123456", "+262262123456"},
		{"+590 690 12 34 56", "+590690123456"},
		{"+32 470 12 34 56", "+32470123456"},
		{"00213 550 12 34 56", "+213550123456"},
		{"", refused},
		{"0612", refused},
		{"061234567", refused},
		{"06123456789", refused},
		{"0012", refused},
		{"3949", refused},
		{"+33 6 12", refused},
		{"+0612345678", refused},
		{"0012345678", refused},
		{"06 12 34 56 78 ou 07 12 34 56 78", refused},
		{"06 12 34 56 78 07 12 34 56 78", refused},
		{"06*12*34*56*78", refused},
		{"je n'en ai pas", refused},
	})
}

func TestParsePostcode(t *testing.T) {
	testParse(t, Postcode, [][2]string{
		{"60100", "60100"},
		{"60 100", "60100"},
		{"60.100", "60100"},
		{"60100 Creil", "60100"},
		{"Creil (60100)", "60100"},
		{"code postal : 75001.", "75001"},
		{"97400", "97400"},
		{"20000", "20000"},
		{"٦٠١٠٠", "60100"},
		{"F-60100", "60100"},
		{"", refused},
		{"Creil", refused},
		{"6010", refused},
		{"601000", refused},
		{"00100", refused},
		{"96000", refused},
		{"99100", refused},
		{"60100 ou 60200", refused},
		{"60/100", refused},
	})
}

func TestParseEmail(t *testing.T) {
	testParse(t, Email, [][2]string{
		{"marie@laposte.net", "marie@laposte.net"},
		{"Marie.Dupont@GMAIL.COM", "marie.dupont@gmail.com"},
		{" marie_80@hotmail.fr !", "marie_80@hotmail.fr"},
		{"<marie@free.fr>", "marie@free.fr"},
		{"mon adresse c'est x@y.fr", "x@y.fr"},
		{"x@y.fr. Merci", "x@y.fr"},
		{"email: marie@free.fr", "marie@free.fr"},
		{"_marie@free.fr", "_marie@free.fr"},
		{"marie+lettre@free.fr", "marie+lettre@free.fr"},
		{"marie.dupont arobase laposte.net", "marie.dupont@laposte.net"},
		{"marie point dupont @ laposte . net", "marie.dupont@laposte.net"},
		{"marie point dupont arobase laposte point net", "marie.dupont@laposte.net"},
		{"marie tiret dupont arobase orange point fr", "marie-dupont@orange.fr"},
		{"marie tiret du 8 dupont @ orange.fr", "marie_dupont@orange.fr"},
		{"marie(at)free.fr", "marie@free.fr"},
		{"my email is marie at gmail dot com", "marie@gmail.com"},
		{"marie@gmail com", "marie@gmail.com"},
		{"marie@gmail. com", "marie@gmail.com"},
		{"marie@gmail .com merci", "marie@gmail.com"},
		{"hélène.m@gmail.com", "helene.m@gmail.com"},
		{"marie٢@free.fr", "marie2@free.fr"},
		{"marie@mail.ville-creil.fr", "marie@mail.ville-creil.fr"},
		{"", refused},
		{"marie", refused},
		{"marie@", refused},
		{"@gmail.com", refused},
		{"marie@gmail", refused},
		{"marie@gmail,com", refused},
		{"a@b.fr et c@d.fr", refused},
		{"a@b@c.fr", refused},
		{"marie dupont@laposte.net", refused},
		{"marie..dupont@free.fr", refused},
		{".@free.fr", refused},
		{"marie@-free.fr", refused},
		{"marie@free..fr", refused},
		{"marie@free.f", refused},
		{"marie@free.f1", refused},
		{"m'écrire@free.fr", refused},
		{strings.Repeat("a", 65) + "@free.fr", refused},
		{"a@" + strings.Repeat("b.", 130) + "fr", refused},
	})
}
