package admin

import (
	"slices"
	"strings"

	"shunt/sharding"
)

// DatabaseRow is one database: SHOW DATABASES.
type DatabaseRow struct {
	Database string   `json:"database" doc:"its name"`
	Cluster  string   `json:"cluster" doc:"where its statements go; empty if that is not decided"`
	Name     string   `json:"name" doc:"what it is called on its clusters, if that is another name; else empty"`
	From     string   `json:"from" doc:"who says so: discovered: it was found there; file: config.yaml; store: an operator, SET DATABASE … HOME; nobody: several clusters have it"`
	FoundOn  []string `json:"found_on" doc:"the clusters that were seen to have it"`
	Problem  string   `json:"problem" doc:"what has to be decided, or what is not as it was decided; empty if all is well"`
}

// Databases lists the databases that were found or decided about, by name, without those that every server has.
func (s *Service) Databases() []DatabaseRow {
	m := s.house.Map()
	if m == nil {
		return []DatabaseRow{}
	}
	rows := make([]DatabaseRow, 0, m.Len())
	for l := range m.All {
		rows = append(rows, databaseRow(m, l))
	}
	slices.SortFunc(rows, func(a, b DatabaseRow) int { return strings.Compare(a.Database, b.Database) })
	return rows
}

func databaseRow(m *sharding.Map, l sharding.Location) DatabaseRow {
	row := DatabaseRow{Database: l.Database, Cluster: l.Cluster, Name: l.Name, From: l.From.String(), FoundOn: append([]string{}, l.FoundOn...)}
	switch l.From {
	case sharding.Nobody:
		_, err := m.Home(l.Database)
		row.Problem = err.Error()
	case sharding.File, sharding.Store:
		if !slices.Contains(l.FoundOn, l.Cluster) {
			row.Problem = "it was not found on cluster " + sharding.PlaceName(l.Cluster, l.Database, m.Physical(l.Database))
		}
		if other := m.NameTaken(l.Database); other != "" {
			row.Problem = "database " + other + " has the name " + l.Name + " on a cluster of its own already: its statements are refused"
		}
	case sharding.Discovered:
	}
	return row
}
