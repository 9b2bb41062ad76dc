package panel

import (
	"bytes"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

func TestPublishedFramesComeFromDataAlone(t *testing.T) {
	data, err := os.ReadFile("testdata/frames.toml")
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Frame []struct {
			Name, Template, Text, Bytes string
			Addr                        int
		}
	}
	if err := toml.Unmarshal(data, &all); err != nil || len(all.Frame) < 25 {
		t.Fatalf("%d frames, %v", len(all.Frame), err)
	}
	for _, f := range all.Frame {
		tpl, err := Parse(f.Template, map[string]string{"A5": "A6 02", "A6": "A6 01", "5A": "5B 02", "5B": "5B 01"})
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
			continue
		}
		got, err := tpl.Render(Values{Address: f.Addr, Text: f.Text})
		if err != nil || !bytes.Equal(got, unhex(f.Bytes)) {
			t.Errorf("%s: % X, %v\nwant %s", f.Name, got, err, f.Bytes)
		}
	}
}

func TestEscapedBytesAreReplacedBetweenTheMarks(t *testing.T) {
	tpl, err := Parse("A5 @esc {text:ascii} 5B @end 5A", map[string]string{"5A": "5B 02", "5B": "5B 01"})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := tpl.Render(Values{Text: "Z1"}); !bytes.Equal(got, unhex("A5 5B02 31 5B01 5A")) {
		t.Errorf("got % X", got)
	}
}

func TestGlyphsThatAPanelLacksAreQuestionMarks(t *testing.T) {
	for template, want := range map[string]string{
		"{text:ascii}":       "A1???",
		"{text:gbk}":         "A1\xBA\xC5?\xB4\xB0",
		"{text:ascii,max=3}": "A1?",
		"{text:gbk,pad=3}":   "A1 ",
	} {
		tpl, err := Parse(template, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := tpl.Render(Values{Text: "A\x0c1号😀窗"}); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v, want %q", template, got, err, want)
		}
	}
}

func TestWrongTemplatesAreRefused(t *testing.T) {
	for _, bad := range []string{"A", "GG", "A5*0", "A5*999", "{", "{addr:u8", "{addr:u64}", "{toast:u8}", "{sum8:from=a}", "@esc 01", "{text:gbk,pad=0}", "{digits:3,blank=zz}", "{digits:x}"} {
		if _, err := Parse(bad, nil); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if _, err := Parse("", map[string]string{"A5": "x"}); err == nil {
		t.Error("a wrong escape is taken")
	}
	tpl, err := Parse("{number:u8}", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tpl.Render(Values{Text: "300"}); err == nil {
		t.Error("300 fits into a byte")
	}
}

func FuzzTemplate(f *testing.F) {
	f.Add("A5*8 @esc @a {addr:u16le} {text:gbk,pad=8} {crc16arc-le:from=a} @end 5A", "A012")
	f.Add("{digits:3,blank=0A} {len:u8,from=a,to=b} @b @a {sum16hex:from=a,to=b}", "请")
	f.Fuzz(func(t *testing.T, template, text string) {
		tpl, err := Parse(template, map[string]string{"5A": "5B 02"})
		if err == nil {
			_, _ = tpl.Render(Values{Address: 7, Text: text})
		}
	})
}
