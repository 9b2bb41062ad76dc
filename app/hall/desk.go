package hall

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"hallway/app/config"
	"hallway/app/hall/api"
	"hallway/app/hall/store"
	"hallway/app/operation"
	"hallway/queue"
)

// How wrong PINs are held back: the fifth try in a row locks the clerk.
const (
	triesAllowed = 5
	lockedFor    = 5 * time.Minute
)

// Desk lets clerks sign in at windows and call tickets.
type Desk struct {
	*Hall
	clerks map[string]config.Clerk
	hashes chan struct{} // PINs being hashed: at most one a processor may be busy with it
}

// NewDesk makes the desk of a hall.
func NewDesk(h *Hall) *Desk {
	d := &Desk{Hall: h, clerks: map[string]config.Clerk{}, hashes: make(chan struct{}, 1)}
	for _, c := range h.Config.Clerks {
		d.clerks[c.Number] = c
	}
	return d
}

// unknownClerk is the hash that an unknown clerk's PIN is compared with, so
// that the answer takes as long as for a known one. No PIN has it.
const unknownClerk = "pbkdf2-sha256$210000$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// SignIn opens a window for a clerk and ends the sign-in before it there.
func (d *Desk) SignIn(ctx context.Context, q api.SignInRequest) (api.SignInResponse, error) {
	if _, ok := d.window(q.Window); !ok {
		return api.SignInResponse{}, refuse(api.CodeUnknownWindow, "the catalogue has no window "+quoted(q.Window))
	}
	if err := d.checkPIN(ctx, q.Clerk, q.PIN); err != nil {
		return api.SignInResponse{}, err
	}
	token, err := d.newToken()
	if err != nil {
		return api.SignInResponse{}, err
	}
	r := api.SignInResponse{Token: token}
	now := d.Now()
	s := store.Session{TokenHash: hashToken(r.Token), Window: queue.WindowID(q.Window), Clerk: q.Clerk, StartedAt: now}
	err = d.write(ctx, func(tx *store.Tx) error {
		if err := tx.ForgetTries(q.Clerk); err != nil {
			return err
		}
		if err := tx.EndSessions(s.Window, now); err != nil {
			return err
		}
		if err := tx.PutSession(s); err != nil {
			return err
		}
		_, err := tx.AddEvent(store.Event{At: now, Kind: eventSignIn, Window: s.Window, Actor: actorOf(s)})
		if err != nil {
			return err
		}
		r.Counter, err = d.counter(tx, s.Window)
		return err
	})
	return r, err
}

// checkPIN refuses a wrong clerk or PIN, and everybody while the clerk is
// locked.
func (d *Desk) checkPIN(ctx context.Context, clerk, pin string) error {
	c, known := d.clerks[clerk]
	hash := unknownClerk
	if known {
		hash = string(c.PINHash)
		if err := d.countTry(ctx, clerk); err != nil {
			return err
		}
	}
	select {
	case d.hashes <- struct{}{}:
		defer func() { <-d.hashes }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if len(pin) > 12 || !matches(hash, pin) || !known {
		d.Log.Warn("sign-in refused", "clerk", quoted(clerk))
		return &operation.Refusal{Code: api.CodeWrongPIN}
	}
	return nil
}

// countTry counts a try before its PIN is looked at.
func (d *Desk) countTry(ctx context.Context, clerk string) error {
	now := d.Now()
	return d.Store.Write(ctx, func(tx *store.Tx) error {
		until, err := tx.LockedUntil(clerk)
		if err != nil {
			return err
		}
		if until.After(now) {
			return refuse(api.CodeClerkLocked, "too many wrong PINs, locked until "+until.In(d.zone).Format("15:04:05"))
		}
		return tx.CountTry(clerk, triesAllowed, now.Add(lockedFor))
	})
}

// Counter returns the state of the window that a sign-in belongs to.
func (d *Desk) Counter(ctx context.Context, token string) (c api.Counter, err error) {
	err = d.Store.Read(ctx, func(tx *store.Tx) error {
		s, err := session(tx, token)
		if err != nil {
			return err
		}
		if !s.EndedAt.IsZero() {
			return &operation.Refusal{Code: api.CodeSignedOut}
		}
		c, err = d.counter(tx, s.Window)
		return err
	})
	return c, err
}

// Command carries out one action at the window of a sign-in. The same command
// id gets the same answer, also a refusal, and has no second effect.
func (d *Desk) Command(ctx context.Context, token string, q api.CounterCommand) (api.Counter, error) {
	if !operation.ID(q.CommandID).Valid() {
		return api.Counter{}, refuse(operation.CodeValidation, "command_id is not a UUIDv7")
	}
	var a commandAnswer
	err := d.write(ctx, func(tx *store.Tx) error {
		s, err := session(tx, token)
		if err != nil {
			return err
		}
		known, ok, err := tx.Command(q.CommandID)
		switch {
		case err != nil:
			return err
		case ok && (known.Window != s.Window || known.Action != what(q)):
			return refuse(api.CodeCommandMismatch, "the command id was used for another action")
		case ok:
			return json.Unmarshal(known.Answer, &a)
		case !s.EndedAt.IsZero():
			return &operation.Refusal{Code: api.CodeSignedOut}
		}
		a, err = d.carryOut(tx, s, q)
		return err
	})
	if err == nil && a.Problem != nil {
		err = refuse(a.Problem.Code, a.Problem.Detail)
	}
	return a.Counter, err
}

// A commandAnswer is what a command gets for ever.
type commandAnswer struct {
	Counter api.Counter        `json:"counter"`
	Problem *operation.Problem `json:"problem,omitempty"`
}

// carryOut acts and stores the answer. A refused action has changed nothing.
func (d *Desk) carryOut(tx *store.Tx, s store.Session, q api.CounterCommand) (commandAnswer, error) {
	var a commandAnswer
	err := (&action{Desk: d, tx: tx, s: s, q: q, now: d.Now()}).run()
	if a.Problem = problemOf(err); err != nil && a.Problem == nil {
		return a, err
	}
	if a.Counter, err = d.counter(tx, s.Window); err != nil {
		return a, err
	}
	b, err := json.Marshal(a)
	if err != nil {
		return a, fmt.Errorf("write answer: %w", err)
	}
	return a, tx.PutCommand(store.Command{ID: q.CommandID, Window: s.Window, Action: what(q), Answer: b}, d.Now())
}

// what is everything that a command asks for: its action alone, or all of it
// when it says more.
func what(q api.CounterCommand) string {
	q.CommandID = ""
	if q == (api.CounterCommand{Action: q.Action}) {
		return q.Action
	}
	b, err := json.Marshal(q)
	if err != nil {
		return fmt.Sprintf("%+v", q)
	}
	return string(b)
}

// session finds the sign-in of a token, ended or not.
func session(tx *store.Tx, token string) (store.Session, error) {
	s, ok, err := tx.Session(hashToken(token))
	if err == nil && !ok {
		err = &operation.Refusal{Code: api.CodeUnauthorized}
	}
	return s, err
}

// newToken makes the token of a sign-in.
func (h *Hall) newToken() (string, error) {
	secret := make([]byte, 32)
	if _, err := io.ReadFull(h.Random, secret); err != nil {
		return "", fmt.Errorf("make token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(secret), nil
}

// hashToken is what the hall stores of a token.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func actorOf(s store.Session) string { return "clerk " + s.Clerk }
