package store

import "context"

// A Follower is a store that other processes write to as well.
type Follower interface {
	// Follow calls changed after something was committed, by whomever, until
	// ctx ends. Commits that follow each other closely may be told once. While
	// the database is away it waits.
	Follow(ctx context.Context, changed func())
}
