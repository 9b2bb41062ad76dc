// Package stack joins the ports of this house to virtual USB devices, for tests
// that go the whole way: simulator, wire, kernel, port, driver, supervisor. Each
// [devicestest.Transport] plugs one kind of device in and opens it as a terminal
// would; [devicestest.Suite.On] runs a driver's conformance suite on it. The
// kernel tests of this folder read specimen cards and print tickets that way.
//
// Like package vusb, all but this page is behind the build tag kernel.
package stack
