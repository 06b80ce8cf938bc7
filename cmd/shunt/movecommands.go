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
	var dryRun, detach bool
	cmd := &cobra.Command{
		Use: "move DATABASE --to CLUSTER", Short: "Move a database to another cluster while it is in use, and tell how far it is until it has switched", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			if dryRun {
				rows, err := c.MoveDryRun(cmd.Context(), args[0], o.To)
				if err != nil {
					return fmt.Errorf("asking %s: %w", r.address, err)
				}
				return r.print(cmd.OutOrStdout(), rows, func(w io.Writer) error { return admin.TableOf(rows).Write(w) })
			}
			o.Database = args[0]
			rows, err := c.Move(cmd.Context(), o)
			if err != nil {
				return fmt.Errorf("asking %s: %w", r.address, err)
			}
			if detach {
				return printMoves(cmd, &r, rows)
			}
			return watchMove(cmd, &r, c, args[0])
		},
	}
	r.flags(cmd)
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
	cmd.AddCommand(list, showMoveCommand(),
		startMovesCommand(), stopMovesCommand(), moveStatusCommand(), moveClassesCommand(),
		wishCommand("rollback DATABASE", "Before the switch all of a move is taken back; after it the database goes back", move.Rollback),
		wishCommand("finish DATABASE", "The way back is given up: what is left on the old cluster is dropped", move.Finish))
	return cmd
}

func showMoveCommand() *cobra.Command {
	var r remote
	cmd := &cobra.Command{
		Use: "show DATABASE", Short: "Tell all of the last move of a database", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			row, err := moveOf(cmd.Context(), c, args[0])
			if err != nil {
				return fmt.Errorf("asking %s: %w", r.address, err)
			}
			return r.print(cmd.OutOrStdout(), row, func(w io.Writer) error { return admin.WriteRecord(w, row) })
		},
	}
	r.flags(cmd)
	return cmd
}

func wishCommand(use, short string, wish move.Wish) *cobra.Command {
	var r remote
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			rows, err := c.WantMove(cmd.Context(), args[0], wish)
			if err != nil {
				return fmt.Errorf("asking %s: %w", r.address, err)
			}
			return printMoves(cmd, &r, rows)
		},
	}
	r.flags(cmd)
	return cmd
}

func printMoves(cmd *cobra.Command, r *remote, rows []admin.MoveRow) error {
	return r.print(cmd.OutOrStdout(), rows, func(w io.Writer) error { return admin.TableOf(rows).Write(w) })
}

// moveOf is the last move of a database.
func moveOf(ctx context.Context, c *api.Client, database string) (admin.MoveRow, error) {
	rows, err := c.Moves(ctx)
	if err != nil {
		return admin.MoveRow{}, err
	}
	for _, row := range rows {
		if row.Database == database {
			return row, nil
		}
	}
	return admin.MoveRow{}, fmt.Errorf("database %s was not moved", database)
}

// watchPoll is how often a move is looked at.
const watchPoll = 200 * time.Millisecond

// watchMove tells how far a move is until it has switched, or is over. Ending the command does not end the move.
func watchMove(cmd *cobra.Command, r *remote, c *api.Client, database string) error {
	said := ""
	for {
		row, err := moveOf(cmd.Context(), c, database)
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
			return fmt.Errorf("database %s was not moved (%s): %s", database, row.Status, row.Problem)
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
	line := fmt.Sprintf("%s: %s", row.Database, row.State)
	if row.State == string(move.Copying) && row.Bytes > 0 {
		line += fmt.Sprintf(", %d rows, %.1f MB", row.Rows, float64(row.Bytes)/1e6)
	}
	if row.Problem != "" {
		line += " (" + row.Problem + ")"
	}
	return line
}
