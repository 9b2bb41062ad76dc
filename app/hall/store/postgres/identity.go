package postgres

import (
	"context"
	"fmt"
)

// Claim makes sure that all nodes of the hall agree on values, such as the id
// of the hall's key. The first node sets them, all in one transaction; a node
// with another value gets an error that says so, and sets nothing.
func (s *Store) Claim(ctx context.Context, values map[string]string) error {
	t, err := begin(ctx, s.writer, nil, takeTurn)
	if err != nil {
		return err
	}
	defer t.end()
	for name, value := range values {
		if err := s.claim(t, name, value); err != nil {
			return err
		}
	}
	return commitError(t.Commit())
}

func (s *Store) claim(t *transaction, name, value string) error {
	if _, err := t.ExecContext(t.ctx, `INSERT INTO identity(name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING`, name, value); err != nil {
		return fmt.Errorf("claim %s: %w", name, err)
	}
	var got string
	if err := t.QueryRowContext(t.ctx, `SELECT value FROM identity WHERE name = ?1`, name).Scan(&got); err != nil {
		return fmt.Errorf("claim %s: %w", name, err)
	}
	if got != value {
		return fmt.Errorf("the %s of this node is %q, but the hall in %s has %q", name, value, s.name(), got)
	}
	return nil
}
