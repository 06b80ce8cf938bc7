// Package check looks at both servers of a move before anything is changed: each check is a condition that a move needs, and says how to put it right. [Run] asks all of
// them, so that whoever orders a move hears of everything at once, and not in the night.
package check

import (
	"context"
	"fmt"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/accounts"
	"shunt/sharding/move/rows"
	"shunt/sharding/move/tombstone"
	"shunt/sharding/move/unit"
	"shunt/topology"
)

// Finding is something that a move has to know.
type Finding struct {
	Class    string // the same for all units that have it
	Text     string
	Way      string // what to do about it
	Blocking bool   // the move cannot be made as long as it is so
}

// String is the finding for people.
func (f Finding) String() string {
	if f.Way == "" {
		return f.Text
	}
	return f.Text + ": " + f.Way
}

// Report is what was found.
type Report struct {
	Findings []Finding
	Tables   int
	Rows     int64 // the server's estimate
	Bytes    int64 // of rows and keys, the server's estimate
}

// Blocking are the findings that keep the move from being made.
func (r *Report) Blocking() (list []Finding) {
	for _, f := range r.Findings {
		if f.Blocking {
			list = append(list, f)
		}
	}
	return list
}

// pair is what the checks look at.
type pair struct {
	from, to *control.Conn
	user     string // the mover's own
	unit     unit.Unit
	report   *Report
}

func (p *pair) blocks(class, way, format string, args ...any) {
	p.report.Findings = append(p.report.Findings, Finding{class, fmt.Sprintf(format, args...), way, true})
}

func (p *pair) notes(class, way, format string, args ...any) {
	p.report.Findings = append(p.report.Findings, Finding{class, fmt.Sprintf(format, args...), way, false})
}

// Run looks at the primaries of both clusters, before ctx ends. The error says that one of them cannot be asked.
func Run(ctx context.Context, from, to control.Endpoint, u unit.Unit) (Report, error) {
	var report Report
	source, err := control.Dial(ctx, from)
	if err != nil {
		return report, err
	}
	defer source.Close()
	target, err := control.Dial(ctx, to)
	if err != nil {
		return report, err
	}
	defer target.Close()
	p := &pair{source, target, from.User, u, &report}
	for _, check := range []func(context.Context) error{p.servers, p.binaryLog, p.settings, p.absent, p.tables, p.borders, p.rights, p.prepared} {
		if err := check(ctx); err != nil {
			return report, err
		}
	}
	return report, nil
}

// servers are of one kind, and the target is written to.
func (p *pair) servers(ctx context.Context) error {
	if p.from.Flavor() != p.to.Flavor() {
		p.blocks("flavor", "move it to a server of the same kind", "the source is %s and the target %s", p.from.Flavor(), p.to.Flavor())
	}
	readOnly, err := one(ctx, p.to, "SELECT @@global.read_only + 0")
	if err == nil && readOnly != "0" {
		p.blocks("read only", "SWITCHOVER, or SET GLOBAL read_only=0", "the target is read_only")
	}
	return err
}

// binaryLog: the source tells all changes, and the target does, too, or there is no way back.
func (p *pair) binaryLog(ctx context.Context) error {
	for _, side := range []struct {
		conn *control.Conn
		name string
		add  func(class, way, format string, args ...any)
	}{{p.from, "source", p.blocks}, {p.to, "target", p.blocks}} {
		values, err := list(ctx, side.conn, "SELECT @@global.log_bin + 0, @@global.binlog_format, @@global.binlog_row_image")
		if err != nil {
			return err
		}
		for i, want := range []struct{ value, name, way string }{
			{"1", "log_bin", "turn its binary log on and restart it"},
			{"ROW", "binlog_format", "SET GLOBAL binlog_format=ROW, and let old sessions end"},
			{"FULL", "binlog_row_image", "SET GLOBAL binlog_row_image=FULL, and let old sessions end"},
		} {
			if !strings.EqualFold(values[i], want.value) {
				side.add("binary log", want.way, "%s of the %s is %s", want.name, side.name, values[i])
			}
		}
	}
	return nil
}

// settings that change what names and rows mean are the same.
func (p *pair) settings(ctx context.Context) error {
	names := []string{"lower_case_table_names", "innodb_page_size"}
	question := "SELECT @@global." + strings.Join(names, ", @@global.")
	from, err := list(ctx, p.from, question)
	if err != nil {
		return err
	}
	to, err := list(ctx, p.to, question)
	if err != nil {
		return err
	}
	for i, name := range names {
		if from[i] != to[i] {
			p.blocks("settings", "move it to a server that has the same", "%s is %s on the source and %s on the target", name, from[i], to[i])
		}
	}
	packets := [2]string{}
	for i, c := range []*control.Conn{p.from, p.to} {
		if packets[i], err = one(ctx, c, "SELECT LPAD(@@global.max_allowed_packet, 20, '0')"); err != nil {
			return err
		}
	}
	if packets[1] < packets[0] {
		p.blocks("settings", "SET GLOBAL max_allowed_packet to what the source has", "max_allowed_packet of the target is smaller than that of the source")
	}
	return nil
}

// absent: the target has nothing of that name.
func (p *pair) absent(ctx context.Context) error {
	if !p.unit.Whole() {
		return p.free(ctx)
	}
	n, err := one(ctx, p.to, "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = "+rows.Quote(p.unit.Database))
	if err == nil && n != "0" {
		p.blocks("exists", "drop it there, or move it elsewhere", "the target has a database %s already", p.unit.Database)
	}
	return err
}

