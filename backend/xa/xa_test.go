package xa

import (
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"shunt/backend/monitor/control"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/store"
	"shunt/store/memstore"
)

// servers are the primaries of some clusters, as far as branches go: what is prepared on each, and how it has ended.
type servers struct {
	t         *testing.T
	addresses map[string]string

	mu       sync.Mutex
	prepared map[string][]string // guarded by mu: by cluster, the global parts of the identifiers
	ended    []string            // guarded by mu: "cluster commit name"
	attached map[string]bool     // guarded by mu: those that a connection still has
	refuses  bool                // guarded by mu: the account may not look
	down     map[string]bool     // guarded by mu
}

var xid = regexp.MustCompile(`^XA (COMMIT|ROLLBACK) X'([0-9a-f]+)',X'([0-9a-f]+)',(\d+)$`)

func newServers(t *testing.T) *servers {
	s := &servers{t: t, addresses: map[string]string{}, prepared: map[string][]string{}, attached: map[string]bool{}, down: map[string]bool{}}
	for _, cluster := range []string{"paris", "gra"} {
		one := &mysqltest.Server{Handler: func(_ mysql.Command, text []byte, w *mysqltest.Reply) { s.answer(cluster, string(text), w) }}
		s.addresses[cluster] = one.Start(t)
	}
	return s
}

func (s *servers) answer(cluster, text string, w *mysqltest.Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if text == "XA RECOVER" {
		if s.refuses {
			w.Err(mysql.NewError(1401, "XAE03", "XAER_RMERR: may not"))
			return
		}
		rs := mysql.ResultSet{Columns: []mysql.ColumnDef{mysql.TextColumn("formatID"), mysql.TextColumn("gtrid_length"), mysql.TextColumn("bqual_length"), mysql.TextColumn("data")}}
		for _, name := range s.prepared[cluster] {
			rs.Rows = append(rs.Rows, mysql.NewRow(FormatID, len(name), len(cluster), name+cluster))
		}
		rs.Rows = append(rs.Rows, mysql.NewRow(1, 3, 3, "abcdef"), mysql.NewRow(FormatID, 3, 3, "abcdef")) // of others
		w.ResultSet(rs, mysql.OK{})
		return
	}
	m := xid.FindStringSubmatch(text)
	if m == nil {
		w.OK(mysql.OK{})
		return
	}
	global, _ := hex.DecodeString(m[2])
	name := string(global)
	at := slices.Index(s.prepared[cluster], name)
	if at < 0 || s.attached[name] {
		w.Err(mysql.NewError(1397, "XAE04", "XAER_NOTA: Unknown XID"))
		return
	}
	s.prepared[cluster] = slices.Delete(s.prepared[cluster], at, at+1)
	s.ended = append(s.ended, cluster+" "+strings.ToLower(m[1])+" "+name)
	w.OK(mysql.OK{})
}

func (s *servers) prepare(cluster string, n Name) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prepared[cluster] = append(s.prepared[cluster], n.String())
}

func (s *servers) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// has says what has ended, in order of the words.
func (s *servers) has() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := slices.Clone(s.ended)
	slices.Sort(list)
	return strings.Join(list, "; ")
}

func (s *servers) primary(cluster string) (control.Endpoint, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down[cluster] {
		return control.Endpoint{}, fmt.Errorf("cluster %s has no primary", cluster)
	}
	return control.Endpoint{Address: s.addresses[cluster], User: "shunt"}, nil
}

