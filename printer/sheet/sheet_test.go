package sheet

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hallway/printer"
	"hallway/printer/charset"
	"hallway/printer/printertest"
)

var at = time.Date(2026, 11, 23, 9, 31, 0, 0, time.FixedZone("CST", 8*3600))

// tool runs a program of a Debian package and returns what it says.
func tool(t *testing.T, pkg, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s (Debian package %s): %v\n%s", name, pkg, err, out)
	}
	return string(out)
}

// judge stores the file, has it checked and returns its name.
func judge(t *testing.T, data []byte, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "sheet.pdf")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	tool(t, "qpdf", "qpdf", "--check", file)
	for _, line := range strings.Split(strings.TrimSpace(tool(t, "poppler-utils", "pdffonts", file)), "\n")[2:] {
		if f := strings.Fields(line); f[4] != "yes" || f[6] != "yes" {
			t.Errorf("a font is not embedded or has no text layer: %s", line)
		}
	}
	if len(data) > 100<<10 {
		t.Errorf("%d bytes, so the fonts are no subsets", len(data))
	}
	return file
}

// said is the text layer without spaces.
func said(t *testing.T, file string) string {
	t.Helper()
	return strings.Join(strings.Fields(tool(t, "poppler-utils", "pdftotext", "-layout", file, "-")), "")
}

// scan reads the codes of the first page.
func scan(t *testing.T, file string) string {
	t.Helper()
	name := strings.TrimSuffix(file, ".pdf")
	tool(t, "poppler-utils", "pdftoppm", "-r", "200", "-png", "-singlefile", file, name)
	return tool(t, "zbar-tools", "zbarimg", "--nodbus", "-q", "--raw", name+".png")
}

func TestEveryTemplateOnA4(t *testing.T) {
	for name, d := range printertest.Documents(t) {
		t.Run(name, func(t *testing.T) {
			data, err := Document(d, Options{Title: name, At: at})
			file := judge(t, data, err)
			got, link := said(t, file), ""
			for _, b := range d.Blocks {
				if q, ok := b.(printer.QR); ok {
					link = q.Data
				}
				for _, word := range strings.Fields(strings.Join(words(b), " ")) {
					if !strings.Contains(got, word) {
						t.Errorf("%q is missing in %s", word, got)
					}
				}
			}
			if link != "" && !strings.Contains(scan(t, file), link) {
				t.Error("the QR code is not read")
			}
			if info := tool(t, "poppler-utils", "pdfinfo", file); !strings.Contains(info, "(A4)") || !strings.Contains(info, "Pages:           1\n") {
				t.Errorf("not one page of A4:\n%s", info)
			}
		})
	}
}

func form() Form {
	return Form{
		Lang: "zh-Hans", Title: "有限责任公司设立登记申请书", Number: "0417-012-261123-0093-7",
		Sections: []Section{
			{Title: "一、申请人", Fields: []Field{
				{Label: "姓名", Value: "张镕堃"}, {Label: "证件类型", Value: "居民身份证"},
				{Label: "住所", Value: "和平路1号", Wide: true}, {Label: "电话"}, {Label: "电子邮箱"},
			}},
			{Title: "二、公司", Fields: []Field{
				{Label: "名称", Value: "䶮淼商贸有限责任公司", Wide: true},
				{Label: "经营范围", Value: strings.Repeat("日用百货销售；", 60), Wide: true},
			}},
		},
		Statement:  "本人承诺以上内容真实、有效，并承担相应的法律责任。",
		Signatures: []string{"申请人签名", "日期"}, Link: "http://hall.example.cn/r/0093",
	}
}

func TestAFormSaysWhatIsKnownAndLeavesRoom(t *testing.T) {
	data, err := form().PDF(Options{Title: "申请书", At: at})
	file := judge(t, data, err)
	got := said(t, file)
	for _, want := range []string{"有限责任公司设立登记申请书", "张镕堃", "䶮淼商贸有限责任公司", "电子邮箱", "申请人签名", "本人承诺以上内容真实、有效", "第1页，共1页"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %s", want, got)
		}
	}
	codes := scan(t, file)
	for _, want := range []string{"http://hall.example.cn/r/0093", "0417-012-261123-0093-7"} {
		if !strings.Contains(codes, want) {
			t.Errorf("code %q is not read, only %q", want, codes)
		}
	}
}

func TestLongFormsTurnThePageAndLoseNothing(t *testing.T) {
	f := form()
	f.Sections[1].Fields[1].Value = strings.Repeat("零一二三四五六七八九", 180)
	for range 40 {
		f.Sections = append(f.Sections, Section{Title: "三", Fields: []Field{{Label: "甲", Value: "乙"}}})
	}
	data, err := f.PDF(Options{At: at})
	got := said(t, judge(t, data, err))
	if n := strings.Count(got, "九"); n != 180 {
		t.Errorf("%d of 180 lines are there", n)
	}
	if n := strings.Count(got, "乙"); n != 40 {
		t.Errorf("%d of 40 boxes are there", n)
	}
}

func TestThePDFIsAPureFunctionOfItsInput(t *testing.T) {
	a, err := form().PDF(Options{At: at})
	b, err2 := form().PDF(Options{At: at})
	if err != nil || err2 != nil || !bytes.Equal(a, b) {
		t.Errorf("%d and %d bytes differ, %v, %v", len(a), len(b), err, err2)
	}
}

func TestACharacterThatNoFontHasIsAnErrorThatNamesIt(t *testing.T) {
	f := form()
	f.Sections[0].Fields[0].Value = "张\U0002aa0a"
	_, err := f.PDF(Options{})
	var missing *charset.MissingError
	if !errors.As(err, &missing) || string(missing.Runes) != "\U0002aa0a" || !strings.Contains(err.Error(), "section 0, field 0") {
		t.Errorf("got %v", err)
	}
	_, err = Document(printer.Document{Blocks: []printer.Block{printer.Rule{}, printer.KeyValue{Key: "姓名", Value: "张\U0002aa0a"}}}, Options{})
	if !errors.As(err, &missing) || !strings.Contains(err.Error(), "block 1") {
		t.Errorf("got %v", err)
	}
}

func TestFormsThatNoHallHasAreRefused(t *testing.T) {
	for want, change := range map[string]func(*Form){
		`title ""`:           func(f *Form) { f.Title = "" },
		"4 signatures":       func(f *Form) { f.Signatures = make([]string, 4) },
		"section 0, field 1": func(f *Form) { f.Sections[0].Fields[1].Value = strings.Repeat("长", 2001) },
		"201 fields":         func(f *Form) { f.Sections = []Section{{Fields: make([]Field, 201)}} },
		"number: barcode":    func(f *Form) { f.Number = "号" },
		"link: QR code of":   func(f *Form) { f.Link = strings.Repeat("x", 4000) },
	} {
		f := form()
		change(&f)
		if _, err := f.PDF(Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
