package intent

import "strings"

// arabicClass sorts the folded words of Arabic, without their article.
func arabicClass(word string) class {
	switch word {
	case "ال", "من", "في", "انا", "هو", "هي", "انت", "انتم", "نحن", "هم", "علي", "الي", "عن", "مع", "هذا", "هذه", "هذي", "هاذا", "ذلك", "تلك",
		"التي", "الذي", "اللي", "ان", "انه", "انها", "انني", "اني", "قد", "لقد", "يا", "و", "ف", "ب", "ل", "ثم", "كان", "كانت", "به", "بها", "له", "لها", "لك", "لي",
		"عندي", "لدي", "معي", "عندنا", "لدينا", "كي", "لكي", "حتي", "لان", "سوف", "هنا", "هناك", "بس", "فقط", "تم",
		"اريد", "بدي", "بغيت", "ابغي", "حاب", "احب", "نحب", "راني", "احتاج", "اختار", "اخترت", "اظن", "اعتقد",
		"شكرا", "مرحبا", "اهلا", "سلام", "السلام", "عليكم", "صباح", "مساء", "خير", "الله", "شاء", "والله", "انشاء", "انشالله", "اخي", "اختي", "سيدي", "سيدتي":
		return stop
	case "الان", "دابا", "درك", "دروك", "كل", "كلها", "شي", "شيء", "شييا", "ايضا", "جدا", "كثيرا", "حقا", "بعد", "اخر", "اخري":
		return weak
	case "نعم", "ايوه", "ايوا", "ايه", "اجل", "اه", "اي", "بلي", "طبعا", "اكيد", "بالتاكيد", "تاكيد", "موافق", "موافقه", "اوك", "اوكي", "اوكيه", "تمام", "طيب", "حسنا", "صح", "صحيح", "واه", "وي", "يس", "واخا", "مليح":
		return yes
	case "لا", "كلا", "لاء", "نو", "لالا": // and not "ابدا", which is "never" and "I begin"
		return no
	case "لم", "ليس", "ليست", "لست", "لن", "مش", "مو", "ما", "بدون", "بلا", "دون", "غير", "مافي", "مافيش", "مكانش", "مكاش", "ماكاش":
		return negator
	case "ربما", "يمكن", "ممكن", "تقريبا", "احيانا", "اذا", "قريبا", "ماشي":
		return doubt
	case "ماذا", "مادا", "لماذا", "لمادا", "كيف", "كيفاش", "كم", "متي", "اين", "وين", "فين", "ليش", "علاش", "شو", "شنو", "ايش", "وش", "اش", "واش", "هل", "معني", "يعني":
		return question
	case "مشكله", "مشكل", "مشاكل", "خطا", "عطل", "ضعت", "تايه", "ضايع":
		return trouble
	case "لكن", "ولكن", "لكنني", "لكني", "او", "ام":
		return turn
	}
	return plain
}

// arabicIn sorts an Arabic word among the others: "لا" denies the word behind
// it, and alone says no; "ما" asks before "it" and "meaning", and else denies.
func arabicIn(tokens []token, i int) class {
	word, next := tokens[i].word, ""
	if i+1 < len(tokens) && tokens[i+1].clause == tokens[i].clause {
		next = tokens[i+1].word
	}
	switch word {
	case "لا":
		if c := classOf(next); next != "" && (c == plain || c == weak || c == trouble) && !isPolite(next) {
			return negator
		}
	case "ما":
		switch next {
		case "", "هو", "هي", "هذا", "هذه", "معني", "اسم":
			return question
		}
	}
	return classOf(word)
}

// isArabicYes, isArabicNo and isArabicUnknown are of whole replies.
func isArabicYes(words string) bool {
	switch words {
	case "لا مشكله", "ما في مشكله", "بدون مشكله", "لا مانع", "عندي", "لدي", "نعم عندي", "معي", "هذا صحيح", "بكل سرور", "يلا", "هيا", "هيا بنا":
		return true
	}
	return false
}

func isArabicNo(words string) bool {
	switch words {
	case "ليس بعد", "مو بعد", "لسه", "لسا", "مازال", "ما زال", "مازلت", "ليس الان", "مو الان", "مش الان", "لا اريد", "ما اريد", "ما بدي", "ما ابغي", "ما بغي",
		"ما عندي", "ليس عندي", "ليس لدي", "لا يوجد", "ما في", "ما فيه", "مافي", "مافيش", "مكانش", "مكاش", "ماكاش", "ليس معي", "في الحقيقه لا":
		return true
	}
	return false
}

