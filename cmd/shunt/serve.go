package main

import (
	"fmt"
	"log/slog"
	"os"
	"syscall"

	"github.com/spf13/cobra"

	"shunt/config"
)

func serveCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use: "serve", Short: "Run the proxy until SIGTERM or Ctrl-C, then drain", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := config.Load(file)
			if err != nil {
				return err
			}
			raiseFileLimit()
			collectEarly(0)
			level := &slog.LevelVar{}
			log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
			h, err := build(cfg, file, level, log)
			if err != nil {
				return err
			}
			go h.announce(cmd.Context())
			go h.reloadOnHangup(cmd.Context())
			go h.reloadOnChange(cmd.Context())
			err = h.run(cmd.Context())
			log.Info("ended")
			return err
		},
	}
	cmd.Flags().StringVarP(&file, "config", "c", "config.yaml", "the configuration file")
	return cmd
}

// raiseFileLimit takes as many open files as the system allows: each client is one, and many systems give 1,024 by default.
func raiseFileLimit() {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) == nil && limit.Cur < limit.Max {
		limit.Cur = limit.Max
		_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit) // a lower limit shows when it is reached
	}
}

func checkCommand() *cobra.Command {
	return &cobra.Command{
		Use: "check FILE", Short: "List every fault of a configuration file, with line numbers", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := config.Load(args[0]); err != nil {
				return err
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s: no faults\n", args[0])
			return err
		},
	}
}
