package catalog

import (
	"fmt"
	"net/netip"
	"runtime"
	"testing"

	"shunt/topology"
)

// accountsOf are accounts as a server of customers has them.
func accountsOf(count int) []Account {
	hosts := newPatterns(topology.MariaDB)
	accounts := make([]Account, count)
	for i := range accounts {
		accounts[i] = Account{
			User: fmt.Sprintf("customer_%07d", i), Host: "%", Cluster: "paris", pattern: hosts.of("%"),
			Auth: Auth{"mysql_native_password", fmt.Sprintf("*%040X", i)},
		}
	}
	return accounts
}

// BenchmarkAccounts matches a login, and tells what an account takes.
func BenchmarkAccounts(b *testing.B) {
	for _, count := range []int{1, 1000, 1_000_000} {
		b.Run(fmt.Sprintf("accounts=%d", count), func(b *testing.B) {
			before := heap()
			known := &Accounts{sets: []*accountSet{newAccountSet(accountsOf(count))}}
			bytes := heap() - before
			user, from := fmt.Sprintf("customer_%07d", count/2), netip.MustParseAddr("10.0.0.1")
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				if _, ok := known.Match(user, from, ""); !ok {
					b.Fatal("not found")
				}
			}
			b.ReportMetric(bytes/float64(count), "B/account")
		})
	}
}

// BenchmarkDatabases tells what a database takes in the catalog, and what looking for differences costs.
func BenchmarkDatabases(b *testing.B) {
	for _, count := range []int{1, 1000, 1_000_000} {
		b.Run(fmt.Sprintf("databases=%d", count), func(b *testing.B) {
			names := make([]string, count)
			for i := range names {
				names[i] = fmt.Sprintf("customer_%07d", i)
			}
			before := heap()
			was := &Databases{clusters: []databaseSet{newDatabaseSet("paris", false, names, nil)}}
			bytes := heap() - before
			is := &Databases{clusters: []databaseSet{newDatabaseSet("paris", false, append(names, "young"), nil)}}
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				is.Since(was, func(Change) bool { return true })
			}
			b.ReportMetric(bytes/float64(count), "B/database")
		})
	}
}

func heap() float64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}
