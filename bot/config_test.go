package bot

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
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
		Data: "./data", Listen: "127.0.0.1:8080", Admin: "127.0.0.1:8081", TelegramRate: 30, SMSPrice: 700, Newcomers: 300, Messages: 30,
		Lessons: []string{},
		SMS: smsConfig{
			Prefixes: strings.Fields(france), Prices: map[string]int64{}, Budgets: map[string]int64{},
			BudgetDay: 500_000, BudgetNumber: 50_000,
		},
		Hours: usualHours(),
	}
	if diff := cmp.Diff(want, c, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
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
		{"PASSERELLE_URL=https://exemple.fr/aide", "config.url.path"},
		{"PASSERELLE_URL=https://exemple.fr/?a=b", "config.url.path"},
		{"PASSERELLE_URL=https://exemple.fr/#a", "config.url.path"},
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
		{"PASSERELLE_POSTGRES=postgres://localhost", "config.unknown"},
		{"PASSERELLE_REDIS=redis://localhost", ""},
		{"PASSERELLE_REDIS=rediss://moi:s%40cret@db.exemple.fr:6379/3", ""},
		{"PASSERELLE_REDIS=redis://:secret@[::1]:6379", ""},
		{"PASSERELLE_REDIS=redis://a:1,b:2, redis://c:3/", ""},
		{"PASSERELLE_REDIS=redis://a?pool_size=8", ""},
		{"PASSERELLE_REDIS=localhost:6379", "config.redis"},
		{"PASSERELLE_REDIS=http://localhost:6379", "config.redis"},
		{"PASSERELLE_REDIS=redis://", "config.redis"},
		{"PASSERELLE_REDIS=redis://:se,cret@a", "config.redis"},
		{"PASSERELLE_REDIS=redis://:sec#ret@a", "config.redis"},
		{"PASSERELLE_REDIS=redis://a:x", "config.redis"},
		{"PASSERELLE_REDIS=redis://a/one", "config.redis"},
		{"PASSERELLE_REDIS=redis://a,", "config.redis"},
		{"PASSERELLE_REDIS=redis://a,rediss://b", "config.redis"},
		{"PASSERELLE_DATA=/srv/a@b", ""},
		{"PASSERELLE_DATA=redis://moi:secret@a", "config.data"},
		{"PASSERELLE_TELEGRAM_TOKEN=123456:ABC-DEF", ""},
		{"PASSERELLE_TELEGRAM_TOKEN=ABC-DEF", "config.telegram.token"},
		{"PASSERELLE_TELEGRAM_TOKEN=123456:ABC/../x", "config.telegram.token"},
		{"PASSERELLE_TELEGRAM_API=http://127.0.0.1:8443", ""},
		{"PASSERELLE_TELEGRAM_API=127.0.0.1:8443", "config.url"},
		{"PASSERELLE_TELEGRAM_SECRET=too-short", "config.telegram.secret"},
		{"PASSERELLE_TELEGRAM_SECRET=with a blank in the middle", "config.telegram.secret"},
		{"PASSERELLE_TELEGRAM_SECRET=0123456789abcdef", "config.telegram.alone"},
		{"PASSERELLE_TELEGRAM_RATE=0", "config.number"},
		{"PASSERELLE_SMS_PRICE=0", ""},
		{"PASSERELLE_SMS_PRICE=6,5", ""},
		{"PASSERELLE_SMS_PRICE=1000", ""},
		{"PASSERELLE_SMS_PRICE=1000.01", "config.price"},
		{"PASSERELLE_SMS_PRICE=-1", "config.price"},
		{"PASSERELLE_SMS_PRICE=7.", "config.price"},
		{"PASSERELLE_SMS_PRICE=7.123", "config.price"},
		{"PASSERELLE_SMS_PRICE=+7", "config.price"},
		{"PASSERELLE_SMS_PRICE=7 cents", "config.price"},
		{"PASSERELLE_SMS_PRICE=1e2", "config.price"},
		{"PASSERELLE_SMS=carrier-pigeon", "config.sms.gateway"},
		{"PASSERELLE_SMS_FROM=+33937000000", ""},
		{"PASSERELLE_SMS_FROM=38184", ""},
		{"PASSERELLE_SMS_FROM=La mairie", ""},
		{"PASSERELLE_SMS_FROM=La mairie de Creil", "config.sms.from"},
		{"PASSERELLE_SMS_URL=http://192.168.1.20:8080/api", ""},
		{"PASSERELLE_SMS_URL=192.168.1.20:8080", "config.url"},
		{"PASSERELLE_SMS_SECRET=short", "config.sms.secret"},
		{"PASSERELLE_SMS_REWRITE=no", ""},
		{"PASSERELLE_SMS_REWRITE=maybe", "config.flag"},
		{"PASSERELLE_SMS_PRICES=+262 9.5, +590 9,5", ""},
		{"PASSERELLE_SMS_PRICES=+262", "config.pairs"},
		{"PASSERELLE_SMS_PRICES=262 9", "config.pairs"},
		{"PASSERELLE_SMS_PREFIXES=+33 +352", ""},
		{"PASSERELLE_SMS_PREFIXES=33", "config.prefix"},
		{"PASSERELLE_SMS_BUDGET_DAY=12,50", ""},
		{"PASSERELLE_SMS_BUDGET_DAY=a lot", "config.euros"},
		{"PASSERELLE_SMS_BUDGET_NUMBER=-1", "config.euros"},
		{"PASSERELLE_SMS_BUDGET_TERRITORIES=+262 10", ""},
		{"PASSERELLE_SMS_BUDGET_TERRITORIES=+262 ten", "config.pairs"},
		{"PASSERELLE_SMS=android", "config.sms.missing"},
		{"PASSERELLE_HOURS_OPEN=9:00", ""},
		{"PASSERELLE_HOURS_OPEN=9h", "config.clock"},
		{"PASSERELLE_HOURS_CLOSE=7:00", "config.hours"},
		{"PASSERELLE_HOURS_SUNDAYS=yes", ""},
		{"PASSERELLE_CONFIRM=0", ""},
		{"PASSERELLE_CONFIRM=1", "config.confirm"},
		{"PASSERELLE_CONFIRM=-1", "config.count"},
		{"PASSERELLE_CONFIRM=101", "config.count"},
		{"PASSERELLE_CONFIRM=one", "config.count"},
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
			if err == nil || !strings.HasPrefix(err.Error()+" ", tt.complaint+" ") {
				t.Errorf("error %v, want %s", err, tt.complaint)
			}
		})
	}
}

