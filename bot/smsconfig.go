package bot

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"passerelle/bot/sms"
)

// An smsConfig is what a host sets of the gateway of SMS.
type smsConfig struct {
	// Gateway is one of [gateways], or empty: no SMS. From is the number people
	// see.
	Gateway, From string
	// URL is the gateway's server, or empty: its usual one. User and Password
	// are what we show it, Secret what it shows us.
	URL, User, Password, Secret string
	Consumer, Service           string
	// Generic describes the gateway of that name.
	Generic sms.Generic
	// AsWritten leaves texts as they are, whatever that costs.
	AsWritten bool
	// Prefixes are those of the numbers served. Prices, in hundredths of a cent
	// a segment, and Budgets, in hundredths of a cent a day, are those of some of
	// them.
	Prefixes        []string
	Prices, Budgets map[string]int64
	// BudgetDay and BudgetNumber are what a day, and one number in a day, may
	// cost, in hundredths of a cent.
	BudgetDay, BudgetNumber int64
}

// gateways are the names of the gateways there are.
func gateways() []string { return []string{sms.Twilio, sms.OVH, sms.Android, sms.Custom} }

// france are the prefixes of metropolitan and overseas France.
// Source: ITU-T E.164, list of assigned country codes.
const france = "+33 +262 +508 +590 +594 +596 +681 +687 +689"

// smsSettings are the settings of SMS.
func smsSettings() []setting {
	gateway := text("sms.gateway", "", func(c *Config) *string { return &c.SMS.Gateway }, gatewayName)
	gateway.env = prefix + "SMS"
	return []setting{
		gateway,
		text("sms.from", "", func(c *Config) *string { return &c.SMS.From }, sender),
		concealed(masked, text("sms.url", "", func(c *Config) *string { return &c.SMS.URL }, gatewayAddress)),
		concealed(hiddenSecret, text("sms.user", "", func(c *Config) *string { return &c.SMS.User }, anyText)),
		concealed(hiddenSecret, text("sms.password", "", func(c *Config) *string { return &c.SMS.Password }, anyText)),
		concealed(hiddenSecret, text("sms.secret", "", func(c *Config) *string { return &c.SMS.Secret }, smsSecret)),
		concealed(hiddenSecret, text("sms.consumer", "", func(c *Config) *string { return &c.SMS.Consumer }, anyText)),
		text("sms.service", "", func(c *Config) *string { return &c.SMS.Service }, anyText),
		yesNo("sms.rewrite", true, func(c *Config, on bool) { c.SMS.AsWritten = !on }, func(c *Config) bool { return !c.SMS.AsWritten }),
		price("sms.price", "7", func(c *Config) *int { return &c.SMSPrice }),
		pairs("sms.prices", 1, func(c *Config) *map[string]int64 { return &c.SMS.Prices }),
		prefixes("sms.prefixes", france, func(c *Config) *[]string { return &c.SMS.Prefixes }),
		euroAmount("sms.budget.day", "50", func(c *Config) *int64 { return &c.SMS.BudgetDay }),
		euroAmount("sms.budget.number", "5", func(c *Config) *int64 { return &c.SMS.BudgetNumber }),
		pairs("sms.budget.territories", centsOfEuro, func(c *Config) *map[string]int64 { return &c.SMS.Budgets }),
	}
}

// centsOfEuro is how many cents a euro has.
const centsOfEuro = 100

// gatewayName accepts nothing, or the name of a gateway.
func gatewayName(text string) error {
	if text != "" && !slices.Contains(gateways(), text) {
		return complain("config.sms.gateway", nil, "value", text, "known", strings.Join(gateways(), ", "))
	}
	return nil
}

// sender accepts nothing, a number, a short code or a name of at most 11
// letters. Source of the bound: 3GPP TS 23.040 §9.1.2.5.
func sender(text string) error {
	if text != "" && !regexp.MustCompile(`^(\+?[0-9]{3,15}|[A-Za-z0-9 ]{1,11})$`).MatchString(text) {
		return complain("config.sms.from", nil, "value", text)
	}
	return nil
}

// gatewayAddress accepts nothing, or the address of a server, with a path. Only
// on this machine, or in the same building, may it be without encryption: that
// is for the host to know.
func gatewayAddress(text string) error {
	u, err := url.Parse(text)
	if text != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return complain("config.url", nil, "value", masked(text))
	}
	return nil
}

// smsSecret accepts nothing, or a secret long enough.
func smsSecret(text string) error {
	if text != "" && len(text) < 16 {
		return complain("config.sms.secret", nil)
	}
	return nil
}