// free: no table of a module is there, and what its database is like is the same.
func (p *pair) free(ctx context.Context) error {
	state, err := tombstone.Read(ctx, p.to, p.unit)
	if err != nil {
		return err
	}
	if len(state.Open) > 0 {
		p.blocks("exists", "drop them there, or move the module elsewhere", "the target has tables of the module already: %s", strings.Join(state.Open, ", "))
	}
	var of [2][][]string
	for i, c := range []*control.Conn{p.from, p.to} {
		r, err := c.Query(ctx, "SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = "+rows.Quote(p.unit.Database))
		if err != nil {
			return err
		}
		of[i] = rows.Texts(r)
	}
	if len(of[1]) > 0 && fmt.Sprint(of[0]) != fmt.Sprint(of[1]) {
		p.notes("character set", "ALTER DATABASE makes them alike", "tables that are made later have another character set: %v on the source, %v on the target", of[0], of[1])
	}
	return nil
}

// tables can be copied.
func (p *pair) tables(ctx context.Context) error {
	tables, err := rows.Read(ctx, p.from, p.unit)
	if err != nil {
		return err
	}
	p.report.Tables = len(tables)
	for _, t := range tables {
		p.report.Rows += t.Rows
		p.report.Bytes += t.Bytes
		switch t.Storage {
		case rows.Foreign:
			p.blocks("storage", "ALTER TABLE … ENGINE=InnoDB, or drop it", "table %s has its rows elsewhere (%s)", t.Name, t.Engine)
		case rows.Locked:
			p.notes("storage", "ALTER TABLE … ENGINE=InnoDB lets writes go on", "table %s is locked against writes while it is copied (%s)", t.Name, t.Engine)
		case rows.Snapshot, rows.Empty:
		}
	}
	return nil
}

// borders: no foreign key leaves the database, or comes into it.
func (p *pair) borders(ctx context.Context) error {
	if !p.unit.Whole() { // what crosses its border is for others to say
		return nil
	}
	r, err := p.from.Query(ctx, crossing(p.from.Flavor(), rows.Quote(p.unit.Database)))
	if err != nil {
		return err
	}
	for _, row := range rows.Texts(r) {
		p.blocks("foreign keys", "drop the key, or move both databases together", "foreign key %s of %s refers to %s", row[0], row[1], row[2])
	}
	return nil
}

// crossing asks for foreign keys between a database and others. With MariaDB it is InnoDB's own list, since for information_schema.KEY_COLUMN_USAGE every table of the server is opened;
// its names are as InnoDB writes them into files.
func crossing(f topology.Flavor, database string) string {
	if f == topology.MySQL {
		return "SELECT CONSTRAINT_NAME, CONCAT(TABLE_SCHEMA, '.', TABLE_NAME), CONCAT(REFERENCED_TABLE_SCHEMA, '.', REFERENCED_TABLE_NAME) FROM information_schema.KEY_COLUMN_USAGE " +
			"WHERE REFERENCED_TABLE_NAME IS NOT NULL AND (TABLE_SCHEMA = " + database + ") <> (REFERENCED_TABLE_SCHEMA = " + database + ") GROUP BY 1, 2, 3"
	}
	within := func(column string) string {
		return "(HEX(SUBSTRING_INDEX(" + column + ", '/', 1)) = HEX(CONVERT(" + database + " USING filename)))"
	}
	return "SELECT SUBSTRING_INDEX(ID, '/', -1), REPLACE(FOR_NAME, '/', '.'), REPLACE(REF_NAME, '/', '.') FROM information_schema.INNODB_SYS_FOREIGN WHERE " +
		within("FOR_NAME") + " <> " + within("REF_NAME")
}

// rights: what the gate does not stop, and what cannot be made on the target.
func (p *pair) rights(ctx context.Context) error {
	if !p.unit.Whole() { // its gate stops everybody
		return nil
	}
	rights, err := accounts.Read(ctx, p.from, p.unit)
	if err != nil {
		return err
	}
	for _, f := range rights.Findings {
		if strings.HasPrefix(f.Account, "'"+p.user+"'@") { // the mover's own
			continue
		}
		p.notes("accounts", "", "%s", f)
	}
	return nil
}

// prepared XA transactions hold nothing that could be waited for.
func (p *pair) prepared(ctx context.Context) error {
	r, err := p.from.Query(ctx, "XA RECOVER")
	if err != nil {
		p.notes("prepared transactions", "GRANT XA_RECOVER_ADMIN to the account of moves", "prepared XA transactions of the source cannot be seen")
		return nil
	}
	if n := r.RowNumber(); n > 0 {
		p.notes("prepared transactions", "XA COMMIT or XA ROLLBACK them before the switch", "%d XA transactions are prepared on the source", n)
	}
	return nil
}

func list(ctx context.Context, c *control.Conn, question string) ([]string, error) {
	r, err := c.Query(ctx, question)
	if err != nil {
		return nil, err
	}
	return row(r)
}

func row(r *mysql.Result) ([]string, error) {
	all := rows.Texts(r)
	if len(all) != 1 {
		return nil, fmt.Errorf("a question with one row has %d", len(all))
	}
	return all[0], nil
}

func one(ctx context.Context, c *control.Conn, question string) (string, error) {
	values, err := list(ctx, c, question)
	if err != nil {
		return "", err
	}
	return values[0], nil
}
