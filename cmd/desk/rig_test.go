package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"image"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"go.uber.org/goleak"
	_ "modernc.org/sqlite" // to look into the hall's database

	"hallway/app/desk/stage"
	"hallway/app/hall"
	"hallway/app/hall/api"
	"hallway/app/hall/client"
	"hallway/app/operation"
)

// bin holds the true programs, built from this checkout.
var bin string

func TestMain(m *testing.M) { os.Exit(runAll(m)) }

func runAll(m *testing.M) int {
	var err error
	if bin, err = os.MkdirTemp("", "hallway-bin"); err == nil {
		defer os.RemoveAll(bin)
		var out []byte
		build := exec.Command("go", "build", "-o", bin, "hallway/cmd/hall", "hallway/cmd/kiosk", "hallway/cmd/counter", "hallway/cmd/desk")
		if out, err = build.CombinedOutput(); err != nil {
			err = fmt.Errorf("%w\n%s", err, out)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "build the programs:", err)
		return 1
	}
	fyne := goleak.IgnoreCurrent() // Fyne starts a goroutine when it is loaded
	code := m.Run()
	if err := goleak.Find(fyne); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// act is one stage with a person before it, and what stands behind it.
type act struct {
	*stage.Script
	t *testing.T
}

// perform opens a stage in dir on a virtual display and closes it when the
// test ends.
func perform(t *testing.T, dir string) *act {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 6*time.Minute)
	s, err := stage.Open(ctx, stage.Options{Bin: bin, Dir: dir})
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	a := &act{s.Script(ctx, nil), t}
	t.Cleanup(func() {
		if t.Failed() {
			a.explain()
		}
		if err := s.Close(); err != nil {
			t.Errorf("end of the stage: %v", err)
		}
		cancel()
	})
	a.SeeOn(a.Kiosk, "tile.number")
	return a
}

// explain prints the logs of the programs, which hold no personal data.
func (a *act) explain() {
	for _, p := range []string{"hall", "kiosk", "counter", "desk"} {
		if b, err := os.ReadFile(a.Layout.Path("log", p+".log")); err == nil {
			a.t.Logf("%s:\n%s", p, b[max(0, len(b)-3000):])
		}
	}
}

// step ends the test when a step of the script failed.
func (a *act) step(what string) {
	a.t.Helper()
	if a.Err != nil {
		a.t.Fatalf("%s: %v", what, a.Err)
	}
}

// eventually waits until ok says yes.
func (a *act) eventually(what string, ok func() bool) {
	a.t.Helper()
	for end := time.Now().Add(60 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			a.t.Fatalf("never: %s", what)
		}
	}
}

// ask returns the rows of a query on the hall's database, their columns joined
// by spaces.
func (a *act) ask(query string) []string {
	a.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(a.Layout.Hall.Data, "hall.db")+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		a.t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(query)
	if err != nil {
		a.t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		a.t.Fatal(err)
	}
	var all []string
	for rows.Next() {
		values, to := make([]string, len(columns)), make([]any, len(columns))
		for i := range values {
			to[i] = &values[i]
		}
		if err := rows.Scan(to...); err != nil {
			a.t.Fatal(err)
		}
		all = append(all, strings.Join(values, " "))
	}
	if err := rows.Err(); err != nil {
		a.t.Fatal(err)
	}
	return all
}

// code reads the code on a piece of paper.
func (a *act) code(paper image.Image) string {
	a.t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(paper)
	if err != nil {
		a.t.Fatal(err)
	}
	code, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		a.t.Fatalf("the code on the paper: %v", err)
	}
	return code.GetText()
}

// scan reads the code on a piece of paper, as a telephone does, and returns
// the number of the ticket that it leads to.
func (a *act) scan(paper image.Image) string {
	a.t.Helper()
	code := a.code(paper)
	link, err := url.Parse(code)
	if err != nil {
		a.t.Fatal(err)
	}
	path := strings.Split(strings.Trim(link.Path, "/"), "/")
	if len(path) != 3 || path[0] != "t" || link.Query().Get("k") == "" {
		a.t.Fatalf("the code leads to %s", code)
	}
	return path[2]
}

