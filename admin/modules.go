package admin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"shunt/backend/definitions"
	"shunt/digest"
	"shunt/sharding"
	"shunt/sharding/lint"
)

// ModuleRow is one module: SHOW MODULES.
type ModuleRow struct {
	Name     string   `json:"name" doc:"its name"`
	Database string   `json:"database" doc:"the database that its tables are in"`
	Tables   []string `json:"tables" doc:"the names of its tables; an asterisk stands for any characters"`
	Cluster  string   `json:"cluster" doc:"where its tables live"`
	From     string   `json:"from" doc:"who says so: file: config.yaml; store: an operator, on this proxy or another"`
	Joins    string   `json:"joins" doc:"what becomes of a SELECT that needs tables of other clusters, too: answer, warn or refuse"`
	Problem  string   `json:"problem" doc:"why it is not in force; empty if it is"`
	Findings []string `json:"findings" doc:"foreign keys, views and programs that cross its border, and what could not be seen; SHARD LINT MODULE tells more"`
}

// lookBound is how long definitions may take to be read for SHOW MODULES.
const lookBound = 5 * time.Second

// Modules lists the modules that file and store name, with what is defined on the servers and crosses their borders. It asks the servers, and
// takes seconds at most.
func (s *Service) Modules() []ModuleRow {
	ctx, cancel := context.WithTimeout(context.Background(), lookBound)
	defer cancel()
	schemas := map[string][]definitions.Schema{}
	rows := []ModuleRow{}
	for _, l := range s.listed() {
		row := ModuleRow{
			Name: l.Name, Database: l.Database, Tables: append([]string{}, l.Tables...), Cluster: l.Cluster, From: l.From.String(), Joins: l.Joins.String(), Problem: l.Problem,
			Findings: []string{},
		}
		if l.Problem == "" {
			row.Findings = s.crossing(ctx, l.Module, schemas)
		}
		rows = append(rows, row)
	}
	return rows
}

// listed are the modules that file and store name.
func (s *Service) listed() []sharding.ListedModule {
	if m := s.house.Map(); m != nil {
		return m.Listed()
	}
	return nil
}

// inForce are those that hold.
func (s *Service) inForce() (all []sharding.Module) {
	for _, l := range s.listed() {
		if l.Problem == "" {
			all = append(all, l.Module)
		}
	}
	return all
}

// crossing is what is defined over the border of a module. schemas are what was read so far, by database.
func (s *Service) crossing(ctx context.Context, m sharding.Module, schemas map[string][]definitions.Schema) []string {
	if _, read := schemas[m.Database]; !read {
		schemas[m.Database] = s.definitions(ctx, m)
	}
	w := lint.World{Schemas: schemas[m.Database], Map: s.house.Map(), Parser: s.house.Parser, Traffic: digest.Report{}}
	found := []string{}
	for _, f := range lint.Lint(m, w).Findings {
		if f.Kind != lint.Verdict {
			found = append(found, brief(f))
		}
	}
	return found
}

// brief is a finding on one line.
func brief(f lint.Finding) string {
	switch {
	case f.Kind == lint.NotSeen || f.Kind == lint.NotUnderstood:
		return fmt.Sprintf("%s %s: %s", f.Kind, f.Object, f.Advice)
	case len(f.Ours) == 0 || len(f.Theirs) == 0:
		return fmt.Sprintf("%s %s: %s", f.Kind, f.Object, strings.Join(append(f.Ours, f.Theirs...), ", "))
	}
	return fmt.Sprintf("%s %s: %s with %s", f.Kind, f.Object, strings.Join(f.Ours, ", "), strings.Join(f.Theirs, ", "))
}

// Errors of questions about modules, for errors.Is.
var (
	ErrUnknownModule = errors.New("no module has this name; SHOW MODULES lists them")
	ErrModule        = errors.New("this can be no module")
)

// LintOrder says which module is meant: one that is configured, by its name, or one that is proposed, by its database and tables.
type LintOrder struct {
	Module   string
	Database string
	Tables   []string // patterns, as a module has them
	Cluster  string   // where a proposed one would live; empty: on a cluster of its own
}

// module finds or makes it. Errors: ErrUnknownModule, ErrModule.
func (s *Service) module(o LintOrder) (sharding.Module, error) {
	all := s.inForce()
	if o.Module != "" {
		for _, m := range all {
			if m.Name == o.Module {
				return m, nil
			}
		}
		return sharding.Module{}, fmt.Errorf("%s: %w", o.Module, ErrUnknownModule)
	}
	m := sharding.Module{Name: "proposed", Database: o.Database, Tables: o.Tables, Cluster: o.Cluster}
	refuse := func(format string, args ...any) (sharding.Module, error) {
		return m, fmt.Errorf("%w: %s", ErrModule, fmt.Sprintf(format, args...))
	}
	switch {
	case o.Database == "" || len(o.Tables) == 0:
		return refuse("it needs a database and tables")
	case sharding.Everywhere(o.Database):
		return refuse("%s is on every cluster", o.Database)
	case o.Cluster != "" && s.house.Snapshot().Clusters[o.Cluster] == nil:
		return refuse("there is no cluster %s; SHOW CLUSTERS lists them", o.Cluster)
	}
	for _, table := range o.Tables {
		if table == "" || strings.ContainsAny(table, ". `") {
			return refuse("%q is no name of a table; write names without their database, such as b_stat_*", table)
		}
	}
	for _, other := range all {
		if p, q, both := sharding.Overlap(other, m); both {
			return refuse("%s has tables in common with %s of module %s", q, p, other.Name)
		}
	}
	return m, nil
}

// definitions reads those of a module's database from all clusters that have a part of it. A cluster that cannot be asked is told as
// something that is missing.
func (s *Service) definitions(ctx context.Context, m sharding.Module) []definitions.Schema {
	shards := s.house.Map()
	home, err := shards.Home(m.Database)
	if err != nil {
		return []definitions.Schema{{Database: m.Database, Missing: []definitions.Missing{{What: "database " + m.Database, Grant: err.Error()}}}}
	}
	clusters := []string{home}
	for _, other := range shards.Modules(m.Database) {
		if !slices.Contains(clusters, other.Cluster) {
			clusters = append(clusters, other.Cluster)
		}
	}
	found := make([]definitions.Schema, len(clusters))
	var group errgroup.Group
	for i, cluster := range clusters {
		group.Go(func() error {
			schema, err := s.house.Definitions(ctx, cluster, m.Database)
			if err != nil {
				schema.Missing = append(schema.Missing, definitions.Missing{What: "cluster " + cluster, Grant: err.Error()})
			}
			found[i] = schema
			return nil
		})
	}
	_ = group.Wait() // they have no errors
	return found
}
