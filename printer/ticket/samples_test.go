package ticket

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hallway/printer"
)

var update = flag.Bool("update", false, "rewrite the documents of ../testdata")

const sampleLink = "http://hall.example.cn/t/2026-11-23/A012?k=7F3C9A2E"

// samples are all templates with typical contents and invented persons.
func samples(t testing.TB) map[string]interface {
	Document(lang string) printer.Document
} {
	t.Helper()
	hall := Name{Zh: "市政务服务中心", En: "City Government Service Centre"}
	service := Name{Zh: "有限责任公司设立登记", En: "Registration of a limited company"}
	area := Name{Zh: "一楼 A 区", En: "Ground floor, area A"}
	at := time.Date(2026, 11, 23, 9, 31, 0, 0, shanghai)
	start := time.Date(2026, 11, 25, 9, 0, 0, 0, shanghai)
	queue := Queue{
		Hall: hall, Number: "A012", Service: service, Area: area, Windows: []string{"3", "4", "5"},
		Ahead: 7, WaitFrom: 15, WaitTo: 25, IssuedAt: at, Terminal: "012", Link: sampleLink,
	}
	offline := queue
	offline.Number, offline.Offline, offline.Copy, offline.Ahead = "A812", true, 1, -1
	receipt := Receipt{
		Hall: hall, Number: "0417-012-261123-0093-7", Item: service, Person: "张**", At: at,
		Delivered: true, Ref: "CN-2026-004711", Terminal: "012", Link: sampleLink,
	}
	stored := receipt
	stored.Delivered, stored.Ref = false, ""
	booking := Booking{
		Hall: hall, Number: "0417-012-261123-0094-5", Item: service, Start: start, End: start.Add(30 * time.Minute),
		Area: area, Person: "张**", At: at, Terminal: "012", Link: sampleLink,
	}
	request := booking
	request.Request = true
	order := Order{
		Hall: hall, Number: "0417-012-261123-0095-3", Secret: "7Q2M 9XKD", Kind: Name{Zh: "投诉", En: "Complaint"},
		Subject: Name{Zh: "工地噪声和扬尘", En: "Noise and dust of building sites"}, At: at, Due: at.Add(9*24*time.Hour + 8*time.Hour),
		Delivered: true, Terminal: "012", Link: "http://hall.example.cn/o#0417-012-261123-0095-3.7q2m9xkd",
	}
	profile, err := printer.LoadProfile("generic-cn-80")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]interface {
		Document(lang string) printer.Document
	}{
		"queue": queue, "offline": offline, "receipt": receipt, "stored": stored, "booking": booking, "request": request, "order": order,
		"materials": Materials{
			Hall: hall, Item: service, Number: "0417-012-261123-0093-7", Person: "张**", At: at,
			Until: at.Add(14 * 24 * time.Hour), Terminal: "012", Link: sampleLink,
			Missing: []Material{
				{Name: Name{Zh: "法定代表人身份证原件", En: "Identity card of the legal representative"}},
				{Name: Name{Zh: "住所使用证明", En: "Proof of the right to use the premises"}, Remark: Name{Zh: "租赁合同或产权证，原件和复印件各1份", En: "Lease or title deed, original and one copy"}},
				{Name: Name{Zh: "公司章程", En: "Articles of association"}, Remark: Name{Zh: "全体股东签名", En: "signed by every shareholder"}},
			},
		},
		"notice": Notice{
			Hall: hall, Title: Name{Zh: "大厅办公时间调整", En: "New opening hours"}, At: at, Terminal: "012", Link: sampleLink,
			Body: []Name{
				{Zh: "自12月1日起，大厅办公时间为上午9:00至12:00，下午1:30至5:00，星期六上午照常办公。", En: "From 1 December the hall is open from 9:00 to 12:00 and from 13:30 to 17:00, on Saturdays in the morning."},
				{Zh: "自助终端全天开放。咨询电话：12345。", En: "The terminals are open all day. Telephone: 12345."},
			},
		},
		"fallback": Fallback{Hall: hall, Service: service, Desk: Name{Zh: "一楼咨询台", En: "the information desk, ground floor"}, At: at, Terminal: "012"},
		"test":     Test{Profile: profile, Model: "TM-T82", At: at, Terminal: "012", Link: sampleLink, Barcode: "A012-2026"},
	}
}

// The documents of printer/testdata are these samples; tests of the other
// rooms, the benchmark and kioskctl ticket render read them.
func TestSampleDocumentsAreTheTemplates(t *testing.T) {
	dir := filepath.Join("..", "testdata")
	want := 0
	for name, sample := range samples(t) {
		for _, lang := range []string{zhHans, en} {
			want++
			d := sample.Document(lang)
			if err := d.Validate(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			got, err := json.MarshalIndent(d, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, '\n')
			file := filepath.Join(dir, name+"-"+lang+".json")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			have, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(have, got) {
				t.Errorf("%s is not what the template makes; run go test ./printer/ticket -update and look at it", file)
			}
		}
	}
	if files, err := filepath.Glob(filepath.Join(dir, "*.json")); err != nil || len(files) != want {
		t.Errorf("%d documents for %d samples, %v", len(files), want, err)
	}
}
