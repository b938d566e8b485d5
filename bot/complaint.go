package bot

import (
	"errors"
	"strings"
)

// A complaint is an error told to the person at the keyboard in their own
// language: a sentence of the bundles and its arguments, perhaps with the
// error of the machine behind it.
type complaint struct {
	id   string
	args []string // name, value, name, value
	err  error
	// is a sentinel the complaint stands for, whose words are not shown.
	is error
}

// complain makes a complaint; args are names and values in turn.
func complain(id string, err error, args ...string) error {
	return &complaint{id: id, args: args, err: err}
}

// Error gives the complaint in plain ASCII, for those who have no bundle.
func (c *complaint) Error() string {
	text := c.id
	if len(c.args) > 0 {
		text += " (" + strings.Join(c.args, " ") + ")"
	}
	if c.err != nil {
		text += ": " + c.err.Error()
	}
	return text
}

// Unwrap gives the error behind the complaint.
func (c *complaint) Unwrap() error { return c.err }

// Is tells whether the complaint stands for that error.
func (c *complaint) Is(target error) bool { return c.is != nil && errors.Is(c.is, target) }

// Errors that end a command with an exit code of their own.
var (
	// errUsage: the command line was wrong; it was explained already.
	errUsage = errors.New("wrong command line")
	// errFound: the command did its work and found faults; they were shown.
	errFound = errors.New("faults were found")
)

// each are the errors that were joined in err, or err itself.
func each(err error) []error {
	many, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, one := range many.Unwrap() {
		all = append(all, each(one)...)
	}
	return all
}

// told tells the complaints inside err, a line each.
func (w words) told(err error) string {
	var lines []string
	for _, one := range each(err) {
		lines = append(lines, w.tell(one))
	}
	return strings.Join(lines, "\n")
}

// tell tells one complaint in a sentence; an error that is none stands as it
// is.
func (w words) tell(err error) string {
	var c *complaint
	if !errors.As(err, &c) {
		return err.Error()
	}
	text := w.say(c.id, c.args...)
	if c.err != nil {
		text += " [" + c.err.Error() + "]"
	}
	return text
}
