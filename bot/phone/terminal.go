package phone

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"passerelle/flows"
)

// maxLine is how much of one line of input is taken.
const maxLine = 64 << 10

// A Console is one person at a keyboard, or a script in their place.
type Console struct {
	In  io.Reader
	Out io.Writer
	// As is the learner; empty means a fresh one.
	As flows.Address
	// Lesson, when set, begins there.
	Lesson flows.FlowID
	// Interactive prompts, and shows what comes between two inputs; else every
	// line of In is taken and written down as a transcript.
	Interactive bool
	// SMS shows each message as the texts that SMS would bring, and after each
	// turn what they cost: Price is that of one segment, in hundredths of a
	// cent.
	SMS   bool
	Price int
	// AsWritten leaves texts as they are.
	AsWritten bool
	// Pass lets time pass, as written after "~ ". With nil such a line is a
	// message like any other.
	Pass func(ctx context.Context, delay string) error
}

// Terminal holds one conversation until the input ends; then the last answer
// is out. Lines of the input:
//
//	text      a message
//	>> 2      presses the second button of the last question
//	~ 24h     lets time pass
//
// An input that cannot be taken ends a script with an error; a person is asked
// to repeat it. When ctx ends, Terminal returns its error at once; In is then
// still being read, until it gives something or is closed.
func (p *Phone) Terminal(ctx context.Context, c Console) error {
	if c.As == "" {
		c.As = newSecret().address()
	}
	t := &terminal{Phone: p, Console: c, script: newScript(c.Out)}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := t.begin(ctx); err != nil {
		return err
	}
	if err := t.talk(ctx); err != nil {
		return err
	}
	if c.Interactive {
		t.script.print("\n")
	}
	return t.script.flush()
}

// A terminal is a Console at work.
type terminal struct {
	*Phone
	Console

	script *script
	// last is the last line shown.
	last uint64
	// question is what a press is read against.
	question flows.Message
	bill     bill
}

// begin shows where the conversation stands. A script sees nothing of what was
// said before; a person sees the last messages, or the first ones.
func (t *terminal) begin(ctx context.Context) error {
	before, err := t.o.Lines(ctx, t.As, 0)
	if err != nil {
		return fmt.Errorf("open conversation: %w", err)
	}
	t.note(before)
	if t.Console.Interactive {
		t.script.note(t.sentence(ctx, "phone.terminal.hello"))
		t.show(lastTurn(before))
		t.bill = bill{} // that was paid before
	}
	if t.Lesson != "" || t.Console.Interactive && len(before) == 0 {
		return t.take(ctx, flows.Opened{At: t.o.Now(), Lesson: t.Lesson})
	}
	return nil
}

// talk takes line after line. Meanwhile a person sees what comes by itself.
func (t *terminal) talk(ctx context.Context) error {
	var woken <-chan struct{} // never, for a script
	watch := &watch{}
	if t.Console.Interactive {
		if stream, leave, ok := t.pages.add(t.As); ok {
			defer leave()
			woken = stream.woken
		}
		var stop func()
		watch, stop = t.watch(t.As)
		defer stop()
	}
	in := readLines(ctx, t.In)
	for err := t.prompt(); ; {
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("conversation stopped: %w", ctx.Err())
		case <-woken:
			err = t.interrupt(ctx)
		case <-watch.due:
			if watch.news(ctx) {
				err = t.interrupt(ctx)
			}
		case l, ok := <-in:
			if !ok {
				return nil
			}
			err = t.input(ctx, l)
		}
	}
}

// interrupt shows what came by itself, below the prompt that waits.
func (t *terminal) interrupt(ctx context.Context) error {
	lines, err := t.o.Lines(ctx, t.As, t.last)
	if err != nil || len(lines) == 0 {
		return nil //nolint:nilerr // nothing new, or nothing to be had: the next input will tell
	}
	t.script.print("\n")
	t.show(lines)
	t.charge(ctx)
	return t.prompt()
}

// prompt shows where to write.
func (t *terminal) prompt() error {
	if t.Console.Interactive {
		t.script.part()
		t.script.print("> ")
	}
	return t.script.flush()
}

