package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"shunt/lab"
)

// installSysbench is the command that a person should run.
const installSysbench = "apt-get install -y --no-install-recommends sysbench"

func findSysbench() (string, error) {
	path, err := exec.LookPath("sysbench")
	if err != nil {
		return "", fmt.Errorf("sysbench, the driver, is not installed: run `%s`", installSysbench)
	}
	return path, nil
}

// sysbench is one test of sysbench against one address.
type sysbench struct {
	program  string
	dir      string // for its output
	test     string // oltp_point_select and the like
	address  string
	account  lab.Account
	database string
	rows     int
	threads  int
	prepared bool // statements are prepared once and executed by number
	extra    []string
}

// args is a command line. sysbench prepares statements unless it is told not to.
func (s sysbench) args(command string, rest ...string) []string {
	host, port, _ := net.SplitHostPort(s.address)
	mode := "disable"
	if s.prepared {
		mode = "auto"
	}
	args := []string{s.test, "--db-driver=mysql", "--mysql-host=" + host, "--mysql-port=" + port, "--mysql-user=" + s.account.User,
		"--mysql-password=" + s.account.Password, "--mysql-db=" + s.database, "--db-ps-mode=" + mode, "--tables=1",
		"--table-size=" + strconv.Itoa(s.rows), "--threads=" + strconv.Itoa(s.threads), "--rand-type=uniform", "--percentile=99"}
	return append(append(append(args, s.extra...), rest...), command)
}

// prepare makes and fills the table.
func (s sysbench) prepare(ctx context.Context) error {
	_, err := s.execute(ctx, 5*time.Minute, s.args("prepare"))
	return err
}

// run works for about the period, in whole seconds at least one, and reads the report.
func (s sysbench) run(ctx context.Context, period time.Duration) (work, error) {
	seconds := max(1, int(math.Round(period.Seconds())))
	text, err := s.execute(ctx, period+patience, s.args("run", "--time="+strconv.Itoa(seconds), "--histogram=on"))
	if err != nil {
		return work{}, err
	}
	return parseSysbench(text)
}

// execute runs the program to its end, which comes with the bound or with ctx at the latest.
func (s sysbench) execute(ctx context.Context, bound time.Duration, args []string) (string, error) {
	p, err := spawn(s.dir, "sysbench", s.program, args...)
	if err != nil {
		return "", err
	}
	select {
	case <-p.ended:
	case <-ctx.Done():
		return "", errors.Join(context.Cause(ctx), p.kill())
	case <-time.After(bound):
		return "", errors.Join(fmt.Errorf("sysbench does not end within %v; it says:\n%s", bound, p.complaint()), p.kill())
	}
	text, err := os.ReadFile(p.log)
	if err == nil && p.err != nil {
		err = fmt.Errorf("sysbench %s through %s: %w; it says:\n%s", s.test, s.address, p.err, p.complaint())
	}
	return string(text), err
}

var (
	reportQueries = regexp.MustCompile(`(?m)^\s+queries:\s+(\d+)\s`)
	reportEvents  = regexp.MustCompile(`(?m)^\s+total number of events:\s+(\d+)`)
	reportTime    = regexp.MustCompile(`(?m)^\s+total time:\s+([0-9.]+)s`)
	reportBucket  = regexp.MustCompile(`^\s*([0-9.]+) \|[* ]*\s(\d+)$`)
)

// parseSysbench reads the report of sysbench 1.0. The unit of its work is the event: one transaction, or one statement where the test has
// no transactions. Latencies are those of events.
func parseSysbench(text string) (w work, err error) {
	var fault error
	number := func(what *regexp.Regexp) float64 {
		match := what.FindStringSubmatch(text)
		if match == nil {
			fault = fmt.Errorf("sysbench's report has nothing like %s:\n%s", what, text)
			return 0
		}
		value, err := strconv.ParseFloat(match[1], 64)
		fault = errors.Join(fault, err)
		return value
	}
	w.count, w.queries = number(reportEvents), number(reportQueries)
	w.elapsed = time.Duration(number(reportTime) * float64(time.Second))
	if fault == nil && (w.count == 0 || w.elapsed == 0) {
		fault = errors.New("sysbench did nothing")
	}
	w.latency = parseBuckets(text)
	return w, fault
}

// parseBuckets reads the histogram of a report, lines of milliseconds and how many events took about that.
func parseBuckets(text string) latency {
	var h histogram
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		match := reportBucket.FindStringSubmatch(lines.Text())
		if match == nil {
			continue
		}
		milliseconds, _ := strconv.ParseFloat(match[1], 64) // the expression lets nothing else through
		count, _ := strconv.ParseUint(match[2], 10, 64)
		h.buckets[bucketOf(time.Duration(milliseconds*float64(time.Millisecond)))] += count
		h.total += count
	}
	return h.latency()
}
