package intent

import "testing"

// How Arabic is written makes no difference: marks, hamza, ta marbuta, the
// stretching line, forms for the screen, Persian letters and digits.
func TestFoldArabic(t *testing.T) {
	for text, want := range map[string]string{
		"إِيقَاف":    "ايقاف",
		"ايقاف":      "ايقاف",
		"أريـــد":    "اريد",
		"القائمة":    "القايمه",
		"القائمه":    "القايمه",
		"سؤال":       "سوال",
		"إلى":        "الي",
		"ﻧﻌﻢ":        "نعم",
		"کلمه ی":     "كلمه ي",
		"١٢ و ۳۴":    "12 و 34",
		"«نعم»، لا؟": "نعم لا",
	} {
		if got := Fold(text); got != want {
			t.Errorf("Fold(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestArabic(t *testing.T) {
	for text, want := range map[string]bool{
		"سلام": true, "bonjour سلام": true, "": false, "bonjour": false, "؟": false, "ـ": false,
		"سلام، کمک میخواهم": false, "مجھے مدد چاہیے": false,
	} {
		if got := Arabic(text); got != want {
			t.Errorf("Arabic(%q) = %v", text, got)
		}
	}
}

// Words after "|" begin another clause, words in brackets are denied.
func TestTokenizeArabic(t *testing.T) {
	for text, want := range map[string]string{
		"بالهاتف والحاسوب":  "هاتف حاسوب",
		"لم أجد، عندي هاتف": "(لم) (اجد) | عندي هاتف",
		"لا أجد":            "(لا) (اجد)",
		"لا شكرا":           "لا شكرا",
		"لا":                "لا",
		"ما فهمتش":          "(ما) (فهمت)",
		"مافهمتش":           "(ما) (فهمت)",
		"معرفش":             "(ما) (عرف)",
		"ما هو هذا؟":        "ما هو هذا",
		"لا مشكلة":          "لا مشكله",
		"نعععم":             "نعم",
		"الله":              "الله",
		"وجدت ولكن ضاع":     "وجدت | ولكن ضاع",
	} {
		if got := shown(tokenize(nil, text)); got != want {
			t.Errorf("tokenize(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestNearArabic(t *testing.T) {
	tests := []struct {
		word, term string
		want       float64
	}{
		{"هاتفي", "هاتف", begun},
		{"شاشتي", "شاشه", begun},
		{"وجدته", "وجدت", begun},
		{"حاسو", "حاسوب", begun},
		{"افهم", "فهمت", family},
		{"اندرود", "اندرويد", misspelt},
		{"كتمت", "كتبت", guess},
		{"بيت", "بنت", 0},
		{"هاتف", "telephone", 0},
		{"قلم", "باب", 0},
	}
	for _, tt := range tests {
		if got := nearArabic(tt.word, tt.term); got != tt.want {
			t.Errorf("nearArabic(%q, %q) = %v, want %v", tt.word, tt.term, got, tt.want)
		}
	}
	for _, pair := range [][2]string{{"حاصوب", "حاسوب"}, {"ضهر", "ظهر"}, {"كلب", "قلب"}} {
		if a, b := string(appendSound(nil, pair[0])), string(appendSound(nil, pair[1])); a != b {
			t.Errorf("%q sounds %q, %q sounds %q", pair[0], a, pair[1], b)
		}
	}
}

func TestParseArabic(t *testing.T) {
	tests := []struct {
		typ        Type
		text, want string
	}{
		{Number, "١٢", "12"},
		{Number, "عندي ۳ أولاد", "3"},
		{Number, "ثلاثة", "3"},
		{Number, "خمسة وعشرون", "25"},
		{Number, "خمس و عشرين سنة", "25"},
		{Number, "مئة وثلاثون", "130"},
		{Number, "ثلاثمائة", "300"},
		{Number, "خمسمئة وعشرة", "510"},
		{Number, "ألف ومئتان", "1200"},
		{Number, "صفر", "0"},
		{Number, "ثلاثة أو أربعة", ""},
		{Number, "نصف", ""},
		{Number, "كثير", ""},
		{Date, "٣/٥/١٩٨٠", "1980-05-03"},
		{Date, "3 ماي 1980", "1980-05-03"},
		{Date, "ولدت يوم ١٥ غشت ١٩٧٥", "1975-08-15"},
		{Date, "أول يناير 2000", "2000-01-01"},
		{Date, "10 كانون الثاني 1990", "1990-01-10"},
		{Date, "10 تشرين الأول 1990", "1990-10-10"},
		{Date, "31 نيسان 1990", ""},
		{Phone, "٠٦ ١٢ ٣٤ ٥٦ ٧٨", "+33612345678"},
		{Postcode, "٦٠١٠٠ كراي", "60100"},
	}
	for _, tt := range tests {
		if got, ok := Parse(tt.typ, tt.text); got != tt.want || ok != (tt.want != "") {
			t.Errorf("Parse(%s, %q) = %q, %v, want %q", tt.typ, tt.text, got, ok, tt.want)
		}
	}
	for text, want := range map[string]int{
		"٢": 2, "رقم ٣": 3, "الثانية": 2, "الأولى": 1, "الخامس": 5, "اثنين": 2, "أختار الثالث من فضلك": 3, "الأخير": 4,
		"هاتف": 0, "جواب": 0,
	} {
		if got := Place(text, 4); got != want {
			t.Errorf("Place(%q) = %d, want %d", text, got, want)
		}
	}
}

// Commands and troubles, as they are written in haste.
func TestArabicCommandsAndCrises(t *testing.T) {
	commands := CompileCommands([]CommandWords{
		{Stop, []string{"إيقاف"}},
		{Help, []string{"مساعدة", "mosa3ada"}},
		{Contact, []string{"من أنت"}},
	})
	for text, want := range map[string]Command{
		"ايقاف": Stop, "إيقاااف!": Stop, "ا ي ق ا ف": Stop, "مساعده من فضلك": Help, "مُسَاعَدَة": Help, "Mosa3ada": Help,
		"من أنت؟": Contact, "أنت": NoCommand, "مساعدة كبيرة": NoCommand,
	} {
		if got := commands.Read(text); got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
	crises := CompileCrises([]CrisisWords{
		{LifeCrisis, []string{"أريد أن أموت"}},
		{ShelterCrisis, []string{"بدون مأوى"}},
		{NoCrisis, []string{"أموت من الضحك"}},
	})
	for text, want := range map[string]Crisis{
		"وأريد أن أموت": LifeCrisis, "والله أريد أن أموت الآن": LifeCrisis, "ضعت، بدون ماوى": ShelterCrisis,
		"أريد أن أموت من الضحك": NoCrisis, "أريد أن أكتب": NoCrisis,
	} {
		if got := crises.Read(text); got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
}
