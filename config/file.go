package config

import "time"

// File is a configuration as it was written, with the defaults filled in. Each field is a setting, or a section of settings; the
// comment of a field is its text in docs/reference/config.md, and its tags are read by the decoder and by the test that writes
// that page:
//
//	yaml     its name in the file; <name> is the name that an entry of a section has, * takes all names that are not settings
//	default  the value if the file does not give one
//	inherit  the setting whose value holds if the file does not give one; the field is negative then
//	min      the smallest value
//	oneof    the words that are allowed
//	need     the file must give it
//	one      a list that may be written without brackets if it has one entry
//	short    an entry may be written as this value alone
//	id       what tells an entry of a list from the others
//	reload   live: a reload puts a new value in force; restart: only a restart does; holds for all that is inside
type File struct {
	// Where clients are accepted: one address or several.
	Listen []Listen `yaml:"listen" need:"true" one:"true" reload:"restart"`

	// Where operators are let in. Without it there is no console and no API.
	Admin Admin `yaml:"admin" reload:"restart"`

	// Where this proxy stands. Reads prefer replicas of the same datacenter.
	Datacenter string `yaml:"datacenter" reload:"restart"`

	// The clusters, by name. A cluster is one primary and its replicas; which server is which is found out from read_only and
	// the replication links.
	Clusters []Cluster `yaml:"clusters" need:"true" reload:"restart"`

	// Which cluster a database lives on is found out. Only exceptions are written here; what an operator has ordered (SET DATABASE … HOME) goes before them.
	Databases Databases `yaml:"databases" reload:"live"`

	// Accounts that need not be in the servers' own account tables, or hold in place of those. None are needed: the accounts of
	// the servers may log in as they are.
	Accounts []Account `yaml:"accounts" reload:"restart"`

	// Which reads may go to replicas.
	Reads Reads `yaml:"reads" reload:"restart"`

	// How much, and how long at most.
	Limits Limits `yaml:"limits" reload:"restart"`

	// How servers are watched.
	Monitor Monitor `yaml:"monitor" reload:"restart"`

	// How long a planned switchover may keep writes waiting.
	Switchover Switchover `yaml:"switchover" reload:"restart"`

	// Whether a replica takes the place of a primary that has died. Only one shunt of several should do that.
	Failover Failover `yaml:"failover" reload:"restart"`

	// How accounts and databases are looked up on the servers.
	Discovery Discovery `yaml:"discovery" reload:"restart"`

	// Where that is kept which proxies have to agree on and which has to outlive them: what operators have ordered about modules, databases and servers.
	Store Store `yaml:"store" reload:"restart"`

	// How SQL texts are understood.
	Statements Statements `yaml:"statements" reload:"restart"`

	// What is logged. The log goes to standard error.
	Log Log `yaml:"log" reload:"live"`

	// What a transaction may do on more than one cluster. one: read on all, write on one; ordered: write on all, and it commits on one after the other;
	// atomic: it commits on all or none of them, by XA, which needs a store that is kept; auto: atomic where the store is kept, one otherwise.
	Transactions string `yaml:"transactions" default:"auto" oneof:"auto one ordered atomic" reload:"restart"`

	// Modules: tables of a database that live on a cluster of their own. What an operator has ordered (ADD MODULE) of one of the same name goes before it.
	Modules []Module `yaml:"modules" reload:"live"`

	// How databases are moved to other clusters.
	Moves Moves `yaml:"moves" reload:"restart"`

	// The names of databases in the DNS, which lead to where the databases are: docs/moves.md tells about them.
	DNS DNS `yaml:"dns" reload:"restart"`
}

// Listen is one address at which clients are accepted.
type Listen struct {
	// Host and port, or the path of a unix socket, which begins with a slash.
	Address string `yaml:"address" need:"true" short:"true" id:"true"`

	// How clients may encrypt their connections. Without it TLS is not offered.
	TLS TLS `yaml:"tls"`

	// Networks, as 10.0.0.0/8, from which a client may say with a PROXY protocol header (version 1 or 2) which address it speaks for: those
	// of load balancers. Headers from elsewhere are refused.
	ProxyProtocol []string `yaml:"proxy_protocol"`

	// Which compression clients may choose. It is independent of that towards the servers.
	Compression string `yaml:"compression" default:"all" oneof:"off zlib zstd all"`
}

