package server

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"hallway/app/hall/api"
	"hallway/app/operation"
)

// A problem is a refused request, RFC 9457.
type problem struct {
	status int
	code   string
	detail string
}

var (
	_ huma.StatusError       = (*problem)(nil)
	_ huma.ContentTypeFilter = (*problem)(nil)
)

// Error gives code and detail.
func (p *problem) Error() string { return p.code + ": " + p.detail }

// GetStatus returns the HTTP status.
func (p *problem) GetStatus() int { return p.status }

// ContentType names the media type of problems.
func (p *problem) ContentType(string) string { return "application/problem+json" }

// MarshalJSON writes the problem as it travels.
func (p *problem) MarshalJSON() ([]byte, error) {
	return json.Marshal(api.Problem{
		Type: api.TypePrefix + p.code, Title: http.StatusText(p.status), Status: p.status, Detail: p.detail, Code: p.code,
		Retryable: p.status >= 500 || p.status == http.StatusTooManyRequests || p.status == http.StatusRequestTimeout,
	})
}

// statuses gives refusals their HTTP status; what is not here is 422.
var statuses = map[string]int{
	operation.CodeMalformed:      http.StatusBadRequest,
	operation.CodeUnknownService: http.StatusNotFound,
	api.CodeUnauthorized:         http.StatusUnauthorized,
	api.CodeSignedOut:            http.StatusUnauthorized,
	api.CodeWrongPIN:             http.StatusUnauthorized,
	api.CodeClerkLocked:          http.StatusTooManyRequests,
	api.CodeUnknownWindow:        http.StatusNotFound,
	api.CodeNotFound:             http.StatusNotFound,
	api.CodeBadTransition:        http.StatusConflict,
	api.CodeTooSoon:              http.StatusConflict,
	api.CodeTooManyCalls:         http.StatusConflict,
	api.CodeTooLate:              http.StatusConflict,
	api.CodeLimit:                http.StatusConflict,
	api.CodePaused:               http.StatusConflict,
	api.CodeNotAllowed:           http.StatusForbidden,
	operation.CodeWrongSecret:    http.StatusNotFound,
	operation.CodeOrderLocked:    http.StatusLocked,
	operation.CodeOrderState:     http.StatusConflict,
	api.CodeNoRole:               http.StatusForbidden,
	api.CodeOrderChanged:         http.StatusConflict,
	api.CodeOrderOnce:            http.StatusConflict,
	api.CodeOrderLate:            http.StatusConflict,
	api.CodeOrderFixed:           http.StatusConflict,
	api.CodeOrderLeader:          http.StatusForbidden,
}

// problem turns an error of package hall into what is sent. What failed inside
// the hall is logged and not told.
func (s *Server) problem(err error) error {
	r, ok := errors.AsType[*operation.Refusal](err)
	if !ok {
		s.log.Error("request failed", "err", err)
		return &problem{status: http.StatusInternalServerError, code: api.CodeInternal}
	}
	p := &problem{status: statuses[r.Code], code: r.Code}
	if p.status == 0 {
		p.status = http.StatusUnprocessableEntity
	}
	if r.Err != nil {
		p.detail = r.Err.Error()
	}
	return p
}

// codes gives the errors that huma finds itself their code.
var codes = map[int]string{
	http.StatusBadRequest:            operation.CodeMalformed,
	http.StatusUnauthorized:          api.CodeUnauthorized,
	http.StatusNotFound:              api.CodeNotFound,
	http.StatusRequestEntityTooLarge: api.CodeTooLarge,
	http.StatusUnsupportedMediaType:  operation.CodeMalformed,
	http.StatusUnprocessableEntity:   operation.CodeValidation,
	http.StatusRequestTimeout:        operation.CodeMalformed,
}

// toProblem turns huma's errors into problems. It names the fields that are
// wrong and leaves their values out, since they may be personal.
func toProblem(_ huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := &problem{status: m.Status, code: codes[m.Status], detail: m.Detail}
	if p.code == "" {
		p.code = api.CodeInternal
	}
	var fields []string
	for _, e := range m.Errors {
		if e.Location != "" {
			fields = append(fields, e.Location+": "+e.Message)
		}
	}
	if len(fields) > 0 {
		p.detail += ": " + strings.Join(fields, "; ")
	}
	return p, nil
}

// notFound answers requests that fit no path.
func notFound(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(http.StatusNotFound)
	// A reader that went away needs no answer.
	_ = json.NewEncoder(w).Encode(&problem{status: http.StatusNotFound, code: api.CodeNotFound, detail: "there is no such page"})
}
