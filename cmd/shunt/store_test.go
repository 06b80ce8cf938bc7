package main

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"shunt/store"
	"shunt/store/etcdstore"
)

func TestTheStoreIsWhereTheConfigurationSays(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	nowhere, somewhere := filepath.Join(file, "data"), filepath.Join(t.TempDir(), "data")
	for _, c := range []struct {
		config store.Config
		kind   string
		err    error
	}{
		{config: store.Config{}, kind: "memory"},
		{config: store.Config{Embedded: nowhere}, err: etcdstore.ErrFolder},
		{config: store.Config{Embedded: somewhere}, kind: "embedded"},
		{config: store.Config{Embedded: somewhere}, err: etcdstore.ErrFolder}, // the one above has it
	} {
		s, err := newStore(c.config, log)
		if !errors.Is(err, c.err) || (err != nil) != (c.err != nil) {
			t.Errorf("%+v: %v", c.config, err)
			continue
		}
		if err != nil {
			continue
		}
		end := s.start(t.Context())
		if got := s.Status(t.Context()); got.Kind != c.kind || !got.Healthy {
			t.Errorf("%+v: %+v", c.config, got)
		}
		if c.kind != "embedded" {
			_ = end()
			continue
		}
		defer func() {
			if err := end(); err != nil {
				t.Error(err)
			}
		}()
	}
}
