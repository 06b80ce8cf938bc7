package main

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"shunt/admin"
)

// serverCommands are the orders about one server of a running shunt.
func serverCommands() *cobra.Command {
	cmd := &cobra.Command{Use: "server", Short: "Change the servers of a running shunt: drain, enable, backup, weight, add, remove, reset"}
	cmd.AddCommand(
		orderCommand("drain ADDRESS", admin.DrainServer, "The server finishes what it has and gets nothing new"),
		orderCommand("enable ADDRESS", admin.EnableServer, "The server takes its share of the reads"),
		orderCommand("backup ADDRESS", admin.BackupServer, "The server takes no reads and goes on replicating"),
		orderCommand("reset ADDRESS", admin.ResetServer, "Drop what was ordered: the server is as the configuration file says"),
		weightCommand(), addServerCommand(), removeServerCommand(),
	)
	return cmd
}

func orderCommand(use string, verb admin.ServerVerb, short string) *cobra.Command {
	var r remote
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.order(cmd.Context(), cmd.OutOrStdout(), admin.ServerOrder{Verb: verb, Server: args[0]})
		},
	}
	r.flags(cmd)
	return cmd
}

func weightCommand() *cobra.Command {
	var r remote
	cmd := &cobra.Command{
		Use: "weight ADDRESS N", Short: "The server has another share of the reads", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := strconv.Atoi(args[1])
			if err != nil {
				return fmt.Errorf("a weight is a whole number, not %q", args[1])
			}
			return r.order(cmd.Context(), cmd.OutOrStdout(), admin.ServerOrder{Verb: admin.WeighServer, Server: args[0], Weight: &n})
		},
	}
	r.flags(cmd)
	return cmd
}

func addServerCommand() *cobra.Command {
	var r remote
	var cluster string
	var weight int
	cmd := &cobra.Command{
		Use: "add ADDRESS --cluster NAME", Short: "The cluster has one server more", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o := admin.ServerOrder{Verb: admin.AddServer, Server: args[0], Cluster: cluster}
			if cmd.Flags().Changed("weight") {
				o.Weight = &weight
			}
			return r.order(cmd.Context(), cmd.OutOrStdout(), o)
		},
	}
	r.flags(cmd)
	cmd.Flags().StringVar(&cluster, "cluster", "", "the cluster it is to belong to")
	cmd.Flags().IntVar(&weight, "weight", 1, "its share of the reads, relative to the other replicas")
	_ = cmd.MarkFlagRequired("cluster") // the flag is there
	return cmd
}

func removeServerCommand() *cobra.Command {
	var r remote
	var force bool
	cmd := &cobra.Command{
		Use: "remove ADDRESS", Short: "The server is drained, then leaves its cluster", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.order(cmd.Context(), cmd.OutOrStdout(), admin.ServerOrder{Verb: admin.RemoveServer, Server: args[0], Force: force})
		},
	}
	r.flags(cmd)
	cmd.Flags().BoolVar(&force, "force", false, "end the clients that keep a connection to it")
	return cmd
}

// order has the running shunt carry out an order, and prints what it has changed.
func (r *remote) order(ctx context.Context, out io.Writer, o admin.ServerOrder) error {
	c, err := r.client()
	if err != nil {
		return err
	}
	change, err := c.OrderServer(ctx, o)
	if err != nil {
		return fmt.Errorf("asking %s: %w", r.address, err)
	}
	return r.print(out, change, func(w io.Writer) error { return admin.WriteRecord(w, change) })
}
