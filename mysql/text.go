package mysql

import (
	"errors"
	"fmt"
	"strconv"
)

// Row is a row of a text result set. A nil value is NULL.
type Row [][]byte

// NewRow makes a row of Go values: nil is NULL, booleans are 0 and 1, strings and byte slices are as they are (a byte
// slice is not copied), everything else is as fmt.Sprint writes it.
func NewRow(values ...any) Row {
	row := make(Row, len(values))
	for i, value := range values {
		switch v := value.(type) {
		case nil:
		case []byte:
			row[i] = v
		case string:
			row[i] = append([]byte{}, v...)
		case bool:
			row[i] = []byte("0")
			if v {
				row[i] = []byte("1")
			}
		case int:
			row[i] = strconv.AppendInt(nil, int64(v), 10)
		default:
			row[i] = fmt.Append([]byte{}, v)
		}
	}
	return row
}

// ResultSet is a whole result set of the text protocol: what shunt answers by itself, or what it has asked a server for
// its own needs. Relayed result sets never become one.
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset.html.
type ResultSet struct {
	Columns []ColumnDef
	Rows    []Row // each has as many values as there are columns
}

// metadataFollows says, where a capability lets column definitions be left out, that they are not.
const metadataFollows = 1

// Append appends the result set as packets, headers included, numbered from seq, for a client with caps, and returns
// the sequence number that comes next. End ends it: status flags, warnings, and (with CapDeprecateEOF) session
// trackers.
func (r ResultSet) Append(dst []byte, seq byte, caps Capability, end OK) ([]byte, byte) {
	start := len(dst)
	dst, seq = ClosePacket(appendColumnCount(OpenPacket(dst), len(r.Columns), caps), start, seq)
	for _, column := range r.Columns {
		start = len(dst)
		dst, seq = ClosePacket(column.Append(OpenPacket(dst), caps), start, seq)
	}
	if !caps.Has(CapDeprecateEOF) {
		start = len(dst)
		dst, seq = ClosePacket(AppendEOF(OpenPacket(dst), end.Warnings, end.Status), start, seq)
	}
	for _, row := range r.Rows {
		start = len(dst)
		dst, seq = ClosePacket(row.append(OpenPacket(dst)), start, seq)
	}
	start = len(dst)
	if caps.Has(CapDeprecateEOF) {
		return ClosePacket(end.Append(OpenPacket(dst), HeaderEOF, caps), start, seq)
	}
	return ClosePacket(AppendEOF(OpenPacket(dst), end.Warnings, end.Status), start, seq)
}

func appendColumnCount(dst []byte, count int, caps Capability) []byte {
	if caps.Has(CapOptionalResultsetMetadata) {
		dst = append(dst, metadataFollows)
	}
	dst = AppendLenencInt(dst, uint64(count))
	if caps.Has(CapCacheMetadata) {
		dst = append(dst, metadataFollows)
	}
	return dst
}

func (row Row) append(dst []byte) []byte {
	for _, value := range row {
		if value == nil {
			dst = append(dst, nullMark)
		} else {
			dst = AppendLenencString(dst, value)
		}
	}
	return dst
}

// ParseResultSet parses the first result in b, packets with headers, that a server sent as an answer to COM_QUERY to a
// client with caps. It returns the result set (without columns if the statement gives no rows), its end, and what
// follows it in b, which is the next result if end.Status has StatusMoreResults. An ERR packet is returned as the
// error, of type *Error, with rest; with any other error rest is nil. Values share memory with b.
func ParseResultSet(b []byte, caps Capability) (rs ResultSet, end OK, rest []byte, err error) {
	p := resultParser{rest: b, caps: caps}
	err = p.parse()
	if refusal := (*Error)(nil); err != nil && !errors.As(err, &refusal) {
		return ResultSet{}, OK{}, nil, fmt.Errorf("reading a result set: %w", err)
	}
	return p.result, p.end, p.rest, err
}

// resultParser takes a result set off rest, packet by packet.
type resultParser struct {
	rest   []byte
	caps   Capability
	result ResultSet
	end    OK
}

func (p *resultParser) parse() error {
	first, err := p.next()
	if err != nil {
		return err
	}
	if len(first) == 0 {
		return fmt.Errorf("%w: its first packet is empty", ErrMalformedPacket)
	}
	switch first[0] {
	case HeaderOK:
		p.end, err = ParseOK(first, p.caps)
		return err
	case HeaderLocalInfile:
		return fmt.Errorf("%w: the server asks for a file", ErrMalformedPacket)
	}
	if err := p.columns(first); err != nil {
		return err
	}
	return p.rows()
}

// next takes one packet off rest; an ERR packet is its error.
func (p *resultParser) next() ([]byte, error) {
	payload, _, rest, err := CutPacket(p.rest)
	if err != nil {
		return nil, err
	}
	p.rest = rest
	if IsErr(payload) && len(payload) < MaxPayload {
		refusal, err := ParseErr(payload, p.caps)
		if err != nil {
			return nil, err
		}
		return nil, refusal
	}
	return payload, nil
}

func (p *resultParser) columns(first []byte) error {
	d := NewDecoder(first)
	if p.caps.Has(CapOptionalResultsetMetadata) && d.Uint8() != metadataFollows {
		d.Fail("it comes without column definitions")
	}
	count := d.LenencInt()
	if p.caps.Has(CapCacheMetadata) && d.Uint8() != metadataFollows {
		d.Fail("it comes without column definitions")
	}
	if count == 0 {
		d.Fail("it has no columns")
	}
	if d.Err() != nil {
		return d.Err()
	}
	for range count { // ends with the packets, whatever the count says
		payload, err := p.next()
		if err != nil {
			return err
		}
		column, err := ParseColumnDef(payload, p.caps)
		if err != nil {
			return err
		}
		p.result.Columns = append(p.result.Columns, column)
	}
	if p.caps.Has(CapDeprecateEOF) {
		return nil
	}
	payload, err := p.next()
	if err != nil {
		return err
	}
	_, _, err = ParseEOF(payload)
	return err
}

func (p *resultParser) rows() error {
	for {
		payload, err := p.next()
		if err != nil {
			return err
		}
		if isEnd(payload, p.caps) {
			return p.finish(payload)
		}
		d := NewDecoder(payload)
		row := make(Row, len(p.result.Columns))
		for i := range row {
			row[i] = d.LenencOrNull()
		}
		if d.Err() != nil {
			return d.Err()
		}
		p.result.Rows = append(p.result.Rows, row)
	}
}

// isEnd says whether payload ends rows. A row can begin with the same byte, but only if its first value has 16 MiB or
// more.
func isEnd(payload []byte, caps Capability) bool {
	if caps.Has(CapDeprecateEOF) {
		return len(payload) > 0 && payload[0] == HeaderEOF && len(payload) < MaxPayload
	}
	return IsEOF(payload)
}

func (p *resultParser) finish(payload []byte) (err error) {
	if p.caps.Has(CapDeprecateEOF) {
		p.end, err = ParseOK(payload, p.caps)
		return err
	}
	p.end.Warnings, p.end.Status, err = ParseEOF(payload)
	return err
}
