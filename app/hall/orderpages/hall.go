package orderpages

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/order"
	"hallway/app/operation"
	"hallway/app/text"
	"hallway/queue"
)

// liveEvery is how often a browser fetches the live page anew, in seconds.
const liveEvery = 10

// leader returns the page of a leader who is signed in. Otherwise it answers
// and reports false.
func (s *server) leader(w http.ResponseWriter, r *http.Request) (page, bool) {
	p, ok := s.signedIn(w, r)
	if !ok {
		return p, false
	}
	if p.Staff.Role != order.Leader {
		s.fail(w, p, &operation.Refusal{Code: api.CodeNoRole})
		return p, false
	}
	return p, true
}

type livePage struct {
	page
	api.Live
}

// live shows how the hall stands now.
func (s *server) live(w http.ResponseWriter, r *http.Request) {
	p, ok := s.leader(w, r)
	if !ok {
		return
	}
	l, err := s.Orders.Live(r.Context())
	if err != nil {
		s.fail(w, p, err)
		return
	}
	p.Title, p.Again = p.T("hall"), liveEvery
	s.render(w, http.StatusOK, "live.html", livePage{p, l})
}

// Wait is a newcomer's wait in words.
func (w words) Wait(p api.LivePool) string {
	switch {
	case p.WaitFrom < 0:
		return w.T("live.no_window")
	case p.WaitFrom == 0:
		return w.T("live.under", p.WaitTo)
	}
	return w.T("live.wait", p.WaitFrom, p.WaitTo)
}

// Duration shows seconds as minutes and seconds.
func (w words) Duration(seconds int) string {
	return strconv.Itoa(seconds/60) + ":" + strconv.Itoa(100 + seconds%60)[1:]
}

// Clock is the hall's time of a unix time in ms.
func (w words) Clock(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).In(w.zone).Format("15:04:05")
}

// Alarm says what an alarm means.
func (w words) Alarm(a api.Alarm) string {
	value := any(a.Value)
	if a.Kind == api.AlarmWait || a.Kind == api.AlarmIdle {
		value = w.Duration(a.Value)
	}
	where := a.Window
	if a.Pool != "" {
		where = w.Pool(a.Pool)
	}
	return w.T("alarm."+a.Kind, where, value)
}

// Pool names a waiting line.
func (w words) Pool(id string) string {
	if p, ok := w.goods.Pool(id); ok {
		return p.Name.In(w.Lang)
	}
	return id
}

// Reason is a reason's code in words, or the words that it is.
func (w words) Reason(code string) string {
	if key := "counter.reason." + code; text.Has(key) {
		return text.T(w.Lang, key)
	}
	return code
}

// Group names what figures are about.
func (w words) Group(g api.Group) string {
	switch g.By {
	case "pool":
		return w.Pool(g.Key)
	case "service":
		if i, ok := w.goods.Item(g.Key); ok {
			return i.Name.In(w.Lang)
		}
	case "lane":
		return w.T("lane." + g.Key)
	}
	return g.Key
}

type dayPage struct {
	page
	api.Report
	Kinds []string // kinds of groups, in the order of the page
}

// Of are the groups of a kind.
func (p dayPage) Of(kind string) []api.Group {
	return slices.DeleteFunc(slices.Clone(p.Groups), func(g api.Group) bool { return g.By != kind })
}

// report reads the day that a request names, or today.
func (s *server) report(w http.ResponseWriter, r *http.Request) (page, api.Report, bool) {
	p, ok := s.leader(w, r)
	if !ok {
		return p, api.Report{}, false
	}
	day := queue.Day(r.URL.Query().Get("day"))
	if day == "" {
		day = s.Orders.Today()
	}
	d, err := s.Orders.Report(r.Context(), day)
	if err != nil {
		s.fail(w, p, err)
		return p, d, false
	}
	return p, d, true
}

// day shows what a day was like.
func (s *server) day(w http.ResponseWriter, r *http.Request) {
	p, d, ok := s.report(w, r)
	if !ok {
		return
	}
	p.Title = p.T("day")
	s.render(w, http.StatusOK, "day.html", dayPage{p, d, []string{"hall", "pool", "window", "clerk", "service", "lane", "hour"}})
}

// dayJSON sends a day's figures for other programs.
func (s *server) dayJSON(w http.ResponseWriter, r *http.Request) {
	_, d, ok := s.report(w, r)
	if !ok {
		return
	}
	s.download(w, "application/json", "hall-"+d.Day+".json")
	if err := json.NewEncoder(w).Encode(d); err != nil {
		s.Log.Warn("figures not sent", "err", err)
	}
}

// dayCSV sends a day's figures for a spreadsheet. The mark at its beginning
// tells spreadsheets that it is UTF-8.
func (s *server) dayCSV(w http.ResponseWriter, r *http.Request) {
	_, d, ok := s.report(w, r)
	if !ok {
		return
	}
	s.download(w, "text/csv; charset=utf-8", "hall-"+d.Day+".csv")
	_, _ = w.Write([]byte("\xef\xbb\xbf")) // a reader that went away needs no figures
	c := csv.NewWriter(w)
	rows := [][]string{{"day", "by", "key", "tickets", "served", "wait_median_s", "wait_p90_s", "wait_longest_s",
		"way_median_s", "way_p90_s", "way_longest_s", "service_median_s", "service_p90_s", "service_longest_s"}}
	for _, g := range d.Groups {
		row := []string{d.Day, g.By, g.Key}
		for _, n := range []int{g.Tickets, g.Served, g.Wait.Median, g.Wait.P90, g.Wait.Longest, g.Way.Median, g.Way.P90, g.Way.Longest,
			g.Service.Median, g.Service.P90, g.Service.Longest} {
			row = append(row, strconv.Itoa(n))
		}
		rows = append(rows, row)
	}
	if err := c.WriteAll(rows); err != nil {
		s.Log.Warn("figures not sent", "err", err)
	}
}

func (s *server) download(w http.ResponseWriter, kind, name string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
}
