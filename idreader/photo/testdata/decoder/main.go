// Command decoder stands for a program that an operator supplies. Its first
// argument says how it behaves.
package main

import (
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/image/bmp"
)

func main() {
	if os.Args[1] == "child" {
		hold(os.Args[2])
	}
	photo, err := io.ReadAll(os.Stdin)
	if err != nil || len(photo) != 1024 {
		os.Exit(3)
	}
	picture := image.NewNRGBA(image.Rect(0, 0, 102, 126))
	for i := range picture.Pix {
		picture.Pix[i] = 255
	}
	picture.Set(1, 2, color.NRGBA{photo[6], photo[7], photo[8], 255})
	switch os.Args[1] {
	case "bmp":
		err = bmp.Encode(os.Stdout, picture)
	case "png":
		err = png.Encode(os.Stdout, picture)
	case "jpeg":
		err = jpeg.Encode(os.Stdout, picture, nil)
	case "small":
		err = png.Encode(os.Stdout, image.NewNRGBA(image.Rect(0, 0, 101, 126)))
	case "rubbish":
		_, err = os.Stdout.Write(photo)
	case "cut":
		_, err = os.Stdout.WriteString("\x89PNG\r\n\x1a\n")
	case "silent":
	case "crash":
		fmt.Fprintln(os.Stderr, "secret of the card")
		panic("secret of the card")
	case "hang":
		select {}
	case "flood":
		for {
			_, _ = os.Stdout.Write(make([]byte, 4096))
		}
	case "alone": // sees no environment and an empty directory of its own
		files, _ := os.ReadDir(".")
		if len(os.Environ()) > 0 || len(files) > 0 {
			os.Exit(4)
		}
		if err = os.WriteFile("left", photo, 0o600); err == nil {
			err = png.Encode(os.Stdout, picture)
		}
	case "network":
		if c, err := net.DialTimeout("tcp", os.Args[2], time.Second); err == nil {
			_ = c.Close()
			os.Exit(5)
		}
		err = png.Encode(os.Stdout, picture)
	case "fork", "fork-hang": // a child that leaves the group and keeps the output open
		child := exec.Command(os.Args[0], "child", os.Args[2])
		child.Stdout = os.Stdout
		child.SysProcAttr = &syscall.SysProcAttr{Setsid: os.Args[1] == "fork-hang"}
		if err = child.Start(); err != nil {
			break
		}
		for { // until the child holds the lock
			if f, err := os.Open(os.Args[2]); err == nil {
				busy := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil
				_ = f.Close()
				if busy {
					break
				}
			}
		}
		if os.Args[1] == "fork-hang" {
			select {}
		}
		err = png.Encode(os.Stdout, picture)
	}
	if err != nil {
		os.Exit(7)
	}
}

// hold locks a file for as long as this process lives.
func hold(path string) {
	f, err := os.Create(path)
	if err != nil || syscall.Flock(int(f.Fd()), syscall.LOCK_EX) != nil {
		os.Exit(6)
	}
	time.Sleep(time.Hour)
}
