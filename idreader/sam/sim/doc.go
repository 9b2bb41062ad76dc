// Package sim is a resident identity card reader without hardware: it speaks
// the SAM protocol on a line, and a person or a test lays cards on it, lifts
// them and makes it misbehave. Its cards are invented; see [AllSpecimens].
//
// [Reader.Serve] speaks on a byte stream. [Raw64], [Miaxis] and [FourPipes] make
// one of the reports and pipes of a USB device:
//
//	reader.Serve(ctx, sim.Miaxis(reports))
package sim
