package proxy

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"shunt/mysql"
	"shunt/session"
	"shunt/statement"
	"shunt/topology"
)

// doing is what a client does now, for SHOW PROCESSLIST. The text is not copied: it is the client's own command, which stays where it is until the client
// says otherwise, and not while somebody reads. The client changes what is below only while its turn is owned.
type doing struct {
	turn    atomic.Uint32
	readers sync.Mutex // held while the turn is taken
	command mysql.Command
	began   time.Time
	sql     []byte // of COM_QUERY
	text    string // of a prepared statement
}

// Whose turn it is.
const (
	owned uint32 = iota // the client's, which does nothing that others may see
	open                // anybody's
	taken               // a reader's
)

// own makes the turn the client's.
func (d *doing) own() {
	for d.turn.Load() != owned && !d.turn.CompareAndSwap(open, owned) {
		d.readers.Lock() // until he has read
		d.readers.Unlock()
	}
}

// begin notes that a command has come.
func (d *doing) begin(command mysql.Command, now time.Time) {
	d.own()
	d.command, d.began, d.sql, d.text = command, now, nil, ""
	d.turn.Store(open)
}

// run notes the statement that a command is about, and the command, if that is not known yet.
func (d *doing) run(j *job, command mysql.Command, now time.Time) {
	known := d.turn.Load() != owned
	if known {
		d.own()
	} else {
		d.command, d.began, d.text = command, now, ""
	}
	d.sql = j.text
	if j.stmt != nil {
		d.text = j.stmt.Text
	}
	d.turn.Store(open)
}

// forget notes that the text of the command is about to be overwritten.
func (d *doing) forget() {
	d.own()
	d.sql, d.text = nil, ""
	d.turn.Store(open)
}

// end notes that the command is done.
func (d *doing) end() { d.own() }

// now tells what the client does: the command, since when, and up to limit bytes of its statement; active is false if it does nothing.
func (d *doing) now(limit int) (command mysql.Command, active bool, began time.Time, text string) {
	d.readers.Lock()
	defer d.readers.Unlock()
	if !d.turn.CompareAndSwap(open, taken) {
		return command, false, began, ""
	}
	defer d.turn.Store(open)
	if d.sql != nil {
		text = string(d.sql[:min(limit, len(d.sql))])
	} else {
		text = d.text[:min(limit, len(d.text))]
	}
	return d.command, true, d.began, text
}

// Bounds of the statement in the list: what SHOW PROCESSLIST shows, in characters; and what SHOW FULL PROCESSLIST does, in bytes.
const (
	infoChars = 100
	infoBytes = 64 << 10
)

// answerProcessList shows the clients of this proxy, as a server shows its threads: an account's own, or all if a server lets it see all.
func (c *Client) answerProcessList(j *job) error {
	return c.sendResult(mysql.ResultSet{Columns: c.processColumns(j.st.Full), Rows: c.processRows(j.st.Full)}, j)
}

// processInfo answers COM_PROCESS_INFO, which is SHOW PROCESSLIST as a command. MySQL 9 has it no more (measured on 9.7; 8.4 has it).
func (c *Client) processInfo() error {
	if servers, _ := c.server.Servers.Greeting(); servers.Flavor == topology.MySQL && strings.HasPrefix(servers.Version, "9.") {
		return c.sendError(mysql.UnknownCommand())
	}
	return c.answerProcessList(&job{st: &statement.Statement{Kind: statement.Show, Ask: statement.AskProcessList}})
}

// processColumns are those of the server that greeted (measured on MariaDB 10.11 and MySQL 9.7).
func (c *Client) processColumns(full bool) []mysql.ColumnDef {
	mariadb := c.serverFlavor != topology.MySQL
	id, user, host, seconds, blob := uint32(22), uint32(32), uint32(255), uint32(8), uint32(1<<26)*3
	if mariadb {
		id, user, host, seconds, blob = 11, 128, 64, 7, 1<<24*3
	}
	info := c.text("Info", infoChars, 0)
	if full {
		info = c.text("Info", 1, 0)
		info.Type, info.Length = mysql.TypeLongBlob, blob*info.Length
	}
	columns := []mysql.ColumnDef{
		number("Id", mysql.TypeLongLong, id, mysql.FlagNotNull), c.text("User", user, mysql.FlagNotNull), c.text("Host", host, mysql.FlagNotNull),
		c.text("db", 64, 0), c.text("Command", 16, mysql.FlagNotNull), number("Time", mysql.TypeLong, seconds, mysql.FlagNotNull),
		c.text("State", 30, 0), info,
	}
	if mariadb {
		progress := number("Progress", mysql.TypeDouble, 7, mysql.FlagNotNull)
		progress.Decimals = 3
		columns = append(columns, progress)
	}
	return columns
}

