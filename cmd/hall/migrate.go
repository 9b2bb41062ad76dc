package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"

	"hallway/app/hall/store"
	"hallway/app/hall/store/postgres"
	"hallway/app/hall/store/sqlite"
)

type migrateFlags struct {
	From string `required:"" placeholder:"FILE" help:"The hall's file, hall.db in its data folder. It stays as a backup."`
	To   string `required:"" placeholder:"URL" env:"HALLWAY_DATABASE" help:"Address of an empty PostgreSQL database, postgres://user@host/database. A password is better kept in ~/.pgpass than written here."`
}

// migrate moves a hall that does not run and prints what was moved.
func (m *Main) migrate(ctx context.Context) error {
	f := m.flags.Migrate
	copied, err := move(ctx, f.From, f.To)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(m.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "table\trows\thash of both")
	for _, c := range copied {
		fmt.Fprintf(w, "%s\t%d\t%.16s\n", c.Table, c.Rows, c)
		if c.Altered > 0 {
			fmt.Fprintf(w, "\t%d\thad characters that PostgreSQL does not keep, now U+FFFD\n", c.Altered)
		}
	}
	fmt.Fprintf(w, "The hall has moved. Write its new address as database into its configuration; keep %s as a backup.\n", f.From)
	return w.Flush()
}

// move copies the hall in a file into a database.
func move(ctx context.Context, from, to string) (copied []store.Copied, err error) {
	info, err := os.Stat(from)
	if err != nil {
		return nil, fmt.Errorf("hall to move: %w", err)
	}
	if !info.Mode().IsRegular() || info.Size() == 0 {
		return nil, fmt.Errorf("%s is not the file of a hall, name the file hall.db", from)
	}
	l, err := lock(filepath.Dir(from))
	if err != nil {
		return nil, err
	}
	defer l.Close()
	source, err := sqlite.Open(ctx, from)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	target, err := postgres.Open(ctx, to)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	return target.Import(ctx, source)
}
