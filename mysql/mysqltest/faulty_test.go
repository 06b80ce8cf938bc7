package mysqltest_test

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
)

// faultyPipe is a faulty connection and the other end of it.
func faultyPipe(t *testing.T) (*mysqltest.FaultyConn, net.Conn) {
	near, far := net.Pipe()
	f := mysqltest.NewFaultyConn(near)
	t.Cleanup(func() {
		_ = f.Close()
		_ = far.Close()
	})
	return f, far
}

func TestSplitWritesSendsOneByteAtATime(t *testing.T) {
	f, far := faultyPipe(t)
	f.SplitWrites()
	sizes := make(chan []int)
	go func() {
		var got []int
		buf := make([]byte, 10)
		for range 3 {
			n, _ := far.Read(buf)
			got = append(got, n)
		}
		sizes <- got
	}()
	if n, err := f.Write([]byte("abc")); n != 3 || err != nil {
		t.Errorf("wrote %d, %v", n, err)
	}
	for _, n := range <-sizes {
		if n != 1 {
			t.Errorf("a read gave %d bytes", n)
		}
	}
}

func TestCutWritesEndsTheConnectionInTheMiddle(t *testing.T) {
	f, far := faultyPipe(t)
	f.CutWrites(2)
	got := make(chan []byte)
	go func() {
		b, _ := io.ReadAll(far)
		got <- b
	}()
	if n, err := f.Write([]byte("abc")); n != 2 || !errors.Is(err, mysqltest.ErrCut) {
		t.Errorf("wrote %d, %v", n, err)
	}
	if b := <-got; string(b) != "ab" {
		t.Errorf("the other end got %q", b)
	}
}

func TestCutReadsEndsTheConnectionInTheMiddle(t *testing.T) {
	f, far := faultyPipe(t)
	f.CutReads(2)
	written := make(chan error)
	go func() {
		_, err := far.Write([]byte("abc"))
		written <- err
	}()
	b, err := io.ReadAll(f)
	if string(b) != "ab" || !errors.Is(err, mysqltest.ErrCut) {
		t.Errorf("read %q, %v", b, err)
	}
	if err := <-written; err == nil {
		t.Error("the other end noticed nothing")
	}
}

func TestAStallEnds(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(f *mysqltest.FaultyConn, release chan struct{})
		want error
	}{
		"when released":   {func(_ *mysqltest.FaultyConn, release chan struct{}) { close(release) }, nil},
		"when closed":     {func(f *mysqltest.FaultyConn, _ chan struct{}) { _ = f.Close() }, net.ErrClosed},
		"at a deadline":   {func(f *mysqltest.FaultyConn, _ chan struct{}) { _ = f.SetDeadline(time.Now()) }, os.ErrDeadlineExceeded},
		"when not wished": {func(f *mysqltest.FaultyConn, _ chan struct{}) { f.Stall(nil) }, nil},
		"at an hour's end": {func(f *mysqltest.FaultyConn, _ chan struct{}) {
			_ = f.SetWriteDeadline(time.Now().Add(time.Hour))
		}, os.ErrDeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, far := faultyPipe(t)
				release := make(chan struct{})
				f.Stall(release)
				go func() { _, _ = io.Copy(io.Discard, far) }()
				done := make(chan error, 1)
				go func() {
					_, err := f.Write([]byte("abc"))
					done <- err
				}()
				synctest.Wait()
				select {
				case err := <-done:
					t.Fatalf("it did not stall: %v", err)
				default:
				}
				c.end(f, release)
				if err := <-done; !errors.Is(err, c.want) {
					t.Errorf("got %v, want %v", err, c.want)
				}
			})
		})
	}
}

// An answer that is cut after any number of bytes is an error, and never half an answer.
func TestAnAnswerCutAnywhereIsAnError(t *testing.T) {
	answer, _ := mysql.ResultSet{
		Columns: []mysql.ColumnDef{mysql.TextColumn("v")},
		Rows:    []mysql.Row{mysql.NewRow("a"), mysql.NewRow("b")},
	}.Append(nil, 1, mysqltest.ClientCapabilities, mysql.OK{Status: mysql.StatusAutocommit})
	for n := range answer {
		var faulty *mysqltest.FaultyConn
		s := &mysqltest.Server{
			Wrap: func(conn net.Conn) net.Conn {
				faulty = mysqltest.NewFaultyConn(conn)
				return faulty
			},
			Handler: func(_ mysql.Command, _ []byte, w *mysqltest.Reply) {
				faulty.CutWrites(n)
				w.Raw(answer)
			},
		}
		c := login(t, s, mysqltest.Options{})
		if result, err := c.Query("SELECT v FROM t"); err == nil {
			t.Errorf("cut after %d bytes it is %+v", n, result)
		}
	}
}
