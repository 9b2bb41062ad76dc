// Package orderpages serves the pages of help orders: the desk at /orders, where
// clerks of the order desk, units and leaders sign in by PIN and work, and the
// page at /o to which the code on a citizen's slip leads. Behind the same
// sign-in leaders see how the hall stands, at /orders/hall, and what a day was
// like, with its figures as CSV and JSON.
//
// The desk needs no script: every action is a form that is posted and answered
// with the page as it is then. A sign-in is a cookie that scripts cannot read
// and other sites cannot send; posts from other origins are refused. Addresses
// hold order numbers and nothing of a person.
//
// What follows the mark # in the code on a slip stays in the phone's browser;
// the page's script puts it into the form that asks for number and code, so
// that neither is in an address that the hall or a server before it logs.
package orderpages

import (
	"context"
	"embed"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"hallway/app/hall"
	"hallway/app/hall/api"
	"hallway/app/hall/catalogue"
	"hallway/app/hall/pages/web"
	"hallway/app/operation"
	"hallway/app/text"
)

//go:embed assets
var assets embed.FS

// Paths of the pages.
const (
	PathDesk = "/orders"
	PathHall = PathDesk + "/hall" // the managers' page, behind the same sign-in
	PathSlip = "/o"
)

// cookies of the desk.
const (
	cookieSignIn = "hall_orders"
	cookieLang   = "hall_lang"
)

// maxForm is the longest form, in bytes: 1,000 Chinese characters are 9 KB when
// they are escaped.
const maxForm = 32 << 10

// Options are what the pages are made of. All are required.
type Options struct {
	Orders *hall.Orders
	Slip   func(ctx context.Context, number, secret string) (operation.Order, error) // a citizen's order
	Log    *slog.Logger
}

type server struct {
	Options
	info   api.Hall
	goods  catalogue.Catalogue
	zone   *time.Location
	secure bool // the hall is reached over TLS
	pages  *template.Template
	policy string
}

// New returns the handler of the pages.
func New(o Options) http.Handler {
	s := &server{Options: o, info: o.Orders.Info(), goods: o.Orders.Catalogue, zone: o.Orders.Config.Location()}
	s.secure = strings.HasPrefix(s.info.PublicURL, "https://")
	css, script := web.Asset(assets, "assets/orders.css"), web.Asset(assets, "assets/slip.js")
	s.pages = template.Must(template.New("").Funcs(template.FuncMap{
		"css": func() template.CSS { return template.CSS(css) },
		"js":  func() template.JS { return template.JS(script) },
	}).ParseFS(assets, "assets/*.html"))
	s.policy = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; style-src " + web.HashOf(css) + "; script-src " + web.HashOf(script)
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+PathDesk, s.list)
	mux.HandleFunc("GET "+PathDesk+"/leaders", s.leaders)
	mux.HandleFunc("GET "+PathHall, s.live)
	mux.HandleFunc("GET "+PathHall+"/day", s.day)
	mux.HandleFunc("GET "+PathHall+"/day.json", s.dayJSON)
	mux.HandleFunc("GET "+PathHall+"/day.csv", s.dayCSV)
	mux.HandleFunc("GET "+PathDesk+"/o/{number}", s.order)
	mux.HandleFunc("POST "+PathDesk+"/o/{number}/{event}", s.act)
	mux.HandleFunc("POST "+PathDesk+"/signin", s.signIn)
	mux.HandleFunc("POST "+PathDesk+"/signout", s.signOut)
	mux.HandleFunc("POST "+PathDesk+"/lang", s.changeLang)
	mux.HandleFunc("GET "+PathSlip, s.slip)
	mux.HandleFunc("POST "+PathSlip, s.slip)
	return http.NewCrossOriginProtection().Handler(http.MaxBytesHandler(mux, maxForm))
}

// render sends a page whole or not at all.
func (s *server) render(w http.ResponseWriter, status int, name string, v any) {
	if err := web.Render(w, status, s.policy, s.pages, name, v); err != nil {
		s.Log.Error("page not shown", "page", name, "err", err)
		http.Error(w, "暂时无法显示 · The page cannot be shown now", http.StatusInternalServerError)
	}
}

// statuses give refusals their HTTP status; what is not here is 422.
var statuses = map[string]int{
	api.CodeNotFound: http.StatusNotFound, api.CodeNoRole: http.StatusForbidden, api.CodeOrderLeader: http.StatusForbidden,
	api.CodeUnauthorized: http.StatusUnauthorized, api.CodeSignedOut: http.StatusUnauthorized, api.CodeWrongPIN: http.StatusUnauthorized,
	api.CodeClerkLocked: http.StatusTooManyRequests, api.CodeOrderChanged: http.StatusConflict, api.CodeOrderOnce: http.StatusConflict,
	api.CodeOrderLate: http.StatusConflict, api.CodeOrderFixed: http.StatusConflict, operation.CodeOrderState: http.StatusConflict,
	operation.CodeWrongSecret: http.StatusNotFound, operation.CodeOrderLocked: http.StatusLocked,
}

// problem is an error as people read it, with its HTTP status. What failed
// inside the hall is logged and not told.
func (s *server) problem(lang text.Lang, err error) (status int, sentence string) {
	r, ok := errors.AsType[*operation.Refusal](err)
	if !ok {
		s.Log.Error("order desk failed", "err", err)
		return http.StatusInternalServerError, text.T(lang, "refusal."+api.CodeInternal)
	}
	status = statuses[r.Code]
	if status == 0 {
		status = http.StatusUnprocessableEntity
	}
	return status, text.T(lang, "refusal."+r.Code)
}
