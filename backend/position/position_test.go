package position_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"shunt/backend/monitor/control"
	"shunt/backend/monitor/mariadbtest"
	"shunt/backend/position"
	"shunt/netloop"
	"shunt/topology"
)

// asking runs a Positions for cluster paris, whose primary is at address.
func asking(t *testing.T, address func() (string, error)) *position.Positions {
	t.Helper()
	p := position.New([]string{"paris"}, func(string) (control.Endpoint, error) {
		at, err := address()
		return control.Endpoint{Address: at, User: mariadbtest.User, Password: mariadbtest.Password}, err
	}, 5*time.Second)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return p
}

func ask(p *position.Positions, cluster string, within time.Duration) (topology.Position, error) {
	return p.Ask(netloop.NewTask(), cluster, time.Now().Add(within))
}

// TestAskCoversWhatIsCommitted: whatever was committed when somebody asks is in the answer, also when many ask and write at the same time.
func TestAskCoversWhatIsCommitted(t *testing.T) {
	s := mariadbtest.Start(t, "--log-bin")
	s.Exec("CREATE DATABASE d", "CREATE TABLE d.t (n INT)", "GRANT INSERT ON d.* TO '"+mariadbtest.User+"'@'%'")
	p := asking(t, func() (string, error) { return s.Address, nil })
	before := questions(t, s)
	const clients, each = 8, 50
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			db := s.Open(mariadbtest.User, mariadbtest.Password)
			defer db.Close()
			conn, err := db.Conn(t.Context())
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			for range each {
				if _, err := conn.ExecContext(t.Context(), "INSERT INTO d.t VALUES (1)"); err != nil {
					t.Error(err)
					return
				}
				var own string
				if err := conn.QueryRowContext(t.Context(), "SELECT @@last_gtid").Scan(&own); err != nil {
					t.Error(err)
					return
				}
				g, ok := topology.ParseGTID(topology.MariaDB, own)
				found, err := ask(p, "paris", 10*time.Second)
				if err != nil || !ok || !found.Covers(g) {
					t.Errorf("%v, %v does not have %s", err, found, own)
					return
				}
			}
		})
	}
	wg.Wait()
	t.Logf("%d questions of ours were %d of the server's", clients*each, questions(t, s)-before-clients*each)
}

func questions(t *testing.T, s *mariadbtest.Server) int {
	t.Helper()
	n, err := strconv.Atoi(s.Value("SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'Com_select'"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestAskOfAPrimaryThatIsNone: a replica's position is too old, and one without GTIDs can be compared with nobody's; both are no answer.
func TestAskOfAPrimaryThatIsNone(t *testing.T) {
	s := mariadbtest.Start(t, "--log-bin")
	p := asking(t, func() (string, error) { return s.Address, nil })
	s.Exec("RESET MASTER")
	if found, err := ask(p, "paris", 10*time.Second); err == nil {
		t.Errorf("without GTIDs: %v", found)
	}
	s.Exec("CREATE DATABASE d")
	if _, err := ask(p, "paris", 10*time.Second); err != nil {
		t.Error(err)
	}
	s.Exec("SET GLOBAL read_only = 1")
	if found, err := ask(p, "paris", 10*time.Second); err == nil {
		t.Errorf("read_only: %v", found)
	}
	if found, err := ask(p, "rome", 10*time.Second); err == nil {
		t.Errorf("of a cluster that is not there: %v", found)
	}
}

// TestAskEnds: whatever the primary does, who asks gets an answer within the time, and the next one is asked anew.
func TestAskEnds(t *testing.T) {
	s := mariadbtest.Start(t, "--log-bin")
	s.Exec("CREATE DATABASE d")
	var mu sync.Mutex
	address, failure := s.Address, error(nil)
	p := asking(t, func() (string, error) {
		mu.Lock()
		defer mu.Unlock()
		return address, failure
	})
	be := func(a string, err error) {
		mu.Lock()
		defer mu.Unlock()
		address, failure = a, err
	}
	if _, err := ask(p, "paris", 10*time.Second); err != nil {
		t.Fatal(err)
	}
	s.Freeze() // which takes effect a moment later
	for frozen := time.Now(); ; {
		if _, err := ask(p, "paris", 100*time.Millisecond); err != nil {
			break
		}
		if time.Since(frozen) > 30*time.Second {
			t.Fatal("a server that stands still answers")
		}
	}
	task := netloop.NewTask()
	interrupted := make(chan error, 1)
	go func() {
		_, err := p.Ask(task, "paris", time.Now().Add(time.Minute))
		interrupted <- err
	}()
	task.Interrupt()
	if err := <-interrupted; !errors.Is(err, netloop.ErrInterrupted) {
		t.Errorf("interrupted: %v", err)
	}
	s.Thaw()
	be("", fmt.Errorf("cluster paris has no primary"))
	for {
		_, err := ask(p, "paris", 10*time.Second)
		if err != nil && err.Error() == "cluster paris has no primary" {
			break
		}
	}
	be(s.Address, nil)
	if _, err := ask(p, "paris", 10*time.Second); err != nil {
		t.Error(err)
	}
}
