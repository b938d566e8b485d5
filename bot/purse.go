package bot

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"passerelle/bot/sms"
	"passerelle/flows"
	"passerelle/flows/gsm"
)

const (
	// saveEvery is how often what was spent is added to the sums in the store: a
	// crash forgets no more than that of a day's sum. What one number cost is
	// written with each part.
	saveEvery = time.Second
	// alertAt is how much of the day's budget is spent when the host is told, in
	// hundredths.
	alertAt = 80
	// reserve is how much more than its budget a day may cost, in hundredths, for
	// the sentences that say so.
	reserve = 10
	// wholeDay is the name of a day's sum over all territories.
	wholeDay = "all"
)

// A purse knows what SMS cost, and when enough is spent. A day is one of Paris.
type purse struct {
	limits smsConfig
	usual  int // the price of a segment, in hundredths of a cent
	zone   *time.Location
	now    func() time.Time
	log    *slog.Logger
	// add adds to the sums of a day in the store, and returns them.
	add func(ctx context.Context, day string, sums map[string]int64) (map[string]int64, error)

	mu      sync.Mutex
	day     string
	known   map[string]int64 // the sums of the day in the store
	unsaved map[string]int64 // what this process spent since
	saving  map[string]int64 // what is on its way to the store
	alerted int64            // the level told last, in hundredths
}

// newPurse makes a purse that knows nothing of the day yet.
func (h *house) newPurse() *purse {
	return &purse{
		limits: h.config.SMS, usual: h.config.SMSPrice, zone: h.zones.home,
		now: time.Now, log: h.log, add: h.store.Spend, unsaved: make(map[string]int64),
	}
}

// price is that of one segment to somebody, in hundredths of a cent.
func (p *purse) price(to flows.Address) int {
	if price, ok := p.limits.Prices[sms.Territory(to, p.limits.Prefixes)]; ok {
		return int(price)
	}
	return p.usual
}

// today is the day whose budget is spent now.
func (p *purse) today() string { return p.now().In(p.zone).Format(time.DateOnly) }

// promise counts what is going to be sent. It counts from when it is said: while
// a gateway is away much may be said, and all of it is sent in the end.
func (p *purse) promise(to flows.Address, messages []flows.Message) {
	var cost int64
	for _, m := range messages {
		cost += int64(p.segments(m) * p.price(to))
	}
	p.count(to, cost)
}

// segments is what a message takes.
func (p *purse) segments(m flows.Message) (n int) {
	step := m.SMS()
	step.AsWritten = p.limits.AsWritten
	for _, text := range step.Messages() {
		n += gsm.Measure(text).Segments
	}
	return n
}

// count adds to the sums of the day.
func (p *purse) count(to flows.Address, cost int64) {
	if cost == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turn()
	p.unsaved[wholeDay] += cost
	p.unsaved[sms.Territory(to, p.limits.Prefixes)] += cost
}

// turn begins a new day, where one began. What is not saved yet of the day before
// counts for the new one: no cent is spent twice for it.
func (p *purse) turn() {
	if day := p.today(); day != p.day {
		p.day, p.known, p.alerted = day, nil, 0
	}
}

// spent is a sum of this day so far.
func (p *purse) spent(name string) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turn()
	return p.known[name] + p.unsaved[name] + p.saving[name]
}

// empty tells whether the budget of the day, or of that number's territory, is
// spent. Nothing but SMS costs money.
func (p *purse) empty(to flows.Address) bool {
	if to.Channel() != sms.Channel {
		return false
	}
	territory := sms.Territory(to, p.limits.Prefixes)
	budget, bounded := p.limits.Budgets[territory]
	return p.spent(wholeDay) >= p.limits.BudgetDay || bounded && p.spent(territory) >= budget
}

// mayExplain tells whether there is money left to say that there is none.
func (p *purse) mayExplain() bool {
	return p.spent(wholeDay) < p.limits.BudgetDay*(100+reserve)/100
}

// run keeps the sums of the store until ctx ends.
func (p *purse) run(ctx context.Context) {
	tick := time.NewTicker(saveEvery)
	defer tick.Stop()
	p.save(ctx)
	for {
		select {
		case <-tick.C:
			p.save(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// save adds what was spent to the sums of the store and reads them: other
// processes spend too. What cannot be saved is kept for the next time.
func (p *purse) save(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	day, sums := p.take()
	known, err := p.add(ctx, day, sums)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.saving = nil
	switch {
	case err != nil:
		for name, n := range sums {
			p.unsaved[name] += n
		}
		p.log.WarnContext(ctx, "what SMS cost could not be noted", slog.Any("error", err))
	case p.day == day:
		p.known = known
		p.alert(ctx)
	}
}

// take takes what is not saved.
func (p *purse) take() (day string, sums map[string]int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turn()
	sums = maps.Clone(p.unsaved)
	clear(p.unsaved)
	p.saving = sums
	return p.day, sums
}

// alert tells the host, once a day at each of the two levels.
func (p *purse) alert(ctx context.Context) {
	if p.limits.BudgetDay == 0 {
		return
	}
	level := p.known[wholeDay] * 100 / p.limits.BudgetDay
	reached := int64(0)
	switch {
	case level >= 100:
		reached = 100
	case level >= alertAt:
		reached = alertAt
	}
	if reached > p.alerted {
		p.alerted = reached
		p.log.WarnContext(ctx, "the budget of SMS of this day is being used up",
			slog.Int64("percent", level), slog.Int64("cents", p.known[wholeDay]/100))
	}
}
