package ipp

import (
	"context"
	"fmt"
	"strconv"

	"hallway/devices"
)

// A Sheet is a file to print and how.
type Sheet struct {
	Name   string // shown on the printer and in its log; no personal data
	PDF    []byte
	Copies int  // 1 to 99; 0 means 1
	Duplex bool // both sides, turned on the long edge
}

// mostCopies keeps a mistake from emptying the tray.
const mostCopies = 99

// options are the job's attributes. Every one is said, because printers'
// defaults differ: the size of some is US Letter.
func (s Sheet) options(r request) request {
	sides := "one-sided"
	if s.Duplex {
		sides = "two-sided-long-edge"
	}
	r = append(r, groupJob)
	r = r.addNumber(tagInteger, "copies", max(s.Copies, 1))
	r = r.add(tagKeyword, "media", "iso_a4_210x297mm")
	r = r.add(tagKeyword, "sides", sides)
	return r.add(tagKeyword, "print-color-mode", "monochrome")
}

func (c *Client) prepare(o operation, s Sheet) (request, error) {
	if s.Copies < 0 || s.Copies > mostCopies {
		return nil, fmt.Errorf("%d copies, want 1 to %d", s.Copies, mostCopies)
	}
	if len(s.Name) > 255 { // RFC 8011, section 5.1.3
		return nil, fmt.Errorf("job name of %d bytes, want at most 255", len(s.Name))
	}
	r := c.begin(o).add(tagName, "job-name", s.Name)
	return s.options(r.add(tagMimeType, "document-format", "application/pdf")), nil
}

// Validate asks whether the printer would take the sheet, without sending it.
func (c *Client) Validate(ctx context.Context, s Sheet) error {
	r, err := c.prepare(validateJob, s)
	if err != nil {
		return err
	}
	_, err = c.do(ctx, validateJob, r, nil)
	return err
}

// Send hands the sheet over and returns the job's number. An error after which
// the printer may have the sheet all the same is any but a [StatusError].
func (c *Client) Send(ctx context.Context, s Sheet) (job int, err error) {
	r, err := c.prepare(printJob, s)
	if err != nil {
		return 0, err
	}
	a, err := c.do(ctx, printJob, r, s.PDF)
	if err != nil {
		return 0, err
	}
	job, ok := a.number("job-id")
	if !ok {
		return 0, fmt.Errorf("%s: %w: Print-Job is answered without job-id", c.uri, devices.ErrProtocol)
	}
	return job, nil
}

// JobState is a job's state (RFC 8011, section 5.3.7).
type JobState int

// The states. Those from Canceled on are the last of a job.
const (
	JobPending    JobState = 3
	JobHeld       JobState = 4
	JobProcessing JobState = 5
	JobStopped    JobState = 6
	JobCanceled   JobState = 7
	JobAborted    JobState = 8
	JobCompleted  JobState = 9
)

var jobStateNames = [...]string{3: "pending", "held", "processing", "stopped", "canceled", "aborted", "completed"}

// String returns the state's name.
func (s JobState) String() string {
	if s >= JobPending && int(s) < len(jobStateNames) {
		return jobStateNames[s]
	}
	return "state " + strconv.Itoa(int(s))
}

// Ended reports whether the job changes no more.
func (s JobState) Ended() bool { return s >= JobCanceled && s <= JobCompleted }

// Job is what a printer tells about a job.
type Job struct {
	State   JobState
	Reasons []string // job-state-reasons such as "aborted-by-system"
	Message string   // for a person, often ""
}

// Job asks about a job.
func (c *Client) Job(ctx context.Context, id int) (Job, error) {
	r := c.begin(getJobAttributes).addNumber(tagInteger, "job-id", id).
		add(tagKeyword, "requested-attributes", "job-state", "job-state-reasons", "job-state-message")
	a, err := c.do(ctx, getJobAttributes, r, nil)
	if err != nil {
		return Job{}, err
	}
	state, ok := a.number("job-state")
	if !ok {
		return Job{}, fmt.Errorf("%s: %w: job %d is described without job-state", c.uri, devices.ErrProtocol, id)
	}
	return Job{State: JobState(state), Reasons: a.texts("job-state-reasons"), Message: a.text("job-state-message")}, nil
}

// Cancel takes a job back as far as it is not printed.
func (c *Client) Cancel(ctx context.Context, id int) error {
	_, err := c.do(ctx, cancelJob, c.begin(cancelJob).addNumber(tagInteger, "job-id", id), nil)
	return err
}
