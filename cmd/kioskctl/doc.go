// Kioskctl is the technician's tool. It needs no display.
//
//	kioskctl sim reader  --pty LINK | --listen ADDR [--script FILE]
//	kioskctl sim printer --pty LINK | --listen ADDR [--script FILE] [--profile NAME]
//	kioskctl sim window  --pty LINK | --listen ADDR [--script FILE] [--address N]
//	kioskctl sim keypad  --pty LINK | --listen ADDR [--script FILE] [--address N]
//
// Each simulates one device on a pseudo-terminal with a stable name or on a TCP
// port, says in one line what to open, and ends with SIGINT, SIGTERM or the
// command "quit". It takes commands from the standard input, a line each; "help"
// lists them. The end of the input does not end the simulator, so that it can
// run without a terminal.
package main
