package monitor

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

func TestConfigFromYAML(t *testing.T) {
	config := DefaultConfig()
	if err := yaml.Unmarshal([]byte("interval: 250ms\nmax_lag: 10s\nheartbeat: {schema: ops}\n"), &config); err != nil {
		t.Fatal(err)
	}
	want := DefaultConfig()
	want.Interval, want.MaxLag, want.Heartbeat.Schema = 250*time.Millisecond, 10*time.Second, "ops"
	if diff := cmp.Diff(want, config); diff != "" {
		t.Error(diff)
	}
	if err := config.Validate(); err != nil {
		t.Error(err)
	}
}

func TestEveryFaultIsNamed(t *testing.T) {
	for fault, spoil := range map[string]func(*Config){
		"interval must be":                        func(c *Config) { c.Interval = 0 },
		"timeout must be":                         func(c *Config) { c.Timeout = -1 },
		"down_after must be":                      func(c *Config) { c.DownAfter = 0 },
		"up_after must be":                        func(c *Config) { c.UpAfter = 0 },
		"max_lag must not":                        func(c *Config) { c.MaxLag = -1 },
		"max_lag must be":                         func(c *Config) { c.MaxLag = 2 * c.Heartbeat.Interval },
		"heartbeat.interval must":                 func(c *Config) { c.Heartbeat.Interval = -1 },
		"heartbeat.schema must":                   func(c *Config) { c.Heartbeat.Schema = "a`b" },
		"timeout must be more than 0\ndown_after": func(c *Config) { c.Timeout, c.DownAfter = 0, 0 },
	} {
		config := DefaultConfig()
		spoil(&config)
		if err := config.Validate(); err == nil || !strings.Contains(err.Error(), fault) {
			t.Errorf("error %v, want %s", err, fault)
		}
	}
	silent := DefaultConfig()
	silent.Heartbeat = Heartbeat{} // none is asked for, so it needs no schema
	if err := silent.Validate(); err != nil {
		t.Error(err)
	}
}
