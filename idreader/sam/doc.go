// Package sam speaks to resident identity card readers: the frames of the SAM
// module inside them (GA/T 467), its commands, and the 256-byte text of a card
// (GA/T 490).
//
//	request   AA AA AA 96 69  LEN(2)  CMD PARA DATA…       CHK
//	reply     AA AA AA 96 69  LEN(2)  SW1 SW2 SW3 DATA…    CHK
//
// LEN is big-endian and counts everything after itself. CHK is the XOR of all
// bytes between the preamble and itself. The protocol is half duplex and has no
// sequence numbers, so a late reply could be taken for the answer to the next
// command. A [Session] prevents that: after every missing answer it waits for
// silence and asks for the status, whose reply looks like no other, before it
// sends anything else; and it passes over replies that cannot answer what was
// asked.
//
// Most users call [Open] on a port and then [Session.Poll] while a screen asks
// for a card. A Session belongs to one goroutine; only Close may be called from
// another. It keeps no card data: its buffers are cleared after each card.
//
// Only the resident identity card is read. The photo is received, because the
// command has it, and thrown away: its format (WLT) has no public decoder.
// Package sam/sim is a reader to test with.
package sam
