package xa

import (
	"context"
	"fmt"

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
		format, _ := result.GetInt(i, 0) // 0 is none of ours
		length, _ := result.GetInt(i, 1)
		data, _ := result.GetString(i, 3)
		if b, ok := readBranch(format, length, data); ok {
			found = append(found, b)
		}
	}
	return found, nil
}

// readBranch reads an identifier: its format, and both of its parts, the first of which has a length. ok is false for one that shunt has not made.
func readBranch(format, length int64, data string) (b branch, ok bool) {
	if format != FormatID || length < 0 || int(length) > len(data) {
		return b, false
	}
	b.name, ok = ParseName(data[:length])
	b.literal = literal(data[:length], data[length:])
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
