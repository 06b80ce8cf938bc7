package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"shunt/lab"
)

func labCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "lab", Short: "A laboratory: real servers with real replication, a sample shop, and shunt before them"}
	var dir string
	cmd.PersistentFlags().StringVar(&dir, "dir", defaultLabDir(), "the laboratory's folder; it is removed by down")
	cmd.AddCommand(labUpCommand(&dir), labDownCommand(&dir), labStatusCommand(&dir))
	return cmd
}

// defaultLabDir is one folder per user, so that two users of a machine do not meet.
func defaultLabDir() string {
	return filepath.Join(os.TempDir(), "shunt-lab-"+strconv.Itoa(os.Getuid()))
}

func labUpCommand(dir *string) *cobra.Command {
	var d demo
	cmd := &cobra.Command{
		Use: "up", Short: "Start it, show what happens, and stay up until Ctrl-C or shunt lab down", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d.dir, d.out = *dir, newPrinter(cmd.OutOrStdout())
			return d.run(cmd.Context())
		},
	}
	cmd.Flags().DurationVar(&d.workload, "workload", 5*time.Second, "how long the sample workload runs")
	cmd.Flags().BoolVar(&d.once, "once", false, "end after the workload instead of staying up")
	return cmd
}

// pidFile holds the process id of the `lab up` that a folder belongs to, and the API that asks its shunt.
const pidFile = "up.pid"

func labDownCommand(dir *string) *cobra.Command {
	return &cobra.Command{
		Use: "down", Short: "End its servers and remove its folder", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), time.Minute)
			defer cancel()
			return labDown(ctx, *dir, cmd.OutOrStdout())
		},
	}
}

// labDown asks the process that holds the lab to end, and waits until the folder is gone. Without such a process it ends the servers
// itself.
func labDown(ctx context.Context, dir string, out io.Writer) error {
	if pid, ok := upProcess(dir); ok {
		if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
			return fmt.Errorf("asking process %d to end the lab: %w", pid, err)
		}
		for {
			if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
				break
			}
			select {
			case <-ctx.Done():
				return fmt.Errorf("process %d does not end the lab in %s: %w", pid, dir, ctx.Err())
			case <-time.After(50 * time.Millisecond):
			}
		}
	} else {
		l, err := lab.Open(dir)
		if err != nil {
			return err
		}
		if err := l.Down(ctx); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(out, "the lab is down, its folder is gone")
	return err
}

// upProcess finds the running `lab up` of a folder: the process that its file names, if that is still a shunt.
func upProcess(dir string) (pid int, ok bool) {
	text, err := os.ReadFile(filepath.Join(dir, pidFile))
	if err != nil {
		return 0, false
	}
	pid, err = strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || pid <= 1 {
		return 0, false
	}
	command, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return pid, err == nil && strings.Contains(string(command), "lab\x00up")
}

func labStatusCommand(dir *string) *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Say how its servers are", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := lab.Open(*dir)
			if err != nil {
				return err
			}
			defer l.Close()
			ctx, cancel := context.WithTimeout(cmd.Context(), 10*time.Second)
			defer cancel()
			return printServers(newPrinter(cmd.OutOrStdout()), l.Status(ctx))
		},
	}
}

func printServers(out *printer, servers []lab.ServerStatus) error {
	for _, s := range servers {
		role := "primary"
		if s.Source != "" {
			role = "replica"
		}
		state := out.green("up")
		if !s.Answers {
			state = out.red("down") + " " + s.Problem
		}
		lag := ""
		if s.LagKnown && s.Source != "" {
			lag = fmt.Sprintf("lag %v", s.Lag)
		}
		out.line("  %-9s %-8s %-17s process %-7d %s %s", s.Name, role, s.Address, s.PID, state, lag)
	}
	return out.err
}
