package printer

import (
	"hallway/printer/charset"
)

// A Profile says what one model of printer is like and how its firmware
// differs from the manual. It is data: a hall adds a file, not code. What the
// model is stands in the tables before Deviations; what its firmware gets wrong
// stands in Deviations, where every key is off unless a file switches it on.
type Profile struct {
	ID         string     `toml:"id"`       // such as "generic-cn-80"
	Name       string     `toml:"name"`     // for technicians
	Language   Language   `toml:"language"` // LanguageESCPOS when the file does not say
	Match      Match      `toml:"match"`
	Geometry   Geometry   `toml:"geometry"`
	Text       TextSet    `toml:"text"`
	Raster     Raster     `toml:"raster"`
	Symbols    Symbols    `toml:"symbols"`
	Cut        CutMode    `toml:"cut"`    // CutPartial, CutFull or CutNone
	Status     Status     `toml:"status"` //
	Proof      Proof      `toml:"proof"`  //
	Recover    Recover    `toml:"recover"`
	Presenter  Presenter  `toml:"presenter"`
	Link       Link       `toml:"link"`
	Deviations Deviations `toml:"deviations"`
}

// Language is the set of commands that a printer speaks.
type Language string

// The languages.
const (
	LanguageESCPOS   Language = "escpos"    // Epson ESC/POS and what follows it
	LanguageStarLine Language = "star-line" // Star Line Mode
)

// Match is how a printer of this model can be told from others.
type Match struct {
	USB   []string `toml:"usb"`   // vendor and product id as in lsusb, such as "0416:5011"
	Maker []string `toml:"maker"` // texts that the maker's name begins with: GS I 66, or MFG of the IEEE 1284 id
	Model []string `toml:"model"` // texts that the model's name begins with: GS I 67, or MDL of the IEEE 1284 id
}

// Geometry is the print head and the path of the paper, in dots of the head.
type Geometry struct {
	Dots     int `toml:"dots"`       // printable width, a multiple of 8, 192 to 832
	DPI      int `toml:"dpi"`        // dots an inch, 150 to 300
	Cutter   int `toml:"cutter"`     // from the head to the blade
	Speed    int `toml:"speed_mm_s"` // paper speed, used for time limits only
	FeedUnit int `toml:"feed_unit"`  // vertical motion units a dot (ESC 3, ESC J), 1 to 4
}

// TextSet is what the printer's own characters can do.
type TextSet struct {
	Charset    charset.Set `toml:"charset"`
	CJKSize    string      `toml:"cjk_size"`    // which command enlarges Chinese: "gs", "fs" or "both"
	MaxScale   int         `toml:"max_scale"`   // larger text is drawn with the program's font, 1 to 8
	ASCIIScale int         `toml:"ascii_scale"` // the same for text of one-byte characters alone, such as a number; 0 = max_scale
}

// Raster is how pictures are sent.
type Raster struct {
	Command  RasterCommand `toml:"command"`  // RasterGSv0 when the file does not say
	Position Position      `toml:"position"` // how a picture gets to its place across the paper
	Band     int           `toml:"band"`     // rows of one picture command, 1 to 48
	Doubles  bool          `toml:"doubles"`  // obeys the double-size mode, which QR codes use: a quarter of the bytes
}

// RasterCommand is the command that carries pictures.
type RasterCommand string

// The picture commands.
const (
	RasterGSv0 RasterCommand = "gs_v_0" // GS v 0: widest support, called obsolete by Epson
	RasterGSL  RasterCommand = "gs_l"   // GS ( L functions 112 and 50; GS 8 L for more than 65,535 bytes
)

// Position is how a picture gets to its place across the paper.
type Position string

// The ways, from the surest to the shortest.
const (
	PositionPad      Position = "pad"      // white dots are sent at the left
	PositionAlign    Position = "align"    // ESC a moves pictures too
	PositionAbsolute Position = "absolute" // ESC $ before every band; bands lose their white at both sides
)

// Symbols is which codes the printer draws by itself. Firmware without the
// command prints the code's content as text, so each is off until proven.
type Symbols struct {
	QR bool `toml:"qr"` // GS ( k functions 165 to 181
}

// CutMode is how the paper is cut.
type CutMode string

// The cut modes.
const (
	CutPartial CutMode = "partial" // feed to the blade, leave a bridge: GS V 66
	CutFull    CutMode = "full"    // feed to the blade, cut through: GS V 65
	CutNone    CutMode = "none"    // feed past the tear bar
)

// Status is what the printer tells about itself.
type Status struct {
	Realtime bool `toml:"realtime"` // answers DLE EOT; false: write-only line
	Info     bool `toml:"info"`     // answers GS I 65 to 68 with text
	Push     bool `toml:"push"`     // reports changes by itself after GS a
}

// Proof is the best evidence of a finished ticket that the printer gives.
type Proof string

// The proofs, best first.
const (
	ProofProcessID Proof = "gs_h" // GS ( H function 48: answers when printing has completed
	ProofETB       Proof = "etb"  // Star ETB: counted in the status when printing has completed
	ProofPaper     Proof = "gs_r" // GS r 1 behind the cut: answers when the buffer is consumed
	ProofStatus    Proof = "eot"  // DLE EOT only: online and paper present after the computed time
	ProofNone      Proof = "none" // nothing; every job ends as Unknown
)

// Clear is the command that throws away what the printer has not printed, so
// that the rest of a broken ticket does not come out after the refill.
type Clear string

// The clearing commands.
const (
	ClearNone Clear = ""    // the printer keeps its buffer; the rest comes out and is cut off
	ClearENQ  Clear = "enq" // DLE ENQ 2: obeyed only in a recoverable error, such as a stuck cutter
	ClearDC4  Clear = "dc4" // DLE DC4 function 8: obeyed always and answered with 37 25 00
)

// Recover is how a broken job is thrown away.
type Recover struct {
	Clear Clear `toml:"clear"`
}

// Link is how fast bytes may leave.
type Link struct {
	Chunk int `toml:"chunk"` // bytes of one write, 16 to 4096
	Baud  int `toml:"baud"`  // slowest line that time limits must allow for
	Pace  int `toml:"pace"`  // percent of baud that may be used on a cable without flow control, 10 to 100; 0 = the line stops by itself
}

// Deviations is what a firmware does otherwise than the manual says. The names
// are those of the manual's commands.
type Deviations struct {
	IgnoresFeed      bool `toml:"ignores_esc_j"`        // ESC J does nothing: white rows are sent instead
	NearEndActiveLow bool `toml:"near_end_active_low"`  // DLE EOT 4 reports near end with cleared bits (an SNBC BT-UR056 page says so)
	SwallowsPartial  bool `toml:"swallows_gs_v_66"`     // GS V 66 does not feed: GS V 65 is sent instead
	EatsLineFeed     bool `toml:"eats_lf_after_raster"` // the first LF behind GS v 0 is lost: one more is sent
}