// What opens the program to strangers is told with the other mistakes, unless a
// mistake hides what the host meant.
func TestLoadConfigTellsAllAtOnce(t *testing.T) {
	const open, number, missing = "config.open", "config.number", "config.file"
	tests := []struct {
		name string
		env  source
		want []string
	}{
		{"both", source{"PASSERELLE_LISTEN=0.0.0.0:80", "PASSERELLE_LIMITS_MESSAGES=0"}, []string{number, open}},
		{"phone is unclear", source{"PASSERELLE_LISTEN=0.0.0.0:80", "PASSERELLE_PHONE=publik"}, []string{"config.phone"}},
		{"no address", source{"PASSERELLE_LISTEN=80", "PASSERELLE_ADMIN=80"}, []string{"config.address", "config.address"}},
		{"confirm", source{"PASSERELLE_CONFIRM=1", "PASSERELLE_PHONE=x"}, []string{"config.phone", "config.confirm"}},
		{"redis is unclear", source{"PASSERELLE_CONFIRM=1", "PASSERELLE_REDIS=here"}, []string{"config.redis"}},
		{"file is unread", source{"PASSERELLE_LISTEN=0.0.0.0:80", fileVariable + "=nowhere"}, []string{missing}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := loadConfig(tt.env)
			var got []string
			for _, one := range each(err) {
				id, _, _ := strings.Cut(one.Error(), " ")
				got = append(got, id)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

// Only a setting that may hold a password hides one: a sentence is shown as
// learners read it.
func TestConfigShowsSentences(t *testing.T) {
	contact := "https://aide:mairie@exemple.fr"
	c, err := loadConfig(source{"PASSERELLE_CONTACT=" + contact, "PASSERELLE_URL=" + contact})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range c.lines(testWords(t)) {
		isContact := strings.HasPrefix(line, "PASSERELLE_CONTACT")
		if strings.Contains(line, "aide:mairie") != isContact {
			t.Error(line)
		}
	}
}

// Neither what is shown nor what is complained of quotes the password of Redis.
func TestRedisPasswordIsHidden(t *testing.T) {
	for _, address := range []string{
		"redis://moi:secret@a:1,moi:secret@b:2", "rediss://:secret@a/1", "redis://:se,secret@a", "redis://:secret#@a",
		"moi:secret@a", "redis:secret@a", "http://moi:secret@a", "redi://:secret#@a:1,b",
	} {
		c, err := loadConfig(source{"PASSERELLE_REDIS=" + address})
		w := testWords(t)
		said := strings.Join(c.lines(w), "\n")
		if err != nil {
			said += w.told(err)
		}
		if strings.Contains(said, "secret") {
			t.Errorf("of %s it says\n%s", address, said)
		}
	}
}

// Who takes one setting for the other is told so, without the password.
func TestAddressForFolder(t *testing.T) {
	c, err := loadConfig(source{"PASSERELLE_DATA=redis://moi:secret@a"})
	w := testWords(t)
	said := strings.Join(append(c.lines(w), w.told(err)), "\n")
	if !strings.Contains(said, "s'écrit dans PASSERELLE_REDIS") || strings.Contains(said, "secret") {
		t.Errorf("it says\n%s", said)
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
		{"redis://moi:se,c@ret@a:1,b:2", "redis://•••@a:1,b:2"},
		{"redis://:un@a:1,redis://:deux@b:2", "redis://•••@b:2"},
		{"redis://:se%cret@a,b", "redis://•••@a,b"},
		{"redis://a:1,b:2", "redis://a:1,b:2"},
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
		origin     string
	}{
		{"", "", nil, ""},
		{"", public, []string{"*"}, ""},
		{"https://aide.exemple.fr", public, []string{"aide.exemple.fr"}, "https://aide.exemple.fr"},
		{"http://aide.exemple.fr:8080/", "", []string{"aide.exemple.fr:8080"}, "http://aide.exemple.fr:8080"},
		{"HTTPS://Aide.exemple.fr:443/", "", []string{"Aide.exemple.fr:443"}, "https://aide.exemple.fr"},
		{"http://moi:secret@[::1]:80", "", []string{"[::1]:80"}, "http://[::1]"},
	}
	for _, tt := range tests {
		t.Run(tt.url+tt.phone, func(t *testing.T) {
			c := &Config{URL: tt.url, Phone: tt.phone}
			if diff := cmp.Diff(tt.hosts, c.hosts()); diff != "" || c.webOrigin() != tt.origin {
				t.Errorf("hosts (-want +got):\n%s, origin %q", diff, c.webOrigin())
			}
		})
	}
}

// A gateway that could serve nobody, and prices and budgets that would never
// count, are refused.
func TestLoadConfigOfMoney(t *testing.T) {
	base := source{
		"PASSERELLE_SMS=twilio", "PASSERELLE_SMS_USER=AC1", "PASSERELLE_SMS_PASSWORD=secret",
		"PASSERELLE_SMS_FROM=+33937000000", "PASSERELLE_URL=https://aide.exemple.fr",
	}
	tests := []struct{ line, complaint string }{
		{"PASSERELLE_SMS_PRICES=+33 4.5", ""},
		{"PASSERELLE_SMS_BUDGET_DAY=0", "config.sms.nobody"},
		{"PASSERELLE_SMS_BUDGET_NUMBER=0", "config.sms.nobody"},
		{"PASSERELLE_SMS_PREFIXES=,", "config.prefix"},
		{"PASSERELLE_SMS_PRICES=+33700 9", "config.sms.stranger"},
		{"PASSERELLE_SMS_BUDGET_TERRITORIES=+262639 5", "config.sms.stranger"},
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			_, err := loadConfig(append(slices.Clone(base), tt.line))
			if got := fmt.Sprint(err) + " "; tt.complaint == "" && err != nil || tt.complaint != "" && !strings.HasPrefix(got, tt.complaint+" ") {
				t.Errorf("error %v, want %s", err, tt.complaint)
			}
		})
	}
}
