package proxy

import (
	"encoding/binary"

	"shunt/mysql"
	"shunt/session"
	"shunt/topology"
)

// Where the parts of COM_STMT_EXECUTE and of MariaDB's COM_STMT_BULK_EXECUTE stand, counted from the command byte
// (https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_stmt_execute.html,
// https://mariadb.com/kb/en/com_stmt_bulk_execute/).
const (
	executeID    = 1
	executeFlags = 5
	executeNulls = 10 // behind a byte of flags and four that are always 1
	bulkTypes    = 7  // behind two bytes of flags
)

// Flags of the two commands.
const (
	cursorReadOnly = 1
	executeCounts  = 8   // the number of parameters stands before them; with CLIENT_QUERY_ATTRIBUTES
	bulkHasTypes   = 128 // types of the parameters are sent
)

// withTypes keeps the parameter types that the client sends, and puts them into an execution that leaves them out: the server connection
// that will run it may never have seen them.
func (c *Client) withTypes(cmd command, st *session.Stmt) ([]byte, *mysql.Error) {
	switch {
	case cmd.payload[0] == byte(mysql.ComStmtBulkExecute):
		return bulkWithTypes(cmd, st)
	case c.caps.Has(mysql.CapQueryAttributes):
		return c.withNamedTypes(cmd, st)
	}
	if st.Params == 0 {
		return cmd.packets, nil
	}
	flag := executeNulls + (st.Params+7)/8
	p := cmd.payload
	if len(p) <= flag {
		return nil, c.tooShort()
	}
	if p[flag] == 1 {
		end := flag + 1 + 2*st.Params
		if len(p) < end {
			return nil, c.tooShort()
		}
		st.KeepTypes(p[flag+1:end], st.Params)
		return cmd.packets, nil
	}
	return c.insertTypes(cmd, st, flag), nil
}

// insertTypes puts the types that are known into an execution without any; its flag stands at `flag`.
func (c *Client) insertTypes(cmd command, st *session.Stmt, flag int) []byte {
	if st.Types == nil {
		return cmd.packets // the server will say what it thinks of that
	}
	p := cmd.payload
	full := append(mysql.OpenPacket(c.typed[:0]), p[:flag]...)
	full = append(append(full, 1), st.Types...)
	packets, _ := mysql.ClosePacket(append(full, p[flag+1:]...), 0, 0)
	if cap(packets) <= bufferSize {
		c.typed = packets
	}
	return packets
}

// tooShort is what a server says of parameters that are missing, or not whole.
func (c *Client) tooShort() *mysql.Error {
	if c.serverFlavor == topology.MySQL {
		return mysql.MalformedPacket(mysql.MySQL)
	}
	return mysql.WrongArguments("mysqld_stmt_execute")
}

// withNamedTypes is withTypes for clients with query attributes, which only MySQL has: the types come with names, and there may be more of them than the
// statement has parameters.
func (c *Client) withNamedTypes(cmd command, st *session.Stmt) ([]byte, *mysql.Error) {
	p := cmd.payload
	if len(p) < executeNulls {
		return nil, mysql.MalformedPacket(mysql.MySQL)
	}
	params := uint64(st.Params)
	if params == 0 && p[executeFlags]&executeCounts == 0 {
		return cmd.packets, nil
	}
	d := mysql.NewDecoder(p[executeNulls:])
	if params = d.LenencInt(); params == 0 && d.Err() == nil {
		return cmd.packets, nil
	}
	if params < uint64(st.Params) || params > 1<<16 {
		return nil, mysql.MalformedPacket(mysql.MySQL)
	}
	d.Skip(int(params+7) / 8)
	flag := len(p) - d.Len()
	if d.Uint8() != 1 {
		if d.Err() != nil {
			return nil, mysql.MalformedPacket(mysql.MySQL)
		}
		if int(params) != st.Typed {
			return cmd.packets, nil // other attributes than last time: their types are not known
		}
		return c.insertTypes(cmd, st, flag), nil
	}
	for range params {
		d.Skip(2)
		d.LenencBytes()
	}
	if d.Err() != nil {
		return nil, mysql.MalformedPacket(mysql.MySQL)
	}
	st.KeepTypes(p[flag+1:len(p)-d.Len()], int(params))
	return cmd.packets, nil
}

// bulkWithTypes is withTypes for an execution with many rows of parameters.
func bulkWithTypes(cmd command, st *session.Stmt) ([]byte, *mysql.Error) {
	p := cmd.payload
	if len(p) < bulkTypes {
		return nil, mysql.MalformedPacket(mysql.MariaDB)
	}
	flags := binary.LittleEndian.Uint16(p[executeFlags:])
	if flags&bulkHasTypes != 0 {
		end := bulkTypes + 2*st.Params
		if len(p) < end {
			return nil, mysql.MalformedPacket(mysql.MariaDB)
		}
		st.KeepTypes(p[bulkTypes:end], st.Params)
		return cmd.packets, nil
	}
	if st.Types == nil {
		return cmd.packets, nil
	}
	full := make([]byte, 0, len(p)+len(st.Types))
	full = append(full, p[:executeFlags]...)
	full = binary.LittleEndian.AppendUint16(full, flags|bulkHasTypes)
	full = append(append(full, st.Types...), p[bulkTypes:]...)
	packets, _ := mysql.AppendPacket(nil, 0, full)
	return packets, nil
}
