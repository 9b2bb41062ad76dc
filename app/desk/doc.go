// Package desk is the desk on which a whole hall stands without hardware: the
// simulated devices of one terminal and one service window, each on a port of
// its own that the true programs open like any other, and the network between
// them and the hall. [Open] makes the ports, [Desk.Run] serves them.
//
// Devices are simulated at the byte level by the packages beside their
// protocols; this package only puts them on ports with stable names and keeps
// them together. What a person sees and touches is in package window, the
// network in package proxy, and package stage starts the programs around it.
package desk
