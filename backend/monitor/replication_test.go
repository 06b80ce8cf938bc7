package monitor

import (
	"testing"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/google/go-cmp/cmp"
)

// status is the answer to a replication status statement with one link, in the columns that matter.
func status(t *testing.T, columns []string, values ...any) *mysql.Resultset {
	t.Helper()
	r, err := mysql.BuildSimpleTextResultset(columns, [][]any{values})
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range columns {
		r.FieldNames[name] = i
	}
	row, err := r.RowDatas[0].ParseText(r.Fields, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Values = append(r.Values, row)
	return r
}

func TestReadLinks(t *testing.T) {
	mariadb := []string{"Connection_name", "Master_Host", "Master_Port", "Master_Server_Id", "Slave_IO_Running",
		"Slave_SQL_Running", "Last_IO_Error", "Last_SQL_Error", "Seconds_Behind_Master"}
	mysql8 := []string{"Channel_Name", "Source_Host", "Source_Port", "Source_Server_Id", "Replica_IO_Running",
		"Replica_SQL_Running", "Last_IO_Error", "Last_SQL_Error", "Seconds_Behind_Source", "Source_UUID"}
	for _, test := range []struct {
		name   string
		answer *mysql.Resultset
		want   link
	}{
		{"MariaDB, well", status(t, mariadb, "", "db1", 3306, 11, "Yes", "Yes", "", "", 2),
			link{host: "db1", port: "3306", serverID: 11, behind: 2 * time.Second, behindKnown: true}},
		{"MariaDB, the source is away", status(t, mariadb, "gra", "db1", 3306, 11, "Connecting", "Yes", "error connecting", "", nil),
			link{name: "gra", host: "db1", port: "3306", serverID: 11, io: thread{false, "error connecting"}}},
		{"MariaDB, stopped by an error", status(t, mariadb, "", "db1", 3306, 11, "Yes", "No", "", "Duplicate entry", nil),
			link{host: "db1", port: "3306", serverID: 11, sql: thread{true, "Duplicate entry"}}},
		{"MySQL 8", status(t, mysql8, "", "db1", 3306, 11, "No", "Yes", "fatal error 1236", "", 0, "u1"),
			link{host: "db1", port: "3306", serverID: 11, uuid: "u1", io: thread{true, "fatal error 1236"}, behindKnown: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			links, err := readLinks(test.answer)
			if err != nil || len(links) != 1 {
				t.Fatalf("%v, error %v", links, err)
			}
			if diff := cmp.Diff(test.want, links[0], cmp.AllowUnexported(link{}, thread{})); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("a status without the threads is refused", func(t *testing.T) {
		if links, err := readLinks(status(t, []string{"Master_Host", "Master_Port"}, "db1", 3306)); err == nil {
			t.Errorf("%v", links)
		}
	})
	t.Run("no rows is no link", func(t *testing.T) {
		if links, err := readLinks(mysql.NewResultset(3)); err != nil || len(links) != 0 {
			t.Errorf("%v, error %v", links, err)
		}
	})
}
