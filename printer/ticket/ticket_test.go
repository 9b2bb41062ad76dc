package ticket

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hallway/printer"
	"hallway/printer/charset"
)

var shanghai = time.FixedZone("CST", 8*3600)

func TestFixedTextsNeedNoPictureOnAnyPrinter(t *testing.T) {
	all, err := Shipped()
	if err != nil || len(all) != 9 {
		t.Fatalf("%d templates, %v", len(all), err)
	}
	for name, template := range all {
		for i, b := range template.Blocks {
			if name == "test" && b.Zh != nil && b.Zh[0] == "程序字库" {
				continue // the line shows how a picture looks
			}
			for _, text := range slices.Concat(b.Any, b.Zh, b.En) {
				if _, err := charset.GB2312.Encode(charset.Clean(text, charset.GB2312)); err != nil {
					t.Errorf("%s, block %d: %v", name, i, err)
				}
			}
			for _, text := range b.Zh {
				if rest := field.ReplaceAllString(text, ""); rest != "" && !regexp.MustCompile(`\p{Han}`).MatchString(rest) && strings.Trim(rest, "-") != "" {
					t.Errorf("%s, block %d: %q is not Chinese", name, i, text)
				}
			}
		}
	}
}

func TestBothLanguagesHaveTheSameFields(t *testing.T) {
	all, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for name, template := range all {
		for i, b := range template.Blocks {
			fields := func(texts []string) []string {
				found := field.FindAllString(strings.Join(texts, " "), -1)
				slices.Sort(found)
				return found
			}
			if zh, en := fields(b.Zh), fields(b.En); !slices.Equal(zh, en) {
				t.Errorf("%s, block %d: %v in Chinese, %v in English", name, i, zh, en)
			}
		}
	}
}

func TestMistakesInATemplateAreNamed(t *testing.T) {
	styles := "[small]\nkind = 'text'\n[pair]\nkind = 'key-value'\n[odd]\nkind = 'poem'"
	for text, want := range map[string]string{
		`name = "x"`:            "name or block is missing",
		"name = 'x'\nblok = []": "line 2: unknown key blok",
		"name = 'x'\nblock = [{style = 'tiny', any = ['a']}]":                   `block 0: unknown style "tiny"`,
		"name = 'x'\nblock = [{style = 'odd', any = ['a']}]":                    `block 0: style "odd" has the unknown kind "poem"`,
		"name = 'x'\nblock = [{style = 'small', zh = ['中']}]":                   `block 0: style "small" takes 1 texts, not 0 in en`,
		"name = 'x'\nblock = [{style = 'small', any = ['a'], en = ['b']}]":      "block 0: any stands beside zh or en",
		"name = 'x'\nblock = [{style = 'pair', any = ['a']}]":                   `block 0: style "pair" takes 2 texts, not 1`,
		"name = 'x'\nblock = [{style = 'small', any = ['{hal}']}]":              `block 0: unknown field "hal"`,
		"name = 'x'\nrows = ['n']\nblock = [{style = 'small', any = ['{n}']}]":  `block 0: unknown field "n"`,
		"name = 'x'\nblock = [{style = 'small', any = ['a'], when = 'hal'}]":    `block 0: unknown field "hal"`,
		"name = 'x'\nfields = ['a']\nblock = [{style = 'small', any = ['{a']}]": "has a brace that holds no field's name",
		"name = 'x'\nblock = [{style = 'small', any = ['\u0e01']}]":             "holds U+0E01, which no font has",
		"name = 'x'\nblock = [{style = 'small', any = ['a']}, {style = 'big'}]": `block 1: unknown style "big"`,
	} {
		_, err := Load(fstest.MapFS{"styles.toml": {Data: []byte(styles)}, "x.toml": {Data: []byte(text)}})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "x.toml") {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
	if _, err := Load(fstest.MapFS{}); err == nil {
		t.Error("a directory without styles.toml is accepted")
	}
}

func TestValuesWithoutAFieldAreAMistake(t *testing.T) {
	all, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := all["notice"].Fill(zhHans, Values{"titel": "x"}); err == nil || !strings.Contains(err.Error(), `no field "titel"`) {
		t.Errorf("got %v", err)
	}
	if _, err := all["notice"].Fill(zhHans, nil, Values{"text": "x"}); err == nil || !strings.Contains(err.Error(), `no field "text" in its rows`) {
		t.Errorf("got %v", err)
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
		case printer.Spans:
			line := ""
			for _, s := range b.Spans {
				line += s.Text
			}
			out = append(out, line)
		case printer.KeyValue:
			out = append(out, b.Key+": "+b.Value)
		case printer.Columns:
			for _, c := range b.Columns {
				out = append(out, c.Text)
			}
		case printer.QR:
			out = append(out, "QR "+b.Data)
		}
	}
	return strings.Join(out, "\n")
}

func TestAReprintLooksLikeTheTemplatesOwn(t *testing.T) {
	for _, lang := range []string{zhHans, en} {
		q := queue()
		first := q.Document(lang)
		q.Copy = 2
		if got := Reprint(first, 2); !reflect.DeepEqual(got, q.Document(lang)) || len(got.Blocks) != len(first.Blocks)+1 {
			t.Errorf("got\n%s\nwant\n%s", plain(got), plain(q.Document(lang)))
		}
		if got := Reprint(first, 0); !reflect.DeepEqual(got, first) {
			t.Errorf("a first print is marked:\n%s", plain(got))
		}
	}
}

func TestUnknownFactsAreLeftOut(t *testing.T) {
	q := queue()
	q.Ahead, q.Link = -1, ""
	for _, lang := range []string{zhHans, en} {
		d := q.Document(lang)
		if err := d.Validate(); err != nil {
			t.Error(err)
		}
		for _, text := range []string{"前面等候", "Ahead", "预计等候", "Wait:", "等候区域", "Area", "办理窗口", "Windows", "扫码", "Scan"} {
			if strings.Contains(plain(d), text) {
				t.Errorf("%s: %s is printed without a value:\n%s", lang, text, plain(d))
			}
		}
	}
}

func TestWaitingTimes(t *testing.T) {
	for c, want := range map[[2]int]string{{15, 25}: "15-25分钟", {5, 5}: "约5分钟", {-1, -1}: "", {0, 5}: "0-5分钟", {9, 3}: ""} {
		q := queue()
		q.WaitFrom, q.WaitTo = c[0], c[1]
		got := plain(q.Document(zhHans))
		if want != "" && !strings.Contains(got, "预计等候: "+want+"\n") || want == "" && strings.Contains(got, "预计等候") {
			t.Errorf("%v: want %q, got\n%s", c, want, got)
		}
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
		Booking{Number: "1"}.Document("fr"), Test{}.Document(zhHans), Materials{}.Document(en), Notice{}.Document(en), Fallback{}.Document(en),
	} {
		if _, ok := d.Blocks[len(d.Blocks)-1].(printer.Cut); !ok || d.Lang != zhHans && d.Lang != en {
			t.Errorf("%s in %s ends with %T", d.Template, d.Lang, d.Blocks[len(d.Blocks)-1])
		}
	}
}

func TestMissingMaterialsAreCountedAndNumbered(t *testing.T) {
	got := plain(samples(t)["materials"].Document(zhHans))
	for _, want := range []string{"还缺 3 项，备齐一项勾一项", "□\n1.\n法定代表人身份证原件\n□\n2.\n住所使用证明\n\n\n租赁合同或产权证，原件和复印件各1份\n□\n3.", "请在12月7日 星期一前补齐"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
}
