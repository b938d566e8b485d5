package storetest

import (
	"errors"
	"slices"
	"strconv"
)

// A mover moves slots to one master.
type mover struct {
	to      *Server
	masters []*Server
	views   map[*Server]node // before anything moved
	wires   map[*Server]*wire
	ids     map[*Server]string
}

// mover is ready to move slots to the master after that one.
func (c *Cluster) mover(after *Server) *mover {
	c.t.Helper()
	m := &mover{views: map[*Server]node{}, wires: map[*Server]*wire{}, ids: c.ids}
	for _, s := range c.servers {
		if view := s.nodes(); view != nil && view[0].is("master") && len(view[0].slots) > 0 {
			w, err := s.wire()
			if err != nil {
				c.t.Fatalf("move slots: %v", err)
			}
			m.masters, m.views[s], m.wires[s] = append(m.masters, s), view[0], w
		}
	}
	if len(m.masters) < 2 {
		c.t.Fatal("move slots: there is one master only")
	}
	m.to = m.masters[(slices.Index(m.masters, after)+1)%len(m.masters)]
	return m
}

func (m *mover) close() {
	for _, w := range m.wires {
		w.Close() //nolint:errcheck // nothing is under way
	}
}

// move moves one slot, unless it is there.
func (m *mover) move(slot int) error {
	i := slices.IndexFunc(m.masters, func(s *Server) bool { return m.views[s].owns(slot) })
	if i < 0 {
		return errors.New("it has no master")
	}
	from := m.masters[i]
	if from == m.to {
		return nil
	}
	err := errors.Join(m.set(m.to, slot, "IMPORTING", from), m.set(from, slot, "MIGRATING", m.to))
	if err == nil {
		err = m.keys(from, slot)
	}
	if err != nil {
		return err
	}
	// The new master first: should the move end here, it has the slot.
	order := []*Server{m.to, from}
	for _, s := range m.masters {
		if s != m.to && s != from {
			order = append(order, s)
		}
	}
	for _, s := range order {
		err = errors.Join(err, m.set(s, slot, "NODE", m.to))
	}
	return err
}

// set tells a master what becomes of a slot.
func (m *mover) set(s *Server, slot int, what string, other *Server) error {
	_, err := m.wires[s].ask("CLUSTER", "SETSLOT", strconv.Itoa(slot), what, m.ids[other])
	return err
}

// keys moves the keys of a slot, a few at a time.
func (m *mover) keys(from *Server, slot int) error {
	for {
		keys, err := m.wires[from].ask("CLUSTER", "GETKEYSINSLOT", strconv.Itoa(slot), "100")
		if err != nil || len(keys) == 0 {
			return err
		}
		migrate := []string{"MIGRATE", "127.0.0.1", strconv.Itoa(m.to.port), "", "0", "5000", "KEYS"}
		if _, err := m.wires[from].ask(append(migrate, keys...)...); err != nil {
			return err
		}
	}
}
