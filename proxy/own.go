package proxy

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"shunt/mysql"
	"shunt/router"
	"shunt/session"
	"shunt/statement"
	"shunt/topology"
)

// setOwn carries out a SET of the proxy's own session variables. No server hears of it.
func (c *Client) setOwn(j *job) error {
	if _, only := j.st.SetsOwn(); !only {
		return c.replyOrEnd(mysql.NewError(ErrorOwnVariable, "HY000", "shunt: variables of shunt are set in a statement of their own, without others"), j)
	}
	if j.prepare {
		return c.replyOrEnd(mysql.NewError(ErrorOwnVariable, "HY000", "shunt: variables of shunt cannot be set by a prepared statement; send the SET as a query"), j)
	}
	for i := range j.st.Set {
		if refusal := c.setOwnVariable(&j.st.Set[i]); refusal != nil {
			return c.replyOrEnd(refusal, j)
		}
	}
	c.server.metrics.answered(j.st.Kind, c.task.Shard())
	c.session.Begin(j.st)
	c.session.OK(c.serverFlavor, &mysql.OK{Status: c.status()}, false, 0, nil)
	c.session.Answered()
	return c.sendOK(1)
}

func (c *Client) setOwnVariable(a *statement.Assignment) error {
	value := strings.Trim(a.Value, "'\"")
	standard := strings.EqualFold(a.Value, "default")
	switch strings.TrimPrefix(a.Name, statement.OwnPrefix) {
	case "consistency":
		level, ok := session.ParseConsistency(strings.ToLower(value))
		if !ok && !standard {
			return mysql.NewError(ErrorOwnVariable, "42000", "shunt: shunt_consistency is eventual, sticky, causal, causal-global, primary or DEFAULT, not %s", a.Value)
		}
		c.session.Choose(level, standard)
	case "token":
		if standard {
			return mysql.NewError(ErrorOwnVariable, "42000", "shunt: what a session has to see cannot be taken back; connect anew, or read with consistency eventual")
		}
		return c.take(value)
	case "request":
		c.session.EndRequest()
		c.request = membership{}
		if !standard {
			c.joinRequest(&statement.Hint{Request: value})
		}
	case "track_token":
		c.session.Token = value == "1" || strings.EqualFold(value, "on")
	default:
		return mysql.NewError(ErrorOwnVariable, "HY000",
			"shunt: there is no variable %s; there are shunt_consistency, shunt_request, shunt_token and shunt_track_token", a.Name)
	}
	return nil
}

// ownAttributes copies a block of connection attributes if there may be some of ours in it.
func ownAttributes(block []byte) []byte {
	if !bytes.Contains(block, []byte(statement.OwnPrefix)) {
		return nil
	}
	return bytes.Clone(block)
}

// takeAttributes takes what the client says of its session with its login: connection attributes have the names of our variables.
func (c *Client) takeAttributes(block []byte) error {
	for name, value := range mysql.Attributes(block) {
		switch string(name) {
		case statement.OwnPrefix + "consistency", statement.OwnPrefix + "token", statement.OwnPrefix + "request", statement.OwnPrefix + "track_token":
			if refusal := c.setOwnVariable(&statement.Assignment{Name: string(name), Value: string(value)}); refusal != nil {
				return refusal
			}
		}
	}
	return nil
}

// hintFrom takes one query attribute into a statement's hint. What the text says goes before it.
func hintFrom(h *statement.Hint, name, value []byte) {
	into := (*string)(nil)
	switch string(name) {
	case statement.OwnPrefix + "consistency":
		into = &h.Consistency
	case statement.OwnPrefix + "token":
		into = &h.After
	case statement.OwnPrefix + "request":
		into = &h.Request
	case "traceparent":
		into = &h.Traceparent
	}
	if into != nil && *into == "" {
		*into = string(value)
	}
}

// A token is text: clusters and what to have of them, as in "paris:0-1-57;gra:!". An exclamation mark says that something was written there that cannot be
// followed, so that only the primary surely has it.
const blindToken = "!"

// tokenVariable is the name that session trackers give a token under.
const tokenVariable = statement.OwnPrefix + "token"

// tokenLength is what the column of a token may have, in characters: as much as a server's variables of text.
const tokenLength = 2048

// token is what another session needs to see all that this one has written and read. Where it has read since it last wrote, the primary is asked how
// far it is, which covers that.
func (c *Client) token(until time.Time) (string, error) {
	facts := c.session.Facts()
	has := map[string]topology.Position{}
	for _, w := range facts.Wrote {
		has[w.Cluster] = has[w.Cluster].Union(topology.Position{w.GTID.Source: {{Start: w.GTID.Seq, End: w.GTID.Seq}}})
	}
	for _, f := range facts.Floor {
		has[f.Cluster] = has[f.Cluster].Union(f.Position)
	}
	blind := slices.Clone(facts.Blind)
	for _, seen := range facts.Seen {
		var world router.World
		if err := c.locate(&router.Plan{Cluster: seen.Cluster}, &world, until); err != nil {
			return "", err
		}
		if world.Position == nil {
			blind = append(blind, seen.Cluster)
		}
		has[seen.Cluster] = has[seen.Cluster].Union(world.Position)
	}
	return c.writeToken(has, blind), nil
}

func (c *Client) writeToken(has map[string]topology.Position, blind []string) string {
	clusters := c.server.Scene().Topology.Clusters
	var parts []string
	for name, position := range has {
		if cluster := clusters[name]; cluster != nil && len(position) > 0 && !slices.Contains(blind, name) {
			parts = append(parts, name+":"+position.Text(cluster.Flavor))
		}
	}
	for _, name := range blind {
		parts = append(parts, name+":"+blindToken)
	}
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), ";")
}

// take makes the session's reads see what a token stands for. The error says what is wrong with it.
func (c *Client) take(token string) error {
	clusters := c.server.Scene().Topology.Clusters
	for part := range strings.SplitSeq(token, ";") {
		if part == "" {
			continue
		}
		name, text, _ := strings.Cut(part, ":")
		cluster := clusters[name]
		if cluster == nil {
			return mysql.NewError(ErrorToken, "HY000", "shunt: the token %q names cluster %q, which is not configured here; tokens come from SELECT @@shunt_token", token, name)
		}
		if text == blindToken {
			c.session.NoteWrite(name, topology.GTID{})
			c.session.GetAhead(name)
			continue
		}
		position, err := topology.ParsePosition(cluster.Flavor, text)
		if err != nil || len(position) == 0 {
			return mysql.NewError(ErrorToken, "HY000", "shunt: %q is no token of shunt's; tokens come from SELECT @@shunt_token", token)
		}
		if !c.session.Requires(name, position) {
			c.session.Require(name, position)
		}
	}
	return nil
}
