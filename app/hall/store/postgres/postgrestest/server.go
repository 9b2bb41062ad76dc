package postgrestest

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// settings are those of a small server that is as durable as a true one. Tests
// of durability would mean nothing with fsync off.
const settings = `
listen_addresses = ''
max_connections = 200
shared_buffers = 32MB
dynamic_shared_memory_type = posix
fsync = on
synchronous_commit = on
full_page_writes = on
recovery_init_sync_method = syncfs
jit = off
log_min_messages = warning
`

// A Server is one PostgreSQL with its folder.
type Server struct {
	bin  string // folder of the server's programs
	dir  string // data, log and socket
	cred *syscall.Credential
	life *os.File // the keeper ends the server when this is closed
}

// start makes a cluster and starts its server.
func start() (*Server, error) {
	bin, err := findPrograms()
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin}
	if s.cred, err = unprivileged(); err != nil {
		return nil, err
	}
	if err := s.makeFolder(); err != nil {
		return nil, err
	}
	if err := s.run("initdb", "-D", s.data(), "-U", "hall", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"); err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.dir))
	}
	return s, s.begin(settings)
}

// makeFolder makes the server's folder and gives it to its user.
func (s *Server) makeFolder() (err error) {
	if s.dir, err = os.MkdirTemp("", "hallway-pg-"); err != nil {
		return fmt.Errorf("make folder of PostgreSQL: %w", err)
	}
	if s.cred == nil {
		return nil
	}
	if err := os.Chown(s.dir, int(s.cred.Uid), int(s.cred.Gid)); err != nil {
		return fmt.Errorf("give folder of PostgreSQL away: %w", err)
	}
	return nil
}

// begin adds settings to those of the cluster, hands the folder to the keeper
// and starts the server.
func (s *Server) begin(settings string) error {
	conf, err := os.OpenFile(filepath.Join(s.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("configure PostgreSQL: %w", err)
	}
	_, err = conf.WriteString(settings + "unix_socket_directories = '" + s.dir + "'\n")
	if err := errors.Join(err, conf.Close()); err != nil {
		return fmt.Errorf("configure PostgreSQL: %w", err)
	}
	if err := s.keep(); err != nil {
		return err
	}
	return s.start()
}

// keeper stops the server and removes its folder when its standard input ends,
// which the test process holds open for as long as it lives.
const keeper = `trap '' HUP INT TERM; read _; "$1/pg_ctl" stop -s -m immediate -D "$2/data"; rm -rf "$2"`

// keep starts the keeper.
func (s *Server) keep() error {
	r, w, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("start keeper of PostgreSQL: %w", err)
	}
	defer r.Close()
	cmd := exec.Command("/bin/sh", "-c", keeper, "keeper", s.bin, s.dir)
	cmd.Dir, cmd.Stdin = "/", r
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.cred, Setsid: true}
	if err := cmd.Start(); err != nil {
		return errors.Join(fmt.Errorf("start keeper of PostgreSQL: %w", err), w.Close())
	}
	s.life = w
	return cmd.Process.Release()
}

// stop ends the server and removes its folder; the keeper does both.
func (s *Server) stop() error { return s.life.Close() }

// start starts the server and waits until it takes connections.
func (s *Server) start() error {
	return s.run("pg_ctl", "start", "-s", "-w", "-t", "60", "-D", s.data(), "-l", filepath.Join(s.dir, "log"))
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// run runs one of the server's programs as its user.
func (s *Server) run(program string, args ...string) error {
	cmd := exec.Command(filepath.Join(s.bin, program), args...)
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.cred}
	// A file and no pipe: the server would keep a pipe open.
	out, err := os.CreateTemp("", "hallway-pg-out-")
	if err != nil {
		return fmt.Errorf("run %s: %w", program, err)
	}
	defer func() { _, _ = out.Close(), os.Remove(out.Name()) }()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(out.Name())
		log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		return fmt.Errorf("%s: %w\n%s%s", program, err, said, tail(log))
	}
	return nil
}

// tail is the end of a log.
func tail(log []byte) []byte {
	lines := bytes.Split(log, []byte("\n"))
	return bytes.Join(lines[max(0, len(lines)-20):], []byte("\n"))
}

// URL is the address of one of the server's databases.
func (s *Server) URL(database string) string {
	q := url.Values{"host": {s.dir}, "user": {"hall"}}
	return "postgres:///" + database + "?" + q.Encode()
}

// findPrograms returns the folder of the newest PostgreSQL server.
func findPrograms() (string, error) {
	dirs, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(path))
		}
	}
	best, newest := "", 0
	for _, d := range dirs {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(d)))
		if _, err := os.Stat(filepath.Join(d, "initdb")); err == nil && (best == "" || n > newest) {
			best, newest = d, n
		}
	}
	if best == "" {
		return "", errors.New("this machine has no PostgreSQL server: install it with .ci/packages test")
	}
	return best, nil
}

// unprivileged returns the user that runs the server when the tests run as
// root, and nil when they do not.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("user %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("user %s: %w", name, err)
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody")
}
