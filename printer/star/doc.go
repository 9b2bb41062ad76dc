// Package star prints documents on printers that speak Star Line Mode, behind
// the same job engine as package escpos. Bytes and status bits follow Star's
// "Line Mode Command Specifications"; no device has confirmed them.
//
// The proof is ETB: the printer counts each one when the data before it has
// been printed, and reports the counter, five bits wide, in its automatic
// status. A job clears the counter and begins with some ETBs of its own, three
// times a number that changes from job to job, so that the late ETBs of a job
// before it never count as proof. The ETB behind the last line then proves the
// lines, the one behind the cut proves the cut.
package star
