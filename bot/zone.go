package bot

import (
	"time"
	_ "time/tzdata" // an installation without zone files still knows the hours

	"passerelle/flows"
)

// home is the zone of every learner whose commune is unknown or in mainland
// France.
const home = "Europe/Paris"

// overseas names the zone of each postcode prefix outside mainland France.
func overseas() map[string]string {
	return map[string]string{
		"971": "America/Guadeloupe",
		"972": "America/Martinique",
		"973": "America/Cayenne",
		"974": "Indian/Reunion",
		"975": "America/Miquelon",
		"976": "Indian/Mayotte",
		"977": "America/St_Barthelemy",
		"978": "America/Marigot",
		"986": "Pacific/Wallis",
		"987": "Pacific/Tahiti",
		"988": "Pacific/Noumea",
	}
}

// zones are the learners' time zones, loaded once.
type zones struct {
	home     *time.Location
	overseas map[string]*time.Location
}

// loadZones reads every zone this program may need, so that a missing one is
// found at the start and not in the middle of somebody's lesson.
func loadZones() (zones, error) {
	z := zones{overseas: make(map[string]*time.Location)}
	var err error
	if z.home, err = time.LoadLocation(home); err != nil {
		return z, complain("zone.missing", err, "zone", home)
	}
	for prefix, name := range overseas() {
		if z.overseas[prefix], err = time.LoadLocation(name); err != nil {
			return z, complain("zone.missing", err, "zone", name)
		}
	}
	return z, nil
}

// of returns the zone a learner lives in, from their postcode.
func (z zones) of(p flows.Profile) *time.Location {
	if len(p.Commune) >= 3 {
		if zone, ok := z.overseas[p.Commune[:3]]; ok {
			return zone
		}
	}
	return z.home
}
