// Package font holds the typeface that paper, screens and sheets share: Noto
// Sans SC in two weights, as TrueType with glyf outlines so that every consumer
// in the house can read one file. NOTICE tells where the files come from and
// what was changed, build.sh makes them again, OFL.txt is their licence.
//
// Regular covers the one- and two-byte part of GB18030 (all of GBK), Bold
// covers GB2312; a rare character of a name is therefore drawn in Regular even
// in a bold line.
package font
