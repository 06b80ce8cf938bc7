package mysql

import "fmt"

// ColumnType is the type of a column's values.
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/field__types_8h.html.
type ColumnType byte

// The column types.
const (
	TypeDecimal    ColumnType = 0
	TypeTiny       ColumnType = 1
	TypeShort      ColumnType = 2
	TypeLong       ColumnType = 3
	TypeFloat      ColumnType = 4
	TypeDouble     ColumnType = 5
	TypeNull       ColumnType = 6
	TypeTimestamp  ColumnType = 7
	TypeLongLong   ColumnType = 8
	TypeInt24      ColumnType = 9
	TypeDate       ColumnType = 10
	TypeTime       ColumnType = 11
	TypeDatetime   ColumnType = 12
	TypeYear       ColumnType = 13
	TypeVarchar    ColumnType = 15
	TypeBit        ColumnType = 16
	TypeVector     ColumnType = 242 // MySQL 9
	TypeJSON       ColumnType = 245 // MySQL; MariaDB has text
	TypeNewDecimal ColumnType = 246
	TypeEnum       ColumnType = 247
	TypeSet        ColumnType = 248
	TypeTinyBlob   ColumnType = 249
	TypeMediumBlob ColumnType = 250
	TypeLongBlob   ColumnType = 251
	TypeBlob       ColumnType = 252
	TypeVarString  ColumnType = 253
	TypeString     ColumnType = 254
	TypeGeometry   ColumnType = 255
)

// ColumnFlags are properties of a column.
type ColumnFlags uint16

// The column flags.
const (
	FlagNotNull     ColumnFlags = 1 << iota
	FlagPrimaryKey              // part of it
	FlagUniqueKey               // part of one
	FlagMultipleKey             // part of a key that is not unique
	FlagBlob                    // a BLOB or TEXT
	FlagUnsigned
	FlagZerofill
	FlagBinary
	FlagEnum
	FlagAutoIncrement
	FlagTimestamp // changes with the row
	FlagSet
	FlagNoDefault   // has no default value
	FlagOnUpdateNow // has ON UPDATE CURRENT_TIMESTAMP
	FlagPartOfKey   // internal
	FlagNum         // a number; internal
)

// Collations of columns that shunt makes up.
const (
	CollationUTF8MB4 uint16 = 45 // utf8mb4_general_ci
	CollationBinary  uint16 = 63 // numbers and bytes
)

// ColumnDef describes a column of a result set, or a parameter of a prepared statement (ColumnDefinition41).
//
// Reference:
// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset_column_definition.html
// and https://mariadb.com/kb/en/result-set-packets/#column-definition-packet.
type ColumnDef struct {
	Catalog   string // always "def"; Append writes that for the empty string
	Schema    string
	Table     string // the alias
	OrgTable  string // the table
	Name      string // the alias
	OrgName   string // the column
	Extended  []byte // MariaDB's, with CapExtendedMetadata
	Collation uint16
	Length    uint32 // the longest value, in bytes
	Type      ColumnType
	Flags     ColumnFlags
	Decimals  byte // digits after the point; 31 (0x1f) where that is open
}

// columnFixedLen is the length of a column definition's last part, whose fields have fixed lengths.
const columnFixedLen = 12

// ParseColumnDef parses a column definition. Extended shares memory with payload, strings are copied. What follows the
// definition (the default value, in the answer to COM_FIELD_LIST) is left unread.
func ParseColumnDef(payload []byte, caps Capability) (ColumnDef, error) {
	d := NewDecoder(payload)
	c := ColumnDef{
		Catalog:  string(d.LenencBytes()),
		Schema:   string(d.LenencBytes()),
		Table:    string(d.LenencBytes()),
		OrgTable: string(d.LenencBytes()),
		Name:     string(d.LenencBytes()),
		OrgName:  string(d.LenencBytes()),
	}
	if caps.Has(CapExtendedMetadata) {
		c.Extended = d.LenencBytes()
	}
	fixed := NewDecoder(d.LenencBytes())
	c.Collation = fixed.Uint16()
	c.Length = fixed.Uint32()
	c.Type = ColumnType(fixed.Uint8())
	c.Flags = ColumnFlags(fixed.Uint16())
	c.Decimals = fixed.Uint8()
	if d.Err() == nil && fixed.Err() != nil {
		d.Fail("its fixed part is too short")
	}
	if err := d.Err(); err != nil {
		return ColumnDef{}, fmt.Errorf("reading a column definition: %w", err)
	}
	return c, nil
}

// Append appends the column definition for a client with caps.
func (c ColumnDef) Append(dst []byte, caps Capability) []byte {
	if c.Catalog == "" {
		c.Catalog = "def"
	}
	for _, s := range [...]string{c.Catalog, c.Schema, c.Table, c.OrgTable, c.Name, c.OrgName} {
		dst = AppendLenencString(dst, s)
	}
	if caps.Has(CapExtendedMetadata) {
		dst = AppendLenencString(dst, c.Extended)
	}
	dst = append(dst, columnFixedLen)
	dst = AppendUint16(dst, c.Collation)
	dst = AppendUint32(dst, c.Length)
	dst = append(dst, byte(c.Type))
	dst = AppendUint16(dst, uint16(c.Flags))
	return append(dst, c.Decimals, 0, 0)
}

// TextColumn is a column of text that shunt makes up.
func TextColumn(name string) ColumnDef {
	return ColumnDef{Name: name, Collation: CollationUTF8MB4, Length: 1024, Type: TypeVarString, Decimals: 0x1f}
}

// IntColumn is a column of signed 64-bit integers that shunt makes up.
func IntColumn(name string) ColumnDef {
	return ColumnDef{Name: name, Collation: CollationBinary, Length: 20, Type: TypeLongLong, Flags: FlagBinary | FlagNum}
}
