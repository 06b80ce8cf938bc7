package config

import "time"

// DNS says who answers for the names of databases. One of rfc2136 and serve, or none.
type DNS struct {
	// The zone that all names of databases are in, such as db.example.
	Zone string `yaml:"zone"`

	// With rfc2136: for how long resolvers may keep the address of a database while it moves; what was before comes back at its end. With serve: always.
	TTL time.Duration `yaml:"ttl" default:"5s" min:"1s"`

	// The server whose zone is changed when a database has moved.
	RFC2136 RFC2136 `yaml:"rfc2136"`

	// Address, host:port, at which shunt itself answers for the zone, over UDP and TCP. Each answer is as the map of databases is at that moment. Empty: it does not.
	Serve string `yaml:"serve"`

	// With serve: the names of all servers of the zone, as the zone above it has them. They are outside of the zone.
	Nameservers []string `yaml:"nameservers" one:"true"`

	// With serve: networks, as 10.0.0.0/8, that may have the whole zone (AXFR). Nobody else may.
	Transfer []string `yaml:"transfer"`
}

// RFC2136 is a DNS server that takes changes (RFC 2136), such as BIND, Knot or PowerDNS.
type RFC2136 struct {
	// Host and port of the primary server of the zone; changes go there over TCP. Empty: nothing is changed.
	Server string `yaml:"server"`

	// The key that signs changes.
	TSIG TSIG `yaml:"tsig"`

	// The least time between two changes; names that change meanwhile go into one message.
	Every time.Duration `yaml:"every" default:"200ms" min:"10ms"`
}

// TSIG is a key that a DNS server and shunt share.
type TSIG struct {
	// Its name, which both have to call it by.
	Name string `yaml:"name"`

	// How it signs.
	Algorithm string `yaml:"algorithm" default:"hmac-sha256" oneof:"hmac-sha256 hmac-sha384 hmac-sha512"`

	// The key itself, in base64: what tsig-keygen writes.
	Secret Secret `yaml:"secret"`
}
