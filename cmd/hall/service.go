package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"hallway/app/config"
	"hallway/app/hall"
	"hallway/app/hall/catalogue"
	"hallway/app/hall/server"
	"hallway/app/hall/store"
	"hallway/app/hall/store/postgres"
	"hallway/app/hall/store/sqlite"
	"hallway/app/hall/workday"
	"hallway/app/operation"
)

// Limits of connections. Bodies and answers have their own in package server.
const (
	headerLimit = 5 * time.Second
	idleLimit   = 120 * time.Second
	headerBytes = 16 << 10
	stopLimit   = 5 * time.Second // for requests that run when the hall stops
)

// A service is a hall that is open.
type service struct {
	log      *slog.Logger
	config   config.Hall
	lock     *os.File
	store    store.Store
	server   *server.Server
	listener net.Listener
}

// load reads a hall's configuration, with the PIN hashes that package config
// cannot judge.
func load(path string) (config.Hall, error) {
	c, err := config.LoadHall(path)
	if err != nil {
		return c, err
	}
	for _, clerk := range c.Clerks {
		if e := hall.CheckPINHash(string(clerk.PINHash)); e != nil {
			err = errors.Join(err, fmt.Errorf("%s: pin_hash of clerk %s: %w", path, clerk.Number, e))
		}
	}
	if c.Database != "" {
		if e := postgres.Check(string(c.Database)); e != nil {
			err = errors.Join(err, fmt.Errorf("%s: database: %w", path, e))
		}
	}
	if _, e := loadCalendar(c.Orders.Calendar); e != nil {
		err = errors.Join(err, fmt.Errorf("%s: orders.calendar: %w", path, e))
	}
	return c, err
}

// checkUnits reports clerks of departments that the catalogue does not have:
// they would never see an order.
func checkUnits(c config.Hall, items catalogue.Catalogue) error {
	var err error
	for _, clerk := range c.Clerks {
		if _, known := items.Department(clerk.Unit); clerk.Unit != "" && !known {
			err = errors.Join(err, fmt.Errorf("unit of clerk %s: the catalogue has no department %q", clerk.Number, clerk.Unit))
		}
	}
	return err
}

