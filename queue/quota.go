package queue

import "time"

// Hours are when a hall works, as times after midnight in its zone. Equal ends
// are a hall that never closes; a Close before Open is after midnight.
type Hours struct{ Open, Close time.Duration }

// Left returns how long the hall still works at t, or 0 when it is closed.
func (h Hours) Left(t time.Time, zone *time.Location) time.Duration {
	const day = 24 * time.Hour
	local := t.In(zone)
	now := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute + time.Duration(local.Second())*time.Second
	length := (h.Close - h.Open + day) % day
	if length == 0 {
		return day
	}
	since := (now - h.Open + day) % day
	return max(0, length-since)
}

// Room returns how many more people the windows can serve in the time that is
// left, behind those who wait with the given expected minutes together. Zero
// windows have no room.
func Room(left time.Duration, windows int, waiting, mean time.Duration) int {
	if mean <= 0 {
		return 0
	}
	return int(max(0, (left*time.Duration(windows)-waiting)/mean))
}
