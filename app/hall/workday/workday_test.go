package workday

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"hallway/queue"
)

var shanghai = time.FixedZone("CST", 8*3600)

// office works from 9:00 to 17:30 by a calendar.
func office(c Calendar) Office {
	return Office{Calendar: c, Zone: shanghai, Open: 9 * time.Hour, Close: 17*time.Hour + 30*time.Minute}
}

// invented is the calendar of the vectors: Wednesday 4 is off, Saturday 7 is
// worked. March 2026 begins with a Sunday, so its 2nd is a Monday.
func invented(t testing.TB) Office {
	t.Helper()
	c, err := Table{Years: []int{2026}, Off: []queue.Day{"2026-03-04"}, Work: []queue.Day{"2026-03-07"}}.Calendar()
	if err != nil {
		t.Fatal(err)
	}
	return office(c)
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation("2006-01-02 15:04", s, shanghai)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// The vectors of the queue rules, section 6.11.
func TestDueTimesOfTheRulesVectors(t *testing.T) {
	o := invented(t)
	for _, v := range []struct {
		registered string
		n          int
		due        string
		pauses     []Pause
	}{
		{"2026-03-02 10:00", 2, "2026-03-05 17:30", nil},
		{"2026-03-02 18:05", 2, "2026-03-06 17:30", nil},
		{"2026-03-04 09:00", 2, "2026-03-07 17:30", nil},
		{"2026-03-02 10:00", 7, "2026-03-11 17:30", nil},
		{"2026-03-02 10:00", 7, "2026-03-16 17:30", []Pause{{at(t, "2026-03-05 11:00"), at(t, "2026-03-09 15:00")}}},
		{"2026-03-02 07:00", 2, "2026-03-05 17:30", nil}, // before the doors open is the same day
		{"2026-03-02 17:29", 2, "2026-03-05 17:30", nil},
		{"2026-03-02 17:30", 2, "2026-03-06 17:30", nil}, // the office has closed
		{"2026-03-02 10:00", 0, "2026-03-02 17:30", nil},
	} {
		due, ok := o.Due(at(t, v.registered), v.n, v.pauses...)
		if !ok || !due.Equal(at(t, v.due)) {
			t.Errorf("%s, %d days: due %v, %v; want %s", v.registered, v.n, due, ok, v.due)
		}
	}
	if _, ok := o.Due(at(t, "2026-03-02 10:00"), 7, Pause{From: at(t, "2026-03-05 11:00")}); ok {
		t.Error("a due time while the clock stands still")
	}
}

func TestOfficialCalendarOf2026(t *testing.T) {
	c, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range strings.Fields("2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10 2026-02-24 2026-04-07 2026-06-18 2026-11-23") {
		if !c.Works(queue.Day(d)) {
			t.Errorf("%s is worked", d)
		}
	}
	for _, d := range strings.Fields("2026-01-01 2026-01-02 2026-01-03 2026-02-16 2026-02-23 2026-04-06 2026-05-05 2026-06-19 2026-09-25 2026-10-07 2026-10-11 2026-11-28") {
		if c.Works(queue.Day(d)) {
			t.Errorf("%s is off", d)
		}
	}
	worked := 0
	for d := queue.Day("2026-01-01"); d < "2027-01-01"; d = d.AddDays(1) {
		if c.Works(d) {
			worked++
		}
	}
	// 261 weekdays, 19 of them off, 6 weekend days worked.
	if worked != 248 || !c.Knows(2026) || c.Knows(2027) {
		t.Errorf("%d days of 2026 are worked", worked)
	}
	o := office(c)
	for registered, want := range map[string]string{
		"2026-02-13 10:00": "2026-02-24 17:30", // Friday; Saturday 14 is worked, then nine days off
		"2026-09-30 16:00": "2026-10-09 17:30",
		"2026-10-09 10:00": "2026-10-12 17:30", // Saturday 10 is worked
		"2026-10-03 10:00": "2026-10-10 17:30",
	} {
		if due, ok := o.Due(at(t, registered), 2); !ok || !due.Equal(at(t, want)) {
			t.Errorf("%s: due %v, want %s", registered, due, want)
		}
	}
}

func TestMistakesInAFileOfAYearAreNamed(t *testing.T) {
	head := "year = 2026\nsource = 'notice'\n[[holiday]]\nname = 'x'\n"
	for text, want := range map[string]string{
		"year = 2026\nsorce = 'x'": "line 2: unknown key sorce",
		"year = 2026\n[[holiday]]\nfrom='2026-01-01'\nto='2026-01-01'\ndays=1": "source is missing",
		"year = 2026\nsource = 'x'":                                              "no [[holiday]]",
		"year = 26\nsource = 'x'":                                                "year 26",
		head + "from='2026-02-30'\nto='2026-03-01'\ndays=1":                      `"2026-02-30" is not a day`,
		head + "from='2025-02-01'\nto='2026-03-01'\ndays=1":                      "2025-02-01 is not in 2026",
		head + "from='2026-05-01'\nto='2026-05-05'\ndays=4":                      "is 5 days, the file says 4",
		head + "from='2026-05-05'\nto='2026-05-01'\ndays=-3":                     "is -3 days",
		head + "from='2026-05-01'\nto='2026-06-01'\ndays=32":                     "at most 15",
		head + "from='2026-05-01'\nto='2026-05-01'\ndays=1\nwork=['2026-05-06']": "2026-05-06 is a Wednesday",
		head + "from='2026-05-01'\nto='2026-05-03'\ndays=3\nwork=['2026-05-02']": "2026-05-02 stands twice",
		"year = ": "toml",
	} {
		_, err := Parse(fstest.MapFS{"y.toml": {Data: []byte(text)}})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "y.toml") {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if _, err := Parse(fstest.MapFS{}); err == nil {
		t.Error("an empty folder is a calendar")
	}
	if _, err := (Table{Off: []queue.Day{"2026-02-30"}}).Calendar(); err == nil {
		t.Error("a table with a day that does not exist")
	}
}

func TestCalendarSurvivesTravelling(t *testing.T) {
	c, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	again, err := c.Table().Calendar()
	if err != nil {
		t.Fatal(err)
	}
	for d := queue.Day("2025-12-01"); d < "2027-02-01"; d = d.AddDays(1) {
		if c.Works(d) != again.Works(d) {
			t.Errorf("%s: %v before, %v after", d, c.Works(d), again.Works(d))
		}
	}
	if !again.Knows(2026) {
		t.Error("the years are lost")
	}
}

// drawn is a random office, time of registration, number of days and pauses.
type drawn struct {
	o      Office
	t      time.Time
	n      int
	pauses []Pause
}

func draw(t *rapid.T) drawn {
	table := Table{Years: []int{2026}}
	start := queue.Day("2026-03-01")
	for i := range 60 {
		d := start.AddDays(i)
		switch rapid.IntRange(0, 5).Draw(t, "kind of day") {
		case 0:
			table.Off = append(table.Off, d)
		case 1:
			table.Work = append(table.Work, d)
		}
	}
	c, err := table.Calendar()
	if err != nil {
		t.Fatal(err)
	}
	minute := func(label string) time.Time {
		return time.Date(2026, 3, 1, 0, rapid.IntRange(0, 20*24*60).Draw(t, label), 0, 0, shanghai)
	}
	v := drawn{o: office(c), t: minute("registered"), n: rapid.IntRange(0, 15).Draw(t, "n")}
	for range rapid.IntRange(0, 2).Draw(t, "pauses") {
		from := minute("from")
		v.pauses = append(v.pauses, Pause{from, from.Add(time.Duration(rapid.IntRange(0, 10*24*60).Draw(t, "long")) * time.Minute)})
	}
	return v
}

func TestADueTimeIsTheEndOfTheNthDayThatCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := draw(t)
		due, ok := v.o.Due(v.t, v.n, v.pauses...)
		if !ok || !due.After(v.t) {
			t.Fatalf("registered %v, due %v, %v", v.t, due, ok)
		}
		zero, last := v.o.Zero(v.t), v.o.day(due)
		if !v.o.Works(last) || !due.Equal(v.o.at(last, v.o.Close)) {
			t.Fatalf("due %v is not the end of a working day", due)
		}
		counted := 0
		for d := zero.AddDays(1); d <= last; d = d.AddDays(1) {
			if v.o.counts(d, v.pauses) {
				counted++
			}
		}
		if counted != v.n {
			t.Fatalf("%d days counted from %s to %s, want %d", counted, zero, last, v.n)
		}
	})
}

