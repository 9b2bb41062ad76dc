package hidport_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/karalabe/hid"
	"go.uber.org/goleak"

	"hallway/devices"
	"hallway/devices/hidport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestOpenSaysWhatIsWrong(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := hidport.Open(ctx, "1-1:1.0", hidport.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
	_, err := hidport.Open(t.Context(), "9-9.9:1.0", hidport.Options{})
	if !hid.Supported() {
		if !errors.Is(err, errors.ErrUnsupported) || !strings.Contains(err.Error(), "build it with cgo") {
			t.Errorf("built without HID: %v", err)
		}
		return
	}
	if !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("nothing plugged in: %v", err)
	}
	if _, err := hidport.Open(t.Context(), "/dev/hidraw0", hidport.Options{}); err == nil || !strings.Contains(err.Error(), "such as 1-1.3:1.0") {
		t.Errorf("a node in place of a name: %v", err)
	}
	if _, err := hidport.Open(t.Context(), "9-9:1.0", hidport.Options{ReportLen: -1}); err == nil || !strings.Contains(err.Error(), "report length") {
		t.Errorf("report length: %v", err)
	}
}
