package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hallway/cmd/program"
)

// more adds text to a hall's configuration.
func more(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// refused starts a hall that must refuse its configuration.
func refused(t *testing.T, path string) string {
	t.Helper()
	m := &Main{Streams: program.Streams{Stderr: io.Discard, Stdout: io.Discard, Exit: func(int) {}}}
	if err := m.ParseFlags([]string{"--config", path}); err != nil {
		t.Fatal(err)
	}
	err := m.Run(t.Context())
	if e := m.Close(); e != nil {
		t.Error(e)
	}
	if err == nil {
		t.Fatal("the hall opened")
	}
	return err.Error()
}

func TestClerksOfUnknownDepartmentsAndWrongHolidaysAreRefused(t *testing.T) {
	path := configure(t)
	more(t, path, "orders = \"unit\"\nunit = \"moon\"\n")
	if got := refused(t, path); !strings.Contains(got, `unit of clerk 1001: the catalogue has no department "moon"`) {
		t.Error(got)
	}
	path = configure(t)
	dir := filepath.Join(filepath.Dir(path), "days")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	more(t, path, "[orders]\ncalendar = \"days\"\n")
	if got := refused(t, path); !strings.Contains(got, "orders.calendar") || !strings.Contains(got, "there is no file of a year") {
		t.Error(got)
	}
	if err := os.WriteFile(filepath.Join(dir, "2027.toml"), []byte("year = 2027\nsource = \"x\"\n[[holiday]]\nfrom = \"2027-01-01\"\nto = \"2027-01-03\"\ndays = 2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := refused(t, path); !strings.Contains(got, "2027.toml") || !strings.Contains(got, "is 3 days, the file says 2") {
		t.Error(got)
	}
}
