// Package voice speaks announcements from recorded clips. A [Pack] is a language
// as data: a folder with a manifest and WAV files. A [Queue] keeps the
// announcements of a zone in the order of their events, a [Player] makes one PCM
// stream heard, and an [Announcer] joins the three and never waits for a voice
// longer than its audio lasts.
//
// The built-in packs are placeholders made by packs/recipe.sh.
package voice
