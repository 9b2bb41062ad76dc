package hall

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"hallway/app/hall/store"
)

// Follow wakes those who watch when another node of the hall changes
// something, until ctx ends. A hall whose store has no other nodes needs none,
// and Follow returns at once.
func (h *Hall) Follow(ctx context.Context) {
	if f, ok := h.Store.(store.Follower); ok {
		f.Follow(ctx, h.changed.fire)
	}
}

// Fingerprints tell keys apart without telling them, by the name of their file.
// All nodes of a hall must have the same keys: what is sealed to one node is
// opened by another, and a person must be known to all under one name.
func (k Keys) Fingerprints() map[string]string {
	m := hmac.New(sha256.New, k.Person)
	m.Write([]byte("fingerprint of person.key"))
	return map[string]string{
		"hall.key":   k.Seal.Public().ID(),
		"person.key": hex.EncodeToString(m.Sum(nil)[:8]),
	}
}