func (c *Client) processRows(full bool) []mysql.Row {
	all := c.seesAll()
	clients := c.server.list()
	slices.SortFunc(clients, func(a, b *Client) int { return int(int64(a.id) - int64(b.id)) })
	rows := []mysql.Row{}
	for _, each := range clients {
		if p := each.shown.public.Load(); all || p != nil && p.user == c.user {
			rows = append(rows, each.processRow(full, c.serverFlavor))
		}
	}
	return rows
}

// processRow may be asked of any client.
func (c *Client) processRow(full bool, flavor topology.Flavor) mysql.Row {
	i := c.info()
	command, active, began, text := c.shown.doing.now(infoBytes)
	if !full {
		text = firstChars(text, infoChars)
	}
	user, doing, state := i.User, processCommand(command), processState(i.State)
	switch {
	case i.State == Login:
		user, doing, began = "unauthenticated user", "Connect", i.Born
	case !active:
		doing, began = "Sleep", i.Since
	}
	row := mysql.NewRow(i.ID, user, i.Address, orNull(i.Schema), doing, int(time.Since(began).Seconds()), state, orNull(text))
	if flavor != topology.MySQL {
		row = append(row, []byte("0.000"))
	}
	return row
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// firstChars cuts a text behind its first n characters.
func firstChars(text string, n int) string {
	for at := range text {
		if n == 0 {
			return text[:at]
		}
		n--
	}
	if !utf8.ValidString(text) { // another character set, or cut in the middle of a character
		return text[:min(len(text), infoChars)]
	}
	return text
}

// processWords are the commands' words in the list, as servers write them; all others are "Query".
var processWords = map[mysql.Command]string{
	mysql.ComInitDB:          "Init DB",
	mysql.ComFieldList:       "Field List",
	mysql.ComStmtPrepare:     "Prepare",
	mysql.ComStmtExecute:     "Execute",
	mysql.ComStmtBulkExecute: "Execute",
	mysql.ComStmtFetch:       "Fetch",
	mysql.ComStmtReset:       "Reset stmt",
	mysql.ComChangeUser:      "Change user",
	mysql.ComResetConnection: "Reset connection",
	mysql.ComBinlogDump:      "Binlog Dump",
	mysql.ComBinlogDumpGTID:  "Binlog Dump",
	mysql.ComProcessInfo:     "Processlist",
	mysql.ComProcessKill:     "Kill",
	mysql.ComPing:            "Ping",
}

// processCommand is a command's word in the list.
func processCommand(c mysql.Command) string {
	if word, ok := processWords[c]; ok {
		return word
	}
	return "Query"
}

// processState says in a few words what a client waits for. What a server does with its statement the server's own list tells.
func processState(s State) string {
	switch s {
	case Login:
		return "login"
	case Waiting:
		return "waiting for a connection"
	case Held:
		return "waiting for a primary"
	case Active:
		return "executing"
	case Closing:
		return "closing"
	case Idle, Pinned:
	}
	return ""
}

// sight is what an account may see, as a server has said; asked once per login.
type sight struct {
	account string // of the answer; empty: not asked yet
	all     bool
}

// seesAll says whether the account may see the connections of others: a server lets it see those of its own then, among which is always one of shunt's.
func (c *Client) seesAll() bool {
	if c.sees.account == c.account {
		return c.sees.all
	}
	pool, refusal := c.homePool()
	if refusal != nil {
		return false
	}
	conn, err := pool.Aside(c.task, c.cred)
	if err != nil {
		return false
	}
	defer conn.Leave(c.task)
	others, err := askNumber(conn, "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER <> _utf8mb4 "+session.Hex([]byte(c.user)))
	if err != nil {
		return false
	}
	c.sees = sight{c.account, others > 0}
	return c.sees.all
}
