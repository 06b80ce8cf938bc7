package mysqltest_test

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	_ "github.com/go-sql-driver/mysql"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
)

func login(t *testing.T, s *mysqltest.Server, o mysqltest.Options) *mysqltest.Client {
	t.Helper()
	c, err := mysqltest.Login(s.Pipe(t), o)
	if err != nil {
		t.Fatalf("logging in: %v", err)
	}
	return c
}

func TestTheZeroServerLetsEverybodyInAndSaysOK(t *testing.T) {
	s := &mysqltest.Server{}
	c := login(t, s, mysqltest.Options{User: "anyone", Password: "anything", Database: "shop"})
	result, err := c.Query("DO 1")
	if err != nil || result.OK.Status != mysql.StatusAutocommit {
		t.Errorf("got %+v, %v", result, err)
	}
	if got := s.Queries(); !slices.Equal(got, []string{"DO 1"}) {
		t.Errorf("received %q", got)
	}
	if l := s.Logins(); len(l) != 1 || l[0].User != "anyone" || l[0].Database != "shop" {
		t.Errorf("logins are %+v", l)
	}
}

func TestLoginWithEachPlugin(t *testing.T) {
	certificate := mysqltest.NewCertificate(t)
	for _, c := range []struct {
		name   string
		server *mysqltest.Server
		tls    bool
		plugin string // the client's first answer; empty: as greeted
	}{
		{name: "native", server: &mysqltest.Server{Plugin: mysql.PluginNative}},
		{name: "native inside TLS", server: &mysqltest.Server{Plugin: mysql.PluginNative}, tls: true},
		{name: "native after a switch", server: &mysqltest.Server{Plugin: mysql.PluginNative}, plugin: mysql.PluginCachingSHA2},
		{name: "SHA2 fast", server: &mysqltest.Server{Plugin: mysql.PluginCachingSHA2}},
		{name: "SHA2 fast after a switch", server: &mysqltest.Server{Plugin: mysql.PluginCachingSHA2}, plugin: mysql.PluginNative},
		{name: "SHA2 full with RSA", server: &mysqltest.Server{Plugin: mysql.PluginCachingSHA2, FullAuth: true}},
		{name: "SHA2 full inside TLS", server: &mysqltest.Server{Plugin: mysql.PluginCachingSHA2, FullAuth: true}, tls: true},
		{name: "clear inside TLS", server: &mysqltest.Server{Plugin: mysql.PluginClear}, tls: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := c.server
			s.Passwords = map[string]string{"bob": "secret", "guest": ""}
			o := mysqltest.Options{User: "bob", Password: "secret", Plugin: c.plugin}
			if c.tls {
				s.TLS, o.TLS = certificate.Server(t), certificate.Client()
			}
			client := login(t, s, o)
			if _, err := client.Query("DO 1"); err != nil {
				t.Errorf("after the login: %v", err)
			}
			for _, wrong := range []mysqltest.Options{
				{User: "bob", Password: "wrong"}, {User: "bob"}, {User: "eve", Password: "secret"}, {User: "guest", Password: "x"},
			} {
				wrong.Plugin, wrong.TLS = o.Plugin, o.TLS
				_, err := mysqltest.Login(s.Pipe(t), wrong)
				if !errors.Is(err, mysql.AccessDenied("", "", true)) {
					t.Errorf("%s with %q: %v", wrong.User, wrong.Password, err)
				}
			}
			o.User, o.Password = "guest", ""
			login(t, s, o)
		})
	}
}

func TestRefusals(t *testing.T) {
	_, err := mysqltest.Login((&mysqltest.Server{RefuseGreeting: mysql.TooManyConnections()}).Pipe(t), mysqltest.Options{})
	if !errors.Is(err, mysql.TooManyConnections()) {
		t.Errorf("in place of the greeting: %v", err)
	}
	locked := mysql.AccountLocked(mysql.MySQL, "bob", "h")
	_, err = mysqltest.Login((&mysqltest.Server{RefuseLogin: locked}).Pipe(t), mysqltest.Options{User: "bob"})
	if err == nil || err.Error() != locked.Error() {
		t.Errorf("after the login: %v", err)
	}
}

func TestAHandlerAnswers(t *testing.T) {
	s := &mysqltest.Server{Handler: func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		switch string(payload) {
		case "one":
			w.Value("1")
		case "error":
			w.Err(mysql.NoDatabase())
		case "file":
			w.Packet([]byte("\xfbrows.csv"))
			content, _ := w.Read()
			for part := content; len(part) > 0; part, _ = w.Read() {
			}
			w.OK(mysql.OK{Affected: uint64(len(content))})
		case "two":
			w.OK(mysql.OK{Status: mysql.StatusAutocommit | mysql.StatusMoreResults})
			w.Value("2")
		case "lost":
			w.Raw([]byte{1, 0, 0})
			w.Hangup()
		case "dead":
			w.Reset()
		default:
			w.Err(mysql.UnknownCommand())
		}
	}}
	for _, c := range []mysql.Capability{0, mysqltest.ClientCapabilities &^ mysql.CapDeprecateEOF} {
		client := login(t, s, mysqltest.Options{Capabilities: c})
		if got, err := client.Value("one"); err != nil || got != "1" {
			t.Errorf("one: %q, %v", got, err)
		}
		if _, err := client.Query("error"); !errors.Is(err, mysql.NoDatabase()) {
			t.Errorf("error: %v", err)
		}
		answer, err := client.Do(mysql.ComQuery, []byte("two"))
		if err != nil || len(answer.Results) != 2 || answer.Results[1].Text()[0][0] != "2" {
			t.Errorf("two: %+v, %v", answer, err)
		}
		answer, err = client.Do(mysql.ComQuery, []byte("file"))
		if err != nil || answer.File != "rows.csv" {
			t.Fatalf("file: %+v, %v", answer, err)
		}
		if answer, err = client.SendFile([]byte("1234")); err != nil || answer.Results[0].OK.Affected != 4 {
			t.Errorf("file sent: %+v, %v", answer, err)
		}
		if _, err := client.Query("lost"); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("lost: %v", err)
		}
	}
	c, err := mysqltest.Dial(t.Context(), s.Start(t), mysqltest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Query("dead"); err == nil {
		t.Error("dead: no error")
	}
}

