package monitor

import (
	"fmt"
	"net"
	"strings"

	"shunt/topology"
)

// member is what the roles of one cluster's host depend on.
type member struct {
	address string
	use     topology.Use
	health  health
	facts   *facts // of its last good probe; nil if there has been none
}

// tenure is which host was primary last. A value.
type tenure struct {
	primary string // address; empty if there never was one
	epoch   uint64 // how many hosts in a row have become primary
}

// ruling is who is what in a cluster at one moment.
type ruling struct {
	parts   []part // in the order of the members
	primary int    // index of the primary; -1 if there is none
	problem string // why there is none
	tenure  tenure
}

// part is one member's part.
type part struct {
	role     topology.Role
	roleless string // why it has no role
	links    []link // by which a replica replicates; those to another cluster only count if it has no others
}

// decide says who is primary and who is a replica, from read_only and replication links alone.
//
// A primary is up, writable and replicates from nobody in its cluster. If that is so of two, neither is believed: writes
// that wait can be sent later, writes on two servers can never be put together again. A primary that is lost leaves the
// place empty until another host has that evidence; being writable is not enough while a host still has its link to the
// old one, since replicas are often left writable by mistake. elsewhere has the addresses of all hosts of other clusters.
func decide(members []member, elsewhere map[string]bool, before tenure) ruling {
	r := ruling{parts: make([]part, len(members)), primary: -1, tenure: before}
	var candidates []int
	for i, m := range members {
		p, candidate := judge(m, members, elsewhere)
		r.parts[i] = p
		if candidate {
			candidates = append(candidates, i)
		}
	}
	switch {
	case len(candidates) == 0:
		r.problem = "no server can take writes: " + describe(members, r.parts)
	case len(candidates) > 1:
		r.problem = "several servers are writable and replicate from nobody: " + join(members, candidates) +
			"; writes wait until all but one are read_only"
	case before.primary == "" && unprobed(members) != nil:
		r.problem = "writes wait until it is known that no second server is writable: " +
			join(members, unprobed(members)) + " not probed yet"
	default:
		r.crown(candidates[0], members)
		return r
	}
	for _, i := range candidates {
		r.parts[i].roleless = r.problem
	}
	return r
}

func (r *ruling) crown(i int, members []member) {
	r.primary = i
	r.parts[i].role = topology.Primary
	if address := members[i].address; r.tenure.primary != address {
		r.tenure = tenure{primary: address, epoch: r.tenure.epoch + 1}
	}
}

// judge looks at one member. The last that was seen of a host that does not answer still tells that it is a replica, but
// never that it is the primary.
func judge(m member, members []member, elsewhere map[string]bool) (p part, candidate bool) {
	if m.facts == nil {
		return part{roleless: "has never answered"}, false
	}
	f := *m.facts
	if f.linksRead.IsZero() {
		return part{roleless: fmt.Sprintf("its replication status cannot be read: %v", f.linksError)}, false
	}
	inside, doubtful := split(m, members, elsewhere)
	switch {
	case len(inside) > 0:
		return part{role: topology.Replica, links: inside}, false
	case f.readOnly && len(f.links) > 0:
		return part{role: topology.Replica, links: f.links}, false
	case f.readOnly:
		return part{roleless: "is read_only and replicates from nobody"}, false
	case doubtful != nil:
		return part{roleless: fmt.Sprintf("replicates from %s, which may be another name of a server of its cluster that has never answered",
			doubtful.source())}, false
	case m.health.state != topology.Up:
		return part{roleless: "does not answer"}, false
	}
	return part{}, true
}

// split finds the links of m to other members, and one of which that cannot be ruled out: its source has no address that
// we know, and some member has never told its server_id.
func split(m member, members []member, elsewhere map[string]bool) (inside []link, doubtful *link) {
	for _, l := range m.facts.links {
		switch {
		case elsewhere[l.source()]:
		case insideOf(l, m, members):
			inside = append(inside, l)
		case stranger(m, members):
			doubtful = &l
		}
	}
	return inside, doubtful
}

func insideOf(l link, m member, members []member) bool {
	for _, other := range members {
		if other.address != m.address && other.isSource(l) {
			return true
		}
	}
	return false
}

func stranger(m member, members []member) bool {
	for _, other := range members {
		if other.address != m.address && other.use != topology.Off && other.facts == nil {
			return true
		}
	}
	return false
}

// isSource says whether l leads to m. Replicas often know their source by another name than shunt does, so the server's
// own id counts too; servers that replicate from each other have different ones.
func (m member) isSource(l link) bool {
	if sameAddress(m.address, l.source()) {
		return true
	}
	f := m.facts
	if f == nil {
		return false
	}
	if l.uuid != "" && f.uuid != "" {
		return l.uuid == f.uuid
	}
	return l.serverID != 0 && l.serverID == f.serverID ||
		sameAddress(net.JoinHostPort(f.hostname, f.port), l.source()) ||
		f.peer != "" && sameAddress(net.JoinHostPort(f.peer, f.port), l.source())
}

func sameAddress(a, b string) bool {
	return strings.EqualFold(loopback(a), loopback(b))
}

// loopback gives the names of the loopback interface one spelling.
func loopback(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err == nil && (host == "localhost" || host == "::1") {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return address
}

// unprobed are the members that no probe has decided about yet.
func unprobed(members []member) (found []int) {
	for i, m := range members {
		if m.use != topology.Off && m.health.state == topology.Unprobed {
			found = append(found, i)
		}
	}
	return found
}

func join(members []member, which []int) string {
	names := make([]string, len(which))
	for i, w := range which {
		names[i] = members[w].address
	}
	return strings.Join(names, ", ")
}

// describe says of each member why it is not the primary.
func describe(members []member, parts []part) string {
	texts := make([]string, len(members))
	for i, m := range members {
		texts[i] = m.address + " " + m.obstacle(parts[i])
	}
	return strings.Join(texts, "; ")
}

func (m member) obstacle(p part) string {
	switch {
	case m.use == topology.Off:
		return "is turned off"
	case m.health.state == topology.Unprobed:
		return "is not probed yet"
	case m.health.state == topology.Down:
		return fmt.Sprintf("is down (%v)", m.health.err)
	case p.role == topology.Replica && m.facts.readOnly:
		return "is a read_only replica of " + p.links[0].source()
	case p.role == topology.Replica:
		return "is writable, but has its replication link to " + p.links[0].source() + " still (RESET REPLICA ALL removes it)"
	}
	return p.roleless
}
