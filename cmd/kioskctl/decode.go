package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"hallway/idreader"
	"hallway/idreader/mrz"
	"hallway/idreader/sam"
)

// cardFlags are the decoders of card readers.
type cardFlags struct {
	Decode decodeFlags `cmd:"" help:"Decode raw bytes of a card reader: one JSON line a frame."`
}

// mrzFlags are the decoders of machine-readable zones.
type mrzFlags struct {
	Decode decodeFlags `cmd:"" help:"Decode machine-readable zones: one JSON line a document. Fails when a check digit does."`
}

type decodeFlags struct {
	Reveal bool   `help:"Show names and numbers, which are masked otherwise."`
	File   string `arg:"" help:"File to read, - for the standard input."`
}

// with calls do with the input and with what writes a line of JSON.
func (f decodeFlags) with(in io.Reader, w io.Writer, do func(in io.Reader, emit func(any) error) error) (err error) {
	if f.File != "-" {
		file, err := os.Open(f.File)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		in = file
	}
	out := bufio.NewWriter(w)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	return errors.Join(do(in, lines.Encode), out.Flush())
}

// card decodes what a card reader sent.
func (f decodeFlags) card(in io.Reader, w io.Writer) error {
	var o sam.ExplainOptions
	if f.Reveal {
		o.Reveal = "asked for by the technician"
	}
	return f.with(in, w, func(in io.Reader, emit func(any) error) error {
		return sam.Explain(in, o, func(r sam.Record) error { return emit(r) })
	})
}

// zones decodes machine-readable zones.
func (f decodeFlags) zones(in io.Reader, w io.Writer) error {
	return f.with(in, w, func(in io.Reader, emit func(any) error) error {
		o := mrz.DecodeOptions{Today: idreader.DateOf(time.Now()), Reveal: f.Reveal}
		failed, err := mrz.Decode(in, o, func(r mrz.Record) error { return emit(r) })
		if err == nil && failed {
			err = fmt.Errorf("%s: a check digit fails", f.File)
		}
		return err
	})
}
