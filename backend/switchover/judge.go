package switchover

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"shunt/topology"
)

// member is one server of the cluster with what is known of it.
type member struct {
	host  *topology.Host
	facts *Facts // nil: it could not be asked
	fault error  // why
}

// findings are what is in the way, and what is only worth a word.
type findings struct {
	obstacles, notes []string
}

func (f *findings) obstacle(format string, args ...any) {
	f.obstacles = append(f.obstacles, fmt.Sprintf(format, args...))
}

func (f *findings) note(format string, args ...any) {
	f.notes = append(f.notes, fmt.Sprintf(format, args...))
}

// plan is what a switchover will do, worked out before anything is touched.
type plan struct {
	old, target member
	oldAt       Source // as the target's link names the old primary
	targetAt    Source // as the others will name the target
	link        Link   // of the target to the old primary
	others      []rerouted
}

// rerouted is a replica whose link is to lead to the new primary.
type rerouted struct {
	member
	link Link
}

// maxBehind is how late the target may be when it is looked at.
const maxBehind = 10 * time.Second

// standing finds the two servers in the topology, without asking anybody. Whether the target is a replica, it will say itself:
// the snapshot may be a moment old.
func standing(s *topology.Snapshot, o Order) (c *topology.Cluster, target *topology.Host, f findings) {
	c = s.Clusters[o.Cluster]
	if c == nil {
		f.obstacle("there is no cluster %s", o.Cluster)
		return nil, nil, f
	}
	for _, h := range c.Hosts {
		if h.Address == o.To {
			target = h
		}
	}
	switch {
	case target == nil:
		f.obstacle("%s is no server of cluster %s", o.To, o.Cluster)
	case c.Primary == nil:
		f.obstacle("cluster %s has no primary: %s", o.Cluster, c.Problem)
	case c.Primary == target:
		f.obstacle("%s is the primary already", o.To)
	case target.Use != topology.Serve:
		f.obstacle("%s is not to serve (use: %s)", o.To, target.Use)
	case target.State != topology.Up:
		f.obstacle("%s is not up: %s", o.To, target.Problem)
	case target.LagKnown && target.Lag > maxBehind:
		f.obstacle("%s lags %v", o.To, target.Lag.Round(time.Millisecond))
	}
	return c, target, f
}

// judge decides whether the switchover is possible, and works out what will be done. The target's facts must have been read
// before the old primary's.
func judge(old, target member, others []member) (p plan, f findings) {
	p = plan{old: old, target: target}
	for _, m := range []member{old, target} {
		if m.facts == nil {
			f.obstacle("%s could not be asked: %v", m.host.Address, m.fault)
		}
	}
	if len(f.obstacles) > 0 {
		return p, f
	}
	p.judgeLink(&f)
	p.judgeTarget(&f)
	p.judgeOld(&f)
	for _, m := range others {
		p.judgeOther(m, &f)
	}
	changed := []member{old, target}
	for _, o := range p.others {
		changed = append(changed, o.member)
	}
	for _, m := range changed {
		if missing := m.facts.Lacking(); missing != "" {
			f.obstacle("%s: %s", m.host.Address, missing)
		}
	}
	return p, f
}

// judgeLink looks at the link by which the target replicates.
func (p *plan) judgeLink(f *findings) {
	links, at := p.target.facts.Links, p.target.host.Address
	if len(links) != 1 {
		f.obstacle("%s has %d replication links, and must have the one to the primary", at, len(links))
		return
	}
	l := links[0]
	p.link, p.oldAt = l, l.Source()
	switch {
	case !l.LeadsTo(p.old.host.Address, p.old.facts):
		f.obstacle("%s replicates from %s, not from the primary", at, l.Source())
	case !l.Runs():
		f.obstacle("%s does not replicate: %s", at, l.trouble())
	case !l.GTID:
		f.obstacle("%s replicates by file and offset, not by GTID", at)
	case l.Delay > 0:
		f.obstacle("%s replicates %d s late on purpose", at, l.Delay)
	}
	if len(l.Filters) > 0 {
		f.obstacle("%s does not have all data: %s", at, strings.Join(l.Filters, ", "))
	}
	var sure bool
	if p.targetAt, sure = NameOf(at, *p.target.facts, p.old.host.Address, p.oldAt); !sure {
		f.note("replicas know the primary as %s, shunt as %s; they will be told that the new one is %s. Set report_host if that is wrong for them",
			p.oldAt, p.old.host.Address, at)
	}
}

// trouble says what keeps a link from running.
func (l Link) trouble() string {
	text := fmt.Sprintf("IO thread: %s, SQL thread: %s", l.IO, l.SQL)
	for _, e := range []string{l.IOError, l.SQLError} {
		if e != "" {
			text += "; " + e
		}
	}
	return text
}

