//go:build linux && kernel

package vusb

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// childEnv says to a test program that it is the child of RunAs, and holds the
// child's argument.
const childEnv = "HALLWAY_VUSB_CHILD"

// RunAs runs the same test again in a child process of another user, which has
// no groups and no rights but its own, and waits for it. A test begins with
//
//	if arg, ok := vusb.Child(); ok { ...; return }
//
// which is what the child does. arg tells it where its device is.
func RunAs(t *testing.T, uid uint32, arg string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	c := exec.CommandContext(ctx, "/proc/self/exe", "-test.v", "-test.run=^"+strings.ReplaceAll(t.Name(), "/", "$/^")+"$")
	c.Env = append(os.Environ(), childEnv+"="+arg)
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("as user %d: %v\n%s", uid, err, out)
	}
}

// Child reports whether this process is the child of [RunAs], with its argument.
func Child() (arg string, ok bool) { return os.LookupEnv(childEnv) }
