package stage

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"log"
	"sync"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// A Screen is one connection to an X display: it finds and moves windows,
// takes pictures, and acts as pointer and keyboard. Its methods may be called
// from any goroutine, one action at a time.
type Screen struct {
	Display string // such as ":99"

	mu   sync.Mutex
	conn *xgb.Conn
	root xproto.Window
	info *xproto.ScreenInfo
}

// quiet stops xgb from writing to the standard error what its calls return as
// errors, too.
var quiet = sync.OnceFunc(func() { xgb.Logger = log.New(io.Discard, "", 0) })

// OpenScreen connects to a display, such as ":0".
func OpenScreen(display string) (*Screen, error) {
	quiet()
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		return nil, fmt.Errorf("connect to display %q: %w", display, err)
	}
	s := &Screen{Display: display, conn: conn, info: xproto.Setup(conn).DefaultScreen(conn)}
	s.root = s.info.Root
	if err := xtest.Init(conn); err != nil {
		conn.Close()
		return nil, fmt.Errorf("display %q cannot take test input (extension XTEST): %w", display, err)
	}
	return s, nil
}

// Close ends the connection.
func (s *Screen) Close() { s.conn.Close() }

// Size is the size of the whole display in pixels.
func (s *Screen) Size() image.Point {
	return image.Pt(int(s.info.WidthInPixels), int(s.info.HeightInPixels))
}

// A Window is a top-level window of one program.
type Window struct {
	screen *Screen
	id     xproto.Window
}

// maxTreeDepth bounds the search for windows: a window manager puts a client
// window two or three levels below the root.
const maxTreeDepth = 4

var errNoWindow = errors.New("no window")

// Window waits for the window of the process pid. The largest one counts when
// the process has several.
func (s *Screen) Window(ctx context.Context, pid int) (*Window, error) {
	var found *Window
	err := poll(ctx, func() (bool, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		atom, err := xproto.InternAtom(s.conn, false, uint16(len("_NET_WM_PID")), "_NET_WM_PID").Reply()
		if err != nil {
			return false, fmt.Errorf("display %s: %w", s.Display, err)
		}
		var best int
		s.walk(s.root, maxTreeDepth, func(w xproto.Window) {
			if p, ok := s.cardinal(w, atom.Atom); !ok || p != uint32(pid) {
				return
			}
			if g, err := xproto.GetGeometry(s.conn, xproto.Drawable(w)).Reply(); err == nil {
				if area := int(g.Width) * int(g.Height); area > best {
					best, found = area, &Window{s, w}
				}
			}
		})
		return found != nil, nil
	})
	if err != nil {
		return nil, fmt.Errorf("%w of process %d on display %s: %w", errNoWindow, pid, s.Display, err)
	}
	return found, nil
}

// walk calls f for every mapped window below w. Windows that vanish while it
// runs are left out.
func (s *Screen) walk(w xproto.Window, depth int, f func(xproto.Window)) {
	tree, err := xproto.QueryTree(s.conn, w).Reply()
	if err != nil {
		return
	}
	for _, c := range tree.Children {
		a, err := xproto.GetWindowAttributes(s.conn, c).Reply()
		if err != nil || a.MapState != xproto.MapStateViewable {
			continue
		}
		f(c)
		if depth > 1 {
			s.walk(c, depth-1, f)
		}
	}
}

// cardinal reads a 32-bit property.
func (s *Screen) cardinal(w xproto.Window, atom xproto.Atom) (uint32, bool) {
	p, err := xproto.GetProperty(s.conn, false, w, atom, xproto.AtomCardinal, 0, 1).Reply()
	if err != nil || p.Format != 32 || len(p.Value) < 4 {
		return 0, false
	}
	return xgb.Get32(p.Value), true
}

// Move puts the window's top left corner at a point of the screen.
func (w *Window) Move(to image.Point) error {
	w.screen.mu.Lock()
	defer w.screen.mu.Unlock()
	values := []uint32{uint32(to.X), uint32(to.Y), xproto.StackModeAbove}
	mask := uint16(xproto.ConfigWindowX | xproto.ConfigWindowY | xproto.ConfigWindowStackMode)
	if err := xproto.ConfigureWindowChecked(w.screen.conn, w.id, mask, values).Check(); err != nil {
		return fmt.Errorf("move window: %w", err)
	}
	return nil
}

// Focus gives the keyboard to the window.
func (w *Window) Focus() error {
	w.screen.mu.Lock()
	defer w.screen.mu.Unlock()
	c := xproto.SetInputFocusChecked(w.screen.conn, xproto.InputFocusPointerRoot, w.id, xproto.TimeCurrentTime)
	if err := c.Check(); err != nil {
		return fmt.Errorf("give the keyboard to a window: %w", err)
	}
	return nil
}

// Bounds is the window's place on the screen.
func (w *Window) Bounds() (image.Rectangle, error) {
	s := w.screen
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := xproto.GetGeometry(s.conn, xproto.Drawable(w.id)).Reply()
	if err != nil {
		return image.Rectangle{}, fmt.Errorf("size of window: %w", err)
	}
	at, err := xproto.TranslateCoordinates(s.conn, w.id, s.root, 0, 0).Reply()
	if err != nil {
		return image.Rectangle{}, fmt.Errorf("place of window: %w", err)
	}
	min := image.Pt(int(at.DstX), int(at.DstY))
	return image.Rectangle{Min: min, Max: min.Add(image.Pt(int(g.Width), int(g.Height)))}, nil
}

// Capture takes a picture of the window as it stands on the screen.
func (w *Window) Capture() (*image.RGBA, error) {
	b, err := w.Bounds()
	if err != nil {
		return nil, err
	}
	return w.screen.Capture(b)
}

// Capture takes a picture of a part of the screen; what lies outside is cut
// off. It supports the one pixel layout that X servers for 24-bit displays
// use, four bytes a pixel in the order blue, green, red, unused.
func (s *Screen) Capture(r image.Rectangle) (*image.RGBA, error) {
	r = r.Intersect(image.Rectangle{Max: s.Size()})
	if r.Empty() {
		return nil, fmt.Errorf("picture of %v: nothing of it is on display %s", r, s.Display)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	reply, err := xproto.GetImage(s.conn, xproto.ImageFormatZPixmap, xproto.Drawable(s.root),
		int16(r.Min.X), int16(r.Min.Y), uint16(r.Dx()), uint16(r.Dy()), 0xffffffff).Reply()
	if err != nil {
		return nil, fmt.Errorf("picture of %v: %w", r, err)
	}
	if want := r.Dx() * r.Dy() * 4; len(reply.Data) < want {
		return nil, fmt.Errorf("picture of %v: %d bytes at depth %d, want %d; the display needs 24 bits a pixel", r, len(reply.Data), reply.Depth, want)
	}
	img := image.NewRGBA(image.Rect(0, 0, r.Dx(), r.Dy()))
	for i := 0; i < len(img.Pix); i += 4 {
		d := reply.Data[i : i+4]
		img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = d[2], d[1], d[0], 0xff
	}
	return img, nil
}
