package storetest

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
	"sync"
	"time"

	"passerelle/flows"
	"passerelle/store"
)

// codeStories are what the store promises of the codes that join two
// conversations, and of what is said of them.
func codeStories() []story {
	return []story{
		{"a code tells who gave it, for a while", codeTells},
		{"two codes of one slot: the first that is good stays", codesOfOneSlot},
		{"of two who give one code at once one has it", codeAtOnce},
		{"codes do not pile up", codesBounded},
		{"a code is never misread", misreadCode},
		{"a code is in no key and in no record of codes", codeNowhere},
		{"a secret said stands in no transcript", secretSaid},
		{"being joined is a note", joinedNoted},
	}
}

// codeLasts is how long the codes of the stories are good.
const codeLasts = 15 * time.Minute

func (s *scene) keeps(code string, of flows.Address) bool {
	s.Helper()
	return can[bool](s)(s.store.KeepCode(s.Context(), code, of, s.now.Add(codeLasts)))
}

func (s *scene) codeOf(code string) flows.Address {
	s.Helper()
	return can[flows.Address](s)(s.another().CodeOf(s.Context(), code))
}

func codeTells(s *scene) {
	s.is("nobody", s.codeOf("K7T4PD"), flows.Address(""))
	s.is("kept", s.keeps("K7T4PD", marie), true)
	s.is("in another process", s.codeOf("K7T4PD"), marie)
	s.is("another code", s.codeOf("K7T4PX"), flows.Address(""))
	s.pass(codeLasts - time.Second)
	s.is("still good", s.codeOf("K7T4PD"), marie)
	s.pass(time.Second)
	s.is("over", s.codeOf("K7T4PD"), flows.Address(""))
	s.is("no conversation", can[store.Stats](s)(s.store.Stats(s.Context())), store.Stats{})
}

// sameSlot finds a code that lies where that one does.
func sameSlot(code string) string {
	const slots = 16 * store.Partitions
	slot := func(code string) uint32 {
		sum := sha256.Sum256([]byte(code))
		return binary.BigEndian.Uint32(sum[:4]) % slots
	}
	for i := 0; ; i++ {
		if other := fmt.Sprintf("%06d", i); slot(other) == slot(code) {
			return other
		}
	}
}

func codesOfOneSlot(s *scene) {
	other := sameSlot("K7T4PD")
	s.is("kept", s.keeps("K7T4PD", marie), true)
	s.is("no room", s.keeps(other, "phone:ali"), false)
	s.is("the first", s.codeOf("K7T4PD"), marie)
	s.is("the other", s.codeOf(other), flows.Address(""))
	s.is("her own next code", s.keeps(other, marie), true)
	s.is("has the slot", s.codeOf(other), marie)
	s.is("instead of the first", s.codeOf("K7T4PD"), flows.Address(""))
	s.pass(codeLasts)
	s.is("when it is over", s.keeps("K7T4PD", "phone:ali"), true)
	s.is("another one has it", s.codeOf("K7T4PD"), flows.Address("phone:ali"))
}

func codeAtOnce(s *scene) {
	const many = 8
	kept := make([]bool, many)
	var giving sync.WaitGroup
	for i := range many {
		process, who := s.another(), flows.Address(fmt.Sprintf("phone:%d", i))
		giving.Go(func() {
			var err error
			if kept[i], err = process.KeepCode(s.Context(), "K7T4PD", who, s.now.Add(codeLasts)); err != nil {
				s.Errorf("keep: %v", err)
			}
		})
	}
	giving.Wait()
	owners := 0
	for i := range many {
		if kept[i] {
			owners++
			s.is("who", s.codeOf("K7T4PD"), flows.Address(fmt.Sprintf("phone:%d", i)))
		}
	}
	s.is("owners", owners, 1)
}

// codeThings are the records of codes.
func (s *scene) codeThings() []store.Thing {
	s.Helper()
	var found []store.Thing
	s.ok(s.kernel.Scan(s.Context(), func(t store.Thing) error {
		if strings.HasPrefix(t.Name, "code:") {
			found = append(found, t)
		}
		return nil
	}))
	return found
}

func codesBounded(s *scene) {
	const many = 40
	for range 3 {
		for i := range many {
			s.is("kept", s.keeps(fmt.Sprintf("%06d", i), marie), true)
		}
		s.pass(codeLasts)
	}
	s.is("slots", len(s.codeThings()), many)
	s.is("kept in one of them", s.keeps(sameSlot("000001"), marie), true)
	s.is("no slot more", len(s.codeThings()), many)
}

// What a later release wrote is left alone; damage is repaired by the next code.
func misreadCode(s *scene) {
	s.keeps("K7T4PD", marie)
	key := s.codeThings()[0].Key
	for _, c := range []struct {
		value string
		kept  bool
	}{
		{`{"format":9,"h":[1]}`, false},
		{`{"format":1,"h":`, true},
		{`{"h":"x"}`, true},
		{`damaged`, true},
	} {
		s.write(key, c.value)
		s.is(c.value, s.codeOf("K7T4PD"), flows.Address(""))
		s.is(c.value, s.keeps("K7T4PD", marie), c.kept)
	}
}

func codeNowhere(s *scene) {
	s.keeps("K7T4PD", marie)
	for _, t := range s.codeThings() {
		s.is("in a key", strings.Contains(t.Name, "K7T4PD"), false)
		s.is("in a record", strings.Contains(string(t.Record.Value), "K7T4PD"), false)
	}
}

func secretSaid(s *scene) {
	args := []flows.Arg{{Name: "code", Value: "K7T-4PD", Secret: true}, {Name: "minutes", Value: "15"}}
	s.commitWith("m1", func(t *flows.Turn) {
		Answer(t, "Votre code : K7T-4PD")
		t.Effects[0] = flows.Say{Revision: "r1", Key: flows.KeyCode, Args: args}
	})
	entries := can[[]store.Entry](s)(s.store.Transcript(s.Context(), marie, 0))
	s.is("kept", entries[1].Say.Args, []flows.Arg{{Name: "code", Value: "•••"}, args[1]})
	s.is("the turn is as it was", args[0].Value, "K7T-4PD")
	s.is("sent", s.next().Message.Text, "Votre code : K7T-4PD")
}

func joinedNoted(s *scene) {
	for _, reason := range []flows.Reason{flows.Late, flows.Linked} {
		s.commitWith(string(reason), func(t *flows.Turn) {
			t.Input, t.Outcome = flows.Joined{At: s.now, Code: "K7T4PD", Peer: "phone:b"}, flows.Outcome{Reason: reason}
		})
	}
	entries := can[[]store.Entry](s)(s.store.Transcript(s.Context(), marie, 0))
	s.is("one line", entries, []store.Entry{{N: 1, Turn: 2, At: s.now, Who: store.Note, Reason: flows.Linked}})
}
