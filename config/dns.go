package config

import (
	"encoding/base64"
	"fmt"

	"shunt/sharding/move/dns"
)

// NameConfig is how names of databases are kept.
type NameConfig struct {
	// Update is the zone that is changed, Serve the one that is answered for; nil: not so.
	Update *dns.UpdateConfig
	Serve  *dns.ServeConfig
	// Places are where clients of each cluster connect to.
	Places map[string]dns.Place
	// Zone is the one that all names are in; empty: there are no names.
	Zone string
}

// Names says how names of databases are kept.
func (c *Config) Names() NameConfig {
	f := c.File.DNS
	n := NameConfig{Places: map[string]dns.Place{}}
	if f.RFC2136.Server == "" && f.Serve == "" {
		return n
	}
	n.Zone, _ = dns.ParseName(f.Zone) // this and what follows was checked when the file was read
	for _, cluster := range c.File.Clusters {
		n.Places[cluster.Name], _ = dns.ParsePlace(cluster.Clients)
	}
	if r := f.RFC2136; r.Server != "" {
		key, _ := dns.ParseName(r.TSIG.Name)
		n.Update = &dns.UpdateConfig{Server: r.Server, Zone: n.Zone, Every: r.Every, Key: dns.Key{Name: key, Algorithm: r.TSIG.Algorithm, Secret: r.TSIG.Secret.Reveal()}}
		return n
	}
	n.Serve = &dns.ServeConfig{Address: f.Serve, Zone: n.Zone, TTL: f.TTL, Transfer: c.transfer}
	for _, text := range f.Nameservers {
		name, _ := dns.ParseName(text)
		n.Serve.Nameservers = append(n.Serve.Nameservers, name)
	}
	return n
}

// Hostnames are the names of databases, by database.
func (c *Config) Hostnames() map[string]string {
	names := map[string]string{}
	for _, home := range c.File.Databases.Homes {
		if home.Hostname != "" {
			names[home.Name], _ = dns.ParseName(home.Hostname) // checked when the file was read
		}
	}
	return names
}

// checkDNS checks the zone and who answers for it.
func (c *Config) checkDNS(d *decoder) {
	f := c.File.DNS
	_, given := d.lines["dns"]
	if d.hasFault("dns") || !given {
		return
	}
	switch {
	case f.RFC2136.Server != "" && f.Serve != "":
		d.wrong("dns.serve", "cannot be together with dns.rfc2136", "shunt answers for the zone itself, or changes another server's")
		return
	case f.RFC2136.Server == "" && f.Serve == "":
		if f.Zone != "" {
			d.wrong("dns.zone", "is nobody's", "give dns.rfc2136.server or dns.serve, too")
		}
		return
	}
	zone, err := dns.ParseName(f.Zone)
	if err != nil {
		d.wrong("dns.zone", err.Error(), "write it as db.example")
		return
	}
	if f.Serve != "" {
		c.checkServe(d, zone)
	} else {
		c.checkUpdates(d)
	}
}

func (c *Config) checkServe(d *decoder, zone string) {
	f := c.File.DNS
	d.address("dns.serve", f.Serve, anyPort)
	if len(f.Nameservers) == 0 {
		d.wrong("dns.nameservers", "is missing", "name the servers of the zone, as the zone above it does")
	}
	for i, text := range f.Nameservers {
		at := fmt.Sprintf("dns.nameservers[%d]", i)
		name, err := dns.ParseName(text)
		switch {
		case err != nil:
			d.wrong(at, err.Error(), "write it as ns1.example")
		case name == zone || dns.Below(name, zone):
			d.wrong(at, text+" is in the zone", "shunt would have to tell its address, and has only names of databases; take a name outside of "+f.Zone)
		}
	}
	c.transfer = d.networks("dns.transfer", f.Transfer)
}

func (c *Config) checkUpdates(d *decoder) {
	r := c.File.DNS.RFC2136
	d.address("dns.rfc2136.server", r.Server, 0)
	if _, err := dns.ParseName(r.TSIG.Name); err != nil {
		d.wrong("dns.rfc2136.tsig.name", err.Error(), "it is the key's name in the configuration of the DNS server")
	}
	if key, err := base64.StdEncoding.DecodeString(r.TSIG.Secret.Reveal()); err != nil || len(key) == 0 {
		d.wrong("dns.rfc2136.tsig.secret", "is not a key in base64", "tsig-keygen makes one")
	}
	for name, given := range map[string]bool{"nameservers": len(c.File.DNS.Nameservers) > 0, "transfer": len(c.File.DNS.Transfer) > 0} {
		if given {
			d.wrong("dns."+name, "is for dns.serve only", "remove it")
		}
	}
}

// checkHostnames checks the names of databases, and that they can lead to wherever a database may live.
func (c *Config) checkHostnames(d *decoder) {
	seen := map[string]string{} // whose each is
	for _, home := range c.File.Databases.Homes {
		at := "databases." + home.Name
		switch {
		case d.hasFault(at) || home.Cluster != "":
		case home.Physical != "":
			d.wrong(at+".cluster", "is missing", "a name is one on a cluster")
		case home.Hostname == "":
			d.wrong(at, "says nothing", "give it a cluster or a hostname, or remove it")
		}
		if home.Hostname == "" {
			continue
		}
		at += ".hostname"
		name, err := dns.ParseName(home.Hostname)
		zone := c.Names().Zone
		switch {
		case err != nil:
			d.wrong(at, err.Error(), "write it as shop.db.example")
		case d.hasFault("dns"):
		case zone == "":
			d.wrong(at, "leads nowhere without dns", "dns.rfc2136 or dns.serve says who answers for it")
		case !dns.Below(name, zone):
			d.wrong(at, home.Hostname+" is not in the zone "+c.File.DNS.Zone, "")
		case seen[name] != "":
			d.wrong(at, home.Hostname+" is the name of database "+seen[name]+", too", "")
		}
		seen[name] = home.Name
	}
	c.checkPlaces(d, len(seen) > 0)
}

// checkPlaces checks where clients of each cluster connect to.
func (c *Config) checkPlaces(d *decoder, needed bool) {
	zone := c.Names().Zone
	for _, cluster := range c.File.Clusters {
		at := "clusters." + cluster.Name + ".clients"
		place, err := dns.ParsePlace(cluster.Clients)
		switch {
		case d.hasFault(at):
		case err != nil:
			d.wrong(at, err.Error(), "write addresses without ports, such as [10.0.0.1, 10.0.0.2], or one name")
		case place.Alias != "" && zone != "" && (place.Alias == zone || dns.Below(place.Alias, zone)):
			d.wrong(at, cluster.Clients[0]+" is in the zone of the databases' names", "take a name outside of "+c.File.DNS.Zone)
		case place.IsZero() && needed && !d.hasFault("dns"):
			d.wrong(at, "is missing", "names of databases could not follow a database to this cluster")
		}
	}
}
