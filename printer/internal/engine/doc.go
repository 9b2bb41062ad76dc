// Package engine runs print jobs on a printer of any language: it owns the
// port, asks before it sends, stores the intent before the first byte leaves,
// sends in bounded pieces, waits for the best proof, and never sends a byte of
// a job twice. What a language's bytes mean is a [Dialect].
//
// A job's way: preflight (a fault ends it as not done, not one byte has left),
// sending, sent, printed, cut, then done; unknown when bytes left and no proof
// came. When the printer reports a fault in between and can throw its buffer
// away, it is told to, so that the rest does not come out after the refill; a
// job whose last line had not left by then is provably not on paper and ends as
// not done. The scrap that it left is cut off before the next job and says that
// printing was interrupted.
//
// [Open] starts one goroutine, which only reads. All writing happens on the
// goroutine of the caller, one command at a time.
package engine
