package stage

import (
	"bufio"
	"context"
	"fmt"
	"image"
	"os"
	"os/exec"
	"strings"
	"time"
)

// xvfbLimit is how long a virtual display may take to come up; it takes less
// than a tenth of a second on an idle machine.
const xvfbLimit = 20 * time.Second

// StartXvfb starts a virtual display of the given size and 24 bits a pixel. It
// takes a free display number and does not listen on the network.
func StartXvfb(ctx context.Context, l *Launcher, size image.Point, log string) (*Process, string, error) {
	path, err := exec.LookPath("Xvfb")
	if err != nil {
		return nil, "", fmt.Errorf("no display and no Xvfb: set DISPLAY or install the package xvfb: %w", err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, "", fmt.Errorf("start Xvfb: %w", err)
	}
	defer r.Close()
	p, err := l.Start(Spec{Name: "Xvfb", Path: path, Log: log, Pass: w, Args: []string{
		"-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", size.X, size.Y), "-nolisten", "tcp", "-noreset"}})
	w.Close() // or the end of Xvfb would not be seen
	if err != nil {
		return nil, "", err
	}
	stop := context.AfterFunc(ctx, func() { r.SetReadDeadline(time.Now()) })
	defer stop()
	r.SetReadDeadline(time.Now().Add(xvfbLimit))
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		p.Stop()
		return nil, "", fmt.Errorf("virtual display: Xvfb named no display: %w; see %s", err, log)
	}
	return p, ":" + strings.TrimSpace(number), nil
}
