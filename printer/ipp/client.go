package ipp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"sync/atomic"

	"hallway/devices"
)

// A Client speaks to one printer. It is safe for concurrent use.
type Client struct {
	uri  string
	url  string
	user string
	http *http.Client
	last atomic.Uint32 // request id
}

// NewClient returns a client of the printer with that address, such as
// "ipp://192.168.1.20/ipp/print", "ipps://…" or "ipp://localhost:60000/ipp/print".
// User is the name that the printer writes beside the job. A nil transport means
// one connection a request, past any proxy.
func NewClient(uri, user string, transport http.RoundTripper) (*Client, error) {
	u, err := url.Parse(uri)
	if err != nil {
		return nil, fmt.Errorf("printer address %q: %w", uri, err)
	}
	scheme, ok := map[string]string{"ipp": "http", "ipps": "https"}[u.Scheme]
	if !ok || u.Hostname() == "" {
		return nil, fmt.Errorf(`printer address %q, want one like "ipp://host/ipp/print"`, uri)
	}
	u.Scheme = scheme
	if u.Port() == "" {
		u.Host += ":631" // RFC 8010, section 4.3
	}
	if transport == nil {
		transport = &http.Transport{DisableKeepAlives: true}
	}
	c := &http.Client{Transport: transport, CheckRedirect: stay}
	return &Client{uri: uri, url: u.String(), user: user, http: c}, nil
}

// stay takes no redirection: a sheet goes to the printer that was named.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// A StatusError is an operation that the printer refused (RFC 8011, appendix B).
// It wraps devices.ErrBusy, ErrDenied, ErrNotReady or ErrProtocol.
type StatusError struct {
	Operation string
	Status    uint16 // such as 0x040A, client-error-document-format-not-supported
	Message   string // the printer's own, often ""
}

// Error tells the code and the printer's message.
func (e *StatusError) Error() string {
	return fmt.Sprintf("%s refused with status %04X %s", e.Operation, e.Status, e.Message)
}

// Unwrap returns the sentinel that tells what a caller can do.
func (e *StatusError) Unwrap() error {
	switch e.Status {
	case 0x0401, 0x0402, 0x0403: // forbidden, not authenticated, not authorized
		return devices.ErrDenied
	case 0x0507: // busy
		return devices.ErrBusy
	case 0x0502, 0x0504, 0x0506: // service unavailable, device error, not accepting jobs
		return devices.ErrNotReady
	}
	return devices.ErrProtocol
}

// largestAnswer bounds what is read of a printer's answer.
const largestAnswer = 1 << 20

// begin starts a request about the printer.
func (c *Client) begin(o operation) request {
	r := newRequest(o, c.last.Add(1))
	r = r.add(tagURI, "printer-uri", c.uri)
	return r.add(tagName, "requesting-user-name", c.user)
}

// do sends a request with a document behind it and reads the answer. Warnings
// of the printer, such as a substituted attribute, are no errors.
func (c *Client) do(ctx context.Context, o operation, r request, document []byte) (attributes, error) {
	a, err := c.exchange(ctx, append(r, groupEnd), document)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", c.uri, o, err)
	}
	if a.status >= 0x0100 {
		return nil, fmt.Errorf("%s: %w", c.uri, &StatusError{o.String(), a.status, a.text("status-message")})
	}
	return a.attributes, nil
}

func (c *Client) exchange(ctx context.Context, r request, document []byte) (answer, error) {
	body := io.MultiReader(bytes.NewReader(r), bytes.NewReader(document))
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, body)
	if err != nil {
		return answer{}, err
	}
	post.ContentLength = int64(len(r) + len(document))
	post.Header.Set("Content-Type", "application/ipp")
	res, err := c.http.Do(post)
	if err != nil {
		return answer{}, fmt.Errorf("%w: %w", devices.ErrSilent, err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(res.Body, largestAnswer+1))
	switch kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type")); {
	case err != nil:
		return answer{}, fmt.Errorf("%w: %w", devices.ErrGone, err)
	case res.StatusCode == http.StatusUnauthorized || res.StatusCode == http.StatusForbidden:
		return answer{}, fmt.Errorf("%w: the server says %s", devices.ErrDenied, res.Status)
	case res.StatusCode != http.StatusOK || kind != "application/ipp":
		return answer{}, fmt.Errorf("%w: the server says %s with %q, which is no printer", devices.ErrProtocol, res.Status, kind)
	case len(data) > largestAnswer:
		return answer{}, fmt.Errorf("%w: the answer is longer than %d bytes", devices.ErrProtocol, largestAnswer)
	}
	a, err := parse(data)
	if err != nil {
		return answer{}, errors.Join(devices.ErrProtocol, err)
	}
	return a, nil
}
