package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
	"testing"
)

// clientPath are the packages that run on a client's path.
var clientPath = []string{"proxy", "session", "router", "statement", "mysql", "sharding", "topology", "backend", "backend/position", "compress"}

const waitsRule = "a client's code waits only through netloop: on an event loop one wait of any other kind would stop every client of that loop " +
	"(docs/decisions/0003-netloop.md)"

// offThePath are the functions of these packages that do wait in other ways, with the reason why no client ever stands behind them. Whoever
// calls one of them waits too. Each entry is needed: one that allows nothing is a fault.
//
// What is called through an interface or a function value cannot be seen here. proxy.TestClientPathBlocksOnlyThroughTheSeam is the other half of
// the proof: it runs the whole front on one goroutine.
var offThePath = map[string]string{
	"proxy.Server.Run":                   "the server's own goroutine: it waits for the listeners' end",
	"proxy.Server.accept":                "one goroutine per listener, before there is a client",
	"proxy.Server.listen":                "at the start, before there is a client",
	"proxy.listenOne":                    "at the start, before there is a client",
	"proxy.removeStaleSocket":            "at the start, before there is a client",
	"proxy.Server.drain":                 "at the end, on the goroutine of Run",
	"proxy.Server.Ready":                 "asked by /readyz; a look at a channel, with a default",
	"proxy.Server.Hold":                  "called by who makes a switchover, on a goroutine of its own",
	"proxy.AreaHold.Drain":               "called by who pauses writes, on a goroutine of its own",
	"backend/position.Positions.Run":     "its own goroutine",
	"backend/position.asker.run":         "a goroutine of its own",
	"backend/position.asker.take":        "on that goroutine",
	"backend/position.asker.ask":         "on that goroutine",
	"backend/position.read":              "on that goroutine",
	"backend/position.awaitShown":        "on that goroutine",
	"backend/position.awaitShownMySQL":   "on that goroutine",
	"backend/position.awaitShownMariaDB": "on that goroutine",
	"proxy.Server.Kill":                  "called by the console and the HTTP API on their own goroutines, for which it makes a task",
	"proxy.statements.Describe":          "called by the metrics library, at the start",
	"proxy.statements.Collect":           "called by the metrics library on the goroutine of whoever asks for /metrics",
	"backend.Pools.Run":                  "the pools' own goroutine",
}

func TestClientPathWaitsOnlyThroughNetloop(t *testing.T) {
	needed := map[string]bool{}
	for _, p := range typedPackages(t, clientPath...) {
		for _, w := range waits(p, offThePath) {
			needed[w.function] = true
			if offThePath[w.function] == "" {
				t.Errorf("%s: %s %s\n\trule: %s", w.at, w.function, w.what, waitsRule)
			}
		}
	}
	for name := range offThePath {
		if !needed[name] {
			t.Errorf("%s is on the list of functions that may wait and does not wait: take it off", name)
		}
	}
}

// wait is a place where a function may wait, or starts something that nobody waits for.
type wait struct{ function, at, what string }

// waits finds them in a package. known are functions that are known to wait.
func waits(p *typed, known map[string]string) (found []wait) {
	for _, f := range p.files {
		for _, d := range f.Decls {
			name := strings.TrimPrefix(p.ImportPath, prefix) + ".(a variable)"
			if fn, ok := d.(*ast.FuncDecl); ok {
				name = nameOf(p.info.Defs[fn.Name].(*types.Func))
			}
			p.eachWait(d, known, func(pos token.Pos, what string) {
				found = append(found, wait{name, at(p.fset, pos), what})
			})
		}
	}
	return found
}

// eachWait walks over a declaration, but not into work that is given to Task.Offload: that runs where it stops no client.
func (p *typed) eachWait(d ast.Node, known map[string]string, tell func(token.Pos, string)) {
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SendStmt:
			tell(n.Arrow, "sends to a channel")
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				tell(n.OpPos, "receives from a channel")
			}
		case *ast.SelectStmt:
			tell(n.Select, "selects")
			return true
		case *ast.GoStmt:
			tell(n.Go, "starts a goroutine")
		case *ast.RangeStmt:
			if _, channel := p.info.TypeOf(n.X).Underlying().(*types.Chan); channel {
				tell(n.For, "ranges over a channel")
			}
		case *ast.CallExpr:
			f := p.callee(n)
			if f == nil {
				return true
			}
			name := nameOf(f)
			if name == "netloop.Task.Offload" {
				return false
			}
			if why := mayWait(f, name); why != "" {
				tell(n.Pos(), "calls "+name+", which "+why)
			} else if known[name] != "" {
				tell(n.Pos(), "calls "+name+", which waits")
			}
		}
		return true
	})
}

// mayWait says what is wrong with a call; empty if nothing is.
func mayWait(f *types.Func, name string) string {
	if why := waitingFunctions[name]; why != "" {
		return why
	}
	if f.Pkg() == nil || harmlessFunctions[name] {
		return ""
	}
	path := f.Pkg().Path()
	if why := waitingPackages[path]; why != "" && !harmlessMethods[f.Name()] {
		return why
	}
	if path != "context" && path != "log/slog" && takesContext(f.Signature()) {
		return "takes a context, as what may wait does"
	}
	return ""
}

