package voice

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// DecodeWAV returns the samples of a mono 16-bit PCM file and their rate.
func DecodeWAV(b []byte) (pcm []byte, rate int, err error) {
	if len(b) < 12 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WAVE" {
		return nil, 0, errors.New("not a WAV file")
	}
	for b = b[12:]; len(b) >= 8; {
		id, size := string(b[:4]), uint64(binary.LittleEndian.Uint32(b[4:]))
		if b = b[8:]; size > uint64(len(b)) {
			return nil, 0, fmt.Errorf("chunk %q is cut short", id)
		}
		body := b[:size]
		switch id {
		case "fmt ":
			if rate, err = decodeFormat(body); err != nil {
				return nil, 0, err
			}
		case "data":
			return samples(body, rate)
		}
		b = b[min(size+size%2, uint64(len(b))):]
	}
	return nil, 0, errors.New("no samples")
}

func samples(body []byte, rate int) ([]byte, int, error) {
	switch {
	case rate == 0:
		return nil, 0, errors.New("samples before their format")
	case len(body) == 0 || len(body)%2 != 0:
		return nil, 0, errors.New("no whole samples")
	}
	return body, rate, nil
}

func decodeFormat(b []byte) (int, error) {
	if len(b) < 16 {
		return 0, errors.New("format is cut short")
	}
	le := binary.LittleEndian
	rate := int(le.Uint32(b[4:]))
	if le.Uint16(b) != 1 || le.Uint16(b[2:]) != 1 || le.Uint16(b[14:]) != 16 || rate < 8000 || rate > 48000 {
		return 0, errors.New("not mono 16-bit PCM of 8 to 48 kHz")
	}
	return rate, nil
}

// EncodeWAV returns a mono 16-bit PCM file of the samples.
func EncodeWAV(pcm []byte, rate int) []byte {
	var b bytes.Buffer
	n := uint32(len(pcm))
	b.WriteString("RIFF")
	_ = binary.Write(&b, binary.LittleEndian, 36+n)
	b.WriteString("WAVEfmt ")
	_ = binary.Write(&b, binary.LittleEndian, struct {
		Size          uint32
		Format, Chans uint16
		Rate, Bytes   uint32
		Align, Bits   uint16
	}{16, 1, 1, uint32(rate), uint32(rate) * 2, 2, 16})
	b.WriteString("data")
	_ = binary.Write(&b, binary.LittleEndian, n)
	b.Write(pcm)
	return b.Bytes()
}