func isArabicUnknown(words string) bool {
	switch words {
	case "لا اعرف", "لا ادري", "لا اعلم", "لست ادري", "ما اعرف", "ما ادري", "مدري", "ما عرفت", "ما عرف", "ما نعرف", "ما بعرف", "مش عارف", "مش عارفه", "مو عارف",
		"لست متاكدا", "لست متاكد", "لست متاكده", "غير متاكد", "مش متاكد", "ليس لدي فكره", "ما عندي فكره", "لا فكره", "لا فكره لدي", "الله اعلم":
		return true
	}
	return false
}

// isArabicDone reports whether a word says that what was asked is done.
func isArabicDone(word string) bool {
	switch word {
	case "قبول", "انتهيت", "انتهي", "خلصت", "كملت", "وجدت", "لقيت", "نجحت", "فهمت", "اخترت", "اختيار", "جاهز", "جاهزه", "فعلت", "عملت", "درت":
		return true
	}
	return false
}

// isArabicDonePhrase reports whether several words, as a whole, say that one is
// done and ready for what comes next.
func isArabicDonePhrase(words string) bool {
	switch words {
	case "تم", "تم ذلك", "انتهيت", "خلصت", "خلاص", "كملت", "فعلت", "فعلت ذلك", "عملت", "درت", "تالي", "التالي", "نكمل", "نواصل", "نتابع", "واصل", "تابع", "كمل", "استمر", "وصلت":
		return true
	}
	return false
}

// arabicAllOrNone reports whether the words choose every answer, or none.
func arabicAllOrNone(words string) (all, none bool) {
	switch words {
	case "كلاهما", "كلاهما معا", "الاثنان معا", "الاثنين معا", "كلها", "الكل", "جميعها":
		return true, false
	case "لا شيء", "لا شي", "ولا واحد", "ولا واحده", "لا هذا ولا ذاك":
		return false, true
	}
	return false, false
}

// arabicRank reads a rank written as a word.
func arabicRank(word string) int {
	word = bareArabic(word)
	switch word {
	case "اول", "اولي", "اولا":
		return 1
	case "ثانيا":
		return 2
	case "اخير", "اخيره", "اخر":
		return -1
	}
	switch strings.TrimSuffix(word, "ه") {
	case "ثاني", "تاني":
		return 2
	case "ثالث", "تالت":
		return 3
	case "رابع":
		return 4
	case "خامس":
		return 5
	case "سادس":
		return 6
	case "سابع":
		return 7
	case "ثامن", "تامن":
		return 8
	case "تاسع":
		return 9
	case "عاشر":
		return 10
	}
	return 0
}

// arabicUnit reads a number from one to ten written as a word.
func arabicUnit(word string) int {
	switch strings.TrimSuffix(bareArabic(word), "ه") {
	case "واحد", "وحد":
		return 1
	case "اثنان", "اثنين", "اتنين", "اثنتان", "اثنتين", "تنين", "جوج", "زوج":
		return 2
	case "ثلاث", "تلات":
		return 3
	case "اربع", "ربع":
		return 4
	case "خمس":
		return 5
	case "ست":
		return 6
	case "سبع":
		return 7
	case "ثماني", "ثمان", "تماني", "تمن":
		return 8
	case "تسع":
		return 9
	case "عشر":
		return 10
	}
	return 0
}

// isArabicPointer reports whether a word announces a place: "رقم 1".
func isArabicPointer(word string) bool {
	switch bareArabic(word) {
	case "رقم", "نمره", "نومرو", "جواب", "خيار", "اختيار", "حل":
		return true
	}
	return false
}

// isArabicAround reports whether a word may stand beside a number without
// changing what it says.
func isArabicAround(word string) bool {
	switch word {
	case "اختار", "اخترت", "اريد", "بدي", "بغيت", "من", "فضلك", "لو", "سمحت", "شكرا", "هو", "هي", "في", "و", "او", "نعم", "انا", "مرحبا":
		return true
	}
	return false
}

// isArabicPolite reports whether a word only makes what was said kinder.
func isArabicPolite(word string) bool {
	switch word {
	case "شكرا", "جزيلا", "من", "فضلك", "فضلكم", "لو", "سمحت", "سمحتم", "رجاء", "عفوا", "عافاك", "عفاك", "الله", "يخليك", "بليز", "اخي", "اختي", "يا":
		return true
	}
	return false
}
