package bot

import (
	"strconv"
	"strings"
)

// maxPrice is the dearest segment that is no slip of the pen, in cents.
const maxPrice = 1000

// price makes a setting that is a price in cents, with at most two decimals. It
// is kept in hundredths of a cent: sums of money are whole numbers.
func price(key, fallback string, field func(*Config) *int) setting {
	return setting{
		key:      key,
		fallback: fallback,
		check: func(c *Config, text string) error {
			n, ok := hundredths(text)
			if !ok || n > maxPrice*100 {
				return complain("config.price", nil, "value", text)
			}
			*field(c) = n
			return nil
		},
		shown: func(c *Config) string { return decimal(*field(c)) },
	}
}

// hundredths reads "7", "6.5" or "6,25".
func hundredths(text string) (int, bool) {
	whole, part, pointed := strings.Cut(strings.Replace(text, ",", ".", 1), ".")
	if pointed && (part == "" || len(part) > 2) {
		return 0, false
	}
	n, err := strconv.ParseUint(whole+(part + "00")[:2], 10, 31)
	return int(n), err == nil && whole != ""
}

// decimal writes hundredths as people write a price: "7", "6.5".
func decimal(n int) string {
	part := strconv.Itoa(100 + n%100)[1:]
	return strings.TrimRight(strings.TrimRight(strconv.Itoa(n/100)+"."+part, "0"), ".")
}
