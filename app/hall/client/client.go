package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Deadlines and limits of one call. A caller's shorter deadline wins.
const (
	callLimit      = 15 * time.Second // a batch of 50 on a slow line
	catalogueLimit = 60 * time.Second // the largest answer
	maxAnswer      = 1 << 20          // bytes
	maxCatalogue   = 16 << 20         // bytes; 1,000 items in two languages have about 4 MiB
)

// A Client calls one hall. It may be used by several goroutines.
type Client struct {
	// Now is the clock that the offset of the hall's clock is measured
	// against. It is set before the first call; New sets time.Now.
	Now func() time.Time

	base  string
	token string
	http  *http.Client
	clock *clock
}

// New returns a client of the hall at baseURL, such as "http://10.0.4.17:8080",
// that authenticates with token. Redirects are never followed, because only a
// portal in front of a hall sends them. h may be nil; its time limit is
// ignored, since every call has its own.
func New(baseURL, token string, h *http.Client) *Client {
	own := http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
	if h != nil {
		own = *h
	}
	own.Timeout = 0
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{Now: time.Now, base: strings.TrimRight(baseURL, "/"), token: token, http: &own, clock: &clock{}}
}

// WithToken returns a client of the same hall that authenticates with another
// token, such as that of a clerk's sign-in.
func (c *Client) WithToken(token string) *Client {
	other := *c
	other.token = token
	return &other
}

// Offset returns how far the hall's clock is ahead of Now, and false before the
// first answer of [Client.Hall].
func (c *Client) Offset() (time.Duration, bool) { return c.clock.best() }

// Close gives up idle connections. The client stays usable.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// call is one request and where its answer goes.
type call struct {
	method, path string
	query        url.Values
	in, out      any
	limit        time.Duration // 0 = callLimit
	maxAnswer    int64         // 0 = maxAnswer
}

// name is how errors speak of the call. It leaves the query out.
func (k call) name() string { return k.method + " " + k.path }

// do carries out k.
func (c *Client) do(ctx context.Context, k call) error {
	if k.limit == 0 {
		k.limit, k.maxAnswer = callLimit, maxAnswer
	}
	ctx, cancel := context.WithTimeout(ctx, k.limit)
	defer cancel()
	req, err := c.request(ctx, k)
	if err != nil {
		return err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return &TransportError{Call: k.name(), Err: errors.Unwrap(err)} // without the URL that url.Error repeats
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, k.maxAnswer+1))
	if err == nil && int64(len(body)) > k.maxAnswer {
		err = fmt.Errorf("answer has more than %d bytes", k.maxAnswer)
	}
	if err != nil {
		return transport(k, resp, nil, err)
	}
	return decode(k, resp, body)
}

// request builds the HTTP request of k.
func (c *Client) request(ctx context.Context, k call) (*http.Request, error) {
	var body io.Reader
	if k.in != nil {
		b, err := json.Marshal(k.in)
		if err != nil {
			return nil, fmt.Errorf("hall: %s: %w", k.name(), err)
		}
		body = bytes.NewReader(b)
	}
	target := c.base + k.path
	if len(k.query) > 0 {
		target += "?" + k.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, k.method, target, body)
	if err != nil {
		return nil, fmt.Errorf("hall: address %q: %w; correct it in the configuration", c.base, err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json, application/problem+json")
	c.authorise(req)
	return req, nil
}

func (c *Client) authorise(req *http.Request) {
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
}

// decode turns a complete answer into k.out, a Problem or a TransportError.
func decode(k call, resp *http.Response, body []byte) error {
	switch typ := mediaType(resp); {
	case resp.StatusCode == http.StatusOK && typ == "application/json":
		if err := json.Unmarshal(body, k.out); err != nil {
			return transport(k, resp, nil, errors.New("answer is not the JSON that was expected"))
		}
		return nil
	case resp.StatusCode >= 400 && typ == "application/problem+json":
		return problem(k, resp, body)
	default:
		return transport(k, resp, body, errors.New("something else answers at the hall's address"))
	}
}

// problem reads an RFC 9457 body. Code is an extension member of the hall.
func problem(k call, resp *http.Response, body []byte) error {
	var p struct{ Title, Detail, Code string }
	if err := json.Unmarshal(body, &p); err != nil {
		return transport(k, resp, nil, errors.New("problem is not JSON"))
	}
	return &Problem{Status: resp.StatusCode, Code: p.Code, Title: p.Title, Detail: p.Detail, RetryAfter: retryAfter(resp)}
}

func transport(k call, resp *http.Response, body []byte, err error) *TransportError {
	typ := mediaType(resp)
	return &TransportError{Call: k.name(), Status: resp.StatusCode, ContentType: typ,
		Sample: sample(typ, body), RetryAfter: retryAfter(resp), Err: err}
}

// mediaType is the answer's type without parameters, "" when there is none.
func mediaType(resp *http.Response) string {
	typ, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return typ
}

// maxRetryAfter bounds what a broken proxy may ask for.
const maxRetryAfter = time.Hour

// retryAfter reads the header's seconds (RFC 9110 §10.2.3). The form with a
// date is ignored, because the terminal's clock may be wrong.
func retryAfter(resp *http.Response) time.Duration {
	s, err := strconv.Atoi(resp.Header.Get("Retry-After"))
	if err != nil || s < 0 {
		return 0
	}
	return min(time.Duration(min(s, 1<<20))*time.Second, maxRetryAfter)
}
