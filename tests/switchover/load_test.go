package switchover

import (
	"context"
	"database/sql"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shunt/backend/switchover"
	"shunt/tests/cluster"
)

// rounds is how many switchovers a test does; SHUNT_SWITCHOVERS says another number, to measure.
func rounds(t *testing.T, usual int) int {
	text := os.Getenv("SHUNT_SWITCHOVERS")
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestThePause(t *testing.T) { thePause(t, started(t, nil)) }

func TestMySQLThePause(t *testing.T) { thePause(t, started(t, nil, cluster.MySQL())) }

// thePause prints how long writes wait where nobody writes. What is promised is less than a second.
func thePause(t *testing.T, h *house) {
	h.table(h.cluster.Server("paris-1"))
	h.report(rounds(t, 4))
}

// report switches over so many times, round the servers, and prints the pauses.
func (h *house) report(n int) {
	h.Helper()
	var pauses []time.Duration
	slowest := switchover.Report{}
	servers := h.cluster.Servers()
	for i := range n {
		report := h.to(servers[(i+1)%len(servers)])
		pauses = append(pauses, report.Pause)
		if report.Pause > slowest.Pause {
			slowest = report
		}
	}
	slices.Sort(pauses)
	h.Logf("%d switchovers: p50 %v, p99 %v; the slowest:\n%s", n, pauses[len(pauses)/2], pauses[(len(pauses)*99)/100], told(slowest))
}

func TestNoWriteIsLost(t *testing.T) { noWriteIsLost(t, started(t, nil)) }

func TestMySQLNoWriteIsLost(t *testing.T) { noWriteIsLost(t, started(t, nil, cluster.MySQL())) }

// noWriteIsLost: eight writers, which the gate holds, meet no error; each row that was acknowledged is there once, on all
// servers.
func noWriteIsLost(t *testing.T, h *house) {
	one := h.cluster.Server("paris-1")
	h.table(one)
	dbs := map[string]*sql.DB{}
	for _, s := range h.cluster.Servers() {
		h.exec(one, "GRANT ALL ON shop.* TO 'shop'@'%'")
		dbs[s.Address] = h.cluster.Open(t, h.cluster.Accounts.Shop, s.Address, "shop")
	}
	ctx, end := context.WithCancel(t.Context())
	var acknowledged atomic.Int64
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() {
			pace := time.NewTicker(10 * time.Millisecond) // replicas must be able to keep up
			defer pace.Stop()
			for ctx.Err() == nil {
				<-pace.C
				h.gate.write(func() {
					primary := h.monitor.Snapshot().Clusters["paris"].Primary
					if primary == nil {
						t.Error("writes are let through without a primary")
						return
					}
					if _, err := dbs[primary.Address].Exec("INSERT INTO t (v) VALUES (7)"); err != nil {
						t.Errorf("a write on %s: %v", primary.Address, err)
						return
					}
					acknowledged.Add(1)
				})
			}
		})
	}
	n := rounds(t, 6)
	h.report(n)
	end()
	writers.Wait()
	servers := h.cluster.Servers()
	h.equal(servers[n%len(servers)])
	if got := value(t, one, "SELECT COUNT(*) FROM shop.t WHERE v = 7"); got != strconv.FormatInt(acknowledged.Load(), 10) {
		t.Errorf("%s rows, %d were acknowledged", got, acknowledged.Load())
	}
	t.Logf("%d writes", acknowledged.Load())
}
