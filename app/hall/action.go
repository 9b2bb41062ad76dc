package hall

import (
	"errors"
	"fmt"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/store"
	"hallway/app/operation"
	"hallway/queue"
)

// The events of windows.
const (
	eventSignIn       = "signin"
	eventSignOut      = "signout"
	eventPause        = "pause"
	eventWork         = "work"
	eventEmergency    = "emergency"
	eventEmergencyEnd = "emergency_end"
)

// An action is one command at the window of a sign-in.
type action struct {
	*Desk
	tx  *store.Tx
	s   store.Session
	q   api.CounterCommand
	now time.Time
	at  *store.Ticket // called or served at the window; nil when it is free
}

// actions are what a window can do.
var actions = map[string]func(*action) error{
	api.ActionNext:         (*action).next,
	api.ActionRecall:       present(queue.Recall),
	api.ActionStart:        present(queue.Start),
	api.ActionMiss:         present(queue.Miss),
	api.ActionReturn:       present(queue.Return),
	api.ActionFinish:       (*action).finish,
	api.ActionHold:         (*action).hold,
	api.ActionTransfer:     (*action).transfer,
	api.ActionCall:         (*action).callChosen,
	api.ActionResume:       (*action).resume,
	api.ActionUndo:         (*action).undo,
	api.ActionRejoin:       (*action).rejoin,
	api.ActionRequeue:      named(queue.Requeue),
	api.ActionPrioritise:   named(queue.Prioritise),
	api.ActionCancel:       named(queue.Cancel),
	api.ActionVoid:         named(queue.Voided),
	api.ActionReprint:      named(queue.Reprint),
	api.ActionPause:        (*action).pause,
	api.ActionWork:         (*action).work,
	api.ActionEmergency:    (*action).emergency,
	api.ActionEmergencyEnd: (*action).emergencyEnd,
	api.ActionGrant:        (*action).grant,
	api.ActionPardon:       (*action).pardon,
	api.ActionCancelDay:    (*action).cancelDay,
	api.ActionSignOut:      (*action).signOut,
}

// maxReason is the longest reason, in bytes.
const maxReason = 300

// run does what the command asks for.
func (a *action) run() error {
	do, ok := actions[a.q.Action]
	if !ok {
		return refuse(operation.CodeValidation, "there is no action "+quoted(a.q.Action))
	}
	if len(a.q.Reason) > maxReason {
		return refuse(operation.CodeValidation, fmt.Sprintf("the reason is longer than %d bytes", maxReason))
	}
	t, busy, err := a.tx.TicketAt(a.s.Window)
	if err != nil {
		return err
	}
	if busy {
		a.at = &t
	}
	return asRefusal(do(a))
}

// event is an event of this window's clerk.
func (a *action) event(k queue.EventKind) queue.Event {
	return queue.Event{
		Kind: k, Window: a.s.Window, Actor: actorOf(a.s), Leader: a.clerks[a.s.Clerk].Leader, Reason: a.q.Reason, Lane: queue.Lane(a.q.Lane),
	}
}

func (a *action) happen(t store.Ticket, e queue.Event) error {
	_, err := a.move(a.tx, t, e, a.q.CommandID)
	return err
}

// windowEvent records what the window itself does.
func (a *action) windowEvent(kind string) error {
	_, err := a.tx.AddEvent(store.Event{At: a.now, Kind: kind, Window: a.s.Window, Actor: actorOf(a.s), Command: a.q.CommandID, Reason: a.q.Reason})
	return err
}

// pause keeps the window from being called at; the person at it is served to
// the end.
func (a *action) pause() error {
	if a.q.Reason == "" {
		return queue.ErrReason
	}
	if err := a.tx.SetPause(a.s, a.q.Reason); err != nil {
		return err
	}
	return a.windowEvent(eventPause)
}

func (a *action) work() error {
	if a.s.Pause == "" {
		return refuse(api.CodeBadTransition, "the window makes no pause")
	}
	if err := a.tx.SetPause(a.s, ""); err != nil {
		return err
	}
	return a.windowEvent(eventWork)
}

// emergency asks for help without a sign on any screen that citizens see.
func (a *action) emergency() error {
	if err := a.tx.PutEmergency(store.Emergency{Window: a.s.Window, Clerk: a.s.Clerk, Since: a.now}); err != nil {
		return err
	}
	return a.windowEvent(eventEmergency)
}

func (a *action) emergencyEnd() error {
	if err := a.tx.EndEmergency(a.s.Window); err != nil {
		return err
	}
	return a.windowEvent(eventEmergencyEnd)
}

func (a *action) signOut() error {
	if a.at != nil {
		return refuse(api.CodeBadTransition, "finish the ticket at the window first")
	}
	return a.closeWindow(a.tx, a.s, actorOf(a.s), a.q.CommandID)
}

// closeWindow ends a sign-in.
func (h *Hall) closeWindow(tx *store.Tx, s store.Session, actor, command string) error {
	now := h.Now()
	if err := tx.EndSessions(s.Window, now); err != nil {
		return err
	}
	_, err := tx.AddEvent(store.Event{At: now, Kind: eventSignOut, Window: s.Window, Actor: actor, Command: command})
	return err
}

// refusalCodes are the codes of what the rules refuse.
var refusalCodes = []struct {
	err  error
	code string
}{
	{queue.ErrTransition, api.CodeBadTransition},
	{queue.ErrWindow, api.CodeBadTransition},
	{queue.ErrTooSoon, api.CodeTooSoon},
	{queue.ErrTooLate, api.CodeTooLate},
	{queue.ErrCalls, api.CodeTooManyCalls},
	{queue.ErrLimit, api.CodeLimit},
	{queue.ErrReason, api.CodeReason},
	{queue.ErrRight, api.CodeNotAllowed},
	{queue.ErrEvent, operation.CodeValidation},
}

// asRefusal gives the rules' refusals their codes.
func asRefusal(err error) error {
	for _, r := range refusalCodes {
		if errors.Is(err, r.err) {
			return &operation.Refusal{Code: r.code, Err: err}
		}
	}
	return err
}
