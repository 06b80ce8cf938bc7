package position

import (
	"context"
	"errors"

	"shunt/backend/monitor/control"
	"shunt/topology"
)

var errReadOnly = errors.New("it is read_only")

// read asks a server for its position, with what its answers may have shown already, and whether it is one that is written to: a replica's would be too old.
//
// Both servers count a transaction in before they tell its client that it is committed: MariaDB with the binary log's group commit
// (https://mariadb.com/kb/en/gtid/#gtid_current_pos), MySQL at the end of its own. Others may see it in MySQL before it counts; until then it is owned
// (@@gtid_owned), so what is owned is asked for first.
func read(ctx context.Context, conn *control.Conn) (topology.Position, error) {
	question := "SELECT @@global.read_only, @@global.gtid_owned, @@global.gtid_executed"
	if conn.Flavor() == topology.MariaDB {
		question = "SELECT @@global.read_only, @@global.gtid_binlog_pos, @@global.gtid_current_pos"
	}
	r, err := conn.Query(ctx, question)
	if err != nil {
		return nil, err
	}
	var text [3]string
	for i := range text {
		if text[i], err = r.GetString(0, i); err != nil {
			return nil, err
		}
	}
	if text[0] != "0" && text[0] != "OFF" {
		return nil, errReadOnly
	}
	executed, err := topology.ParsePosition(conn.Flavor(), text[2])
	if err != nil {
		return nil, err
	}
	if len(executed) == 0 {
		return nil, errors.New("it has no GTIDs: replicas cannot be compared with it")
	}
	return topology.Visible(conn.Flavor(), executed, text[1])
}
