package bot

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"passerelle/content"
)

// A Config is everything a host may set. The environment wins over the file,
// the file over the defaults.
type Config struct {
	// Data is the folder of the embedded store. With Redis only the socket for
	// commands on this machine is in it.
	Data string
	// Redis is the address of the store, or empty: the embedded one. Several
	// addresses, separated by commas, are those of a cluster.
	Redis string
	// Confirm is how many replicas of Redis must have a turn before it is
	// acknowledged.
	Confirm int
	// Listen and Admin are the addresses of the pages and of the metrics.
	Listen, Admin string
	// URL is where learners reach the pages from outside, or empty.
	URL string
	// Publisher runs this service; Contact is how a person is reached. Left
	// empty, each learner reads a sentence in their own language instead.
	Publisher, Contact string
	// Content is a folder of lessons laid over the embedded ones, or empty.
	Content string
	// Lessons are the ids of the embedded lessons that are used; none: all are.
	Lessons []string
	// Phone is "public" when strangers may use the web phone.
	Phone string
	// TelegramToken is the bot's; TelegramAPI the server, or empty: Telegram's
	// own. With TelegramSecret Telegram calls URL/telegram; else it is polled.
	TelegramToken, TelegramAPI, TelegramSecret string
	// TelegramRate is how many messages may leave for Telegram in a second.
	TelegramRate int
	// SMS is the gateway of SMS. SMSPrice is what one segment costs, in
	// hundredths of a cent, where SMS.Prices says nothing else.
	SMS      smsConfig
	SMSPrice int
	// Hours are those in which learners may be written to unasked.
	Hours hours
	// Newcomers is how many new learners may come in an hour, Messages how
	// many messages one learner may send in a minute.
	Newcomers, Messages int

	// origins tells where each value came from, by the setting's key.
	origins map[string]string
}

// public is the value of PASSERELLE_PHONE that opens the web phone to all.
const public = "public"

// prefix begins every variable of this program.
const prefix = "PASSERELLE_"

// fileVariable names the TOML file; it is the one setting that is no key of it.
const fileVariable = prefix + "CONFIG"

// A setting is one line of the configuration.
type setting struct {
	// key is its name in the file; a dot stands before a name in a table.
	key string
	// env is its variable in the environment, where the key does not tell it.
	env string
	// fallback is its value when nobody sets it.
	fallback string
	// spoken says that an empty value stands for the sentence
	// config.default.KEY.
	spoken bool
	// check reads the text and puts it where it belongs.
	check func(c *Config, text string) error
	// shown is the effective value as text.
	shown func(c *Config) string
}

// variable is the setting's name in the environment.
func (s setting) variable() string {
	if s.env != "" {
		return s.env
	}
	return prefix + strings.ToUpper(strings.ReplaceAll(s.key, ".", "_"))
}

// settings are all there is to set, in the order they are shown.
func settings() []setting {
	return slices.Concat(mainSettings(), smsSettings(), hourSettings(), limitSettings())
}

// mainSettings are those of the program itself and of Telegram.
func mainSettings() []setting {
	return []setting{
		concealed(masked, text("data", "./data", func(c *Config) *string { return &c.Data }, dataFolder)),
		concealed(maskedRedis, text("redis", "", func(c *Config) *string { return &c.Redis }, redisAddress)),
		count("confirm", 0, func(c *Config) *int { return &c.Confirm }),
		text("listen", "127.0.0.1:8080", func(c *Config) *string { return &c.Listen }, hostPort),
		text("admin", "127.0.0.1:8081", func(c *Config) *string { return &c.Admin }, hostPort),
		concealed(masked, text("url", "", func(c *Config) *string { return &c.URL }, webAddress)),
		spoken(text("publisher", "", func(c *Config) *string { return &c.Publisher }, sentence)),
		spoken(text("contact", "", func(c *Config) *string { return &c.Contact }, sentence)),
		text("content", "", func(c *Config) *string { return &c.Content }, folder),
		lessonList("lessons", func(c *Config) *[]string { return &c.Lessons }),
		text("phone", "", func(c *Config) *string { return &c.Phone }, phoneMode),
		concealed(maskedToken, text("telegram.token", "", func(c *Config) *string { return &c.TelegramToken }, telegramToken)),
		concealed(masked, text("telegram.api", "", func(c *Config) *string { return &c.TelegramAPI }, webAddress)),
		concealed(hiddenSecret, text("telegram.secret", "", func(c *Config) *string { return &c.TelegramSecret }, telegramSecret)),
		number("telegram.rate", 30, func(c *Config) *int { return &c.TelegramRate }),
	}
}

