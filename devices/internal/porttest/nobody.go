package porttest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"hallway/devices"
)

// deniedPort names, for a child process, the port that it may not open.
const deniedPort = "PORTTEST_DENIED"

// Denied checks that a user without rights gets [devices.ErrDenied]. plug plugs
// a device in and returns what open wants; open runs in a process of its own,
// as the user nobody. The check needs root.
func Denied(t *testing.T, plug func(*testing.T) string, open func(context.Context, string) (devices.Conn, error)) {
	t.Helper()
	if port := os.Getenv(deniedPort); port != "" {
		if c, err := open(t.Context(), port); !errors.Is(err, devices.ErrDenied) {
			t.Errorf("an ordinary user: %v, %v", c, err)
		}
		return
	}
	const nobody = 65534
	child := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^"+t.Name()+"$", "-test.v")
	child.Env = append(os.Environ(), deniedPort+"="+plug(t))
	child.Dir = "/"
	child.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if out, err := child.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
