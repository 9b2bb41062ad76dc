// Package sim is what simulated devices stand on: lines that a program opens
// like any other port, and faults of those lines.
//
// [OpenPTY], [Listen] and [NewMemory] give a [Line]: the device's end of a
// pseudo-terminal, of a TCP port or of a line in memory. It outlives programs
// that open and close the other end, and it can be unplugged and plugged in
// again. [Serve] is the loop that a simulator runs on it. [NewFaulty] puts a
// [Script] of faults between line and simulator, such as
//
//	drop at=byte:200 for=5s; garble rate=1/1000 seed=7
//
// Simulators speak the wire protocol and stand beside it, in folders sim below
// the protocols.
package sim
