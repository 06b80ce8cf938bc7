package cluster

import (
	"context"
	"fmt"
	"net"
	"time"

	"shunt/lab"
	"shunt/topology"
)

// Follow makes a server a replica of whatever answers at address, a host:port of a server of this lab or of a link to one, from where its own
// data ends. Replication runs after it, but may still have to connect.
func (c *Cluster) Follow(ctx context.Context, s *lab.Server, address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	account := c.Accounts.Replication
	change := fmt.Sprintf("CHANGE MASTER TO MASTER_HOST = '%s', MASTER_PORT = %s, MASTER_USER = '%s', MASTER_PASSWORD = '%s',"+
		" MASTER_CONNECT_RETRY = 1, MASTER_USE_GTID = slave_pos", host, port, account.User, account.Password)
	if c.Binaries.Flavor() == topology.MySQL {
		change = fmt.Sprintf("CHANGE REPLICATION SOURCE TO SOURCE_HOST = '%s', SOURCE_PORT = %s, SOURCE_USER = '%s', SOURCE_PASSWORD = '%s',"+
			" SOURCE_CONNECT_RETRY = 1, SOURCE_RETRY_COUNT = 1000000, SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1",
			host, port, account.User, account.Password)
	}
	return execAll(ctx, s, "STOP REPLICA", change, "SET GLOBAL read_only = 1", "START REPLICA")
}

// Promote makes a replica a primary by hand, as an operator would: its link is forgotten, and it is writable. What it has fetched and not
// applied is lost.
func (c *Cluster) Promote(ctx context.Context, s *lab.Server) error {
	writable := []string{"SET GLOBAL read_only = 0"}
	if c.Binaries.Flavor() == topology.MySQL {
		writable = []string{"SET GLOBAL super_read_only = 0", "SET GLOBAL read_only = 0"}
	}
	return execAll(ctx, s, append([]string{"STOP REPLICA", "RESET REPLICA ALL"}, writable...)...)
}

// Demote makes a primary a replica of the server at address, by hand. It must not have committed anything that is not there.
func (c *Cluster) Demote(ctx context.Context, s *lab.Server, address string) error {
	if err := s.Exec(ctx, "SET GLOBAL read_only = 1"); err != nil {
		return err
	}
	if c.Binaries.Flavor() == topology.MariaDB { // which counts what it wrote itself apart from what it has replicated
		if err := s.Exec(ctx, "SET GLOBAL gtid_slave_pos = @@global.gtid_binlog_pos"); err != nil {
			return err
		}
	}
	return c.Follow(ctx, s, address)
}

// WaitFor waits until a server has applied all that source has committed by now, whatever address it replicates from.
func (c *Cluster) WaitFor(ctx context.Context, s, source *lab.Server) error {
	position, wait := "SELECT @@global.gtid_binlog_pos", "SELECT MASTER_GTID_WAIT(?, ?) = 0"
	if c.Binaries.Flavor() == topology.MySQL {
		position, wait = "SELECT @@global.gtid_executed", "SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?) = 0"
	}
	var gtids string
	if err := source.DB().QueryRowContext(ctx, position).Scan(&gtids); err != nil {
		return fmt.Errorf("%s: its position: %w", source.Name, err)
	}
	for {
		var there bool
		if err := s.DB().QueryRowContext(ctx, wait, gtids, time.Second.Seconds()).Scan(&there); err != nil {
			return fmt.Errorf("%s: waiting for %s of %s: %w", s.Name, gtids, source.Name, err)
		}
		if there {
			return nil
		}
	}
}

func execAll(ctx context.Context, s *lab.Server, statements ...string) error {
	for _, statement := range statements {
		if err := s.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
