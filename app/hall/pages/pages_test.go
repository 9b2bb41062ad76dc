package pages_test

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"hallway/app/hall"
	"hallway/app/hall/api"
	"hallway/app/hall/halltest"
	"hallway/app/hall/pages"
	"hallway/queue"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func page(t *testing.T, s pages.Source, path string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRecorder()
	pages.New(s, quiet).ServeHTTP(r, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return r
}

func command(t *testing.T, w *halltest.World, token, action string) {
	t.Helper()
	if _, err := w.Desk.Command(t.Context(), token, api.CounterCommand{CommandID: string(w.NewID()), Action: action}); err != nil {
		t.Fatal(err)
	}
}

func signIn(t *testing.T, w *halltest.World, window string) string {
	t.Helper()
	in, err := w.Desk.SignIn(t.Context(), api.SignInRequest{Window: window, Clerk: halltest.Clerk, PIN: halltest.PIN})
	if err != nil {
		t.Fatal(err)
	}
	return in.Token
}

func TestBoardIsRightBeforeAnyScriptRuns(t *testing.T) {
	w := halltest.New(t)
	if body := page(t, w, api.PathBoard).Body.String(); !strings.Contains(body, "等待叫号") || !strings.Contains(body, "未开放") {
		t.Error("the empty hall does not say so")
	}
	for range 9 {
		w.Take(halltest.ItemFree, nil)
	}
	for _, window := range []string{"1", "2", "3", "4", "5", "6"} {
		command(t, w, signIn(t, w, window), api.ActionNext)
	}
	command(t, w, signIn(t, w, "7"), api.ActionNext)
	command(t, w, signIn(t, w, "7"), api.ActionMiss)
	body := page(t, w, api.PathBoard).Body.String()
	for _, want := range []string{
		`data-number="A006" data-window="6"`, `data-missed="A007"`, `data-waiting="2"`, `data-zone="Asia/Shanghai"`, ">10:00<", "2026-11-23", "东城区政务服务中心", "空闲",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the board lacks %s", want)
		}
	}
	if n, hidden := strings.Count(body, "data-number="), strings.Count(body, "<li hidden"); n != 6 || hidden != 1 {
		t.Errorf("%d calls, %d of them on the next page; want 6 and 1", n, hidden)
	}
	if strings.Index(body, `data-number="A006"`) > strings.Index(body, `data-number="A005"`) {
		t.Error("the newest call is not the first")
	}
	for _, number := range []string{"A001", "A002"} {
		if !strings.Contains(body, ">"+number+"</td>") {
			t.Errorf("%s is not in the table of windows", number)
		}
	}
}

func TestTicketPageSaysHowItStands(t *testing.T) {
	w := halltest.New(t)
	w.Take(halltest.ItemFree, halltest.Person(1))
	w.Take(halltest.ItemFree, nil)
	see := func(number string, want ...string) {
		t.Helper()
		r := page(t, w, "/t/2026-11-23/"+number+"?k=abcd2345")
		for _, s := range want {
			if r.Code != http.StatusOK || !strings.Contains(r.Body.String(), s) {
				t.Errorf("%s: status %d, page lacks %q", number, r.Code, s)
			}
		}
		if strings.Contains(r.Body.String(), "张三丰") || strings.Contains(r.Body.String(), "110101") || strings.Contains(r.Body.String(), "abcd2345") {
			t.Errorf("%s: the page tells what is personal or secret", number)
		}
	}
	see("A002", "前面还有", "1 person is before you", "没有开放的窗口", `data-state="waiting"`, `http-equiv="refresh"`)
	token := signIn(t, w, "3")
	see("A001", "预计等待不超过", "up to 5 minutes")
	see("A002", "5–10")
	command(t, w, token, api.ActionNext)
	see("A001", "请到 <b>3</b> 号窗口", "go to window 3 now")
	command(t, w, token, api.ActionStart)
	see("A001", "正在为您办理")
	command(t, w, token, api.ActionNext)
	see("A001", "业务已办结")
	command(t, w, token, api.ActionMiss)
	see("A002", "您已过号")
	if strings.Contains(page(t, w, "/t/2026-11-23/A001?k=abcd2345").Body.String(), `http-equiv="refresh"`) {
		t.Error("a finished ticket's page asks again and again")
	}
}

func TestTicketPageWithoutItsCodeTellsNothing(t *testing.T) {
	w := halltest.New(t)
	w.Take(halltest.ItemFree, nil)
	unknown := page(t, w, "/t/2026-11-23/A700?k=abcd2345")
	for _, path := range []string{"/t/2026-11-23/A001", "/t/2026-11-23/A001?k=abcd2346", "/t/2026-11-23/A001?k=", "/t/x/%3Cscript%3E?k=1"} {
		r := page(t, w, path)
		if r.Code != http.StatusNotFound || r.Body.String() != unknown.Body.String() {
			t.Errorf("%s: status %d, not the page of a number that does not exist", path, r.Code)
		}
	}
}

// Everything that a page runs or styles is named by its hash in the policy,
// and nothing comes from elsewhere.
func TestPagesLoadNothingFromElsewhere(t *testing.T) {
	w := halltest.New(t)
	w.Take(halltest.ItemFree, nil)
	for _, path := range []string{api.PathBoard, "/t/2026-11-23/A001?k=abcd2345", "/t/2026-11-23/A001"} {
		r := page(t, w, path)
		policy := r.Header().Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %s", path, policy)
		}
		if r.Header().Get("Referrer-Policy") != "no-referrer" || r.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: headers %v", path, r.Header())
		}
		if m := regexp.MustCompile(`(?:src|href)=|https?://|style="`).FindString(r.Body.String()); m != "" {
			t.Errorf("%s: the page has %s", path, m)
		}
		if strings.Contains(r.Body.String(), "ZgotmplZ") {
			t.Errorf("%s: the template refused a value", path)
		}
	}
}

// broken is a hall whose store failed.
type broken struct{ *halltest.World }

func (broken) Board(context.Context) (api.Board, error) { return api.Board{}, errors.New("disk") }

func (broken) TicketStatus(context.Context, queue.Day, queue.Number, string) (hall.Status, error) {
	return hall.Status{}, errors.New("disk")
}

func TestFailureIsASentence(t *testing.T) {
	w := broken{halltest.New(t)}
	for _, path := range []string{api.PathBoard, "/t/2026-11-23/A001?k=abcd2345"} {
		r := page(t, w, path)
		if r.Code != http.StatusInternalServerError || !strings.Contains(r.Body.String(), "请稍后再试") || strings.Contains(r.Body.String(), "disk") {
			t.Errorf("%s: %d %s", path, r.Code, r.Body)
		}
	}
}

// Names of the catalogue and numbers are text, whatever they contain.
func TestTextIsEscaped(t *testing.T) {
	w := halltest.New(t)
	w.Config.Name["zh-Hans"] = `<b onload=x>&"厅`
	body := page(t, w, api.PathBoard).Body.String()
	if strings.Contains(body, "<b onload") {
		t.Error("a name became markup")
	}
	main := body[strings.Index(body, "<main"):strings.Index(body, "<aside")]
	if err := xml.Unmarshal([]byte(main), new(struct{})); err != nil {
		t.Errorf("the middle of the page is not well formed: %v", err)
	}
}

var _ pages.Source = (*hall.Hall)(nil)
