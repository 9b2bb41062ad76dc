// Package drivers joins ports, transports and drivers for the programs: it finds
// the port that a configuration names, opens it with what the device needs, and
// hands back the driver. It is the one place that knows all drivers.
package drivers