// limitSettings are the caps on strangers.
func limitSettings() []setting {
	return []setting{
		number("limits.newcomers", 300, func(c *Config) *int { return &c.Newcomers }),
		number("limits.messages", 30, func(c *Config) *int { return &c.Messages }),
	}
}

// text makes a setting that is a string.
func text(key, fallback string, field func(*Config) *string, check func(string) error) setting {
	return setting{
		key:      key,
		fallback: fallback,
		check: func(c *Config, text string) error {
			*field(c) = text
			return check(text)
		},
		shown: func(c *Config) string { return *field(c) },
	}
}

// concealed is a setting that may hold a password, which a mask hides.
func concealed(mask func(string) string, s setting) setting {
	shown := s.shown
	s.shown = func(c *Config) string { return mask(shown(c)) }
	return s
}

// spoken is a setting that has a sentence for its default.
func spoken(s setting) setting {
	s.spoken = true
	return s
}

// number makes a setting that is a whole number of at least 1.
func number(key string, fallback int, field func(*Config) *int) setting {
	return whole(key, fallback, field, span{1, 1_000_000, "config.number"})
}

// count makes a setting that is a small whole number, or 0.
func count(key string, fallback int, field func(*Config) *int) setting {
	return whole(key, fallback, field, span{0, 100, "config.count"})
}

// A span is what a number may be, and the complaint about any other.
type span struct {
	least, most int
	complaint   string
}

// whole makes a setting that is a whole number of a span.
func whole(key string, fallback int, field func(*Config) *int, s span) setting {
	return setting{
		key:      key,
		fallback: strconv.Itoa(fallback),
		check: func(c *Config, text string) error {
			n, err := strconv.Atoi(text)
			if err != nil || n < s.least || n > s.most {
				return complain(s.complaint, nil, "value", text)
			}
			*field(c) = n
			return nil
		},
		shown: func(c *Config) string { return strconv.Itoa(*field(c)) },
	}
}

// lessonList makes a setting that names embedded lessons, with spaces or commas
// between them.
func lessonList(key string, field func(*Config) *[]string) setting {
	return setting{
		key: key,
		check: func(c *Config, text string) error {
			ids := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
			for _, id := range ids {
				if _, err := fs.Stat(content.Embedded(), path.Join(id, id+".md")); err != nil {
					return complain("config.lesson", nil, "value", id)
				}
			}
			*field(c) = ids
			return nil
		},
		shown: func(c *Config) string { return strings.Join(*field(c), ", ") },
	}
}

// dataFolder refuses an empty text, and the address of a server.
func dataFolder(text string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return complain("config.empty", nil)
	case isAddress(text):
		return complain("config.data", nil)
	}
	return nil
}

// sentence accepts what is put into a learner's message: nothing, or one
// short line.
func sentence(text string) error {
	if strings.ContainsAny(text, "\r\n\x00") || len([]rune(text)) > 200 {
		return complain("config.sentence", nil)
	}
	return nil
}

// hostPort accepts "host:port".
func hostPort(text string) error {
	_, port, err := net.SplitHostPort(text)
	if err != nil {
		return complain("config.address", nil, "value", text)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return complain("config.port", nil, "value", port)
	}
	return nil
}

// webAddress accepts nothing, or the address of a whole site: the pages name
// one another from its root.
func webAddress(text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return complain("config.url", nil, "value", masked(text))
	}
	if u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return complain("config.url.path", nil, "value", masked(text))
	}
	return nil
}

