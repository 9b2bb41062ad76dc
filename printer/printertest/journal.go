package printertest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"hallway/devices"
	"hallway/printer"
)

// Journal is a printer.Ledger and printer.History. The zero Journal keeps
// everything in memory; see [OpenJournal] for one that survives the program.
type Journal struct {
	Refuse error // given by Intend and by the step StateSending
	// Before and After are called around every entry with what is stored:
	// "intend", a state, or "conclude". They may end the program.
	Before, After func(entry string)

	mu      sync.Mutex
	file    *os.File
	Intents []printer.JobID
	Steps   []printer.Step
	Results map[printer.JobID]printer.Result
}

var (
	_ printer.Ledger  = (*Journal)(nil)
	_ printer.History = (*Journal)(nil)
)

// OpenJournal reads a journal's file and adds to it, each entry synced to the
// disk before the call returns.
func OpenJournal(path string) (*Journal, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	j := &Journal{file: f}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		j.replay(strings.Split(lines.Text(), "\t"))
	}
	return j, nil
}

// replay takes one entry of the file over.
func (j *Journal) replay(fields []string) {
	id := printer.JobID(fields[1])
	switch fields[0] {
	case "intend":
		j.Intents = append(j.Intents, id)
	case "conclude":
		for _, o := range []devices.Outcome{devices.NotDone, devices.Done, devices.Unknown} {
			if o.String() == fields[2] {
				j.conclude(id, printer.Result{Outcome: o, Reason: printer.Reason(fields[3])})
			}
		}
	default:
		j.Steps = append(j.Steps, printer.Step{Job: id, State: printer.State(fields[0])})
	}
}

func (j *Journal) conclude(id printer.JobID, r printer.Result) {
	if j.Results == nil {
		j.Results = map[printer.JobID]printer.Result{}
	}
	j.Results[id] = r
}

// Close closes the file.
func (j *Journal) Close() error {
	if j.file == nil {
		return nil
	}
	return j.file.Close()
}

// store makes an entry durable between Before and After.
func (j *Journal) store(entry string, fields ...any) error {
	if j.Before != nil {
		j.Before(entry)
	}
	if j.file != nil {
		line := entry
		for _, f := range fields {
			line += fmt.Sprintf("\t%v", f)
		}
		if _, err := j.file.WriteString(line + "\n"); err != nil {
			return err
		}
		if err := j.file.Sync(); err != nil {
			return err
		}
	}
	if j.After != nil {
		j.After(entry)
	}
	return nil
}

// Intend implements [printer.Journal].
func (j *Journal) Intend(_ context.Context, id printer.JobID) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.Refuse != nil {
		return j.Refuse
	}
	for _, before := range j.Intents {
		if before == id {
			return printer.ErrPrinted
		}
	}
	j.Intents = append(j.Intents, id)
	return j.store("intend", id)
}

// Step implements [printer.Ledger].
func (j *Journal) Step(_ context.Context, s printer.Step) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.Refuse != nil && s.State == printer.StateSending {
		return j.Refuse
	}
	j.Steps = append(j.Steps, s)
	return j.store(string(s.State), s.Job, s.Reason)
}

// Conclude implements [printer.Journal]. The first conclusion stays.
func (j *Journal) Conclude(_ context.Context, id printer.JobID, r printer.Result) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, twice := j.Results[id]; twice {
		return errors.New("concluded twice")
	}
	j.conclude(id, r)
	return j.store("conclude", id, r.Outcome, r.Reason)
}

// Last implements [printer.History].
func (j *Journal) Last(context.Context) (devices.Outcome, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.Intents) == 0 {
		return devices.Done, nil
	}
	r, ok := j.Results[j.Intents[len(j.Intents)-1]]
	if !ok {
		return devices.Unknown, nil
	}
	return r.Outcome, nil
}

// States returns the states that a job went through.
func (j *Journal) States(id printer.JobID) []printer.State {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []printer.State
	for _, s := range j.Steps {
		if s.Job == id {
			out = append(out, s.State)
		}
	}
	return out
}
