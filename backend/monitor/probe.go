package monitor

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/backend/monitor/control"
	"shunt/topology"
)

// prober looks at one server. Only its watcher's goroutine uses it.
type prober interface {
	// probe looks once, before ctx ends.
	probe(ctx context.Context) (facts, error)

	// close hangs up; the next probe would connect again.
	close()
}

// statusEvery is how long a reading of the replication status is good for while nothing looks odd. It is the costly part
// of a probe: it takes locks that a busy applier needs.
const statusEvery = 500 * time.Millisecond

// retryRights is how long a connection is used that may not read the replication status. A right ON *.* that is granted
// meanwhile only holds for new connections.
const retryRights = 2 * time.Second

// serverProbe is the prober of a real server: one control connection, one round trip a probe.
type serverProbe struct {
	endpoint  control.Endpoint
	heartbeat string // the statement that reads this proxy's row; empty if there is no heartbeat

	conn   *control.Conn // nil: to be dialed
	dialed time.Time
	last   facts
	odd    bool // the last probe gave reason to read the replication status with the next
}

func (p *serverProbe) close() {
	if p.conn != nil {
		p.conn.Close()
		p.conn = nil
	}
}

func (p *serverProbe) probe(ctx context.Context) (facts, error) {
	if p.conn == nil {
		conn, err := control.Dial(ctx, p.endpoint)
		if err != nil {
			return facts{}, err
		}
		p.conn, p.dialed, p.odd = conn, time.Now(), true
	}
	f := facts{
		flavor: p.conn.Flavor(), peer: p.conn.Peer(),
		links: p.last.links, linksRead: p.last.linksRead, linksError: p.last.linksError,
	}
	if err := p.ask(ctx, p.questions(&f)); err != nil {
		p.close()
		return facts{}, err
	}
	stuck := p.heartbeat != "" && len(f.links) > 0 && f.beat == p.last.beat
	orphan := f.readOnly && len(f.links) == 0 // on its way to become a replica, or a primary
	p.odd = stuck || orphan || f.readOnly != p.last.readOnly
	p.last = f
	if f.linksError != nil && time.Since(p.dialed) > retryRights {
		p.close()
	}
	return f, nil
}

// question is one statement of a probe.
type question struct {
	sql    string
	answer func(*mysql.Resultset) error

	// failed says what the lack of an answer means: an error if the probe has failed, nil if it can do without.
	failed func(error) error
}

// ask sends all questions in one packet. A server stops at the first that it refuses; what stood behind that one is sent
// once more. After a fault of the connection the rest is lost, and the connection with it.
func (p *serverProbe) ask(ctx context.Context, questions []question) error {
	for len(questions) > 0 {
		statements := make([]string, len(questions))
		for i, q := range questions {
			statements[i] = q.sql
		}
		results, err := p.conn.Script(ctx, statements...)
		for i, r := range results {
			if err := questions[i].answer(r.Resultset); err != nil {
				return err
			}
		}
		if err == nil {
			return nil
		}
		if len(results) == len(questions) {
			return err
		}
		broken := control.Code(err) == 0
		if broken {
			p.close()
		}
		if err := questions[len(results)].failed(err); err != nil || broken {
			return err
		}
		questions = questions[len(results)+1:]
	}
	return nil
}

// questions are what to ask now. The replication status comes last, and the probe can do without: it takes locks that
// starting and stopping replication hold, on some versions for long, and a server whose other answers have come is alive.
func (p *serverProbe) questions(f *facts) []question {
	questions := []question{{variablesStatement(f.flavor), f.readVariables, fatal}}
	if p.heartbeat != "" {
		questions = append(questions, question{p.heartbeat, f.readHeartbeat, unlessRefused})
	}
	if p.odd || time.Since(p.last.linksRead) >= statusEvery {
		questions = append(questions, question{statusStatement(p.conn), f.readStatus, f.statusFailed})
	}
	return questions
}

func fatal(err error) error { return err }

// unlessRefused lets a probe live whose heartbeat cannot be read: the table may not exist yet, or not here.
func unlessRefused(err error) error {
	if control.Code(err) != 0 {
		return nil
	}
	return err
}

func variablesStatement(f topology.Flavor) string {
	const common = "SELECT @@global.read_only, @@server_id, @@version, @@hostname, @@port, "
	if f == topology.MariaDB {
		return common + "@@global.gtid_slave_pos, @@global.gtid_current_pos, ''"
	}
	return common + "@@global.gtid_executed, @@global.gtid_executed, @@server_uuid"
}

func (f *facts) readVariables(r *mysql.Resultset) error {
	if r.RowNumber() != 1 || r.ColumnNumber() != 8 {
		return errors.New("the server did not answer with its variables")
	}
	var text [8]string
	for i := range text {
		value, err := r.GetString(0, i)
		if err != nil {
			return err
		}
		text[i] = value
	}
	f.readOnly = !isOff(text[0])
	id, err := strconv.ParseUint(text[1], 10, 32)
	if err != nil {
		return fmt.Errorf("the server's server_id: %w", err)
	}
	f.serverID, f.version, f.hostname, f.port, f.uuid = uint32(id), text[2], text[3], text[4], text[7]
	if f.applied, err = topology.ParsePosition(f.flavor, text[5]); err != nil {
		return err
	}
	if f.own = f.applied; text[6] != text[5] {
		f.own, err = topology.ParsePosition(f.flavor, text[6])
	}
	return err
}

// isOff reads a switch. MariaDB 12 made read_only an enumeration with several kinds of on; before it was a number.
func isOff(value string) bool { return value == "0" || value == "OFF" }

func (f *facts) readHeartbeat(r *mysql.Resultset) (err error) {
	if r.RowNumber() == 0 {
		return nil
	}
	if f.beat, err = r.GetUint(0, 0); err != nil {
		return err
	}
	stamp, err := r.GetString(0, 1)
	if err != nil {
		return err
	}
	f.stamp, err = time.Parse(stampLayout, stamp)
	return err
}

func (f *facts) readStatus(r *mysql.Resultset) error {
	links, err := readLinks(r)
	if err != nil {
		return err
	}
	f.links, f.linksRead, f.linksError = links, time.Now(), nil
	return nil
}

// statusFailed keeps the links that were read before.
func (f *facts) statusFailed(err error) error {
	if control.Code(err) == mysql.ER_SPECIFIC_ACCESS_DENIED_ERROR {
		right := "REPLICA MONITOR"
		if f.flavor == topology.MySQL {
			right = "REPLICATION CLIENT"
		}
		err = fmt.Errorf("%w; GRANT %s ON *.* to the control account", err, right)
	}
	f.linksError = err
	return nil
}
