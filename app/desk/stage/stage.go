package stage

import (
	"context"
	"errors"
	"fmt"
	"image"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"hallway/app/desk"
)

// Options say what to put on the stage.
type Options struct {
	Bin     string // folder with the programs
	Dir     string // working folder, made when it is not there
	Display string // X display; "" starts a virtual one
	Wide    bool   // kiosk in landscape
}

// A Stage is a running hall with all its windows.
type Stage struct {
	Layout  *Layout
	Screen  *Screen
	Hall    *Process
	Desk    *App
	Kiosk   *App
	Counter *App

	o       Options
	launch  *Launcher
	started []*Process // in the order of their start
}

// Open starts everything and returns when every window is drawn at its place.
// When that fails it stops what it started.
func Open(ctx context.Context, o Options) (*Stage, error) {
	s := &Stage{o: o, launch: NewLauncher()}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Stage) open(ctx context.Context) error {
	if err := s.display(ctx); err != nil {
		return err
	}
	places := s.places()
	var err error
	if s.Layout, err = Lay(s.o.Dir, places); err != nil {
		return err
	}
	if err := s.StartHall(ctx); err != nil {
		return err
	}
	for _, w := range []struct {
		app  **App
		name string
		args []string
		at   image.Point
	}{
		{&s.Desk, "desk", []string{"window"}, places.Desk.Min},
		{&s.Kiosk, "kiosk", nil, places.Kiosk.Min},
		{&s.Counter, "counter", nil, places.Counter.Min},
	} {
		if *w.app, err = s.window(ctx, w.name, w.args, w.at); err != nil {
			return err
		}
	}
	return nil
}

// What a person's desktop usually takes of its display for itself: the title
// bars of windows above, a panel below, in pixels.
const (
	titleBar = 40
	panel    = 60
)

// places are where the windows stand. A virtual display is all theirs.
func (s *Stage) places() Places {
	if s.o.Display == "" {
		return Arrange(s.Screen.Size(), s.o.Wide)
	}
	p := Arrange(s.Screen.Size().Sub(image.Pt(0, titleBar+panel)), s.o.Wide)
	for _, r := range []*image.Rectangle{&p.Kiosk, &p.Desk, &p.Counter} {
		*r = r.Add(image.Pt(0, titleBar))
	}
	return p
}

// display connects to the display, starting a virtual one when none is named.
func (s *Stage) display(ctx context.Context) error {
	name := s.o.Display
	if name == "" {
		if err := os.MkdirAll(filepath.Join(s.o.Dir, "log"), 0o700); err != nil {
			return fmt.Errorf("working folder: %w", err)
		}
		p, virtual, err := StartXvfb(ctx, s.launch, VirtualSize, filepath.Join(s.o.Dir, "log", "xvfb.log"))
		if err != nil {
			return err
		}
		s.started = append(s.started, p)
		name = virtual
	}
	var err error
	s.Screen, err = OpenScreen(name)
	return err
}

// StartHall starts the hall and waits until it answers. It is called again
// only after [Stage.StopHall].
func (s *Stage) StartHall(ctx context.Context) error {
	p, err := s.start("hall", "--config", s.Layout.Config("hall"))
	if err != nil {
		return err
	}
	s.Hall = p
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return poll(ctx, func() (bool, error) {
		select {
		case <-p.Done():
			return false, errors.Join(errors.New("the hall ended at its start"), p.Err())
		default:
		}
		c, err := net.DialTimeout("tcp", s.Layout.Hall.Listen, time.Second)
		if err != nil {
			return false, nil
		}
		return true, c.Close()
	})
}

// StopHall stops the hall in order.
func (s *Stage) StopHall() error { return s.stop(s.Hall) }

// window starts a program with a window, waits for its first screen and puts
// the window in its place.
func (s *Stage) window(ctx context.Context, name string, args []string, at image.Point) (*App, error) {
	trace := s.Layout.TraceFile(name)
	if err := os.RemoveAll(trace); err != nil {
		return nil, fmt.Errorf("trace of %s: %w", name, err)
	}
	p, err := s.start(name, append(args, "--config", s.Layout.Config(name), "--trace", trace)...)
	if err != nil {
		return nil, err
	}
	a := &App{Name: name, Process: p, Trace: NewTrace(trace), screen: s.Screen}
	if _, err := a.Line(ctx, "the first screen", func(Line) bool { return true }); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if a.Window, err = s.Screen.Window(ctx, p.PID()); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return a, a.Window.Move(at)
}

// start starts a program of the hall on the stage's display.
func (s *Stage) start(name string, args ...string) (*Process, error) {
	p, err := s.launch.Start(Spec{
		Name: name, Path: filepath.Join(s.o.Bin, name), Args: args, Log: s.Layout.Path("log", name+".log"),
		Env: []string{"DISPLAY=" + s.Screen.Display},
	})
	if err == nil {
		s.started = append(s.started, p)
	}
	return p, err
}

// stop stops a process and forgets it.
func (s *Stage) stop(p *Process) error {
	s.started = slices.DeleteFunc(s.started, func(q *Process) bool { return q == p })
	return p.Stop()
}

// LED returns the three places for the ticket and the three for how many people
// wait, as the window's LED shows them now; a dark place is a space. It reads
// them from the desk's log.
func (s *Stage) LED() (ticket, waiting string, err error) {
	b, err := os.ReadFile(s.Desk.Process.Log)
	if err != nil {
		return "", "", fmt.Errorf("what the LED shows: %w", err)
	}
	ticket, waiting = "   ", "   "
	if all := ledLine.FindAllSubmatch(b, -1); len(all) > 0 {
		last := all[len(all)-1]
		ticket, waiting = strings.Trim(string(last[1]), `"`), strings.Trim(string(last[2]), `"`)
	}
	return ticket, waiting, nil
}

// ledLine is the desk's log line about the LED.
var ledLine = regexp.MustCompile(`msg="` + desk.DisplayShows + `" ticket=("[^"]*"|\S+) waiting=("[^"]*"|\S+)`)

// Close stops every program, the last one started first and the virtual
// display at the end, and waits for all. It returns what did not end well.
func (s *Stage) Close() error {
	var errs []error
	for i := len(s.started) - 1; i >= 0; i-- {
		p := s.started[i]
		if p.Name == "Xvfb" && s.Screen != nil {
			s.Screen.Close()
			s.Screen = nil
		}
		errs = append(errs, p.Stop())
	}
	if s.Screen != nil {
		s.Screen.Close()
	}
	s.started = nil
	s.launch.Close()
	return errors.Join(errs...)
}
