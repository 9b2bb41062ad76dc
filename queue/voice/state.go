package voice

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
)

// The codes of a state.
const (
	CodeMissing = "voice-missing" // the program is not there
	CodeHangs   = "voice-hangs"   // it does not end
	CodeFails   = "voice-fails"   // it ends with an error
)

// A State is how the voice is, for other programs to show. Citizen is the
// sentence for who waits, Staff for those who call, Technician for whoever
// repairs it; they and Code are empty when the voice is well.
type State struct {
	OK         bool   `json:"ok"`
	Code       string `json:"code,omitempty"`
	Citizen    string `json:"citizen,omitempty"`
	Staff      string `json:"staff,omitempty"`
	Technician string `json:"technician,omitempty"`
}

// A Report is the state of a zone's voice and since when, in unix milliseconds.
type Report struct {
	Zone  string `json:"zone"`
	Since int64  `json:"since"`
	State
}

// stateOf is the state after an announcement.
func stateOf(a Announcement, err error) State {
	if err == nil {
		return State{OK: true}
	}
	s := State{
		Code:    CodeFails,
		Citizen: "The loudspeakers are silent. Please watch the screens for your number.",
		Staff:   fmt.Sprintf("The voice is silent: %s to window %s was not spoken. Please call out loud; the displays go on.", a.Number, a.Window),
	}
	advice := "try the command in a shell; aplay -l lists the sound cards"
	switch {
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, errNoFile):
		s.Code, advice = CodeMissing, "install the package alsa-utils or pipewire-bin, or name another player"
	case errors.Is(err, context.DeadlineExceeded):
		s.Code, advice = CodeHangs, "another program may hold the sound card, or its device is wrong; fuser -v /dev/snd/* tells"
	}
	s.Technician = fmt.Sprintf("Voice player: %v; %s.", err, advice)
	return s
}
