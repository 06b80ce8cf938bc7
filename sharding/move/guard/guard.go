// Package guard keeps, on each server that takes part in a move, who may change the unit there and how far the move has come. It is what
// makes a move safe when its owner is slow, paused or replaced: the servers decide, not the owners' clocks.
//
// Four tables in the schema shunt, beside the heartbeat:
//
//   - move_guard: a row per unit with the owner's token, the phase and the epoch. A transaction that applies changes begins with
//     [Begin], which holds this row shared; [Take] and [Enter] change it, and so wait for such transactions and shut out later ones.
//   - move_progress: a row per unit and stream with the position up to which changes are applied, written by [Advance] in the transaction
//     that applies them, so that rows and position always agree.
//   - move_marker: a row per unit that [Mark] changes. Its event in the binary log is the end of the stream.
//   - move_journal: where a unit's home was, by epoch, for people and for a store that has lost its memory.
//
// A unit is a text, a database's name or database/module. A token is a number that grows with each owner, as the creation revision of a key in
// the store does. Statements that cannot be in a transaction (definitions, accounts) are the owner's of a [Hold] only. What the phases mean for a
// move, and when one follows on another, is left to the move.
package guard

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/backend/monitor/control"
)

// Schema is the database on each server that has the tables.
const Schema = "shunt"

// Phase is what may happen to a unit on one server.
type Phase string

// The phases. On a destination they are passed in this order, but that Abort may follow on Forward and Sealed. On a source Reverse is the
// phase in which changes come back.
const (
	Idle    Phase = "idle"    // no move; as Take finds a unit that is new
	Forward Phase = "forward" // the copy and the changes of the source are applied here
	Sealed  Phase = "sealed"  // everything up to the marker is here, nothing more is applied
	Open    Phase = "open"    // the home of the unit: applications write, nothing is applied
	Reverse Phase = "reverse" // the changes of the new home are applied here
	Abort   Phase = "abort"   // the move was given up
)

// What the guard answers. All of them come before anything was changed.
var (
	ErrSuperseded = errors.New("the move has a newer owner")
	ErrPhase      = errors.New("the unit is in another phase")
	ErrReadOnly   = errors.New("the server is read_only")
	ErrMissing    = errors.New("the server does not know the unit; its owner has not taken it")
)

// State is the guard's row of a unit.
type State struct {
	Token int64
	Phase Phase
	Epoch int64
}

// Install makes the tables where they are missing. Anybody may call it at any time; the account needs CREATE on the schema.
func Install(ctx context.Context, c *control.Conn) error {
	const unit = "unit VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL"
	for _, sql := range []string{
		"CREATE DATABASE IF NOT EXISTS `" + Schema + "`",
		"CREATE TABLE IF NOT EXISTS " + table("move_guard") + " (" + unit + " PRIMARY KEY, token BIGINT NOT NULL, " +
			"phase VARCHAR(16) CHARACTER SET ascii NOT NULL, epoch BIGINT NOT NULL) ENGINE = InnoDB COMMENT 'shunt: who moves what'",
		"CREATE TABLE IF NOT EXISTS " + table("move_progress") + " (" + unit + ", stream VARCHAR(64) CHARACTER SET ascii NOT NULL, " +
			"position MEDIUMTEXT CHARACTER SET ascii NOT NULL, changes BIGINT UNSIGNED NOT NULL, bytes BIGINT UNSIGNED NOT NULL, at DATETIME(6) NOT NULL, " +
			"PRIMARY KEY (unit, stream)) ENGINE = InnoDB COMMENT 'shunt: how far moves have come'",
		"CREATE TABLE IF NOT EXISTS " + table("move_marker") + " (" + unit + " PRIMARY KEY, epoch BIGINT NOT NULL, token BIGINT NOT NULL, " +
			"at DATETIME(6) NOT NULL) ENGINE = InnoDB COMMENT 'shunt: the end of a stream of changes'",
		"CREATE TABLE IF NOT EXISTS " + table("move_journal") + " (" + unit + ", epoch BIGINT NOT NULL, home VARCHAR(255) CHARACTER SET utf8mb4 NOT NULL, " +
			"at DATETIME(6) NOT NULL, PRIMARY KEY (unit, epoch)) ENGINE = InnoDB COMMENT 'shunt: where units have been at home'",
	} {
		if _, err := c.Query(ctx, sql); err != nil {
			return explain(err)
		}
	}
	return nil
}

