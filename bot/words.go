package bot

import (
	"fmt"
	"strings"

	"passerelle/locales"
)

// words say the sentences of this program in one person's language.
type words struct {
	bundle   *locales.Bundle
	language string
}

// loadWords reads the sentences and finds the language of who sits at the
// keyboard, as their environment names it. French comes first.
func loadWords(env source) (words, error) {
	bundle, err := locales.Load(locales.Embedded())
	if err != nil {
		return words{}, fmt.Errorf("load sentences: %w", err)
	}
	return words{bundle: bundle, language: keyboardLanguage(env)}, nil
}

// keyboardLanguage reads LC_ALL, LC_MESSAGES and LANG: "en_GB.UTF-8" is "en".
func keyboardLanguage(env source) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := env.get(name); value != "" {
			language, _, _ := strings.Cut(strings.ToLower(value), "_")
			if language, _, _ = strings.Cut(language, "."); language == "en" {
				return language
			}
			return locales.Default
		}
	}
	return locales.Default
}

// say gives a sentence; args are names and values in turn. A sentence nobody
// wrote shows as its id, which a test forbids.
func (w words) say(id string, args ...string) string {
	var filled []locales.Arg
	for i := 0; i+1 < len(args); i += 2 {
		filled = append(filled, locales.Arg{Name: args[i], Value: args[i+1]})
	}
	text, _, ok := w.bundle.Text(w.language, id, filled...)
	if !ok {
		return id
	}
	return text
}
