package sms

import (
	"net/http"
	"strconv"
	"time"

	"passerelle/flows"
)

// Reasons why a part did not arrive. Operators read the sentence
// outbox.reason.CODE instead; what the provider said follows in parentheses.
const (
	reasonInvalid  = "number.invalid"  // no number at all
	reasonLandline = "number.landline" // cannot receive SMS
	reasonShort    = "number.short"    // a short code, not a person
	reasonAbroad   = "number.abroad"   // not of the prefixes allowed
	reasonBlocked  = "blocked"         // the person wants nothing more from us
	reasonUnknown  = "handset.unknown" // nobody has this number (any more)
	reasonOff      = "handset.off"     // not reachable for too long
	reasonFiltered = "filtered"        // the network took it for spam
	reasonAccount  = "gateway.account" // key, sender or credit: a person has to look
	reasonRefused  = "gateway.refused" // the provider does not take this message
	reasonBusy     = "gateway.busy"    // the provider wants a pause
	reasonAway     = "gateway.away"    // the provider has trouble
	reasonFailed   = "failed"          // the network does not say why
)

// longPause is how long a provider is left alone that a person has to look at.
const longPause = 5 * time.Minute

// because joins a reason and what the provider called it, a short code.
func because(reason, said string) string {
	if said == "" {
		return reason
	}
	return reason + " (" + said + ")"
}

// never is a refusal for good.
func never(reason, said string) error {
	return &flows.Refusal{Reason: because(reason, said), Never: true}
}

// later is a refusal for a while; 0 means that nobody said how long.
func later(reason, said string, after time.Duration) error {
	return &flows.Refusal{Reason: because(reason, said), After: after}
}

// maxPause bounds what a provider may ask for.
const maxPause = time.Hour

// retryAfter reads that header, in seconds or as a date; 0 when there is none.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil {
		return min(max(time.Duration(seconds), 0), maxPause/time.Second) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(at.Sub(now), 0), maxPause)
	}
	return 0
}
