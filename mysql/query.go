package mysql

import "fmt"

// Query is what COM_QUERY carries. With CapQueryAttributes a client may send values beside the text, which a MySQL server's components
// can read (mysql_query_attribute_string()).
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query.html.
type Query struct {
	Text       []byte // shares memory with the payload
	Attributes int    // how many came before it
}

// ParseQuery parses the payload of COM_QUERY, command byte included, of a client with caps.
func ParseQuery(payload []byte, caps Capability) (Query, error) {
	d := NewDecoder(payload)
	d.Skip(1)
	if d.Err() == nil && !caps.Has(CapQueryAttributes) {
		return Query{Text: d.Rest()}, nil
	}
	count := d.LenencInt()
	d.LenencInt() // sets of attributes: always one
	if count > maxAttributes {
		d.Fail("it has too many attributes")
	} else if count > 0 {
		readQueryAttributes(&d, int(count), nil)
	}
	q := Query{Text: d.Rest(), Attributes: int(count)}
	if err := d.Err(); err != nil {
		return Query{}, fmt.Errorf("reading COM_QUERY: %w", err)
	}
	return q, nil
}

// maxAttributes is how many a NULL bitmap's place in the protocol can count.
const maxAttributes = 1<<16 - 1

// QueryAttributes shows the attributes of a COM_QUERY that ParseQuery has read, by name; values that are no text are nil. Both share memory with the payload.
func QueryAttributes(payload []byte, show func(name, value []byte)) {
	d := NewDecoder(payload)
	d.Skip(1)
	count := d.LenencInt()
	d.LenencInt()
	if count <= maxAttributes {
		readQueryAttributes(&d, int(count), show)
	}
}

// readQueryAttributes reads the NULL bitmap, the types with their names, and the values. show may be nil.
func readQueryAttributes(d *Decoder, n int, show func(name, value []byte)) {
	nulls := d.Bytes((n + 7) / 8)
	if d.Uint8() != 1 && d.Err() == nil {
		d.Fail("its attributes come without their types")
	}
	var types []ColumnType
	var names [][]byte
	for i := 0; i < n && d.Err() == nil; i++ {
		types = append(types, ColumnType(d.Uint16())) // the high byte says unsigned
		names = append(names, d.LenencBytes())
	}
	for i, t := range types {
		if nulls[i/8]&(1<<(i%8)) != 0 || d.Err() != nil {
			continue
		}
		if value := readValue(d, t); show != nil && d.Err() == nil {
			show(names[i], value)
		}
	}
}

// readValue passes over one value of the binary protocol, and gives it if it is text
// (https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_binary_resultset.html#sect_protocol_binary_resultset_row_value).
func readValue(d *Decoder, t ColumnType) []byte {
	switch t {
	case TypeNull:
	case TypeTiny:
		d.Skip(1)
	case TypeShort, TypeYear:
		d.Skip(2)
	case TypeLong, TypeInt24, TypeFloat:
		d.Skip(4)
	case TypeLongLong, TypeDouble:
		d.Skip(8)
	case TypeDate, TypeDatetime, TypeTimestamp, TypeTime:
		d.Skip(int(d.Uint8()))
	default:
		return d.LenencBytes()
	}
	return nil
}

// AppendQuery appends COM_QUERY as a packet, without attributes, for a connection with caps.
func AppendQuery(dst []byte, caps Capability, text string) []byte {
	start := len(dst)
	dst = OpenQuery(dst, caps)
	dst, _ = ClosePacket(append(dst, text...), start, 0)
	return dst
}

// OpenQuery begins COM_QUERY on a connection with caps; the text is appended to it, and ClosePacket ends it.
func OpenQuery(dst []byte, caps Capability) []byte {
	dst = append(OpenPacket(dst), byte(ComQuery))
	if caps.Has(CapQueryAttributes) {
		dst = append(dst, 0, 1) // none, in one set
	}
	return dst
}
