package telegram

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path"
	"sync"

	"github.com/go-telegram/bot/models"

	"passerelle/flows"
)

const (
	// maxPhoto is the largest picture Telegram takes, in bytes.
	maxPhoto = 10 << 20
	// keptPictures is how many pictures are remembered in this process.
	keptPictures = 1024
)

// errNoPicture says that a picture cannot be shown: its words have to do.
var errNoPicture = errors.New("the picture cannot be shown")

// errPictureSize says that a picture is more than Telegram takes.
var errPictureSize = errors.New("the picture is too large")

// The pictures are those Telegram knows already. It gives a picture an id when
// it gets it, good for this bot only; all processes share these ids.
type pictures struct {
	o   Options
	bot string

	mu      sync.Mutex
	ids     map[string]string
	uploads map[string]chan struct{}
	blamed  map[string]bool
}

func newPictures(o Options, bot string) *pictures {
	return &pictures{
		o: o, bot: bot,
		ids: map[string]string{}, uploads: map[string]chan struct{}{}, blamed: map[string]bool{},
	}
}

// name is under which the id of a picture is noted.
func (p *pictures) name(pic flows.Picture) string {
	return path.Join(Channel, p.bot, string(pic.Revision), string(pic.Flow), pic.Name)
}

// id is Telegram's id of a picture, or empty. A store that does not answer costs
// an upload, no more.
func (p *pictures) id(ctx context.Context, name string) string {
	p.mu.Lock()
	id := p.ids[name]
	p.mu.Unlock()
	if id != "" || p.o.Noted == nil {
		return id
	}
	id, err := p.o.Noted(ctx, name)
	if err != nil || id == "" {
		return ""
	}
	p.remember(name, id)
	return id
}

// remember keeps an id in this process.
func (p *pictures) remember(name, id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	dropOne(p.ids, keptPictures)
	p.ids[name] = id
}

// learn keeps the id Telegram gave to a picture, for all processes.
func (p *pictures) learn(ctx context.Context, name string, m *models.Message) {
	id := largest(m)
	if id == "" {
		return
	}
	p.remember(name, id)
	if p.o.Note == nil {
		return
	}
	if err := p.o.Note(context.WithoutCancel(ctx), name, id); err != nil {
		p.o.Logger.WarnContext(ctx, "the id of a picture was not noted", slog.String("picture", name), slog.Any("error", err))
	}
}

// largest is the id of the largest size of the picture in a message.
func largest(m *models.Message) string {
	id, most := "", -1
	if m == nil {
		return ""
	}
	for _, size := range m.Photo {
		if area := size.Width * size.Height; area > most {
			id, most = size.FileID, area
		}
	}
	return id
}

// forget drops an id that Telegram does not know any more: another process may
// have noted a better one.
func (p *pictures) forget(name, id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ids[name] == id {
		delete(p.ids, name)
	}
}

// alone waits until nobody else in this process sends a new picture of this
// name. Call done when it is sent.
func (p *pictures) alone(ctx context.Context, name string) (done func(), err error) {
	for {
		other, mine := p.begin(name)
		if other == nil {
			return func() { p.end(name, mine) }, nil
		}
		select {
		case <-other:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// begin notes an upload; other is that of somebody else under way.
func (p *pictures) begin(name string) (other, mine chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if other, ok := p.uploads[name]; ok {
		return other, nil
	}
	mine = make(chan struct{})
	p.uploads[name] = mine
	return nil, mine
}

// end lets the next one go on.
func (p *pictures) end(name string, mine chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.uploads, name)
	close(mine)
}

// render makes the picture, ready to be sent.
func (p *pictures) render(ctx context.Context, pic flows.Picture) (*models.InputFileUpload, error) {
	png, err := p.o.Picture(ctx, pic)
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("make a picture: %w", ctx.Err())
	case err == nil && len(png) > maxPhoto:
		err = errPictureSize
	}
	if err != nil {
		return nil, p.blame(ctx, p.name(pic), err)
	}
	return &models.InputFileUpload{Filename: "image.png", Data: bytes.NewReader(png)}, nil
}

// blame says once in the log what is wrong with a picture.
func (p *pictures) blame(ctx context.Context, name string, why error) error {
	p.mu.Lock()
	told := p.blamed[name]
	dropOne(p.blamed, keptPictures)
	p.blamed[name] = true
	p.mu.Unlock()
	if !told {
		p.o.Logger.ErrorContext(ctx, "a picture cannot be shown", slog.String("picture", name), slog.String("why", why.Error()))
	}
	return errNoPicture
}

// dropOne makes room for one more, whichever goes.
func dropOne[K comparable, V any](m map[K]V, most int) {
	for k := range m {
		if len(m) < most {
			return
		}
		delete(m, k)
	}
}
