package monitor

import (
	"fmt"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/backend/monitor/control"
	"shunt/topology"
)

// statusStatement lists all replication links. MySQL renamed it in 8.0.22 and dropped the old name in 8.4; MariaDB's
// shorter SHOW REPLICA STATUS only shows the link without a name.
func statusStatement(c *control.Conn) string {
	switch {
	case c.Flavor() == topology.MariaDB:
		return "SHOW ALL SLAVES STATUS"
	case c.AtLeast("8.0.22"):
		return "SHOW REPLICA STATUS"
	}
	return "SHOW SLAVE STATUS"
}

// readLinks reads the answer to [statusStatement]; no rows means that the server replicates from nobody. The columns are
// those of https://mariadb.com/kb/en/show-replica-status/ and
// https://dev.mysql.com/doc/refman/8.4/en/show-replica-status.html, under their old or new names.
func readLinks(r *mysql.Resultset) ([]link, error) {
	links := make([]link, r.RowNumber())
	for i := range links {
		row := statusRow{set: r, row: i}
		links[i] = link{
			name:     row.text("Connection_name", "Channel_Name"),
			host:     row.must("Master_Host", "Source_Host"),
			port:     row.must("Master_Port", "Source_Port"),
			serverID: uint32(row.number("Master_Server_Id", "Source_Server_Id")),
			uuid:     row.text("Master_UUID", "Source_UUID"),
			io:       thread{row.must("Slave_IO_Running", "Replica_IO_Running") == "No", row.text("Last_IO_Error")},
			sql:      thread{row.must("Slave_SQL_Running", "Replica_SQL_Running") == "No", row.text("Last_SQL_Error")},
		}
		if row.text("Seconds_Behind_Master", "Seconds_Behind_Source") != "" {
			links[i].behindKnown = true
			links[i].behind = time.Duration(row.number("Seconds_Behind_Master", "Seconds_Behind_Source")) * time.Second
		}
		if row.err != nil {
			return nil, row.err
		}
	}
	return links, nil
}

// statusRow reads columns that may have one of several names; the first fault stays in err.
type statusRow struct {
	set *mysql.Resultset
	row int
	err error
}

// text is the value of the first of names that is a column; empty if none is, or if it is NULL.
func (s *statusRow) text(names ...string) string {
	for _, name := range names {
		if _, ok := s.set.FieldNames[name]; !ok {
			continue
		}
		value, err := s.set.GetStringByName(s.row, name)
		if err != nil && s.err == nil {
			s.err = err
		}
		return value
	}
	return ""
}

func (s *statusRow) must(names ...string) string {
	value := s.text(names...)
	if value == "" && s.err == nil {
		s.err = fmt.Errorf("the replication status has no %s", names[0])
	}
	return value
}

func (s *statusRow) number(names ...string) (n uint64) {
	if text := s.text(names...); text != "" && s.err == nil {
		_, s.err = fmt.Sscan(text, &n)
	}
	return n
}
