package redis

import (
	"errors"
	"fmt"
	"testing"

	"github.com/redis/go-redis/v9"
)

// A reply is an error that the server answers with.
type reply string

func (r reply) Error() string { return string(r) }

// RedisError implements the client's Error.
func (reply) RedisError() {}

// What passes by itself is tried again, what an operator has to mend is told,
// also by a Redis 6.2 in the middle of a script.
func TestWhatTheServerSays(t *testing.T) {
	const script = "ERR Error running script (call to f_1028a5): @user_script:21: @user_script: 21: "
	for _, c := range []struct {
		says   string
		passes bool
		told   error
	}{
		{"READONLY You can't write against a read only replica.", true, nil},
		{script + "-READONLY You can't write against a read only replica. ", true, nil},
		{script + "-NOREPLICAS Not enough good replicas to write. ", true, nil},
		{"OOM command not allowed when used memory > 'maxmemory'.", false, ErrRefused},
		{script + "-OOM command not allowed when used memory > 'maxmemory'. ", false, ErrRefused},
		{script + "-MISCONF Redis is configured to save RDB snapshots", false, ErrRefused},
		{script + "WRONGTYPE Operation against a key", false, nil},
		{"ERR max number of clients reached", true, nil},
		{"ERR unknown command 'EVALSHA': -OOM", false, nil},
	} {
		err := fmt.Errorf("write: %w", reply(c.says))
		if passes(err) != c.passes {
			t.Errorf("%s: passes %v", c.says, !c.passes)
		}
		if got := explain(err); errors.Is(got, ErrRefused) != (c.told == ErrRefused) { //nolint:errorlint // the very one
			t.Errorf("%s: told as %v", c.says, got)
		}
	}
}

// Nothing is read from a replica, whatever the address asks for.
func TestReadsAskTheMaster(t *testing.T) {
	k, err := dial("redis://127.0.0.1:1?read_only=true&route_by_latency=true&route_randomly=true", true, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	o := k.client.(*redis.ClusterClient).Options()
	if o.ReadOnly || o.RouteByLatency || o.RouteRandomly {
		t.Errorf("replicas are read: %v %v %v", o.ReadOnly, o.RouteByLatency, o.RouteRandomly)
	}
}
