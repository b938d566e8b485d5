package bot

import "testing"

func TestPrice(t *testing.T) {
	tests := []struct {
		text, shown string
		hundredths  int
	}{
		{"7", "7", 700},
		{"0", "0", 0},
		{"10", "10", 1000},
		{"6.5", "6.5", 650},
		{"6,25", "6.25", 625},
		{"0.07", "0.07", 7},
		{"007.50", "7.5", 750},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, ok := hundredths(tt.text)
			if !ok || got != tt.hundredths || decimal(got) != tt.shown {
				t.Errorf("%d (%t), shown as %s; want %d, %s", got, ok, decimal(got), tt.hundredths, tt.shown)
			}
		})
	}
	for _, text := range []string{"", ".5", "7.", "7.123", "-7", "+7", "7 ", "a", "7,5.1", "99999999999"} {
		if n, ok := hundredths(text); ok {
			t.Errorf("%q is %d", text, n)
		}
	}
}
