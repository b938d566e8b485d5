package bot

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/term"
)

// Exit codes of the program.
const (
	exitGood  = 0
	exitFault = 1 // the work could not be done, or found faults
	exitUsage = 2 // the command line was wrong
	// exitStopped is that of a command stopped half-way, as shells count it.
	exitStopped = 130
)

// A call is one run of a command: what was typed, where to read and write, in
// whose language. The same command runs for a call from this terminal and for
// one that came over the socket.
type call struct {
	name     string
	args     []string
	in       io.Reader
	out, err io.Writer
	words    words
	env      source
	terminal bool // somebody types at in
	// house is the running installation when it answers a call itself.
	house *house
}

// A command is one thing the program can do.
type command struct {
	name string
	// usage lists what may stand behind the name.
	usage string
	run   func(context.Context, call) error
}

// commands are everything the program can do, in the order help shows them.
// What each does is said by the sentence "command.NAME".
func commands() []command {
	return []command{
		{"serve", "", serve},
		{"phone", "[--lang fr] [--lesson ID] [--as phone:NAME]", phoneCommand},
		{"lint", "[--json] [PATH…] | --explain [CODE…]", lint},
		{"check", "[--json] [--update] [--draft] [LESSON|PATH…]", check},
		{"translate", "[--lang ar] [--csv FILE] [--from FILE] [LESSON|PATH…]", translate},
		{"draw", "[--lang fr] [--counts] LESSON", draw},
		{"cost", "[--lang fr] [--steps] [--json] [LESSON…]", cost},
		{"understand", "", understand},
		{"link", "LESSON [--qr FILE]", link},
		{"outbox", "[--json] [ADDRESS]", outbox},
		{"lessons", "[--json] [--copy LESSON] [FOLDER]", lessonsCommand},
		{"publish", "[--note TEXT] [--by NAME] [--yes] [FOLDER] | --list [--json]", publish},
		{"diff", "[--json] [HASH|FOLDER [HASH|FOLDER]]", diff},
		{"rollback", "[--note TEXT] [--by NAME] [HASH]", rollback},
		{"copy", "--from FOLDER|redis://… --to FOLDER|redis://…", copyStore},
		{"bench", "[--learners 1000] [--at 64] [--turns 20000] [--json]", bench},
		{"doctor", "", doctor},
		{"config", "", showConfig},
		{"version", "", version},
		{"help", "", help},
	}
}

// Main runs the program with the arguments given and returns its exit code:
// 0 only when all went well.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	env := source(os.Environ())
	spendMemory(env)
	w, err := loadWords(env)
	if err != nil {
		_, _ = fmt.Fprintln(stderr, err) // nowhere left to report to
		return exitFault
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // the second signal ends the program at once
	return run(ctx, call{
		args: args, in: stdin, out: stdout, err: stderr,
		words: w, env: env, terminal: isTerminal(stdin),
	})
}

// A turn leaves some ten kilobytes of garbage, and little is alive: collected
// at four times what lives, not at once and again, turns cost a tenth less.
const garbage = 400

// spendMemory lets the garbage wait, unless GOGC says how long.
func spendMemory(env source) {
	if env.get("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
}

// isTerminal tells whether somebody types there.
func isTerminal(in io.Reader) bool {
	f, ok := in.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// run finds the command of a call, runs it and explains what went wrong.
func run(ctx context.Context, c call) int {
	err := dispatch(ctx, c)
	switch {
	case err == nil:
		return exitGood
	case errors.Is(err, errUsage):
		return exitUsage
	case errors.Is(err, errFound):
		return exitFault
	case errors.Is(err, context.Canceled):
		return exitStopped
	}
	c.warn(c.words.told(err))
	return exitFault
}

// dispatch runs the command named first; none means serve.
func dispatch(ctx context.Context, c call) error {
	name := "serve"
	if len(c.args) > 0 {
		name, c.args = c.args[0], c.args[1:]
	}
	switch name {
	case "-h", "--help", "-help":
		name = "help"
	case "--version":
		name = "version"
	}
	all := commands()
	i := slices.IndexFunc(all, func(one command) bool { return one.name == name })
	if i < 0 {
		return c.unknownCommand(name)
	}
	c.name = name
	if wantsHelp(c.args) {
		return c.explain(all[i])
	}
	return all[i].run(ctx, c)
}

// wantsHelp tells whether help was asked for behind a command's name.
func wantsHelp(args []string) bool {
	return slices.Contains(args, "--help") || slices.Contains(args, "-h")
}

// unknownCommand says what exists, and what was probably meant.
func (c call) unknownCommand(name string) error {
	var names []string
	for _, one := range commands() {
		names = append(names, one.name)
	}
	c.warn(c.words.say("usage.unknown", "name", name))
	if like := nearest(name, names); like != "" {
		c.warn(c.words.say("usage.like", "like", like))
	}
	c.warn(c.words.say("usage.commands", "names", strings.Join(names, ", ")))
	return errUsage
}

// warn writes a line beside the data.
func (c call) warn(line string) { _, _ = fmt.Fprintln(c.err, line) }

// print writes a line of data.
func (c call) print(line string) error {
	_, err := fmt.Fprintln(c.out, line)
	return err
}

// flags parses what stands behind a command's name and returns the rest; most
// commands take no rest.
func (c call) flags(set *flag.FlagSet, rest bool) ([]string, error) {
	set.SetOutput(io.Discard)
	err := set.Parse(c.args)
	if err != nil {
		return nil, c.unknownFlag(set)
	}
	if !rest && set.NArg() > 0 {
		c.warn(c.words.say("usage.rest", "name", c.name, "value", set.Arg(0)))
		return nil, errUsage
	}
	return set.Args(), nil
}

// unknownFlag says which flag was wrong, which exist, and what was meant.
func (c call) unknownFlag(set *flag.FlagSet) error {
	var names []string
	set.VisitAll(func(f *flag.Flag) { names = append(names, "--"+f.Name) })
	typed := c.args[len(c.args)-1]
	for _, arg := range c.args {
		name, _, _ := strings.Cut(arg, "=")
		if strings.HasPrefix(name, "-") && set.Lookup(strings.TrimLeft(name, "-")) == nil {
			typed = name
			break
		}
	}
	c.warn(c.words.say("usage.flag", "name", c.name, "value", typed))
	if like := nearest(typed, names); like != "" && like != typed {
		c.warn(c.words.say("usage.like", "like", like))
	}
	if len(names) > 0 {
		c.warn(c.words.say("usage.flags", "names", strings.Join(names, ", ")))
	}
	return errUsage
}
