package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"shunt/admin"
	"shunt/admin/api"
	"shunt/sharding/move"
)

func moveCommand() *cobra.Command {
	var r remote
	var o move.Order
	var module, dryRun, detach bool
	cmd := &cobra.Command{
		Use: "move DATABASE --to CLUSTER", Short: "Move a database, or a module of one, to another cluster while it is in use, and tell how far it is until it has switched", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			o.Database, o.Module = unitOf(args[0], module)
			if dryRun {
				rows, err := c.MoveDryRun(cmd.Context(), o)
				if err != nil {
					return fmt.Errorf("asking %s: %w", r.address, err)
				}
				return r.print(cmd.OutOrStdout(), rows, func(w io.Writer) error { return admin.TableOf(rows).Write(w) })
			}
			rows, err := c.Move(cmd.Context(), o)
			if err != nil {
				return fmt.Errorf("asking %s: %w", r.address, err)
			}
			if detach {
				return printMoves(cmd, &r, rows)
			}
			return watchMove(cmd, &r, c, o)
		},
	}
	r.flags(cmd)
	moduleFlag(cmd, &module)
	cmd.Flags().StringVar(&o.To, "to", "", "the cluster that it is moved to")
	cmd.Flags().StringVar(&o.Window, "window", "", windowFlag)
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only tell whether it is possible, and the steps")
	cmd.Flags().BoolVar(&detach, "detach", false, "do not wait for the end; shunt moves list tells how far it is")
	_ = cmd.MarkFlagRequired("to") // it is defined above
	return cmd
}

func movesCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "moves", Short: "List moves of databases, take them back, or end them"}
	list := listCommand("list", "List the last move of every database", func(cmd *cobra.Command, r *remote) ([]admin.MoveRow, error) {
		c, err := r.client()
		if err != nil {
			return nil, err
		}
		return c.Moves(cmd.Context())
	})
	rollback := move.Rollback
	cmd.AddCommand(list, showMoveCommand(),
		startMovesCommand(), stopMovesCommand(), moveStatusCommand(), moveClassesCommand(),
		wishCommand("rollback DATABASE", "Before the switch all of a move is taken back; after it the database goes back", &rollback), finishCommand(), dumpCommand())
	return cmd
}

func showMoveCommand() *cobra.Command {
	var r remote
	var module bool
	cmd := &cobra.Command{
		Use: "show DATABASE", Short: "Tell all of the last move of a database", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			row, err := moveOf(cmd.Context(), c, args[0], module)
			if err != nil {
				return fmt.Errorf("asking %s: %w", r.address, err)
			}
			return r.print(cmd.OutOrStdout(), row, func(w io.Writer) error { return admin.WriteRecord(w, row) })
		},
	}
	r.flags(cmd)
	moduleFlag(cmd, &module)
	return cmd
}

// wishCommand tells a move a wish, as it is when the command runs.
func wishCommand(use, short string, wish *move.Wish) *cobra.Command {
	var r remote
	var module bool
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			database, name := unitOf(args[0], module)
			rows, err := c.WantMove(cmd.Context(), database, name, *wish)
			if err != nil {
				return fmt.Errorf("asking %s: %w", r.address, err)
			}
			return printMoves(cmd, &r, rows)
		},
	}
	r.flags(cmd)
	moduleFlag(cmd, &module)
	return cmd
}

// moduleFlag says that the name is a module's.
func moduleFlag(cmd *cobra.Command, module *bool) {
	cmd.Flags().BoolVar(module, "module", false, "the name is that of a module")
}

func unitOf(name string, isModule bool) (database, module string) {
	if isModule {
		return "", name
	}
	return name, ""
}

func printMoves(cmd *cobra.Command, r *remote, rows []admin.MoveRow) error {
	return r.print(cmd.OutOrStdout(), rows, func(w io.Writer) error { return admin.TableOf(rows).Write(w) })
}

// moveOf is the last move of a database, or of a module.
func moveOf(ctx context.Context, c *api.Client, name string, module bool) (admin.MoveRow, error) {
	rows, err := c.Moves(ctx)
	if err != nil {
		return admin.MoveRow{}, err
	}
	for _, row := range rows {
		if row.Module == "" && !module && row.Database == name || module && row.Module == name {
			return row, nil
		}
	}
	return admin.MoveRow{}, fmt.Errorf("%s was not moved", name)
}

// watchPoll is how often a move is looked at.
const watchPoll = 200 * time.Millisecond

// watchMove tells how far a move is until it has switched, or is over. Ending the command does not end the move.
func watchMove(cmd *cobra.Command, r *remote, c *api.Client, o move.Order) error {
	said := ""
	for {
		row, err := moveOf(cmd.Context(), c, o.Database+o.Module, o.Module != "")
		if err != nil {
			return fmt.Errorf("asking %s: %w", r.address, err)
		}
		if now := progressOf(row); now != said {
			said = now
			if _, err := fmt.Fprintln(cmd.ErrOrStderr(), now); err != nil {
				return err
			}
		}
		switch row.Status {
		case "reversible", "done":
			return printMoves(cmd, r, []admin.MoveRow{row})
		case "failed", "undone":
			return fmt.Errorf("%s was not moved (%s): %s", o.Database+o.Module, row.Status, row.Problem)
		}
		select {
		case <-cmd.Context().Done():
			return context.Cause(cmd.Context())
		case <-time.After(watchPoll):
		}
	}
}

// progressOf is a line about a move.
func progressOf(row admin.MoveRow) string {
	name := row.Database
	if row.Module != "" {
		name += "/" + row.Module
	}
	line := fmt.Sprintf("%s: %s", name, row.State)
	if row.State == string(move.Copying) && row.Bytes > 0 {
		line += fmt.Sprintf(", %d rows, %.1f MB", row.Rows, float64(row.Bytes)/1e6)
		if row.Percent != nil && row.LeftSeconds != nil {
			line += fmt.Sprintf(", %.0f %%, about %s more", *row.Percent, time.Duration(*row.LeftSeconds*float64(time.Second)).Round(time.Second))
		}
	}
	if row.Problem != "" {
		line += " (" + row.Problem + ")"
	}
	return line
}
