package proxy_test

import (
	"math/rand/v2"
	"net"
	"testing"
	"time"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
)

// TestHostileClients throws bytes at the front door, before the login and after it. Nobody is served; nothing breaks, and afterwards
// an honest client is answered. (A fault of shunt's own would be in the log, which every triangle looks at in the end.)
func TestHostileClients(t *testing.T) {
	t.Parallel()
	tr := newTriangle(t, setup{accounts: accountsOf(), primary: &mysqltest.Server{Handler: answering("primary")}, replica: &mysqltest.Server{Handler: answering("replica")}})
	dice := rand.New(rand.NewPCG(3, 4))
	noise := func(n int) []byte {
		b := make([]byte, dice.IntN(n)+1)
		for i := range b {
			b[i] = byte(dice.Uint32())
		}
		return b
	}
	for range 150 {
		nc, err := net.Dial("tcp", tr.addr)
		if err != nil {
			t.Fatal(err)
		}
		packet, _ := mysql.AppendPacket(nil, byte(dice.IntN(3)), noise(200))
		if dice.IntN(3) == 0 {
			packet = noise(64)
		}
		_, _ = nc.Write(packet) // it may be cut off at any time
		nc.Close()
	}
	for range 300 {
		c, err := mysqltest.Dial(t.Context(), tr.addr, mysqltest.Options{User: "native", Password: "secret"})
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			payload := append([]byte{byte(dice.IntN(34))}, noise(40)...)
			if dice.IntN(8) == 0 {
				payload[0] = 0xfa // bulk execution
			}
			packet, _ := mysql.AppendPacket(nil, 0, payload)
			if _, err := c.Conn.Write(packet); err != nil {
				break
			}
		}
		_ = c.Conn.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
		_, _ = c.Conn.Read(make([]byte, 4096)) // whatever it answers
		c.Conn.Close()
	}
	honest, err := mysqltest.Dial(t.Context(), tr.addr, mysqltest.Options{User: "native", Password: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	defer honest.Close()
	if got := value(t, honest, "SELECT 1"); got != "replica" {
		t.Errorf("the honest client is answered by %q", got)
	}
}
