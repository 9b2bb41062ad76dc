package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"hallway/queue/voice"
)

// A memory remembers what was spoken in the last minute, across starts. It
// holds numbers of events and nothing of persons.
type memory struct {
	file string // "" for none

	mu     sync.Mutex
	known  bool // there was a file at the start
	spoken map[int64]time.Time
}

// openMemory reads a memory. One that cannot be read is begun anew, because a
// voice that speaks twice is better than one that does not start.
func openMemory(file string) (*memory, error) {
	m := &memory{file: file, spoken: map[int64]time.Time{}}
	if file == "" {
		return m, nil
	}
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return m, m.save()
	}
	if err != nil {
		return nil, fmt.Errorf("memory of the voice: %w", err)
	}
	m.known = true
	if json.Unmarshal(b, &m.spoken) != nil || m.spoken == nil {
		m.spoken = map[int64]time.Time{}
	}
	return m, nil
}

// misses reports whether a call of the time before the start was not spoken.
func (m *memory) misses(seq int64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, spoken := m.spoken[seq]
	return m.known && !spoken
}

// note remembers that a call was spoken, and forgets those that are too old to
// be spoken again.
func (m *memory) note(seq int64, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for old, when := range m.spoken {
		if at.Sub(when) > 2*voice.MaxAge {
			delete(m.spoken, old)
		}
	}
	m.spoken[seq] = at
	if m.file == "" {
		return nil
	}
	return m.save()
}

// save writes the file beside its place and moves it there.
func (m *memory) save() error {
	b, err := json.Marshal(m.spoken)
	if err != nil {
		return err
	}
	if err := os.WriteFile(m.file+".new", b, 0o600); err != nil {
		return fmt.Errorf("memory of the voice: %w", err)
	}
	return os.Rename(m.file+".new", m.file)
}
