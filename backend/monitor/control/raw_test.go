package control_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/backend/monitor/control"
	"shunt/backend/monitor/mariadbtest"
)

// packet is a text as Send takes it.
func packet(text string) []byte { return append(make([]byte, control.Room), text...) }

// TestSend runs statements without decoding: rows come as they were sent, and files go as they are.
func TestSend(t *testing.T) {
	s := mariadbtest.Start(t, "--max-allowed-packet=64M")
	ctx := within(t, 30*time.Second)
	c, err := control.Dial(ctx, control.Endpoint{Address: s.Socket, User: "root"}, "SET NAMES binary")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()

	t.Run("the rows of several statements, empty results and NULL", func(t *testing.T) {
		var told []string
		err := c.Send(ctx, packet("SELECT 1, NULL, '' UNION SELECT 2, 'x', REPEAT('y', 300);DO 0;SELECT 1 FROM DUAL WHERE FALSE"), control.Replies{
			Columns: func(n, columns int) error { told = append(told, fmt.Sprint("columns ", n, columns)); return nil },
			Row: func(row []byte) error {
				text := "row"
				for len(row) > 0 {
					value, null, rest, err := control.Cell(row)
					if err != nil {
						return err
					}
					text += fmt.Sprint(" ", len(value), null)
					row = rest
				}
				told = append(told, text)
				return nil
			},
			Done: func(n int, _ control.Outcome) error { told = append(told, fmt.Sprint("done ", n)); return nil },
		})
		want := "columns 0 3|row 1 false 0 true 0 false|row 1 false 1 false 300 false|done 0|done 1|columns 2 1|done 2"
		if got := strings.Join(told, "|"); err != nil || got != want {
			t.Errorf("\n got %s\nwant %s\n%v", got, want, err)
		}
	})
	t.Run("a value of more than a packet", func(t *testing.T) {
		length := 0
		err := c.Send(ctx, packet("SELECT REPEAT('z', 40000000)"), control.Replies{Row: func(row []byte) error {
			value, _, _, err := control.Cell(row)
			length = len(value)
			return err
		}})
		if err != nil || length != 40_000_000 {
			t.Errorf("%d bytes, %v", length, err)
		}
	})
	t.Run("what a statement wrote", func(t *testing.T) {
		var got []control.Outcome
		err := c.Send(ctx, packet("CREATE DATABASE d;CREATE TABLE d.t (a int, b varchar(3));SET sql_mode='';INSERT INTO d.t VALUES (1, 'abcd'), (2, 'x')"), control.Replies{
			Done: func(_ int, o control.Outcome) error { got = append(got, o); return nil }})
		if err != nil || len(got) != 4 || got[3] != (control.Outcome{Affected: 2, Warnings: 1}) {
			t.Errorf("%v, %v", got, err)
		}
	})
	t.Run("a file, in pieces", func(t *testing.T) {
		var got control.Outcome
		err := c.Send(ctx, packet("LOAD DATA LOCAL INFILE 'any' INTO TABLE d.t"), control.Replies{
			File: func(_ int, put func([]byte) error) error {
				for _, piece := range []string{"3\ta\n4", "", "\tb\n"} {
					if err := put(append(make([]byte, 4), piece...)); err != nil {
						return err
					}
				}
				return nil
			},
			Done: func(_ int, o control.Outcome) error { got = o; return nil }})
		if err != nil || got.Affected != 2 {
			t.Errorf("%v, %v", got, err)
		}
	})
	t.Run("the server's errors leave the connection usable", func(t *testing.T) {
		err := c.Send(ctx, packet("DO 0;SELECT * FROM d.none;DO 0"), control.Replies{})
		if control.Code(err) != mysql.ER_NO_SUCH_TABLE {
			t.Errorf("error %v", err)
		}
		if _, err := c.Query(ctx, "SELECT 1"); err != nil {
			t.Error(err)
		}
	})
	t.Run("an error of a callback does not", func(t *testing.T) {
		enough := errors.New("enough")
		err := c.Send(ctx, packet("SELECT 1"), control.Replies{Row: func([]byte) error { return enough }})
		if !errors.Is(err, enough) {
			t.Errorf("error %v", err)
		}
		if _, err := c.Query(ctx, "SELECT 1"); err == nil {
			t.Error("a connection that is out of step was used again")
		}
	})
	if _, _, _, err := control.Cell([]byte{5, 'a'}); err == nil {
		t.Error("a cut value was taken")
	}
}
