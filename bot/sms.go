package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"passerelle/bot/sms"
	"passerelle/flows"
	"passerelle/store"
)

// newSMS makes the channel and its purse, when there is a gateway.
func (h *house) newSMS() (*sms.SMS, error) {
	if h.config.SMS.Gateway == "" {
		return nil, nil //nolint:nilnil // no channel, and nothing wrong with that
	}
	h.purse = h.newPurse()
	h.bot.purse, h.relay.broke = h.purse, h.purse.empty
	o := h.config.smsOptions()
	o.Receive = h.fromSMS
	o.Sent, o.Parts, o.Reported = h.paid, h.parts, h.store.Reported
	o.Price = h.purse.price
	o.Note, o.Noted = h.store.Note, h.store.Noted
	o.Acquire, o.Release = h.lease("sms/" + o.Gateway)
	o.Refused = func(reason string) { h.meter.refused.WithLabelValues("sms." + reason).Inc() }
	o.Logger = h.log
	channel, err := sms.New(o)
	if err == nil {
		h.meter.registry.MustRegister(smsGauges(channel, h.purse)...)
	}
	return channel, err
}

// smsGauges are what Prometheus is told about the channel.
func smsGauges(channel *sms.SMS, p *purse) []prometheus.Collector {
	return []prometheus.Collector{
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "passerelle_sms_behind", Help: "1 while SMS that came in may not be taken yet.",
		}, func() float64 {
			if channel.Behind() {
				return 1
			}
			return 0
		}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "passerelle_sms_spent_cents", Help: "What SMS cost this day, of all processes.",
		}, func() float64 { return float64(p.spent(wholeDay)) / 100 }),
	}
}

// fromSMS takes an input of the gateway.
func (h *house) fromSMS(ctx context.Context, from flows.Address, id string, in flows.Input) error {
	_, err := h.fromProvider(ctx, from, id, in)
	return err
}

// paid notes a part that the gateway took. What stands in no outbox is nobody's to
// keep.
func (h *house) paid(ctx context.Context, to flows.Address, p flows.Part) error {
	if p.Delivery == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	return h.store.Sent(ctx, to, p, h.purse.today())
}

// parts are those noted for an address. Damaged ones are begun anew with the
// next.
func (h *house) parts(ctx context.Context, to flows.Address) ([]flows.Part, error) {
	parts, err := h.store.Parts(ctx, to)
	if errors.Is(err, store.ErrDamaged) {
		return nil, nil
	}
	return parts.Parts, err
}

// A message that waits is reckoned with so many segments; beyond so many
// messages nobody counts.
const (
	usualSegments = 2
	maxWaiting    = 64
)

// affordable tells whether an answer may be paid for. Whoever is in danger may
// cost twice what others may, whatever the day cost so far: more can only be a
// trick to spend money. What waits to be sent counts as if it were.
func (b *Bot) affordable(ctx context.Context, from flows.Address, urgent bool) (bool, error) {
	if b.purse == nil || from.Channel() != sms.Channel {
		return true, nil
	}
	if !urgent && b.purse.empty(from) {
		return false, nil
	}
	parts, err := b.store.Parts(ctx, from)
	if err != nil && !errors.Is(err, store.ErrDamaged) {
		return false, fmt.Errorf("read what a number cost: %w", err)
	}
	waiting, err := b.store.Waits(ctx, from, maxWaiting)
	if err != nil {
		return false, fmt.Errorf("read what a number will cost: %w", err)
	}
	cost := int64(waiting * usualSegments * b.purse.price(from))
	if parts.Day == b.purse.today() {
		cost += parts.Spent
	}
	budget := b.purse.limits.BudgetNumber
	if urgent {
		budget *= 2
	}
	return cost < budget, nil
}

// checkSMS asks the gateway whether it knows us, where that is possible, and
// looks at the budget.
func (h *house) checkSMS(ctx context.Context) []finding {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	name := []string{"gateway", h.config.SMS.Gateway}
	asked, err := h.sms.Ask(ctx)
	found := finding{good, "sms", name}
	var refusal *flows.Refusal
	switch {
	case errors.As(err, &refusal):
		found = finding{warn, "sms.refused", append(name, "why", h.words.reason(refusal.Reason))}
	case err != nil:
		found = finding{warn, "sms.away", name}
	case !asked:
		found = finding{good, "sms.unasked", name}
	}
	return []finding{found, h.checkBudget(ctx)}
}

// checkBudget tells what this day cost so far.
func (h *house) checkBudget(ctx context.Context) finding {
	sums, err := h.store.Spend(ctx, h.purse.today(), nil)
	if err != nil {
		return finding{bad, "counts.bad", nil}
	}
	spent, budget := sums[wholeDay], h.config.SMS.BudgetDay
	args := []string{"spent", inEuros(spent), "budget", inEuros(budget)}
	if spent*100 >= budget*alertAt {
		return finding{warn, "sms.budget.warn", args}
	}
	return finding{good, "sms.budget", args}
}

// inEuros writes hundredths of a cent as "12,34".
func inEuros(n int64) string {
	cents := (n + 50) / 100
	return strconv.FormatInt(cents/100, 10) + "," + strconv.FormatInt(100+cents%100, 10)[1:]
}

// pages are what the outside may ask for: the phone, and what providers call.
func (h *house) pages() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", h.phone.Handler())
	if h.telegram != nil && h.config.TelegramSecret != "" {
		mux.Handle(telegramPath, h.telegram.Handler())
	}
	if h.sms != nil {
		mux.Handle(smsPath, h.sms.Handler())
	}
	return mux
}
