package ssml

// A Strength is the strength of a [Break].
type Strength string

// The strengths of a [Break].
const (
	StrengthNone    Strength = "none"
	StrengthXWeak   Strength = "x-weak"
	StrengthWeak    Strength = "weak"
	StrengthMedium  Strength = "medium" // the default
	StrengthStrong  Strength = "strong"
	StrengthXStrong Strength = "x-strong"
)

// Known reports whether the strength is one of the constants of this
// package.
func (s Strength) Known() bool {
	switch s {
	case StrengthNone, StrengthXWeak, StrengthWeak, StrengthMedium, StrengthStrong, StrengthXStrong:
		return true
	}
	return false
}

// A Level is an amount of stress in an [Emphasis].
type Level string

// The levels of an [Emphasis].
const (
	LevelNone     Level = "none"
	LevelReduced  Level = "reduced"
	LevelModerate Level = "moderate" // the default
	LevelStrong   Level = "strong"
)

// Known reports whether the level is one of the constants of this package.
func (l Level) Known() bool {
	switch l {
	case LevelNone, LevelReduced, LevelModerate, LevelStrong:
		return true
	}
	return false
}

// An Alphabet is a phonetic alphabet.
type Alphabet string

// The alphabets of a [Phoneme].
const (
	IPA    Alphabet = "ipa"
	XSAMPA Alphabet = "x-sampa"
)

// Known reports whether the alphabet is one of the constants of this
// package.
func (a Alphabet) Known() bool { return a == IPA || a == XSAMPA }

// An InterpretAs is a kind of text in a [SayAs]. Engines support different
// kinds, and other values are allowed.
type InterpretAs string

// The kinds that Polly or Google support.
const (
	Address    InterpretAs = "address"
	Bleep      InterpretAs = "bleep"
	Cardinal   InterpretAs = "cardinal"
	Characters InterpretAs = "characters"
	Currency   InterpretAs = "currency"
	Date       InterpretAs = "date"
	Digits     InterpretAs = "digits"
	Expletive  InterpretAs = "expletive"
	Fraction   InterpretAs = "fraction"
	Number     InterpretAs = "number"
	Ordinal    InterpretAs = "ordinal"
	SpellOut   InterpretAs = "spell-out"
	Telephone  InterpretAs = "telephone"
	Time       InterpretAs = "time"
	Unit       InterpretAs = "unit"
	Verbatim   InterpretAs = "verbatim"
)

// Known reports whether the kind is one of the constants of this package.
func (i InterpretAs) Known() bool {
	switch i {
	case Address, Bleep, Cardinal, Characters, Currency, Date, Digits, Expletive, Fraction,
		Number, Ordinal, SpellOut, Telephone, Time, Unit, Verbatim:
		return true
	}
	return false
}
