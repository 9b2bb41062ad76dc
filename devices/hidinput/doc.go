// Package hidinput is what input devices on USB have in common: where a report
// keeps its fields, which keys a keyboard's report holds, and keyboards that
// belong to this program alone.
//
// [ParseDescriptor] reads a report descriptor (USB HID 1.11, section 6.2.2) and
// says where each field of a report lies. [Boot] turns boot keyboard reports
// (HID 1.11, appendix B.1) into key presses, and [Press.Rune] says what a key
// types on a US keyboard, the layout that scanners use as they come.
//
// [OpenKeyboard] opens an input device of the kernel and grabs it, so that its
// keys reach nobody else; [Keys] decodes what it delivers. A keyboard that is
// opened through package hidport needs no grab, because opening it takes it
// away from the kernel.
package hidinput
