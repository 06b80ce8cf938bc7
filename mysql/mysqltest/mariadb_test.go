package mysqltest_test

import (
	"strings"
	"testing"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
)

func TestTheClientReadsEveryAnswerOfMariaDB(t *testing.T) {
	m := mysqltest.StartMariaDB(t)
	for name, caps := range map[string]mysql.Capability{
		"with OK at the end of rows":  mysqltest.ClientCapabilities,
		"with EOF at the end of rows": mysqltest.ClientCapabilities &^ mysql.CapDeprecateEOF,
	} {
		t.Run(name, func(t *testing.T) {
			o := m.Options()
			o.Database, o.Capabilities = "test", caps
			c, err := mysqltest.Dial(t.Context(), m.Addr, o)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if _, err := c.Query("CREATE OR REPLACE TABLE t (id INT, v INT) SELECT seq AS id, seq AS v FROM seq_1_to_3"); err != nil {
				t.Fatal(err)
			}
			do := func(cmd mysql.Command, payload ...byte) mysqltest.Answer {
				t.Helper()
				answer, err := c.Do(cmd, payload)
				if err != nil {
					t.Fatal(err)
				}
				return answer
			}

			if fields := do(mysql.ComFieldList, []byte("t\x00")...).Results[0]; len(fields.Columns) != 2 || fields.Columns[1].Name != "v" {
				t.Errorf("COM_FIELD_LIST: %+v", fields)
			}
			if text := do(mysql.ComStatistics).Text; !strings.HasPrefix(text, "Uptime") {
				t.Errorf("COM_STATISTICS: %q", text)
			}

			prepared := do(mysql.ComStmtPrepare, []byte("SELECT id, v FROM t")...).Prepared
			if len(prepared.Columns) != 2 || len(prepared.Params) != 0 {
				t.Errorf("COM_STMT_PREPARE: %+v", prepared)
			}
			id := mysql.AppendUint32(nil, prepared.ID)
			if rows := do(mysql.ComStmtExecute, append(id, 0, 1, 0, 0, 0)...).Results[0]; len(rows.Binary) != 3 || len(rows.Columns) != 2 {
				t.Errorf("COM_STMT_EXECUTE: %+v", rows)
			}

			opened := do(mysql.ComStmtExecute, append(id, 1, 1, 0, 0, 0)...).Results[0]
			if !opened.OK.Status.Has(mysql.StatusCursorExists) || len(opened.Binary) != 0 || len(opened.Columns) != 2 {
				t.Errorf("COM_STMT_EXECUTE with a cursor: %+v", opened)
			}
			first := do(mysql.ComStmtFetch, append(id, 2, 0, 0, 0)...).Results[0]
			last := do(mysql.ComStmtFetch, append(id, 2, 0, 0, 0)...).Results[0]
			if len(first.Binary) != 2 || len(last.Binary) != 1 || !last.OK.Status.Has(mysql.StatusLastRowSent) {
				t.Errorf("COM_STMT_FETCH: %+v, then %+v", first, last)
			}
			if answer := do(mysql.ComStmtClose, id...); len(answer.Packets) != 0 {
				t.Errorf("COM_STMT_CLOSE: %+v", answer)
			}
			if refused := do(mysql.ComStmtPrepare, []byte("SELECT nope")...).Results[0]; refused.Err == nil {
				t.Errorf("COM_STMT_PREPARE of nonsense: %+v", refused)
			}
		})
	}
}
