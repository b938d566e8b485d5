package storetest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// slots is how many slots a Redis Cluster has, for ever.
const slots = 16384

// A Cluster is a Redis Cluster on loopback, of servers that a test may kill and
// start again, move slots between and let fail over.
type Cluster struct {
	t       testing.TB
	servers []*Server
	ids     map[*Server]string // their names in the cluster
}

// Redises starts a cluster of that many masters, each with that many replicas,
// and waits until all of its nodes agree that it serves. The slots are spread
// evenly, in the order of [Cluster.Servers]: masters first. A node that is away
// for two seconds is held for dead, unless settings say otherwise.
func Redises(t testing.TB, masters, replicas int, settings ...string) *Cluster {
	t.Helper()
	settings = append([]string{
		"cluster-enabled", "yes", "cluster-node-timeout", "2000",
		"repl-diskless-sync-delay", "0",
	}, settings...)
	c := &Cluster{t: t, ids: map[*Server]string{}}
	for range masters * (1 + replicas) {
		s := Redis(t, settings...)
		c.servers = append(c.servers, s)
		c.ids[s] = s.Do("CLUSTER", "MYID")
	}
	for i, s := range c.servers {
		s.Do("CLUSTER", "SET-CONFIG-EPOCH", strconv.Itoa(i+1))
		for _, other := range c.servers[:i] {
			s.Do("CLUSTER", "MEET", "127.0.0.1", strconv.Itoa(other.port))
		}
	}
	c.share(masters)
	c.Settle()
	return c
}

// share gives the slots to the masters, and replicas to each.
func (c *Cluster) share(masters int) {
	c.t.Helper()
	for i, s := range c.servers[:masters] {
		add := []string{"CLUSTER", "ADDSLOTS"}
		for slot := i * slots / masters; slot < (i+1)*slots/masters; slot++ {
			add = append(add, strconv.Itoa(slot))
		}
		s.Do(add...)
	}
	for i, s := range c.servers[masters:] {
		master := c.ids[c.servers[i%masters]]
		until(c.t, "a replica joins its master", func() bool {
			_, err := s.Ask("CLUSTER", "REPLICATE", master)
			return err == nil
		})
	}
}

// Servers are all nodes, the first masters before the first replicas.
func (c *Cluster) Servers() []*Server { return slices.Clone(c.servers) }

// URL is what PASSERELLE_REDIS takes: all nodes' addresses, by commas.
func (c *Cluster) URL() string {
	var all []string
	for _, s := range c.servers {
		all = append(all, s.Addr())
	}
	return "redis://" + strings.Join(all, ",")
}

// Slot is the slot of a key: that of its hash tag, where it has one.
func Slot(key string) int {
	if _, rest, found := strings.Cut(key, "{"); found {
		if tag, _, found := strings.Cut(rest, "}"); found && tag != "" {
			key = tag
		}
	}
	crc := uint16(0)
	for _, b := range []byte(key) {
		crc ^= uint16(b) << 8
		for range 8 {
			carry := crc >> 15
			crc = crc<<1 ^ carry*0x1021
		}
	}
	return int(crc % slots)
}

// A node is a line of CLUSTER NODES.
type node struct {
	id, master string // master is "-" for a master
	flags      []string
	epoch      int
	slots      []string // single ones and ranges
}

func (n node) is(flag string) bool { return slices.Contains(n.flags, flag) }

// owns tells whether a slot is the node's.
func (n node) owns(slot int) bool {
	return slices.ContainsFunc(n.slots, func(r string) bool {
		first, last, found := strings.Cut(r, "-")
		if !found {
			last = first
		}
		from, err1 := strconv.Atoi(first)
		to, err2 := strconv.Atoi(last)
		return err1 == nil && err2 == nil && from <= slot && slot <= to
	})
}

// nodes is the cluster as one server sees it, itself first; empty when it does
// not say.
func (s *Server) nodes() []node {
	if !s.up() {
		return nil
	}
	text, _ := s.Ask("CLUSTER", "NODES")
	var all []node
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 8 {
			continue
		}
		n := node{id: f[0], flags: strings.Split(f[2], ","), master: f[3]}
		n.epoch, _ = strconv.Atoi(f[6])
		n.slots = slices.DeleteFunc(f[8:], func(r string) bool { return r[0] == '[' })
		if n.is("myself") {
			all = slices.Insert(all, 0, n)
		} else {
			all = append(all, n)
		}
	}
	return all
}

