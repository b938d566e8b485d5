package bot

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"passerelle/bot/phone"
	"passerelle/bot/sms"
	"passerelle/bot/telegram"
	"passerelle/content"
	"passerelle/flows"
	"passerelle/store"
	"passerelle/store/redis"
)

// A house is a running installation: everything a command may need of it.
type house struct {
	config   *Config
	words    words
	env      source
	log      *slog.Logger
	meter    *meter
	store    *store.Store
	redis    *redis.Kernel // below the store; nil: the embedded one
	outage   *outage
	edition  *content.Edition  // what this process was started with; the shelf has the newest
	copies   []content.Problem // those of national lessons that changed since
	shelf    *shelf
	follower *follower
	workshop *workshop
	zones    zones
	relay    *Relay
	bot      *Bot
	phone    *phone.Phone       // the web page
	phones   phones             // that page and the terminals open now
	telegram *telegram.Telegram // nil: not configured
	sms      *sms.SMS           // nil: not configured
	purse    *purse             // what SMS cost; nil without them
	serves   bool               // the ports are ours: this is the service itself
}

// openHouse opens the store, publishes the lessons into it, and wires the
// rest. The caller closes the house.
func openHouse(ctx context.Context, c call, config *Config) (*house, error) {
	h := &house{config: config, words: c.words, env: c.env, outage: &outage{}, meter: newMeter(), serves: c.name == "serve"}
	h.log = slog.New(calm{c.log().Handler(), h.outage})
	var err error
	if h.zones, err = loadZones(); err != nil {
		return nil, err
	}
	var broken error
	h.edition, broken = h.loadEdition()
	kernel, err := openKernel(ctx, config.place(), config.Confirm)
	if err != nil {
		return nil, err
	}
	if err := store.Whole(ctx, kernel); err != nil {
		_ = kernel.Close() // nothing was written
		return nil, unopened(config.place(), err)
	}
	h.redis, _ = kernel.(*redis.Kernel)
	h.store = store.Open(kernel, store.Options{})
	if err := h.furnish(ctx, broken); err != nil {
		h.close()
		return nil, err
	}
	h.follower.settle(ctx)
	return h, nil
}

// furnish puts the lessons into the store and wires the rest. Broken is what
// kept the lessons from being read.
func (h *house) furnish(ctx context.Context, broken error) error {
	if broken != nil {
		if err := h.loadWithoutDraft(ctx, broken); err != nil {
			return err
		}
	}
	if err := h.publish(ctx); err != nil {
		return err
	}
	return h.wire()
}

// loadWithoutDraft takes the embedded lessons alone when an editor published:
// what was published is in force, and the host's folder is a draft that may be
// broken. Otherwise that folder is what learners get, and the fault stays. The
// service says what is wrong when it watches the folder.
func (h *house) loadWithoutDraft(ctx context.Context, broken error) error {
	force, err := h.store.Current(ctx)
	if err != nil || !force.Published || h.config.Content == "" {
		return broken
	}
	without := *h.config
	without.Content = ""
	bare := &house{config: &without, words: h.words}
	if h.edition, err = bare.loadEdition(); err != nil {
		return err
	}
	if !h.serves {
		h.log.WarnContext(ctx, "the folder of lessons has errors; what was published is in force")
	}
	return nil
}

// loadEdition reads the lessons, those of the host laid over the embedded ones.
func (h *house) loadEdition() (*content.Edition, error) {
	folder, done, err := lessons(h.config)
	if err != nil {
		return nil, err
	}
	defer done()
	edition, problems := content.Load(folder, h.words.bundle)
	if edition != nil {
		h.copies = content.Outdated(problems)
		return edition, nil
	}
	var faults []error
	for _, p := range problems {
		if p.Severity == content.Error {
			faults = append(faults, errors.New(p.In(h.words.bundle, h.words.language).String()))
		}
	}
	return nil, errors.Join(append(faults, complain("content.errors", nil))...)
}

