// Package bindtest starts a BIND for a test, on 127.0.0.1, in a folder of its own, and asks with dig. Neither is skipped where it is missing: scripts/deps.sh --test
// installs them.
package bindtest

import (
	"bufio"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// How to get what these tests need; without it they fail.
const install = "scripts/deps.sh --test installs it"

// Server is a BIND that answers for one zone, and takes changes that are signed with its key.
type Server struct {
	Address string // host:port, UDP and TCP
	KeyName string // of the key, which is for hmac-sha256
	Secret  string // of the key, in base64

	t testing.TB
}

// Start starts it with a zone, such as db.example, whose file has records, and ends it with the test.
func Start(t testing.TB, zone, records string) *Server {
	t.Helper()
	folder := t.TempDir()
	program := ownCopy(t, folder)
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)
	s := &Server{t: t, KeyName: "shunt.", Secret: base64.StdEncoding.EncodeToString(secret)}
	write(t, filepath.Join(folder, "zone"), records)
	for try := 0; ; try++ {
		port := freePort(t)
		s.Address = fmt.Sprintf("127.0.0.1:%d", port)
		write(t, filepath.Join(folder, "named.conf"), fmt.Sprintf(`
options { directory %q; pid-file none; session-keyfile none; listen-on port %d { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; dnssec-validation no; notify no; };
controls {};
key "shunt." { algorithm hmac-sha256; secret %q; };
zone %q { type primary; file "zone"; update-policy { grant shunt. zonesub A AAAA CNAME; }; };
`, folder, port, s.Secret, zone))
		said, running := s.launch(program, folder)
		if running {
			return s
		}
		if try == 3 || !strings.Contains(said, "address in use") {
			t.Fatalf("BIND does not run:\n%s", said)
		}
	}
}

// launch starts the server, and waits until it says that it runs.
func (s *Server) launch(program, folder string) (said string, running bool) {
	s.t.Helper()
	server := exec.Command(program, "-g", "-n", "1", "-c", filepath.Join(folder, "named.conf"))
	server.Dir = folder
	server.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := server.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		s.t.Fatal(err)
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		for in := bufio.NewScanner(out); in.Scan(); {
			lines <- in.Text()
		}
	}()
	stop := func() {
		_ = server.Process.Kill()
		go func() {
			for range lines { // so that it is not blocked
			}
		}()
		_ = server.Wait()
	}
	for line := range lines {
		said += line + "\n"
		if strings.HasSuffix(line, " running") {
			s.t.Cleanup(stop)
			go func() {
				for range lines {
				}
			}()
			return said, !strings.Contains(said, "address in use")
		}
	}
	stop()
	return said, false
}

// ownCopy is a copy of the server: where AppArmor binds it to its usual folders, that goes by its path.
func ownCopy(t testing.TB, folder string) string {
	t.Helper()
	found := "/usr/sbin/named"
	if path, err := exec.LookPath("named"); err == nil {
		found = path
	}
	program, err := os.ReadFile(found)
	if err != nil {
		t.Fatalf("there is no BIND (named): %s: %v", install, err)
	}
	path := filepath.Join(folder, "named")
	if err := os.WriteFile(path, program, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// Dig asks a server, and gives what it says.
func Dig(t testing.TB, server string, args ...string) string {
	t.Helper()
	host, port, err := net.SplitHostPort(server)
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("dig", append([]string{"@" + host, "-p", port, "+time=5", "+tries=2"}, args...)...).CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		t.Fatalf("there is no dig: %s", install)
	}
	if err != nil {
		t.Fatalf("dig %v: %v\n%s", args, err, out)
	}
	return string(out)
}
