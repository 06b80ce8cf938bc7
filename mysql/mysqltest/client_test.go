package mysqltest_test

import (
	"strings"
	"testing"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
)

// TestCompressionWithMariaDB: answers and statements of all lengths around those at which something changes.
func TestCompressionWithMariaDB(t *testing.T) {
	m := mysqltest.StartMariaDB(t, "--max-allowed-packet=64M")
	o := m.Options()
	o.Database, o.Compress = "test", mysqltest.CompressZlib
	c, err := mysqltest.Dial(t.Context(), m.Addr, o)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got, err := c.Value("SELECT variable_value FROM information_schema.session_status WHERE variable_name = 'COMPRESSION'"); err != nil || got != "ON" {
		t.Fatalf("%q, %v", got, err)
	}
	for _, length := range []int{1, 49, 50, 51, 16000, 70_000, mysql.MaxPayload - 20, mysql.MaxPayload + 20, 20 << 20} {
		text := strings.Repeat("0123456789abcdef", length/16+1)[:length]
		if got, err := c.Value("SELECT '" + text + "'"); err != nil || got != text {
			t.Errorf("of %d bytes %d came back, %v", length, len(got), err)
		}
	}
	for range 3 {
		if err := c.Send(mysql.ComQuery, []byte("SELECT seq FROM seq_1_to_5000")); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 { // answers to statements that were sent in a row
		if a, err := c.ReadAnswer(mysql.ComQuery); err != nil || len(a.Results[0].Rows) != 5000 {
			t.Fatalf("%d results, %v", len(a.Results), err)
		}
	}
}

// TestExtendedMetadataWithMariaDB: definitions that say more, and definitions that are left out.
func TestExtendedMetadataWithMariaDB(t *testing.T) {
	m := mysqltest.StartMariaDB(t)
	for name, less := range map[string]mysql.Capability{"OK at the end of rows": 0, "EOF at the end of rows": mysql.CapDeprecateEOF} {
		t.Run(name, func(t *testing.T) {
			o := m.Options()
			o.Database = "test"
			o.Capabilities = mysqltest.ClientCapabilities&^less | mysql.CapExtendedMetadata | mysql.CapCacheMetadata
			c, err := mysqltest.Dial(t.Context(), m.Addr, o)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if !c.Capabilities.Has(mysql.CapExtendedMetadata | mysql.CapCacheMetadata) {
				t.Fatalf("the connection has %s", c.Capabilities)
			}
			for _, sql := range []string{"CREATE OR REPLACE TABLE t (id INT, u UUID, j JSON)", "INSERT INTO t VALUES (1, UUID(), '{}')"} {
				if _, err := c.Query(sql); err != nil {
					t.Fatal(err)
				}
			}
			result, err := c.Query("SELECT id, u, j FROM t")
			if err != nil || len(result.Columns) != 3 || !strings.Contains(string(result.Columns[1].Extended), "uuid") ||
				!strings.Contains(string(result.Columns[2].Extended), "json") {
				t.Fatalf("%+v, %v", result, err)
			}
			answer, err := c.Do(mysql.ComStmtPrepare, []byte("SELECT id, u, j FROM t"))
			if err != nil {
				t.Fatal(err)
			}
			execute := append(mysql.AppendUint32(nil, answer.Prepared.ID), 0, 1, 0, 0, 0)
			var cached []bool
			for range 2 {
				if answer, err = c.Do(mysql.ComStmtExecute, execute); err != nil || len(answer.Results[0].Binary) != 1 {
					t.Fatalf("%+v, %v", answer, err)
				}
				cached = append(cached, answer.Results[0].Cached)
			}
			if !cached[1] {
				t.Errorf("definitions were left out: %v", cached)
			}
		})
	}
}

func TestACompressedLoginNeedsAServerThatOffersIt(t *testing.T) {
	for _, algorithm := range []string{mysqltest.CompressZlib, mysqltest.CompressZstd, "unknown"} {
		if _, err := mysqltest.Login((&mysqltest.Server{}).Pipe(t), mysqltest.Options{Compress: algorithm}); err == nil {
			t.Errorf("%s: logged in", algorithm)
		}
	}
}
