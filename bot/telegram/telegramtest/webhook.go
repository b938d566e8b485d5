package telegramtest

import (
	"encoding/json"
	"net"
	"net/url"
	"slices"
	"strings"
)

// A hook is where updates are sent.
type hook struct {
	url, secret string
	most        int // connections
	posting     *posting
}

// setWebhook makes a new hook; an empty URL takes the old one away.
func (s *Server) setWebhook(c *call) (any, error) {
	h, err := s.readHook(c)
	if err != nil {
		return nil, err
	}
	wanted, given, err := c.wanted()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if given {
		s.queue.wanted = wanted
	}
	s.replaceHook(h, c.truth("drop_pending_updates"))
	return true, nil
}

func (s *Server) deleteWebhook(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replaceHook(nil, c.truth("drop_pending_updates"))
	return true, nil
}

// replaceHook puts a hook in the place of another. The lock is held.
func (s *Server) replaceHook(h *hook, drop bool) {
	s.hook.stop()
	if drop {
		s.queue.updates = nil
	}
	if s.hook = h; h != nil {
		s.interrupt("terminated by setWebhook request")
		h.posting = newPosting(s, h)
	}
	s.wake()
}

func (s *Server) readHook(c *call) (*hook, error) {
	h := &hook{url: c.params["url"], secret: c.params["secret_token"]}
	if h.url == "" {
		return nil, nil //nolint:nilnil // no hook is what was asked for
	}
	if err := s.checkHook(h); err != nil {
		return nil, err
	}
	var err error
	h.most, err = c.number("max_connections", 40, 1, 100)
	return h, err
}

func (s *Server) checkHook(h *hook) error {
	const wrong = "bad webhook: "
	u, err := url.Parse(h.url)
	switch {
	case err != nil || u.Host == "":
		return bad(wrong + "invalid webhook URL specified")
	case u.Scheme == "http" && s.o.PlainWebhooks && isLoopback(u.Hostname()):
	case u.Scheme != "https":
		return bad(wrong + "An HTTPS URL must be provided for webhook")
	case !slices.Contains([]string{"", "80", "88", "443", "8443"}, u.Port()):
		return bad(wrong + "Webhook can be set up only on ports 80, 88, 443 or 8443")
	}
	return checkSecret(h.secret)
}

func checkSecret(secret string) error {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
	if len(secret) > 256 {
		return bad("secret token is too long")
	}
	if strings.Trim(secret, letters) != "" {
		return bad("secret token contains unallowed characters")
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// wanted reads allowed_updates. Without it the last ones hold.
func (c *call) wanted() (kinds []string, given bool, err error) {
	text, given := c.params["allowed_updates"]
	if text == "" {
		return nil, false, nil
	}
	if json.Unmarshal([]byte(text), &kinds) != nil {
		return nil, false, bad("can't parse allowed updates: Array of Strings expected")
	}
	return kinds, given, nil
}

// getWebhookInfo tells where updates go and how well that works.
func (s *Server) getWebhookInfo(*call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	info := map[string]any{"url": "", "has_custom_certificate": false, "pending_update_count": s.pending()}
	if len(s.queue.wanted) > 0 {
		info["allowed_updates"] = s.queue.wanted
	}
	if s.hook == nil {
		return info, nil
	}
	info["url"], info["max_connections"], info["ip_address"] = s.hook.url, s.hook.most, "127.0.0.1"
	if p := s.hook.posting; p.failure != "" {
		info["last_error_message"], info["last_error_date"] = p.failure, p.failed.Unix()
	}
	return info, nil
}

// stop ends the deliveries of a hook, if there is one.
func (h *hook) stop() {
	if h != nil && h.posting != nil {
		h.posting.cancel()
	}
}

// add queues an update at a hook, if there is one. The lock is held.
func (h *hook) add(u *update) {
	if h != nil {
		h.posting.add(u)
	}
}
