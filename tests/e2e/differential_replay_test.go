package e2e

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"
	"time"

	"shunt/lab"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/e2e/grammar"
)

// answer is what came back to one statement.
type answer struct {
	packets [][]byte
	between []int // which of them stand between column definitions and rows
	starts  []int // where the answer to each command begins
}

func (a *answer) add(b mysqltest.Answer) {
	for _, i := range b.Between {
		a.between = append(a.between, len(a.packets)+i)
	}
	a.starts = append(a.starts, len(a.packets))
	a.packets = append(a.packets, b.Packets...)
}

// sender sends a statement in its own way and reads what comes back. Its error is one of the connection.
type sender func(*mysqltest.Client, grammar.Statement) (answer, error)

// streamBound is how long a stream may take.
const streamBound = 2 * time.Minute

// replay runs a stream. The database has the same name direct and through shunt, and is made and dropped by the client itself.
func (d *differential) replay(s stream, address string, m mode) ([]answer, error) {
	ctx, cancel := context.WithTimeout(d.t.Context(), streamBound)
	defer cancel()
	database := s.databaseName()
	before := []string{"DROP DATABASE IF EXISTS " + database}
	if address == d.through && d.suffix != "" { // and the cluster has one of the client's name, which nobody is to see
		before = append(before, "DROP DATABASE IF EXISTS "+database+d.suffix, "CREATE DATABASE "+database, "CREATE TABLE "+database+".t (hidden INT)", "CREATE TABLE "+database+".hidden (a INT)")
	}
	for _, sql := range before {
		if err := d.cluster.Datacenters[0].Primary.Exec(ctx, sql); err != nil {
			return nil, err
		}
	}
	client, err := d.dial(ctx, address, m)
	if err != nil {
		return nil, err
	}
	defer func() { _ = client.Close() }()
	if err := inNewDatabase(client, database); err != nil {
		return nil, err
	}
	var answers []answer
	for i, st := range s.statements {
		if i > 0 && slices.Contains(s.begins, i) {
			next, err := d.dialAgain(ctx, address, m)
			if err != nil {
				return nil, err
			}
			_ = client.Close()
			client = next
		}
		a, err := m.way(client, st)
		if err != nil {
			return nil, fmt.Errorf("%s: %w\n%s", st.Text, err, d.scene())
		}
		answers = append(answers, a)
	}
	_, err = client.Query("DROP DATABASE IF EXISTS " + database)
	return answers, ignoreRefusal(err)
}

// databaseName is one that no other stream has.
func (s stream) databaseName() string {
	if s.database != "" {
		return s.database
	}
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(s.name))
	return fmt.Sprintf("shop_d%08x", hash.Sum32())
}

// dialAgain connects as one who has been here before. A connection sees what others wrote as soon as it is replicated, not earlier.
func (d *differential) dialAgain(ctx context.Context, address string, m mode) (*mysqltest.Client, error) {
	if address == d.through {
		if err := d.cluster.WaitCaughtUp(ctx); err != nil {
			return nil, err
		}
	}
	return d.dial(ctx, address, m)
}

