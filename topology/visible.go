package topology

import (
	"strings"
)

// Visible is what a server's answers may have shown: what it counts as executed, and what it is about to. For MySQL beside is @@gtid_owned, read before the other
// ("uuid:5#12, uuid:6#13": what sessions commit now); for MariaDB @@gtid_binlog_pos, where log_slave_updates is on.
func Visible(flavor Flavor, executed Position, beside string) (Position, error) {
	if flavor == MySQL {
		beside = withoutOwners(beside)
	}
	more, err := ParsePosition(flavor, beside)
	if err != nil {
		return nil, err
	}
	return executed.Union(more), nil
}

// withoutOwners takes the sessions' numbers out of @@gtid_owned: each GTID is followed by its owners, "uuid:5#12:6#13".
func withoutOwners(owned string) string {
	if !strings.Contains(owned, "#") {
		return owned
	}
	var b strings.Builder
	for i := 0; i < len(owned); i++ {
		if owned[i] == '#' {
			for i+1 < len(owned) && owned[i+1] >= '0' && owned[i+1] <= '9' {
				i++
			}
			continue
		}
		b.WriteByte(owned[i])
	}
	return b.String()
}
