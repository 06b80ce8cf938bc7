package xa

import (
	"context"
	"fmt"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/backend/monitor/control"
)

// branch is one that a server has prepared.
type branch struct {
	name    Name
	literal string
}

// Errors of servers about branches.
const (
	unknownBranch = 1397 // XAER_NOTA: there is none, or another connection has it still
	rolledBack    = 1402 // XA_RBROLLBACK: the server itself had given it up
	timedOut      = 1613 // XA_RBTIMEOUT: the same
	deadlocked    = 1614 // XA_RBDEADLOCK: the same
)

// prepared lists a server's branches that shunt has made. MySQL shows them to accounts with XA_RECOVER_ADMIN only.
func prepared(ctx context.Context, conn *control.Conn) ([]branch, error) {
	result, err := conn.Query(ctx, "XA RECOVER")
	if err != nil {
		return nil, fmt.Errorf("XA RECOVER: %w", err)
	}
	if result.Resultset == nil {
		return nil, nil
	}
	var found []branch
	for i := range result.RowNumber() {
		if b, ok := readBranch(result, i); ok {
			found = append(found, b)
		}
	}
	return found, nil
}

// readBranch reads a row of XA RECOVER: format, the lengths of the identifier's two parts, and both of them. ok is false for one that is not shunt's.
func readBranch(result *mysql.Result, row int) (b branch, ok bool) {
	format, err := result.GetInt(row, 0)
	if err != nil || format != FormatID {
		return b, false
	}
	global, err := result.GetInt(row, 1)
	if err != nil {
		return b, false
	}
	data, err := result.GetString(row, 3)
	if err != nil || int(global) > len(data) || global < 0 {
		return b, false
	}
	b.name, ok = ParseName(data[:global])
	b.literal = literal(data[:global], data[global:])
	return b, ok
}

// finish commits a branch, or rolls it back. One that is still bound to the connection of its proxy, whose end the server has not noticed, cannot be
// finished yet.
func (k *Coordinator) finish(ctx context.Context, conn *control.Conn, cluster string, b branch, outcome Outcome) error {
	verb, word := "XA ROLLBACK ", "rolled back"
	if outcome == Committed {
		verb, word = "XA COMMIT ", "committed"
	}
	_, err := conn.Query(ctx, verb+b.literal)
	switch code := control.Code(err); {
	case err == nil:
	case (code == rolledBack || code == timedOut || code == deadlocked) && outcome == Aborted:
	case code == unknownBranch:
		return fmt.Errorf("it is not to be had: a connection may have it still: %w", err)
	default:
		return err
	}
	k.metrics.recovered.WithLabelValues(cluster, word).Inc()
	k.deps.Log.Warn("a branch that was left behind was "+word, "cluster", cluster, "transaction", b.name.String())
	return nil
}
