package halltest

import (
	"context"
	"testing"
)

// Nodes makes n nodes of one hall with windows 1 to windows. They share a
// PostgreSQL database, the keys and the clock, and follow each other as nodes
// of a hall that serves do. They end with the test.
func Nodes(t testing.TB, n, windows int) []*World {
	t.Helper()
	return NodesAt(t, migrated.New(t), n, windows)
}

// NodesAt makes nodes on the database at url.
func NodesAt(t testing.TB, url string, n, windows int) []*World {
	t.Helper()
	clock, dir, items := &Clock{now: Start}, t.TempDir(), Catalogue()
	addWindows(&items, windows)
	nodes := make([]*World, n)
	for i := range nodes {
		nodes[i] = &World{t: t, Clock: clock, Dir: dir, items: items, open: openAt(url)}
		nodes[i].start()
		follow(t, nodes[i])
	}
	return nodes
}

// follow lets a node notice what the others write, until the test ends.
func follow(t testing.TB, w *World) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.Follow(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
}
