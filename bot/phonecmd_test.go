package bot

import (
	"strings"
	"testing"
	"time"

	"passerelle/flows"
)

func TestFirstMonday(t *testing.T) {
	tests := []struct{ now, want string }{
		{"2026-11-22 12:00", "2026-11-23 10:00"}, // a Sunday
		{"2026-11-23 08:00", "2026-11-30 10:00"}, // a Monday
		{"2026-11-24 23:59", "2026-11-30 10:00"},
		{"2026-11-28 00:00", "2026-11-30 10:00"},
		{"2026-10-24 12:00", "2026-10-26 10:00"}, // the clocks go back meanwhile
	}
	for _, tt := range tests {
		t.Run(tt.now, func(t *testing.T) {
			if got := firstMonday(in(t, home, tt.now)).Format(minute); got != tt.want {
				t.Errorf("firstMonday = %s, want %s", got, tt.want)
			}
		})
	}
}

func TestPhoneAs(t *testing.T) {
	tests := []struct {
		as   string
		good bool
	}{
		{"phone:marie", true},
		{"phone:Élodie-2_b", true},
		{"phone:" + strings.Repeat("a", 64), true},
		{"phone:" + strings.Repeat("a", 65), false},
		{"phone:", false},
		{"sms:+33612345678", false},
		{"phone:marie anne", false},
		{"phone:marie\u00a0anne", false},
		{"phone:a\nb", false},
		{"phone:a\tb", false},
		{"phone:a\x1b[2Jb", false},
		{"phone:a\x7fb", false},
		{"phone:a\u200bb", false},
		{"phone:a\xffb", false},
	}
	for _, tt := range tests {
		t.Run(tt.as, func(t *testing.T) {
			w := testWords(t)
			c := call{name: "phone", args: []string{"--as", tt.as}, words: w}
			_, err := c.console()
			if told := err != nil && strings.Contains(w.told(err), "n'est pas une adresse"); told == tt.good {
				t.Errorf("error %v", err)
			}
		})
	}
}

// Time that is let pass passes for one learner: reminders come, each at its
// instant, and at any hour.
func TestPastime(t *testing.T) {
	k := newKit(t)
	k.must(k.say("phone:other", "1", "bonjour"))
	k.must(k.say("phone:other", "2", "1"))
	start := in(t, home, "2026-11-28 23:00") // a Saturday night
	p := &pastime{who: "phone:a", clock: func() time.Time { return start }}
	p.bot = k.bot.onClock(p.now)
	for _, text := range []string{"bonjour", "1"} {
		k.must(p.bot.Receive(t.Context(), "phone:a", text, flows.Said{At: p.now(), Text: text}))
	}
	turns := k.record("phone:a").Conversation.Turn
	k.must(p.pass(t.Context(), "30m"))
	if k.record("phone:a").Conversation.Turn != turns {
		t.Error("a reminder came after half an hour")
	}
	k.must(p.pass(t.Context(), "24h"))
	if got := k.record("phone:a").Conversation.Turn; got != turns+1 {
		t.Errorf("%d reminders came in a day", got-turns)
	}
	k.must(p.pass(t.Context(), "60j"))
	if got := p.now().Sub(start); got < 61*24*time.Hour {
		t.Errorf("%s passed", got)
	}
	if len(k.record("phone:a").Timers) != 0 {
		t.Errorf("timers are left: %+v", k.record("phone:a").Timers)
	}
	if k.record("phone:other").Conversation.Turn != 2 {
		t.Error("time passed for another learner")
	}
	if err := p.pass(t.Context(), "bientôt"); err == nil {
		t.Error("time passed that nobody can measure")
	}
}

// The language asked for is that of somebody new; who chose one keeps it.
func TestGreetIn(t *testing.T) {
	k := newKit(t)
	english := k.bot.onClock(time.Now)
	english.greetIn = "en"
	hello := flows.Said{At: time.Now(), Text: "hello"}
	k.must(english.Receive(t.Context(), "phone:new", "1", hello))
	if text := k.heard("phone:new")[0]; !strings.Contains(text, "I am a robot") {
		t.Errorf("heard %q", text)
	}
	k.must(k.say("phone:known", "1", "bonjour"))
	k.must(english.Receive(t.Context(), "phone:known", "2", hello))
	if text := k.lastHeard("phone:known"); strings.Contains(text, "you") {
		t.Errorf("heard %q", text)
	}
}