// open opens everything that the hall needs and listens.
func open(ctx context.Context, path string, stderr io.Writer) (*service, error) {
	c, err := load(path)
	if err != nil {
		return nil, err
	}
	s := &service{config: c, log: slog.New(slog.NewTextHandler(stderr, nil))}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// prepare fills in the service. What it opened before an error is closed by
// the caller.
func (s *service) prepare(ctx context.Context) (err error) {
	items, err := loadCatalogue(s.config.Catalogue)
	if err != nil {
		return err
	}
	if s.lock, err = lock(s.config.Data); err != nil {
		return err
	}
	keys, err := hall.LoadKeys(s.config.Data)
	if err != nil {
		return err
	}
	if s.store, err = openStore(ctx, s.config, keys); err != nil {
		return err
	}
	days, err := loadCalendar(s.config.Orders.Calendar)
	if err != nil {
		return err
	}
	if err := checkUnits(s.config, items); err != nil {
		return err
	}
	if year := time.Now().Add(hall.HolidaysAhead).Year(); !days.Knows(year) {
		s.log.Warn("holidays are not known: deadlines count weekends only; put the file of the year into orders.calendar", "year", year)
	}
	h := hall.New(hall.Options{
		Config: s.config, Catalogue: items, Calendar: days, Store: s.store, Keys: keys,
		Now: time.Now, NewID: operation.IDs(time.Now, rand.Reader), Random: rand.Reader, Log: s.log,
	})
	if err := h.CloseDays(ctx); err != nil { // before anybody can see yesterday's tickets
		return fmt.Errorf("close earlier days: %w", err)
	}
	s.server = server.New(server.Options{Hall: h, Log: s.log})
	var lc net.ListenConfig
	if s.listener, err = lc.Listen(ctx, "tcp", s.config.Listen); err != nil {
		return fmt.Errorf("listen on %s: %w", s.config.Listen, err)
	}
	s.log.Info("hall is open", "listen", s.listener.Addr().String(), "board", s.config.PublicURL+"/board",
		"data", s.config.Data, "store", storeName(s.config), "catalogue", items.Version, "terminals", len(s.config.Terminals), "clerks", len(s.config.Clerks))
	return nil
}

// openStore opens the hall's file, or the database that it shares with other
// nodes once it is sure that they are nodes of the same hall.
func openStore(ctx context.Context, c config.Hall, keys hall.Keys) (store.Store, error) {
	if c.Database == "" {
		s, err := sqlite.Open(ctx, filepath.Join(c.Data, "hall.db"))
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	s, err := postgres.Open(ctx, string(c.Database))
	if err != nil {
		return nil, err
	}
	if err := notLeftBehind(ctx, c, s); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	alike := keys.Fingerprints()
	alike["id"] = c.ID
	if err := s.Claim(ctx, alike); err != nil {
		return nil, errors.Join(fmt.Errorf("all nodes of a hall have one id and the same keys, copy hall.key and person.key from the first node to %s: %w", c.Data, err), s.Close())
	}
	return s, nil
}

// notLeftBehind refuses an empty database beside a hall's file: people who
// hold its numbers would find a hall that does not know them.
func notLeftBehind(ctx context.Context, c config.Hall, s store.Store) error {
	file := filepath.Join(c.Data, "hall.db")
	if _, err := os.Stat(file); err != nil {
		return nil // no file, or none that could be moved
	}
	return s.Read(ctx, func(tx *store.Tx) error {
		n, err := tx.LastOf(store.EventSequence)
		if err == nil && n == 0 {
			err = fmt.Errorf("the database is empty and %s has a hall: move it there with hall migrate, or put the file elsewhere", file)
		}
		return err
	})
}

// storeName is what the log calls the store.
func storeName(c config.Hall) string {
	if c.Database == "" {
		return "sqlite"
	}
	return "postgres"
}

// loadCatalogue reads the hall's own catalogue, or the sample when it has none.
func loadCatalogue(path string) (catalogue.Catalogue, error) {
	if path == "" {
		return catalogue.Sample()
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return catalogue.Catalogue{}, fmt.Errorf("read catalogue: %w", err)
	}
	return catalogue.ParseFile(path, b)
}

// loadCalendar reads the hall's own holidays, or those that ship.
func loadCalendar(dir string) (workday.Calendar, error) {
	if dir == "" {
		return workday.Shipped()
	}
	days, err := workday.Parse(os.DirFS(dir))
	if err != nil {
		return days, fmt.Errorf("read holidays in %s: %w", dir, err)
	}
	return days, nil
}

// lock makes sure that this is the only hall on the folder.
func lock(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock data folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("another hall runs on %s, stop it first: %w", dir, err), f.Close())
	}
	return f, nil
}

// run serves until ctx ends, then lets requests that run finish.
func (s *service) run(ctx context.Context) error {
	h := &http.Server{
		Handler: s.server.Handler(), ReadHeaderTimeout: headerLimit, IdleTimeout: idleLimit, MaxHeaderBytes: headerBytes,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	wg.Go(func() { s.server.Run(ctx) })
	served := make(chan error, 1)
	wg.Go(func() {
		defer cancel()
		served <- h.Serve(s.listener)
	})
	<-ctx.Done()
	s.log.Info("hall is closing")
	limit, done := context.WithTimeout(context.WithoutCancel(ctx), stopLimit)
	defer done()
	err := h.Shutdown(limit)
	if errors.Is(err, context.DeadlineExceeded) {
		err = h.Close()
	}
	wg.Wait()
	if e := <-served; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, fmt.Errorf("serve: %w", e))
	}
	return err
}

// close releases what is open.
func (s *service) close() error {
	var err error
	if s.listener != nil {
		if e := s.listener.Close(); !errors.Is(e, net.ErrClosed) {
			err = e
		}
	}
	if s.store != nil {
		err = errors.Join(err, s.store.Close())
	}
	if s.lock != nil {
		err = errors.Join(err, s.lock.Close())
	}
	return err
}
