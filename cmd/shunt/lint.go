package main

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"shunt/admin"
	"shunt/backend/definitions"
	"shunt/sharding"
	"shunt/statement"
)

// definitions reads what a database is made of from the server of a cluster that is asked such things.
func (h *house) definitions(ctx context.Context, cluster, database string) (definitions.Schema, error) {
	endpoint, err := h.endpoint(cluster)
	if err != nil {
		return definitions.Schema{}, err
	}
	names := h.keeper.Map().NamesOn(cluster)
	schema, err := definitions.Read(ctx, endpoint, names.Physical(database))
	if names != nil {
		schema = logical(schema, database, names)
	}
	return schema, err
}

// logical has definitions name databases as applications know them. A text in which that cannot be told stays as it is.
func logical(schema definitions.Schema, database string, names *sharding.Names) definitions.Schema {
	other := func(physical string) (string, bool) {
		is := names.Logical(physical)
		return is, is != "" && is != physical
	}
	text := func(s string) string {
		if is, err := statement.Canonical([]byte(s), 0, other); err == nil {
			return string(is)
		}
		return s
	}
	schema.Database = database
	for i := range schema.ForeignKeys {
		schema.ForeignKeys[i].OtherDatabase = cmp.Or(names.Logical(schema.ForeignKeys[i].OtherDatabase), schema.ForeignKeys[i].OtherDatabase)
	}
	for i := range schema.Views {
		schema.Views[i].Query = text(schema.Views[i].Query)
	}
	for i := range schema.Programs {
		schema.Programs[i].Body = text(schema.Programs[i].Body)
	}
	return schema
}

func lintCommand() *cobra.Command {
	var r remote
	var o admin.LintOrder
	cmd := &cobra.Command{
		Use: "lint [MODULE | --database NAME --tables PATTERNS [--to CLUSTER]]", Short: "Say what crosses the border between a module's tables and the rest",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.Module = args[0]
			}
			c, err := r.client()
			if err != nil {
				return err
			}
			rows, err := c.Lint(cmd.Context(), o)
			if err != nil {
				return fmt.Errorf("asking %s: %w", r.address, err)
			}
			return r.print(cmd.OutOrStdout(), rows, func(w io.Writer) error { return admin.WriteFindings(w, rows) })
		},
	}
	r.flags(cmd)
	cmd.Flags().StringVar(&o.Database, "database", "", "the database of a module that there is not yet")
	cmd.Flags().StringSliceVar(&o.Tables, "tables", nil, "its tables, with commas between; an asterisk stands for any characters")
	cmd.Flags().StringVar(&o.Cluster, "to", "", "the cluster where it would live; one of its own if it is left out")
	return cmd
}

func adviceCommand() *cobra.Command {
	var r remote
	var database string
	cmd := &cobra.Command{
		Use: "advice", Short: "Say which tables could be a module of their own", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			rows, err := c.Advice(cmd.Context(), database)
			if err != nil {
				return fmt.Errorf("asking %s: %w", r.address, err)
			}
			return r.print(cmd.OutOrStdout(), rows, func(w io.Writer) error {
				for _, row := range rows {
					if err := admin.WriteRecord(w, row); err != nil {
						return err
					}
					if _, err := fmt.Fprintln(w); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	r.flags(cmd)
	cmd.Flags().StringVar(&database, "database", "", "only of this database")
	return cmd
}
