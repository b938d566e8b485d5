package bot

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"passerelle/store"
	"passerelle/store/bolt"
	"passerelle/store/redis"
)

// openKernel opens the store at a place: a folder, or the address of a Redis,
// which holds a write for good once confirm of its replicas have it. What can
// go wrong is told in words, without a password.
func openKernel(ctx context.Context, place string, confirm int) (store.Kernel, error) {
	if isAddress(place) {
		return openRedis(ctx, place, confirm)
	}
	kernel, err := bolt.Open(place)
	if err != nil {
		return nil, unopened(place, err)
	}
	return kernel, nil
}

// openRedis opens a Redis that takes changes.
func openRedis(ctx context.Context, address string, confirm int) (store.Kernel, error) {
	kernel, err := redis.Open(ctx, address, redis.Options{Confirm: confirm})
	if err != nil {
		return nil, unopened(address, err)
	}
	if s, err := kernel.Survey(ctx); err == nil && s.Replica {
		_ = kernel.Close() // nothing was written
		return nil, complain("store.replica", nil, "data", masked(address))
	}
	return kernel, nil
}

// unopened puts into words why a store cannot be opened or used.
func unopened(place string, err error) error {
	if known := explained(place, err); known != nil {
		return known
	}
	return complain("store.broken", err, "data", masked(place))
}

// explained puts into words what is known to go wrong with a store; nil when it
// is something else. What a Redis or the network said stands behind.
func explained(place string, err error) error {
	for _, known := range []struct {
		is    error
		id    string
		quote bool
	}{
		{bolt.ErrHeld, "store.held", false},
		{bolt.ErrFolder, "store.folder", false},
		{bolt.ErrDamaged, "store.damaged", false},
		{store.ErrLater, "store.later", false},
		{store.ErrPartial, "store.partial", false},
		{redis.ErrAddress, "store.address", true},
		{redis.ErrAway, "store.away", true},
		{redis.ErrDenied, "store.denied", true},
		{redis.ErrTooOld, "store.old", false},
		{redis.ErrRefused, "store.refused", true},
		{redis.ErrUnconfirmed, "store.unconfirmed", false},
	} {
		if !errors.Is(err, known.is) {
			continue
		}
		told := &complaint{id: known.id, args: []string{"data", masked(place)}, is: known.is}
		if inner := innermost(err); known.quote && !errors.Is(known.is, inner) {
			told.err = inner
		}
		if known.id == "store.away" {
			told.id = whyAway(err)
		}
		return told
	}
	return nil
}

// whyAway is the sentence about a Redis that gives no answer.
func whyAway(err error) string {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "store.untrusted"
	}
	if strings.HasPrefix(innermost(err).Error(), "LOADING") {
		return "store.loading"
	}
	return "store.away"
}

// innermost is the error at the end of a chain: "connection refused" without
// all that was done when it came.
func innermost(err error) error {
	for {
		next := errors.Unwrap(err)
		if many, ok := err.(interface{ Unwrap() []error }); ok {
			next = many.Unwrap()[len(many.Unwrap())-1]
		}
		if next == nil {
			return err
		}
		err = next
	}
}

// isAddress tells an address from a folder.
func isAddress(place string) bool { return strings.Contains(place, "://") }

// isRedis tells whether a scheme is one of Redis.
func isRedis(scheme string) bool { return scheme == "redis" || scheme == "rediss" }

// maskedRedis hides all before the last "@": a comma may stand between two
// addresses, or in a password.
func maskedRedis(text string) string {
	at := strings.LastIndex(text, "@")
	if at < 0 {
		return text
	}
	scheme, _, ok := strings.Cut(text, "://")
	if !ok || !isRedis(scheme) {
		return "•••" + text[at:]
	}
	return scheme + "://•••" + text[at:]
}

// redisAddress accepts nothing, or the address of a Redis, or several of one
// cluster. The complaint does not quote it: it may hold a password.
func redisAddress(text string) error {
	if text == "" {
		return nil
	}
	var scheme string
	for one := range strings.SplitSeq(text, ",") {
		before, rest, ok := strings.Cut(strings.TrimSpace(one), "://")
		if !ok {
			before, rest = scheme, before
		}
		if scheme = cmp.Or(scheme, before); !isRedis(scheme) || before != scheme || !isServer(rest) {
			return complain("config.redis", nil)
		}
	}
	return nil
}

// isServer tells whether a text names a server: "user:password@host:port/0".
func isServer(text string) bool {
	u, err := url.Parse("redis://" + text)
	if err != nil || u.Hostname() == "" || u.Fragment != "" {
		return false
	}
	database := strings.Trim(u.Path, "/")
	_, err = strconv.ParseUint(database, 10, 8)
	return database == "" || err == nil
}
