package config

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"shunt/mysql"
)

// check finds what is wrong between settings, and in values that only their meaning forbids.
func (c *Config) check(d *decoder) {
	c.checkListen(d)
	c.checkAdmin(d)
	c.checkClusters(d)
	c.links(d)
	c.checkDatacenter(d)
	c.checkDatabases(d)
	c.checkAccounts(d)
	c.checkPools(d)
	c.checkAllModules(d)
	c.checkReads(d)
	c.checkLimits(d)
	c.checkMoves(d)
	c.checkDNS(d)
	c.checkHostnames(d)
	c.checkStore(d)
	c.checkRooms(d)
}

// wrong notes a fault at a setting.
func (d *decoder) wrong(path, text, hint string) {
	d.fault(&yaml.Node{Line: d.line(path)}, path, text, hint)
}

func (c *Config) checkListen(d *decoder) {
	if _, given := d.lines["listen"]; given && len(c.File.Listen) == 0 && !d.hasFault("listen") {
		d.wrong("listen", "has no address", "")
	}
	seen := map[string]bool{}
	for i, l := range c.File.Listen {
		path := fmt.Sprintf("listen[%d]", i)
		d.address(path+".address", l.Address, socketToo|anyPort)
		if seen[l.Address] && l.Address != "" {
			d.wrong(path+".address", l.Address+" is given twice", "")
		}
		seen[l.Address] = true
		c.tls = append(c.tls, d.listenerTLS(path+".tls", l))
		c.networks = append(c.networks, d.networks(path+".proxy_protocol", l.ProxyProtocol))
	}
}

// networks reads a list of networks in the form 10.0.0.0/8, or single addresses.
func (d *decoder) networks(path string, list []string) (found []netip.Prefix) {
	for i, text := range list {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			var one netip.Addr
			if one, err = netip.ParseAddr(text); err == nil {
				network = netip.PrefixFrom(one, one.BitLen())
			}
		}
		if err != nil {
			d.wrong(fmt.Sprintf("%s[%d]", path, i), text+" is no network", "write it as 10.0.0.0/8, or an address")
			continue
		}
		found = append(found, network.Masked())
	}
	return found
}

func (c *Config) checkAdmin(d *decoder) {
	a := c.File.Admin
	for _, port := range []struct{ path, address string }{{"admin.console", a.Console}, {"admin.http", a.HTTP}} {
		if _, given := d.lines[port.path]; given {
			d.address(port.path, port.address, anyPort)
		}
		if port.address != "" && slices.ContainsFunc(c.File.Listen, func(l Listen) bool { return l.Address == port.address }) {
			d.wrong(port.path, "is an address of listen, too", "give it another port")
		}
	}
	if a.Console != "" && a.Console == a.HTTP {
		d.wrong("admin.http", "is the address of the console, too", "give it another port")
	}
	if (a.Console != "" || a.HTTP != "") && a.Password.Reveal() == "" && !d.hasFault("admin.password") {
		d.wrong("admin.password", "is missing", "nobody could log in without it")
	}
}

// clusterName is what may be a cluster's name: it stands in paths, metrics and error texts.
var clusterName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)

func (c *Config) checkClusters(d *decoder) {
	if _, given := d.lines["clusters"]; given && len(c.File.Clusters) == 0 && !d.hasFault("clusters") {
		d.wrong("clusters", "has no cluster", "")
	}
	home := map[string]string{} // of each server
	for _, cluster := range c.File.Clusters {
		path := "clusters." + cluster.Name
		if !clusterName.MatchString(cluster.Name) {
			d.wrong(path, "a cluster's name is letters, digits, _, - and .", "")
		}
		if _, given := d.lines[path+".servers"]; given && len(cluster.Servers) == 0 && !d.hasFault(path+".servers") {
			d.wrong(path+".servers", "has no server", "")
		}
		for i, s := range cluster.Servers {
			at := fmt.Sprintf("%s.servers[%d].address", path, i)
			d.address(at, s.Address, socketToo)
			if other, taken := home[s.Address]; taken && s.Address != "" {
				d.wrong(at, fmt.Sprintf("server %s is listed twice, first in cluster %s", s.Address, other), "")
				continue
			}
			home[s.Address] = cluster.Name
		}
		d.replication(path+".replication", cluster.Replication)
	}
}

// replication finds an account that is only half given.
func (d *decoder) replication(path string, a ReplicationAccount) {
	switch {
	case d.hasFault(path):
	case a.User != "" && a.Password.Reveal() == "":
		d.wrong(path+".password", "is missing", "")
	case a.User == "" && a.Password.Reveal() != "":
		d.wrong(path+".user", "is missing", "without it the account of shunt itself is used")
	}
}

