package ipp

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// operation is an operation's code (RFC 8011, section 5.4.15).
type operation uint16

const (
	printJob             operation = 0x0002
	validateJob          operation = 0x0004
	cancelJob            operation = 0x0008
	getJobAttributes     operation = 0x0009
	getPrinterAttributes operation = 0x000b
)

var operationNames = map[operation]string{
	printJob: "Print-Job", validateJob: "Validate-Job", cancelJob: "Cancel-Job",
	getJobAttributes: "Get-Job-Attributes", getPrinterAttributes: "Get-Printer-Attributes",
}

// String returns the operation's name.
func (o operation) String() string { return operationNames[o] }

// Tags that open a group of attributes (RFC 8010, section 3.5.1).
const (
	groupOperation = 0x01
	groupJob       = 0x02
	groupEnd       = 0x03
	firstValueTag  = 0x10
)

// Tags of values (RFC 8010, section 3.5.2).
const (
	tagInteger  = 0x21
	tagBoolean  = 0x22
	tagEnum     = 0x23
	tagText     = 0x41
	tagName     = 0x42
	tagKeyword  = 0x44
	tagURI      = 0x45
	tagCharset  = 0x47
	tagLanguage = 0x48
	tagMimeType = 0x49
)

// value is one value of an attribute.
type value struct {
	tag  byte
	data []byte
}

// number returns an integer or an enum; ok is false for others.
func (v value) number() (n int, ok bool) {
	if (v.tag != tagInteger && v.tag != tagEnum) || len(v.data) != 4 {
		return 0, false
	}
	return int(int32(binary.BigEndian.Uint32(v.data))), true
}

// attributes are those of all groups of an answer by their names.
type attributes map[string][]value

// number returns the first value of an integer or an enum.
func (a attributes) number(name string) (n int, ok bool) {
	if len(a[name]) == 0 {
		return 0, false
	}
	return a[name][0].number()
}

// texts returns the values of keywords, names and texts.
func (a attributes) texts(name string) []string {
	var all []string
	for _, v := range a[name] {
		if v.tag >= tagText {
			all = append(all, string(v.data))
		}
	}
	return all
}

// text returns the first of texts, "" when there is none.
func (a attributes) text(name string) string {
	if all := a.texts(name); len(all) > 0 {
		return all[0]
	}
	return ""
}

// request is a message under construction (RFC 8010, section 3.1).
type request []byte

// newRequest begins with version 2.0 and the two attributes that must come
// first.
func newRequest(o operation, id uint32) request {
	r := request{2, 0}
	r = binary.BigEndian.AppendUint16(r, uint16(o))
	r = binary.BigEndian.AppendUint32(r, id)
	r = append(r, groupOperation)
	r = r.add(tagCharset, "attributes-charset", "utf-8")
	return r.add(tagLanguage, "attributes-natural-language", "en")
}

// add appends an attribute with its values.
func (r request) add(tag byte, name string, values ...string) request {
	for i, v := range values {
		if i > 0 {
			name = "" // a further value of the same attribute
		}
		r = append(r, tag)
		r = binary.BigEndian.AppendUint16(r, uint16(len(name)))
		r = append(r, name...)
		r = binary.BigEndian.AppendUint16(r, uint16(len(v)))
		r = append(r, v...)
	}
	return r
}

func (r request) addNumber(tag byte, name string, n int) request {
	return r.add(tag, name, string(binary.BigEndian.AppendUint32(nil, uint32(int32(n)))))
}

// answer is a printer's message.
type answer struct {
	status uint16
	id     uint32
	attributes
}

var errShort = errors.New("the answer ends inside an attribute")

// parse reads an answer. Attributes of all groups fall together, because the
// operations of this package never ask for two objects.
func parse(data []byte) (answer, error) {
	if len(data) < 9 {
		return answer{}, fmt.Errorf("answer of %d bytes, want at least 9", len(data))
	}
	if data[0] < 1 || data[0] > 2 {
		return answer{}, fmt.Errorf("answer of IPP version %d.%d, want 1 or 2", data[0], data[1])
	}
	a := answer{status: binary.BigEndian.Uint16(data[2:]), id: binary.BigEndian.Uint32(data[4:]), attributes: attributes{}}
	last := ""
	for rest := data[8:]; len(rest) > 0; {
		tag := rest[0]
		rest = rest[1:]
		if tag == groupEnd {
			return a, nil
		}
		if tag < firstValueTag {
			last = ""
			continue
		}
		name, after, ok := field(rest)
		if !ok {
			return answer{}, errShort
		}
		data, after, ok := field(after)
		if !ok {
			return answer{}, errShort
		}
		rest = after
		if len(name) > 0 {
			last = string(name)
		}
		a.attributes[last] = append(a.attributes[last], value{tag, data})
	}
	return answer{}, errors.New("the answer has no end-of-attributes tag")
}

// field reads a length of two bytes and so many bytes.
func field(b []byte) (data, rest []byte, ok bool) {
	if len(b) < 2 {
		return nil, nil, false
	}
	n := int(binary.BigEndian.Uint16(b))
	if b = b[2:]; len(b) < n {
		return nil, nil, false
	}
	return b[:n], b[n:], true
}