// proxy is a coordinator that has a run, but looks for branches only when it is told to.
func (s *servers) proxy(client *memstore.Store) *Coordinator {
	s.t.Helper()
	k := New(Config{Lease: 2 * time.Second, Interval: time.Hour, Timeout: 5 * time.Second},
		Deps{Store: client, Clusters: []string{"gra", "paris"}, Primary: s.primary, Log: slog.New(slog.DiscardHandler)})
	if err := k.enlist(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	return k
}

// records counts what is in the store about transactions, after what nobody needs has been deleted.
func records(t *testing.T, k *Coordinator) int {
	t.Helper()
	k.forget(t.Context())
	l := &look{records: map[Name]store.Item{}}
	if err := k.read(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	return len(l.records)
}

var both = []string{"paris", "gra"}

func TestWhatACrashedProxyHasLeftEndsOneWay(t *testing.T) {
	s, memory := newServers(t), memstore.New()
	dead := memory.Open()
	crashed := s.proxy(dead)
	decided, undecided, half := crashed.Name(), crashed.Name(), crashed.Name()
	for _, n := range []Name{decided, undecided, half} {
		crashed.Take(n)
	}
	for _, n := range []Name{decided, undecided} {
		s.prepare("paris", n)
		s.prepare("gra", n)
	}
	s.prepare("gra", half) // it has committed on paris already
	for _, n := range []Name{decided, half} {
		if o := crashed.Decide(t.Context(), n, both); o != Committed {
			t.Fatalf("outcome %v", o)
		}
	}
	other := s.proxy(memory.Open())
	if clean := other.sweep(t.Context()); clean || s.has() != "" {
		t.Errorf("while the lease of the other lasts: %q", s.has())
	}
	dead.Close()
	await(t, "its lease is over", func() bool {
		item, err := other.deps.Store.Get(t.Context(), ownerKey(decided.Run))
		return err == nil && !item.Exists()
	})
	if !other.sweep(t.Context()) {
		t.Error("something is left")
	}
	want := fmt.Sprintf("gra commit %[1]s; gra commit %[3]s; gra rollback %[2]s; paris commit %[1]s; paris rollback %[2]s", decided, undecided, half)
	if s.has() != want {
		t.Errorf("ended: %s\nwant:  %s", s.has(), want)
	}
	if n := records(t, other); n != 0 {
		t.Errorf("%d records are left", n)
	}
}

func TestNobodyDecidesWithoutItsLease(t *testing.T) {
	s, memory := newServers(t), memstore.New()
	k := s.proxy(memory.Open())
	n := k.Name()
	if _, err := k.deps.Store.Commit(t.Context(), store.Txn{Then: []store.Change{store.Delete(ownerKey(n.Run))}}); err != nil { // as the end of the lease does
		t.Fatal(err)
	}
	if o := k.Decide(t.Context(), n, both); o != Aborted {
		t.Errorf("outcome %v", o)
	}
	k.run.Store(nil)
	if o := k.Decide(t.Context(), n, both); o != Aborted {
		t.Errorf("without a run: %v", o)
	}
	if !k.Name().IsZero() {
		t.Error("it names transactions without a lease")
	}
}

func TestWhatIsInHandIsLeftAlone(t *testing.T) {
	s := newServers(t)
	k := s.proxy(memstore.New().Open())
	n := k.Name()
	k.Take(n)
	s.prepare("paris", n)
	s.prepare("gra", n)
	if o := k.Decide(t.Context(), n, both); o != Committed {
		t.Fatalf("outcome %v", o)
	}
	k.sweep(t.Context())
	if s.has() != "" {
		t.Errorf("ended by recovery: %s", s.has())
	}
	k.Done(n, Committed)
	s.set(func() { s.prepared = map[string][]string{} })
	if records(t, k) != 0 {
		t.Error("its record is left")
	}
}

func TestWhatAClientLeavesIsFinishedByItsOwnProxy(t *testing.T) {
	s := newServers(t)
	k := s.proxy(memstore.New().Open())
	committed, aborted := k.Name(), k.Name()
	for _, n := range []Name{committed, aborted} {
		k.Take(n)
		s.prepare("paris", n)
	}
	if o := k.Decide(t.Context(), committed, both); o != Committed {
		t.Fatalf("outcome %v", o)
	}
	s.set(func() { s.attached[committed.String()] = true })
	k.Leave(committed)
	k.Leave(aborted)
	if k.sweep(t.Context()) || !k.Left(committed) || records(t, k) != 2 { // the second says that the other must not be committed any more
		t.Errorf("a connection still has it: %s, %d records", s.has(), records(t, k))
	}
	s.set(func() { s.attached = map[string]bool{}; s.down["gra"] = true })
	if k.sweep(t.Context()); !k.Left(committed) || records(t, k) != 2 {
		t.Error("gra may have a branch, too")
	}
	s.set(func() { s.down["gra"] = false })
	if !k.sweep(t.Context()) || k.Left(committed) || records(t, k) != 1 {
		t.Errorf("%s, %d records", s.has(), records(t, k))
	}
	if want := fmt.Sprintf("paris commit %s; paris rollback %s", committed, aborted); s.has() != want {
		t.Errorf("ended: %s, want %s", s.has(), want)
	}
	if o := k.Decide(t.Context(), aborted, both); o != Aborted {
		t.Errorf("a decision that comes late: %v", o)
	}
}

func TestADecisionThatTheStoreDoesNotAnswer(t *testing.T) {
	s, memory := newServers(t), memstore.New()
	link := memory.Open()
	k := s.proxy(link)
	n := k.Name()
	link.Disconnect()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if o := k.Decide(ctx, n, both); o != Unknown {
		t.Errorf("outcome %v", o)
	}
	link.Reconnect()
	if o := k.Decide(t.Context(), n, both); o != Committed {
		t.Errorf("outcome %v after that", o)
	}
	if o := k.Decide(t.Context(), n, both); o != Committed { // as if the first answer had been lost
		t.Errorf("outcome %v when it is there already", o)
	}
}

func TestAnotherFleetsBranchesAreLeftAlone(t *testing.T) {
	s := newServers(t)
	k := s.proxy(memstore.New().Open())
	s.prepare("paris", Name{"ffffffff", "00000000", 1})
	if !k.sweep(t.Context()) || s.has() != "" {
		t.Errorf("ended: %s", s.has())
	}
}

func TestAnAccountThatMayNotLookHindersPreparing(t *testing.T) {
	s := newServers(t)
	k := s.proxy(memstore.New().Open())
	s.set(func() { s.refuses = true })
	if k.sweep(t.Context()) || !strings.Contains(k.Hindered("paris"), "1401") {
		t.Errorf("hindered: %q", k.Hindered("paris"))
	}
	s.set(func() { s.refuses = false })
	if !k.sweep(t.Context()) || k.Hindered("paris") != "" {
		t.Errorf("hindered: %q", k.Hindered("paris"))
	}
}

func TestAProxyThatIsAloneNeedNotWaitForTheLeaseOfTheOneBefore(t *testing.T) {
	s, memory := newServers(t), memstore.New()
	crashed := s.proxy(memory.Open())
	n := crashed.Name()
	s.prepare("paris", n)
	next := New(Defaults(), Deps{Store: memory.Open(), Clusters: both, Primary: s.primary, Log: slog.New(slog.DiscardHandler), Alone: true})
	if err := next.enlist(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !next.sweep(t.Context()) || s.has() != "paris rollback "+n.String() {
		t.Errorf("ended: %s", s.has())
	}
	if o := crashed.Decide(t.Context(), n, both); o != Aborted {
		t.Errorf("the one before decides: %v", o)
	}
}

func TestRunRecoversByItself(t *testing.T) {
	s := newServers(t)
	k := New(Config{Lease: 2 * time.Second, Interval: 10 * time.Millisecond, Timeout: 5 * time.Second},
		Deps{Store: memstore.New().Open(), Clusters: both, Primary: s.primary, Log: slog.New(slog.DiscardHandler)})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- k.Run(ctx) }()
	await(t, "there are names", k.Ready)
	n := k.Name()
	k.Take(n)
	s.prepare("gra", n)
	k.Leave(n)
	await(t, "recovery has finished it", func() bool { return !k.Left(n) && s.has() == "gra rollback "+n.String() })
	cancel()
	if err := <-ended; err != nil || k.Ready() {
		t.Errorf("after its end: %v, ready %v", err, k.Ready())
	}
}

// await waits for a condition.
func await(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !cond(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("still not: %s", what)
		}
	}
}
