package ticket

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"hallway/printer"
	"hallway/printer/charset"
)

var shanghai = time.FixedZone("CST", 8*3600)

func TestFixedTextsNeedNoPictureOnAnyPrinter(t *testing.T) {
	for key, both := range words {
		for i, text := range both {
			if text == "" {
				t.Errorf("%s has no text in language %d", key, i)
			}
			if _, err := charset.GB2312.Encode(charset.Clean(text, charset.GB2312)); err != nil {
				t.Errorf("%s: %v", key, err)
			}
		}
		if verbs := regexp.MustCompile(`%\w`); len(verbs.FindAllString(both[0], -1)) != len(verbs.FindAllString(both[1], -1)) {
			t.Errorf("%s has other parameters in English", key)
		}
		if !regexp.MustCompile(`\p{Han}`).MatchString(strings.ReplaceAll(both[0], "%d", "")) {
			t.Errorf("%s: %q is not Chinese", key, both[0])
		}
	}
}

func queue() Queue {
	return Queue{
		Hall: Name{Zh: "市政务服务中心", En: "City Hall"}, Number: "A012", Service: Name{Zh: "社会保障卡申领", En: "Social security card"},
		Ahead: 7, WaitFrom: 15, WaitTo: 25, IssuedAt: time.Date(2026, 11, 23, 9, 31, 0, 0, shanghai), Link: "http://x/t",
	}
}

// plain is what a document says, as one text.
func plain(d printer.Document) string {
	var out []string
	for _, b := range d.Blocks {
		switch b := b.(type) {
		case printer.Text:
			out = append(out, b.Text)
		case printer.KeyValue:
			out = append(out, b.Key+": "+b.Value)
		case printer.QR:
			out = append(out, "QR "+b.Data)
		}
	}
	return strings.Join(out, "\n")
}

func TestUnknownFactsAreLeftOut(t *testing.T) {
	q := queue()
	q.Ahead, q.Link = -1, ""
	for _, lang := range []string{zhHans, en} {
		d := q.Document(lang)
		if err := d.Validate(); err != nil {
			t.Error(err)
		}
		for _, key := range []string{"queue.ahead", "queue.area", "queue.windows", "queue.scan"} {
			if strings.Contains(plain(d), say(lang, key)) {
				t.Errorf("%s: %s is printed without a value:\n%s", lang, key, plain(d))
			}
		}
	}
}

func TestWaitingTimes(t *testing.T) {
	for want, c := range map[string][2]int{"15-25分钟": {15, 25}, "约5分钟": {5, 5}, "": {-1, -1}, "0-5分钟": {0, 5}} {
		if got := wait(zhHans, c[0], c[1]); got != want {
			t.Errorf("%v: got %q, want %q", c, got, want)
		}
	}
	if got := wait(zhHans, 9, 3); got != "" {
		t.Errorf("a range that runs backwards is printed as %q", got)
	}
}

func TestOfflineNumberCarriesItsMarkAndNoGuess(t *testing.T) {
	q := queue()
	q.Offline = true
	got := plain(q.Document(zhHans))
	if !strings.Contains(got, "离线取号") || strings.Contains(got, "前面等候") {
		t.Errorf("got\n%s", got)
	}
}

func TestReprintsSaySo(t *testing.T) {
	q := queue()
	if strings.Contains(plain(q.Document(zhHans)), "补打") {
		t.Error("a first print is marked as a reprint")
	}
	q.Copy = 2
	if got := plain(q.Document(zhHans)); !strings.Contains(got, "补打第2次") {
		t.Errorf("got\n%s", got)
	}
}

func TestEnglishTicketsShowTheChineseServiceToo(t *testing.T) {
	got := plain(queue().Document(en))
	if !strings.Contains(got, "Social security card\n社会保障卡申领") || strings.Contains(got, "排队号") {
		t.Errorf("got\n%s", got)
	}
	q := queue()
	q.Service.En = ""
	if got := plain(q.Document(en)); strings.Count(got, "社会保障卡申领") != 1 {
		t.Errorf("a service without English is named twice:\n%s", got)
	}
}

func TestARequestIsNotABooking(t *testing.T) {
	start := time.Date(2026, 11, 25, 9, 0, 0, 0, shanghai)
	k := Booking{
		Hall: Name{Zh: "市政务服务中心"}, Number: "0417-012-261123-0094-5", Item: Name{Zh: "社会保障卡申领"},
		Start: start, End: start.Add(30 * time.Minute), At: start.Add(-48 * time.Hour),
	}
	booked, wished := k, k
	wished.Request = true
	a, b := booked.Document(zhHans), wished.Document(zhHans)
	if a.Template != "booking" || b.Template != "request" {
		t.Errorf("templates %s and %s", a.Template, b.Template)
	}
	if strings.Contains(plain(a), "待确认") || !strings.Contains(plain(b), "待确认") || !strings.Contains(plain(b), "尚未成功") {
		t.Errorf("got\n%s\n\n%s", plain(a), plain(b))
	}
	for _, d := range []printer.Document{a, b} {
		if got := plain(d); !strings.Contains(got, "11月25日 星期三\n09:00-09:30") {
			t.Errorf("got\n%s", got)
		}
	}
}

func TestTimesAreWrittenInTheZoneOfTheInput(t *testing.T) {
	at := time.Date(2026, 11, 23, 1, 31, 0, 0, time.UTC).In(shanghai)
	if got := fmt.Sprint(moment(zhHans, at), "|", moment(en, at), "|", day(en, at)); got != "2026-11-23 09:31|23 Nov 2026 09:31|Mon 23 Nov 2026" {
		t.Errorf("got %s", got)
	}
}

func TestEveryDocumentEndsWithACut(t *testing.T) {
	for _, d := range []printer.Document{
		queue().Document(zhHans), Receipt{Hall: Name{Zh: "厅"}, Item: Name{Zh: "事"}, Number: "1"}.Document(en),
		Booking{Number: "1"}.Document("fr"), Test{}.Document(zhHans),
	} {
		if _, ok := d.Blocks[len(d.Blocks)-1].(printer.Cut); !ok || d.Lang != zhHans && d.Lang != en {
			t.Errorf("%s in %s ends with %T", d.Template, d.Lang, d.Blocks[len(d.Blocks)-1])
		}
	}
}
