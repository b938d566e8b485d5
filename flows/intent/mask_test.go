package intent

import (
	"slices"
	"testing"
)

func TestMask(t *testing.T) {
	tests := []struct {
		text, want string
		found      []Secret
	}{
		{"ma carte 4539 5787 6362 1486 exp 12/27", "ma carte •••• exp 12/27", []Secret{Card}},
		{"4539578763621486", "••••", []Secret{Card}},
		{"4539-5787-6362-1486 12 27 123", "•••• 12 27 123", []Secret{Card}},
		{"4539\u00a05787\u202f6362.1486", "••••", []Secret{Card}},
		{"45 39 57 87 63 62 14 86", "••••", []Secret{Card}},
		{"3782 822463 10005", "••••", []Secret{Card}},
		{"٤٥٣٩٥٧٨٧٦٣٦٢١٤٨٦", "••••", []Secret{Card}},
		{"4539 5787 6362 1487", "4539 5787 6362 1487", nil}, // one digit wrong

		{"FR76 3000 6000 0112 3456 7890 189", "••••", []Secret{IBAN}},
		{"mon iban FR 76 3000 6000 0112 3456 7890 189.", "mon iban ••••.", []Secret{IBAN}},
		{"fr1420041010050500013m02606 merci", "•••• merci", []Secret{IBAN}},
		{"DE89370400440532013000", "••••", []Secret{IBAN}},
		{"FR76 3000 6000 0112 3456 7890 188", "FR76 3000 6000 0112 3456 7890 188", nil},

		{"2 55 08 14 168 025 38", "••••", []Secret{NIR}},
		{"ma sécu : 255081416802538", "ma sécu : ••••", []Secret{NIR}},
		{"2.55.08.14.168.025.38.", "••••.", []Secret{NIR}},
		{"2 55 08 14 168 025 39", "2 55 08 14 168 025 39", nil},

		{"mon mot de passe est Soleil12", "mon mot de passe est ••••", []Secret{Password}},
		{"mon mot de passe gmail c'est soleil et mon nom Marie", "mon mot de passe gmail c'est •••• et mon nom Marie", []Secret{Password}},
		{"Mon MOT DE PASSE : le chat noir", "Mon MOT DE PASSE : ••••", []Secret{Password}},
		{"mot de passe Toto1234 merci", "mot de passe •••• merci", []Secret{Password}},
		{"mot de passe = $oleil!", "mot de passe = ••••", []Secret{Password}},
		{"voici mon mot de passe\nToto1234", "voici mon mot de passe\n••••", []Secret{Password}},
		{"mdp: toto", "mdp: ••••", []Secret{Password}},
		{"mdp c toto", "mdp c ••••", []Secret{Password}},
		{"my password is hunter2", "my password is ••••", []Secret{Password}},
		{"كلمة السر هي وردة", "كلمة السر هي ••••", []Secret{Password}},
		{"mon mot de passe est oublié", "mon mot de passe est oublié", nil},
		{"mon mot de passe ne marche pas, c'est normal ?", "mon mot de passe ne marche pas, c'est normal ?", nil},
		{"un bon mot de passe est long", "un bon mot de passe est long", nil},
		{"un mot de passe est personnel", "un mot de passe est personnel", nil},
		{"quel est mon mot de passe ?", "quel est mon mot de passe ?", nil},
		{"mot de passe oublié", "mot de passe oublié", nil},
		{"je passe demain", "je passe demain", nil},

		{"mon mot de passe gmail Toto2024!", "mon mot de passe gmail ••••", []Secret{Password}},
		{"mon mot de passe de ma boîte est bloqué Toto2024", "mon mot de passe de ma boîte est bloqué ••••", []Secret{Password}},
		{"mon mot de passe ne marche pas Porte-sel-lune4!", "mon mot de passe ne marche pas ••••", []Secret{Password}},
		{"mon mot de passe gmail 19801205", "mon mot de passe gmail ••••", []Secret{Password}},
		{"voici mon mot de passe. Toto2024", "voici mon mot de passe. ••••", []Secret{Password}},
		{"Loulou59! c'est mon mot de passe", "•••• c'est mon mot de passe", []Secret{Password}},
		{"Loulou59, c'est mon mot de passe", "•••• c'est mon mot de passe", []Secret{Password}},
		{"19801205 c'est mon mot de passe", "•••• c'est mon mot de passe", []Secret{Password}},
		{"j'ai mis Loulou59! comme mot de passe", "j'ai mis •••• comme mot de passe", []Secret{Password}},
		{"j'ai mis SoleilRouge comme mot de passe", "j'ai mis •••• comme mot de passe", []Secret{Password}},
		{"Hunter2! is my password", "•••• is my password", []Secret{Password}},
		{"I use Hunter22 as password", "I use •••• as password", []Secret{Password}},
		{"pass : Toto2024", "pass : ••••", []Secret{Password}},
		{"Pass=azerty", "Pass=••••", []Secret{Password}},
		{"mdp toto", "mdp ••••", []Secret{Password}},
		{"mon mdp facebook toto", "mon mdp facebook ••••", []Secret{Password}},
		{"mdp bonjour", "mdp ••••", []Secret{Password}},
		{"mot de passe : un Chat", "mot de passe : ••••", []Secret{Password}},

		{"mot de passe c'est fait", "mot de passe c'est fait", nil},
		{"mot de passe: je sais pas", "mot de passe: je sais pas", nil},
		{"le mot de passe est dans le carnet", "le mot de passe est dans le carnet", nil},
		{"le mot de passe est sur le papier", "le mot de passe est sur le papier", nil},
		{"le mot de passe est le même", "le mot de passe est le même", nil},
		{"le mot de passe est là", "le mot de passe est là", nil},
		{"le mot de passe est pareil", "le mot de passe est pareil", nil},
		{"mon mot de passe c'est celui de gmail", "mon mot de passe c'est celui de gmail", nil},
		{"the password is the same", "the password is the same", nil},
		{"my password is on the paper", "my password is on the paper", nil},
		{"password: I forgot", "password: I forgot", nil},
		{"mdp oublié", "mdp oublié", nil},
		{"mon mdp gmail", "mon mdp gmail", nil},
		{"quel mdp choisir", "quel mdp choisir", nil},
		{"le mot de passe de mon iPhone", "le mot de passe de mon iPhone", nil},
		{"mot de passe de marie59@free.fr oublié", "mot de passe de marie59@free.fr oublié", nil},
		{"mot de passe oublié à 14h30", "mot de passe oublié à 14h30", nil},
		{"mon mot de passe, 60100 Creil", "mon mot de passe, 60100 Creil", nil},
		{"mot de passe, j'habite au 12bis", "mot de passe, j'habite au 12bis", nil},
		{"Toto2024 est mon chat. Le mot de passe ?", "Toto2024 est mon chat. Le mot de passe ?", nil},
		{"le pass Navigo : oui", "le pass Navigo : oui", nil},
		{"je passe le pass", "je passe le pass", nil},

		{"le code est 123456", "le code est ••••", []Secret{Code}},
		{"code reçu 4821", "code reçu ••••", []Secret{Code}},
		{"j'ai reçu le code 482 123, merci", "j'ai reçu le code ••••, merci", []Secret{Code}},
		{"4821 c'est le code", "•••• c'est le code", []Secret{Code}},
		{"le code est G-482193", "le code est G-••••", []Secret{Code}},
		{"code pin 0000", "code pin ••••", []Secret{Code}},
		{"cvv 123", "cvv ••••", []Secret{Code}},
		{"mon code A1B2C3", "mon code ••••", []Secret{Code}},
		{"رمز ١٢٣٤", "رمز ••••", []Secret{Code}},
		{"code: AB12CD", "code: ••••", []Secret{Code}},
		{"code reçu 59000", "code reçu ••••", []Secret{Code}},
		{"code telegram 59000", "code telegram ••••", []Secret{Code}},
		{"pin 59000", "pin ••••", []Secret{Code}},
		{"code 59000", "code 59000", nil},
		{"code : 59000 Lille", "code : 59000 Lille", nil},
		{"code 590 001", "code ••••", []Secret{Code}},
		{"code postal 60100", "code postal 60100", nil},
		{"60100 c'est le code postal", "60100 c'est le code postal", nil},
		{"code civil : article 1604", "code civil : article 1604", nil},
		{"code du travail L1234", "code du travail L1234", nil},
		{"code de la route 2024", "code de la route 2024", nil},
		{"j'ai reçu le code à 14h30", "j'ai reçu le code à 14h30", nil},
		{"le code a 6 chiffres", "le code a 6 chiffres", nil},

		{"06 12 34 56 78", "06 12 34 56 78", nil},
		{"+86 138 1234 5678 90", "+86 138 1234 5678 90", nil},
		{"06 12 34 56 78, 07 12 34 56 78", "06 12 34 56 78, 07 12 34 56 78", nil},
		{"né le 12.05.1980 60100 Creil", "né le 12.05.1980 60100 Creil", nil},
		{"marie.dupont@laposte.net", "marie.dupont@laposte.net", nil},
		{"le 12 mai 1980 au 15 rue de la Paix 75001 Paris", "le 12 mai 1980 au 15 rue de la Paix 75001 Paris", nil},
		{"", "", nil},

		{"mdp: toto 4539578763621486", "mdp: ••••", []Secret{Password}},
		{"code 4821 et carte 4539578763621486", "code •••• et carte ••••", []Secret{Code, Card}},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, found := Mask(tt.text)
			if got != tt.want || !slices.Equal(found, tt.found) {
				t.Errorf("Mask(%q) = %q, %q, want %q, %q", tt.text, got, found, tt.want, tt.found)
			}
		})
	}
}

// Most texts hold no secret: to see that costs no memory.
func TestMaskAllocations(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { Mask("je ne trouve pas l'enveloppe, à côté du 12") }); n > 0 {
		t.Errorf("%v allocations, want none", n)
	}
}
