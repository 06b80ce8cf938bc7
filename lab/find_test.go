package lab_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shunt/lab"
	"shunt/topology"
)

// install writes an executable that says it is what version says, beside others in an installation of its own.
func install(t *testing.T, root, name, version string) string {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o700))
	path := filepath.Join(root, name)
	must(t, os.WriteFile(path, []byte("#!/bin/sh\necho '"+version+"'\n"), 0o700))
	return path
}

func TestFind(t *testing.T) {
	t.Setenv("PATH", "")

	t.Run("MariaDB with its installer", func(t *testing.T) {
		root := t.TempDir()
		server := install(t, root, "bin/mariadbd", "mariadbd  Ver 11.4.2-MariaDB for Linux on x86_64 (MariaDB Server)")
		installer := install(t, root, "scripts/mariadb-install-db", "")
		t.Setenv("SHUNT_LAB_SERVER", server)
		b, err := lab.Find()
		must(t, err)
		want := lab.Binaries{Server: server, Installer: installer, Basedir: root, Version: "11.4.2-MariaDB"}
		if b != want || b.Flavor() != topology.MariaDB {
			t.Errorf("found %+v, a %v, not %+v", b, b.Flavor(), want)
		}
	})

	t.Run("MySQL needs no installer", func(t *testing.T) {
		server := install(t, t.TempDir(), "sbin/mysqld", "/usr/sbin/mysqld  Ver 8.4.3 for Linux on x86_64 (MySQL Community Server - GPL)")
		t.Setenv("SHUNT_LAB_SERVER", server)
		b, err := lab.Find()
		must(t, err)
		if b.Server != server || b.Version != "8.4.3" || b.Flavor() != topology.MySQL {
			t.Errorf("found %+v, a %v", b, b.Flavor())
		}
	})

	for name, c := range map[string]struct{ version, want string }{
		"MariaDB too old":      {"mysqld  Ver 10.3.39-MariaDB-0ubuntu0.20.04.2 for debian-linux-gnu", "10.5.0 or later"},
		"MySQL too old":        {"mysqld  Ver 5.7.44 for Linux on x86_64", "8.0.26 or later"},
		"no installer":         {"mariadbd  Ver 10.11.6-MariaDB for Linux", lab.InstallCommand},
		"something else":       {"PostgreSQL 17", "neither MariaDB nor MySQL"},
		"nothing at that path": {"", "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "bin/absent")
			if c.version != "" {
				path = install(t, t.TempDir(), "bin/mysqld", c.version)
			}
			t.Setenv("SHUNT_LAB_SERVER", path)
			if _, err := lab.Find(); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("Find says %v, and not %q about %s", err, c.want, path)
			}
		})
	}
}