// TLS is the encryption of one listener.
type TLS struct {
	// File with the certificate and those that sign it, in PEM. A path that begins with no slash starts from the folder of the
	// configuration.
	Cert string `yaml:"cert"`

	// File with the certificate's private key, in PEM.
	Key string `yaml:"key"`

	// File with the authorities of client certificates, in PEM. Empty: clients are not asked for certificates.
	CA string `yaml:"ca"`

	// off: TLS is not offered; preferred: clients choose; required: clients without TLS are turned away; verify: so are clients
	// without a certificate that an authority in ca has signed.
	Mode string `yaml:"mode" default:"preferred" oneof:"off preferred required verify"`
}

// Admin is where operators are let in.
type Admin struct {
	// Address of the console, which speaks the MySQL protocol. Empty: no console.
	Console string `yaml:"console"`

	// Address of the HTTP API, health and metrics. Empty: none of them.
	HTTP string `yaml:"http"`

	// Password of the user admin, in both places.
	Password Secret `yaml:"password"`
}

// Cluster is one primary and its replicas.
type Cluster struct {
	// Any name; it shows in SHOW CLUSTERS, in metrics and in errors.
	Name string `yaml:"<name>"`

	// Where it stands.
	Datacenter string `yaml:"datacenter"`

	// Its servers, in any order: each an address, or a section.
	Servers []Server `yaml:"servers" need:"true" reload:"live"`

	// The account with which shunt itself logs in to the servers, to look at replication, accounts and databases, and to
	// write its heartbeat.
	Account ControlAccount `yaml:"account" need:"true"`

	// The account with which a server logs in to its source when shunt makes it a replica: the old primary after a switchover. It
	// needs REPLICATION SLAVE. Without it, that is the account above.
	Replication ReplicationAccount `yaml:"replication"`

	// How connections to its servers are encrypted. Unix sockets are not.
	TLS ServerTLS `yaml:"tls"`

	// How connections to its servers are compressed. A server that cannot do it is used without.
	Compression string `yaml:"compression" default:"off" oneof:"off zlib zstd"`

	// What it is for alone.
	Serves Serves `yaml:"serves" reload:"live"`

	// Where clients of its databases connect to, as names of databases in the DNS have it: addresses of proxies, or of a load balancer before them, in its
	// datacenter; or one other name. Without a port.
	Clients []string `yaml:"clients" one:"true"`
}

// ServerTLS is the encryption of the connections to a cluster's servers, shunt's own connections included.
type ServerTLS struct {
	// off: none; preferred: where the server offers it; required: servers without it are refused; verify: so are servers whose
	// certificate is not for them.
	Mode string `yaml:"mode" default:"off" oneof:"off preferred required verify"`

	// File with the authorities of the servers' certificates, in PEM, for mode verify. Empty: those of the system.
	CA string `yaml:"ca"`

	// File with a certificate that shunt presents, in PEM, for accounts that require one (REQUIRE X509).
	Cert string `yaml:"cert"`

	// File with that certificate's private key, in PEM.
	Key string `yaml:"key"`

	// The name in the servers' certificates. Empty: the host in each server's address.
	Name string `yaml:"name"`
}

// Server is one server of a cluster.
type Server struct {
	// Host and port, or the path of a unix socket.
	Address string `yaml:"address" need:"true" short:"true" id:"true"`

	// Its share of the reads, relative to the other replicas of its cluster. 0: it takes none.
	Weight int `yaml:"weight" default:"1"`

	// serve: it takes its share; drain: it finishes what it has and gets nothing new; backup: it takes no reads and goes on
	// replicating; off: shunt does not contact it at all.
	Use string `yaml:"use" default:"serve" oneof:"serve drain backup off"`

	// The read pools it is listed for. It takes the reads that reads.pools gives to one of them, and no others.
	Pools []string `yaml:"pools"`

	// Where it stands, if not where its cluster does.
	Datacenter string `yaml:"datacenter"`
}