// anyText accepts one line.
func anyText(text string) error {
	if strings.ContainsAny(text, "\r\n\x00") {
		return complain("config.sentence", nil)
	}
	return nil
}

// yesNo makes a setting that is yes or no.
func yesNo(key string, fallback bool, put func(*Config, bool), is func(*Config) bool) setting {
	word := func(on bool) string {
		if on {
			return "yes"
		}
		return "no"
	}
	return setting{
		key:      key,
		fallback: word(fallback),
		check: func(c *Config, text string) error {
			switch strings.ToLower(text) {
			case "yes", "true", "1", "oui":
				put(c, true)
			case "no", "false", "0", "non":
				put(c, false)
			default:
				return complain("config.flag", nil, "value", text)
			}
			return nil
		},
		shown: func(c *Config) string { return word(is(c)) },
	}
}

// euroAmount makes a setting that is an amount of euros, kept in hundredths of a
// cent.
func euroAmount(key, fallback string, field func(*Config) *int64) setting {
	return setting{
		key:      key,
		fallback: fallback,
		check: func(c *Config, text string) error {
			cents, ok := hundredths(text)
			if !ok {
				return complain("config.euros", nil, "value", text)
			}
			*field(c) = int64(cents) * centsOfEuro
			return nil
		},
		shown: func(c *Config) string { return decimal(int(*field(c) / centsOfEuro)) },
	}
}

// isPrefix tells what begins a number: "+262".
func isPrefix(text string) bool { return regexp.MustCompile(`^\+[1-9][0-9]{0,6}$`).MatchString(text) }

// prefixes makes a setting that is a list of prefixes.
func prefixes(key, fallback string, field func(*Config) *[]string) setting {
	return setting{
		key:      key,
		fallback: fallback,
		check: func(c *Config, text string) error {
			*field(c) = entries(text)
			for _, p := range *field(c) {
				if !isPrefix(p) {
					return complain("config.prefix", nil, "value", p)
				}
			}
			return nil
		},
		shown: func(c *Config) string { return strings.Join(*field(c), " ") },
	}
}

// pairs makes a setting that gives some prefixes a number each: "+262 9.5, +590
// 9.5". The number has at most two decimals; kept are its hundredths, times
// unit.
func pairs(key string, unit int64, field func(*Config) *map[string]int64) setting {
	return setting{
		key: key,
		check: func(c *Config, text string) error {
			values, err := readPairs(text, unit)
			*field(c) = values
			return err
		},
		shown: func(c *Config) string {
			var shown []string
			for _, p := range slices.Sorted(maps.Keys(*field(c))) {
				shown = append(shown, p+" "+decimal(int((*field(c))[p]/unit)))
			}
			return strings.Join(shown, ", ")
		},
	}
}

// readPairs reads what [pairs] describes.
func readPairs(text string, unit int64) (map[string]int64, error) {
	each := entries(text)
	values := make(map[string]int64)
	if len(each)%2 != 0 {
		return nil, complain("config.pairs", nil, "value", text)
	}
	for i := 0; i < len(each); i += 2 {
		n, ok := hundredths(each[i+1])
		if !ok || !isPrefix(each[i]) {
			return nil, complain("config.pairs", nil, "value", each[i]+" "+each[i+1])
		}
		values[each[i]] = int64(n) * unit
	}
	return values, nil
}

// entries splits at blanks, and at commas that a blank follows: a comma may be
// that of a decimal.
func entries(text string) []string {
	return strings.Fields(strings.NewReplacer(", ", " ", "[", "", "]", "").Replace(text))
}

// genericPrefix begins the keys that describe a gateway.
const genericPrefix = "sms.generic."

// describe reads the description of a gateway from the file.
func (c *Config) describe(file given) error {
	described := make(map[string]string)
	for key, value := range file.values {
		if rest, ok := strings.CutPrefix(key, genericPrefix); ok {
			described[rest] = value
		}
	}
	if c.SMS.Gateway != sms.Custom {
		return nil
	}
	var err error
	c.SMS.Generic, err = sms.ReadGeneric(described)
	return mistakes(err, file.path)
}

// mistakes are those of a description, in words.
func mistakes(err error, path string) error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return err
	}
	var faults []error
	for _, one := range joined.Unwrap() {
		fault, ok := errors.AsType[*sms.Fault](one)
		if !ok {
			faults = append(faults, one)
			continue
		}
		id := "config.generic." + fault.Code
		if fault.Code == sms.FaultUnknown && fault.With != "" {
			id += ".like"
		}
		faults = append(faults, complain(id, nil, "where", path, "key", genericPrefix+fault.Key, "with", fault.With))
	}
	return errors.Join(faults...)
}

