package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"hallway/app/config"
	"hallway/cmd/drivers"
)

type bundleFlags struct {
	fittedFlags
	Out string `required:"" placeholder:"FILE" help:"Archive to write, such as bundle.tar.gz."`
}

// A part is one file of the bundle; an error becomes its content.
type part struct {
	name  string
	write func(w io.Writer) error
}

// run collects what support needs: versions, configuration without secrets, what
// is plugged in, how the devices are, and what happened to them. A part that
// cannot be had says why and keeps nothing else back.
func (f bundleFlags) run(ctx context.Context, w io.Writer) (err error) {
	parts := []part{
		{"about.txt", about},
		{"config.toml", f.config},
		{"ports.txt", portsFlags{f.rootFlags}.list},
		{"rules.txt", rulesFlags{f.rootFlags, "kiosk"}.write},
		{"check.txt", func(w io.Writer) error { return checkFlags{f.fittedFlags}.run(ctx, w) }},
	}
	for _, name := range []string{drivers.JournalFile, drivers.JournalFile + ".1"} {
		parts = append(parts, part{name, func(w io.Writer) error { return f.journal(w, name) }})
	}
	file, err := os.OpenFile(f.Out, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	zip := gzip.NewWriter(file)
	archive := tar.NewWriter(zip)
	for _, p := range parts {
		var b bytes.Buffer
		if err := p.write(&b); err != nil {
			fmt.Fprintf(&b, "error: %v\n", err)
		}
		head := tar.Header{Name: "bundle/" + p.name, Mode: 0o600, Size: int64(b.Len()), ModTime: time.Now()}
		if err := archive.WriteHeader(&head); err != nil {
			return err
		}
		if _, err := b.WriteTo(archive); err != nil {
			return err
		}
		fmt.Fprintf(w, "%s: %d bytes\n", p.name, head.Size)
	}
	return errors.Join(archive.Close(), zip.Close())
}

// about says which program runs on which system.
func about(w io.Writer) error {
	if info, ok := debug.ReadBuildInfo(); ok {
		fmt.Fprintf(w, "%s %s %s\n", info.Path, info.Main.Version, info.GoVersion)
	}
	fmt.Fprintln(w, time.Now().Format(time.RFC3339))
	release, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return err
	}
	kernel, err := os.ReadFile("/proc/version")
	_, _ = w.Write(append(kernel, release...))
	return err
}

// config writes the configuration without its secrets.
func (f bundleFlags) config(w io.Writer) error {
	if f.Counter != "" {
		c, err := config.LoadCounter(f.Counter)
		if err != nil {
			return err
		}
		return config.Write(w, &c)
	}
	c, err := config.LoadKiosk(f.Kiosk)
	if err != nil {
		return err
	}
	c.Hall.Token = config.Secret(c.Hall.Token.String())
	return config.Write(w, &c)
}

// journal copies a file of the terminal's device journal.
func (f bundleFlags) journal(w io.Writer, name string) error {
	if f.Kiosk == "" {
		return errors.New("a window keeps no journal")
	}
	c, err := config.LoadKiosk(f.Kiosk)
	if err != nil {
		return err
	}
	file, err := os.Open(filepath.Join(c.Data, name))
	if err != nil {
		return err
	}
	_, err = io.Copy(w, file)
	return errors.Join(err, file.Close())
}