// ControlAccount is the account of shunt itself on the servers of a cluster.
type ControlAccount struct {
	// Its user name.
	User string `yaml:"user" need:"true"`

	// Its password.
	Password Secret `yaml:"password" need:"true"`
}

// ReplicationAccount is the account of replicas on the servers of a cluster.
type ReplicationAccount struct {
	// Its user name. Empty: the account of shunt itself.
	User string `yaml:"user"`

	// Its password.
	Password Secret `yaml:"password"`
}

// Databases are the homes that are not left to discovery.
type Databases struct {
	// The cluster of statements that name no database, and where CREATE DATABASE goes. Empty: the first cluster of the file.
	Default string `yaml:"default"`

	// A database whose cluster is not to be found out, by its name.
	Homes []Database `yaml:"*"`
}

// Module is a set of tables of one database that live together on a cluster, which has a database of the same name. Statements whose tables are all in one
// module go there, CREATE TABLE too.
type Module struct {
	// The name of the module.
	Name string `yaml:"<name>"`

	// The database that the tables are in.
	Database string `yaml:"database" need:"true"`

	// Names of tables; an asterisk stands for any characters. No table may be in two modules. They need not exist yet.
	Tables []string `yaml:"tables" need:"true"`

	// The cluster where they live.
	Cluster string `yaml:"cluster" need:"true"`

	// What becomes of a SELECT that needs tables of the module and others of another cluster. answer: the smaller part is copied to where the larger
	// one is, if it is within limits.join_rows and limits.join_bytes, and the server there answers; warn: the same, with a warning; refuse: an error.
	Joins string `yaml:"joins" default:"answer" oneof:"answer warn refuse"`
}

// Database is one database that something is written down about.
type Database struct {
	// The name of the database.
	Name string `yaml:"<name>"`

	// The cluster that its statements go to, whatever other clusters have a database of that name.
	// Empty: it is found out.
	Cluster string `yaml:"cluster"`

	// The name in the DNS by which its clients come. It leads to where clients of the database's cluster connect to (clusters.<name>.clients), and follows when
	// the database moves. It is in the zone of dns.
	Hostname string `yaml:"hostname"`

	// What the database is called on its clusters, if that is not its name: applications go on with the name above.
	Physical string `yaml:"name"`
}

// Account is one account that the configuration gives.
type Account struct {
	// Its user name.
	User string `yaml:"user" need:"true" id:"true"`

	// Where its clients may connect from, as the servers write it: %, 10.0.0.%, localhost.
	Host string `yaml:"host" default:"%" id:"true"`

	// How its clients prove their password.
	Plugin string `yaml:"plugin" default:"mysql_native_password" oneof:"mysql_native_password caching_sha2_password"`

	// What a server stores in place of the password: * and 40 hexadecimal digits, or $A$005$…
	Hash Secret `yaml:"hash"`

	// The password itself, in place of its hash. Only for mysql_native_password.
	Password Secret `yaml:"password"`
}

// Monitor says how servers are watched.
type Monitor struct {
	// The pause between two probes of one server.
	Interval time.Duration `yaml:"interval" default:"100ms" min:"10ms"`

	// How long one probe may take, connecting included.
	Timeout time.Duration `yaml:"timeout" default:"1s" min:"10ms"`

	// How many probes in a row must fail, over at least the timeout, before a server counts as down. One that refuses connections is
	// down sooner.
	DownAfter int `yaml:"down_after" default:"3" min:"1"`

	// How many probes in a row must succeed before a server that was down counts as up.
	UpAfter int `yaml:"up_after" default:"2" min:"1"`

	// The row by which lag is measured.
	Heartbeat Heartbeat `yaml:"heartbeat"`
}

