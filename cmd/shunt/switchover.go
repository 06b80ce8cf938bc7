package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"shunt/admin"
)

func switchoverCommand() *cobra.Command {
	var r remote
	var to string
	var dryRun bool
	cmd := &cobra.Command{
		Use: "switchover CLUSTER --to ADDRESS", Short: "Make another server of a cluster its primary while writes wait", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			rows, err := c.Switchover(cmd.Context(), args[0], to, dryRun)
			if err != nil {
				return fmt.Errorf("asking %s: %w", r.address, err)
			}
			return r.print(cmd.OutOrStdout(), rows, func(w io.Writer) error { return admin.TableOf(rows).Write(w) })
		},
	}
	r.flags(cmd)
	cmd.Flags().StringVar(&to, "to", "", "the server that is to be the primary, as in SHOW SERVERS")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only tell whether it is possible, and the steps")
	_ = cmd.MarkFlagRequired("to") // it is defined in the line above
	return cmd
}
