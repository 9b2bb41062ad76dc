// Package scanner reads bar codes and QR codes.
//
// A scanner delivers codes in one of three ways, each with its own Open:
//
//   - [OpenSerial]: bytes with an end mark, or with silence behind them, over
//     RS-232, USB-CDC or TCP.
//   - [OpenPOS]: reports of the HID point-of-sale class (usage page 8C, HID
//     Usage Tables 1.5, section 25), whose layout is read from the report
//     descriptor, see [ParseLayout].
//   - [OpenBoot] and [OpenKeyboard]: key presses of a scanner that is a
//     keyboard, opened away from the kernel or grabbed. It types the characters
//     of a US keyboard and cannot carry Chinese text; take it only when the
//     scanner has no other mode.
//
// Use serial where the scanner can, then HID, then keyboard.
//
// A [Scanner] hands codes out while [Scanner.Poll] runs; what is scanned
// otherwise is dropped and overwritten. A code that a citizen shows, such as a
// social security code (电子社保卡), is a token that only its issuer can resolve.
// It travels in a [Code], which prints, logs and marshals itself as
// "[redacted]", and is never logged or kept here. The house's own codes are told
// apart by a function that the caller gives, [Options.Own].
//
// Whether a silent scanner works cannot be asked: Check says only whether its
// port is there.
package scanner
