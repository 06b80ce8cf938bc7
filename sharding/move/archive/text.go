package archive

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/accounts"
	"shunt/sharding/move/copier"
	"shunt/sharding/move/objects"
	"shunt/sharding/move/rows"
	"shunt/sharding/move/unit"
	"shunt/topology"
)

// Plan is what a dump is made of. It needs From and Unit.
type Plan struct {
	From control.Endpoint // of a server on which the unit stands still
	Unit unit.Unit
	// Named is the unit as the dump names its tables; empty: as the server does.
	Named unit.Unit
	// Rights are who may do what in the unit, and Grants the statements that give that; nil: the dump says nothing about them.
	Rights *accounts.Rights
	Grants []string
	// Enabled says that an event was enabled which is not, now that the unit is closed; nil: none was.
	Enabled func(event string) bool
	// Facts are what the header says beside, in order: what and its value.
	Facts [][2]string
	// Wait is called between batches, and returns when the next one may be read; nil: at once. Progress is called after each.
	Wait     func(ctx context.Context) error
	Progress func(copier.Progress)
}

// Restore is the command that restores a dump, with the name of its file in place of %s: the client must change nothing in the bytes, and keep the comments in programs.
func Restore(f topology.Flavor) string {
	client := "mariadb"
	if f == topology.MySQL {
		client = "mysql"
	}
	return "gzip -dc %s | " + client + " --binary-mode --comments --default-character-set=binary --max-allowed-packet=1G"
}

// write writes all of it.
func (p *Plan) write(ctx context.Context, out io.Writer) (copier.Report, error) {
	snapshot, err := copier.Take(ctx, p.From, p.Unit, copier.Limits{Locked: everything, Offline: true})
	if err != nil {
		return copier.Report{}, err
	}
	defer snapshot.Close()
	made, err := objects.Read(ctx, snapshot.Conn(), p.Unit)
	if err != nil {
		return copier.Report{}, err
	}
	s := &script{out: out}
	flavor := snapshot.Conn().Flavor()
	s.comments(p.header(made, flavor)...)
	s.put("\n" + check)
	s.comments("", "What there has to be before the rows.")
	s.statements(made.ScriptTables(flavor, p.Unit.Whole()))
	s.comments("", "The rows.")
	for _, sql := range append(rows.Session(snapshot.Conn()), "SET SESSION autocommit=1, unique_checks=1") {
		s.put(sql + ";\n")
	}
	if s.err != nil {
		return copier.Report{}, s.err
	}
	named := p.Named
	if named.Database == "" {
		named = p.Unit
	}
	report, err := snapshot.Dump(ctx, out, named, copier.Options{Wait: p.Wait, Progress: p.Progress})
	if err != nil {
		return report, err
	}
	s.comments("", "What must not work while rows come.")
	enabled := p.Enabled
	if enabled == nil {
		enabled = func(string) bool { return false }
	}
	s.statements(made.ScriptPrograms(flavor, enabled))
	s.comments(p.accounts()...)
	s.comments("", fmt.Sprintf("The end: %d tables, %d rows of %d bytes.", len(report.Tables), report.Rows, report.Bytes))
	return report, s.err
}

// header is what the dump says about itself.
func (p *Plan) header(made *objects.Objects, f topology.Flavor) []string {
	lines := []string{"A dump of " + p.Unit.String() + ", made by shunt. This restores it on a server that does not have it:", "", "  " + fmt.Sprintf(Restore(f), "FILE"), ""}
	for _, fact := range append(p.Facts, [][2]string{
		{"character set", made.Charset + ", " + made.Collation}, {"dumped", time.Now().UTC().Format(time.RFC3339)},
	}...) {
		lines = append(lines, fmt.Sprintf("%-14s %s", fact[0]+":", fact[1]))
	}
	return lines
}

// accounts are the statements that make the accounts and give them their rights, for who wants that.
func (p *Plan) accounts() []string {
	if p.Rights == nil {
		return nil
	}
	lines := []string{"", "Who had rights on it. These are comments: a server that restores a dump lets nobody in by that."}
	for _, a := range p.Rights.Accounts {
		if a.Create != "" {
			lines = append(lines, a.Create+";")
		}
		for _, sql := range a.Roles {
			lines = append(lines, sql+";")
		}
	}
	for _, sql := range p.Grants {
		lines = append(lines, sql+";")
	}
	return lines
}

// check has a client refused that would change the text: one that takes \r\n for \n, or leaves comments out. It is executed under any settings, so it names a prepared
// statement that is none, which both servers tell.
const check = "SET @shunt = IF(LENGTH('\r\n') = 2 AND (SELECT INFO LIKE CONCAT('%/* keep', ' comments */%') FROM information_schema.PROCESSLIST WHERE ID = CONNECTION_ID()) " +
	"/* keep comments */, 'DO 0', 'a dump of shunt is restored with --binary-mode --comments');\n" +
	"PREPARE shunt FROM @shunt;\nEXECUTE shunt;\nDEALLOCATE PREPARE shunt;\n"

// script writes statements as the servers' client reads them. Its first error stays.
type script struct {
	out io.Writer
	err error
}

func (s *script) put(text string) {
	if s.err == nil {
		_, s.err = io.WriteString(s.out, text)
	}
}

// comments writes lines that are no statements.
func (s *script) comments(lines ...string) {
	for _, line := range lines {
		for one := range strings.SplitSeq(line, "\n") {
			s.put(strings.TrimRight("-- "+strings.ReplaceAll(one, "\r", " "), " ") + "\n")
		}
	}
}

func (s *script) statements(list []objects.Statement) {
	charset := plain
	for _, one := range list {
		if next := reading(one.Client); next != charset {
			s.put("\\C " + next + "\n")
			charset = next
		}
		if one.Program && strings.ContainsAny(one.SQL, ";#-$") {
			s.program(one)
		} else {
			s.put(one.SQL + ";\n")
		}
	}
}

// program writes a statement that may have semicolons, with a delimiter that it does not have.
func (s *script) program(one objects.Statement) {
	delimiter := "$$"
	for strings.Contains(one.SQL, delimiter) {
		delimiter += "$"
	}
	text := one.SQL
	if last := text[strings.LastIndexByte(text, '\n')+1:]; strings.Contains(last, "--") || strings.Contains(last, "#") || strings.HasSuffix(text, "$") {
		text += "\n" // or the delimiter would be a comment
	}
	s.put("delimiter " + delimiter + "\n" + text + delimiter + "\ndelimiter ;\n") // in small letters: with the character set binary a client takes no others
}

// plain is what a client reads all other texts in: byte for byte.
const plain = "binary"

// reading is the character set that a client has to read a text in: of some, a character may end with the byte of a backslash.
func reading(charset string) string {
	switch charset {
	case "big5", "cp932", "gb18030", "gbk", "sjis":
		return charset
	}
	return plain
}