// smsPath is where gateways call us.
const smsPath = "/sms"

// smsCallback is that address from outside; empty when nobody said it.
func (c *Config) smsCallback() string {
	if c.URL == "" {
		return ""
	}
	return strings.TrimRight(c.URL, "/") + smsPath
}

// smsOptions are the settings as the channel takes them.
func (c *Config) smsOptions() sms.Options {
	s := c.SMS
	return sms.Options{
		Gateway: s.Gateway, From: s.From, API: s.URL, Callback: c.smsCallback(),
		User: s.User, Password: s.Password, Secret: s.Secret, Consumer: s.Consumer, Service: s.Service,
		Generic: s.Generic, AsWritten: s.AsWritten, Prefixes: s.Prefixes,
	}
}

// guardSMS refuses a gateway that cannot work, and names what it lacks.
func (c *Config) guardSMS() error {
	if c.SMS.Gateway == "" {
		return nil
	}
	missing, err := sms.Missing(c.smsOptions())
	if err != nil {
		return complain("config.sms.gateway", nil, "value", c.SMS.Gateway, "known", strings.Join(gateways(), ", "))
	}
	var faults []error
	for _, name := range missing {
		variable := prefix + "SMS_" + strings.ToUpper(name)
		if name == "callback" {
			variable = prefix + "URL"
		}
		faults = append(faults, complain("config.sms.missing", nil, "gateway", c.SMS.Gateway, "name", variable))
	}
	faults = append(faults, c.guardMoney())
	if c.SMS.From != "" && c.SMS.Gateway == sms.Twilio && !strings.HasPrefix(c.SMS.From, "+") {
		faults = append(faults, complain("config.sms.twilio", nil, "value", c.SMS.From))
	}
	return errors.Join(faults...)
}

// priceAtHome is the price of a segment in metropolitan France.
func (c *Config) priceAtHome() int {
	if price, ok := c.SMS.Prices["+33"]; ok {
		return int(price)
	}
	return c.SMSPrice
}

// guardMoney refuses what nobody can be served with, and prices and budgets that
// would never count.
func (c *Config) guardMoney() error {
	var faults []error
	if len(c.SMS.Prefixes) == 0 {
		faults = append(faults, complain("config.sms.nobody", nil, "name", prefix+"SMS_PREFIXES"))
	}
	for name, budget := range map[string]int64{"DAY": c.SMS.BudgetDay, "NUMBER": c.SMS.BudgetNumber} {
		if budget == 0 {
			faults = append(faults, complain("config.sms.nobody", nil, "name", prefix+"SMS_BUDGET_"+name))
		}
	}
	for name, values := range map[string]map[string]int64{"PRICES": c.SMS.Prices, "BUDGET_TERRITORIES": c.SMS.Budgets} {
		for _, p := range slices.Sorted(maps.Keys(values)) {
			if !slices.Contains(c.SMS.Prefixes, p) {
				faults = append(faults, complain("config.sms.stranger", nil, "where", prefix+"SMS_"+name, "value", p))
			}
		}
	}
	return errors.Join(faults...)
}

// clockTime reads "8:00".
func clockTime(text string) (time.Duration, error) {
	at, err := time.Parse("15:04", text)
	if err != nil {
		return 0, complain("config.clock", nil, "value", text)
	}
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute, nil
}

// hourSettings are the settings of permitted hours.
func hourSettings() []setting {
	return []setting{
		clockSetting("hours.open", "8:00", func(c *Config) *time.Duration { return &c.Hours.opens }),
		clockSetting("hours.close", "21:30", func(c *Config) *time.Duration { return &c.Hours.closes }),
		yesNo("hours.sundays", false, func(c *Config, on bool) { c.Hours.sundays = on }, func(c *Config) bool { return c.Hours.sundays }),
		yesNo("hours.holidays", false, func(c *Config, on bool) { c.Hours.holidays = on }, func(c *Config) bool { return c.Hours.holidays }),
	}
}

// clockSetting makes a setting that is a time of day.
func clockSetting(key, fallback string, field func(*Config) *time.Duration) setting {
	return setting{
		key:      key,
		fallback: fallback,
		check: func(c *Config, text string) (err error) {
			*field(c), err = clockTime(text)
			return err
		},
		shown: func(c *Config) string {
			d := *field(c)
			return fmt.Sprintf("%d:%02d", int(d.Hours()), int(d.Minutes())%60)
		},
	}
}
