package proxy

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// requestLimit bounds one request of a connection that is answered here.
const requestLimit = 30 * time.Second

type reply struct {
	status int
	kind   string
	body   string
}

var (
	failing = reply{http.StatusInternalServerError, "text/plain; charset=utf-8", "internal error\n"}
	portal  = reply{http.StatusOK, "text/html; charset=utf-8",
		"<!doctype html><title>Sign in</title><p>Please sign in to the guest network."}
)

// answer gives r to every request of a connection until it ends or a request
// cannot be read.
func answer(c net.Conn, r reply) {
	in := bufio.NewReader(c)
	for {
		c.SetDeadline(time.Now().Add(requestLimit))
		req, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return
		}
		if err := r.write(c, req); err != nil || req.Close {
			return
		}
	}
}

func (r reply) write(w io.Writer, req *http.Request) error {
	resp := http.Response{
		StatusCode: r.status, ProtoMajor: 1, ProtoMinor: 1, Request: req,
		Header:        http.Header{"Content-Type": {r.kind}},
		Body:          io.NopCloser(strings.NewReader(r.body)),
		ContentLength: int64(len(r.body)), Close: req.Close,
	}
	if err := resp.Write(w); err != nil {
		return fmt.Errorf("answer %d: %w", r.status, err)
	}
	return nil
}
