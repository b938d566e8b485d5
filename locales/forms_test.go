package locales_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"passerelle/locales"
)

func TestForms(t *testing.T) {
	bundle, err := locales.Load(fstest.MapFS{"bot.fr.toml": {Data: []byte(
		"[\"bot.left\"]\none = \"un\"\nmany = \"beaucoup\"\nother = \"plusieurs\"\n\n[\"bot.yes\"]\nother = \"oui\"\n")}})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, language, id string
		want               []locales.Arg
	}{
		{"counts", "fr", "bot.left", []locales.Arg{{Name: "one", Value: "un"}, {Name: "many", Value: "beaucoup"}, {Name: "other", Value: "plusieurs"}}},
		{"does not count", "fr", "bot.yes", []locales.Arg{{Name: "other", Value: "oui"}}},
		{"no such id", "fr", "bot.no", nil},
		{"no such language", "en", "bot.yes", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, bundle.Forms(tt.language, tt.id)); diff != "" {
				t.Errorf("forms (-want +got):\n%s", diff)
			}
		})
	}
}
