// Package idreader says what an identity card is: its fields, their validity
// and how they are masked. It also defines what a reader reports while it is
// armed. The bytes of readers are in package sam, the printed lines of travel
// documents in package mrz, and the photo in package photo.
//
// A [Person] never travels bare: it is wrapped in a [Secret], which prints,
// logs and marshals itself as "[redacted]" and gives its value only to a
// caller that names a purpose.
package idreader
