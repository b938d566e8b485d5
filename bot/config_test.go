package bot

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLoadConfigDefaults(t *testing.T) {
	c, err := loadConfig(source{"HOME=/nowhere", longTests + "=1", "PASSERELLE_PHONE="})
	if err != nil {
		t.Fatal(err)
	}
	c.origins = nil
	want := &Config{
		Data: "./data", Listen: "127.0.0.1:8080", Admin: "127.0.0.1:8081", Newcomers: 300, Messages: 30,
	}
	if diff := cmp.Diff(want, c, cmp.AllowUnexported(Config{})); diff != "" {
		t.Errorf("config (-want +got):\n%s", diff)
	}
}

// Each value alone: what is taken, and what the complaint about it is.
func TestLoadConfigValues(t *testing.T) {
	tests := []struct{ line, complaint string }{
		{"PASSERELLE_LISTEN=127.0.0.1:9090", ""},
		{"PASSERELLE_LISTEN=[::1]:9090", ""},
		{"PASSERELLE_LISTEN=localhost:0", ""},
		{"PASSERELLE_LISTEN=127.0.0.1", "config.address"},
		{"PASSERELLE_LISTEN=127.0.0.1:http", "config.port"},
		{"PASSERELLE_LISTEN=127.0.0.1:70000", "config.port"},
		{"PASSERELLE_LISTEN=127.0.0.1:-1", "config.port"},
		{"PASSERELLE_LISTEN=0.0.0.0:8080", "config.open"},
		{"PASSERELLE_LISTEN=:8080", "config.open"},
		{"PASSERELLE_LISTEN=127.0.0.1:8081", "config.same"},
		{"PASSERELLE_ADMIN=0.0.0.0:8081", ""},
		{"PASSERELLE_URL=https://aide.exemple.fr/", ""},
		{"PASSERELLE_URL=aide.exemple.fr", "config.url"},
		{"PASSERELLE_URL=https://", "config.url"},
		{"PASSERELLE_URL=javascript:alert(1)", "config.url"},
		{"PASSERELLE_PUBLISHER=la mairie de Creil", ""},
		{"PASSERELLE_PUBLISHER=a\nb", "config.sentence"},
		{"PASSERELLE_CONTACT=" + strings.Repeat("é", 200), ""},
		{"PASSERELLE_CONTACT=" + strings.Repeat("é", 201), "config.sentence"},
		{"PASSERELLE_PHONE=public", ""},
		{"PASSERELLE_PHONE=yes", "config.phone"},
		{"PASSERELLE_CONTENT=.", ""},
		{"PASSERELLE_CONTENT=config.go", "config.folder"},
		{"PASSERELLE_LIMITS_MESSAGES=1", ""},
		{"PASSERELLE_LIMITS_MESSAGES=-1", "config.number"},
		{"PASSERELLE_LIMITS_NEWCOMERS=1e3", "config.number"},
		{"PASSERELLE_LIMIT_MESSAGES=1", "config.unknown.like"},
		{"PASSERELLE_REDIS=redis://localhost", "config.unknown"},
		{"PASSERELLE_=1", "config.unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.line[:min(len(tt.line), 40)], func(t *testing.T) {
			_, err := loadConfig(source{tt.line})
			if tt.complaint == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || !strings.HasPrefix(err.Error(), tt.complaint+" ") {
				t.Errorf("error %v, want %s", err, tt.complaint)
			}
		})
	}
}

// Whatever bytes the file holds: a configuration or complaints, no panic.
func TestLoadConfigMutations(t *testing.T) {
	good := "data = \"here\"\nphone = \"public\"\n[limits]\nmessages = 12\nnewcomers = 7\n"
	path := filepath.Join(t.TempDir(), "passerelle.toml")
	w := testWords(t)
	for i := range len(good) {
		for _, mutant := range []string{
			good[:i], good[:i] + good[i+1:], good[:i] + "\x00" + good[i:], good[:i] + "\xff" + good[i:], good[:i] + "[a]\n" + good[i:],
		} {
			if err := os.WriteFile(path, []byte(mutant), 0o600); err != nil {
				t.Fatal(err)
			}
			c, err := loadConfig(source{fileVariable + "=" + path})
			if err == nil && c.Data == "" {
				t.Errorf("%q was read as %+v", mutant, c)
			}
			if err != nil && strings.TrimSpace(w.told(err)) == "" {
				t.Errorf("%q is refused without a word", mutant)
			}
		}
	}
}

func TestMasked(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", ""},
		{"./data", "./data"},
		{"https://aide.exemple.fr/x", "https://aide.exemple.fr/x"},
		{"https://moi:secret@aide.exemple.fr/x", "https://•••@aide.exemple.fr/x"},
		{"rediss://:secret@db:6379/0", "rediss://•••@db:6379/0"},
		{"https://moi:se%cret@aide", "•••"},
		{"écrire à aide@mairie.fr", "écrire à aide@mairie.fr"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			if got := masked(tt.text); got != tt.want {
				t.Errorf("masked(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestHosts(t *testing.T) {
	tests := []struct {
		url, phone string
		hosts      []string
		secure     bool
	}{
		{"", "", nil, false},
		{"", public, []string{"*"}, false},
		{"https://aide.exemple.fr", public, []string{"aide.exemple.fr"}, true},
		{"http://aide.exemple.fr:8080/x", "", []string{"aide.exemple.fr:8080"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.url+tt.phone, func(t *testing.T) {
			hosts, secure := (&Config{URL: tt.url, Phone: tt.phone}).hosts()
			if diff := cmp.Diff(tt.hosts, hosts); diff != "" || secure != tt.secure {
				t.Errorf("hosts (-want +got):\n%s, secure %t", diff, secure)
			}
		})
	}
}
