package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"shunt/admin"
	"shunt/admin/api"
)

const windowFlag = "the time of day in which it may begin and switch, such as 22:00-05:00 (UTC) or '22:00-05:00 Europe/Paris'"

// startMovesCommand orders many moves; without any it has those go on that are ordered.
func startMovesCommand() *cobra.Command {
	var r remote
	var o admin.MovesOrder
	var most int
	var dryRun bool
	cmd := &cobra.Command{
		Use: "start [--to CLUSTER {--databases A,B | --like PATTERN | --from CLUSTER}] [--max-procs N]", Args: cobra.NoArgs,
		Short: "Move many databases; without --to: moves go on that were stopped, or more of them at a time",
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			switch {
			case o.To == "" && (len(o.Databases) > 0 || o.Like != "" || o.From != "" || dryRun):
				return errors.New("--to is missing: the cluster that they are moved to")
			case o.To != "" && dryRun:
				rows, err := c.MovesDryRun(cmd.Context(), o)
				return tell(cmd, &r, rows, err)
			case o.To != "":
				rows, err := c.StartMoves(cmd.Context(), o)
				if err = tell(cmd, &r, rows, err); err != nil || most == 0 {
					return err
				}
			}
			return goOn(cmd, &r, c, o, most)
		},
	}
	r.flags(cmd)
	cmd.Flags().StringVar(&o.To, "to", "", "the cluster that they are moved to")
	cmd.Flags().StringSliceVar(&o.Databases, "databases", nil, "what is moved, with commas between")
	cmd.Flags().StringVar(&o.Like, "like", "", "all that this pattern fits, as SQL has it: 'shop_%'")
	cmd.Flags().StringVar(&o.From, "from", "", "all that live on this cluster")
	cmd.Flags().StringVar(&o.Window, "window", "", windowFlag)
	cmd.Flags().IntVar(&most, "max-procs", 0, "how many may work at a time from now on, in the whole fleet; 0: as it was")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only tell whether it is possible; what is found is grouped")
	return cmd
}

// goOn starts moves. Who has ordered some does not undo that somebody else has stopped all.
func goOn(cmd *cobra.Command, r *remote, c *api.Client, o admin.MovesOrder, most int) error {
	if o.To != "" {
		rows, err := c.MoveStatus(cmd.Context())
		if err != nil {
			return fmt.Errorf("asking %s: %w", r.address, err)
		}
		if len(rows) == 1 && rows[0].State == "stopped" {
			return fmt.Errorf("the moves are ordered, and wait: all moves were stopped by %s (%s); shunt moves start goes on", rows[0].User, rows[0].Reason)
		}
	}
	rows, err := c.GoOnMoves(cmd.Context(), most)
	return tell(cmd, r, rows, err)
}

func stopMovesCommand() *cobra.Command {
	var r remote
	var reason string
	cmd := &cobra.Command{
		Use: "stop", Short: "The red button: no move begins from now on, on no proxy; copies are left to be resumed, switches end by themselves", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			rows, err := c.StopMoves(cmd.Context(), reason)
			return tell(cmd, &r, rows, err)
		},
	}
	r.flags(cmd)
	cmd.Flags().StringVar(&reason, "reason", "", "why, for others")
	return cmd
}

func moveStatusCommand() *cobra.Command {
	return listCommand("status", "Tell whether moves are stopped, and how many work, wait and have failed", func(cmd *cobra.Command, r *remote) ([]admin.FleetRow, error) {
		c, err := r.client()
		if err != nil {
			return nil, err
		}
		return c.MoveStatus(cmd.Context())
	})
}

func moveClassesCommand() *cobra.Command {
	return listCommand("classes", "Group what is wrong with moves: one remedy serves all of a class", func(cmd *cobra.Command, r *remote) ([]admin.ClassRow, error) {
		c, err := r.client()
		if err != nil {
			return nil, err
		}
		return c.MoveClasses(cmd.Context())
	})
}

// tell prints the rows of an answer.
func tell[T any](cmd *cobra.Command, r *remote, rows []T, err error) error {
	if err != nil {
		return fmt.Errorf("asking %s: %w", r.address, err)
	}
	return r.print(cmd.OutOrStdout(), rows, func(w io.Writer) error { return admin.TableOf(rows).Write(w) })
}
