// Package stage puts a whole hall on one machine: it lays out a working folder
// with the configuration of every program, starts the true programs with
// simulated devices, shows or captures their windows, and stops everything in
// order. It is what `make run` and the end-to-end test share.
//
// The programs are children of this process ([Process]) and die with it. Their
// windows stand on a [Screen], which is the person's display or a virtual one
// ([StartXvfb]). A script acts as a person does: it reads from a program's
// [Trace] where a control is, and sends real pointer and key events there
// through the X server.
//
// The test extension of X and GetImage are described in the X11 protocol
// documents "XTEST Extension Library" and "X Window System Protocol", X.Org
// release 7.7.
package stage
