package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"shunt/admin"
	"shunt/admin/api"
)

// remote are the flags of commands that ask a running shunt.
type remote struct {
	address, password string
	json              bool
}

func (r *remote) flags(cmd *cobra.Command) {
	address := os.Getenv("SHUNT_API")
	if address == "" {
		address = "http://127.0.0.1:6080"
	}
	cmd.Flags().StringVar(&r.address, "api", address, "the HTTP API of the running shunt (or SHUNT_API)")
	cmd.Flags().StringVar(&r.password, "password", "", "its admin password (or SHUNT_ADMIN_PASSWORD)")
	cmd.Flags().BoolVar(&r.json, "json", false, "print JSON")
}

func (r *remote) client() (*api.Client, error) {
	password := r.password
	if password == "" {
		password = os.Getenv("SHUNT_ADMIN_PASSWORD")
	}
	return api.NewClient(r.address, password)
}

// print writes v as JSON, or as write does for a person.
func (r *remote) print(out io.Writer, v any, write func(io.Writer) error) error {
	if !r.json {
		return write(out)
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func statusCommand() *cobra.Command {
	var r remote
	cmd := &cobra.Command{
		Use: "status", Short: "Say how a running shunt and its servers are", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			status, err := c.Status(cmd.Context())
			if err != nil {
				return fmt.Errorf("asking %s: %w", r.address, err)
			}
			return r.print(cmd.OutOrStdout(), status, status.Write)
		},
	}
	r.flags(cmd)
	return cmd
}

func explainCommand() *cobra.Command {
	var r remote
	var user, database string
	cmd := &cobra.Command{
		Use: "explain STATEMENT", Short: "Say where a statement would go, and why", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			route, err := c.Explain(cmd.Context(), user, database, args[0])
			if err != nil {
				return fmt.Errorf("asking %s: %w", r.address, err)
			}
			return r.print(cmd.OutOrStdout(), route, func(w io.Writer) error { return admin.WriteRecord(w, route) })
		},
	}
	r.flags(cmd)
	cmd.Flags().StringVar(&database, "db", "", "the default database of the session that would send it")
	cmd.Flags().StringVar(&user, "user", "", "the user whose session it would be")
	return cmd
}
