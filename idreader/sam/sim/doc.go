// Package sim is a resident identity card reader without hardware: it speaks
// the SAM protocol on a line, and a person or a test lays cards on it, lifts
// them and makes it misbehave. Its cards are invented; see [Specimens].
package sim
