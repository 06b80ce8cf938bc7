package lab

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"shunt/topology"
)

// writeSettings writes the server's my.cnf. It is the only option file that the server reads, and not readable by
// others: servers ignore one that anybody may write.
func (s *Server) writeSettings() error {
	text := "[mysqld]\n" + strings.Join(append(s.settings(), s.lab.settings...), "\n") + "\n"
	return os.WriteFile(s.path("my.cnf"), []byte(text), 0o600)
}

func (s *Server) settings() []string {
	settings := []string{
		"bind_address=127.0.0.1",
		fmt.Sprintf("port=%d", s.port()),
		"socket=" + quoted(s.Socket),
		"pid_file=" + quoted(s.path("server.pid")),
		"tmpdir=" + quoted(s.path("tmp")),
		"secure_file_priv=" + quoted(s.path("tmp")), // the default may be a folder of the distribution's
		fmt.Sprintf("server_id=%d", s.ID),
		"report_host=127.0.0.1",
		fmt.Sprintf("report_port=%d", s.port()),
		"skip_name_resolve=1",
		"max_connections=500",
		"character_set_server=utf8mb4",
		// Web applications create functions without SUPER, as hosting servers let them.
		"log_bin_trust_function_creators=1",

		"log_bin=binlog",
		"relay_log=relay", // by default it has the machine's name in it
		"binlog_row_image=FULL",
		// Enough to lose nothing when the process is killed; only a crash of the whole machine would.
		"sync_binlog=0",
		"innodb_flush_log_at_trx_commit=2",

		"innodb_buffer_pool_size=32M",
		"key_buffer_size=1M",
		"table_open_cache=400",
	}
	if s.Role == topology.Replica {
		// In the file and not only set later, so that a restarted replica is never writable.
		settings = append(settings, "read_only=1")
	}
	if s.lab.Binaries.Flavor() == topology.MySQL {
		settings = append(settings,
			"gtid_mode=ON",
			"enforce_gtid_consistency=ON",
			"log_replica_updates=ON",
			"replica_net_timeout=4",
			"mysqlx=OFF",
			"loose_mysql_native_password=ON", // off by default since 8.4, gone in 9.0; old applications still ask for it
			// Half of what a server takes by default is for statistics that nobody reads here.
			"innodb_log_buffer_size=4M",
			"performance_schema_digests_size=200",
			"performance_schema_events_statements_history_long_size=100",
			"performance_schema_error_size=1",
		)
	} else {
		settings = append(settings,
			"binlog_format=ROW",
			"gtid_strict_mode=1",
			fmt.Sprintf("gtid_domain_id=%d", s.domain()),
			"log_slave_updates=1",
			"slave_net_timeout=4",
			"performance_schema=0",
			"aria_pagecache_buffer_size=8M",
			"innodb_temp_data_file_path=ibtmp1:2M:autoextend",
		)
	}
	for _, setting := range s.lab.Binaries.templateSettings() {
		settings = append(settings, strings.TrimPrefix(setting, "--"))
	}
	return settings
}

// templateSettings hold both when the data directory is made and when a server runs on it.
func (b Binaries) templateSettings() []string {
	// Without native AIO as many servers start as one likes: the kernel bounds what io_uring and libaio may take.
	settings := []string{"--innodb_use_native_aio=0"}
	if b.Flavor() == topology.MySQL {
		settings = append(settings, "--loose_innodb_redo_log_capacity=16M", // since 8.0.30
			"--innodb_doublewrite=0") // against torn pages, which only a crash of the whole machine leaves
	} else {
		settings = append(settings, "--innodb_log_file_size=16M")
	}
	if b.Basedir != "" {
		settings = append(settings, "--basedir="+b.Basedir)
	}
	return settings
}

// domain is the GTID domain of MariaDB: one per datacenter, as for clusters that may one day replicate to each other.
func (s *Server) domain() int {
	return slices.IndexFunc(s.lab.Datacenters, func(c *Cluster) bool { return c.Name == s.Datacenter })
}

// userArgument is what a server wants to hear before it runs as root. Running as root itself, rather than as a user made
// for servers, lets it work in any folder; it listens on 127.0.0.1 and lives no longer than the lab.
func userArgument() []string {
	if os.Geteuid() == 0 {
		return []string{"--user=root"}
	}
	return nil
}

// quoted makes a path a value of an option file, where # would begin a comment and \ an escape.
func quoted(path string) string {
	return `"` + strings.ReplaceAll(path, `\`, `\\`) + `"`
}
