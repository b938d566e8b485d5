package intent

import "testing"

func TestCommands(t *testing.T) {
	commands := CompileCommands([]CommandWords{
		{Stop, []string{"STOP", "STOP SMS", "ARRET"}},
		{Start, []string{"bonjour", "start"}},
		{Help, []string{"aide", "?"}},
		{Where, []string{"où", "ou suis-je"}},
		{Menu, []string{"menu", "aide", "🙂"}}, // "aide" is taken already, and 🙂 is no word
		{Person, []string{"مساعدة"}},
	})
	tests := []struct {
		text string
		want Command
	}{
		{"STOP", Stop},
		{"stop", Stop},
		{" Stop !", Stop},
		{"stop.", Stop},
		{"*STOP*", Stop},
		{"STOOOP", Stop},
		{"s t o p", Stop},
		{"ＳＴＯＰ", Stop},
		{"STOP SMS", Stop},
		{"stopsms", Stop},
		{"ARRÊT", Stop},
		{"arret", Stop},
		{"Arrêt svp", Stop},
		{"stop stop stop", Stop},
		{"stop merci", Stop},
		{"stop s'il vous plaît", Stop},
		{"stop 🛑", Stop},
		{"🛑🛑🛑🛑🛑🛑🛑🛑🛑🛑🛑🛑🛑🛑🛑🛑🛑🛑 stop", Stop},
		{"stop🙏svp", Stop},
		{"où ❓", Where},
		{"menu 🙂", Menu},
		{"ou 🙂 suis je", Where},
		{"👍", NoCommand},
		{"🙂", NoCommand},
		{"stop 1 🛑", NoCommand},
		{"aide", Help},
		{"Aide ?", Help},
		{"OÙ", Where},
		{"ou suis je ?", Where},
		{"Bonjour", Start},
		{"مُساعدة", Person},
		{"aide moi à trouver", NoCommand},
		{"aidez", NoCommand},
		{"je veux que ça s'arrête", NoCommand},
		{"non stop", NoCommand},
		{"stop 1", NoCommand},
		{"", NoCommand},
		{"/stop", Stop},
		{"/STOP", Stop},
		{"/aide", Help},
		{"/aide@passerelle_bot", Help},
		{"/ou_suis_je", Where},
		{"/ou@passerelle_bot", Where},
		{"/start", Start},
		{"/aidez", NoCommand},
		{"aide@laposte.net", NoCommand},
		{"/aide moi", NoCommand},
		{"/aide@passerelle_bot moi", NoCommand},
		{"/", NoCommand},
		{"/@", NoCommand},
		{"/home/aide", NoCommand},
		{"merci", NoCommand},
		{"?", NoCommand},
		{"arrêté préfectoral du 12 mars portant sur la circulation en ville, stop", NoCommand},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			if got := commands.Read(tt.text); got != tt.want {
				t.Errorf("Read(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
	if word, slashed := Slashed("/aide@robot"); word != "aide" || !slashed {
		t.Errorf("Slashed = %q, %v", word, slashed)
	}
	if _, slashed := Slashed("aide@robot"); slashed {
		t.Error("slashed without a slash")
	}
	var absent *Commands
	if got := absent.Read("stop"); got != NoCommand {
		t.Errorf("no commands: Read = %q", got)
	}
}

func TestPolite(t *testing.T) {
	for word, want := range map[string]bool{
		"merci": true, "SVP !": true, "s'il": true, "plaît.": true, "🙂": true, "—": true, "": true,
		"merci2": false, "oui": false, "K7T4PD": false, "été": false,
	} {
		if got := Polite(word); got != want {
			t.Errorf("Polite(%q) = %t", word, got)
		}
	}
}
