package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"shunt/topology"
)

// makeTemplate initialises a data directory with the lab's accounts and no binary log, so that every copy begins with the
// same data and an empty GTID position. It returns the directory's path.
func (l *Lab) makeTemplate(ctx context.Context) (string, error) {
	dir, tmp := filepath.Join(l.Dir, "template"), l.templateTmp()
	if err := os.Mkdir(tmp, 0o700); err != nil {
		return "", err
	}
	defer os.RemoveAll(tmp)
	accounts := strings.Join(l.Accounts.statements(l.Binaries.Flavor()), ";\n") + ";\n"
	if l.Binaries.Flavor() == topology.MySQL {
		return dir, l.initializeMySQL(ctx, dir, accounts)
	}
	return dir, l.installMariaDB(ctx, dir, accounts)
}

// installMariaDB runs mariadb-install-db and then the server in bootstrap mode, where it reads statements and ends.
//
// Both run without --user, even as root: with it the installer would hand a folder of the system's own installation (the
// PAM helper's) to that user, and a bootstrapping server does not insist on it.
func (l *Lab) installMariaDB(ctx context.Context, dir, accounts string) error {
	settings := append([]string{"--no-defaults", "--datadir=" + dir}, l.Binaries.templateSettings()...)
	install := append(settings[:len(settings):len(settings)],
		"--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve", "--force")
	if err := l.run(ctx, "", l.Binaries.Installer, install...); err != nil {
		return err
	}
	return l.run(ctx, accounts, l.Binaries.Server, append(settings, "--bootstrap")...)
}

// initializeMySQL lets the server make its data directory and run the account statements in one go. The copies must not
// share the server UUID in auto.cnf: each makes its own.
func (l *Lab) initializeMySQL(ctx context.Context, dir, accounts string) error {
	file := filepath.Join(l.Dir, "accounts.sql")
	if err := os.WriteFile(file, []byte(accounts), 0o600); err != nil {
		return err
	}
	args := append([]string{"--no-defaults", "--datadir=" + dir, "--initialize-insecure", "--init-file=" + file,
		"--skip-log-bin", "--innodb_flush_log_at_trx_commit=0"}, l.Binaries.templateSettings()...)
	if err := l.run(ctx, "", l.Binaries.Server, append(args, userArgument()...)...); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(dir, "auto.cnf")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Remove(file)
}

// templateTmp is for the temporary files of an initialising server. They must not be in the machine's /tmp: every server
// that starts removes there what looks like a temporary table, and so one of another server just being initialised.
func (l *Lab) templateTmp() string { return filepath.Join(l.Dir, "template.tmp") }

// run runs a program to its end with input as its stdin. Cancelling ctx kills it and what it has started.
func (l *Lab) run(ctx context.Context, input, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdin = strings.NewReader(input)
	cmd.Env = append(os.Environ(), "TMPDIR="+l.templateTmp()) // the installer would split a --tmpdir at its spaces
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return fmt.Errorf("%s: %w\n%s", filepath.Base(program), err, complaint(output.Bytes()))
	}
	return nil
}

// complaint is what a program's output says about its failure: the lines marked as errors, else its end. The installer
// follows up an error with pages of advice.
func complaint(output []byte) string {
	var marked []string
	for line := range strings.Lines(string(output)) {
		if strings.Contains(line, "ERROR") {
			marked = append(marked, strings.TrimSpace(line))
		}
	}
	if len(marked) > 0 {
		return strings.Join(marked, "\n")
	}
	return lastLines(output, 15)
}

// lastLines is the end of a text, for error messages.
func lastLines(text []byte, n int) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
