// Package voice speaks announcements from recorded clips. A [Pack] is a language
// as data: a folder with a manifest and WAV files. A [Queue] keeps the
// announcements of a zone in the order of their events, a [Player] makes one PCM
// stream heard, and an [Announcer] joins the three and never waits for a voice
// longer than its audio lasts. What could not be spoken is tried again while it
// is young, and the [State] says so to other programs.
//
// The rules are those of queue-rules.md §6.8 and printers-displays.md §15. Where
// the two differ the first holds: announcements go by event and not calls
// before recalls ([Queue.RecallsLast] turns that round), and a call is dropped
// when it is both old and answered, not when it is one of the two. The chime is
// heard once a burst, as the second asks.
//
// The built-in packs are placeholders made by packs/recipe.sh.
package voice
