package bot

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"passerelle/flows"
	"passerelle/store"
)

// A writer is a learner with what they write, in order.
type writer struct {
	secret  string
	address flows.Address
	texts   []string
	lines   map[uint64]store.Entry // of the transcript, as seen after each crash
	turns   uint64

	busy  sync.Mutex // one client at a time speaks for a learner
	taken atomic.Int64
}

// newWriter makes a learner as the web phone does: a secret in a cookie, and
// the address made of it.
func newWriter(n int) *writer {
	secret := rand.Text()
	sum := sha256.Sum256([]byte(secret))
	short := strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
	w := &writer{secret: secret, address: flows.Address("phone:" + short), lines: map[uint64]store.Entry{}}
	for i := range n {
		w.texts = append(w.texts, fmt.Sprintf("essai %c%c", 'a'+i/26, 'a'+i%26))
	}
	return w
}

// send sends one input to a process and returns the status of its answer, 0
// when there was none.
func (w *writer) send(ctx context.Context, client *http.Client, to string, n int) (status int) {
	form := url.Values{"id": {fmt.Sprint("input", n)}, "text": {w.texts[n]}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+to+"/say", strings.NewReader(form.Encode()))
	if err != nil {
		return 0
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	r.AddCookie(&http.Cookie{Name: "passerelle_phone", Value: w.secret})
	answer, err := client.Do(r)
	if err != nil {
		return 0
	}
	defer answer.Body.Close()
	if _, err = io.Copy(io.Discard, answer.Body); err != nil {
		return 0
	}
	return answer.StatusCode
}

// write has all learners write so many texts more, so many learners at a time.
func (tr *trial) write(texts, clients int) {
	queue := make(chan *writer)
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for w := range queue {
				w.busy.Lock()
				tr.deliver(w, int(w.taken.Load()))
				w.busy.Unlock()
			}
		})
	}
	for range texts {
		for _, w := range tr.learners {
			queue <- w
		}
	}
	close(queue)
	all.Wait()
}

// deliver repeats one input until it is acknowledged; sometimes once more.
func (tr *trial) deliver(w *writer, n int) {
	again := mathrand.N(10) == 0
	for acknowledged := false; tr.t.Context().Err() == nil; time.Sleep(5 * time.Millisecond) {
		taken := tr.offer(w, n)
		if taken && !acknowledged {
			acknowledged = true
			w.taken.Add(1)
			tr.taken.Add(1)
		}
		if taken && !again {
			return
		}
		again = again && !taken
	}
}

// offer sends one input to one of the processes, now and then to all of them
// at once, and tells whether any took it.
func (tr *trial) offer(w *writer, n int) bool {
	to := tr.children
	if mathrand.Float64() >= tr.twice {
		one := mathrand.N(len(to))
		to = to[one : one+1]
	}
	var taken atomic.Bool
	var all sync.WaitGroup
	for _, c := range to {
		all.Go(func() {
			if tr.post(c, w, n) {
				taken.Store(true)
			}
		})
	}
	all.Wait()
	return taken.Load()
}

// post sends one input to one process; true means acknowledged.
func (tr *trial) post(c *child, w *writer, n int) bool {
	ctx, cancel := context.WithTimeout(tr.t.Context(), tr.patience)
	defer cancel()
	switch status := w.send(ctx, tr.client, c.listen, n); status {
	case http.StatusOK:
		return true
	case http.StatusServiceUnavailable:
		tr.refused.Add(1)
	case 0: // killed, or not there
	default:
		tr.t.Errorf("an input is answered by status %d", status)
	}
	return false
}
