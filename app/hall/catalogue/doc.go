// Package catalogue is what a hall offers, as data: departments, waiting
// lines, windows and items with what a citizen must know of each. The sample
// city's catalogue is embedded; a hall may name a file of its own. [Parse]
// reports every error at once, each with its place.
//
// A catalogue is one or more JSON files that each hold an object with any of
// the lists departments, pools, windows, classes and items; the lists of all
// files are joined in the order of the files' names. Field names are those of
// the types below; unknown and repeated ones are refused. Every text is in all
// languages that ship with the program. The order of the lists is the order on
// the screen.
//
// The sample city does not exist. Its telephone numbers begin with 0 after the
// area code, as no subscriber's number does.
package catalogue
