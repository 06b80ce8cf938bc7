package xa

import (
	"fmt"
	"testing"
	"time"

	"shunt/lab"
	"shunt/tests/cluster"
	"shunt/tests/front"
)

func TestFailoverInTheMiddle(t *testing.T) { failsOver(t) }

func TestMySQLFailoverInTheMiddle(t *testing.T) { failsOver(t, cluster.MySQL()) }

// failsOver: the primary of gra dies for good between the decision and its XA COMMIT, and in another transaction before there is a decision. Its replicas have
// what it had prepared: the one that takes its place ends both as the other cluster does.
func failsOver(t *testing.T, opts ...cluster.Option) {
	w := newWorldWith(t, 2, "failover: {automatic: true, after: 1s}\n", opts...)
	old := w.server("gra")
	undecided, end, err := w.session(t.Context())
	w.must(err)
	defer end()
	w.must(transfer(t.Context(), undecided, 1, 1, 1, 1))
	conn, stop, err := w.session(t.Context())
	w.must(err)
	defer stop()
	w.must(transfer(t.Context(), conn, 2, 2, 2, 1))

	prepared := w.taps["gra"].arm("XA PREPARE", true, func() {}) // the answer is lost: it is rolled back on paris, and cannot be on gra
	fates := map[int]fate{}
	_, err = undecided.ExecContext(t.Context(), "COMMIT")
	<-prepared.sprung
	fates[1] = fateOf(err)

	trap := w.taps["gra"].arm("XA COMMIT", false, func() {
		for _, r := range w.Datacenter("gra").Replicas {
			if err := w.WaitFor(t.Context(), r, old); err != nil {
				t.Error(err)
			}
		}
		_ = old.Kill() // it shows if it lives
	})
	began := time.Now()
	_, err = conn.ExecContext(t.Context(), "COMMIT")
	<-trap.sprung
	fates[2] = fateOf(err)
	t.Logf("told %v, %v after %v", fates[1], fates[2], time.Since(began))

	var now *lab.Server
	w.shunt().Await("gra has another primary", patience, func() bool {
		for _, row := range w.shunt().Ask("SHOW SERVERS WHERE cluster = 'gra' AND role = 'primary' AND state = 'up'") {
			for _, r := range w.Datacenter("gra").Replicas {
				if row["server"] == r.Address {
					now = r
				}
			}
		}
		return now != nil
	})
	w.shunt().Await("nothing is prepared any more", patience, func() bool {
		for _, s := range []*lab.Server{w.server("paris"), now} {
			if rows, err := front.Rows(t.Context(), s.DB(), "XA RECOVER"); err != nil || len(rows) > 0 {
				return false
			}
		}
		return true
	})
	w.Datacenter("gra").Primary = now
	defer func() { w.Datacenter("gra").Primary = old }() // for the lab's end
	w.judge(fates)
	if fates[2] != committed {
		t.Errorf("the transaction that was decided: its application was told %v", fates[2])
	}
	if fmt.Sprint(w.transfers("gra")) != "map[2:true]" {
		t.Errorf("gra has %v", w.transfers("gra"))
	}
}
