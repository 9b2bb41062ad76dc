// Package ipp prints sheets: a small client of the Internet Printing Protocol
// (RFC 8010, RFC 8011) with the five operations that a terminal needs, and an
// engine ([Engine]) that prints documents as A4 pages under the same rules as
// tickets: the intent is durable before the first byte, done means that the
// printer reported a completed job, and whatever is not known is never printed
// again by the machine.
//
// It speaks to driverless printers in the network (ipp, ipps), to USB printers
// through ipp-usb, and to a CUPS queue. The pages are those of package sheet.
package ipp
