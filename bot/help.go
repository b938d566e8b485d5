package bot

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// help shows every command with what it does.
func help(_ context.Context, c call) error {
	if _, err := c.flags(flag.NewFlagSet("help", flag.ContinueOnError), true); err != nil {
		return err
	}
	var text strings.Builder
	for _, one := range commands() {
		fmt.Fprintf(&text, "  %-11s %s\n", one.name, c.words.say("command."+one.name))
	}
	return c.print(c.words.say("help.intro") + "\n\n" + text.String() + "\n" + c.words.say("help.end"))
}

// explain shows one command: how it is typed, what it does, its settings.
func (c call) explain(one command) error {
	return c.print("passerelle " + one.name + " " + one.usage + "\n\n" +
		c.words.say("command."+one.name) + "\n" + c.words.say("command."+one.name+".more"))
}

// showConfig prints the effective configuration and where each value is from.
// Faults are shown as well, after it.
func showConfig(_ context.Context, c call) error {
	if _, err := c.flags(flag.NewFlagSet("config", flag.ContinueOnError), false); err != nil {
		return err
	}
	config, faults := loadConfig(c.env)
	for _, line := range config.lines(c.words) {
		if err := c.print(line); err != nil {
			return err
		}
	}
	return faults
}

// version prints which program this is.
func version(_ context.Context, c call) error {
	if _, err := c.flags(flag.NewFlagSet("version", flag.ContinueOnError), false); err != nil {
		return err
	}
	return c.print("passerelle " + release() + " " + runtime.Version() +
		" " + runtime.GOOS + "/" + runtime.GOARCH)
}

// release is the version this program was built from: a tag, or the commit.
func release() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return "(devel)"
}
