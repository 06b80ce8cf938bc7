package guard

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/backend/monitor/control"
)

// ErrHeld says that somebody else's connection still has the unit's lock after it was killed and waited for.
var ErrHeld = errors.New("the connection of the unit's former owner does not end")

// ErrLostHold says that the connection no longer has the unit's lock; another owner has killed it, or the server was restarted.
var ErrLostHold = errors.New("the connection does not hold the unit any more")

func hash(unit, role string) string {
	sum := sha256.Sum256([]byte(unit + "\x00" + role))
	return hex.EncodeToString(sum[:24])
}

// Hold is the only connection on which an owner may change definitions, accounts and gates of a unit on one server. Such statements cannot be in
// a transaction with a check of the guard, so this connection is what is checked: it has the lock shunt:<unit>, and a newer owner kills it
// before it takes over. An owner that was paused finds it dead. One goroutine at a time may use it.
type Hold struct {
	conn  *control.Conn
	unit  string
	token int64
	found State
}

// Acquire dials a connection of its own and makes it the unit's Hold, with the token raised to ours. If the former owner's connection has the lock it is
// killed, and waited for until ctx ends. Who has a token that is not the highest gets ErrSuperseded, and kills nobody. The caller releases the Hold.
func Acquire(ctx context.Context, e control.Endpoint, unit string, token int64, setup ...string) (*Hold, error) {
	conn, err := control.Dial(ctx, e, setup...)
	if err != nil {
		return nil, err
	}
	h := &Hold{conn: conn, unit: unit, token: token}
	if err := h.acquire(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return h, nil
}

func (h *Hold) acquire(ctx context.Context) error {
	before, err := Read(ctx, h.conn, h.unit)
	if err != nil && !errors.Is(err, ErrMissing) {
		return err
	}
	if before.Token > h.token {
		return superseded(before, h.token)
	}
	if err := seize(ctx, h.conn, lockName(h.unit, "")); err != nil {
		return err
	}
	if before.Token < h.token { // transactions of the former owner would keep Take waiting
		if err := end(ctx, h.conn, lockName(h.unit, applies)); err != nil {
			return err
		}
	}
	h.found, err = Take(ctx, h.conn, h.unit, h.token)
	return err
}

// Found is the guard's row as it was when the Hold was acquired, with our token.
func (h *Hold) Found() State { return h.found }

// Conn is the connection, for questions. Statements that change something are [Hold.Script]'s.
func (h *Hold) Conn() *control.Conn { return h.conn }

// Check says whether the connection still has the lock and the token is still ours: nil, ErrLostHold or ErrSuperseded.
func (h *Hold) Check(ctx context.Context) error {
	r, err := h.conn.Query(ctx, "SELECT IS_USED_LOCK("+quote(lockName(h.unit, ""))+") <=> CONNECTION_ID()")
	if err != nil {
		return errors.Join(ErrLostHold, err)
	}
	if ours, _ := r.GetInt(0, 0); ours != 1 {
		return ErrLostHold
	}
	s, err := Read(ctx, h.conn, h.unit)
	if err == nil && s.Token != h.token {
		err = superseded(s, h.token)
	}
	return err
}

// Script checks and then runs statements, each of which must be one that may run twice: what becomes of one whose answer is lost is found out by the next owner,
// from the server's own state.
func (h *Hold) Script(ctx context.Context, statements ...string) ([]*mysql.Result, error) {
	if err := h.Check(ctx); err != nil {
		return nil, err
	}
	return h.conn.Script(ctx, statements...)
}

// Release ends the connection, and the lock with it.
func (h *Hold) Release() { h.conn.Close() }

// applies is the role of the connection that applies a unit's changes.
const applies = "apply"

// Claim makes c the only connection that applies changes to the unit on its server: one that has been before is killed and waited for until ctx ends. So what an applier has sent
// that crashed is not still at work when the next begins. Only who has the highest token may call it; anybody else gets ErrSuperseded.
func Claim(ctx context.Context, c *control.Conn, unit string, token int64) error {
	s, err := Read(ctx, c, unit)
	if err != nil {
		return err
	}
	if s.Token != token {
		return superseded(s, token)
	}
	return seize(ctx, c, lockName(unit, applies))
}

// seize gets a lock from whoever has it.
func seize(ctx context.Context, c *control.Conn, name string) error {
	for wait := "0"; ; wait = "0.2" {
		r, err := c.Query(ctx, "SELECT GET_LOCK("+quote(name)+", "+wait+")")
		if err != nil {
			return errors.Join(inTime(ctx), err)
		}
		if got, _ := r.GetInt(0, 0); got == 1 {
			return nil
		}
		if err := end(ctx, c, name); err != nil {
			return err
		}
	}
}

func inTime(ctx context.Context) error {
	if ctx.Err() != nil {
		return ErrHeld
	}
	return nil
}

// end kills the connection that has a lock and waits until it is gone.
func end(ctx context.Context, c *control.Conn, name string) error {
	for wait := time.Millisecond; ; wait = min(2*wait, 100*time.Millisecond) {
		r, err := c.Query(ctx, "SELECT COALESCE(IS_USED_LOCK("+quote(name)+"), 0)")
		if err != nil {
			return errors.Join(inTime(ctx), err)
		}
		id, err := r.GetUint(0, 0)
		if err != nil || id == 0 || id == uint64(c.ID()) {
			return err
		}
		if _, err := c.Query(ctx, fmt.Sprintf("KILL %d", id)); err != nil && control.Code(err) != mysql.ER_NO_SUCH_THREAD {
			return fmt.Errorf("ending connection %d, which holds %q: %w", id, name, errors.Join(inTime(ctx), err))
		}
		select {
		case <-ctx.Done():
			return errors.Join(ErrHeld, ctx.Err())
		case <-time.After(wait):
		}
	}
}
