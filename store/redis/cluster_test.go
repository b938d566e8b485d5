package redis_test

import (
	"flag"
	"fmt"
	"strconv"
	"testing"
	"time"

	"passerelle/flows"
	"passerelle/store"
	"passerelle/store/redis"
	"passerelle/store/storetest"
)

// On a cluster of three masters, each with one replica, the kernel is the same
// as on one Redis, whatever happens to the nodes.
func TestCluster(t *testing.T) {
	c := storetest.Redises(t, 3, 1)
	t.Run("suite", func(t *testing.T) { clusterSuite(t, c) })
	for confirm := range 2 {
		o := redis.Options{Confirm: confirm}
		t.Run("confirm "+strconv.Itoa(confirm), func(t *testing.T) {
			if confirm == 0 || storetest.Long() {
				t.Run("slots move, masters give way", func(t *testing.T) { clusterGentle(t, c, o) })
			}
			if storetest.Long() {
				t.Run("masters are killed", func(t *testing.T) { clusterKilled(t, c, o) })
			}
			t.Run("a replica is behind", func(t *testing.T) { clusterBehind(t, c, o) })
		})
	}
}

// empty takes all data off a cluster, and waits until its replicas know.
func empty(c *storetest.Cluster) {
	for _, s := range c.Servers() {
		if _, err := s.Ask("FLUSHALL"); err == nil { // a replica refuses
			_, _ = s.Ask("WAIT", "1", "5000") // the suite would see it
		}
	}
}

// An open kernel stays open: a suite opens many.
type lasting struct{ *redis.Kernel }

// Close leaves the kernel as it is.
func (lasting) Close() error { return nil }

// clusterSuite runs the whole suite. The histories are short: one Redis lives
// through the long ones.
func clusterSuite(t *testing.T, c *storetest.Cluster) {
	k, err := redis.Open(t.Context(), c.URL(), redis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	if !storetest.Long() {
		shorten(t, "rapid.checks", "5")
		shorten(t, "rapid.steps", "6")
	}
	storetest.Run(t, func(*testing.T) store.Kernel {
		empty(c)
		return lasting{k}
	})
}

// shorten sets a flag for the length of a test.
func shorten(t *testing.T, name, value string) {
	t.Helper()
	was := flag.Lookup(name).Value.String()
	t.Cleanup(func() { _ = flag.Set(name, was) }) // it was that
	if err := flag.Set(name, value); err != nil {
		t.Fatal(err)
	}
}

// clusterLoad starts a load on an empty cluster. Where replicas confirm, it may
// lose nothing; else it may when a master crashes.
func clusterLoad(t *testing.T, c *storetest.Cluster, o redis.Options, crash bool) *storetest.Load {
	t.Helper()
	empty(c)
	crowd := storetest.Crowd{Learners: 100, Workers: 64, Lossy: crash && o.Confirm == 0}
	return storetest.NewLoad(t, crowd, processes(t, c.URL(), o)...)
}

// clusterGentle moves the slots that learners are in, and lets every master
// give way, during load: nothing is lost, nothing is done twice.
func clusterGentle(t *testing.T, c *storetest.Cluster, o redis.Options) {
	l := clusterLoad(t, c, o, false)
	l.Pass(200)
	for i := range times(10, 100) {
		c.MoveSlot(slot(l.Learner(i)))
	}
	for range times(1, 5) {
		for _, one := range []int{1000, 7000, 15000} {
			l.Pass(200)
			c.Failover(c.Master(one))
		}
	}
	l.Pass(200)
	t.Log(l.Finish())
}

// slot is where a learner lies.
func slot(a flows.Address) int { return storetest.Slot(fmt.Sprintf("{p%04d}", store.Partition(a))) }

// clusterKilled kills masters during load. What their replicas did not have is
// lost, and noticed; confirmed, nothing is.
func clusterKilled(t *testing.T, c *storetest.Cluster, o redis.Options) {
	l := clusterLoad(t, c, o, true)
	const kills = 9
	for i := range kills {
		l.Pass(500)
		master := c.Master(slot(l.Learner(i)))
		master.Kill()
		await(t, func() bool { return c.Master(slot(l.Learner(i))) != master })
		master.Start()
		c.Settle()
	}
	l.Pass(500)
	t.Logf("%d masters killed: %v", kills, l.Finish())
}

// clusterBehind is the worst that asynchronous replication does: a master is cut
// off from its replica, goes on for a while, is killed, and the replica takes
// its place. What was acknowledged meanwhile is lost, and noticed; confirmed,
// nothing is.
func clusterBehind(t *testing.T, c *storetest.Cluster, o redis.Options) {
	l := clusterLoad(t, c, o, true)
	l.Pass(500)
	one := slot(l.Learner(0))
	master := c.Master(one)
	replica := c.Replica(master)
	replica.Do("CONFIG", "SET", "masteruser", "nobody", "masterauth", "x") // it is let in no more
	master.Do("CLIENT", "KILL", "TYPE", "replica")
	time.Sleep(time.Duration(times(300, 1500)) * time.Millisecond) // what the replica is to miss
	master.Kill()
	await(t, func() bool { return c.Master(one) == replica })
	replica.Do("CONFIG", "SET", "masteruser", "", "masterauth", "")
	master.Start()
	c.Settle()
	l.Pass(500)
	v := l.Finish()
	t.Log(v)
	if o.Confirm == 0 && v.Lost == 0 {
		t.Error("nothing was lost: the test saw nothing")
	}
}
