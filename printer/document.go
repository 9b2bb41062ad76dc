package printer

import (
	"context"
	"errors"

	"hallway/devices"
)

// ErrPrinted says that a job was intended before: its ticket may exist.
var ErrPrinted = errors.New("job was started before and is not printed twice")

// Align is where a block stands across the paper.
type Align uint8

// The alignments.
const (
	Left Align = iota
	Centre
	Right
)

// A Document is what one piece of paper says, from top to cut. Its JSON form is
// that of [ParseDocument].
type Document struct {
	Template string // such as "ticket"; the names are package ticket's
	Lang     string // "zh-Hans" or "en"
	Blocks   []Block
}

// A Block is one element of a document: [Text], [Spans], [KeyValue], [Columns],
// [Rule], [QR], [Barcode], [Image], [Feed] or [Cut].
type Block interface{ block() }

// Text is a paragraph, wrapped to the paper's width.
type Text struct {
	Text   string `json:"text"`
	Scale  int    `json:"scale,omitempty"` // 1 to 8 times the body size; 0 means 1
	Bold   bool   `json:"bold,omitempty"`
	Align  Align  `json:"align,omitempty"`
	Invert bool   `json:"invert,omitempty"` // white on black
}

// Spans is a paragraph whose parts have styles and sizes of their own, wrapped
// to the paper's width as one text. The parts of a line stand on one baseline,
// as the manuals say of GS !: their cells end on the same row of dots.
// UNCONFIRMED: no manual says how far above a cell's lower edge the baseline is.
// A line with a part that is larger than the printer's own characters can be is
// drawn. Sizes shrink, the largest first, until the longest word fits the paper.
type Spans struct {
	Spans []Span `json:"spans"`           // 1 to 16
	Scale int    `json:"scale,omitempty"` // 1 to 8 times the body size; 0 means 1
	Align Align  `json:"align,omitempty"`
}

// Span is one part of [Spans].
type Span struct {
	Text   string `json:"text"`
	Bold   bool   `json:"bold,omitempty"`
	Invert bool   `json:"invert,omitempty"` // white on black
	Width  int    `json:"width,omitempty"`  // 1 to 8 times the body's width; 0 means Spans.Scale
	Height int    `json:"height,omitempty"` // 1 to 8 times the body's height; 0 means Spans.Scale
}

// KeyValue is a label at the left and its value at the right of one line; a
// value that does not fit wraps below, still at the right. It is never larger
// than the printer's own characters can be.
type KeyValue struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	Scale int    `json:"scale,omitempty"` // 1 to 8 times the body size; 0 means 1
	Bold  bool   `json:"bold,omitempty"`
}

// Columns are texts side by side in body size. A text that does not fit its
// column wraps below itself, so that a list keeps its numbers at the left.
type Columns struct {
	Columns []Column `json:"columns"` // 1 to 6
	Bold    bool     `json:"bold,omitempty"`
}

// Column is one text of [Columns].
type Column struct {
	Text  string `json:"text"`
	Cells int    `json:"cells,omitempty"` // width in half-width characters, 1 to 48; 0 shares what is left
	Align Align  `json:"align,omitempty"`
}

// Rule is a horizontal line across the paper.
type Rule struct{}

// QR is a QR code, centred, with a quiet zone of four modules.
type QR struct {
	Data   string `json:"data"`             // at most 200 bytes, byte mode, error correction M
	Module int    `json:"module,omitempty"` // dots a module, 3 to 8; 0 means 6
}

// Barcode is a Code 128 barcode (ISO/IEC 15417), centred, with its text below.
type Barcode struct {
	Data   string `json:"data"`             // 1 to 32 characters of 20 to 7E
	Height int    `json:"height,omitempty"` // of the bars, 24 to 200 dots; 0 means 64
	Module int    `json:"module,omitempty"` // dots of the narrowest bar, 2 to 4, made smaller to fit; 0 means 3
}

// Image is a picture. Wider than the paper or than Width it is scaled down.
type Image struct {
	PNG   PNG   `json:"png"`
	Width int   `json:"width,omitempty"` // the most dots across, 8 to 832; 0 means the paper's width
	Photo bool  `json:"photo,omitempty"` // grey tones become patterns of dots; false: black or white
	Align Align `json:"align,omitempty"`
}

// PNG is the bytes of a PNG file, at most 64 KiB and 2048 by 2048 pixels. Its
// text form is Base64 (RFC 4648, section 4).
type PNG string

// Feed moves the paper by lines of body text.
type Feed struct {
	Lines int `json:"lines"`
}

// Cut feeds to the cutter and cuts. It is the last block.
type Cut struct{}

func (Text) block()     {}
func (Spans) block()    {}
func (KeyValue) block() {}
func (Columns) block()  {}
func (Rule) block()     {}
func (QR) block()       {}
func (Barcode) block()  {}
func (Image) block()    {}
func (Feed) block()     {}
func (Cut) block()      {}

// JobID names one attempt to print: the operation's id and the attempt.
type JobID string

// A Job is one document to print once.
type Job struct {
	ID  JobID
	Doc Document
}

// Reason says why a job did not end as Done, by what a person can do.
type Reason string

// The reasons.
const (
	ReasonNone     Reason = ""
	ReasonPaperOut Reason = "paper-out"
	ReasonCover    Reason = "cover-open"
	ReasonCutter   Reason = "cutter"
	ReasonOffline  Reason = "offline"  // printer answers that it is offline, no cause known
	ReasonSilent   Reason = "silent"   // no answer, unplugged or off
	ReasonDocument Reason = "document" // the document cannot be printed: see Err
	ReasonJournal  Reason = "journal"  // intent could not be stored, nothing was sent

	ReasonJam      Reason = "paper-jam"     // recoverable mechanical error
	ReasonHot      Reason = "head-hot"      // print head too hot, recovers by itself
	ReasonBroken   Reason = "printer-error" // unrecoverable: power off and on, or repair
	ReasonNoProof  Reason = "no-proof"      // all bytes left, the proof did not come in time
	ReasonCanceled Reason = "canceled"      // the caller's context ended
)

// A Result is what is known of a job when it ended.
type Result struct {
	Outcome devices.Outcome
	Reason  Reason
	Proof   string // "gs-h" printed and cut, "status" online with paper afterwards, "" none
	Err     error  // for the technician
}

// A Printer prints jobs one at a time, in the order in which Print is called.
type Printer interface {
	// Print sends a job and waits for the best proof that the printer has.
	Print(ctx context.Context, j Job) Result
}

// A Journal makes print intents durable, so that a power cut can never turn
// into a second ticket.
type Journal interface {
	// Intend stores that the job's first byte is about to leave. It fails with
	// ErrPrinted when the job was ever intended before.
	Intend(ctx context.Context, id JobID) error
	// Conclude stores how the job ended.
	Conclude(ctx context.Context, id JobID, r Result) error
}

// A History is a Journal that knows how the last job ended. An engine that is
// opened with one cuts off the scrap of an unfinished ticket before the next,
// so that no paper carries two numbers.
type History interface {
	Journal
	// Last returns the outcome of the job that was intended last: Unknown when
	// it was never concluded, Done when there was none.
	Last(ctx context.Context) (devices.Outcome, error)
}
