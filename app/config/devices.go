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

// Display is what hangs above a window.
type Display struct {
	Type    string `toml:"type" default:"ff68" doc:"What it is: ff68 for the counter bus, which a keypad may share; for a panel on a line of its own modbus, modbus-text, numeric4, xunpeng, led8, onbon, ly, alpha, alpha-priority, cd5220 or dmd; file for a panel that the file of profile describes."`
	Profile string `toml:"profile" default:"" path:"true" doc:"With the type file: the panel's profile, as the doc comment of package queue/display/panel explains it."`
	Port    string `toml:"port" default:"" example:"uart:ttyS3" doc:"Port of the device: usb:PATH:INTERFACE, uart:NAME, id:VENDOR:PRODUCT, the path of a node, or tcp:host:port; 'kioskctl ports' lists them. Empty: the device is not fitted."`
	Baud    int    `toml:"baud" default:"0" min:"0" max:"921600" doc:"Speed in bits a second; 0 is the usual one of the type. Not used over TCP."`
	Address int    `toml:"address" default:"1" min:"0" max:"255" doc:"Address of the device on its line."`
	Echo    bool   `toml:"echo" default:"false" doc:"A two-wire converter hears what it sends. Not for ff68."`
	Refresh int    `toml:"refresh_s" default:"30" min:"1" max:"3600" doc:"Seconds until what is shown is sent again, for a panel that lost its power. Not for ff68."`
	Call    string `toml:"call" default:"" doc:"Text of a called number; {number} and {window} stand for what they say. Empty: the number alone. Not for ff68."`
	Idle    string `toml:"idle" default:"" doc:"Text while nobody is called, such as '等候 {waiting} 人'. Empty: dark. Not for ff68, which shows how many people wait."`
}

// TypeFF68 is the display on the counter bus, TypeFile a panel with a profile
// of its own.
const (
	TypeFF68 = "ff68"
	TypeFile = "file"
)

// Bus returns the display of the counter bus.
func (d Display) Bus() Bus {
	baud := d.Baud
	if baud == 0 {
		baud = busBaud
	}
	return Bus{Port: d.Port, Baud: baud, Address: d.Address}
}

// busBaud is the usual speed of the counter bus.
const busBaud = 9600

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
