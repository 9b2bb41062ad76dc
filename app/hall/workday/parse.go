package workday

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"

	"github.com/pelletier/go-toml/v2"

	"hallway/queue"
)

//go:embed data/*.toml
var shipped embed.FS

// Shipped returns the calendar of the years that ship with the program.
var Shipped = sync.OnceValues(func() (Calendar, error) {
	dir, err := fs.Sub(shipped, "data")
	if err != nil {
		return Calendar{}, err
	}
	return Parse(dir)
})

// maxFile is the longest file of a year, in bytes; a notice needs 2 KiB.
const maxFile = 64 << 10

// longest is the longest holiday in days. The longest of any notice had nine;
// more is a mistyped month.
const longest = 15

// year is one file.
type year struct {
	Year     int       `toml:"year"`
	Source   string    `toml:"source"` // the notice
	Holidays []holiday `toml:"holiday"`
}

// holiday is one holiday as the notice tells it.
type holiday struct {
	Name string   `toml:"name"`
	From string   `toml:"from"`
	To   string   `toml:"to"`   // the last day off
	Days int      `toml:"days"` // how many days, as the notice counts them
	Work []string `toml:"work"` // days worked in exchange
}

// Parse reads every .toml file of a folder as the holidays of one year. The
// error joins everything that is wrong, each with its file: unknown keys, days
// that do not exist, lie in another year or stand twice, holidays whose days
// are not as many as the notice says, working days that are no weekend.
func Parse(dir fs.FS) (Calendar, error) {
	c := Calendar{years: map[int]bool{}, days: map[queue.Day]bool{}}
	files, err := fs.Glob(dir, "*.toml")
	if err != nil {
		return Calendar{}, fmt.Errorf("workday: %w", err)
	}
	if len(files) == 0 {
		return Calendar{}, errors.New("workday: there is no file of a year, such as 2026.toml")
	}
	var errs []error
	for _, name := range files {
		b, err := fs.ReadFile(dir, name)
		if err == nil {
			err = c.read(b)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return Calendar{}, err
	}
	return c, nil
}

// read adds one year.
func (c Calendar) read(b []byte) error {
	if len(b) > maxFile {
		return fmt.Errorf("file has %d bytes, at most %d are read", len(b), maxFile)
	}
	var y year
	if err := toml.NewDecoder(bytes.NewReader(b)).DisallowUnknownFields().Decode(&y); err != nil {
		return strict(err)
	}
	var errs []error
	if y.Year < 2000 || y.Year > 2099 || c.years[y.Year] {
		errs = append(errs, fmt.Errorf("year %d is not one of 2000 to 2099, or stands in another file too", y.Year))
	}
	if strings.TrimSpace(y.Source) == "" {
		errs = append(errs, errors.New("source is missing, name the notice"))
	}
	if len(y.Holidays) == 0 {
		errs = append(errs, errors.New("there is no [[holiday]]"))
	}
	c.years[y.Year] = true
	for i, h := range y.Holidays {
		if err := c.add(y.Year, h); err != nil {
			errs = append(errs, fmt.Errorf("holiday %d (%s): %w", i+1, h.Name, err))
		}
	}
	return errors.Join(errs...)
}

// strict says where an unknown key stands.
func strict(err error) error {
	var missing *toml.StrictMissingError
	if !errors.As(err, &missing) {
		return err
	}
	var errs []error
	for _, e := range missing.Errors {
		row, _ := e.Position()
		errs = append(errs, fmt.Errorf("line %d: unknown key %s", row, strings.Join(e.Key(), ".")))
	}
	return errors.Join(errs...)
}

// add adds the days of one holiday.
func (c Calendar) add(year int, h holiday) error {
	from, errFrom := dayOf(year, h.From)
	to, errTo := dayOf(year, h.To)
	if err := errors.Join(errFrom, errTo); err != nil {
		return err
	}
	if n := int(to.Sub(from).Hours()/24) + 1; n != h.Days || n < 1 || n > longest {
		return fmt.Errorf("%s to %s is %d days, the file says %d, at most %d are possible", h.From, h.To, n, h.Days, longest)
	}
	var errs []error
	for d := from; !d.After(to); d = d.AddDate(0, 0, 1) {
		errs = append(errs, c.set(queue.Day(d.Format(time.DateOnly)), false))
	}
	for _, w := range h.Work {
		d, err := dayOf(year, w)
		switch {
		case err != nil:
			errs = append(errs, err)
		case weekday(queue.Day(w)):
			errs = append(errs, fmt.Errorf("work %s is a %s, only a weekend is worked in exchange", w, d.Weekday()))
		default:
			errs = append(errs, c.set(queue.Day(w), true))
		}
	}
	return errors.Join(errs...)
}

// set notes a day once.
func (c Calendar) set(d queue.Day, works bool) error {
	if _, twice := c.days[d]; twice {
		return fmt.Errorf("%s stands twice", d)
	}
	c.days[d] = works
	return nil
}

// dayOf reads a day of a year. The New Year's holiday may begin in the last
// days of the year before.
func dayOf(year int, s string) (time.Time, error) {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return d, fmt.Errorf("%.20q is not a day, write it as %d-01-31", s, year)
	}
	if d.Year() != year && d.AddDate(0, 0, 10).Year() != year {
		return d, fmt.Errorf("%s is not in %d", s, year)
	}
	return d, nil
}
