package bot

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// A source is what a configuration is read from: "NAME=value" lines of an
// environment, and the files they name.
type source []string

// get returns the value of a variable of the environment; one that is empty is
// the same as one that is absent.
func (s source) get(name string) string {
	for _, line := range s {
		if value, ok := strings.CutPrefix(line, name+"="); ok {
			return value
		}
	}
	return ""
}

// loadConfig reads the configuration and reports every fault at once.
func loadConfig(env source) (*Config, error) {
	file, filed, err := readFile(env)
	faults := []error{err, strangers(env)}
	c := &Config{origins: make(map[string]string)}
	var unclear []string // keys whose value is not what the host meant
	for _, s := range settings() {
		fault := c.set(s, env, given{file, filed})
		if faults = append(faults, fault); fault != nil || file != "" && filed == nil {
			unclear = append(unclear, s.key)
		}
	}
	faults = append(faults, c.describe(given{file, filed}), c.guard(unclear))
	return c, errors.Join(faults...)
}

// given is what a file says: its path and its values by key.
type given struct {
	path   string
	values map[string]string
}

// set takes one setting from where it is given first.
func (c *Config) set(s setting, env source, file given) error {
	value, origin := s.fallback, ""
	if text, ok := file.values[s.key]; ok {
		value, origin = text, file.path+": "+s.key
	}
	if text := env.get(s.variable()); text != "" {
		value, origin = text, s.variable()
	}
	if origin != "" {
		c.origins[s.key] = origin
	}
	if err := s.check(c, value); err != nil {
		return located(err, origin)
	}
	return nil
}

// located says before a complaint where the faulty value stands.
func located(err error, where string) error {
	var c *complaint
	if !errors.As(err, &c) {
		return err
	}
	return &complaint{id: c.id, args: append(slices.Clone(c.args), "where", where), err: c.err}
}

// strangers complains of variables that begin like ours and are none.
func strangers(env source) error {
	known := []string{strings.TrimPrefix(fileVariable, prefix)}
	for _, s := range settings() {
		known = append(known, strings.TrimPrefix(s.variable(), prefix))
	}
	var faults []error
	for _, line := range env {
		name, _, _ := strings.Cut(line, "=")
		rest, ours := strings.CutPrefix(name, prefix)
		if ours && !slices.Contains(known, rest) && name != longTests {
			faults = append(faults, unknown(name, prefix, rest, known))
		}
	}
	return errors.Join(faults...)
}

// unknown complains of a name nobody knows and offers the one most like it;
// what all names begin with is left out of the comparison.
func unknown(where, begin, name string, known []string) error {
	args := []string{"where", where, "name", begin + name}
	if like := nearest(name, known); like != "" {
		return complain("config.unknown.like", nil, append(args, "like", begin+like)...)
	}
	list := begin + strings.Join(known, ", "+begin)
	return complain("config.unknown", nil, append(args, "known", list)...)
}

// longTests asks the tests for their full length; it is no setting, but may
// stand in the environment of a developer.
const longTests = prefix + "LONG"

// readFile reads the file named by the environment, if any, into values by
// dotted key.
func readFile(env source) (path string, values map[string]string, err error) {
	path = env.get(fileVariable)
	if path == "" {
		return "", nil, nil
	}
	raw, err := os.ReadFile(path) //nolint:gosec // the host names the file
	if err != nil {
		return path, nil, complain("config.file", cause(err), "where", fileVariable, "value", path)
	}
	var tree map[string]any
	if _, err := toml.Decode(string(raw), &tree); err != nil {
		return path, nil, malformed(path, err)
	}
	values = make(map[string]string)
	flatten(values, "", tree)
	return path, values, unknownKeys(path, values)
}

// malformed complains of a file that is no TOML, with the place.
func malformed(path string, err error) error {
	var bad toml.ParseError
	if !errors.As(err, &bad) {
		return complain("config.toml", err, "where", path)
	}
	where := fmt.Sprintf("%s:%d:%d", path, bad.Position.Line, bad.Position.Col)
	return complain("config.toml", nil, "where", where, "why", bad.Message)
}

// flatten turns tables inside tables into dotted keys.
func flatten(into map[string]string, before string, tree map[string]any) {
	for key, value := range tree {
		if table, ok := value.(map[string]any); ok {
			flatten(into, before+key+".", table)
			continue
		}
		into[before+key] = fmt.Sprint(value)
	}
}

// unknownKeys complains of keys of the file that are no settings.
func unknownKeys(path string, values map[string]string) error {
	var known []string
	for _, s := range settings() {
		known = append(known, s.key)
	}
	var keys []string
	for key := range values {
		if !slices.Contains(known, key) && !strings.HasPrefix(key, genericPrefix) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	var faults []error
	for _, key := range keys {
		faults = append(faults, unknown(path, "", key, known))
	}
	return errors.Join(faults...)
}
