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
// for a card; [Discover] finds the speed of a serial reader first. A Session
// belongs to one goroutine; only Close may be called from another. It keeps no
// card data: its buffers are cleared after each card.
//
// All four kinds of card are read: the resident identity card, the residence
// permit for Hong Kong, Macau and Taiwan residents, and the foreigner's cards of
// 2017 and 2023. The photo is received, because the command has it, and thrown
// away unless [Options] names a decoder: its format (WLT) has no public one.
//
// # Connections
//
//	UART, USB serial         the port itself
//	HID, reports of 64 bytes  [Raw64]
//	HID, Miaxis               [Miaxis]
//	USB, one pipe pair        the port itself
//	USB, two pipe pairs       [FourPipes]
//
// # Traces
//
// [Explain] turns recorded bytes of a line into one [Record] a frame, masked
// unless a purpose reveals it.
//
// Package sam/sim is a reader to test with.
package sam
