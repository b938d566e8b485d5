package sms

import (
	"errors"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"passerelle/flows"
)

// home is where numbers are of that name no country.
const home = "FR"

// shortest is how many digits a number has that is no short code.
const shortest = 7

// Errors of [Number], each with its reason for operators.
var (
	ErrNoNumber = errors.New("this is no telephone number")
	ErrShort    = errors.New("this is a short code: nobody can be taught there")
	ErrLandline = errors.New("this number does not take SMS, it is of a landline or a service")
)

// Number makes an address of a mobile number as people and providers write it:
// "+33 6 12 34 56 78", "0033612345678", "33612345678", "06 12 34 56 78".
func Number(text string) (flows.Address, error) {
	text = strings.TrimSpace(text)
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
	if strings.Contains(text, ":") { // an address of another service
		return "", ErrNoNumber
	}
	if len(digits) > 0 && len(digits) < shortest && !strings.HasPrefix(text, "+") {
		return "", ErrShort
	}
	n, err := parse(text)
	if err != nil {
		return "", err
	}
	if !mobile(n) {
		return "", ErrLandline
	}
	return flows.Address(Channel + ":" + phonenumbers.Format(n, phonenumbers.E164)), nil
}

// parse reads a number of home, else one that names its country without a sign
// before it.
func parse(text string) (*phonenumbers.PhoneNumber, error) {
	for _, form := range []string{text, "+" + text} {
		n, err := phonenumbers.Parse(form, home)
		if err == nil && (phonenumbers.IsValidNumber(n) || atHome(n)) {
			return n, nil
		}
	}
	return nil, ErrNoNumber
}

// mobile tells whether a number takes SMS.
func mobile(n *phonenumbers.PhoneNumber) bool {
	kind := phonenumbers.GetNumberType(n)
	return kind == phonenumbers.MOBILE || kind == phonenumbers.FIXED_LINE_OR_MOBILE || atHome(n)
}

// atHome tells whether a number is of 06 or 07, which are those of mobiles
// whatever block was given out since the library was made. Source: Arcep,
// decision 2018-0881, §2.
func atHome(n *phonenumbers.PhoneNumber) bool {
	first := n.GetNationalNumber() / 100_000_000
	return n.GetCountryCode() == 33 && (first == 6 || first == 7)
}

// Territory is the longest of these prefixes that a number begins with, or "".
func Territory(a flows.Address, prefixes []string) string {
	number, longest := numberOf(a), ""
	for _, p := range prefixes {
		if strings.HasPrefix(number, p) && len(p) > len(longest) {
			longest = p
		}
	}
	return longest
}

// person is the address of somebody we talk to; else the reason why not.
func (s *SMS) person(number string) (a flows.Address, reason string) {
	a, err := Number(number)
	switch {
	case errors.Is(err, ErrShort):
		return "", reasonShort
	case errors.Is(err, ErrLandline):
		return "", reasonLandline
	case err != nil:
		return "", reasonInvalid
	case Territory(a, s.o.Prefixes) == "":
		return "", reasonAbroad
	}
	return a, ""
}