// inNewDatabase makes a database and the default one. The SELECT sets FOUND_ROWS(), which in a new connection is what another has left on the server's thread
// (MariaDB 10.11).
func inNewDatabase(client *mysqltest.Client, name string) error {
	for _, sql := range []string{"CREATE DATABASE " + name + " CHARACTER SET utf8mb4", "USE " + name, "SELECT 1"} {
		if _, err := client.Query(sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	return nil
}

// dial logs in and checks that the connection is what the mode is about.
func (d *differential) dial(ctx context.Context, address string, m mode) (*mysqltest.Client, error) {
	options := m.options
	options.User, options.Password = d.cluster.Accounts.Shop.User, d.cluster.Accounts.Shop.Password
	if m.tls {
		options.TLS = tlsAnyServer()
	}
	client, err := mysqltest.Dial(ctx, address, options)
	if err != nil {
		return nil, err
	}
	if missing := options.Capabilities &^ client.Capabilities &^ unneeded; missing != 0 {
		_ = client.Close()
		return nil, fmt.Errorf("%s does not offer %s", address, missing)
	}
	return client, nil
}

// unneeded is a capability whose absence is how a MariaDB server says that it has extended ones.
const unneeded = mysql.CapLongPassword

func text(c *mysqltest.Client, s grammar.Statement) (all answer, err error) {
	a, err := c.Do(mysql.ComQuery, []byte(s.Text))
	all.add(a)
	return all, err
}

// prepared prepares, executes twice (the second time without the parameters' types) and closes.
func prepared(c *mysqltest.Client, s grammar.Statement) (answer, error) {
	return withPrepared(c, s, func(all *answer, id uint32, params int) error {
		for _, types := range []bool{true, false} {
			a, err := c.Do(mysql.ComStmtExecute, executePayload(id, 0, s.Args, params, types))
			if all.add(a); err != nil {
				return err
			}
		}
		return nil
	})
}

// cursors prepares, executes, executes with a cursor and fetches two rows at a time. Only queries have cursors: MariaDB 10.11 crashes over a
// DELETE … RETURNING with one, and over a stored aggregate function.
func cursors(c *mysqltest.Client, s grammar.Statement) (answer, error) {
	return withPrepared(c, s, func(all *answer, id uint32, params int) error {
		a, err := c.Do(mysql.ComStmtExecute, executePayload(id, 0, s.Args, params, true))
		if all.add(a); err != nil || !isQuery.MatchString(s.Prepared) || aggregates.MatchString(s.Prepared) {
			return err
		}
		a, err = c.Do(mysql.ComStmtExecute, executePayload(id, cursorReadOnly, s.Args, params, true))
		all.add(a)
		for err == nil && mustFetch(a) {
			a, err = c.Do(mysql.ComStmtFetch, mysql.AppendUint32(mysql.AppendUint32(nil, id), 2))
			all.add(a)
		}
		return err
	})
}

// mustFetch says whether there is a cursor with rows left.
func mustFetch(a mysqltest.Answer) bool {
	last := a.Results[len(a.Results)-1]
	return last.Err == nil && last.OK.Status.Has(mysql.StatusCursorExists) && !last.OK.Status.Has(mysql.StatusLastRowSent)
}

const cursorReadOnly = 1

// aggregates are what the grammar calls stored aggregate functions.
var aggregates = regexp.MustCompile(`\ba\d+_\d+\(`)

var isQuery = regexp.MustCompile(`(?i)^[\s(]*(SELECT|WITH|VALUES|TABLE|SHOW)\b`)

// withPrepared prepares a statement, does something with it and closes it. Statement ids are each side's own and are taken out.
func withPrepared(c *mysqltest.Client, s grammar.Statement, do func(all *answer, id uint32, params int) error) (all answer, err error) {
	a, err := c.Do(mysql.ComStmtPrepare, []byte(s.Prepared))
	all.add(a)
	if err != nil || a.Prepared == nil {
		return all, err
	}
	copy(all.packets[0][1:5], "\x00\x00\x00\x00")
	if err := do(&all, a.Prepared.ID, len(a.Prepared.Params)); err != nil {
		return all, err
	}
	return all, c.Send(mysql.ComStmtClose, mysql.AppendUint32(nil, a.Prepared.ID))
}

// executePayload is that of COM_STMT_EXECUTE, with or without the types of the parameters. Parameters without a value are NULL.
func executePayload(id uint32, flags byte, args []any, params int, types bool) []byte {
	out := append(mysql.AppendUint32(nil, id), flags, 1, 0, 0, 0)
	if params == 0 {
		return out
	}
	nulls := make([]byte, (params+7)/8)
	var kinds, values []byte
	for i := range params {
		var arg any
		if i < len(args) {
			arg = args[i]
		}
		kind := mysql.TypeNull
		switch v := arg.(type) {
		case int64:
			kind, values = mysql.TypeLongLong, binary.LittleEndian.AppendUint64(values, uint64(v))
		case string:
			kind, values = mysql.TypeVarString, mysql.AppendLenencString(values, v)
		case []byte:
			kind, values = mysql.TypeBlob, mysql.AppendLenencString(values, v)
		default:
			nulls[i/8] |= 1 << (i % 8)
		}
		kinds = append(kinds, byte(kind), 0)
	}
	out = append(out, nulls...)
	if !types {
		return append(append(out, 0), values...)
	}
	return append(append(append(out, 1), kinds...), values...)
}

// ignoreRefusal: a server's refusal is an answer like any other.
func ignoreRefusal(err error) error {
	if refusal := (*mysql.Error)(nil); errors.As(err, &refusal) {
		return nil
	}
	return err
}

// scene is what the servers are doing for the account of the streams, while the connection is still open that an answer did not come on: whether it is a server or shunt that it
// waits for.
func (d *differential) scene() string {
	ctx, cancel := context.WithTimeout(context.Background(), sceneBound)
	defer cancel()
	var b strings.Builder
	for _, dc := range d.cluster.Datacenters {
		for _, server := range append([]*lab.Server{dc.Primary}, dc.Replicas...) {
			rows, err := server.DB().QueryContext(ctx, "SELECT CONCAT_WS(' ', id, command, time, state, info) FROM information_schema.processlist WHERE user = ?", d.cluster.Accounts.Shop.User)
			if err != nil {
				fmt.Fprintf(&b, "    %s: %v\n", server.Name, err)
				continue
			}
			for rows.Next() {
				var line string
				if rows.Scan(&line) == nil && !strings.Contains(line, " Sleep ") {
					fmt.Fprintf(&b, "    %s: %s\n", server.Name, line)
				}
			}
			_ = rows.Close() // what was read of them is told
		}
	}
	if b.Len() == 0 {
		return "no server is doing anything for the clients"
	}
	return "the servers are at work:\n" + b.String()
}

const sceneBound = 10 * time.Second
