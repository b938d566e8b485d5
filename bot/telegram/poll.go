package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/go-telegram/bot/models"
)

const (
	// pollTime is how long Telegram may keep us waiting for an update.
	pollTime = 25 * time.Second
	// pollMost is how many updates Telegram gives at once, at most.
	pollMost = 100
	// stuckTime is how long those behind a batch wait for a slow one in it
	// before they are asked for: Telegram gives them one by one to whoever asks
	// again within half a second.
	stuckTime = 600 * time.Millisecond
	// hasty is an answer without updates that comes before this.
	hasty = time.Second
	// lastWord is how long the last confirmation may take at the end.
	lastWord = 2 * time.Second
	// maxAnswer is the longest answer that is read.
	maxAnswer = 32 << 20

	firstPause, lastPause = 50 * time.Millisecond, 5 * time.Second
)

// Run receives until ctx ends: it polls, or has Telegram call the webhook.
// Updates under way are finished, and the last ones confirmed.
func (t *Telegram) Run(ctx context.Context) {
	if t.o.Webhook != "" {
		t.attend(ctx)
		return
	}
	for ctx.Err() == nil {
		t.whileHeld(ctx)
		pause(ctx, LeaseTime/4)
	}
}

// whileHeld polls as long as this process holds the right to.
func (t *Telegram) whileHeld(ctx context.Context) {
	if !t.hold(ctx) {
		return
	}
	polling, stop := context.WithCancel(ctx)
	defer stop()
	var keeping sync.WaitGroup
	keeping.Go(func() {
		defer stop()
		t.keepHold(polling)
	})
	p := &poller{t: t, chats: make(map[int64]*inbox), moved: make(chan struct{}, 1)}
	p.run(polling)
	stop()
	keeping.Wait()
	if ctx.Err() != nil {
		t.letGo(context.WithoutCancel(ctx), p)
	}
}

// letGo confirms the last updates at the end, and gives back the right to
// poll: whoever starts next need not wait.
func (t *Telegram) letGo(ctx context.Context, p *poller) {
	ctx, cancel := context.WithTimeout(ctx, lastWord)
	defer cancel()
	p.confirm(ctx)
	_ = t.o.LetGo(ctx) // it runs out by itself
}

// keepHold renews the right to poll until it is lost or ctx ends.
func (t *Telegram) keepHold(ctx context.Context) {
	for until := time.Now().Add(LeaseTime); ctx.Err() == nil; {
		pause(ctx, LeaseTime/4)
		asked := time.Now()
		switch held, err := t.o.Hold(ctx); {
		case err == nil && held:
			until = asked.Add(LeaseTime)
		case err == nil, time.Now().After(until):
			return
		}
	}
}

// hold takes the right to poll, if it is free.
func (t *Telegram) hold(ctx context.Context) bool {
	held, err := t.o.Hold(ctx)
	if err != nil && ctx.Err() == nil {
		t.o.Logger.Error("take the right to poll Telegram", slog.Any("error", err))
	}
	return err == nil && held
}

// pause waits, unless ctx ends before.
func pause(ctx context.Context, long time.Duration) {
	select {
	case <-time.After(long):
	case <-ctx.Done():
	}
}

// A poller takes updates in batches. Its offset moves past those that are done:
// the next poll then tells Telegram to forget them.
type poller struct {
	t      *Telegram
	moved  chan struct{} // something was done
	trials int           // polls that failed in a row

	mu     sync.Mutex
	offset int64
	known  []*job // in the order of their ids, the first not done or new
	chats  map[int64]*inbox
	work   sync.WaitGroup
}

// A job is an update under way.
type job struct {
	id     int64
	update *models.Update
	done   bool
}

// run polls until ctx ends.
func (p *poller) run(ctx context.Context) {
	for ctx.Err() == nil && p.t.register(ctx) != nil {
		pause(ctx, lastPause)
	}
	var long time.Duration // what waits is seen at once
	for ctx.Err() == nil {
		asked := time.Now()
		updates, err := p.fetch(ctx, long)
		if err != nil {
			p.rest(ctx, err)
			continue
		}
		if len(updates) == 0 && long > 0 && time.Since(asked) < hasty {
			pause(ctx, hasty) // something between us and Telegram does not wait
		}
		if p.trials > 0 {
			p.t.o.Logger.Info("Telegram gives updates again", slog.Int("after", p.trials))
		}
		p.trials, long = 0, pollTime
		p.accept(ctx, updates)
		p.settle(ctx)
		p.t.present(ctx, len(updates) < pollMost && p.idle())
	}
	p.work.Wait()
}

