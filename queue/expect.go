package queue

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// How expected service times are learned.
const (
	fewest   = 8                   // below that many the default is used
	halfLife = 5 * 24 * time.Hour  // after which a service counts half
	oldest   = 10 * 24 * time.Hour // after which it does not count
	outlier  = 4                   // times the default: somebody forgot to press finish
)

// A Sample is one finished service.
type Sample struct {
	At   time.Time // when it ended
	Took time.Duration
}

// Expected is the median of samples, recent ones counting more, or usual when
// too few of them can be believed.
func Expected(samples []Sample, usual time.Duration, now time.Time) time.Duration {
	good := slices.DeleteFunc(slices.Clone(samples), func(s Sample) bool {
		return s.Took <= 0 || s.Took > outlier*usual || now.Sub(s.At) > oldest
	})
	if len(good) < fewest {
		return usual
	}
	slices.SortFunc(good, func(a, b Sample) int { return cmp.Compare(a.Took, b.Took) })
	total := 0.0
	weight := func(s Sample) float64 { return math.Exp2(-float64(max(0, now.Sub(s.At))) / float64(halfLife)) }
	for _, s := range good {
		total += weight(s)
	}
	sum := 0.0
	for _, s := range good {
		if sum += weight(s); 2*sum >= total*(1-1e-9) {
			return s.Took
		}
	}
	return usual
}

// Percentile returns the value below or at which p percent of all lie, by the
// nearest rank, or 0 of none.
func Percentile(all []time.Duration, p int) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	rank := (len(sorted)*p + 99) / 100
	return sorted[min(max(rank, 1), len(sorted))-1]
}
