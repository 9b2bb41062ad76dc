// Package config reads the one TOML file that each program has: [LoadKiosk],
// [LoadCounter], [LoadHall]. A program with settings of its own gives a struct
// to [Load].
//
// The structs are the manual. A field's tags say everything about its key:
//
//	toml      name of the key
//	doc       sentence that [Write] prints above the key
//	default   value of a missing key; a key without this tag is required
//	example   value that [Example] shows instead of the default
//	min, max  range of a number, both included
//	oneof     permitted values, separated by "|"
//	path      a file or folder; relative to the folder of the file that names it
//
// Unknown keys are errors. Every error of a file is reported at once, each as
// "file:line: key: what is wrong, what to do". Secrets are of type [Secret],
// which prints and logs as "[redacted]".
package config
