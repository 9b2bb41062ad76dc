package oplog

import (
	"cmp"
	"maps"
	"slices"

	"hallway/app/operation"
)

// State is what the frames of all files say together.
type State struct {
	Base      Base
	Seq       int64 // last sequence number that is known to have been used
	Committed int64 // last one that is known to be in the database
	Damaged   int   // bytes that belong to no frame
	ops       map[operation.ID]*Op
	ended     map[operation.ID]string
	aborted   map[operation.ID]bool
}

// Replay reads frames in the order in which they were written.
func Replay(frames []Frame) *State {
	s := &State{Base: Base{Receipts: map[string]int{}}, ops: map[operation.ID]*Op{}, ended: map[operation.ID]string{}, aborted: map[operation.ID]bool{}}
	for _, f := range frames {
		s.take(f)
	}
	return s
}

func (s *State) take(f Frame) {
	switch {
	case f.Base != nil:
		s.rebase(f)
	case f.Op != nil:
		s.accept(f)
	case f.End != nil:
		s.ended[f.End.ID] = f.End.State
	case f.Abort:
		for id, op := range s.ops {
			s.aborted[id] = s.aborted[id] || op.Seq >= f.Seq
		}
		s.giveUp(f.Seq)
	case f.Commit:
		s.Committed = max(s.Committed, f.Seq)
		s.Seq = max(s.Seq, f.Seq)
	}
}

// rebase takes what a file begins with. It is written behind a commit.
func (s *State) rebase(f Frame) {
	receipts := s.Base.Receipts
	s.Base = *f.Base
	s.Base.Receipts = receipts
	for day, n := range f.Base.Receipts {
		receipts[day] = max(receipts[day], n)
	}
	s.Seq, s.Committed = max(s.Seq, f.Seq), max(s.Committed, f.Seq)
}

// accept takes an operation. A new one with the number of an older says that
// the older and all behind it never were committed.
func (s *State) accept(f Frame) {
	if !f.Op.Kept { // a Base counts those that are
		s.giveUp(f.Seq)
		s.Seq = max(s.Seq, f.Seq)
	}
	op := *f.Op
	op.Seq = f.Seq
	s.ops[op.ID] = &op
	if delete(s.ended, op.ID); op.State != "" && op.State != "pending" {
		s.ended[op.ID] = op.State
	}
	if op.Replaces != "" {
		s.ended[op.Replaces] = "replaced"
	}
	if r, err := operation.ParseReceipt(op.Receipt); err == nil {
		s.Base.Receipts[r.Day] = max(s.Base.Receipts[r.Day], r.Seq)
	}
}

// giveUp forgets the operations from a sequence number on. What was copied from an
// older file is settled already.
func (s *State) giveUp(from int64) {
	for id, op := range s.ops {
		if op.Seq < from || op.Kept {
			continue
		}
		delete(s.ops, id)
		if op.Replaces != "" && s.ended[op.Replaces] == "replaced" {
			delete(s.ended, op.Replaces)
		}
	}
}

// Aborted returns the operations whose commit failed, and whose citizens were
// refused.
func (s *State) Aborted() (ids []operation.ID) {
	for id, yes := range s.aborted {
		if yes {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// Ops returns the operations in the order of their sequence numbers.
func (s *State) Ops() []Op {
	all := make([]Op, 0, len(s.ops))
	for _, op := range slices.SortedFunc(maps.Values(s.ops), func(a, b *Op) int { return cmp.Compare(a.Seq, b.Seq) }) {
		all = append(all, *op)
	}
	return all
}

// Ended returns the last states of the operations whose end was written.
func (s *State) Ended() map[operation.ID]string { return s.ended }

// StateOf returns the last state of an operation: "pending" unless its end was
// written.
func (s *State) StateOf(id operation.ID) string { return cmp.Or(s.ended[id], "pending") }
