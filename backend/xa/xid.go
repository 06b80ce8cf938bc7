package xa

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// FormatID is the format of shunt's transaction identifiers, so that those of others are left alone: the bytes of "shun".
const FormatID = 0x7368756e

// Name identifies a transaction over several clusters. It tells which fleet of proxies it belongs to and which run of which proxy has made it.
type Name struct {
	Fleet  string // whoever shares a store; eight hexadecimal digits
	Run    string // one lease of one proxy; eight hexadecimal digits
	Number uint64 // of the transaction in that run
}

// String is the global part of the identifier.
func (n Name) String() string {
	return n.Fleet + "-" + n.Run + "-" + strconv.FormatUint(n.Number, 36)
}

// IsZero says that there is no such transaction.
func (n Name) IsZero() bool { return n == Name{} }

// ParseName reads the global part of an identifier; ok is false for one that shunt has not made.
func ParseName(text string) (n Name, ok bool) {
	parts := strings.Split(text, "-")
	if len(parts) != 3 || len(parts[0]) != idDigits || len(parts[1]) != idDigits {
		return Name{}, false
	}
	number, err := strconv.ParseUint(parts[2], 36, 64)
	if err != nil || parts[2] != strconv.FormatUint(number, 36) {
		return Name{}, false
	}
	return Name{parts[0], parts[1], number}, true
}

const idDigits = 8

// Branch writes the identifier of a transaction's branch on a cluster, as XA statements take it.
func (n Name) Branch(cluster string) string { return literal(n.String(), qualifier(cluster)) }

// literal writes an identifier as XA statements take it. Hexadecimal digits mean the same in every character set and sql_mode.
func literal(global, branch string) string {
	return fmt.Sprintf("X'%s',X'%s',%d", hex.EncodeToString([]byte(global)), hex.EncodeToString([]byte(branch)), FormatID)
}

// longestQualifier is how many bytes servers let the second part of an identifier have.
const longestQualifier = 64

// qualifier is the part of an identifier that tells the branches of a transaction apart.
func qualifier(cluster string) string {
	if len(cluster) > longestQualifier {
		return cluster[len(cluster)-longestQualifier:]
	}
	return cluster
}
