package config

import (
	"maps"
	"slices"
)

// Reader is the reader of identity cards.
type Reader struct {
	Port          string `toml:"port" default:"" example:"id:0400:c35a" doc:"Port of the device: usb:PATH:INTERFACE, uart:NAME, id:VENDOR:PRODUCT, the path of a node, or tcp:host:port; 'kioskctl ports' lists them. Empty: the device is not fitted."`
	Baud          int    `toml:"baud" default:"0" min:"0" max:"921600" doc:"Speed of a serial reader in bits a second; 0 tries all that readers use, 115200 first."`
	Link          string `toml:"link" default:"auto" oneof:"auto|stream|raw64|miaxis|pipes" doc:"How a reader on USB packs its frames: auto looks at the device, stream is one pair of pipes, raw64 is HID reports cut by 64, miaxis is the wrapper of Miaxis readers, pipes is two pairs of pipes."`
	NewestAddress bool   `toml:"newest_address" default:"false" doc:"Ask the card also for the newest address, which a registration office may have added."`
	PhotoDecoder  string `toml:"photo_decoder" default:"" path:"true" doc:"Licensed program that turns the card's photo into a picture: 1024 bytes on its standard input, BMP, PNG or JPEG on its standard output. Empty: the photo is thrown away."`
}

// Printer is the receipt printer.
type Printer struct {
	Port    string `toml:"port" default:"" example:"usb:1-1.4:1.0" doc:"Port of the device: usb:PATH:INTERFACE, uart:NAME, id:VENDOR:PRODUCT, the path of a node, or tcp:host:port; 'kioskctl ports' lists them. Empty: no printer is fitted."`
	Baud    int    `toml:"baud" default:"115200" min:"300" max:"921600" doc:"Speed of a serial printer in bits a second, as its switches or its setup slip say."`
	Flow    string `toml:"flow" default:"none" oneof:"none|rtscts|dsrdtr|xonxoff" doc:"Flow control of a serial printer, as its setup slip says. With none a full buffer loses text."`
	Profile string `toml:"profile" default:"generic-cn-80" doc:"Name of the printer's profile."`
	Roll    int    `toml:"roll_m" default:"80" min:"5" max:"2000" doc:"Metres of paper on a fresh roll. What was printed is counted; the condition roll-low and 'kioskctl check' tell when few slips are left."`
}

// Scanner is the scanner of bar codes and QR codes.
type Scanner struct {
	Port   string `toml:"port" default:"" example:"id:0c2e:0cca" doc:"Port of the device: usb:PATH:INTERFACE, uart:NAME, id:VENDOR:PRODUCT, or the path of a node; 'kioskctl ports' lists them. Empty: the device is not fitted."`
	Baud   int    `toml:"baud" default:"9600" min:"300" max:"921600" doc:"Speed of a serial scanner in bits a second."`
	Suffix string `toml:"suffix" default:"any" oneof:"any|cr|lf|crlf|none" doc:"What a serial scanner sends behind a code; with none, 0.3 s of silence ends it."`
}

// Bus is a device with an address on a port that several devices may share.
type Bus struct {
	Port    string `toml:"port" default:"" example:"uart:ttyS3" doc:"Port of the device: usb:PATH:INTERFACE, uart:NAME, id:VENDOR:PRODUCT, the path of a node, or tcp:host:port; 'kioskctl ports' lists them. Empty: the device is not fitted."`
	Baud    int    `toml:"baud" default:"9600" min:"300" max:"921600" doc:"Speed in bits a second; not used over TCP."`
	Address int    `toml:"address" default:"1" min:"1" max:"254" doc:"Address of the device on the bus."`
}

// Keypad is the clerk's keypad: a call terminal on the bus, or a numeric pad
// on USB.
type Keypad struct {
	Type    string            `toml:"type" default:"bus" oneof:"bus|usb" doc:"A call terminal on the counter bus, or a numeric pad on USB."`
	Port    string            `toml:"port" default:"" example:"uart:ttyS3" doc:"Port of the device: usb:PATH:INTERFACE, uart:NAME, id:VENDOR:PRODUCT, the path of a node, or tcp:host:port; 'kioskctl ports' lists them. Empty: the device is not fitted."`
	Baud    int               `toml:"baud" default:"9600" min:"300" max:"921600" doc:"Speed in bits a second of the bus; not used over TCP and USB."`
	Address int               `toml:"address" default:"2" min:"1" max:"254" doc:"Address on the bus."`
	Echo    bool              `toml:"echo" default:"true" doc:"Acknowledge a press by sending it back, which keypads expect. Off for one that takes the echo for a command."`
	Keys    map[string]string `toml:"keys" default:"" doc:"Meaning of keys that differ from the usual ones: code of the key in hexadecimal = name of the key."`
}

// checkPorts reports devices that would share a port.
func (r *Report) checkPorts(ports map[string]string) {
	owner := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(ports)) {
		port := ports[key]
		if other, taken := owner[port]; taken && port != "" {
			r.Add(key, "%q is the port of %s already, name another one", port, other)
		}
		owner[port] = key
	}
}
