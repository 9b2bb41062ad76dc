package counter

import (
	"time"

	"hallway/app/hall/api"
	"hallway/app/operation"
	"hallway/app/text"
	"hallway/devices"
)

// The ids of controls. Digits are "key.0" to "key.9".
const (
	CtlNext    = "do." + api.ActionNext
	CtlRecall  = "do." + api.ActionRecall
	CtlMiss    = "do." + api.ActionMiss
	CtlStart   = "do." + api.ActionStart
	CtlFinish  = "do." + api.ActionFinish
	CtlSignOut = "do." + api.ActionSignOut
	CtlUndo    = "do." + api.ActionUndo
	CtlWork    = "do." + api.ActionWork
	CtlHelp    = "do." + api.ActionEmergency
	CtlHelped  = "do." + api.ActionEmergencyEnd
	CtlPrimary = "do.primary" // the highlighted action; has no button of its own
	CtlLang    = "lang"
	CtlClerk   = "field.clerk"
	CtlPIN     = "field.pin"
	CtlBack    = "key.back"
	CtlClear   = "key.clear"
	CtlSignIn  = "signin.go" // from the staff number it leads to the PIN
	digitKey   = "key."
)

// Bounds of what is typed at sign-in, as the hall's file allows them.
const (
	maxClerk = 12
	maxPIN   = 12
)

const (
	// freshFor is how long a confirmed state counts as the present one. The
	// hall is asked every askEvery, so one lost answer is forgiven.
	freshFor = 10 * time.Second
	askEvery = 4 * time.Second
	// askAgain is the pause between tries to reach a hall that does not answer.
	askAgain = 2 * time.Second
	// lampFor is how long the LED keeps a number that the hall no longer
	// confirms (queue rules: a bar keeps the last number for 60 s).
	lampFor = 60 * time.Second
)

// Model is everything that a counter window knows. It is a value.
type Model struct {
	Window string
	Lang   text.Lang
	Now    time.Time

	Clerk, PIN string // typed at sign-in
	OnPIN      bool   // the field that digits go to
	Signed     bool
	Sitting    int // counts sign-ins; answers of an earlier one are dropped

	Counter api.Counter // the last state that the hall confirmed
	HeardAt time.Time   // when it did
	Doubt   bool        // a command was lost since then: nobody knows whether it took effect
	AskedAt time.Time   // last time that the hall was asked
	Asking  bool
	Pending api.CounterCommand // sent, not answered; zero: none
	Entry   bool               // a sign-in is under way
	Menu    Menu

	Notice  Notice
	Display devices.State
	Keypad  devices.State
	Voice   Voice
}

// A Voice is what is known of the loudspeakers of the window's zone.
type Voice uint8

// What can be known of a voice.
const (
	VoiceNone   Voice = iota // nobody asks
	VoiceWell                // it speaks
	VoiceSilent              // it says that it does not
	VoiceAway                // the machine that speaks does not answer
)

// A Notice is a sentence that stays until the next press.
type Notice struct {
	Key  string // of package text; "" for none
	Args []any
	Bad  bool
}

// Start is the model of a window at which nobody has signed in.
func Start(window string, lang text.Lang, now time.Time) Model {
	return Model{Window: window, Lang: lang, Now: now}
}

// Age is how long ago the hall confirmed the state that is shown.
func (m Model) Age() time.Duration { return m.Now.Sub(m.HeardAt) }

// Stale reports whether the shown state may no longer be true.
func (m Model) Stale() bool { return m.Signed && (m.Doubt || m.Age() > freshFor) }

// busy reports whether an answer is awaited that can change everything.
func (m Model) busy() bool { return m.Pending.Action != "" || m.Entry }

// Msg is something that happened.
type Msg interface{ msg() }

// The messages.
type (
	// Tick tells the time, about once a second.
	Tick struct{ Now time.Time }
	// Press is a touch of a control or a key that stands for it. ID becomes
	// the command's id when the press leads to one.
	Press struct {
		Control string
		ID      operation.ID
	}
	// Entered ends a sign-in.
	Entered struct {
		Sitting int
		Counter api.Counter
		Err     error
	}
	// Answered ends a command.
	Answered struct {
		Sitting int
		ID      string
		Counter api.Counter
		Err     error
	}
	// Told ends a question for the state.
	Told struct {
		Sitting int
		Counter api.Counter
		Err     error
	}
	// Moved says that the hall's events reached a number.
	Moved struct{ Seq int64 }
	// VoiceChanged says how the loudspeakers are.
	VoiceChanged struct{ Voice Voice }
	// DeviceChanged says how a device of the window stands.
	DeviceChanged struct {
		Kind  devices.Kind
		State devices.State
	}
)

func (Tick) msg()          {}
func (Press) msg()         {}
func (Entered) msg()       {}
func (Answered) msg()      {}
func (Told) msg()          {}
func (Moved) msg()         {}
func (VoiceChanged) msg()  {}
func (DeviceChanged) msg() {}

// A Command is an effect that Update asks for.
type Command interface{ command() }

// The commands. Each ends in the message named beside it.
type (
	// SignIn asks the hall to open the window: Entered.
	SignIn struct {
		Sitting    int
		Clerk, PIN string
	}
	// Send gives the hall a command: Answered.
	Send struct {
		Sitting int
		Command api.CounterCommand
	}
	// Ask asks for the state of the window: Told.
	Ask struct{ Sitting int }
)

func (SignIn) command() {}
func (Send) command()   {}
func (Ask) command()    {}
