package telegramtest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // what a photo may be
	_ "image/png"
	"net/http"
	"strings"
	"time"
)

// Bounds of files.
const (
	largestPhoto    = 10 << 20
	largestDownload = 20 << 20
	keepFiles       = 256 << 20 // bytes of all contents together
	lifeOfLink      = time.Hour
)

// files are what was uploaded, by file id.
type files struct {
	byID  map[string]*file
	links map[string]link // by file path
	order []*file         // oldest first
	bytes int
	count int
}

// A content is what a file holds.
type content struct {
	data          []byte
	width, height int // of a picture
	seconds       int // of a voice
	extension     string
}

// A file is a content under its id.
type file struct {
	id, unique string
	content    *content
}

// A link lets a file be downloaded for an hour.
type link struct {
	file *file
	ends time.Time
}

func newFiles() files { return files{byID: map[string]*file{}, links: map[string]link{}} }

// add keeps a content and gives it an id. The lock is held.
func (f *files) add(c *content) *file {
	f.count++
	sum := sha256.Sum256(c.data)
	kept := &file{unique: hex.EncodeToString(sum[:6]), content: c}
	kept.id = fmt.Sprintf("AgACAgQAAxkD%s%08d", hex.EncodeToString(sum[:16]), f.count)
	f.byID[kept.id] = kept
	f.order = append(f.order, kept)
	f.bytes += len(c.data)
	for f.bytes > keepFiles {
		f.bytes -= len(f.order[0].content.data)
		delete(f.byID, f.order[0].id)
		f.order = f.order[1:]
	}
	return kept
}

// file returns the file of a call: an upload, one attached under another name,
// or one that is known by its id.
func (s *Server) file(c *call, field string) (*file, error) {
	u, uploaded := c.uploads[field]
	if name, attached := strings.CutPrefix(c.params[field], "attach://"); attached && !uploaded {
		u, uploaded = c.uploads[name]
		if !uploaded {
			return nil, bad("invalid file HTTP URL specified: Unsupported URL protocol")
		}
	}
	if !uploaded {
		return s.known(field, c.params[field])
	}
	check := map[string]func([]byte) (*content, error){"photo": readPhoto, "voice": readVoice}[field]
	read, err := check(u.data)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.files.add(read), nil
}

// known finds a file by its id. A URL is none: nothing here fetches.
func (s *Server) known(field, id string) (*file, error) {
	if id == "" {
		return nil, bad("there is no %s in the request", field)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files.byID[id]
	switch {
	case f == nil:
		return nil, bad("wrong file identifier/HTTP URL specified")
	case (f.content.width > 0) != (field == "photo"):
		return nil, bad("can't use file of another type as %s", field)
	}
	return f, nil
}

// readPhoto takes what Telegram takes as a photo: a PNG or JPEG that is whole,
// of at most 10 MB, 10,000 pixels of width and height together, and 20 to 1.
func readPhoto(data []byte) (*content, error) {
	if len(data) == 0 {
		return nil, bad("file must be non-empty")
	}
	if len(data) > largestPhoto {
		return nil, bad("file is too big")
	}
	head, kind, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, bad("IMAGE_PROCESS_FAILED")
	}
	w, h := head.Width, head.Height
	if w+h > 10_000 || w > 20*h || h > 20*w {
		return nil, bad("PHOTO_INVALID_DIMENSIONS")
	}
	if _, _, err := image.Decode(bytes.NewReader(data)); err != nil {
		return nil, bad("IMAGE_PROCESS_FAILED")
	}
	return &content{data: data, width: w, height: h, extension: "." + kind}, nil
}

// readVoice takes an OGG file, an MP3 or an M4A.
func readVoice(data []byte) (*content, error) {
	if len(data) == 0 {
		return nil, bad("file must be non-empty")
	}
	head := string(data[:min(len(data), 12)])
	switch {
	case strings.HasPrefix(head, "OggS"):
		return &content{data: data, extension: ".oga"}, nil
	case strings.HasPrefix(head, "ID3"), strings.HasPrefix(head, "\xff\xfb"):
		return &content{data: data, extension: ".mp3"}, nil
	case len(head) == 12 && head[4:8] == "ftyp":
		return &content{data: data, extension: ".m4a"}, nil
	}
	return nil, bad("wrong file type: a voice is OGG, MP3 or M4A")
}

// size is a picture as one of the sizes of a message.
func (f *file) size() map[string]any {
	return map[string]any{
		"file_id": f.id, "file_unique_id": f.unique, "file_size": len(f.content.data),
		"width": f.content.width, "height": f.content.height,
	}
}

func (f *file) voice() map[string]any {
	return map[string]any{
		"file_id": f.id, "file_unique_id": f.unique, "file_size": len(f.content.data),
		"duration": f.content.seconds, "mime_type": "audio/ogg",
	}
}

// getFile gives out a path that can be downloaded for an hour.
func (s *Server) getFile(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files.byID[c.params["file_id"]]
	switch {
	case f == nil:
		return nil, bad("invalid file_id")
	case len(f.content.data) > largestDownload:
		return nil, bad("file is too big")
	}
	folder := "photos/"
	if f.content.width == 0 {
		folder = "voice/"
	}
	path := folder + f.unique + f.content.extension
	s.files.links[path] = link{f, s.now().Add(lifeOfLink)}
	return map[string]any{
		"file_id": f.id, "file_unique_id": f.unique, "file_size": len(f.content.data), "file_path": path,
	}, nil
}

// download serves a file by its path.
func (s *Server) download(w http.ResponseWriter, _ *http.Request, path string) {
	data, err := s.linked(path)
	if err != nil {
		answer(w, nil, &failure{code: http.StatusNotFound, description: "Not Found"})
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(data)
}

func (s *Server) linked(path string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.files.links[path]
	if !ok || !s.now().Before(l.ends) {
		delete(s.files.links, path)
		return nil, errors.New("no such link")
	}
	return l.file.content.data, nil
}
