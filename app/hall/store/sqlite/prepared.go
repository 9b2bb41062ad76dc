package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// most is how many statements are kept; the store has fewer.
const most = 300

// prepared keeps statements that were seen once, because SQLite needs as long
// to read one as to run it. A transaction holds the only connection, so what is
// seen in one is prepared behind it.
type prepared struct {
	db   *sql.DB
	mu   sync.Mutex
	kept map[string]*sql.Stmt // nil: seen, not prepared yet
	new  []string
}

func newPrepared(db *sql.DB) *prepared { return &prepared{db: db, kept: map[string]*sql.Stmt{}} }

// get returns a statement, or nil at its first use.
func (p *prepared) get(query string) *sql.Stmt {
	p.mu.Lock()
	defer p.mu.Unlock()
	st, seen := p.kept[query]
	if !seen && len(p.kept) < most {
		p.kept[query] = nil
		p.new = append(p.new, query)
	}
	return st
}

// prepare prepares what was seen since the last time. A statement that cannot
// be prepared runs without.
func (p *prepared) prepare(ctx context.Context) {
	p.mu.Lock()
	queries := p.new
	p.new = nil
	p.mu.Unlock()
	for _, q := range queries {
		st, err := p.db.PrepareContext(ctx, q)
		if err != nil {
			continue
		}
		p.mu.Lock()
		p.kept[q] = st
		p.mu.Unlock()
	}
}

// close releases the statements.
func (p *prepared) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, st := range p.kept {
		if st != nil {
			errs = append(errs, st.Close())
		}
	}
	return errors.Join(errs...)
}
