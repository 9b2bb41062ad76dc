package sim

import "hallway/idreader/sam"

// answer returns status and data for a command that no fault touches. before is
// the count of changes when the exchange with the card began.
func (r *Reader) answer(c sam.Command, before int) (sam.SW, []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch c {
	case sam.CmdStatus, sam.CmdRFSize:
		return sam.SWDone, nil
	case sam.CmdReset:
		r.progress = laid
		return sam.SWDone, nil
	case sam.CmdID:
		return sam.SWDone, r.options.ID[:]
	case sam.CmdManagement:
		if r.options.NoManagement {
			return sam.SWUnknown, nil
		}
	}
	if bauds(c) != 0 {
		return sam.SWDone, nil
	}
	return r.answerOfCard(c, r.card != nil && r.changes == before)
}

// answerOfCard answers the commands that need a card. The caller holds mu.
func (r *Reader) answerOfCard(c sam.Command, there bool) (sam.SW, []byte) {
	ready := there && r.progress >= selected
	switch c {
	case sam.CmdFind:
		if !there || r.progress == read && r.options.FindOnce {
			return sam.SWNoCard, nil
		}
		r.progress = found
		return sam.SWFound, make([]byte, 4)
	case sam.CmdSelect:
		if !there || r.progress < found {
			return sam.SWSelect, nil
		}
		r.progress = selected
		return sam.SWDone, make([]byte, 8)
	case sam.CmdRead, sam.CmdFingerprint:
		if !ready {
			return sam.SWRead, nil
		}
		r.progress = read
		return sam.SWDone, r.card.data(c == sam.CmdFingerprint)
	case sam.CmdNewest:
		if !ready {
			return sam.SWRead, nil
		}
		if len(r.card.newest) == 0 {
			return sam.SWNoItem, nil
		}
		return sam.SWDone, r.card.newest
	case sam.CmdManagement:
		if !ready {
			return sam.SWRead, nil
		}
		return sam.SWDone, make([]byte, 28)
	}
	return sam.SWUnknown, nil
}

// bauds returns the speed that c sets, or 0 when it sets none.
func bauds(c sam.Command) int {
	if c[0] != 0x60 || int(c[1]) >= len(sam.Bauds) {
		return 0
	}
	return sam.Bauds[c[1]]
}

// switchBaud changes the speed after c was answered at the old one.
func (r *Reader) switchBaud(c sam.Command) {
	if b := bauds(c); b != 0 {
		r.mu.Lock()
		r.baud = b
		r.mu.Unlock()
	}
}
