package phone

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every sentence of the bundles is said somewhere, in all languages; those for
// editors in two.
func TestEverySentenceIsUsed(t *testing.T) {
	var source strings.Builder
	for _, pattern := range []string{"*.go", "page/*.html"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatal(pattern, err)
		}
		for _, name := range slices.DeleteFunc(names, func(n string) bool { return strings.HasSuffix(n, "_test.go") }) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(data)
		}
	}
	french, english, arabic := sentencesOf(t, "fr"), sentencesOf(t, "en"), sentencesOf(t, "ar")
	for id, text := range french {
		if !strings.Contains(source.String(), `"`+id+`"`) {
			t.Errorf("%s is said nowhere", id)
		}
		ofEditors := strings.HasPrefix(id, "phone.atelier.")
		if english[id] == "" || arabic[id] == "" != ofEditors || text == "" {
			t.Errorf("%s is empty in a language", id)
		}
	}
	for id := range arabic {
		if french[id] == "" {
			t.Errorf("%s translates nothing", id)
		}
	}
	if len(french) != len(english) {
		t.Errorf("%d sentences in French, %d in English", len(french), len(english))
	}
}
