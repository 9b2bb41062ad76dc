package outbox

import (
	"encoding/binary"
	"hash/crc32"
	"time"

	"hallway/app/outbox/disk"
)

// The sentinel stands outside database and journal and says up to which
// operation citizens were told something. A database that knows less has lost
// what its disk said was durable: the disk lies about fsync.
const (
	sentinelFile  = "last_ack"
	sentinelEvery = time.Second // two more fsyncs a second are little
)

// noteSentinel writes the sentinel when it is due.
func (s *store) noteSentinel() {
	if now := s.o.now(); s.last > s.told && now.Sub(s.toldAt).Abs() >= sentinelEvery {
		s.toldAt = now
		s.writeSentinel()
	}
}

// writeSentinel makes the sentinel say what is committed.
func (s *store) writeSentinel() {
	if s.last <= s.told {
		return
	}
	b := binary.LittleEndian.AppendUint64(nil, uint64(s.last))
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
	if err := disk.Replace(s.o.disk, sentinelFile, b); err != nil {
		s.o.log.Warn("sentinel cannot be written", "err", err)
		return
	}
	s.told = s.last
}

// readSentinel returns what the sentinel says, 0 when it is missing or damaged.
func readSentinel(d disk.Disk) int64 {
	b, err := d.ReadFile(sentinelFile)
	if err != nil || len(b) != 12 || crc32.Checksum(b[:8], crc32.MakeTable(crc32.Castagnoli)) != binary.LittleEndian.Uint32(b[8:]) {
		return 0
	}
	return int64(binary.LittleEndian.Uint64(b))
}
