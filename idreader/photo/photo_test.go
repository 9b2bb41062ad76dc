package photo

import (
	"bytes"
	"context"
	"errors"
	"image/color"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// program is the executable that the tests run.
var program string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "photo-test-")
	if err != nil {
		panic(err)
	}
	program = filepath.Join(dir, "decoder")
	if out, err := exec.Command("go", "build", "-o", program, "./testdata/decoder").CombinedOutput(); err != nil {
		panic(string(out))
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(dir)
		os.Exit(code)
	}))
}

// invented is a photo that shows nobody.
func invented() []byte {
	wlt := make([]byte, Bytes)
	copy(wlt, "\x57\x4C\x66\x00\x7E\x00\x11\x22\x33")
	return wlt
}

func decoder(t *testing.T, args ...string) *Decoder {
	return &Decoder{Path: program, Args: args, Dir: t.TempDir(), Limit: 20 * time.Second}
}

func TestEveryFormatIsDecoded(t *testing.T) {
	for _, format := range []string{"bmp", "png", "jpeg", "alone"} {
		d := decoder(t, format)
		picture, err := d.Decode(t.Context(), invented())
		if err != nil {
			t.Errorf("%s: %v", format, err)
			continue
		}
		if b := picture.Bounds(); b.Dx() != Width || b.Dy() != Height {
			t.Errorf("%s: bounds %v", format, b)
		}
		if got, want := picture.At(1, 2), (color.NRGBA{0x11, 0x22, 0x33, 255}); format != "jpeg" && got != want {
			t.Errorf("%s: pixel %v, want %v", format, got, want)
		}
		if files, err := os.ReadDir(d.Dir); err != nil || len(files) != 0 {
			t.Errorf("%s: %d files are left, %v", format, len(files), err)
		}
	}
}

func TestWhatIsNoPictureIsAnError(t *testing.T) {
	for behaviour, want := range map[string]string{
		"small": "101 x 126", "rubbish": "no BMP", "cut": "damaged PNG", "silent": "no output", "crash": "exit status 2", "flood": "262144 bytes",
	} {
		picture, err := decoder(t, behaviour).Decode(t.Context(), invented())
		if err == nil || picture != nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), program) {
			t.Errorf("%s: picture %v, error %v", behaviour, picture != nil, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error quotes the program: %v", behaviour, err)
		}
	}
}

func TestAPhotoOfAnotherLengthAndAnAbsentProgramAreErrors(t *testing.T) {
	if _, err := decoder(t, "png").Decode(t.Context(), make([]byte, 1023)); err == nil || !strings.Contains(err.Error(), "1023") {
		t.Errorf("got %v", err)
	}
	d := Decoder{Path: filepath.Join(t.TempDir(), "nothing")}
	if _, err := d.Decode(t.Context(), invented()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	d.Path = filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(d.Path, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Decode(t.Context(), invented()); !errors.Is(err, os.ErrPermission) {
		t.Errorf("got %v", err)
	}
}

func TestAProgramThatHangsIsKilledAtItsLimit(t *testing.T) {
	d := decoder(t, "hang")
	d.Limit = 300 * time.Millisecond
	if _, err := d.Decode(t.Context(), invented()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	d.Limit = time.Hour
	if _, err := d.Decode(ctx, invented()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestNothingThatItStartedOutlivesIt(t *testing.T) {
	for _, behaviour := range []string{"fork", "fork-hang"} {
		lock := filepath.Join(t.TempDir(), "lock")
		d := decoder(t, behaviour, lock)
		if behaviour == "fork-hang" {
			d.Limit = 2 * time.Second
			d.Isolate = isolated(t) // a child that left the group is killed by the namespace alone
			if !d.Isolate {
				t.Log("no namespaces here: a child that leaves its group is not looked for")
				continue
			}
		}
		if _, err := d.Decode(t.Context(), invented()); (err == nil) != (behaviour == "fork") {
			t.Errorf("%s: %v", behaviour, err)
		}
		f, err := os.Open(lock)
		if err != nil {
			t.Fatalf("%s: the child never ran: %v", behaviour, err)
		}
		for deadline := time.Now().Add(10 * time.Second); syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s: the child lives on", behaviour)
			}
		}
		_ = f.Close()
	}
}

// isolated reports whether this machine lets a test have namespaces.
func isolated(t *testing.T) bool {
	d := decoder(t, "png")
	d.Isolate = true
	_, err := d.Decode(t.Context(), invented())
	if err != nil && !errors.Is(err, ErrNotIsolated) {
		t.Fatal(err)
	}
	return err == nil
}

func TestThereIsNoNetworkOrItIsSaid(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var log bytes.Buffer
	d := decoder(t, "network", listener.Addr().String())
	d.Log = slog.New(slog.NewTextHandler(&log, nil))
	_, err = d.Decode(t.Context(), invented())
	if isolated(t) {
		if err != nil || log.Len() > 0 {
			t.Errorf("isolated: %v; log %s", err, log.String())
		}
		return
	}
	if err == nil || !strings.Contains(log.String(), "network") {
		t.Errorf("not isolated: %v; log %s", err, log.String())
	}
}

// FuzzPicture: whatever a program prints, there is a picture of the right size
// or an error.
func FuzzPicture(f *testing.F) {
	for _, format := range []string{"bmp", "png", "jpeg", "small", "cut"} {
		cmd := exec.Command(program, format)
		cmd.Stdin = bytes.NewReader(invented())
		out, err := cmd.Output()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(out)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		picture, err := decodePicture(file)
		if (picture == nil) != (err != nil) {
			t.Fatalf("picture %v, error %v", picture != nil, err)
		}
		if picture != nil && (picture.Rect.Dx() != Width || picture.Rect.Dy() != Height) {
			t.Fatalf("picture of %v", picture.Rect)
		}
	})
}
