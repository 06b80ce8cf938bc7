package proxy

import (
	"math"
	"strconv"

	"shunt/mysql"
	"shunt/session"
)

// parameter is the value of a parameter of an execution as a literal; false if it is not of a kind whose literal means the same: numbers, texts of ASCII
// characters, NULL.
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_stmt_execute.html.
func (c *Client) parameter(j *job, n int) (string, bool) {
	st := j.stmt
	if st == nil || j.prepare || n < 0 || n >= st.Params || len(st.Long) > 0 || c.caps.Has(mysql.CapQueryAttributes) || len(j.packets) > bufferSize ||
		mysql.ComStmtExecute != mysql.Command(j.packets[mysql.HeaderLen]) {
		return "", false
	}
	p := j.packets[mysql.HeaderLen:]
	flag := executeNulls + (st.Params+7)/8
	if len(p) <= flag || p[flag] != 1 || len(p) < flag+1+2*st.Params {
		return "", false
	}
	nulls, types := p[executeNulls:flag], p[flag+1:]
	d := mysql.NewDecoder(p[flag+1+2*st.Params:])
	for i := range n + 1 {
		literal, known := "NULL", true
		if nulls[i/8]>>(i%8)&1 == 0 {
			literal, known = c.binaryLiteral(&d, mysql.ColumnType(types[2*i]), types[2*i+1]&0x80 != 0)
		}
		if i == n {
			return literal, known && d.Err() == nil
		}
	}
	return "", false
}

// binaryLiteral takes a value of the binary protocol.
func (c *Client) binaryLiteral(d *mysql.Decoder, t mysql.ColumnType, unsigned bool) (string, bool) {
	integer := func(value uint64, bits uint) (string, bool) {
		if unsigned {
			return strconv.FormatUint(value, 10), true
		}
		return "(" + strconv.FormatInt(int64(value<<(64-bits))>>(64-bits), 10) + ")", true
	}
	switch t {
	case mysql.TypeTiny:
		return integer(uint64(d.Uint8()), 8)
	case mysql.TypeShort, mysql.TypeYear:
		return integer(uint64(d.Uint16()), 16)
	case mysql.TypeLong, mysql.TypeInt24:
		return integer(uint64(d.Uint32()), 32)
	case mysql.TypeLongLong:
		return integer(d.Uint64(), 64)
	case mysql.TypeFloat:
		d.Skip(4)
		return "", false
	case mysql.TypeDouble:
		value := math.Float64frombits(d.Uint64())
		return "(" + strconv.FormatFloat(value, 'e', -1, 64) + ")", !math.IsInf(value, 0) && !math.IsNaN(value)
	case mysql.TypeNull:
		return "NULL", true
	case mysql.TypeDate, mysql.TypeDatetime, mysql.TypeTimestamp, mysql.TypeTime:
		d.Skip(int(d.Uint8()))
		return "", false
	}
	value := d.LenencBytes()
	if t != mysql.TypeVarchar && t != mysql.TypeVarString && t != mysql.TypeString {
		return "", false
	}
	for _, b := range value {
		if b < ' ' || b >= 0x7f || b == '\\' {
			return "", false
		}
	}
	return session.Quote(string(value)), true
}
