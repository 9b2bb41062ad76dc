package postgres

import (
	"context"
	"fmt"
)

// Claim makes sure that all nodes of the hall agree on a value, such as the id
// of the hall's key: the first node to claim a name sets it, and a node with
// another value gets an error that says so.
func (s *Store) Claim(ctx context.Context, name, value string) error {
	t, err := begin(ctx, s.writer, nil, takeTurn)
	if err != nil {
		return err
	}
	defer t.end()
	if _, err := t.ExecContext(ctx, `INSERT INTO identity(name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING`, name, value); err != nil {
		return fmt.Errorf("claim %s: %w", name, err)
	}
	var got string
	if err := t.QueryRowContext(ctx, `SELECT value FROM identity WHERE name = ?1`, name).Scan(&got); err != nil {
		return fmt.Errorf("claim %s: %w", name, err)
	}
	if got != value {
		return fmt.Errorf("the %s of this node is %q, but the hall in %s has %q", name, value, s.name(), got)
	}
	return commitError(t.Commit())
}
