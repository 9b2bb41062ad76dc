// Package proxy is the network cable of the desk: a TCP proxy between the
// terminals and their hall that a person can cut. It passes bytes both ways,
// or stands for what goes wrong between a terminal and a hall: a pulled cable,
// a line that swallows everything, a server that answers 500, a captive portal
// that answers every request with a page of its own.
package proxy