// confirm tells Telegram at the end what was done; the updates it answers with
// stay where they are.
func (p *poller) confirm(ctx context.Context) {
	p.advance()
	if p.offset > 0 {
		_, _ = p.fetch(ctx, 0) // they would be brought again, and known
	}
}

// rest waits after a poll that failed, as long as Telegram asks or ever longer.
func (p *poller) rest(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	p.trials++
	long := min(firstPause<<min(p.trials, 10), lastPause)
	var refused *refusedPoll
	if errors.As(err, &refused) {
		long = max(long, refused.after)
	}
	if seldom(p.trials) {
		p.t.o.Logger.Warn("Telegram gives no updates", slog.Any("error", err), slog.Int("times", p.trials))
	}
	if refused != nil && refused.code == http.StatusConflict {
		_ = p.t.register(ctx) // a webhook may be set; the next poll tells
	}
	pause(ctx, long)
}

// seldom tells whether a failure is worth a line in the log, so many in a row:
// the first, the second, the fourth, the eighth.
func seldom(times int) bool { return times&(times-1) == 0 }

// accept puts new updates in line, each in the line of its person. Their ids
// need not rise for ever: after a quiet week Telegram begins anew anywhere.
func (p *poller) accept(ctx context.Context, updates []*models.Update) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, u := range updates {
		if slices.ContainsFunc(p.known, func(one *job) bool { return one.id == u.ID }) {
			continue // it is under way
		}
		one := &job{id: u.ID, update: u}
		p.known = append(p.known, one)
		p.line(ctx, one)
	}
}

// An inbox is the line of one person.
type inbox struct{ jobs []*job }

// line puts a job in the line of its person. The caller holds the mutex.
func (p *poller) line(ctx context.Context, one *job) {
	chat := personOf(one.update)
	if waiting := p.chats[chat]; waiting != nil {
		waiting.jobs = append(waiting.jobs, one)
		return
	}
	box := &inbox{jobs: []*job{one}}
	p.chats[chat] = box
	p.work.Go(func() { p.serve(ctx, chat, box) })
}

// personOf is whose line an update stands in; those of nobody share one.
func personOf(u *models.Update) int64 {
	switch {
	case u.Message != nil:
		return u.Message.Chat.ID
	case u.CallbackQuery != nil:
		return u.CallbackQuery.From.ID
	case u.MyChatMember != nil:
		return u.MyChatMember.Chat.ID
	}
	return 0
}

// serve takes the updates of one person, one by one, until none is left.
func (p *poller) serve(ctx context.Context, chat int64, box *inbox) {
	for one := p.next(chat, box); one != nil && p.try(ctx, one); one = p.next(chat, box) {
		p.finish(box, one)
	}
}

// next is the first of a line; when there is none the line is closed.
func (p *poller) next(chat int64, box *inbox) *job {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(box.jobs) == 0 {
		delete(p.chats, chat)
		return nil
	}
	return box.jobs[0]
}

// finish notes that a job is done.
func (p *poller) finish(box *inbox, one *job) {
	p.mu.Lock()
	one.done = true
	box.jobs = box.jobs[1:]
	p.mu.Unlock()
	select {
	case p.moved <- struct{}{}:
	default:
	}
}

// try takes an update until it is taken. False: told to stop before.
func (p *poller) try(ctx context.Context, one *job) bool {
	for wait := firstPause; ; wait = min(2*wait, lastPause) {
		lasting, cancel := context.WithTimeout(context.WithoutCancel(ctx), takeTime) // what was begun is finished, even at the end
		err := p.t.take(lasting, one.update)
		cancel()
		if err == nil {
			return true
		}
		p.t.o.Logger.Warn("an update is tried again", slog.Int64("update", one.id), slog.Any("error", err))
		if pause(ctx, wait); ctx.Err() != nil {
			return false
		}
	}
}