// Read tells the guard's row of a unit; ErrMissing if it has none.
func Read(ctx context.Context, c *control.Conn, unit string) (State, error) {
	r, err := c.Query(ctx, "SELECT token, phase, epoch FROM "+table("move_guard")+" WHERE unit = "+quote(unit))
	if err != nil {
		return State{}, explain(err)
	}
	if r.RowNumber() == 0 {
		return State{}, ErrMissing
	}
	token, err := r.GetInt(0, 0)
	phase, err2 := r.GetString(0, 1)
	epoch, err3 := r.GetInt(0, 2)
	return State{Token: token, Phase: Phase(phase), Epoch: epoch}, errors.Join(err, err2, err3)
}

// Take makes token the owner's. Who has a higher token may call it, or the owner again; anybody else gets ErrSuperseded. It waits for transactions
// that apply changes, for as long as the session's innodb_lock_wait_timeout. What it returns is the row afterwards: a new owner goes on from there.
func Take(ctx context.Context, c *control.Conn, unit string, token int64) (State, error) {
	_, err := c.Script(ctx, writable,
		fmt.Sprintf("INSERT IGNORE INTO %s (unit, token, phase, epoch) SELECT %s, 0, '%s', 0 FROM DUAL WHERE @shunt_writable", table("move_guard"), quote(unit), Idle),
		fmt.Sprintf("UPDATE %s SET token = %d WHERE unit = %s AND token < %d AND @shunt_writable", table("move_guard"), token, quote(unit), token))
	if err != nil {
		return State{}, explain(err)
	}
	s, err := Read(ctx, c, unit)
	switch {
	case errors.Is(err, ErrMissing), err == nil && s.Token < token:
		return s, ErrReadOnly
	case err == nil && s.Token > token:
		return s, superseded(s, token)
	}
	return s, err
}

// Enter changes the unit's phase and epoch. The owner alone may call it; to enter the same phase again changes nothing. It waits for the
// transactions that are applying changes, for as long as the session's innodb_lock_wait_timeout: when it returns none of them is left, and
// later ones of another phase end with ErrPhase.
func Enter(ctx context.Context, c *control.Conn, unit string, token int64, phase Phase, epoch int64) error {
	_, err := c.Script(ctx, writable, fmt.Sprintf("UPDATE %s SET phase = '%s', epoch = %d WHERE unit = %s AND token = %d AND @shunt_writable",
		table("move_guard"), phase, epoch, quote(unit), token))
	if err != nil {
		return explain(err)
	}
	s, err := Read(ctx, c, unit)
	switch {
	case err != nil:
		return err
	case s.Token != token:
		return superseded(s, token)
	case s.Phase != phase || s.Epoch != epoch:
		return ErrReadOnly
	}
	return nil
}

// refusal is the server's error when the statement of Begin finds another token or phase: BIGINT value is out of range.
const refusal = mysql.ER_DATA_OUT_OF_RANGE

// Begin gives the statements that a transaction begins with which applies changes; they go in one round trip, together with the first changes if one
// likes: where the guard's row has another token or phase, or the server is read_only, the second of them fails, and a server stops there. [Why] tells the reason.
// The row stays locked in share mode until the transaction ends.
func Begin(unit string, token int64, phase Phase) []string {
	return []string{"START TRANSACTION", fmt.Sprintf("SELECT 9223372036854775807 + IF(SUM(token = %d AND phase = '%s' AND CONCAT(@@global.read_only) IN ('0', 'OFF')) <=> 1, 0, 1) "+
		"FROM %s WHERE unit = %s LOCK IN SHARE MODE", token, phase, table("move_guard"), quote(unit))}
}

// Why says what an error means that came from a script that began with Begin: ErrSuperseded, ErrPhase, ErrReadOnly or ErrMissing if the guard
// refused it, else the error itself. The transaction is rolled back in the first case.
func Why(ctx context.Context, c *control.Conn, unit string, token int64, phase Phase, err error) error {
	if control.Code(err) != refusal || !strings.Contains(err.Error(), "9223372036854775807") {
		return explain(err)
	}
	if _, err := c.Query(ctx, "ROLLBACK"); err != nil {
		return err
	}
	s, err := Read(ctx, c, unit)
	switch {
	case err != nil:
		return err
	case s.Token != token:
		return superseded(s, token)
	case s.Phase != phase:
		return fmt.Errorf("%w: it is %s, not %s", ErrPhase, s.Phase, phase)
	}
	return ErrReadOnly
}

func superseded(s State, token int64) error {
	return fmt.Errorf("%w: its token is %d, and ours was %d", ErrSuperseded, s.Token, token)
}
