package printer

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// every is a document with every block and every field.
func every(t testing.TB) Document {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, 16, 8))); err != nil {
		t.Fatal(err)
	}
	return Document{Template: "ticket", Lang: "zh-Hans", Blocks: []Block{
		Text{Text: "A<012>&", Scale: 7, Bold: true, Align: Centre, Invert: true}, Text{Text: ""},
		Spans{Spans: []Span{{Text: "请到"}, {Text: "3", Bold: true, Invert: true, Width: 2, Height: 3}}, Scale: 2, Align: Right},
		KeyValue{Key: "窗口", Value: "3", Scale: 2, Bold: true},
		Columns{Columns: []Column{{Text: "1.", Cells: 3, Align: Right}, {Text: "身份证"}}, Bold: true},
		Rule{}, QR{Data: "http://x", Module: 4}, Barcode{Data: "A012", Height: 80, Module: 2},
		Image{PNG: PNG(file.String()), Width: 384, Photo: true, Align: Right}, Feed{Lines: 2}, Cut{},
	}}
}

func TestADocumentSurvivesJSON(t *testing.T) {
	want := every(t)
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseDocument(data)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\ngot  %+v\nwant %+v", err, got, want)
	}
}

func TestMistakesInJSONAreNamed(t *testing.T) {
	block := func(b string) string { return `{"template":"t","lang":"en","blocks":[{"type":"cut"},` + b + `]}` }
	for data, want := range map[string]string{
		``:                     "ends too early",
		`{"blocks":[]`:         "ends too early",
		`nonsense`:             "not JSON at byte",
		`[]`:                   "document: found array, want an object",
		`{"blocks":[]} {}`:     "something follows the document at byte 13",
		`{"blocks":[]}`:        "document has 0 blocks",
		`{"block":[]}`:         `document: unknown key "block", want blocks, lang, template`,
		`{"blocks":{}}`:        `key "blocks": found object, want a list`,
		block(`7`):             "block 1: found number, want an object",
		block(`{"text":"x"}`):  `block 1: key "type" is missing`,
		block(`{"type":"qt"}`): `block 1: unknown type "qt", want one of barcode, columns, cut, feed`,
		block(`{"type":"text","text":"x","Bold":true}`):                         `block 1: text: unknown key "Bold", want align, bold, invert, scale, text`,
		block(`{"type":"text","text":"x","text":"y"}`):                          `key "text" is there twice, at byte`,
		block(`{"type":"text","text":"x","scale":"2"}`):                         `block 1: text: key "scale": found string, want a whole number`,
		block(`{"type":"text","text":"x","scale":1.5}`):                         `block 1: text: key "scale": found number 1.5, want a whole number`,
		block(`{"type":"text","text":"x","align":"middle"}`):                    `align is "middle", want left, centre, right`,
		block(`{"type":"text","text":"x","scale":9}`):                           "block 1: scale 9, want 0 to 8",
		block(`{"type":"columns","columns":[{"text":"x"},{"txt":"x"}]}`):        `block 1: columns: column 1: unknown key "txt", want align, cells, text`,
		block(`{"type":"spans","spans":[{"text":"x"},{"text":"x","scale":3}]}`): `block 1: spans: span 1: unknown key "scale", want bold, height, invert, text, width`,
		block(`{"type":"image","png":"!"}`):                                     "block 1: image: picture: illegal base64",
		block(`{"type":"image","png":"AAAA"}`):                                  "block 1: picture is not a PNG file",
		block(`{"type":"barcode","data":"号"}`):                                  "block 1: barcode holds U+53F7",
		block(`{"type":"feed","lines":null}`) + strings.Repeat(" ", MaxJSON):    "want at most 1048576",
		block(`{"type":"columns","columns":[{"text":"x","cells":99}]}`):         "block 1: column 0: width of 99 characters, want 0 to 48",
		block(`{"type":"columns","columns":[]}`):                                "block 1: 0 columns, want 1 to 6",
		block(`{"type":"barcode","data":"A","height":3,"module":2}`):            "block 1: barcode height of 3 dots, want 24 to 200",
		block(`{"type":"barcode","data":"A","module":9}`):                       "block 1: barcode module of 9 dots, want 2 to 4",
		block(`{"type":"image","png":"AAAA","width":4000}`):                     "block 1: picture width of 4000 dots, want 8 to 832",
		block(`{"type":"cut"}`):                                                 "block 0: cut is not the last block",
	} {
		_, err := ParseDocument([]byte(data))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: got %v, want %q", data, err, want)
		}
	}
}

func TestAPictureLargerThanAnyPaperIsRefused(t *testing.T) {
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, 3000, 2))); err != nil {
		t.Fatal(err)
	}
	d := Document{Blocks: []Block{Image{PNG: PNG(file.String())}}}
	if err := d.Validate(); err == nil || !strings.Contains(err.Error(), "3000 by 2 pixels") {
		t.Errorf("got %v", err)
	}
}

func FuzzParseDocument(f *testing.F) {
	data, err := json.Marshal(every(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := ParseDocument(data)
		if err != nil {
			return
		}
		again, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ParseDocument(again); err != nil || !reflect.DeepEqual(back, d) {
			t.Errorf("%+v came back as %+v, %v", d, back, err)
		}
	})
}
