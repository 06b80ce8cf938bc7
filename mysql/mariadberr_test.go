package mysql_test

import (
	"errors"
	"net"
	"testing"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
)

// sameError checks that the server's error is ours, to the letter.
func sameError(t *testing.T, got error, want *mysql.Error) {
	t.Helper()
	if got == nil || got.Error() != want.Error() {
		t.Errorf("the server says %v\nand shunt         %v", got, want)
	}
}

// stateless is e as it arrives where the server does not know the client's capabilities yet and leaves out the SQLSTATE.
func stateless(e *mysql.Error) *mysql.Error {
	e.State = "HY000"
	return e
}

// TestErrorsAreMariaDBsOwn has the server make the errors that shunt can make, and compares.
func TestErrorsAreMariaDBsOwn(t *testing.T) {
	m := mysqltest.StartMariaDB(t, "--max-user-connections=2", "--max-allowed-packet=1M", "--local-infile=0")
	admin := dial(t, m, m.Options())
	for _, sql := range []string{
		"CREATE USER bob IDENTIFIED BY 'pw'",
		"CREATE USER alice IDENTIFIED BY 'pw'",
		"CREATE USER locked IDENTIFIED BY 'pw' ACCOUNT LOCK",
		"CREATE USER expired IDENTIFIED BY 'pw' PASSWORD EXPIRE",
		"CREATE USER single IDENTIFIED BY 'pw' WITH MAX_USER_CONNECTIONS 1",
		"CREATE USER local IDENTIFIED VIA unix_socket",
	} {
		query(t, admin, sql)
	}
	const host = "127.0.0.1"
	login := func(user, password, database string) error {
		c, err := mysqltest.Dial(t.Context(), m.Addr, mysqltest.Options{User: user, Password: password, Database: database})
		if err == nil {
			t.Cleanup(func() { _ = c.Close() })
		}
		return err
	}

	t.Run("at the login", func(t *testing.T) {
		sameError(t, login("bob", "wrong", ""), mysql.AccessDenied("bob", host, true))
		sameError(t, login("bob", "", ""), mysql.AccessDenied("bob", host, false))
		sameError(t, login("nobody", "pw", ""), mysql.AccessDenied("nobody", host, true))
		sameError(t, login("local", "", ""), mysql.AccessDeniedNoPassword("local", host))
		sameError(t, login("bob", "pw", "mysql"), mysql.DatabaseDenied("bob", "%", "mysql"))
		sameError(t, login(m.User, m.Password, "nowhere"), mysql.UnknownDatabase("nowhere"))
		sameError(t, login("locked", "pw", ""), mysql.AccountLocked(mysql.MariaDB, "locked", host))
	})

	t.Run("limits", func(t *testing.T) {
		for range 2 {
			if err := login("alice", "pw", ""); err != nil {
				t.Fatal(err)
			}
		}
		sameError(t, login("alice", "pw", ""), mysql.TooManyUserConnections("alice"))
		if err := login("single", "pw", ""); err != nil {
			t.Fatal(err)
		}
		sameError(t, login("single", "pw", ""), mysql.UserLimitReached("single", "max_user_connections", 1))
	})

	t.Run("expired password", func(t *testing.T) {
		c := dial(t, m, mysqltest.Options{User: "expired", Password: "pw"})
		_, err := c.Query("SELECT 1")
		sameError(t, err, mysql.PasswordExpired(mysql.MariaDB))
		query(t, admin, "SET GLOBAL disconnect_on_expired_password = 1")
		sameError(t, login("expired", "pw", ""), mysql.PasswordExpiredLogin(mysql.MariaDB))
	})

	t.Run("commands", func(t *testing.T) {
		ask := func(cmd mysql.Command, payload string) error {
			c := dial(t, m, m.Options())
			defer c.Close()
			answer, err := c.Do(cmd, []byte(payload))
			if err != nil {
				return err
			}
			return answer.Results[0].Err
		}
		sameError(t, ask(0x99, ""), mysql.UnknownCommand())
		sameError(t, ask(mysql.ComStmtExecute, "\x09\x00\x00\x00\x00\x01\x00\x00\x00"), mysql.UnknownStatement("9", "mysqld_stmt_execute"))
		sameError(t, ask(mysql.ComQuery, "EXECUTE nothing"), mysql.UnknownStatement("nothing", "EXECUTE"))
		sameError(t, ask(mysql.ComQuery, "SHOW TABLES"), mysql.NoDatabase())
		sameError(t, ask(mysql.ComQuery, "KILL QUERY CONNECTION_ID()"), mysql.QueryInterrupted())
		sameError(t, ask(mysql.ComQuery, "KILL CONNECTION_ID()"), mysql.ConnectionKilled(mysql.MariaDB))
	})

	t.Run("packets", func(t *testing.T) {
		sameError(t, rawLogin(t, m.Addr, []byte("garbage")), stateless(mysql.BadHandshake()))
		c := dial(t, m, m.Options())
		header := make([]byte, mysql.HeaderLen)
		mysql.PutHeader(header, 1<<20+1, 0) // one byte more than allowed, of which none is sent
		if _, err := c.Conn.Write(header); err != nil {
			t.Fatal(err)
		}
		packet, _, err := mysql.ReadPacket(c.Conn, nil, 1<<16)
		if err != nil {
			t.Fatal(err)
		}
		e, err := mysql.ParseErr(packet, c.Capabilities)
		if err != nil {
			t.Fatal(err)
		}
		sameError(t, e, mysql.PacketTooLarge())
	})
}

// rawLogin sends a payload in place of a login and gives the server's answer.
func rawLogin(t *testing.T, addr string, payload []byte) error {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, _, err := mysql.ReadPacket(conn, nil, 1<<16); err != nil {
		t.Fatal(err)
	}
	out, _ := mysql.AppendPacket(nil, 1, payload)
	if _, err := conn.Write(out); err != nil {
		t.Fatal(err)
	}
	packet, _, err := mysql.ReadPacket(conn, nil, 1<<16)
	if err != nil {
		return err
	}
	e, err := mysql.ParseErr(packet, mysql.CapProtocol41)
	if err != nil {
		return err
	}
	return e
}

func TestErrorsInPlaceOfTheGreetingAreMariaDBsOwn(t *testing.T) {
	m := mysqltest.StartMariaDB(t, "--max-connections=10")
	admin := dial(t, m, m.Options())
	var refusal error
	for range 12 {
		c, err := mysqltest.Dial(t.Context(), m.Addr, m.Options())
		if err != nil {
			refusal = err
			break
		}
		defer c.Close()
	}
	sameError(t, refusal, stateless(mysql.TooManyConnections()))

	for _, sql := range []string{
		"SET GLOBAL max_connections = 100",
		"RENAME USER tester TO tester@'10.0.0.1'",
		"DELETE FROM mysql.global_priv WHERE User = 'root'", // root@127.0.0.1 among them
		"FLUSH PRIVILEGES",
	} {
		query(t, admin, sql)
	}
	_, err := mysqltest.Dial(t.Context(), m.Addr, m.Options())
	sameError(t, err, mysql.HostNotAllowed(mysql.MariaDB, "127.0.0.1"))
	if !errors.Is(err, mysql.HostNotAllowed(mysql.MySQL, "")) {
		t.Error("its number is another one")
	}
}