func TestLaterRegistrationMoreDaysAndPausesNeverBringADueTimeForward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := draw(t)
		due, _ := v.o.Due(v.t, v.n, v.pauses...)
		plain, _ := v.o.Due(v.t, v.n)
		more, _ := v.o.Due(v.t, v.n+1, v.pauses...)
		later, _ := v.o.Due(v.t.Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "later"))*time.Minute), v.n, v.pauses...)
		if due.Before(plain) || !more.After(due) || later.Before(due) {
			t.Fatalf("due %v; without pauses %v, one day more %v, registered later %v", due, plain, more, later)
		}
	})
}

func TestSpentTimeGrowsFromNothingToAllExactlyWhenDue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := draw(t)
		due, _ := v.o.Due(v.t, v.n, v.pauses...)
		if s := v.o.Spent(v.t, v.n, v.t, v.pauses...); s != 0 {
			t.Fatalf("%d %% spent at registration", s)
		}
		if now, before := v.o.Spent(v.t, v.n, due, v.pauses...), v.o.Spent(v.t, v.n, due.Add(-time.Second), v.pauses...); now != 100 || before > 99 {
			t.Fatalf("%d %% spent when due, %d a second before", now, before)
		}
		last := 0
		for _, percent := range []int{1, 50, 80, 100} {
			reached, ok := v.o.Reached(v.t, v.n, percent, v.pauses...)
			if !ok || v.o.Spent(v.t, v.n, reached, v.pauses...) < percent || v.o.Spent(v.t, v.n, reached.Add(-time.Second), v.pauses...) >= percent {
				t.Fatalf("%d %% reached at %v: %d %% there", percent, reached, v.o.Spent(v.t, v.n, reached, v.pauses...))
			}
			now := v.t.Add(time.Duration(rapid.IntRange(0, 60*24*60).Draw(t, "now")) * time.Minute)
			if s := v.o.Spent(v.t, v.n, now, v.pauses...); s < 0 || s > 100 || s < last && now.After(due) {
				t.Fatalf("%d %% spent at %v", s, now)
			}
			last = percent
		}
		if reached, _ := v.o.Reached(v.t, v.n, 100, v.pauses...); !reached.Equal(due) {
			t.Fatalf("all is spent at %v, due %v", reached, due)
		}
	})
}

func TestClockStandsWhileAPauseLasts(t *testing.T) {
	o := invented(t)
	from, pause := at(t, "2026-03-02 10:00"), Pause{From: at(t, "2026-03-05 11:00")}
	evening := o.Spent(from, 7, at(t, "2026-03-05 20:00"), pause)
	if later := o.Spent(from, 7, at(t, "2026-03-20 12:00"), pause); later != evening || evening == 0 {
		t.Errorf("%d %% spent in the evening, %d two weeks later", evening, later)
	}
	if _, ok := o.Reached(from, 7, 100, pause); ok {
		t.Error("a warning time while the clock stands still")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("year = 2026\nsource = 'x'\n[[holiday]]\nname = 'x'\nfrom='2026-05-01'\nto='2026-05-05'\ndays=5\nwork=['2026-05-09']"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Parse(fstest.MapFS{"y.toml": {Data: b}})
		if err != nil {
			return
		}
		if _, err := c.Table().Calendar(); err != nil {
			t.Errorf("a file that is read cannot travel: %v", err)
		}
	})
}
