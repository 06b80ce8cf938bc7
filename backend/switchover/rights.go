package switchover

import (
	"fmt"
	"slices"
	"strings"

	"shunt/topology"
)

// needed are the rights ON *.* that the control account must have for a switchover, beside those that the monitor needs.
// Each is told with the names that older servers have for the same.
func needed(f topology.Flavor) [][]string {
	if f == topology.MySQL {
		return [][]string{
			{"SYSTEM_VARIABLES_ADMIN", "SUPER"}, {"CONNECTION_ADMIN", "SUPER"}, {"REPLICATION_SLAVE_ADMIN", "SUPER"}, {"RELOAD"},
		}
	}
	return [][]string{{"READ_ONLY ADMIN"}, {"REPLICATION SLAVE ADMIN"}, {"RELOAD"}}
}

// Lacking says what the control account lacks on a server, and the statement that mends it; empty if nothing.
func (f Facts) Lacking() string {
	if slices.Contains(f.Rights, "ALL PRIVILEGES") || slices.Contains(f.Rights, "ALL") {
		return ""
	}
	// Before MariaDB 10.11 SUPER had all that there is (https://mariadb.com/kb/en/grant/#global-privileges).
	former := f.Flavor == topology.MariaDB && !atLeast(f.Version, "10.11") && slices.Contains(f.Rights, "SUPER")
	var missing []string
	for _, names := range needed(f.Flavor) {
		has := slices.ContainsFunc(names, func(n string) bool { return slices.Contains(f.Rights, n) })
		if !has && !(former && names[0] != "RELOAD") {
			missing = append(missing, names[0])
		}
	}
	if len(missing) == 0 {
		return ""
	}
	user, host, _ := strings.Cut(f.Account, "@")
	return fmt.Sprintf("the control account lacks %s: GRANT %s ON *.* TO %s@%s", strings.Join(missing, ", "), strings.Join(missing, ", "),
		quote(user), quote(host))
}

// mayReplicate says whether an account with these rights can be that of a replica.
func mayReplicate(rights []string) bool {
	return slices.ContainsFunc(rights, func(r string) bool {
		return slices.Contains([]string{"REPLICATION SLAVE", "REPLICATION REPLICA", "ALL PRIVILEGES", "ALL"}, r)
	})
}

// series is the major and minor number of a version.
func series(version string) (major, minor int) {
	_, _ = fmt.Sscanf(version, "%d.%d", &major, &minor) // what is no version is the oldest
	return major, minor
}

// atLeast says whether a version is of a series that is not before the other's.
func atLeast(version, other string) bool { return compareSeries(version, other) >= 0 }

func compareSeries(a, b string) int {
	x, y := [2]int{}, [2]int{}
	x[0], x[1] = series(a)
	y[0], y[1] = series(b)
	return slices.Compare(x[:], y[:])
}
