// Package font holds the typeface that paper, screens and sheets share: Noto
// Sans SC in two weights, as TrueType with glyf outlines so that every consumer
// in the house can read one file. NOTICE tells where the files come from and
// what was changed, build.sh makes them again, OFL.txt is their licence.
//
// Regular covers the one- and two-byte part of GB18030 (all of GBK) and the
// 8,105 characters of the Table of General Standard Chinese Characters (2013),
// in which names are registered; Bold covers GB2312. A rare character of a name
// is therefore drawn in Regular even in a bold line. [Search] adds font files of
// the system for what is rarer still; paper and sheets draw from them.
package font
