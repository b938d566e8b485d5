package bot

import (
	"context"
	"strconv"
)

// checkPublished looks whether what an editor published last can be taught, and
// whether it is behind the lessons of this program. Nothing is said where
// nobody ever published.
func (h *house) checkPublished(ctx context.Context) []finding {
	history, err := h.store.Published(ctx)
	if err != nil || len(history) == 0 {
		return nil // a store that cannot be read is told of already
	}
	last := history[len(history)-1]
	args := []string{
		"id", string(last.Revision), "by", printable(last.By),
		"at", last.At.In(h.zones.home).Format("02/01/2006 15:04"), "path", h.config.Content,
	}
	carried, err := h.carried(ctx, last.Revision)
	if err != nil {
		return []finding{{bad, "published.unfit", args}}
	}
	found := []finding{{good, "published", args}}
	national, done, err := lessons(&Config{Lessons: h.config.Lessons})
	if err != nil {
		return found
	}
	defer done()
	if behind := carried.Behind(national, last.Local); len(behind) > 0 {
		args = append(args, "count", strconv.Itoa(len(behind)), "lessons", join(behind))
		found = append(found, finding{warn, "published.behind", args})
	}
	if h.config.Content != "" {
		found = append(found, finding{good, "published.draft", args})
	}
	return found
}
