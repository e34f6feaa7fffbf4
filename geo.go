package voxhook

import "strings"

// Geo holds the locations of the caller and the called party. Fields unknown to
// the platform are empty.
//
// Voxtelesys documentation: webhooks, request parameters.
type Geo struct {
	// FromCity is the caller's city, such as "OMAHA".
	FromCity string `schema:"FromCity"`

	// FromState is the caller's state or province.
	FromState string `schema:"FromState"`

	// FromZip is the caller's postal code.
	FromZip string `schema:"FromZip"`

	// FromCountry is the caller's country.
	FromCountry string `schema:"FromCountry"`

	// ToCity is the called party's city.
	ToCity string `schema:"ToCity"`

	// ToState is the called party's state or province.
	ToState string `schema:"ToState"`

	// ToZip is the called party's postal code.
	ToZip string `schema:"ToZip"`

	// ToCountry is the called party's country.
	ToCountry string `schema:"ToCountry"`
}

// set sets the field of a parameter and reports whether there is such a field.
func (g *Geo) set(name string, v value) (known bool, err error) {
	switch name {
	case "FromCity":
		err = text(&g.FromCity, v)
	case "FromState":
		err = text(&g.FromState, v)
	case "FromZip":
		err = text(&g.FromZip, v)
	case "FromCountry":
		err = text(&g.FromCountry, v)
	case "ToCity":
		err = text(&g.ToCity, v)
	case "ToState":
		err = text(&g.ToState, v)
	case "ToZip":
		err = text(&g.ToZip, v)
	case "ToCountry":
		err = text(&g.ToCountry, v)
	default:
		return false, nil
	}
	return true, err
}

// FromPlace returns the caller's location.
func (g Geo) FromPlace() Place {
	return Place{City: g.FromCity, State: g.FromState, Zip: g.FromZip, Country: g.FromCountry}
}

// ToPlace returns the called party's location.
func (g Geo) ToPlace() Place {
	return Place{City: g.ToCity, State: g.ToState, Zip: g.ToZip, Country: g.ToCountry}
}

// A Place is the location of one party of a call. Fields unknown to the
// platform are empty.
type Place struct {
	City    string // such as "OMAHA"
	State   string // state or province
	Zip     string // postal code
	Country string // such as "US"
}

// IsZero reports whether all fields are empty.
func (p Place) IsZero() bool { return p == Place{} }

// String returns the location on one line, such as "OMAHA, NE 68102, US", or ""
// if all fields are empty.
func (p Place) String() string {
	var parts []string
	for _, part := range []string{p.City, strings.TrimSpace(p.State + " " + p.Zip), p.Country} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}
