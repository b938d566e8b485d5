package locales

// Forms returns the texts a language has for an id, each under the name of its
// plural form as a file writes it ("one", "many", "other"): all that is needed
// to write the sentence down again. A sentence that does not count has one.
func (b *Bundle) Forms(language, id string) []Arg {
	r := b.readers[language]
	if r == nil || r.texts[id] == nil {
		return nil
	}
	m := r.texts[id]
	var forms []Arg
	for _, f := range []Arg{
		{"zero", m.Zero}, {"one", m.One}, {"two", m.Two}, {"few", m.Few}, {"many", m.Many}, {"other", m.Other},
	} {
		if f.Value != "" {
			forms = append(forms, f)
		}
	}
	return forms
}
