// Package redis keeps the store in a Redis, or in a Redis Cluster.
//
// # Keys
//
// Each key begins with its partition in braces, so that all of one learner
// lies in one slot of a cluster, then a letter for its kind:
//
//	{p0123}r:NAME  a record: "VERSION.SUM VALUE", the sum in hexadecimal
//	{p0123}l:NAME  a list
//	{p0123}z:NAME  a sorted set
//	{p0123}c:NAME  a counter
//
// # One write, one script
//
// [Kernel.Apply] is one call of one script, which knows no rule of ours: it
// compares the head of a record and does the effects that follow. Redis does
// not undo a script that fails half-way, so a write is checked before it is
// sent, and a key of one kind is never used for another. The script is loaded
// on every master when the kernel is opened, and again by whoever finds it
// gone.
//
// # When Redis is away
//
// Nothing relies on the client to try again. The kernel does, as long as the
// error is one that passes (a broken connection, a failover, a slot on the
// move) and the caller's time lasts, at most a few seconds. A write whose
// answer was lost is sent again as it was: the version and the sum of the
// record, or the head of the list, refuse what was done already.
//
// # What is durable
//
// A write is acknowledged when the master has answered: how much of it outlives
// a crash of that server is up to Redis. With "appendfsync always" all does;
// with "everysec" the answer may come up to two seconds before the file has it. With Options.Confirm it is
// acknowledged once so many replicas have it too ([ErrUnconfirmed] otherwise,
// though it was done).
//
// Redis 6.2 and later, and Valkey.
package redis

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"passerelle/store"
)

// What callers decide on. No error of this package quotes a password.
var (
	// ErrAddress says that the address is none.
	ErrAddress = errors.New("the address of Redis is not understood")
	// ErrAway says that nobody answers, or not in time.
	ErrAway = errors.New("Redis does not answer") //nolint:staticcheck // a name
	// ErrDenied says that the user, the password or a right is wrong.
	ErrDenied = errors.New("Redis refuses this user") //nolint:staticcheck // a name
	// ErrTooOld says that Redis is older than 6.2.
	ErrTooOld = errors.New("Redis is older than 6.2") //nolint:staticcheck // a name
	// ErrRefused says that Redis takes no change: its disk fails, or its
	// memory is full.
	ErrRefused = errors.New("Redis takes no change") //nolint:staticcheck // a name
	// ErrUnconfirmed says that a write was done, but too few replicas have it.
	ErrUnconfirmed = errors.New("too few replicas have what was written")
	// ErrClosed says that the kernel was closed.
	ErrClosed = errors.New("the store is closed")
)

// How long things may take.
const (
	patience    = 5 * time.Second // of one call, when its context has no less
	answerTime  = 2 * time.Second // of one answer
	dialTime    = time.Second
	confirmTime = time.Second
	reloadEvery = 5 * time.Second // the map of a cluster
	poolSize    = 64              // connections to one server
)

// Options say how the kernel works. The zero value is a good one.
type Options struct {
	// Confirm is how many replicas must have a write before it is
	// acknowledged. A master with fewer then takes none.
	Confirm int
}

// A Kernel is a [store.Kernel] in Redis.
type Kernel struct {
	client redis.UniversalClient
	// apply and claims are the scripts, called by their hash, and whole when a
	// server lost them.
	apply, claims *redis.Script
	confirm       int
	// turn is the partition where the next claim begins, so that none is
	// always the last.
	turn atomic.Uint32
	// parcels are writes that wait, for a single Redis; closed ends whoever
	// carries them there.
	parcels chan *parcel
	closed  chan struct{}
	ended   sync.Once
}

var _ store.Kernel = (*Kernel)(nil)

// Open connects to the Redis at address: "redis://user:password@host:6379/0",
// "rediss://" with TLS. Several addresses separated by commas are those of a
// cluster; one that belongs to a cluster leads to the whole of it.
func Open(ctx context.Context, address string, o Options) (*Kernel, error) {
	silenced()
	k, err := dial(address, strings.Contains(address, ","), o)
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	s, err := k.greet(ctx)
	if err == nil && s.Cluster && !k.clustered() {
		_ = k.client.Close() // of no use
		if k, err = dial(address, true, o); err == nil {
			s, err = k.greet(ctx)
		}
	}
	switch {
	case err == nil && s.Masters == 0:
		err = fmt.Errorf("%w: the cluster has no master yet", ErrAway)
	case err == nil && !s.modern():
		err = ErrTooOld
	}
	if err == nil {
		k.start() //nolint:contextcheck // it lasts until the kernel is closed
		return k, nil
	}
	if k != nil {
		_ = k.client.Close() // of no use
	}
	return nil, fmt.Errorf("open the store: %w", err)
}

// start begins to carry writes to a single Redis.
func (k *Kernel) start() {
	if c, ok := k.client.(*redis.Client); ok {
		for range couriers {
			go k.carry(c)
		}
	}
}

