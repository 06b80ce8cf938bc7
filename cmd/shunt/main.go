// Command shunt is a MySQL proxy and replication-aware query router, and everything that goes with it: the proxy itself (serve), the check
// of its configuration, a laboratory to try it in, and commands that ask a running one.
//
// Each subcommand has a file. house.go puts the rooms together; nothing else in the repository knows all of them.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := root().ExecuteContext(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "shunt:", err)
		os.Exit(1)
	}
}

func root() *cobra.Command {
	cmd := &cobra.Command{
		Use: "shunt", Short: "A MySQL proxy and replication-aware query router",
		SilenceUsage: true, SilenceErrors: true,
	}
	cmd.AddCommand(serveCommand(), checkCommand(), labCommand(), explainCommand(), statusCommand(), versionCommand())
	cmd.AddCommand(serverCommands(), switchoverCommand(), lintCommand(), adviceCommand())
	cmd.AddCommand(pauseCommand(), resumeCommand(), pausesCommand(), moveCommand(), movesCommand())
	cmd.AddCommand(moduleCommands(), databaseCommands(), auditCommand(), undoCommand())
	return cmd
}
