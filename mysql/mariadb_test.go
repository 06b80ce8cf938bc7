package mysql_test

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
)

// dial logs in and closes the connection with the test.
func dial(t *testing.T, m mysqltest.MariaDB, o mysqltest.Options) *mysqltest.Client {
	t.Helper()
	c, err := mysqltest.Dial(t.Context(), m.Addr, o)
	if err != nil {
		t.Fatalf("logging in: %v", err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func query(t *testing.T, c *mysqltest.Client, sql string) mysqltest.Result {
	t.Helper()
	result, err := c.Query(sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return result
}

// trackedBy runs a statement and gives the trackers of its OK packet as text.
func trackedBy(t *testing.T, c *mysqltest.Client, sql string) []string {
	t.Helper()
	tracks, err := query(t, c, sql).Tracks()
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	var lines []string
	for _, track := range tracks {
		lines = append(lines, strings.TrimPrefix(fmt.Sprintf("%s=%s", track.Name, track.Value), "="))
	}
	return lines
}

func TestMariaDBTracksTheSession(t *testing.T) {
	m := mysqltest.StartMariaDB(t, "--log-bin=bin", "--server-id=7", "--gtid-strict-mode=1")
	o := m.Options()
	o.Database = "test"
	c := dial(t, m, o)
	query(t, c, "CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v INT) ENGINE=InnoDB")
	query(t, c, "SET session_track_system_variables='*', session_track_state_change=1, session_track_transaction_info='CHARACTERISTICS'")

	for _, c2 := range []struct {
		sql  string
		want []string
	}{
		{"SET autocommit=0", []string{"autocommit=OFF", "1"}},
		{"SET autocommit=1", []string{"autocommit=ON", "1"}},
		{"SET NAMES latin1", []string{"character_set_client=latin1", "character_set_results=latin1", "1"}},
		{"USE mysql", []string{"mysql", "1"}},
		{"USE test", []string{"test", "1"}},
		{"BEGIN", []string{"T_______", "START TRANSACTION;"}},
		{"INSERT INTO t (v) VALUES (1)", []string{"T___W___"}},
	} {
		got := trackedBy(t, c, c2.sql)
		for _, want := range c2.want {
			if !slices.Contains(got, want) {
				t.Errorf("%s: tracked %q, without %q", c2.sql, got, want)
			}
		}
	}

	committed := trackedBy(t, c, "COMMIT")
	gtid := query(t, c, "SELECT @@last_gtid").Text()[0][0]
	if !strings.HasPrefix(gtid, "0-7-") || !slices.Contains(committed, "last_gtid="+gtid) {
		t.Errorf("COMMIT tracked %q, and the last GTID is %q", committed, gtid)
	}
	inserted := trackedBy(t, c, "INSERT INTO t (v) VALUES (2)")
	if gtid := query(t, c, "SELECT @@last_gtid").Text()[0][0]; !slices.Contains(inserted, "last_gtid="+gtid) {
		t.Errorf("an INSERT by itself tracked %q, and the last GTID is %q", inserted, gtid)
	}
}

func TestMariaDBAnswersInEveryForm(t *testing.T) {
	m := mysqltest.StartMariaDB(t, "--max-allowed-packet=64M")
	const rows = "SELECT 1 AS n, 'a' AS s, NULL AS z UNION SELECT 2, '', ''"
	want := [][]string{{"1", "a", "NULL"}, {"2", "", ""}}
	for _, c := range []mysql.Capability{
		mysqltest.ClientCapabilities,
		mysqltest.ClientCapabilities &^ mysql.CapDeprecateEOF,
		mysqltest.ClientCapabilities &^ mysql.CapDeprecateEOF &^ mysql.CapSessionTrack,
		mysqltest.ClientCapabilities&^mysql.CapLongPassword | mysql.CapExtendedMetadata | mysql.CapCacheMetadata,
		mysql.CapProtocol41 | mysql.CapSecureConnection | mysql.CapTransactions | mysql.CapMultiStatements | mysql.CapMultiResults,
	} {
		t.Run(c.String(), func(t *testing.T) {
			o := m.Options()
			o.Capabilities = c
			client := dial(t, m, o)
			if got := query(t, client, rows).Text(); !slices.EqualFunc(got, want, slices.Equal) {
				t.Errorf("rows are %q", got)
			}
			answer, err := client.Do(mysql.ComQuery, []byte("SET @a=1; "+rows+"; SELECT nope"))
			if err != nil || len(answer.Results) != 3 || answer.Results[2].Err == nil {
				t.Errorf("three statements gave %+v, %v", answer.Results, err)
			}
			reparse(t, answer.Packets, client.Capabilities, want)

			big := query(t, client, "SELECT REPEAT('x', 17000000), 'behind'").Rows[0]
			if len(big[0]) != 17000000 || string(big[1]) != "behind" {
				t.Errorf("a big row has %d bytes and %q", len(big[0]), big[1])
			}
			for _, cmd := range []mysql.Command{mysql.ComPing, mysql.ComResetConnection, mysql.ComStatistics, mysql.ComDebug} {
				if answer, err := client.Do(cmd, nil); err != nil || len(answer.Packets) != 1 {
					t.Errorf("%s: %+v, %v", cmd, answer, err)
				}
			}
			answer, err = client.Do(mysql.ComStmtPrepare, []byte("SELECT ?, 'a'"))
			if err != nil || answer.Prepared == nil || len(answer.Prepared.Params) != 1 || len(answer.Prepared.Columns) != 2 {
				t.Errorf("prepared %+v, %v", answer.Prepared, err)
			}
		})
	}
}

// reparse reads the packets of three results (an OK, rows, an error) with ParseResultSet.
func reparse(t *testing.T, packets [][]byte, c mysql.Capability, want [][]string) {
	t.Helper()
	var stream []byte
	seq := byte(1)
	for _, packet := range packets {
		stream, seq = mysql.AppendPacket(stream, seq, packet)
	}
	_, end, stream, err := mysql.ParseResultSet(stream, c)
	if err != nil || !end.Status.Has(mysql.StatusMoreResults) {
		t.Fatalf("the first result: %+v, %v", end, err)
	}
	rs, end, stream, err := mysql.ParseResultSet(stream, c)
	got := mysqltest.Result{Rows: rs.Rows}.Text()
	if err != nil || !end.Status.Has(mysql.StatusMoreResults) || !slices.EqualFunc(got, want, slices.Equal) {
		t.Fatalf("the second result: %q, %+v, %v", got, end, err)
	}
	var refusal *mysql.Error
	if _, _, rest, err := mysql.ParseResultSet(stream, c); !errors.As(err, &refusal) || len(rest) > 0 {
		t.Fatalf("the third result: %v, %d bytes left", err, len(rest))
	}
}

// A proxy that knows only the stored hash lets a client in and then logs in as that client.
func TestMariaDBLetsInWhoeverKnowsTheSHA1OfThePassword(t *testing.T) {
	m := mysqltest.StartMariaDB(t)
	admin := dial(t, m, m.Options())
	stored, err := admin.Value("SELECT authentication_string FROM mysql.user WHERE User = '" + m.User + "'")
	if err != nil {
		t.Fatal(err)
	}
	doubleHash, err := mysql.ParseNativeHash(stored)
	if err != nil {
		t.Fatal(err)
	}
	known, _ := mysql.NativeHash([]byte(m.Password))
	reply := mysql.NativeScramble(salt[:], known, doubleHash) // a client's, to our salt
	sha1pw, ok := mysql.NativeVerify(reply[:], salt[:], doubleHash)
	if !ok {
		t.Fatal("the client's reply is refused")
	}

	conn, err := net.Dial("tcp", m.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	packet, _, err := mysql.ReadPacket(conn, nil, 1<<16)
	if err != nil {
		t.Fatal(err)
	}
	greeting, err := mysql.ParseGreeting(packet)
	if err != nil {
		t.Fatal(err)
	}
	scramble := mysql.NativeScramble(greeting.Salt[:], sha1pw, doubleHash)
	login := mysql.Login{
		Capabilities: mysqltest.ClientCapabilities & greeting.Capabilities,
		User:         m.User, AuthData: scramble[:], AuthPlugin: mysql.PluginNative, Collation: 45,
	}
	out, _ := mysql.AppendPacket(nil, 1, login.Append(nil))
	if _, err := conn.Write(out); err != nil {
		t.Fatal(err)
	}
	packet, seq, err := mysql.ReadPacket(conn, nil, 1<<16)
	if err != nil || seq != 2 || packet[0] != mysql.HeaderOK {
		t.Errorf("the server says %q in packet %d, %v", packet, seq, err)
	}
}

func TestMariaDBInTLS(t *testing.T) {
	certificate := mysqltest.NewCertificate(t)
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, content := range map[string][]byte{cert: certificate.CertPEM, key: certificate.KeyPEM} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m := mysqltest.StartMariaDB(t, "--ssl-cert="+cert, "--ssl-key="+key)
	o := m.Options()
	o.TLS = certificate.Client()
	cipher := query(t, dial(t, m, o), "SHOW STATUS LIKE 'Ssl_cipher'").Text()
	if len(cipher) != 1 || cipher[0][1] == "" {
		t.Errorf("the session's cipher is %q", cipher)
	}
}

func TestMariaDBChangesTheUser(t *testing.T) {
	m := mysqltest.StartMariaDB(t)
	c := dial(t, m, m.Options())
	query(t, c, "CREATE USER other IDENTIFIED BY 'pw'")
	query(t, c, "SET @a = 1")
	if err := c.ChangeUser(mysqltest.Options{User: "other", Password: "pw"}); err != nil {
		t.Fatal(err)
	}
	if got := query(t, c, "SELECT USER(), @a").Text()[0]; !slices.Equal(got, []string{"other@127.0.0.1", "NULL"}) {
		t.Errorf("afterwards the session is %q", got)
	}
	err := c.ChangeUser(mysqltest.Options{User: "other", Password: "wrong"})
	if !errors.Is(err, mysql.AccessDenied("", "", true)) {
		t.Errorf("a wrong password gives %v", err)
	}
}

func TestMariaDBTakesAFile(t *testing.T) {
	m := mysqltest.StartMariaDB(t, "--local-infile=1")
	o := m.Options()
	o.Database = "test"
	o.Capabilities = mysqltest.ClientCapabilities | mysql.CapLocalFiles
	c := dial(t, m, o)
	query(t, c, "CREATE TABLE t (v INT)")
	answer, err := c.Do(mysql.ComQuery, []byte("LOAD DATA LOCAL INFILE 'rows.csv' INTO TABLE t"))
	if err != nil || answer.File != "rows.csv" {
		t.Fatalf("got %+v, %v", answer, err)
	}
	answer, err = c.SendFile(bytes.Repeat([]byte("7\n"), 3))
	if err != nil || len(answer.Results) != 1 || answer.Results[0].OK.Affected != 3 {
		t.Errorf("got %+v, %v", answer, err)
	}
}
