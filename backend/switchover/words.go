package switchover

import (
	"fmt"
	"strings"
	"time"

	"shunt/topology"
)

// words are what the two kinds of servers call the same things.
type words interface {
	position() string
	reach(position string, within time.Duration) string
	modes(m Modes) []string
	link(verb, thread, name string) string // START or STOP; thread is empty for both
	repoint(name string, to Source) string
	follow(f Following, has string) []string // has is what the server says to ends
	ends() string                            // asks where its own data ends
	forget(name string) string
	links() string
	has() string // all that the server has, applied or written by itself
}

// mariadbWords are those of all versions that have GTIDs.
type mariadbWords struct{}

func (mariadbWords) position() string { return "SELECT @@global.gtid_binlog_pos" }

// reach: the function gives 0, or -1 after the time.
func (mariadbWords) reach(position string, within time.Duration) string {
	return fmt.Sprintf("SELECT MASTER_GTID_WAIT(%s, %.3f)", quote(position), bounded(within).Seconds())
}

func (mariadbWords) modes(m Modes) []string {
	return []string{fmt.Sprintf("SET GLOBAL read_only = %d", digit(m.ReadOnly))}
}

func (w mariadbWords) link(verb, thread, name string) string {
	return strings.TrimSpace(verb + " SLAVE " + w.named(name) + thread)
}

func (mariadbWords) named(name string) string {
	if name == "" {
		return ""
	}
	return quote(name) + " "
}

func (w mariadbWords) repoint(name string, to Source) string {
	return fmt.Sprintf("CHANGE MASTER %sTO MASTER_HOST = %s, MASTER_PORT = %d", w.named(name), quote(to.Host), number(to.Port))
}

// ends: a former primary has its own writes in its binary log only, a former replica may have more in @@gtid_slave_pos.
func (mariadbWords) ends() string {
	return "SELECT CONCAT(@@global.gtid_current_pos, ',', @@global.gtid_binlog_pos)"
}

// newest is the newest GTID of each domain in a list, in the order of their first mention.
func newest(list string) string {
	var order []string
	last := map[string]string{}
	for gtid := range strings.SplitSeq(list, ",") {
		g, ok := topology.ParseGTID(topology.MariaDB, gtid)
		if !ok {
			continue // between two commas
		}
		before, seen := topology.ParseGTID(topology.MariaDB, last[g.Source])
		if !seen {
			order = append(order, g.Source)
		}
		if !seen || g.Seq > before.Seq {
			last[g.Source] = strings.TrimSpace(gtid)
		}
	}
	for i, domain := range order {
		order[i] = last[domain]
	}
	return strings.Join(order, ",")
}

// follow tells the server where it stands, since @@gtid_slave_pos of one that was a primary does not have its own writes.
func (w mariadbWords) follow(f Following, has string) []string {
	tls := f.Like.TLS
	change := fmt.Sprintf("CHANGE MASTER %sTO MASTER_HOST = %s, MASTER_PORT = %d, MASTER_USER = %s, MASTER_PASSWORD = %s, MASTER_USE_GTID = slave_pos, "+
		"MASTER_CONNECT_RETRY = 1, MASTER_SSL = %d, MASTER_SSL_VERIFY_SERVER_CERT = %d, MASTER_SSL_CA = %s, MASTER_SSL_CERT = %s, MASTER_SSL_KEY = %s",
		w.named(f.Name), quote(f.Source.Host), number(f.Source.Port), quote(f.As.User), quote(f.As.Password), digit(tls.On), digit(tls.Verify),
		quote(tls.CA), quote(tls.Cert), quote(tls.Key))
	return []string{"SET GLOBAL gtid_slave_pos = " + quote(newest(has)), change}
}

func (w mariadbWords) forget(name string) string { return "RESET SLAVE " + w.named(name) + "ALL" }

func (mariadbWords) links() string { return "SHOW ALL SLAVES STATUS" }

// mysqlWords are those of MySQL 8.0.23 and later.
type mysqlWords struct{}

func (mysqlWords) position() string { return "SELECT @@global.gtid_executed" }

// reach: the function gives 0, or 1 after the time.
func (mysqlWords) reach(position string, within time.Duration) string {
	return fmt.Sprintf("SELECT WAIT_FOR_EXECUTED_GTID_SET(%s, %.3f)", quote(position), bounded(within).Seconds())
}

// modes: super_read_only ON takes read_only with it, read_only OFF takes super_read_only with it.
func (mysqlWords) modes(m Modes) []string {
	switch {
	case m.SuperReadOnly:
		return []string{"SET GLOBAL super_read_only = 1"}
	case m.ReadOnly:
		return []string{"SET GLOBAL super_read_only = 0", "SET GLOBAL read_only = 1"}
	}
	return []string{"SET GLOBAL read_only = 0"}
}

func (w mysqlWords) link(verb, thread, name string) string {
	return verb + " REPLICA " + thread + w.channel(name)
}

func (mysqlWords) channel(name string) string { return " FOR CHANNEL " + quote(name) }

func (w mysqlWords) repoint(name string, to Source) string {
	return fmt.Sprintf("CHANGE REPLICATION SOURCE TO SOURCE_HOST = %s, SOURCE_PORT = %d", quote(to.Host), number(to.Port)) + w.channel(name)
}

// ends: MySQL knows by itself.
func (mysqlWords) ends() string { return "SELECT ''" }

// follow asks for the public key because caching_sha2_password wants one where there is no TLS; the retry count because
// newer servers give up after ten.
func (w mysqlWords) follow(f Following, _ string) []string {
	tls := f.Like.TLS
	return []string{fmt.Sprintf("CHANGE REPLICATION SOURCE TO SOURCE_HOST = %s, SOURCE_PORT = %d, SOURCE_USER = %s, SOURCE_PASSWORD = %s, "+
		"SOURCE_AUTO_POSITION = 1, SOURCE_CONNECT_RETRY = 1, SOURCE_RETRY_COUNT = 1000000, GET_SOURCE_PUBLIC_KEY = 1, "+
		"SOURCE_SSL = %d, SOURCE_SSL_VERIFY_SERVER_CERT = %d, SOURCE_SSL_CA = %s, SOURCE_SSL_CERT = %s, SOURCE_SSL_KEY = %s",
		quote(f.Source.Host), number(f.Source.Port), quote(f.As.User), quote(f.As.Password), digit(tls.On), digit(tls.Verify),
		quote(tls.CA), quote(tls.Cert), quote(tls.Key)) + w.channel(f.Name)}
}

func (w mysqlWords) forget(name string) string { return "RESET REPLICA ALL" + w.channel(name) }

func (mysqlWords) links() string { return "SHOW REPLICA STATUS" }

// bounded is a time that ends: 0 would be for ever in MySQL.
func bounded(within time.Duration) time.Duration { return max(within, time.Millisecond) }

func digit(on bool) int {
	if on {
		return 1
	}
	return 0
}
