package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"hallway/cmd/drivers"
)

type handbookFlags struct {
	Driver string `arg:"" optional:"" help:"Page of this driver only."`
	Out    string `placeholder:"DIR" help:"Write one file a driver into this folder instead."`
}

// write writes the pages, one after the other or one file each.
func (f handbookFlags) write(w io.Writer) error {
	all := drivers.All()
	if f.Driver != "" {
		d, err := drivers.Named(f.Driver)
		if err != nil {
			return err
		}
		all = []drivers.Driver{d}
	}
	for i, d := range all {
		if f.Out != "" {
			if err := f.file(d); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			fmt.Fprintln(w)
		}
		if err := drivers.WritePage(w, d); err != nil {
			return err
		}
	}
	return nil
}

func (f handbookFlags) file(d drivers.Driver) (err error) {
	file, err := os.Create(filepath.Join(f.Out, d.Name+".md"))
	if err != nil {
		return err
	}
	defer func() {
		if closed := file.Close(); err == nil {
			err = closed
		}
	}()
	return drivers.WritePage(file, d)
}