// folder accepts nothing, or a folder that can be read.
func folder(path string) error {
	if path == "" {
		return nil
	}
	if _, err := os.ReadDir(path); err != nil {
		return complain("config.folder", cause(err), "value", path)
	}
	return nil
}

// phoneMode accepts nothing, or "public".
func phoneMode(text string) error {
	if text != "" && text != public {
		return complain("config.phone", nil, "value", text)
	}
	return nil
}

// masked hides the user and the password of an address, or of several; every
// other text stays.
func masked(text string) string {
	if strings.HasPrefix(text, "redis:") || strings.HasPrefix(text, "rediss:") {
		return maskedRedis(text)
	}
	u, err := url.Parse(text)
	if err != nil && strings.Contains(text, "@") {
		return "•••"
	}
	if err != nil || u.User == nil {
		return text
	}
	u.User = nil
	return strings.Replace(u.String(), "://", "://•••@", 1)
}

// cause is the last error of a chain: "permission denied" without the path
// that the sentence around it names already.
func cause(err error) error {
	if path, ok := errors.AsType[*os.PathError](err); ok {
		return path.Err
	}
	return err
}

// place is where the store is: the address of a Redis, or a folder.
func (c *Config) place() string { return cmp.Or(c.Redis, c.Data) }

// shared tells whether other processes may work on the same store.
func (c *Config) shared() bool { return c.Redis != "" }

// hosts are the names the web phone answers to besides this machine's own. A
// public phone that does not know its address from outside answers to any.
func (c *Config) hosts() []string {
	if u, err := url.Parse(c.URL); err == nil && u.Host != "" {
		return []string{u.Host}
	}
	if c.Phone == public {
		return []string{"*"}
	}
	return nil
}

// webOrigin is where learners reach the pages, as browsers name it; empty when
// nobody said so.
func (c *Config) webOrigin() string {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" {
		return ""
	}
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	usual := map[string]string{"http": ":80", "https": ":443"}
	return scheme + "://" + strings.TrimSuffix(host, usual[scheme])
}

// guard refuses what would open this program to strangers unasked, and settings
// that do not go together. It leaves alone what is unclear.
func (c *Config) guard(unclear []string) error {
	known := func(key string) bool { return !slices.Contains(unclear, key) }
	var faults []error
	if known("listen") && known("phone") && c.Phone != public && !loopback(c.Listen) {
		faults = append(faults, complain("config.open", nil, "value", c.Listen))
	}
	if known("redis") && known("confirm") && c.Redis == "" && c.Confirm > 0 {
		faults = append(faults, complain("config.confirm", nil, "value", strconv.Itoa(c.Confirm)))
	}
	if known("telegram.token") && known("telegram.secret") && known("url") {
		faults = append(faults, c.guardTelegram())
	}
	if known("sms.gateway") && known("url") {
		faults = append(faults, c.guardSMS())
	}
	if known("hours.open") && known("hours.close") && c.Hours.opens >= c.Hours.closes {
		faults = append(faults, complain("config.hours", nil))
	}
	if known("listen") && known("admin") && c.Listen == c.Admin && !strings.HasSuffix(c.Listen, ":0") {
		faults = append(faults, complain("config.same", nil, "value", c.Listen))
	}
	return errors.Join(faults...)
}

// loopback tells whether only this machine can reach the address.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// lines are the effective configuration, a line a setting: its name, its value
// with passwords hidden, and where it came from.
func (c *Config) lines(w words) []string {
	var lines []string
	for _, s := range settings() {
		value := s.shown(c)
		if value == "" && s.spoken {
			value = w.say("config.default." + s.key)
		}
		lines = append(lines, fmt.Sprintf("%-28s = %-40q # %s", s.variable(), value, c.origin(s, w)))
	}
	return lines
}

// origin says where a value came from, in words.
func (c *Config) origin(s setting, w words) string {
	if from := c.origins[s.key]; from != "" {
		return from
	}
	return w.say("config.origin.default")
}