// settle waits until all updates known are done, or one of them keeps the
// others waiting.
func (p *poller) settle(ctx context.Context) {
	patience := time.NewTimer(stuckTime)
	defer patience.Stop()
	for !p.advance() {
		select {
		case <-p.moved:
		case <-patience.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// advance moves the offset past what is done, and tells whether all is.
func (p *poller) advance() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.known) > 0 && p.known[0].done {
		p.offset = p.known[0].id + 1
		p.known = p.known[1:]
	}
	return len(p.known) == 0
}

// idle tells whether nothing is under way.
func (p *poller) idle() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.known) == 0
}

// fetch asks for updates, and confirms those before the offset.
func (p *poller) fetch(ctx context.Context, long time.Duration) ([]*models.Update, error) {
	p.mu.Lock()
	offset := p.offset
	p.mu.Unlock()
	body, err := json.Marshal(map[string]any{
		"offset": offset, "limit": pollMost, "timeout": int(long.Seconds()), "allowed_updates": allowed(),
	})
	if err != nil {
		return nil, fmt.Errorf("poll: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, long+10*time.Second)
	defer cancel()
	raw, err := p.t.call(ctx, "getUpdates", body)
	if err != nil {
		return nil, err
	}
	return decodeUpdates(raw, p.t.o.Logger)
}

// A refusedPoll is what Telegram refuses a poll with.
type refusedPoll struct {
	code  int
	after time.Duration
	text  string
}

// Error implements error.
func (r *refusedPoll) Error() string { return fmt.Sprintf("%d %s", r.code, r.text) }

// An envelope is around every answer of Telegram.
type envelope struct {
	OK          bool            `json:"ok"`
	Result      json.RawMessage `json:"result"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Parameters  struct {
		RetryAfter int `json:"retry_after"`
	} `json:"parameters"`
}

// call calls a method by its name, without the library's receiving.
func (t *Telegram) call(ctx context.Context, method string, body []byte) (json.RawMessage, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.o.API+"/bot"+t.o.Token+"/"+method, bytes.NewReader(body))
	if err != nil {
		return nil, clean(t.o.Token, err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := t.calls.Do(request)
	if err != nil {
		return nil, clean(t.o.Token, err)
	}
	defer func() { _ = response.Body.Close() }() // it was read
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, clean(t.o.Token, err)
	}
	var e envelope
	if err := json.Unmarshal(text, &e); err != nil { // a page of a proxy, not to be quoted
		return nil, &refusedPoll{code: response.StatusCode, text: "no answer of Telegram's"}
	}
	if !e.OK {
		return nil, &refusedPoll{e.Code, time.Duration(e.Parameters.RetryAfter) * time.Second, e.Description}
	}
	return e.Result, nil
}

// decodeUpdates reads updates one by one: one that cannot be read is passed
// over, for it would not be better the next time.
func decodeUpdates(raw json.RawMessage, log *slog.Logger) ([]*models.Update, error) {
	var each []json.RawMessage
	if err := json.Unmarshal(raw, &each); err != nil {
		return nil, errUnread // what it says could hold a person's words
	}
	var updates []*models.Update
	for _, one := range each {
		u, err := decodeUpdate(one)
		if err != nil {
			log.Error("an update could not be read", slog.Int64("update", u.ID))
		}
		if u.ID > 0 {
			updates = append(updates, u)
		}
	}
	return updates, nil
}

// decodeUpdate reads one update. Of one that cannot be read the id remains, if
// that can.
func decodeUpdate(raw []byte) (u *models.Update, err error) {
	var bare struct {
		ID int64 `json:"update_id"`
	}
	defer func() {
		if recover() != nil {
			u, err = &models.Update{ID: bare.ID}, errUnread
		}
	}()
	if json.Unmarshal(raw, &bare) != nil || bare.ID <= 0 {
		return &models.Update{}, errUnread
	}
	u = new(models.Update)
	if json.Unmarshal(raw, u) != nil {
		return &models.Update{ID: bare.ID}, errUnread
	}
	return u, nil
}
