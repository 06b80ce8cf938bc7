package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"shunt/topology"
)

// InstallCommand is what a person runs on Debian or Ubuntu where no server is installed.
const InstallCommand = "apt-get install mariadb-server"

// serverVariable names the environment variable that chooses the server program.
const serverVariable = "SHUNT_LAB_SERVER"

// Binaries is an installed server: the program, what initialises its data directory, and what it is.
type Binaries struct {
	Server    string // absolute path of mariadbd or mysqld
	Installer string // absolute path of mariadb-install-db; empty for MySQL, whose server initialises its own data directory
	Basedir   string // the installation's root where it is not one of the distribution's; empty for those
	Version   string // as the server says it: "10.11.6-MariaDB-0+deb12u1", "8.0.40"
}

// Flavor is the kind of server.
func (b Binaries) Flavor() topology.Flavor {
	if strings.Contains(b.Version, "MariaDB") {
		return topology.MariaDB
	}
	return topology.MySQL
}

// Find looks for a server program: the one that the environment variable SHUNT_LAB_SERVER names; else mariadbd or mysqld
// on PATH, in /usr/sbin or in /usr/libexec. Where there is none, the error names the command that installs one.
func Find() (Binaries, error) {
	if path := os.Getenv(serverVariable); path != "" {
		b, err := Inspect(path)
		if err != nil {
			return Binaries{}, fmt.Errorf("%s=%s: %w", serverVariable, path, err)
		}
		return b, nil
	}
	return findIn(append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/usr/libexec"))
}

func findIn(dirs []string) (Binaries, error) {
	for _, name := range []string{"mariadbd", "mysqld"} {
		if path := lookIn(dirs, name); path != "" {
			return Inspect(path)
		}
	}
	return Binaries{}, fmt.Errorf("neither mariadbd nor mysqld is on PATH, in /usr/sbin or in /usr/libexec; install one with"+
		" `%s`, or name one with %s=/path/to/mysqld", InstallCommand, serverVariable)
}

// Inspect asks the server program at path what it is and finds what else is needed. It refuses servers that are too old
// for a lab.
func Inspect(path string) (Binaries, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return Binaries{}, err
	}
	b := Binaries{Server: path, Basedir: basedir(path)}
	if b.Version, err = askVersion(path); err != nil {
		return Binaries{}, err
	}
	if err := supported(b.Flavor(), b.Version); err != nil {
		return Binaries{}, fmt.Errorf("%s: %w", path, err)
	}
	if b.Flavor() == topology.MySQL {
		return b, nil
	}
	root := filepath.Dir(filepath.Dir(path))
	dirs := append([]string{filepath.Join(root, "bin"), filepath.Join(root, "scripts")}, filepath.SplitList(os.Getenv("PATH"))...)
	for _, name := range []string{"mariadb-install-db", "mysql_install_db"} {
		if b.Installer = lookIn(dirs, name); b.Installer != "" {
			return b, nil
		}
	}
	return Binaries{}, fmt.Errorf("%s is there but not mariadb-install-db, which makes its data directory; install it with `%s`",
		path, InstallCommand)
}

// basedir is the root of an installation outside the distribution's folders, for which the server has to be told.
func basedir(server string) string {
	root := filepath.Dir(filepath.Dir(server))
	if root == "/usr" || root == "/" {
		return ""
	}
	return root
}

var versionText = regexp.MustCompile(`\bVer ([0-9]+\.[0-9]+\.[0-9]+\S*)`)

// askVersion runs the program with --version.
func askVersion(path string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "--no-defaults", "--version").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) && len(exit.Stderr) > 0 {
			return "", fmt.Errorf("%s --version: %w: %s", path, err, strings.TrimSpace(string(exit.Stderr)))
		}
		return "", fmt.Errorf("%s --version: %w", path, err)
	}
	m := versionText.FindSubmatch(out)
	if m == nil {
		return "", fmt.Errorf("%s --version says %q, which is neither MariaDB nor MySQL", path, strings.TrimSpace(string(out)))
	}
	return string(m[1]), nil
}

// supported refuses servers too old for the statements and privileges used here. MariaDB 10.5 split SUPER and REPLICATION
// CLIENT into SLAVE MONITOR, BINLOG MONITOR and others; MySQL 8.0.26 is the first with all the words replica and source.
func supported(flavor topology.Flavor, version string) error {
	oldest := "10.5.0"
	if flavor == topology.MySQL {
		oldest = "8.0.26"
	}
	if !atLeast(version, oldest) {
		return fmt.Errorf("%s %s is too old for a lab: %s or later is needed", flavor, version, oldest)
	}
	return nil
}

// atLeast compares the three leading numbers of two versions.
func atLeast(version, oldest string) bool {
	have, want := numbers(version), numbers(oldest)
	for i := range want {
		if have[i] != want[i] {
			return have[i] > want[i]
		}
	}
	return true
}

func numbers(version string) (n [3]int) {
	for i, part := range strings.SplitN(version, ".", 3) {
		digits := strings.IndexFunc(part, func(r rune) bool { return r < '0' || r > '9' })
		if digits >= 0 {
			part = part[:digits]
		}
		n[i], _ = strconv.Atoi(part) // what is no number counts as 0, the oldest
	}
	return n
}

// lookIn returns the first executable file called name in one of dirs; empty if there is none.
func lookIn(dirs []string, name string) string {
	for _, dir := range dirs {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 && filepath.IsAbs(path) {
			return path
		}
	}
	return ""
}
