// Command bench measures what shunt costs beside a direct connection and beside other proxies, and how that cost grows with clients,
// databases, statement shapes and servers.
//
// It starts its own servers (lab), shunt and, where it is installed, HAProxy, all on 127.0.0.1, and drives them with sysbench and with a
// client of its own. A [workload] runs in rounds: each round goes through all [target]s one after the other, so that a change of the machine's
// speed hits all of them; what is told are medians over the rounds. The CPU of a proxy is the operating system's account of its process. What
// has no fair counterpart elsewhere (idle clients, reads behind a lagging replica, growth) is a [study].
//
// The outcome is printed, and with -write put between the two marks in docs/performance.md, with plots in docs/performance. Nothing here
// passes or fails by speed. The rooms' own micro benchmarks stay with the rooms.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"time"
)

// options are what the command line can say.
type options struct {
	rounds   int
	seconds  float64
	only     *regexp.Regexp
	peers    peers
	write    bool
	shunt    string // path of the program; empty: build one
	config   string // path of YAML to add to shunt's configuration; empty: none
	port     int    // of the database server; 0: any
	syscalls bool
	list     bool
}

func main() {
	opts, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil {
		ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
		err = run(ctx, opts)
		cancel()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func parse(args []string) (opts options, err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&opts.rounds, "rounds", 5, "how many times each workload goes through all targets")
	flags.Float64Var(&opts.seconds, "seconds", 4, "how long each target works in each round")
	flags.BoolVar(&opts.write, "write", false, "write docs/performance.md and its plots; without it they are only printed")
	flags.StringVar(&opts.shunt, "shunt", "", "the shunt to measure; empty: one is built")
	flags.StringVar(&opts.config, "config", "", "a file with YAML that is added to shunt's configuration, at its top level: sections other than listen, admin, clusters, databases and limits")
	flags.IntVar(&opts.port, "port", 0, "the port of the database server, for peers that have to know it; 0: any")
	flags.Var(&opts.peers, "peer", "another proxy before that server, as name=host:port or name=host:port,pid=N; may be repeated")
	flags.BoolVar(&opts.syscalls, "syscalls", false, "count system calls per query, too; needs strace")
	flags.BoolVar(&opts.list, "list", false, "print the names of workloads and studies, and end")
	only := flags.String("only", "", "a regular expression: only workloads and studies whose name it matches")
	quick := flags.Bool("quick", false, "two rounds of two seconds")
	if err := flags.Parse(args); err != nil {
		return opts, err
	}
	if *quick {
		opts.rounds, opts.seconds = 2, 2
	}
	if opts.only, err = regexp.Compile(*only); err != nil {
		return opts, fmt.Errorf("-only: %w", err)
	}
	return opts, opts.check(*only, flags.Args())
}

func (o options) check(only string, rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("what is %q? There are only flags, see -help", rest[0])
	case o.rounds < 1 || o.seconds <= 0:
		return errors.New("at least one round, and some time for it")
	case o.write && only != "":
		return errors.New("-write writes the whole account: it does not go with -only")
	}
	return nil
}

// period is how long each target works in each round.
func (o options) period() time.Duration { return time.Duration(o.seconds * float64(time.Second)) }
