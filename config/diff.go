package config

import "shunt/admin"

// Change is one setting that is different in two configurations.
type Change struct {
	Key      string
	Old, New string // empty: it was not there; passwords are asterisks, before and after
	Live     bool   // a reload puts it in force; else a restart must
}

// Diff tells what changes from one configuration to another, in the order of the settings; nothing if they are the same.
func Diff(before, after *Config) []Change {
	was := map[string]setting{}
	for _, s := range before.settings() {
		was[s.key] = s
	}
	var changes []Change
	for _, s := range after.settings() {
		old, there := was[s.key]
		delete(was, s.key)
		if !there && s.real != "" || there && old.real != s.real {
			changes = append(changes, Change{Key: s.key, Old: old.value, New: s.value, Live: s.reload == "live"})
		}
	}
	for _, s := range before.settings() {
		if _, gone := was[s.key]; gone {
			changes = append(changes, Change{Key: s.key, Old: s.value, Live: s.reload == "live"})
		}
	}
	return changes
}

// Changes tells what a reload changes from one configuration to the next: inForce is what came of it. What is not in force
// then waits for a restart.
func Changes(before, inForce, next *Config) []Change {
	waiting := map[string]bool{}
	for _, c := range Diff(inForce, next) {
		waiting[c.Key] = true
	}
	changes := Diff(before, next)
	for i := range changes {
		changes[i].Live = !waiting[changes[i].Key]
	}
	return changes
}

// Row is the change as the console shows it.
func (c Change) Row() admin.ChangeRow {
	row := admin.ChangeRow{Setting: c.Key, Old: c.Old, New: c.New, Applied: admin.AppliedAfterRestart}
	if c.Live {
		row.Applied = admin.AppliedNow
	}
	return row
}
