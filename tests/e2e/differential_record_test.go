package e2e

import (
	"fmt"
	"net"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"shunt/mysql"
)

// recorder is a relay before a server that notes what clients send, one list for each connection.
type recorder struct {
	t      *testing.T
	target string

	mu          sync.Mutex
	connections [][]string
}

// start listens until the test ends and returns the address.
func (r *recorder) start() string {
	r.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		r.t.Fatal(err)
	}
	var relays sync.WaitGroup
	relays.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			relays.Go(func() { r.relay(client) })
		}
	})
	r.t.Cleanup(func() {
		_ = l.Close()
		relays.Wait()
	})
	return l.Addr().String()
}

// relay passes one connection's packets on, until one of both sides closes it.
func (r *recorder) relay(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", r.target)
	if err != nil {
		r.t.Error(err)
		return
	}
	defer server.Close()
	var back sync.WaitGroup
	defer back.Wait()
	back.Go(func() {
		defer client.Close()
		_, _ = server.(*net.TCPConn).WriteTo(client)
	})
	r.mu.Lock()
	number := len(r.connections)
	r.connections = append(r.connections, nil)
	r.mu.Unlock()
	for {
		payload, seq, err := mysql.ReadPacket(client, nil, 1<<26)
		if err != nil {
			_ = server.(*net.TCPConn).CloseWrite()
			return
		}
		r.note(number, seq, payload)
		packet, _ := mysql.AppendPacket(nil, seq, payload)
		if _, err := server.Write(packet); err != nil {
			return
		}
	}
}

// note keeps statements. The login is no command: its number is not 0.
func (r *recorder) note(connection int, seq byte, payload []byte) {
	if seq != 0 || len(payload) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	list := &r.connections[connection]
	switch body := string(payload[1:]); mysql.Command(payload[0]) {
	case mysql.ComQuery:
		*list = append(*list, body)
	case mysql.ComInitDB:
		*list = append(*list, "USE `"+body+"`")
	case mysql.ComQuit, mysql.ComPing:
	default:
		r.t.Errorf("the application sent %s, which is not recorded", mysql.Command(payload[0]))
	}
}

// statements is how many were noted.
func (r *recorder) statements() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, list := range r.connections {
		n += len(list)
	}
	return n
}

const recordingHeader = `-- What WordPress sends to its database while TestWordPress drives it: one list of statements for each of its connections, which
-- follow one another. Recorded by that test (see differential_wordpress_test.go for how), from Debian's packages. Texts that the application
-- brings along, hashes and keys are replaced by other letters, and cut. Left out: reads that a connection has sent already since its last
-- write, and connections that send next to nothing that others before have not sent.
-- Statements end in ;; at the end of a line, so that the mariadb client can run this file.
DELIMITER ;;
`

// write makes the file that TestDifferential reads.
func (r *recorder) write(file string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b strings.Builder
	b.WriteString(recordingHeader)
	known := map[string]bool{}
	for i, list := range r.connections {
		list = worthKeeping(list, known)
		if len(list) == 0 {
			continue
		}
		fmt.Fprintf(&b, "-- connection %d\n", i+1)
		for _, sql := range list {
			if sql = sanitised(sql); strings.Contains(sql, ";;\n") {
				r.t.Fatalf("a statement has the delimiter in it: %q", sql)
			}
			b.WriteString(sql + ";;\n")
		}
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// worthKeeping leaves out what says nothing new. known has the statements of connections that were kept, without their numbers.
func worthKeeping(list []string, known map[string]bool) (kept []string) {
	fresh := 0
	for _, sql := range list {
		shape := digits.ReplaceAllString(sql, "0")
		if !known[shape] {
			fresh++
		}
		known[shape] = true
	}
	if fresh < freshEnough {
		return nil
	}
	read := map[string]bool{}
	for _, sql := range list {
		if !plainRead.MatchString(sql) {
			clear(read)
		} else if read[sql] {
			continue
		}
		read[sql] = plainRead.MatchString(sql) && !strings.Contains(sql, "FOUND_ROWS")
		kept = append(kept, sql)
	}
	return kept
}

// freshEnough is how many new statements make a connection worth keeping.
const freshEnough = 8

var (
	digits    = regexp.MustCompile(`[0-9]+`)
	plainRead = regexp.MustCompile(`(?i)^\s*(SELECT|SHOW|DESC)`)
)

var (
	quotedText = regexp.MustCompile(`'(?:[^'\\]|\\.|'')*'`)
	write      = regexp.MustCompile(`^\s*(INSERT|UPDATE|REPLACE)`)
	letter     = regexp.MustCompile(`\\.|[A-Za-z]`)
	// secret are password hashes, and keys and tokens in hexadecimal.
	secret = regexp.MustCompile(`\$P\$[./0-9A-Za-z]{31}|\b[0-9a-f]{32,64}\b`)
)

const (
	// longText is from how many bytes on a literal counts as a text and not as a name or a value.
	longText = 60
	// sentence is from how many spaces on it does as well.
	sentence = 3
	// mostKept is how many bytes of a text are kept.
	mostKept = 200
)

// sanitised replaces what is not ours to keep: in long texts that are written every letter, but not those behind a backslash; in others hashes
// and keys.
func sanitised(sql string) string {
	writes := write.MatchString(sql)
	return quotedText.ReplaceAllStringFunc(sql, func(literal string) string {
		if len(literal) < longText && strings.Count(literal, " ") < sentence || !writes {
			return secret.ReplaceAllStringFunc(literal, func(s string) string { return strings.Repeat("x", len(s)) })
		}
		literal = letter.ReplaceAllStringFunc(literal, func(s string) string {
			if len(s) == 1 {
				return "x"
			}
			return s
		})
		if len(literal) <= mostKept {
			return literal
		}
		return strings.TrimRight(strings.ToValidUTF8(literal[:mostKept], ""), `\'`) + "'"
	})
}
