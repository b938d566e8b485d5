package bot

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"testing"

	"passerelle/store/redis"
)

// What the loss of a master loses depends on its replicas, and on how many are
// waited for.
func TestRisksOfReplicas(t *testing.T) {
	tests := []struct {
		survey  redis.Survey
		confirm int
		mark    string
		says    string
	}{
		{redis.Survey{}, 0, "", ""},
		{redis.Survey{Replicas: 1}, 0, good, "n'a pas encore reçu est perdu"},
		{redis.Survey{Cluster: true, Replicas: 1}, 0, good, "n'a pas encore reçu est perdu"},
		{redis.Survey{Cluster: true}, 0, warn, "n'a aucune copie"},
		{redis.Survey{Replicas: 2}, 1, good, "attend 1 copie(s)"},
		{redis.Survey{Cluster: true}, 1, bad, "demande 1 copie(s)"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%v %d", tt.survey, tt.confirm), func(t *testing.T) {
			var mark, said string
			for _, f := range replicas(tt.survey, tt.confirm) {
				mark, said = f.mark, f.line(testWords(t))
			}
			if mark != tt.mark || !strings.Contains(said, tt.says) {
				t.Errorf("it says %q, want %q %q", said, tt.mark, tt.says)
			}
		})
	}
}

// A Redis that gives no answer may have a reason that nobody finds by looking
// whether it runs.
func TestWhyAway(t *testing.T) {
	untrusted := &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	tests := []struct {
		err  error
		says string
	}{
		{fmt.Errorf("dial: %w", untrusted), "SSL_CERT_FILE="},
		{errors.New("LOADING Redis is loading the dataset in memory"), "relit ses données"},
		{errors.New("connection refused"), "Vérifiez qu'il tourne"},
	}
	for _, tt := range tests {
		t.Run(tt.err.Error(), func(t *testing.T) {
			told := unopened("redis://moi:secret@a", fmt.Errorf("%w: %w", redis.ErrAway, tt.err))
			said := testWords(t).told(told)
			if !strings.Contains(said, tt.says) || !strings.Contains(said, "« redis://•••@a »") || !errors.Is(told, redis.ErrAway) {
				t.Errorf("it says %q", said)
			}
		})
	}
}

// What the server said of an address is told with it.
func TestUnfitAddress(t *testing.T) {
	alone := fmt.Errorf("%w: %w", redis.ErrAddress, errors.New("ERR This instance has cluster support disabled"))
	for err, want := range map[error]bool{redis.ErrAddress: false, alone: true} {
		said := testWords(t).told(unopened("redis://a,b", err))
		if strings.Contains(said, "[ERR This instance has") != want || strings.Contains(said, "[") != want {
			t.Errorf("of %v it says %q", err, said)
		}
	}
}
