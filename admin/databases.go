package admin

import (
	"maps"
	"slices"

	"shunt/sharding"
)

// DatabaseRow is one database: SHOW DATABASES.
type DatabaseRow struct {
	Database  string   `json:"database" doc:"its name"`
	Cluster   string   `json:"cluster" doc:"where its statements go; empty if that is not decided"`
	DecidedBy string   `json:"decided_by" doc:"discovery: it was found there; config: the configuration says so; nobody: several clusters have it"`
	FoundOn   []string `json:"found_on" doc:"the clusters that were seen to have it"`
	Problem   string   `json:"problem" doc:"what has to be decided, or what is not as the configuration says; empty if all is well"`
}

// Databases lists the databases that were found or are configured, by name, without those that every server has.
func (s *Service) Databases() []DatabaseRow {
	foundOn := map[string][]string{}
	found := s.house.Found()
	for _, cluster := range slices.Sorted(maps.Keys(found)) {
		for _, database := range found[cluster] {
			foundOn[database] = append(foundOn[database], cluster)
		}
	}
	homes := s.house.Homes()
	for database := range homes {
		foundOn[database] = append(foundOn[database], []string{}...) // one that nobody has found yet is listed too
	}
	rows := []DatabaseRow{}
	for _, database := range slices.Sorted(maps.Keys(foundOn)) {
		if !sharding.Everywhere(database) {
			rows = append(rows, databaseRow(database, foundOn[database], homes[database], s.house.Map()))
		}
	}
	return rows
}

func databaseRow(database string, foundOn []string, configured string, m *sharding.Map) DatabaseRow {
	row := DatabaseRow{Database: database, Cluster: configured, DecidedBy: "config", FoundOn: append([]string{}, foundOn...)}
	if configured != "" {
		if !slices.Contains(foundOn, configured) {
			row.Problem = "it was not found on cluster " + configured
		}
		return row
	}
	row.DecidedBy = "discovery"
	if m == nil {
		row.Problem = "there is no shard map yet"
		return row
	}
	var err error
	if row.Cluster, err = m.Home(database); err != nil {
		row.DecidedBy, row.Problem = "nobody", err.Error()
	}
	return row
}
