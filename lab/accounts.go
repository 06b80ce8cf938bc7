package lab

import (
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"shunt/topology"
)

// Account is a user name and its password.
type Account struct {
	User     string
	Password string
}

// Accounts are the ones that every server of a lab has. Those of shop have passwords fit for typing, since they own
// nothing but sample data on 127.0.0.1; the others' are random and found in the lab's state file.
type Accounts struct {
	Root        Account // everything; over a server's own socket only
	Control     Account // what shunt itself uses: sees accounts and connections, changes replication and read_only, sees what the shop's databases are made of, owns the database shunt
	Mover       Account // what shunt moves databases with: everything, and may grant it
	Replication Account // replicas log in at their source with it
	Shop        Account // an application: all rights on databases whose names begin with shop
	ShopAdmin   Account // the same, and may grant them
}

func newAccounts() Accounts {
	return Accounts{
		Root:        Account{"root", rand.Text()},
		Control:     Account{"shunt", rand.Text()},
		Mover:       Account{"shunt_mover", rand.Text()},
		Replication: Account{"repl", rand.Text()},
		Shop:        Account{"shop", "shop"},
		ShopAdmin:   Account{"shop_admin", "shop_admin"},
	}
}

// Open gives a pool of connections of this account to address, a host:port or the path of a unix socket, with database
// as the default one ("" for none). No connection is made yet. The caller closes it.
func (a Account) Open(address, database string) (*sql.DB, error) {
	connector, err := a.connector(address, database)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

func (a Account) connector(address, database string) (driver.Connector, error) {
	cfg := mysql.NewConfig()
	cfg.User, cfg.Passwd, cfg.DBName = a.User, a.Password, database
	cfg.Net, cfg.Addr = "tcp", address
	if strings.HasPrefix(address, "/") {
		cfg.Net = "unix"
	}
	cfg.ParseTime = true
	cfg.Timeout = 5 * time.Second
	cfg.Logger = &mysql.NopLogger{} // servers of a lab are killed on purpose; the errors reach the caller anyway
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, fmt.Errorf("account %s at %s: %w", a.User, address, err)
	}
	return connector, nil
}

// statements makes the accounts in a fresh data directory, one statement per line as an init file must have them.
//
// root keeps only 'root'@'localhost': with skip_name_resolve a TCP connection never matches localhost, so that account
// is reachable over the socket alone (https://mariadb.com/kb/en/server-system-variables/#skip_name_resolve).
func (a Accounts) statements(flavor topology.Flavor) []string {
	identified, forget, control := mariadbAccounts()
	if flavor == topology.MySQL {
		identified, forget, control = mysqlAccounts()
	}
	create := func(account Account, host string) string {
		return fmt.Sprintf("CREATE USER '%s'@'%s' "+identified, account.User, host, account.Password)
	}
	all := forget
	all = append(all,
		fmt.Sprintf("ALTER USER 'root'@'localhost' "+identified, a.Root.Password),
		create(a.Control, "%"),
		create(a.Mover, "%"),
		"GRANT ALL PRIVILEGES ON *.* TO 'shunt_mover'@'%' WITH GRANT OPTION",
		create(a.Replication, "127.0.0.1"),
		"GRANT REPLICATION SLAVE ON *.* TO 'repl'@'127.0.0.1'",
		create(a.Shop, "%"),
		"GRANT ALL ON `shop%`.* TO 'shop'@'%'",
		create(a.ShopAdmin, "%"),
		"GRANT ALL ON `shop%`.* TO 'shop_admin'@'%' WITH GRANT OPTION",
		"GRANT ALL ON `shunt`.* TO 'shunt'@'%'",
		"GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON `shop%`.* TO 'shunt'@'%'",
	)
	return append(all, control...)
}

// mariadbAccounts has MariaDB's way to set a password, to drop the accounts that mariadb-install-db makes, and the
// control account's privileges under the names they have since 10.5. FLUSH PRIVILEGES comes first because a bootstrapping
// server refuses account statements until the tables are loaded.
func mariadbAccounts() (identified string, forget, control []string) {
	return "IDENTIFIED VIA mysql_native_password USING PASSWORD('%s')",
		[]string{
			"FLUSH PRIVILEGES",
			"DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host <> 'localhost')",
			"DELETE FROM mysql.proxies_priv WHERE Host <> 'localhost'",
			"FLUSH PRIVILEGES",
		},
		[]string{
			"GRANT BINLOG MONITOR, SLAVE MONITOR, PROCESS, CONNECTION ADMIN, SHOW DATABASES, SHOW VIEW ON *.* TO 'shunt'@'%'",
			"GRANT READ_ONLY ADMIN, REPLICATION SLAVE ADMIN, RELOAD ON *.* TO 'shunt'@'%'",
			"GRANT SELECT ON mysql.global_priv TO 'shunt'@'%'",
			"GRANT SELECT ON mysql.user TO 'shunt'@'%'",
			"GRANT SELECT ON mysql.db TO 'shunt'@'%'",
			"GRANT SELECT ON mysql.roles_mapping TO 'shunt'@'%'",
			"GRANT SELECT ON mysql.proc TO 'shunt'@'%'",
		}
}

// mysqlAccounts is the same for MySQL, where accounts get the server's default plugin (caching_sha2_password).
func mysqlAccounts() (identified string, forget, control []string) {
	return "IDENTIFIED BY '%s'",
		nil,
		[]string{
			"GRANT REPLICATION CLIENT, PROCESS, SHOW DATABASES, SHOW VIEW, CONNECTION_ADMIN ON *.* TO 'shunt'@'%'",
			"GRANT SYSTEM_VARIABLES_ADMIN, REPLICATION_SLAVE_ADMIN, RELOAD, XA_RECOVER_ADMIN ON *.* TO 'shunt'@'%'",
			"GRANT SELECT ON mysql.user TO 'shunt'@'%'",
			"GRANT SELECT ON mysql.db TO 'shunt'@'%'",
			"GRANT SELECT ON mysql.role_edges TO 'shunt'@'%'",
			"GRANT SELECT ON mysql.default_roles TO 'shunt'@'%'",
			"GRANT SELECT ON performance_schema.* TO 'shunt'@'%'",
			"GRANT SHOW_ROUTINE ON *.* TO 'shunt'@'%'",
		}
}
