package phone

import (
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// pagePolicy lets a page use what this server sends, and nothing else.
const pagePolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; " +
	"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// guard stands before every endpoint: headers on every answer, known host
// names only, and no form of another site.
func (p *Phone) guard(next http.Handler) http.Handler {
	own := http.NewCrossOriginProtection()
	own.SetDenyHandler(http.HandlerFunc(p.foreign))
	if p.o.Origin != "" {
		if err := own.AddTrustedOrigin(p.o.Origin); err != nil {
			p.o.Logger.Error("trust the own origin", slog.Any("error", err))
		}
	}
	next = own.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protect(w.Header())
		if !p.answersTo(r.Host) {
			p.notice(w, http.StatusMisdirectedRequest, "phone.problem.host")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// protect sets the headers of every answer. The referrer policy is not
// "no-referrer": under it browsers send "Origin: null" with our own forms when
// the page is served over plain http in a local network, and no form would
// pass. "same-origin" tells other sites just as little.
func protect(h http.Header) {
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// answersTo tells whether a Host header names this server. A name an attacker
// made point here (DNS rebinding) is none of ours.
func (p *Phone) answersTo(host string) bool {
	return isLoopback(hostName(host)) || slices.Contains(p.o.Hosts, "*") || p.isNamed(host)
}

// isNamed tells whether a host is one of those we were given.
func (p *Phone) isNamed(host string) bool {
	name := hostName(host)
	return slices.ContainsFunc(p.o.Hosts, func(h string) bool {
		return strings.EqualFold(h, host) || strings.EqualFold(hostName(h), name)
	})
}

// hostName is a host without its port and brackets.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

func isLoopback(name string) bool {
	if strings.EqualFold(name, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.IsLoopback()
}

// fromElsewhere tells whether a link of another site led here. The browser
// then leaves our cookie at home, although it may have one. Where a browser
// does not say so itself, the page it came from does, and only the first time:
// a proxy may call us by a name that no page has.
func (p *Phone) fromElsewhere(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "cross-site", "same-site":
		return true
	case "":
		from, err := url.Parse(r.Header.Get("Referer"))
		return err == nil && from.Host != "" && from.Host != r.Host && !p.isNamed(from.Host) &&
			!r.URL.Query().Has(arrived)
	default:
		return false
	}
}
