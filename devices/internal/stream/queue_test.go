package stream

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hallway/devices"
)

func TestQueueGivesEveryByteInOrderWhateverTheBuffers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := NewQueue(1)
		var want, got []byte
		for _, piece := range rapid.SliceOf(rapid.SliceOfN(rapid.Byte(), 1, 20)).Draw(t, "pieces") {
			want = append(want, piece...)
			q.Put(bytes.Clone(piece))
		}
		q.End(io.EOF)
		for {
			p := make([]byte, rapid.IntRange(1, 30).Draw(t, "buffer"))
			n, err := q.Read(context.Background(), p)
			if err != nil {
				if !errors.Is(err, io.EOF) {
					t.Fatal(err)
				}
				break
			}
			got = append(got, p[:n]...)
		}
		if !bytes.Equal(got, want) {
			t.Fatalf("got % X, want % X", got, want)
		}
	})
}

func TestReadThatEndedLosesNothing(t *testing.T) {
	q := NewQueue(4)
	for range 100 {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Microsecond)
		done := make(chan int, 1)
		go func() { n, _ := q.Read(ctx, make([]byte, 1)); done <- n }()
		q.Put([]byte{1})
		if n := <-done; n == 0 {
			if n, err := q.Read(t.Context(), make([]byte, 1)); n != 1 || err != nil {
				t.Fatalf("the byte is lost: %v", err)
			}
		}
		cancel()
	}
}

func TestReportThatDoesNotFitStays(t *testing.T) {
	q := NewQueue(4)
	q.Put([]byte("report"))
	if n, err := q.ReadPiece(t.Context(), make([]byte, 5)); n != 0 || !errors.Is(err, io.ErrShortBuffer) {
		t.Errorf("got %d, %v", n, err)
	}
	p := make([]byte, 64)
	if n, err := q.ReadPiece(t.Context(), p); err != nil || string(p[:n]) != "report" {
		t.Errorf("got %q, %v", p[:n], err)
	}
	if _, err := q.Read(t.Context(), nil); !errors.Is(err, io.ErrShortBuffer) {
		t.Errorf("read into nothing: %v", err)
	}
}

func TestFullQueueDropsTheOldestAndCounts(t *testing.T) {
	q := NewQueue(2)
	for i := range 5 {
		q.PutNewest([]byte{byte(i)})
	}
	p := make([]byte, 5)
	if n, err := q.Read(t.Context(), p); !bytes.Equal(p[:n], []byte{3, 4}) || q.Lost() != 3 || err != nil {
		t.Errorf("got % X, %v, lost %d", p[:n], err, q.Lost())
	}
}

func TestEndComesAfterWhatIsQueuedAndCloseBefore(t *testing.T) {
	q := NewQueue(2)
	q.Put([]byte("ab"))
	q.End(io.EOF)
	q.End(io.ErrUnexpectedEOF)
	q.Put([]byte("late"))
	p := make([]byte, 1)
	for _, want := range []error{nil, nil, io.EOF, io.EOF} {
		if _, err := q.Read(t.Context(), p); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	q = NewQueue(2)
	q.Put([]byte("ab"))
	q.Close()
	q.PutNewest([]byte("late"))
	if _, err := q.Read(t.Context(), p); !errors.Is(err, devices.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestWhoeverWaitsIsWoken(t *testing.T) {
	q := NewQueue(1)
	q.Put([]byte{1})
	room := make(chan bool)
	go func() { room <- q.WaitRoom() }()
	if _, err := q.Read(t.Context(), make([]byte, 1)); err != nil || !<-room {
		t.Errorf("no room after a read: %v", err)
	}
	got := make(chan error)
	for range 2 {
		go func() { _, err := q.Read(context.Background(), make([]byte, 1)); got <- err }()
	}
	q.Close()
	for range 2 {
		if err := <-got; !errors.Is(err, devices.ErrClosed) {
			t.Error(err)
		}
	}
	if q.WaitRoom() {
		t.Error("a closed queue has room")
	}
}