// Master is the server that holds a slot. Where none does, as after a crash, it
// waits for one.
func (c *Cluster) Master(slot int) *Server {
	c.t.Helper()
	var found *Server
	until(c.t, fmt.Sprintf("slot %d has a master", slot), func() bool {
		epoch := -1
		for _, s := range c.servers {
			if view := s.nodes(); view != nil && view[0].is("master") && view[0].owns(slot) && view[0].epoch > epoch {
				found, epoch = s, view[0].epoch
			}
		}
		return found != nil
	})
	return found
}

// Replica is a running replica of a server, or of one that was killed. It waits
// for one.
func (c *Cluster) Replica(of *Server) *Server {
	c.t.Helper()
	var found *Server
	until(c.t, "a master has a replica", func() bool {
		for _, s := range c.servers {
			if view := s.nodes(); view != nil && view[0].master == c.ids[of] {
				found = s
			}
		}
		return found != nil
	})
	return found
}

// Settle waits until all servers that run agree on who holds which slot, say
// that the cluster serves, and replicas follow their masters.
func (c *Cluster) Settle() {
	c.t.Helper()
	until(c.t, "the cluster settles", func() bool {
		var agreed string
		for _, s := range c.servers {
			if !s.up() {
				continue
			}
			view := c.owners(s)
			if agreed == "" {
				agreed = view
			}
			if view != agreed || strings.Count(view, "\n") != len(c.servers)-1 || !s.serving() {
				return false
			}
		}
		return agreed != ""
	})
}

// owners is a line for each node with the slots it holds, as one server sees it.
func (c *Cluster) owners(s *Server) string {
	var all []string
	for _, n := range s.nodes() {
		all = append(all, n.id+" "+strings.Join(n.slots, " "))
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// serving tells whether a node says that the cluster serves, and follows its
// master where it has one.
func (s *Server) serving() bool {
	cluster, _ := s.Ask("CLUSTER", "INFO")
	own, _ := s.Ask("INFO", "replication")
	return strings.Contains(cluster, "cluster_state:ok\r\n") &&
		strings.Contains(cluster, fmt.Sprintf("cluster_slots_ok:%d\r\n", slots)) &&
		(strings.Contains(own, "role:master\r\n") || follows(own))
}

// follows tells whether INFO is that of a replica with its master at hand.
func follows(info string) bool {
	return strings.Contains(info, "role:slave\r\n") && strings.Contains(info, "master_link_status:up\r\n")
}

// Failover lets a replica take a master's place, gracefully, waits until both
// are in their new roles and the cluster has settled, and returns the new
// master.
func (c *Cluster) Failover(of *Server) *Server {
	c.t.Helper()
	to := c.Replica(of)
	const again = 6 * time.Second // Redis gives up after five
	var asked time.Time
	until(c.t, "the replica takes its master's place", func() bool {
		before, _ := of.Ask("INFO", "replication")
		after, _ := to.Ask("INFO", "replication")
		if strings.Contains(after, "role:master\r\n") {
			return follows(before)
		}
		if time.Since(asked) > again {
			if _, err := to.Ask("CLUSTER", "FAILOVER"); err == nil {
				asked = time.Now()
			}
		}
		return false
	})
	c.Settle()
	return to
}

// MoveSlot moves a slot and its keys to another master, which it returns.
func (c *Cluster) MoveSlot(slot int) *Server {
	c.t.Helper()
	return c.MoveSlots(slot, slot)
}

// MoveSlots moves the slots from first to last and their keys, as resharding
// does, while clients are at work. They go to the master that follows the first
// slot's, in the order of [Cluster.Servers], which it returns.
func (c *Cluster) MoveSlots(first, last int) *Server {
	c.t.Helper()
	m := c.mover(c.Master(first))
	defer m.close()
	for slot := first; slot <= last; slot++ {
		if err := m.move(slot); err != nil {
			c.t.Fatalf("move slot %d: %v", slot, err)
		}
	}
	c.Settle()
	return m.to
}
