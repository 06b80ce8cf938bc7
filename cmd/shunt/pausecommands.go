package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"shunt/admin"
	"shunt/admin/api"
)

func pauseCommand() *cobra.Command {
	var timeout time.Duration
	cmd := areaCommand("pause DATABASE[/MODULE]", "Writes to a database or a module wait on all proxies; prints where the data stand still",
		func(cmd *cobra.Command, c *api.Client, database, module string) ([]admin.PauseRow, error) {
			return c.Pause(cmd.Context(), database, module, timeout)
		})
	cmd.Flags().DurationVar(&timeout, "timeout", 30*time.Second, "when it ends by itself")
	return cmd
}

func resumeCommand() *cobra.Command {
	return areaCommand("resume DATABASE[/MODULE]", "Writes go on that were paused", func(cmd *cobra.Command, c *api.Client, database, module string) ([]admin.PauseRow, error) {
		return c.Resume(cmd.Context(), database, module)
	})
}

func pausesCommand() *cobra.Command {
	return listCommand("pauses", "List what is paused, and where the data stand still", func(cmd *cobra.Command, r *remote) ([]admin.PauseRow, error) {
		c, err := r.client()
		if err != nil {
			return nil, err
		}
		return c.Pauses(cmd.Context())
	})
}

// areaCommand is an order about a database, or a module of one.
func areaCommand(use, short string, run func(cmd *cobra.Command, c *api.Client, database, module string) ([]admin.PauseRow, error)) *cobra.Command {
	var r remote
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			database, module, _ := strings.Cut(args[0], "/")
			rows, err := run(cmd, c, database, module)
			if err != nil {
				return fmt.Errorf("asking %s: %w", r.address, err)
			}
			return r.print(cmd.OutOrStdout(), rows, func(w io.Writer) error { return admin.TableOf(rows).Write(w) })
		},
	}
	r.flags(cmd)
	return cmd
}
