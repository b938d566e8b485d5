package bot

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"strconv"
	"strings"

	"passerelle/flows/intent"
)

// understand shows how replies are read. Each line of standard input is
// "CHOICE|CHOICE|…", a tab, and a reply; what stands behind another tab is left
// alone, and so are lines that begin with "#". For each it prints the label
// chosen, "?" when it would be asked back, or "-", then a tab and the reason.
func understand(_ context.Context, c call) error {
	if _, err := c.flags(flag.NewFlagSet("understand", flag.ContinueOnError), false); err != nil {
		return err
	}
	lines := bufio.NewScanner(c.in)
	lines.Buffer(nil, maxErrand)
	for n := 1; lines.Scan(); n++ {
		if strings.HasPrefix(lines.Text(), "#") || lines.Text() == "" {
			continue
		}
		fields := strings.Split(lines.Text(), "\t")
		if len(fields) < 2 {
			return complain("understand.line", nil, "line", strconv.Itoa(n))
		}
		if err := c.print(reading(strings.Split(fields[0], "|"), fields[1])); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read replies: %w", err)
	}
	return nil
}

// reading is what is made of a reply, and why.
func reading(labels []string, reply string) string {
	choices := make([]intent.Label, len(labels))
	for i, label := range labels {
		choices[i].Text = label
	}
	read := intent.Compile(choices).Read(intent.Clean(reply))
	answer := "-"
	switch {
	case read.Choice >= 0 && read.Sure:
		answer = labels[read.Choice]
	case read.Choice >= 0:
		answer = "?"
	}
	return answer + "\t" + string(read.Reason)
}