func TestCommandsSentInARowAreAnsweredInARow(t *testing.T) {
	s := &mysqltest.Server{Handler: func(_ mysql.Command, payload []byte, w *mysqltest.Reply) { w.Value(string(payload)) }}
	c, err := mysqltest.Dial(t.Context(), s.Start(t), mysqltest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, text := range []string{"a", "b", "c"} {
		if err := c.Send(mysql.ComQuery, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range []string{"a", "b", "c"} {
		answer, err := c.ReadAnswer(mysql.ComQuery)
		if err != nil || answer.Results[0].Text()[0][0] != text {
			t.Errorf("%s: %+v, %v", text, answer, err)
		}
	}
}

// A late answer, in no time: the Server and the Client wait on channels and in-memory pipes only.
func TestALateAnswerUnderFakeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late := make(chan struct{})
		s := &mysqltest.Server{Handler: func(_ mysql.Command, _ []byte, w *mysqltest.Reply) {
			if w.Await(late) {
				w.OK(mysql.OK{})
			}
		}}
		c := login(t, s, mysqltest.Options{})
		time.AfterFunc(10*time.Second, func() { close(late) })
		before := time.Now()
		if _, err := c.Query("DO 1"); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(before); took != 10*time.Second {
			t.Errorf("it took %s", took)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestAClientDoesNotWaitForever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &mysqltest.Server{Handler: func(mysql.Command, []byte, *mysqltest.Reply) {}}
		c := login(t, s, mysqltest.Options{})
		before := time.Now()
		_, err := c.Query("DO 1")
		var timeout net.Error
		if !errors.As(err, &timeout) || !timeout.Timeout() || time.Since(before) != mysqltest.Timeout {
			t.Errorf("after %s: %v", time.Since(before), err)
		}
	})
}

func TestAwaitingWhatHappens(t *testing.T) {
	s := &mysqltest.Server{}
	addr := s.Start(t)
	c, err := mysqltest.Dial(t.Context(), addr, mysqltest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.AwaitOpen(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if err := c.Send(mysql.ComPing, nil); err != nil {
		t.Fatal(err)
	}
	requests, err := s.AwaitRequests(t.Context(), 1)
	if err != nil || requests[0].Command != mysql.ComPing || requests[0].Conn != c.Greeting.ConnectionID {
		t.Errorf("got %+v, %v", requests, err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.AwaitOpen(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if got := s.Accepted(); got != 1 {
		t.Errorf("accepted %d connections", got)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.AwaitOpen(ended, 5); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting in vain: %v", err)
	}
}

func TestServeEndsWithItsContext(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s := &mysqltest.Server{}
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	c, err := mysqltest.Dial(t.Context(), l.Addr().String(), mysqltest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Serve says %v", err)
	}
	if _, err := c.Query("DO 1"); err == nil {
		t.Error("the connection is still served")
	}
}

func TestGoDriverUnderstandsTheServer(t *testing.T) {
	s := &mysqltest.Server{
		Plugin:    mysql.PluginCachingSHA2,
		FullAuth:  true,
		Passwords: map[string]string{"bob": "secret"},
		Handler: func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
			if cmd == mysql.ComQuery && strings.HasPrefix(string(payload), "SELECT") {
				w.ResultSet(mysql.ResultSet{
					Columns: []mysql.ColumnDef{mysql.IntColumn("id"), mysql.TextColumn("name")},
					Rows:    []mysql.Row{mysql.NewRow(1, "a"), mysql.NewRow(2, nil)},
				}, mysql.OK{})
				return
			}
			w.OK(mysql.OK{Affected: 3, InsertID: 4})
		},
	}
	db, err := sql.Open("mysql", "bob:secret@tcp("+s.Start(t)+")/shop")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	done, err := db.ExecContext(t.Context(), "DELETE FROM t")
	if err != nil {
		t.Fatal(err)
	}
	affected, _ := done.RowsAffected()
	id, _ := done.LastInsertId()
	if affected != 3 || id != 4 {
		t.Errorf("affected %d, id %d", affected, id)
	}
	rows, err := db.QueryContext(t.Context(), "SELECT id, name FROM t")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got []string
	for rows.Next() {
		var id int
		var name sql.NullString
		if err := rows.Scan(&id, &name); err != nil {
			t.Fatal(err)
		}
		got = append(got, name.String)
	}
	if err := rows.Err(); err != nil || !slices.Equal(got, []string{"a", ""}) {
		t.Errorf("rows are %q, %v", got, err)
	}
}