// NameOf is by which name replicas will find a server that is listed at address. Where they know the primary by the address
// that shunt knows (primary, knownAs), they will know this one so as well. Else what it tells replicas itself is better, if
// that has been set; if not, sure is false.
func NameOf(address string, f Facts, primary string, knownAs Source) (name Source, sure bool) {
	host, port, err := net.SplitHostPort(address)
	switch {
	case err == nil && sameAddress(primary, knownAs.String()):
		return Source{host, port}, true
	case err != nil || f.Reported:
		return Source{f.Host, f.Port}, true
	}
	return Source{host, port}, false
}

func (p *plan) judgeTarget(f *findings) {
	t, o, at := p.target.facts, p.old.facts, p.target.host.Address
	if unfit := t.Unfit(); unfit != "" {
		f.obstacle("%s %s", at, unfit)
	}
	if !o.GTID {
		f.obstacle("%s has no GTIDs (gtid_mode)", p.old.host.Address)
	}
	switch {
	case t.Flavor != o.Flavor:
		f.obstacle("%s is %s, the primary %s", at, t.Flavor, o.Flavor)
	case compareSeries(t.Version, o.Version) > 0:
		f.obstacle("%s (%s) is newer than the primary (%s), which could not replicate from it", at, t.Version, o.Version)
	case t.ServerID == o.ServerID:
		f.obstacle("%s and the primary have the same server_id", at)
	}
	if own := lacksOf(t.Flavor, t.Has, o.Has); len(own) > 0 {
		f.obstacle("%s has transactions that the primary has not: %s", at, strings.Join(own, ", "))
	}
	if t.Domain != o.Domain {
		f.note("%s writes in GTID domain %s, the old primary in %s", at, t.Domain, o.Domain)
	}
	if o.SemiSync && !t.SemiSync {
		f.note("commits wait for a replica on the old primary (semi-sync), and would not on %s", at)
	}
	if o.Events > 0 {
		f.note("%d events run on the old primary; on %s they have to be enabled (ALTER EVENT … ENABLE), and disabled on the old one", o.Events, at)
	}
}

func (p *plan) judgeOld(f *findings) {
	o, at := p.old.facts, p.old.host.Address
	if len(o.Links) > 0 {
		f.obstacle("the primary replicates itself, from %s; such a link does not move with a switchover", o.Links[0].Source())
	}
	if o.Modes.ReadOnly {
		f.obstacle("%s is read_only", at)
	}
	if !o.LogUpdates {
		f.note("%s does not log what it replicates (log_slave_updates): nobody could replicate from it afterwards", at)
	}
}

// judgeOther decides about one more server. One that cannot follow the new primary is left as it is: it goes on
// with the old one, through which everything still comes.
func (p *plan) judgeOther(m member, f *findings) {
	at := m.host.Address
	if m.facts == nil {
		f.note("%s could not be asked (%v): it will not be pointed at the new primary", at, m.fault)
		return
	}
	i := slices.IndexFunc(m.facts.Links, func(l Link) bool { return l.LeadsTo(p.old.host.Address, p.old.facts) })
	if i < 0 {
		f.note("%s does not replicate from the primary: it stays as it is", at)
		return
	}
	l := m.facts.Links[i]
	switch {
	case !l.Runs():
		f.note("%s does not replicate (%s): it stays pointed at the old primary", at, l.trouble())
	case !l.GTID:
		f.note("%s does not replicate by GTID: it stays pointed at the old primary", at)
	case compareSeries(p.target.facts.Version, m.facts.Version) > 0:
		f.note("%s (%s) is older than the new primary (%s): it stays pointed at the old one", at, m.facts.Version, p.target.facts.Version)
	case len(l.Filters) > 0:
		f.note("%s has replication filters (%s), which stay", at, strings.Join(l.Filters, ", "))
		fallthrough
	default:
		p.others = append(p.others, rerouted{m, l})
	}
}

// Unfit says why a server could not be a primary that others replicate from; empty if it could.
func (f Facts) Unfit() string {
	switch {
	case !f.BinaryLog || !f.LogUpdates:
		return "does not log what it replicates: it needs log_bin and log_slave_updates (log_replica_updates)"
	case !f.GTID:
		return "has no GTIDs (gtid_mode)"
	case f.Flavor == topology.MySQL && !atLeast(f.Version, "8.0"):
		return "is MySQL " + f.Version + "; 8.0.23 is the least"
	}
	return ""
}

// leftOut notes the servers that are not to be contacted.
func (f *findings) leftOut(c *topology.Cluster) {
	for _, h := range c.Hosts {
		if h.Use == topology.Off {
			f.note("%s is not contacted (use: off): it stays as it is", h.Address)
		}
	}
}

// lacksOf lists what position a has and b has not, as one text per source; texts that are no positions count as a fault.
func lacksOf(flavor topology.Flavor, a, b string) []string {
	x, err := topology.ParsePosition(flavor, a)
	if err != nil {
		return []string{err.Error()}
	}
	y, err := topology.ParsePosition(flavor, b)
	if err != nil {
		return []string{err.Error()}
	}
	return x.Beyond(y)
}
