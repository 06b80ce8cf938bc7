package moves

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/archive"
	"shunt/sharding/move/objects"
	"shunt/sharding/move/unit"
	"shunt/tests/cluster"
	"shunt/tests/front"
)

// keeping is a world whose moves keep dumps.
type keeping struct {
	*world
	folder string
	orders string // the folder of faults: see cmd/shunt/stops.go
}

// newKeeping waits at a point of a move; empty: at none. More settings of keep_dumps begin with a comma.
func newKeeping(t *testing.T, point, more string, opts ...cluster.Option) *keeping {
	k := &keeping{world: newServers(t, opts...), folder: filepath.Join(t.TempDir(), "dumps"), orders: t.TempDir()}
	if point != "" {
		if err := os.WriteFile(filepath.Join(k.orders, point), []byte("wait"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	mover := k.Accounts.Mover
	k.config = fmt.Sprintf("store: {embedded: %s}\nmoves: {account: {user: %s, password: %q}, keep_dumps: {folder: %s%s}}\n", t.TempDir(), mover.User, mover.Password, k.folder, more)
	k.proxy = front.Launch(t, k.Cluster, program, front.With(k.config), "SHUNT_TEST_STOPS="+k.orders)
	k.proxy.AwaitReady()
	return k
}

// dumping waits until the proxy waits in the middle of a dump.
func (k *keeping) dumping() {
	k.t.Helper()
	k.proxy.Await("a dump is being made", patience, func() bool {
		struck, _ := filepath.Glob(filepath.Join(k.orders, "dumping.[0-9]*"))
		return len(struck) > 0
	})
}

// goOn lets it go on.
func (k *keeping) goOn() {
	k.t.Helper()
	if err := os.WriteFile(filepath.Join(k.orders, "dumping.go"), nil, 0o600); err != nil {
		k.t.Fatal(err)
	}
}

// contents is all of the database on a cluster: its definitions, and sums of its rows.
type contents struct {
	objects *objects.Objects
	sums    string
	posts   int64
}

func (w *world) contents(cluster string) contents {
	w.t.Helper()
	c := w.mover(cluster)
	o, err := objects.Read(w.t.Context(), c, unit.Of(w.database))
	if err != nil {
		w.t.Fatal(err)
	}
	var sums []string
	for _, row := range w.ask(cluster, "CHECKSUM TABLE blog.posts, blog.accounts, blog.counts") {
		sums = append(sums, row["Table"]+" "+row["Checksum"])
	}
	return contents{o, strings.Join(sums, ", "), w.number(cluster, "SELECT COUNT(*) FROM blog.posts")}
}

func (w *world) ask(cluster, query string) []map[string]string {
	w.t.Helper()
	rows, err := front.Rows(w.t.Context(), w.Datacenter(cluster).Primary.DB(), query)
	if err != nil {
		w.t.Fatalf("%s: %s: %v", cluster, query, err)
	}
	return rows
}

// mover is a connection of the account that moves.
func (w *world) mover(cluster string) *control.Conn {
	w.t.Helper()
	mover := w.Accounts.Mover
	c, err := control.Dial(w.t.Context(), control.Endpoint{Address: w.Datacenter(cluster).Primary.Address, User: mover.User, Password: mover.Password})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(c.Close)
	return c
}

// shunt runs the command line against a proxy.
func (w *world) shunt(p *front.Proxy, arguments ...string) (string, error) {
	w.t.Helper()
	binary, err := program()
	if err != nil {
		w.t.Fatal(err)
	}
	cmd := exec.CommandContext(w.t.Context(), binary, append(arguments, "--api", p.HTTP)...)
	cmd.Env = append(os.Environ(), "SHUNT_ADMIN_PASSWORD="+front.AdminPassword)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// restore has a client restore a dump on a cluster, with the documented command.
func (w *world) restore(client, cluster, file string) {
	w.t.Helper()
	server := w.Datacenter(cluster).Primary
	host, port, err := net.SplitHostPort(server.Address)
	if err != nil {
		w.t.Fatal(err)
	}
	mover := w.Accounts.Mover
	login := fmt.Sprintf("%s --no-defaults --host=%s --port=%s --protocol=tcp --user=%s ", client, host, port, mover.User)
	command := fmt.Sprintf(archive.Restore(w.mover(cluster).Flavor()), file)
	_, options, _ := strings.Cut(command, "| ")
	_, options, _ = strings.Cut(options, " ")
	cmd := exec.CommandContext(w.t.Context(), "sh", "-c", "gzip -dc "+file+" | "+login+options)
	cmd.Env = append(os.Environ(), "MYSQL_PWD="+mover.Password)
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("%s: %v: %s", command, err, out)
	}
}

// dumped waits for the state of the dump.
func (w *world) dumped(state string) (m map[string]string) {
	w.t.Helper()
	w.proxy.Await("the dump is "+state, patience, func() bool { m = w.move(); return m["dump"] == state })
	return m
}

// TestTheOldHomeIsKeptInADump: as it was when the database switched, although clients write on while the dump is made. The old home follows when it is there, and is dropped then only.
// The dump is downloaded, its checksum fits, and the servers' client restores it.
func TestTheOldHomeIsKeptInADump(t *testing.T) { isKeptInADump(t, "mariadb") }

func TestMySQLTheOldHomeIsKeptInADump(t *testing.T) {
	isKeptInADump(t, cluster.MySQLProgram(t, "mysql"), cluster.MySQL())
}

func isKeptInADump(t *testing.T, client string, opts ...cluster.Option) {
	k := newKeeping(t, "dumping", "", opts...)
	if _, err := k.mover("paris").Script(t.Context(), "SET NAMES utf8mb4", "CREATE EVENT blog.tidy ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01 00:00:00' DO DELETE FROM blog.posts"); err != nil {
		t.Fatal(err)
	}
	before := k.contents("paris")
	l := k.start(4, 2)
	l.more()
	k.proxy.Ask("MOVE DATABASE blog TO gra")
	k.dumping()
	point := k.contents("paris")
	l.more()
	if m := k.move(); m["dump"] != "due" || m["state"] != "reversible" || !strings.Contains(m["waits"], "a dump of its old home is made") {
		t.Errorf("while the dump is made: %v", m)
	}
	if text, err := k.shunt(k.proxy, "moves", "dump", "blog"); err == nil || !strings.Contains(text, "not made yet") {
		t.Errorf("a dump that is being made: %s, %v", text, err)
	}
	if rows := k.proxy.Ask("EXPLAIN ROUTE FOR blog SELECT * FROM posts"); !strings.Contains(rows[0]["moving"], "blog is being moved from paris to gra (reversible)") {
		t.Errorf("EXPLAIN ROUTE says %v", rows)
	}
	k.proxy.Ask("FINISH MOVE blog")
	l.more()
	if now := k.contents("paris"); now.sums != point.sums || k.number("gra", "SELECT COUNT(*) FROM blog.posts") <= now.posts {
		t.Error("the old home has changed while its dump is made, or the new one has not")
	}
	k.goOn()
	m := k.await("done")
	l.judge("gra")
	if m["dump"] != "kept" || m["dump_until"] == "" || m["problem"] != "" {
		t.Errorf("the move says %v", m)
	}
	checked := exec.CommandContext(t.Context(), "sha256sum", "-c", m["dump_file"]+".sha256")
	checked.Dir = k.folder
	if out, err := checked.CombinedOutput(); err != nil {
		t.Errorf("sha256sum: %s, %v", out, err)
	}
	file := filepath.Join(t.TempDir(), "blog.sql.gz")
	if text, err := k.shunt(k.proxy, "moves", "dump", "blog", "--to", file); err != nil || !strings.Contains(text, m["dump_sha256"]) {
		t.Fatalf("shunt moves dump: %s, %v", text, err)
	}
	for name, path := range map[string]string{"the dump": filepath.Join(k.folder, m["dump_file"]), "the download": file} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 || fmt.Sprint(info.Size()) != m["dump_bytes"] {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	k.restore(client, "paris", file)
	restored := k.contents("paris")
	for _, d := range objects.Compare(before.objects, restored.objects) {
		t.Errorf("restored: %s", d)
	}
	if restored.sums != point.sums || restored.posts == before.posts {
		t.Errorf("restored are %d posts, %s; there were %d, %s", restored.posts, restored.sums, point.posts, point.sums)
	}
}

// TestAnotherMoverMakesTheDumpAnew: the proxy that makes it is killed in the middle. The other one makes it from the beginning, and the record tells who has it.
func TestAnotherMoverMakesTheDumpAnew(t *testing.T) { makesTheDumpAnew(t, "kill") }

// TestAMoverThatWakesUpLeavesNoDump: it stood still in the middle, and goes on when the old home has changed.
func TestAMoverThatWakesUpLeavesNoDump(t *testing.T) { makesTheDumpAnew(t, "stop") }

func makesTheDumpAnew(t *testing.T, action string) {
	f := newFleetThat(t, []trait{keepsDumps})
	c := f.serve()
	c.more()
	f.arm("dumping", action)
	f.proxy.Ask("MOVE DATABASE blog TO gra")
	mover, _ := f.strike("dumping")
	if action == "kill" {
		f.kill(mover)
	} else {
		f.wake(mover)
	}
	f.arrive()
	m := f.dumped("kept")
	c.more()
	var has *front.Proxy
	for _, p := range f.others {
		folder := p.dumps
		_, err := os.Stat(filepath.Join(folder, m["dump_file"]))
		if err == nil {
			has = p.Proxy
			continue
		}
		f.proxy.Await("the other proxy has no dump", patience, func() bool {
			left, _ := filepath.Glob(filepath.Join(folder, "*"))
			return action == "stop" && len(left) == 0 || action == "kill" && len(left) == 1 && strings.HasSuffix(left[0], ".sql.gz.part")
		})
	}
	if has == nil {
		t.Fatalf("no proxy has the dump of %v", m)
	}
	if text, err := f.shunt(f.proxy, "moves", "dump", "blog"); err == nil || !strings.Contains(text, "proxy "+m["dump_proxy"]+" has the dump") {
		t.Errorf("another proxy says %s, %v", text, err)
	}
	file := filepath.Join(t.TempDir(), "blog.sql.gz")
	if text, err := f.shunt(has, "moves", "dump", "blog", "--to", file); err != nil {
		t.Fatalf("shunt moves dump: %s, %v", text, err)
	}
	f.restore()
	f.proxy.Ask("FINISH MOVE blog")
	f.await("done")
	c.judge(broken...)
	f.world.restore("mariadb", "paris", file)
	if f.number("paris", "SELECT COUNT(*) FROM blog.posts") == 0 || f.number("paris", "SELECT SUM(money) FROM blog.accounts") != people*money {
		t.Error("what was restored is not what there was")
	}
}

// TestGoingBackEndsTheDump: nobody needs it then. The old home has all that was written meanwhile, and its triggers have done nothing twice.
func TestGoingBackEndsTheDump(t *testing.T) {
	k := newKeeping(t, "dumping", "")
	l := k.start(4, 2)
	l.more()
	k.proxy.Ask("MOVE DATABASE blog TO gra")
	k.dumping()
	l.more()
	k.proxy.Ask("ROLLBACK MOVE blog")
	k.goOn()
	k.proxy.Await("it has gone back", patience, func() bool { m := k.move(); return m["state"] == "reversible" && m["to"] == "paris" })
	if m := k.move(); m["dump"] != "" || m["problem"] != "" {
		t.Errorf("the move says %v", m)
	}
	l.more()
	if left, _ := filepath.Glob(filepath.Join(k.folder, "*")); len(left) > 0 {
		t.Errorf("the folder has %v", left)
	}
	k.proxy.Ask("ROLLBACK MOVE blog") // there once more: with a dump
	k.proxy.Await("it is there again", patience, func() bool { m := k.move(); return m["state"] == "reversible" && m["to"] == "gra" })
	k.dumped("kept")
	k.proxy.Ask("FINISH MOVE blog")
	k.await("done")
	l.judge("gra")
}

// TestADumpThatCannotBeMade: the move says what to do, clients write on, and nothing is dropped before the dump is there.
func TestADumpThatCannotBeMade(t *testing.T) {
	k := newKeeping(t, "", "")
	if err := os.WriteFile(k.folder, nil, 0o600); err != nil { // where the folder should be
		t.Fatal(err)
	}
	told := false
	for _, row := range k.proxy.Ask("MOVE DATABASE blog TO gra DRY RUN") {
		told = told || row["item"] == "finding" && row["class"] == "dump" && strings.Contains(row["detail"], "not a directory")
	}
	if !told {
		t.Error("a dry run does not tell")
	}
	l := k.start(2, 1)
	l.more()
	k.proxy.Ask("MOVE DATABASE blog TO gra")
	k.proxy.Await("the move says what is wrong", patience, func() bool { return k.move()["class"] == "dump" })
	if m := k.move(); m["state"] != "reversible" || m["dump"] != "due" || !strings.Contains(m["problem"], "not a directory; make room in moves.keep_dumps.folder ("+k.folder+")") {
		t.Errorf("the move says %v", m)
	}
	k.proxy.Ask("FINISH MOVE blog")
	l.more()
	if m := k.move(); m["state"] != "reversible" || k.number("paris", "SELECT COUNT(*) FROM blog.posts") == 0 {
		t.Errorf("without a dump the move is %v", m)
	}
	if err := os.Remove(k.folder); err != nil {
		t.Fatal(err)
	}
	if m := k.await("done"); m["dump"] != "kept" || m["problem"] != "" || m["class"] != "" {
		t.Errorf("at its end the move says %v", m)
	}
	l.judge("gra")
}

// TestADumpThatCanNeverBeMade: the old home follows without one when it has failed for too long, and is dropped only by an order that says so.
func TestADumpThatCanNeverBeMade(t *testing.T) {
	k := newKeeping(t, "", ", patience: 1s")
	if err := os.WriteFile(k.folder, nil, 0o600); err != nil { // where the folder should be
		t.Fatal(err)
	}
	l := k.start(2, 1)
	l.more()
	k.proxy.Ask("MOVE DATABASE blog TO gra")
	m := k.dumped("missing")
	if !strings.Contains(m["dump_problem"], "not a directory") || !strings.Contains(m["problem"], "FINISH MOVE blog FORCE") || m["class"] != "dump" {
		t.Errorf("the move says %v", m)
	}
	if _, err := k.proxy.Try("FINISH MOVE blog"); err == nil || !strings.Contains(err.Error(), "FINISH MOVE blog FORCE") {
		t.Errorf("FINISH MOVE: %v", err)
	}
	if text, err := k.shunt(k.proxy, "moves", "dump", "blog"); err == nil || !strings.Contains(text, "there is no dump") {
		t.Errorf("shunt moves dump: %s, %v", text, err)
	}
	l.more()
	l.judge("gra")
	k.proxy.Await("the old home follows", patience, func() bool {
		return k.number("paris", "SELECT COUNT(*) FROM blog.posts") == k.number("gra", "SELECT COUNT(*) FROM blog.posts")
	})
	if text, err := k.shunt(k.proxy, "moves", "finish", "blog", "--force"); err != nil {
		t.Fatalf("shunt moves finish: %s, %v", text, err)
	}
	k.await("done")
	if n := k.number("paris", "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'blog'"); n != 0 {
		t.Error("the old home still has the database")
	}
}
