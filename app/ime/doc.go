// Package ime turns what a citizen types on the on-screen keyboard into Chinese
// text: pinyin by [Dict.Convert], strokes by [Dict.Strokes]. It is pure: no
// widgets, no files, no clock. It learns nothing, for what one citizen typed is
// nobody else's business.
//
// # What can be typed
//
// Whole syllables (tianjinshi 天津市), initials (tjs), both mixed (tianjs),
// phrases (woyaobanlishenfenzheng 我要办理身份证). Where the border of syllables
// is not clear every reading is tried (xian 先, 西安), and an apostrophe makes it
// clear (xi'an). v is ü; lue and nue count as lüe and nüe. The last syllable may
// be unfinished. With [Options.Fuzzy] z is also zh, c ch, s sh, l n and r, f h,
// and an, en, in are also ang, eng, ing.
//
// Candidates for all letters come first, then words for the first letters,
// longer ones before shorter ones. A candidate says how many letters it stands
// for; the keyboard keeps the others, so a long input can be picked piece by
// piece.
//
// The field's kind ([Options.Kind]) moves words: in an address, places and
// parts of addresses (市, 区, 路) come first and are put together with what the
// dictionary knows; in a name, surnames come first while the field is empty,
// then the characters that given names have, and names that no dictionary knows
// are put together of both.
//
// # How it decides
//
// A lattice holds every way to read the letters as syllables; a tree of
// syllables holds 375,000 words with the probability of each. The best ways
// through the lattice are found as in Viterbi's algorithm, by the words'
// probabilities alone. Initials cost extra, more so where a whole syllable
// could be read. Rare characters of names are there: every character of the
// two-byte part of GB18030 and of the Table of General Standard Chinese
// Characters, 21,000 in all, which the embedded font can draw.
//
// # The data
//
// pinyin.dat (1.4 MB, packed; layout at [Dict]) is made by app/ime/build, byte
// for byte, from openly licensed sources that NOTICE names with version, sum
// and licence.
//
// # Accuracy and key presses
//
// TestAccuracy prints the figures for 2,000 common words and 500 names of
// places and fails below 85 % as first candidate and 99 % on the first page of
// eight. The words are the first 2,000 of two characters or more of the HSK 3.0
// syllabus with its own readings; the places are all provinces and prefectures
// of the official list of divisions, and counties at equal distances. Neither
// list is a source of the dictionary, and misreadings of the lists count as
// errors. What some texts cost in key presses stands in
// docs/keyboard.md and is asserted by TestKeyPresses of package journey.
package ime
