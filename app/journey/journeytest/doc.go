// Package journeytest plays visits: a small catalogue of an invented hall, an
// invented citizen, and a [Rig] that feeds a journey with messages and answers
// its commands as a terminal would. Tests of the journey and the pictures of
// its screens use it.
package journeytest