// Heartbeat says where and how often each primary is written to, to measure lag.
type Heartbeat struct {
	// The database that holds the table heartbeat. It is made where it is missing, and is not listed among the databases.
	Schema string `yaml:"schema" default:"shunt"`

	// The pause between two heartbeats, each a transaction of one row. Lag is known to about this precision. 0: no heartbeat,
	// lag is what the servers say in whole seconds.
	Interval time.Duration `yaml:"interval" default:"100ms"`
}

// Store is where that is kept which proxies have to agree on: in a folder, by an etcd inside this process, or in an etcd cluster that all
// proxies of a fleet share.
type Store struct {
	// Folder of the etcd inside this process; it is made if it is not there. A path that begins with no slash starts from the folder of the
	// configuration. It belongs to one running shunt: a second one beside it needs another folder, or both an etcd cluster. Empty: nothing is kept on disk, and
	// all is forgotten at the end.
	Embedded string `yaml:"embedded" default:"data"`

	// Addresses of an etcd cluster, as https://host:2379, in place of a folder.
	Etcd []string `yaml:"etcd" one:"true"`

	// The user of that cluster, if it wants one.
	User string `yaml:"user"`

	// Its password.
	Password Secret `yaml:"password"`

	// The encryption of the connections to that cluster, for addresses that begin with https.
	TLS StoreTLS `yaml:"tls"`

	// What all keys begin with, so that several fleets can share a cluster.
	Prefix string `yaml:"prefix" default:"shunt/"`

	// How long a request may take.
	Timeout time.Duration `yaml:"timeout" default:"5s" min:"100ms"`

	// How large the file of the etcd inside this process may become. A full store takes no changes until something is deleted.
	Quota Size `yaml:"quota" default:"2GiB" min:"16MiB"`

	// How many of the newest changes the etcd inside this process remembers, for who has to catch up.
	History int `yaml:"history" default:"10000" min:"100"`
}

// StoreTLS is the encryption of the connections to an etcd cluster.
type StoreTLS struct {
	// File with the authorities of the servers' certificates, in PEM. Empty: those of the system.
	CA string `yaml:"ca"`

	// File with the certificate that shunt presents, in PEM.
	Cert string `yaml:"cert"`

	// File with that certificate's private key, in PEM.
	Key string `yaml:"key"`

	// The name in the servers' certificates. Empty: the host in each address.
	Name string `yaml:"name"`
}

// Switchover says how long a planned switchover may keep writes waiting.
type Switchover struct {
	// How long transactions that are open at its beginning may take to end.
	Drain time.Duration `yaml:"drain" default:"5s" min:"100ms"`

	// How long writes may wait after that. A switchover that is not over by then is undone. With drain it should be below
	// limits.wait.
	Pause time.Duration `yaml:"pause" default:"4s" min:"1s"`
}

// Failover says whether a replica takes the place of a primary that has died.
type Failover struct {
	// true: shunt makes the replica that has the most the primary when the primary is dead, which the replicas' own links must confirm,
	// and makes the old one read_only when it comes back.
	Automatic bool `yaml:"automatic" default:"false"`

	// How long the primary must have been down.
	After time.Duration `yaml:"after" default:"10s" min:"1s"`
}

// Discovery says how often accounts and databases are looked up.
type Discovery struct {
	// The pause between two readings of the account tables and the list of databases. A failed login looks at once.
	Interval time.Duration `yaml:"interval" default:"10s" min:"100ms"`

	// How long one reading of one cluster may take.
	Timeout time.Duration `yaml:"timeout" default:"5s" min:"100ms"`
}

// Statements says how much is spent on understanding SQL texts.
type Statements struct {
	// How many shapes of statements are remembered. One takes about half a kilobyte of memory.
	Cache int `yaml:"cache" default:"200000" min:"1"`

	// Up to which length a text is given to the SQL parser whole. Longer ones are read word by word.
	Parse Size `yaml:"parse" default:"16KiB" min:"1KiB"`
}

// Log says what is logged.
type Log struct {
	// The least level of what is logged.
	Level string `yaml:"level" default:"info" oneof:"debug info warn error"`
}