// lessons are the embedded ones, with those of the host's folder over them.
// Nothing outside that folder is read, wherever a link in it points. Done
// closes it.
func lessons(config *Config) (folder fs.FS, done func(), err error) {
	base := content.Embedded()
	if len(config.Lessons) > 0 {
		base = content.Only(base, config.Lessons...)
	}
	if config.Content == "" {
		return base, func() {}, nil
	}
	over, done, err := openFolder(config.Content)
	if err != nil {
		return nil, nil, err
	}
	return content.Overlay(base, over), done, nil
}

// openFolder opens a folder of files somebody else wrote.
func openFolder(path string) (folder fs.FS, done func(), err error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, nil, complain("usage.path.missing", cause(err), "path", path)
	}
	return root.FS(), func() { _ = root.Close() }, nil
}

// publish stores this edition, so that no learner ever stands on a lesson that
// a later one took away. The service also puts it in force, unless an editor
// published another one: all others follow.
func (h *house) publish(ctx context.Context) error {
	err := keep(ctx, h.store, h.edition)
	if err == nil && h.serves {
		err = h.store.Propose(ctx, h.edition.Flows().ID)
	}
	if err != nil && h.config.shared() {
		return unopened(h.config.place(), err)
	}
	if err != nil {
		return complain("store.write", err, "data", h.config.Data)
	}
	return nil
}

// wire joins the parts. The relay knows the bot by one function only, and the
// bot the relay by its line.
func (h *house) wire() error {
	h.shelf = newShelf(h.edition, h.store.Revision)
	h.follower = h.newFollower()
	h.workshop = &workshop{edition: h.edition}
	h.bot = &Bot{
		store: h.store, shelf: h.shelf, zones: h.zones, facts: h.facts, hours: h.config.Hours,
		caps:  newCaps(h.config.Newcomers, h.config.Messages),
		meter: h.meter, log: h.log, now: time.Now, broken: make(chan error, 1),
	}
	h.relay = &Relay{
		store: h.store, zones: h.zones, hours: h.config.Hours, meter: h.meter, log: h.log,
		now: time.Now, receive: h.bot.Receive, outage: h.outage,
	}
	channels := map[string]Channel{"phone": &h.phones}
	var err error
	if h.telegram, err = h.newTelegram(); err != nil {
		return err
	}
	if h.telegram != nil {
		channels[telegram.Channel] = h.telegram
	}
	if h.sms, err = h.newSMS(); err != nil {
		return err
	}
	if h.sms != nil {
		channels[sms.Channel] = h.sms
	}
	h.relay.connect(channels)
	h.bot.relay = h.relay
	h.phone = h.newPhone(h.bot)
	h.phones.add(h.phone)
	h.meter.registry.MustRegister(census{h.count})
	return nil
}

// facts are what any sentence may name: who runs this, and how a person is
// reached.
func (h *house) facts(language flows.Language) []flows.Arg {
	w := words{h.words.bundle, string(language)}
	return []flows.Arg{
		{Name: "publisher", Value: cmp.Or(h.config.Publisher, w.say("config.default.publisher"))},
		{Name: "contact", Value: cmp.Or(h.config.Contact, w.say("config.default.contact"))},
	}
}

// count is the census of the store.
func (h *house) count(ctx context.Context) (map[string]int64, error) {
	s, err := h.store.Stats(ctx)
	return map[string]int64{
		"conversations": s.Conversations, "outbox": s.Outbox, "requests": s.Requests,
		"dead": s.Dead, "parked": s.Parked, "setbacks": s.Setbacks,
	}, err
}

// ready tells whether a turn could be taken now: whether the store still
// writes.
func (h *house) ready(ctx context.Context) error {
	ctx, cancel := h.forReading(ctx)
	defer cancel()
	_, err := h.store.Acquire(ctx, "ready", "ready", time.Second)
	return err
}

// close closes the store; what was acknowledged is safe without it.
func (h *house) close() {
	if err := h.store.Close(); err != nil {
		h.log.Error("close the store", slog.Any("error", err))
	}
}
