package text

// Lang is a language of the hall as a BCP 47 tag.
type Lang string

// The languages that ship with the program.
const (
	ZhHans Lang = "zh-Hans"
	En     Lang = "en"
)

// Local is one text in several languages, as the catalogue carries it.
type Local map[Lang]string

// In returns the text in lang, or in simplified Chinese when lang is missing.
func (l Local) In(lang Lang) string {
	if s := l[lang]; s != "" {
		return s
	}
	return l[ZhHans]
}
