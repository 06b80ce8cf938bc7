package switchover

import (
	"cmp"
	"context"
	"fmt"

	"shunt/topology"
)

// variables are the settings that are read. Which of them a server has depends on its kind and version.
const variables = "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('read_only', 'super_read_only', 'server_id', 'server_uuid', 'hostname', 'port', " +
	"'report_host', 'report_port', 'version', 'log_bin', 'log_slave_updates', 'log_replica_updates', 'gtid_mode', 'gtid_domain_id', " +
	"'event_scheduler', 'rpl_semi_sync_master_enabled', 'rpl_semi_sync_source_enabled')"

const events = "SELECT COUNT(*) AS n FROM information_schema.EVENTS WHERE STATUS = 'ENABLED'"

// Facts reads settings, links and rights.
func (s *session) Facts(ctx context.Context) (Facts, error) {
	answers, err := s.ask(ctx, variables, "SELECT CURRENT_USER() AS account", s.words.has(), events)
	if err != nil {
		return Facts{}, err
	}
	set := map[string]string{}
	for _, r := range answers[0] {
		set[r["Variable_name"]] = r["Value"]
	}
	on := func(names ...string) bool {
		for _, n := range names {
			if v := set[n]; v != "" {
				return v != "OFF" && v != "0"
			}
		}
		return false
	}
	f := Facts{
		Flavor: s.conn.Flavor(), Version: set["version"], ServerID: set["server_id"], UUID: set["server_uuid"],
		Host: cmp.Or(set["report_host"], set["hostname"]), Port: set["port"], Reported: set["report_host"] != "",
		Modes:     Modes{on("read_only"), on("super_read_only")},
		BinaryLog: on("log_bin"), LogUpdates: on("log_replica_updates", "log_slave_updates"),
		GTID: set["gtid_mode"] == "ON", Domain: set["gtid_domain_id"], SemiSync: on("rpl_semi_sync_source_enabled", "rpl_semi_sync_master_enabled"),
		Account: answers[1][0]["account"], Has: answers[2][0]["has"],
	}
	if owned := answers[2][0]["owned"]; owned != "" {
		if f.Has, err = withOwned(f.Has, owned); err != nil {
			return Facts{}, err
		}
	}
	if port := set["report_port"]; f.Reported && port != "" && port != "0" {
		f.Port = port
	}
	if f.Flavor == topology.MariaDB {
		f.GTID = true
	}
	if on("event_scheduler") {
		f.Events = number(answers[3][0]["n"])
	}
	if f.Links, err = s.Links(ctx); err != nil {
		return Facts{}, err
	}
	f.Rights, err = s.rights(ctx)
	return f, err
}

func (mariadbWords) has() string { return "SELECT @@global.gtid_current_pos AS has" }

// has asks for what is owned, too: replicas may have a transaction before its primary counts it as executed.
func (mysqlWords) has() string {
	return "SELECT @@global.gtid_owned AS owned, @@global.gtid_executed AS has"
}

// withOwned is what a MySQL server has executed together with what its sessions commit now.
func withOwned(executed, owned string) (string, error) {
	has, err := topology.ParsePosition(topology.MySQL, executed)
	if err != nil {
		return "", err
	}
	has, err = topology.Visible(topology.MySQL, has, owned)
	return has.Text(topology.MySQL), err
}

// Links reads the replication status, whose columns have a name in each kind of server.
func (s *session) Links(ctx context.Context) ([]Link, error) {
	answers, err := s.ask(ctx, s.words.links())
	if err != nil {
		return nil, err
	}
	var links []Link
	for _, r := range answers[0] {
		links = append(links, readLink(r))
	}
	return links, nil
}

func readLink(r row) Link {
	either := func(mysql, mariadb string) string { return r.first(mysql, mariadb) }
	l := Link{
		Name: either("Channel_Name", "Connection_name"),
		Host: either("Source_Host", "Master_Host"), Port: either("Source_Port", "Master_Port"),
		ServerID: either("Source_Server_Id", "Master_Server_Id"), UUID: either("Source_UUID", "Master_UUID"),
		IO: either("Replica_IO_Running", "Slave_IO_Running"), SQL: either("Replica_SQL_Running", "Slave_SQL_Running"),
		IOErrno: number(r["Last_IO_Errno"]), IOError: r["Last_IO_Error"], SQLError: r["Last_SQL_Error"],
		GTID:     r["Auto_Position"] == "1" || r["Using_Gtid"] != "" && r["Using_Gtid"] != "No",
		Received: either("Retrieved_Gtid_Set", "Gtid_IO_Pos"),
		Delay:    number(r["SQL_Delay"]),
		TLS: LinkTLS{
			On:     either("Source_SSL_Allowed", "Master_SSL_Allowed") == "Yes",
			Verify: either("Source_SSL_Verify_Server_Cert", "Master_SSL_Verify_Server_Cert") == "Yes",
			CA:     either("Source_SSL_CA_File", "Master_SSL_CA_File"), Cert: either("Source_SSL_Cert", "Master_SSL_Cert"),
			Key: either("Source_SSL_Key", "Master_SSL_Key"),
		},
	}
	for _, filter := range []string{
		"Replicate_Do_DB", "Replicate_Ignore_DB", "Replicate_Do_Table", "Replicate_Ignore_Table", "Replicate_Wild_Do_Table",
		"Replicate_Wild_Ignore_Table", "Replicate_Rewrite_DB",
	} {
		if r[filter] != "" {
			l.Filters = append(l.Filters, fmt.Sprintf("%s=%s", filter, r[filter]))
		}
	}
	return l
}