// checkDatacenter finds a proxy that would prefer no replica because of a word that is mistyped.
func (c *Config) checkDatacenter(d *decoder) {
	var known []string
	for _, cluster := range c.File.Clusters {
		known = append(known, cluster.Datacenter)
		for _, s := range cluster.Servers {
			known = append(known, s.Datacenter)
		}
	}
	slices.Sort(known)
	known = slices.DeleteFunc(slices.Compact(known), func(name string) bool { return name == "" })
	if here := c.File.Datacenter; here != "" && len(known) > 0 && !slices.Contains(known, here) {
		d.wrong("datacenter", "no cluster or server stands in datacenter "+here, didYouMean(here, known))
	}
}

func (c *Config) checkDatabases(d *decoder) {
	if name := c.File.Databases.Default; name != "" {
		c.checkCluster(d, "databases.default", name)
	}
	for _, home := range c.File.Databases.Homes {
		if home.Cluster != "" {
			c.checkCluster(d, "databases."+home.Name+".cluster", home.Cluster)
		}
	}
	c.checkNames(d)
}

// checkCluster finds a name that no cluster has.
func (c *Config) checkCluster(d *decoder, path, name string) {
	var known []string
	for _, cluster := range c.File.Clusters {
		known = append(known, cluster.Name)
	}
	if !slices.Contains(known, name) && len(known) > 0 {
		d.wrong(path, "there is no cluster "+name, didYouMean(name, known))
	}
}

func (c *Config) checkAccounts(d *decoder) {
	seen := map[string]bool{}
	for i, a := range c.File.Accounts {
		path := fmt.Sprintf("accounts[%d]", i)
		name := a.User + "@" + a.Host
		if seen[name] && a.User != "" {
			d.wrong(path+".user", "account "+name+" is given twice", "")
		}
		seen[name] = true
		if d.hasFault(path) {
			continue
		}
		hash, password := a.Hash.Reveal(), a.Password.Reveal()
		switch {
		case hash == "" && password == "":
			d.wrong(path, "needs a hash or a password", "")
		case hash != "" && password != "":
			d.wrong(path, "has a hash and a password", "remove one of them")
		case a.Plugin == mysql.PluginCachingSHA2 && password != "":
			d.wrong(path+".password", "with "+a.Plugin+" there must be the hash", "it is in the servers' mysql.user.authentication_string")
		case hash != "":
			if err := checkHash(a.Plugin, hash); err != nil {
				d.wrong(path+".hash", "is none of "+a.Plugin+": "+err.Error(), "")
			}
		}
	}
}

// checkHash says whether a server could have stored the hash.
func checkHash(plugin, hash string) error {
	if plugin == mysql.PluginNative {
		_, err := mysql.ParseNativeHash(hash)
		return err
	}
	_, err := mysql.SHA2CheckStored(hash, nil)
	return err
}

// checkRooms asks the rooms that know more about their settings. Their texts begin with the setting's name.
func (c *Config) checkRooms(d *decoder) {
	for _, room := range []struct {
		section string
		err     error
	}{{"monitor", c.Monitor().Validate()}, {"discovery", c.Catalog().Validate()}} {
		if room.err == nil || len(d.faults) > 0 { // what is wrong may have left its setting at a value that the room dislikes, too
			continue
		}
		for line := range strings.SplitSeq(room.err.Error(), "\n") {
			name, text, _ := strings.Cut(line, " ")
			d.wrong(join(room.section, name), text, "")
		}
	}
}

// forms are the forms that an address may have beside host:port.
type forms uint8

const (
	socketToo forms = 1 << iota // the path of a unix socket
	anyPort                     // to listen at: the host may be left out, and port 0 is one that is free
)

// address checks an address.
func (d *decoder) address(path, address string, may forms) {
	if address == "" && d.hasFault(strings.TrimSuffix(path, ".address")) || may&socketToo != 0 && strings.HasPrefix(address, "/") {
		return
	}
	hint := "write host:port, such as 127.0.0.1:3306"
	if may&socketToo != 0 {
		hint += ", or the path of a unix socket"
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil || host == "" && may&anyPort == 0 {
		d.wrong(path, fmt.Sprintf("%q is not an address", address), hint)
		return
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 && may&anyPort == 0 {
		d.wrong(path, fmt.Sprintf("%q of %q is no port, which is a number up to 65535", port, address), "")
	}
}
