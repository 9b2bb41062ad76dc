package ipp

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"

	"hallway/devices"
)

// The vector is written by hand after RFC 8010, appendix A.
func TestExactBytesOfARequest(t *testing.T) {
	r := newRequest(getJobAttributes, 7).addNumber(tagInteger, "job-id", 258).add(tagKeyword, "requested-attributes", "job-state", "x")
	want := "0200" + "0009" + "00000007" + "01" +
		"470012" + hex.EncodeToString([]byte("attributes-charset")) + "0005" + hex.EncodeToString([]byte("utf-8")) +
		"48001b" + hex.EncodeToString([]byte("attributes-natural-language")) + "0002" + hex.EncodeToString([]byte("en")) +
		"210006" + hex.EncodeToString([]byte("job-id")) + "0004" + "00000102" +
		"440014" + hex.EncodeToString([]byte("requested-attributes")) + "0009" + hex.EncodeToString([]byte("job-state")) +
		"440000" + "0001" + "78"
	if got := hex.EncodeToString(r); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAnswersThatEndEarlyAreErrors(t *testing.T) {
	whole := idle()
	for n := range whole {
		if _, err := parse(whole[:n]); err == nil {
			t.Errorf("%d of %d bytes are accepted", n, len(whole))
		}
	}
	if _, err := parse(append([]byte{9, 9}, whole[2:]...)); err == nil {
		t.Error("version 9.9 is accepted")
	}
}

func TestStatusCodesSayWhatToDo(t *testing.T) {
	for status, want := range map[uint16]error{
		0x0403: devices.ErrDenied, 0x0507: devices.ErrBusy, 0x0504: devices.ErrNotReady, 0x0506: devices.ErrNotReady, 0x040a: devices.ErrProtocol,
	} {
		if err := error(&StatusError{Status: status}); !errors.Is(err, want) {
			t.Errorf("%04X is no %v", status, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(idle())
	f.Add([]byte(append(newRequest(printJob, 1).add(tagKeyword, "a", "b", "c"), groupEnd)))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := parse(data)
		if err != nil {
			return
		}
		for name, values := range a.attributes {
			for _, v := range values {
				if !bytes.Contains(data, v.data) {
					t.Errorf("%q has a value that is not in the message", name)
				}
			}
			a.number(name)
			a.text(name)
		}
	})
}