// waitingPackages are packages of which nothing is called but the harmless.
var waitingPackages = map[string]string{
	"net": "uses a socket", "net/http": "uses a socket", "crypto/tls": "uses a socket", "database/sql": "uses a socket",
	"os": "asks the operating system", "os/exec": "starts a process", "os/signal": "asks the operating system", "syscall": "asks the operating system",
	"golang.org/x/sync/errgroup": "starts goroutines or waits for them", "golang.org/x/sync/singleflight": "waits for another goroutine",
	"golang.org/x/sync/semaphore": "waits for another goroutine", "golang.org/x/sys/unix": "asks the operating system",
}

// harmlessFunctions and harmlessMethods are what of those packages neither waits nor touches a socket's data.
var harmlessFunctions = map[string]bool{
	"net.SplitHostPort": true, "net.JoinHostPort": true, "crypto/tls.Server": true, "crypto/tls.Client": true,
	"crypto/tls.Config.Clone": true, "crypto/tls.Conn.ConnectionState": true, // of a handshake that is over
}

var harmlessMethods = map[string]bool{
	"String": true, "Error": true, "Network": true, "Addr": true, "LocalAddr": true, "RemoteAddr": true, "Close": true, "SetNoDelay": true,
}

// waitingFunctions are further ones.
var waitingFunctions = map[string]string{
	"time.Sleep": "sleeps", "time.AfterFunc": "starts a goroutine", "context.AfterFunc": "starts a goroutine",
	"sync.Cond.Wait": "waits for another goroutine", "sync.WaitGroup.Wait": "waits for other goroutines", "sync.WaitGroup.Go": "starts a goroutine",
	"io.Pipe":         "gives a pipe whose ends wait for each other",
	"netloop.NewTask": "makes a task whose waits Interrupt does not reach", "netloop.NewGoroutines": "makes a loop beside the client's",
}

func takesContext(s *types.Signature) bool {
	for i := range s.Params().Len() {
		if s.Params().At(i).Type().String() == "context.Context" {
			return true
		}
	}
	return false
}

// TestTheRuleSeesEachKindOfWait tries the rule on one function for each kind.
func TestTheRuleSeesEachKindOfWait(t *testing.T) {
	p := typedSample(t, "shunt/sample", waitingSample)
	found := map[string]string{}
	for _, w := range waits(p, map[string]string{"sample.known": "a reason"}) {
		found[w.function] = w.what
	}
	functions := 0
	for _, d := range p.files[0].Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		functions++
		name := "sample." + fn.Name.Name
		if fine := strings.HasPrefix(fn.Name.Name, "fine"); fine != (found[name] == "") {
			t.Errorf("%s: found %q", name, found[name])
		}
	}
	if functions < 20 || found["sample.(a variable)"] == "" {
		t.Errorf("of %d functions: %s", functions, fmt.Sprint(found))
	}
}

const waitingSample = `package sample

import (
	"context"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"shunt/netloop"
)

var hook = func() { time.Sleep(1) }

func send(c chan int)                         { c <- 1 }
func receive(c chan int)                      { <-c }
func receiveInto(c chan int) int              { return <-c }
func choose(c chan int)                       { select { default: } }
func start()                                  { go start() }
func overChannel(c chan int)                  { for range c {} }
func inLiteral(c chan int) func()             { return func() { <-c } }
func sleep()                                  { time.Sleep(1) }
func cond(c *sync.Cond)                       { c.Wait() }
func group(g *sync.WaitGroup)                 { g.Wait() }
func groupGo(g *sync.WaitGroup)               { g.Go(sleep) }
func errGroup(g *errgroup.Group) error        { return g.Wait() }
func dial() (net.Conn, error)                 { return net.Dial("tcp", "a") }
func dialer(d *net.Dialer) (net.Conn, error)  { return d.Dial("tcp", "a") }
func listen() (net.Listener, error)           { return net.Listen("tcp", "a") }
func bareRead(c net.Conn)                     { c.Read(nil) }
func file() ([]byte, error)                   { return os.ReadFile("a") }
func web() (*http.Response, error)            { return http.Get("a") }
func withContext(ctx context.Context)         { <-ctx.Done() }
func callsIt(ctx context.Context)             { withContext(ctx) }
func ownTask() netloop.Task                   { return netloop.NewTask() }
func known()                                  { sleep(); time.Sleep(1) }
func callsKnown()                             { known() }

func fineRead(c netloop.Conn)                 { c.Read(nil) }
func finePark(t netloop.Task)                 { t.Park(time.Now()) }
func fineOffload(t netloop.Task, c chan int)  { t.Offload(func() { <-c; time.Sleep(1) }) }
func fineLock(m *sync.Mutex)                  { m.Lock(); m.Unlock() }
func fineRange(s []int)                       { for range s {} }
func fineAddress(c netloop.Conn) string       { return c.RemoteAddr().String() }
func fineTimer() *time.Timer                  { return time.NewTimer(1) }
`
