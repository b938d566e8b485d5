package bot

import (
	"cmp"
	"context"
	"strconv"

	"passerelle/store/redis"
)

// risks are what an operator should know of the Redis below the store; none of
// the embedded store, whose risks are those of its disk.
func (h *house) risks(ctx context.Context) []finding {
	if h.redis == nil {
		return nil
	}
	s, err := h.redis.Survey(ctx)
	if err != nil {
		return []finding{{bad, "store.why", []string{"why", h.words.told(unopened(h.config.place(), err))}}}
	}
	found := []finding{server(s), durability(s)}
	return append(append(found, memory(s)...), replicas(s, h.config.Confirm)...)
}

// server names what was found.
func server(s redis.Survey) finding {
	name := map[string]string{"redis": "Redis", "valkey": "Valkey"}[s.Server]
	args := []string{"server", cmp.Or(name, s.Server), "version", s.Version, "masters", strconv.Itoa(s.Masters)}
	if s.Cluster {
		return finding{good, "redis.cluster", args}
	}
	return finding{good, "redis", args}
}

// durability says what a crash or a power cut loses.
func durability(s redis.Survey) finding {
	switch {
	case s.WritesFail:
		return finding{bad, "redis.disk", nil}
	case !s.AppendOnly:
		return finding{warn, "redis.volatile", nil}
	case s.Fsync == "":
		return finding{warn, "redis.fsync.unknown", nil}
	case s.Fsync == "no":
		return finding{warn, "redis.fsync.no", nil}
	case s.Fsync == "always":
		return finding{good, "redis.fsync.always", nil}
	}
	return finding{good, "redis.fsync", nil}
}

// memory says whether Redis may throw learners away to make room, or is about
// to take no more.
func memory(s redis.Survey) []finding {
	if s.MaxMemory == 0 {
		return nil
	}
	megabytes := func(bytes int64) string { return strconv.FormatInt(bytes>>20, 10) }
	args := []string{"policy", s.Policy, "most", megabytes(s.MaxMemory), "used", megabytes(s.UsedMemory)}
	switch {
	case s.Policy != "noeviction":
		return []finding{{warn, "redis.evicts", args}}
	case !s.Cluster && s.UsedMemory > s.MaxMemory/10*9:
		return []finding{{warn, "redis.memory.low", args}}
	}
	return []finding{{good, "redis.memory", args}}
}

// replicas says what the loss of a master loses.
func replicas(s redis.Survey, confirm int) []finding {
	args := []string{"replicas", strconv.Itoa(s.Replicas), "confirm", strconv.Itoa(confirm)}
	switch {
	case s.Replicas < confirm:
		return []finding{{bad, "redis.replicas.few", args}}
	case confirm > 0:
		return []finding{{good, "redis.replicas", args}}
	case s.Cluster && s.Replicas == 0:
		return []finding{{warn, "redis.replicas.none", args}}
	case s.Replicas > 0:
		return []finding{{good, "redis.replicas.unconfirmed", args}}
	}
	return nil
}
