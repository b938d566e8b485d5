package bot

import (
	"cmp"
	"context"
	"flag"
	"slices"
	"strings"

	"passerelle/content"
	"passerelle/flows"
	"passerelle/store"
)

// rollback puts an older edition in force again: the one named, else the one
// before the last change. That is a new line of the history, not one less.
func rollback(ctx context.Context, c call) error {
	var p publishing
	set := flag.NewFlagSet("rollback", flag.ContinueOnError)
	set.StringVar(&p.note, "note", "", "")
	set.StringVar(&p.by, "by", "", "")
	rest, err := c.flagsAround(set, 1)
	if err != nil {
		return err
	}
	p.by = cmp.Or(p.by, keyboardUser(c.env))
	c.args = append([]string{"--note", p.note, "--by", p.by}, rest...)
	return c.within(ctx, func(h *house) error { return c.rollBack(ctx, h, strings.Join(rest, ""), p) })
}

// rollBack puts the edition of a hash in force; "" is the one before the last
// change.
func (c call) rollBack(ctx context.Context, h *house, hash string, p publishing) error {
	history, err := h.store.Published(ctx)
	if err != nil {
		return unopened(h.config.place(), err)
	}
	if hash == "" {
		if len(history) == 0 || history[len(history)-1].Previous == "" {
			return complain("rollback.none", nil)
		}
		hash = string(history[len(history)-1].Previous)
	}
	id, err := h.revision(ctx, hash)
	if err != nil {
		return err
	}
	next, err := h.carried(ctx, id)
	if err != nil {
		return err
	}
	before, err := h.inForce(ctx)
	if err != nil {
		return err
	}
	if err := c.showChange(ctx, h, before, next); err != nil {
		return err
	}
	return c.putInForce(ctx, h, next, store.Publication{By: p.by, Note: p.note, Local: localOf(history, id)})
}

// localOf are the editor's own lessons of a revision, as it was published last.
func localOf(history []store.Publication, id flows.RevisionID) []flows.FlowID {
	for _, p := range slices.Backward(history) {
		if p.Revision == id {
			return p.Local
		}
	}
	return nil
}

// carried is an edition of the store, as this program teaches it.
func (h *house) carried(ctx context.Context, id flows.RevisionID) (*content.Edition, error) {
	archive, err := h.store.Revision(ctx, id)
	if err != nil {
		return nil, unopened(h.config.place(), err)
	}
	e, err := h.edition.Carry(archive)
	if err != nil {
		return nil, complain("rollback.unfit", err, "id", string(id))
	}
	return e, nil
}

// shortest is how many characters of a hash must be typed.
const shortest = 4

// revision finds the revision whose hash begins so.
func (h *house) revision(ctx context.Context, hash string) (flows.RevisionID, error) {
	all, err := h.store.Revisions(ctx)
	if err != nil {
		return "", unopened(h.config.place(), err)
	}
	var found []flows.RevisionID
	for _, id := range all {
		if strings.HasPrefix(string(id), hash) {
			found = append(found, id)
		}
	}
	if len(hash) < shortest || len(found) != 1 {
		return "", complain("rollback.unknown", nil, "id", hash)
	}
	return found[0], nil
}
