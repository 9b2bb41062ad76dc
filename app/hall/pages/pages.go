// Package pages serves what people look at with a browser: the wall page of a
// hall at /board, and the page of one ticket at /t/{day}/{number}?k=CODE, to
// which the QR code on the slip leads.
//
// The wall page is rendered here with the present state, so that it is right
// before any script runs. Its script follows the stream of boards, fetches the
// same page again after every change and exchanges its middle. It shows how old
// its data is as soon as that matters: a screen that pretends is worse than a
// dark one. What does not fit turns its pages every eight seconds, the newest
// call always stays. A screen of one area names its windows, such as
// /board?window=1&window=2. Pages load nothing from elsewhere; fonts are the system's.
package pages

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"hallway/app/hall"
	"hallway/app/hall/api"
	"hallway/app/hall/pages/web"
	"hallway/app/operation"
	"hallway/app/text"
	"hallway/queue"
)

//go:embed assets
var assets embed.FS

// A Source is what pages show.
type Source interface {
	Info() api.Hall
	Board(ctx context.Context) (api.Board, error)
	TicketStatus(ctx context.Context, day queue.Day, number queue.Number, code string) (hall.Status, error)
}

type server struct {
	source Source
	log    *slog.Logger
	pages  *template.Template
	policy string // Content-Security-Policy of the pages
}

// New returns the handler of the pages.
func New(s Source, log *slog.Logger) http.Handler {
	board, ticket, script := web.Asset(assets, "assets/board.css"), web.Asset(assets, "assets/ticket.css"), web.Asset(assets, "assets/board.js")
	p := &server{source: s, log: log}
	p.pages = template.Must(template.New("").Funcs(template.FuncMap{
		"zh":        func(l text.Local) string { return l.In(text.ZhHans) },
		"en":        func(l text.Local) string { return l[text.En] },
		"boardCSS":  func() template.CSS { return template.CSS(board) },
		"ticketCSS": func() template.CSS { return template.CSS(ticket) },
		"boardJS":   func() template.JS { return template.JS(script) },
	}).ParseFS(assets, "assets/*.html"))
	p.policy = fmt.Sprintf("default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src %s %s; script-src %s",
		web.HashOf(board), web.HashOf(ticket), web.HashOf(script))
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+api.PathBoard, p.board)
	mux.HandleFunc("GET "+api.PathTicket+"/{day}/{number}", p.ticket)
	return mux
}

// boardView is what the wall page shows.
type boardView struct {
	Hall    api.Hall
	Board   api.Board
	Unknown []string // windows that the screen's address names and the hall has not
	Clock   string
	Date    string
}

func (p *server) board(w http.ResponseWriter, r *http.Request) {
	b, err := p.source.Board(r.Context())
	if err != nil {
		p.fail(w, err)
		return
	}
	info := p.source.Info()
	zone, err := time.LoadLocation(info.Zone)
	if err != nil {
		zone = time.UTC
	}
	now := time.UnixMilli(b.Time).In(zone)
	unknown := only(&b, r.URL.Query()["window"])
	p.render(w, http.StatusOK, "board.html", boardView{
		Hall: info, Board: b, Unknown: unknown,
		Clock: now.Format("15:04"), Date: now.Format("2006-01-02"),
	})
}

// only leaves the named windows on a board, with what is called to them, and
// returns the names that no window has. Without a name the board stays whole.
func only(b *api.Board, windows []string) (unknown []string) {
	if len(windows) == 0 {
		return nil
	}
	for _, w := range windows {
		if !slices.ContainsFunc(b.Windows, func(e api.BoardEntry) bool { return e.Window == w }) {
			unknown = append(unknown, w)
		}
	}
	b.Windows = slices.DeleteFunc(b.Windows, func(e api.BoardEntry) bool { return !slices.Contains(windows, e.Window) })
	b.Calls = slices.DeleteFunc(b.Calls, func(c api.BoardCall) bool { return !slices.Contains(windows, c.Window) })
	return unknown
}

// ticketView is what a ticket's page shows.
type ticketView struct {
	Hall   api.Hall
	Ticket hall.Status
	Issued string
	AsOf   string
	Final  bool
	Found  bool
}

func (p *server) ticket(w http.ResponseWriter, r *http.Request) {
	s, err := p.source.TicketStatus(r.Context(), queue.Day(r.PathValue("day")), queue.Number(r.PathValue("number")), r.URL.Query().Get("k"))
	if refusal, ok := errors.AsType[*operation.Refusal](err); ok && refusal.Code == api.CodeNotFound {
		p.render(w, http.StatusNotFound, "ticket.html", ticketView{Hall: p.source.Info(), Final: true})
		return
	}
	if err != nil {
		p.fail(w, err)
		return
	}
	p.render(w, http.StatusOK, "ticket.html", ticketView{
		Hall: p.source.Info(), Ticket: s, Found: true, Final: s.State.Final(),
		Issued: s.IssuedAt.In(s.Zone).Format("15:04"), AsOf: s.AsOf.In(s.Zone).Format("15:04:05"),
	})
}

// render sends a page whole or not at all.
func (p *server) render(w http.ResponseWriter, status int, name string, view any) {
	// The address of a ticket's page holds its code.
	if err := web.Render(w, status, p.policy, p.pages, name, view); err != nil {
		p.fail(w, err)
	}
}

// fail answers when the hall failed.
func (p *server) fail(w http.ResponseWriter, err error) {
	p.log.Error("page not shown", "err", err)
	http.Error(w, "暂时无法显示，请稍后再试 · The page cannot be shown now, please try again later", http.StatusInternalServerError)
}