// input takes one line. A person who presses Enter on an empty line says
// nothing; a script that holds one means it.
func (t *terminal) input(ctx context.Context, l inputLine) error {
	if l.err != nil {
		return fmt.Errorf("read input: %w", l.err)
	}
	if t.Console.Interactive && strings.TrimSpace(l.text) == "" {
		return t.prompt()
	}
	if err := t.obey(ctx, l.text); err != nil {
		if !t.Console.Interactive || ctx.Err() != nil {
			return err
		}
		t.script.note(t.sentence(ctx, whyNot(l.text)))
	}
	return t.prompt()
}

// whyNot is what a person is told whose line could not be taken.
func whyNot(text string) string {
	if strings.HasPrefix(text, timePasses) {
		return "phone.terminal.delay"
	}
	return "phone.terminal.away"
}

// What a line begins with that is no message.
const timePasses, presses = "~ ", ">> "

// obey reads one line: time, a press, or words.
func (t *terminal) obey(ctx context.Context, text string) error {
	if delay, ok := strings.CutPrefix(text, timePasses); ok && t.Pass != nil {
		delay = strings.TrimSpace(delay)
		t.echo("~", delay)
		if err := t.Pass(ctx, delay); err != nil {
			return fmt.Errorf("let time pass: %w", err)
		}
		return t.catchUp(ctx)
	}
	if place, ok := strings.CutPrefix(text, presses); ok {
		if n, err := strconv.Atoi(strings.TrimSpace(place)); err == nil && n > 0 {
			t.echo(">>", strconv.Itoa(n))
			return t.take(ctx, flows.Tapped{At: t.o.Now(), Turn: t.question.Turn, Choice: n - 1})
		}
	}
	t.echo(">", text)
	return t.take(ctx, flows.Said{At: t.o.Now(), Text: text})
}

// echo writes down what a script says; a person has just written it there.
func (t *terminal) echo(mark, text string) {
	if !t.Console.Interactive {
		t.script.heard(mark, text)
	}
}

// take hands an input on and shows what came of it.
func (t *terminal) take(ctx context.Context, in flows.Input) error {
	ctx, cancel := context.WithTimeout(ctx, takeTime)
	defer cancel()
	if err := t.o.Receive(ctx, t.As, fresh(), in); err != nil {
		return fmt.Errorf("take input: %w", err)
	}
	return t.catchUp(ctx)
}

// catchUp shows the lines not shown yet.
func (t *terminal) catchUp(ctx context.Context) error {
	lines, err := t.o.Lines(ctx, t.As, t.last)
	if err != nil {
		return fmt.Errorf("read answers: %w", err)
	}
	t.show(lines)
	t.charge(ctx)
	return nil
}

// show prints what the learner is told; their own words already stand there.
func (t *terminal) show(lines []Line) {
	t.note(lines)
	for _, l := range lines {
		if l.From != Learner {
			t.tell(l.Message)
		}
	}
}

// note keeps how far the conversation is, and its last question.
func (t *terminal) note(lines []Line) {
	for _, l := range lines {
		t.last = l.N
		if len(l.Message.Choices) > 0 {
			t.question = l.Message
		}
	}
}

func (t *terminal) sentence(ctx context.Context, id string) string {
	return t.o.Text(t.language(ctx, t.As), id)
}

// An inputLine is one line read, or why none could be.
type inputLine struct {
	text string
	err  error
}

// readLines reads in the background until the input or the context ends.
func readLines(ctx context.Context, in io.Reader) <-chan inputLine {
	lines := make(chan inputLine)
	go func() {
		defer close(lines)
		for r := bufio.NewReader(in); ; {
			text, err := readLine(r)
			if errors.Is(err, io.EOF) {
				return
			}
			select {
			case lines <- inputLine{text, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return lines
}

// readLine returns the next line without its end, the first maxLine bytes of
// it, made valid. A last line needs no end.
func readLine(r *bufio.Reader) (string, error) {
	var line []byte
	for {
		piece, err := r.ReadSlice('\n')
		line = append(line, piece[:min(len(piece), maxLine-len(line))]...)
		switch {
		case err == nil, errors.Is(err, io.EOF) && len(line) > 0:
			return strings.ToValidUTF8(strings.TrimRight(string(line), "\r\n"), "\uFFFD"), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return "", err
		}
	}
}
