package stage

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// stopGrace is how long a program may take to end after SIGTERM: long enough
// to finish a piece of paper and close a store, short enough for a person who
// pressed Ctrl-C.
const stopGrace = 5 * time.Second

// A Spec says how to start one program.
type Spec struct {
	Name string   // for messages and the log's file name
	Path string   // of the binary
	Args []string // without the program's name
	Env  []string // added to this process's environment
	Log  string   // file for both outputs, made anew; "" discards them
	Pass *os.File // becomes file descriptor 3; nil for none

	Grace time.Duration // between SIGTERM and SIGKILL; 0 means five seconds
}

// A Process is a program that was started. It is the leader of its own process
// group, so that Ctrl-C in a terminal reaches this process alone, which then
// stops the others in order.
type Process struct {
	Name string
	Log  string

	cmd   *exec.Cmd
	grace time.Duration
	done  chan struct{}
	err   error // valid after done
}

// A Launcher starts processes that the kernel kills when this process dies,
// however it dies. The kernel binds that promise to the thread that started
// the child (prctl(2), PR_SET_PDEATHSIG), so one thread lives as long as the
// Launcher and does nothing else.
type Launcher struct {
	jobs chan func()
	end  sync.WaitGroup
}

// NewLauncher starts the thread. Close ends it.
func NewLauncher() *Launcher {
	l := &Launcher{jobs: make(chan func())}
	l.end.Go(func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		for job := range l.jobs {
			job()
		}
	})
	return l
}

// Close ends the thread; call it when every process has ended, because the
// kernel kills those that have not.
func (l *Launcher) Close() {
	close(l.jobs)
	l.end.Wait()
}

// Start starts a program.
func (l *Launcher) Start(s Spec) (*Process, error) {
	var p *Process
	var err error
	started := make(chan struct{})
	l.jobs <- func() {
		defer close(started)
		p, err = start(s)
	}
	<-started
	return p, err
}

func start(s Spec) (*Process, error) {
	cmd := exec.Command(s.Path, s.Args...)
	cmd.Env = append(os.Environ(), s.Env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if s.Pass != nil {
		cmd.ExtraFiles = []*os.File{s.Pass}
	}
	if s.Log != "" {
		if err := os.MkdirAll(filepath.Dir(s.Log), 0o700); err != nil {
			return nil, fmt.Errorf("start %s: %w", s.Name, err)
		}
		f, err := os.OpenFile(s.Log, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, fmt.Errorf("start %s: %w", s.Name, err)
		}
		defer f.Close() // the child has its own copy
		cmd.Stdout, cmd.Stderr = f, f
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", s.Name, err)
	}
	p := &Process{Name: s.Name, Log: s.Log, cmd: cmd, grace: cmp.Or(s.Grace, stopGrace), done: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

// PID is the process's number.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the process has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err says how an ended process ended: nil for exit code 0.
func (p *Process) Err() error {
	<-p.done
	if p.err != nil {
		return fmt.Errorf("%s ended: %w; see %s", p.Name, p.err, p.Log)
	}
	return nil
}

// Stop asks the process to end, and kills its whole group after the grace of
// its Spec.
// It returns how the process ended; having to kill it is an error.
func (p *Process) Stop() error {
	if p.signal(syscall.SIGTERM) {
		select {
		case <-p.done:
		case <-time.After(p.grace):
			p.signal(syscall.SIGKILL)
			<-p.done
			return fmt.Errorf("%s did not end within %v and was killed; see %s", p.Name, p.grace, p.Log)
		}
	}
	// What the process itself started and forgot must not stay.
	syscall.Kill(-p.PID(), syscall.SIGKILL)
	var exit *exec.ExitError
	if errors.As(p.err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGTERM {
		return nil // it had no handler; ended as asked
	}
	return p.Err()
}

// signal sends sig to the process's group unless it has ended.
func (p *Process) signal(sig syscall.Signal) bool {
	select {
	case <-p.done:
		return false
	default:
		syscall.Kill(-p.PID(), sig)
		return true
	}
}
