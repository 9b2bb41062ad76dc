package ticket

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Chinese and English as BCP 47 tags. Any other language prints in Chinese.
const (
	zhHans = "zh-Hans"
	en     = "en"
)

// A Name is a text that the hall's data carries in both languages. En may be "".
type Name struct{ Zh, En string }

func (n Name) in(lang string) string {
	if lang == en && n.En != "" {
		return n.En
	}
	return n.Zh
}

// longService is the number of English letters above which a service's name is
// not enlarged, because it would take more than three lines of 58 mm paper.
const longService = 36

// service sets the service's fields, on English tickets also the Chinese name,
// which staff at the window can read.
func (v Values) service(lang string, n Name) {
	key := "service"
	if lang == en && utf8.RuneCountInString(n.in(en)) > longService {
		key = "service_long"
	}
	v[key] = n.in(lang)
	if lang == en && n.En != "" {
		v["service_zh"] = n.Zh
	}
}

// flag sets a field that only when and unless ask for.
func (v Values) flag(key string, on bool) {
	if on {
		v[key] = "1"
	}
}

// count sets a number; a negative one is unknown.
func (v Values) count(key string, n int) {
	if n >= 0 {
		v[key] = strconv.Itoa(n)
	}
}

// copies sets the number of a reprint.
func (v Values) copies(n int) {
	if n > 0 {
		v.count("copy", n)
	}
}

var weekdays = [...]string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"}

// day writes a date with its weekday in t's own zone.
func day(lang string, t time.Time) string {
	if lang == en {
		return t.Format("Mon 2 Jan 2006")
	}
	return fmt.Sprintf("%d月%d日 %s", t.Month(), t.Day(), weekdays[t.Weekday()])
}

// moment writes date and time in t's own zone.
func moment(lang string, t time.Time) string {
	if lang == en {
		return t.Format("2 Jan 2006 15:04")
	}
	return t.Format("2006-01-02 15:04")
}

// list joins windows in the language's manner.
func list(lang string, items []string) string {
	if lang == en {
		return strings.Join(items, ", ")
	}
	return strings.Join(items, "、")
}
