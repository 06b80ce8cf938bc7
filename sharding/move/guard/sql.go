package guard

import (
	"fmt"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/backend/monitor/control"
)

// writable guards every write, as it does the heartbeat's: control accounts often may write to a server that is read_only, and it is
// about to be a replica then. The user variable gives replicas the primary's value where statements are replicated.
const writable = "SET @shunt_writable = CONCAT(@@global.read_only) IN ('0', 'OFF')"

func table(name string) string { return "`" + Schema + "`." + name }

// quote writes a text that every sql_mode and character set reads alike.
func quote(text string) string {
	if text == "" {
		return "''"
	}
	return fmt.Sprintf("_utf8mb4 0x%x", text)
}

// explain adds what to do about a missing table or right.
func explain(err error) error {
	switch control.Code(err) {
	case mysql.ER_NO_SUCH_TABLE, mysql.ER_BAD_DB_ERROR:
		return fmt.Errorf("%w; the server was not prepared for moves: see guard.Install", err)
	case mysql.ER_OPTION_PREVENTS_STATEMENT:
		return fmt.Errorf("%w: %w", ErrReadOnly, err)
	case mysql.ER_DBACCESS_DENIED_ERROR, mysql.ER_TABLEACCESS_DENIED_ERROR:
		return fmt.Errorf("%w; GRANT CREATE, SELECT, INSERT, UPDATE, DELETE ON %s.* to the control account", err, Schema)
	}
	return err
}

// lockName is the name of a unit's lock with GET_LOCK. The server takes 64 characters and does not tell cases apart, so that other names are
// hashed: two units must never have one lock, since who wants it ends the one who has it.
func lockName(unit, role string) string {
	name := "shunt:" + unit
	if role != "" {
		name += ":" + role
	}
	plain := len(name) <= 64 && strings.IndexFunc(name, func(r rune) bool { return r > 126 || r < '!' || 'A' <= r && r <= 'Z' }) < 0
	if plain {
		return name
	}
	return "shunt:" + hash(unit, role)
}
