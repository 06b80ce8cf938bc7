package main

import (
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"shunt/admin"
	"shunt/sharding/orders"
)

// moduleCommands are the orders about modules of a running shunt.
func moduleCommands() *cobra.Command {
	cmd := &cobra.Command{Use: "module", Short: "List and change the modules: tables that live apart from their database"}
	cmd.AddCommand(
		listCommand("list", "The modules, where they live and who says so", func(cmd *cobra.Command, r *remote) ([]admin.ModuleRow, error) {
			c, err := r.client()
			if err != nil {
				return nil, err
			}
			return c.Modules(cmd.Context())
		}),
		describedModule("add NAME --database D --tables 'P,…' --cluster C", orders.AddModule, "These tables live on that cluster"),
		describedModule("alter NAME", orders.AlterModule, "The module has other tables, or lives elsewhere"),
		mapCommand("drop NAME", "Its tables live where their database does", cobra.ExactArgs(1), func(args []string) (orders.Order, error) {
			return orders.Order{Verb: orders.DropModule, Module: args[0]}, nil
		}),
		mapCommand("reset NAME", "The module is as the configuration file says", cobra.ExactArgs(1), func(args []string) (orders.Order, error) {
			return orders.Order{Verb: orders.ResetModule, Module: args[0]}, nil
		}),
	)
	return cmd
}

// databaseCommands are the orders about homes of databases.
func databaseCommands() *cobra.Command {
	cmd := &cobra.Command{Use: "database", Short: "Decide where databases live"}
	cmd.AddCommand(
		homeCommand(),
		mapCommand("reset DATABASE", "The file decides where the database lives, or what is found", cobra.ExactArgs(1), func(args []string) (orders.Order, error) {
			return orders.Order{Verb: orders.ResetHome, Database: args[0]}, nil
		}),
		mapCommand("default [CLUSTER]", "New databases are made on that cluster; without one, where the file says", cobra.MaximumNArgs(1), func(args []string) (orders.Order, error) {
			if len(args) == 0 {
				return orders.Order{Verb: orders.ResetDefault}, nil
			}
			return orders.Order{Verb: orders.SetDefault, Cluster: args[0]}, nil
		}),
	)
	return cmd
}

func homeCommand() *cobra.Command {
	var name string
	cmd := mapCommand("home DATABASE CLUSTER", "The database lives on that cluster, whatever else was found or is in the file", cobra.ExactArgs(2), func(args []string) (orders.Order, error) {
		return orders.Order{Verb: orders.SetHome, Database: args[0], Cluster: args[1], Name: name}, nil
	})
	cmd.Flags().StringVar(&name, "as", "", "what the database is called there, if that is another name")
	return cmd
}

func auditCommand() *cobra.Command {
	return listCommand("audit", "List what operators have ordered, the newest first", func(cmd *cobra.Command, r *remote) ([]admin.AuditRow, error) {
		c, err := r.client()
		if err != nil {
			return nil, err
		}
		return c.Audit(cmd.Context())
	})
}

func undoCommand() *cobra.Command {
	return mapCommand("undo CHANGE", "Take back a change of audit, if nobody has changed the same since", cobra.ExactArgs(1), func(args []string) (orders.Order, error) {
		n, err := strconv.ParseInt(args[0], 10, 64)
		if err != nil {
			return orders.Order{}, fmt.Errorf("a change is a number, not %q", args[0])
		}
		return orders.Order{Verb: orders.Undo, Change: n}, nil
	})
}

// mapCommand is one order about the map.
func mapCommand(use, short string, args cobra.PositionalArgs, of func(args []string) (orders.Order, error)) *cobra.Command {
	var r remote
	var dryRun, force bool
	cmd := &cobra.Command{
		Use: use, Short: short, Args: args,
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := of(args)
			if err != nil {
				return err
			}
			o.DryRun, o.Force = dryRun, force
			c, err := r.client()
			if err != nil {
				return err
			}
			rows, err := c.OrderMap(cmd.Context(), o)
			if err != nil {
				return fmt.Errorf("asking %s: %w", r.address, err)
			}
			return r.print(cmd.OutOrStdout(), rows, func(w io.Writer) error { return admin.TableOf(rows).Write(w) })
		},
	}
	r.flags(cmd)
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only tell what would change")
	cmd.Flags().BoolVar(&force, "force", false, "also if tables that exist would not be found any more, or nobody can see whether they would")
	return cmd
}

// describedModule is an order that says what a module is.
func describedModule(use string, verb orders.Verb, short string) *cobra.Command {
	var database, cluster string
	var tables []string
	cmd := mapCommand(use, short, cobra.ExactArgs(1), func(args []string) (orders.Order, error) {
		return orders.Order{Verb: verb, Module: args[0], Database: database, Tables: tables, Cluster: cluster}, nil
	})
	cmd.Flags().StringVar(&database, "database", "", "the database that its tables are in")
	cmd.Flags().StringSliceVar(&tables, "tables", nil, "names of tables, or patterns in which an asterisk stands for any characters")
	cmd.Flags().StringVar(&cluster, "cluster", "", "the cluster that they live on")
	if verb == orders.AddModule {
		for _, flag := range []string{"database", "tables", "cluster"} {
			_ = cmd.MarkFlagRequired(flag) // it is there
		}
	}
	return cmd
}

// listCommand prints what a running shunt lists.
func listCommand[T any](use, short string, look func(cmd *cobra.Command, r *remote) ([]T, error)) *cobra.Command {
	var r remote
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			rows, err := look(cmd, &r)
			if err != nil {
				return fmt.Errorf("asking %s: %w", r.address, err)
			}
			return r.print(cmd.OutOrStdout(), rows, func(w io.Writer) error { return admin.TableOf(rows).Write(w) })
		},
	}
	r.flags(cmd)
	return cmd
}
