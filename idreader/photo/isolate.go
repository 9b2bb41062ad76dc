package photo

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// attributes makes the executable the leader of a process group, and when it is
// isolated, the first process of namespaces of its own: the kernel kills all
// others there when the first one ends, also those that have left the group.
func attributes(isolated bool) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setpgid: true}
	if !isolated {
		return a
	}
	a.Cloneflags = unix.CLONE_NEWUSER | unix.CLONE_NEWNET | unix.CLONE_NEWPID | unix.CLONE_NEWIPC
	a.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}}
	a.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}}
	return a
}

// forbidden reports whether err says that namespaces are not to be had: by a
// security module, a count that is used up, a kernel without them, or because
// this process has made itself undumpable (prctl PR_SET_DUMPABLE) and is not
// root.
func forbidden(err error) bool {
	for _, e := range []error{unix.EPERM, unix.EACCES, unix.ENOSPC, unix.EINVAL, unix.EUSERS, unix.ENOSYS} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// killAll kills the process group that pid leads. A group that has ended is no
// error.
func killAll(pid int) error {
	err := unix.Kill(-pid, unix.SIGKILL)
	if errors.Is(err, unix.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}