// takeOpen takes a number without a card and returns it as the paper says.
func (a *act) takeOpen() string {
	a.t.Helper()
	known := a.Papers()
	a.Browse("number", "R0401")
	a.See(a.Kiosk, "card")
	a.Tap(a.Kiosk, "do.without")
	a.SeeBanner(a.Kiosk, "ticket", "print.done")
	paper := a.Ticket(known)
	a.step("take a number without a card")
	number := a.scan(paper)
	a.Leave(true, false)
	a.step("leave")
	return number
}

// layAgain lays a card as a person does whose first try failed: after a
// moment, and when nothing happens for five seconds, once more.
func (a *act) layAgain(card string) {
	a.Do("lay the card again", func(ctx context.Context) error {
		for {
			time.Sleep(time.Second) // what a hand needs
			if err := a.Desk.Tap(ctx, card); err != nil {
				return err
			}
			short, cancel := context.WithTimeout(ctx, 5*time.Second)
			_, err := a.Kiosk.Line(short, "another screen", func(l stage.Line) bool { return l.Screen != "card" })
			cancel()
			if err == nil || ctx.Err() != nil {
				return err
			}
			if err := a.Desk.Tap(ctx, "reader.lift"); err != nil {
				return err
			}
		}
	})
}

// page returns the hall's answer to a GET.
func (a *act) page(address string) string {
	a.t.Helper()
	r, err := http.Get(address)
	if err != nil {
		a.t.Fatal(err)
	}
	defer r.Body.Close()
	var b strings.Builder
	if err := r.Write(&b); err != nil || r.StatusCode != http.StatusOK {
		a.t.Fatalf("%s: %s, %v", address, r.Status, err)
	}
	return b.String()
}

// board returns the newest state of the wall screens from the event stream.
func (a *act) board() api.Board {
	a.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	c := client.New(a.Layout.Hall.PublicURL, "", nil)
	defer c.Close()
	for b, err := range c.Events(ctx, 0) {
		if err != nil {
			a.t.Fatal(err)
		}
		return b
	}
	a.t.Fatal("the event stream told nothing")
	return api.Board{}
}

// writeAddress types 天津和平区 8号 into the question on the screen: by the
// pointer in pinyin with a candidate, then with a plugged-in keyboard, then by
// the pointer with strokes.
func (a *act) writeAddress() {
	k := a.Kiosk
	a.SeeOn(k, "keys.strokes")
	a.Write(k, "tianjin")
	a.Do("type with a plugged-in keyboard", func(ctx context.Context) error { return k.Type(ctx, "hepingqu  8") })
	a.SeeOn(k, "do.ok")
	a.Tap(k, "keys.strokes")
	a.SeeOn(k, "key.*")
	a.Write(k, "25115") // 号
	a.SeeOn(k, "do.ok")
	a.Tap(k, "do.ok")
}

// filed are the answers of the application that the hall has.
func (a *act) filed() map[string]string {
	a.t.Helper()
	keys, err := hall.LoadKeys(a.Layout.Hall.Data)
	if err != nil {
		a.t.Fatal(err)
	}
	rows := a.ask("SELECT envelope FROM op_log WHERE kind = '" + string(operation.ApplicationSubmit) + "'")
	if len(rows) != 1 {
		a.t.Fatalf("the hall has %d applications", len(rows))
	}
	var e operation.Envelope
	if err := json.Unmarshal([]byte(rows[0]), &e); err != nil {
		a.t.Fatal(err)
	}
	body, err := operation.OpenBody[operation.ApplicationBody](keys.Seal, e)
	if err != nil {
		a.t.Fatal(err)
	}
	return body.Fields
}