// silenced sets the client's logger, which belongs to the whole process.
var silenced = sync.OnceFunc(func() { redis.SetLogger(silence{}) })

// silence is a logger of the client: what matters comes back as an error.
type silence struct{}

// Printf implements the client's logger.
func (silence) Printf(context.Context, string, ...any) {}

// dial makes the client; nothing is sent yet.
func dial(address string, cluster bool, o Options) (*Kernel, error) {
	url, err := oneURL(address, cluster)
	if err != nil {
		return nil, err
	}
	k := &Kernel{
		confirm: o.Confirm, apply: redis.NewScript(applySource), claims: redis.NewScript(claimSource),
		parcels: make(chan *parcel, maxBatch), closed: make(chan struct{}),
	}
	if cluster {
		options, err := redis.ParseClusterURL(url)
		if err != nil {
			return nil, ErrAddress // its words may quote the password
		}
		k.client = redis.NewClusterClient(tuneCluster(options))
		return k, nil
	}
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, ErrAddress
	}
	k.client = redis.NewClient(tune(options))
	return k, nil
}

// oneURL joins several addresses into one, as the client reads them.
func oneURL(address string, cluster bool) (string, error) {
	first, others, _ := strings.Cut(strings.TrimSuffix(strings.TrimSpace(address), ","), ",")
	scheme, _, ok := strings.Cut(first, "://")
	if !ok || scheme != "redis" && scheme != "rediss" {
		return "", ErrAddress
	}
	for other := range strings.SplitSeq(others, ",") {
		if other = strings.TrimSpace(other); other == "" {
			continue
		}
		if _, host, ok := strings.Cut(other, "://"); ok {
			other = host[strings.LastIndex(host, "@")+1:]
		}
		sign := "?"
		if strings.Contains(first, "?") {
			sign = "&"
		}
		first += sign + "addr=" + strings.TrimSuffix(other, "/")
	}
	if rest := first[len(scheme)+3:]; cluster && strings.Contains(strings.TrimSuffix(rest, "/"), "/") && !strings.Contains(rest, "/?") {
		return "", fmt.Errorf("%w: a cluster has no numbered databases", ErrAddress)
	}
	return first, nil
}

// tune sets what a store needs of the client: deadlines kept, nothing sent
// twice, nothing asked that older servers do not know.
func tune(o *redis.Options) *redis.Options {
	o.Protocol = 2 // nothing is pushed to us
	o.MaxRetries = -1
	o.DialTimeout, o.DialerRetries = dialTime, 1
	o.ReadTimeout, o.WriteTimeout = answerTime, answerTime
	o.ContextTimeoutEnabled = true
	if o.PoolSize == 0 {
		o.PoolSize = poolSize
	}
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return o
}

func tuneCluster(o *redis.ClusterOptions) *redis.ClusterOptions {
	one := tune(&redis.Options{PoolSize: o.PoolSize})
	o.Protocol = one.Protocol
	o.MaxRetries = one.MaxRetries
	o.DialTimeout, o.DialerRetries = one.DialTimeout, one.DialerRetries
	o.ReadTimeout, o.WriteTimeout = one.ReadTimeout, one.WriteTimeout
	o.ContextTimeoutEnabled = true
	o.PoolSize = one.PoolSize
	o.DisableIdentity = true
	o.MaintNotificationsConfig = one.MaintNotificationsConfig
	o.DisableRoutingPolicies = true                                     // every command of ours has a key
	o.ReadOnly, o.RouteByLatency, o.RouteRandomly = false, false, false // a replica may be behind
	o.ClusterStateReloadInterval = reloadEvery
	return o
}

func (k *Kernel) clustered() bool {
	_, ok := k.client.(*redis.ClusterClient)
	return ok
}

// greet looks at the servers and loads the scripts.
func (k *Kernel) greet(ctx context.Context) (Survey, error) {
	s, err := k.Survey(ctx)
	if err != nil || s.Cluster && !k.clustered() {
		return s, err
	}
	return s, k.try(ctx, func(ctx context.Context) error {
		return k.eachMaster(ctx, k.load)
	})
}

// eachMaster calls visit with each master, several at a time.
func (k *Kernel) eachMaster(ctx context.Context, visit func(context.Context, *redis.Client) error) error {
	switch c := k.client.(type) {
	case *redis.ClusterClient:
		return c.ForEachMaster(ctx, visit)
	case *redis.Client:
		return visit(ctx, c)
	}
	return nil
}

// Close implements [store.Kernel].
func (k *Kernel) Close() error {
	k.ended.Do(func() { close(k.closed) })
	if err := k.client.Close(); err != nil && !errors.Is(err, redis.ErrClosed) {
		return fmt.Errorf("close the store: %w", err)
	}
	return nil
}
