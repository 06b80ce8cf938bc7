package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"shunt/admin/api"
	"shunt/sharding/move"
)

func dumpCommand() *cobra.Command {
	var r remote
	var to string
	var module bool
	cmd := &cobra.Command{
		Use: "dump DATABASE", Short: "Download the dump of the old cluster as it was when the database switched, and check it", Args: cobra.ExactArgs(1),
		Long: "Download the dump of the old cluster as it was when the database switched, and check its checksum. Its first lines say with which command it is restored:\n" +
			"  gzip -dc FILE | head",
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			row, err := moveOf(cmd.Context(), c, args[0], module)
			if err != nil {
				return fmt.Errorf("asking %s: %w", r.address, err)
			}
			dump, err := download(cmd.Context(), c, row.Database, row.Module, to)
			if err != nil {
				return fmt.Errorf("asking %s: %w", r.address, err)
			}
			return r.print(cmd.OutOrStdout(), dump, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "%s  %s (%d bytes)\n", dump.SHA256, dump.File, dump.Bytes)
				return err
			})
		},
	}
	r.flags(cmd)
	moduleFlag(cmd, &module)
	cmd.Flags().StringVar(&to, "to", "", "the file, or the folder, that it is written to; empty: its own name, in this folder")
	return cmd
}

// download writes a dump to a file, which has its name when all of it is there and as it should be.
func download(ctx context.Context, c *api.Client, database, module, to string) (dump downloaded, err error) {
	folder := to == ""
	if info, err := os.Stat(to); err == nil && info.IsDir() {
		folder = true
	}
	if !folder {
		if _, err := os.Lstat(to); err == nil {
			return dump, fmt.Errorf("%s is there already", to)
		}
	}
	where := filepath.Dir(to)
	if folder && to != "" {
		where = to
	}
	out, err := os.CreateTemp(where, ".shunt-dump-*") // nobody but this user may read it
	if err != nil {
		return dump, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(out.Name()))
		}
	}()
	kept, err := c.Dump(ctx, database, module, out)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return dump, err
	}
	if folder {
		to = filepath.Join(where, filepath.Base(kept.File))
	}
	return downloaded{to, kept.SHA256, kept.Bytes}, os.Rename(out.Name(), to)
}

// downloaded is a dump that has come.
type downloaded struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// finishCommand is FINISH MOVE.
func finishCommand() *cobra.Command {
	wish := move.Finish
	cmd := wishCommand("finish DATABASE", "The way back is given up: what is left on the old cluster is dropped", &wish)
	var force bool
	cmd.Flags().BoolVar(&force, "force", false, "although there is no dump of the old cluster, or not yet (moves.keep_dumps)")
	cmd.PreRun = func(*cobra.Command, []string) {
		if force {
			wish = move.FinishForced
		}
	}
	return cmd
}
