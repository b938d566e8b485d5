package redis

import (
	"context"
	"strconv"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

// A Survey is what an operator should know of the servers. Of several masters
// it has the least safe of each.
type Survey struct {
	// Server is "redis" or "valkey", Version its own.
	Server, Version string
	// Compatible is the version of Redis it speaks.
	Compatible string
	Cluster    bool
	Masters    int
	// Replicas is how many are connected to the master that has fewest.
	Replicas int
	// AppendOnly tells that every change is written to a file, Fsync when that
	// file is synced: "always", "everysec", "no"; empty when this user may not
	// know.
	AppendOnly bool
	Fsync      string
	// WritesFail tells that the last writing to the disk failed.
	WritesFail bool
	// MaxMemory is the limit in bytes, 0 for none, and Policy what happens
	// when it is reached: anything but "noeviction" throws learners away.
	MaxMemory int64
	Policy    string
	// UsedMemory is what all masters use, in bytes.
	UsedMemory int64
	// Replica tells that the address is that of a replica, which takes no
	// change.
	Replica bool
}

// modern tells whether the server knows what we ask.
func (s Survey) modern() bool {
	major, rest, _ := strings.Cut(s.Compatible, ".")
	minor, _, _ := strings.Cut(rest, ".")
	a, _ := strconv.Atoi(major) // not a number: too old
	b, _ := strconv.Atoi(minor)
	return a > 6 || a == 6 && b >= 2
}

// Survey asks every master.
func (k *Kernel) Survey(ctx context.Context) (Survey, error) {
	var all Survey
	err := k.try(ctx, func(ctx context.Context) error {
		all = Survey{}
		var mu sync.Mutex
		return k.eachMaster(ctx, func(ctx context.Context, c *redis.Client) error {
			one, err := survey(ctx, c)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			all = all.worse(one)
			return nil
		})
	})
	return all, err
}

// survey asks one server.
func survey(ctx context.Context, c *redis.Client) (Survey, error) {
	text, err := c.Info(ctx).Result()
	if err != nil {
		return Survey{}, err
	}
	info := fields(text)
	s := Survey{
		Server: "redis", Version: info["redis_version"], Compatible: info["redis_version"],
		Cluster: info["cluster_enabled"] == "1", Masters: 1, Replica: info["role"] == "slave",
		Replicas: number(info["connected_slaves"]), AppendOnly: info["aof_enabled"] == "1",
		WritesFail: info["aof_last_write_status"] == "err", Policy: info["maxmemory_policy"],
		MaxMemory: int64(number(info["maxmemory"])), UsedMemory: int64(number(info["used_memory"])),
	}
	if v := info["valkey_version"]; v != "" {
		s.Server, s.Version = "valkey", v
	}
	config, err := c.ConfigGet(ctx, "appendfsync").Result()
	if err == nil { // not every user may ask
		s.Fsync = config["appendfsync"]
	}
	return s, nil
}

// fields reads the lines of INFO.
func fields(text string) map[string]string {
	found := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			found[name] = value
		}
	}
	return found
}

func number(text string) int {
	n, _ := strconv.Atoi(text) // what is not there is none
	return n
}

// worse joins what two masters say; the zero Survey is none.
func (s Survey) worse(one Survey) Survey {
	if s.Masters == 0 {
		return one
	}
	if !one.modern() {
		s.Server, s.Version, s.Compatible = one.Server, one.Version, one.Compatible
	}
	s.Masters++
	s.Replicas = min(s.Replicas, one.Replicas)
	s.AppendOnly = s.AppendOnly && one.AppendOnly
	s.WritesFail = s.WritesFail || one.WritesFail
	s.UsedMemory += one.UsedMemory
	if safety(one.Fsync) < safety(s.Fsync) {
		s.Fsync = one.Fsync
	}
	if one.MaxMemory > 0 && (s.MaxMemory == 0 || one.Policy != "noeviction") {
		s.MaxMemory, s.Policy = one.MaxMemory, one.Policy
	}
	return s
}

// safety orders the ways of syncing; an unknown one is the least safe.
func safety(fsync string) int {
	return map[string]int{"no": 1, "everysec": 2, "always": 3}[fsync]
}
