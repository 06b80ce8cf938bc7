package mysqltest

import (
	"fmt"

	"shunt/mysql"
)

// Answer is everything that a server has sent to one command.
type Answer struct {
	Packets  [][]byte  // the payloads, in order
	Results  []Result  // one per statement; the definitions and rows of COM_FIELD_LIST and COM_STMT_FETCH also are one
	Prepared *Prepared // COM_STMT_PREPARE
	Text     string    // COM_STATISTICS
	Between  []int     // which of Packets stand between column definitions and rows; none with CapDeprecateEOF
	File     string    // the name of a file that the server wants: send it with SendFile
}

// Result is the answer to one statement: a result set, an OK packet alone, or an error.
type Result struct {
	Columns []mysql.ColumnDef // nil if the statement gives no rows, or if they are Cached
	Cached  bool              // the definitions were left out, because those of COM_STMT_PREPARE still hold (CapCacheMetadata)
	Rows    []mysql.Row       // text protocol
	Binary  [][]byte          // the payloads of rows of the binary protocol
	OK      mysql.OK          // the end; of an EOF packet only status and warnings
	Err     *mysql.Error
}

// Prepared is the answer to COM_STMT_PREPARE.
type Prepared struct {
	ID       uint32
	Params   []mysql.ColumnDef
	Columns  []mysql.ColumnDef
	Warnings uint16
}

// Text are the rows as strings; NULL is "NULL".
func (r Result) Text() [][]string {
	var table [][]string
	for _, row := range r.Rows {
		line := make([]string, len(row))
		for i, value := range row {
			line[i] = "NULL"
			if value != nil {
				line[i] = string(value)
			}
		}
		table = append(table, line)
	}
	return table
}

// Tracks are the session trackers at the end of r.
func (r Result) Tracks() ([]mysql.Track, error) {
	var tracks []mysql.Track
	for t, err := range mysql.Tracks(r.OK.Track) {
		if err != nil {
			return tracks, err
		}
		tracks = append(tracks, t)
	}
	return tracks, nil
}

// Query runs a statement and returns its first result. An ERR packet anywhere in the answer is the error, of type
// *mysql.Error.
func (c *Client) Query(sql string) (Result, error) {
	answer, err := c.Do(mysql.ComQuery, []byte(sql))
	if err != nil {
		return Result{}, err
	}
	if answer.File != "" {
		return Result{}, fmt.Errorf("the server wants the file %q", answer.File)
	}
	for _, result := range answer.Results {
		if result.Err != nil {
			return answer.Results[0], result.Err
		}
	}
	return answer.Results[0], nil
}

// Value runs a statement and returns the first value of its first row as a string, "NULL" for NULL.
func (c *Client) Value(sql string) (string, error) {
	result, err := c.Query(sql)
	if err != nil {
		return "", err
	}
	table := result.Text()
	if len(table) == 0 || len(table[0]) == 0 {
		return "", fmt.Errorf("%q gave no row", sql)
	}
	return table[0][0], nil
}

// Do sends a command and reads its whole answer. Its error is one of the connection or the protocol; an ERR packet is
// in the answer.
func (c *Client) Do(cmd mysql.Command, payload []byte) (Answer, error) {
	if err := c.Send(cmd, payload); err != nil {
		return Answer{}, err
	}
	return c.readAnswer(cmd)
}

// Send sends a command and does not wait for the answer.
func (c *Client) Send(cmd mysql.Command, payload []byte) error {
	c.arm()
	c.number(0)
	c.cursor = cmd == mysql.ComStmtExecute && len(payload) > 4 && payload[4] != 0
	return c.WritePacket(append([]byte{byte(cmd)}, payload...))
}

// SendFile sends a file that an answer has asked for, and reads the rest of that answer.
func (c *Client) SendFile(content []byte) (Answer, error) {
	c.arm()
	if len(content) > 0 {
		if err := c.WritePacket(content); err != nil {
			return Answer{}, err
		}
	}
	if err := c.WritePacket(nil); err != nil {
		return Answer{}, err
	}
	return c.readAnswer(mysql.ComQuery)
}

// ReadAnswer reads the whole answer to a command that was sent in one packet. The answers to commands that were sent in
// a row come one after the other.
func (c *Client) ReadAnswer(cmd mysql.Command) (Answer, error) {
	c.arm()
	c.number(1)
	return c.readAnswer(cmd)
}

func (c *Client) readAnswer(cmd mysql.Command) (Answer, error) {
	r := answerReader{client: c, binary: cmd == mysql.ComStmtExecute || cmd == mysql.ComStmtFetch || cmd == mysql.ComStmtBulkExecute}
	err := r.read(cmd)
	if err != nil {
		err = fmt.Errorf("reading the answer to %s after %d packets: %w", cmd, len(r.answer.Packets), err)
	}
	return r.answer, err
}
