package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// cpuOf is the CPU time that a process has used, user and system, its threads that have ended included.
//
// It is read from the process's own CPU clock, whose id is made from the process id as clock_getcpuclockid(3) does: the kernel counts there in
// nanoseconds, where /proc/PID/stat has ticks of 10 ms.
func cpuOf(pid int) (time.Duration, error) {
	const schedClock = 2
	var ts unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|schedClock), &ts); err != nil {
		return 0, fmt.Errorf("CPU clock of process %d: %w", pid, err)
	}
	return time.Duration(ts.Nano()), nil
}

// tick is the unit of times in /proc/PID/stat: USER_HZ, which is 100 on every architecture that Linux has.
const tick = 10 * time.Millisecond

// kernelOf is the part of a process's CPU time that was spent in the kernel, in ticks.
func kernelOf(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	return parseKernel(text)
}

// parseKernel finds stime in a line of /proc/PID/stat: the 15th field, counted from behind the name in parentheses, which may hold blanks.
func parseKernel(stat []byte) (time.Duration, error) {
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	const stime = 15 - 3 // the state is the third field, and the first of these
	if len(fields) <= stime {
		return 0, fmt.Errorf("/proc/PID/stat with %d fields behind the name", len(fields))
	}
	ticks, err := strconv.ParseInt(fields[stime], 10, 64)
	return time.Duration(ticks) * tick, err
}

// memoryOf is the memory of a process that is resident now, in bytes.
func memoryOf(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "Rss:" {
			kilobytes, err := strconv.ParseFloat(fields[1], 64)
			return kilobytes * 1024, err
		}
	}
	return 0, fmt.Errorf("no Rss in /proc/%d/smaps_rollup", pid)
}

// metrics are what a shunt tells about itself: by name, or name and labels as they are written.
type metrics map[string]float64

// sum adds all whose name and labels begin so.
func (m metrics) sum(prefix string) (total float64) {
	for name, value := range m {
		if strings.HasPrefix(name, prefix) {
			total += value
		}
	}
	return total
}

// scrape reads the metrics at the HTTP address of a shunt.
func scrape(ctx context.Context, address string) (metrics, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	return parseMetrics(response.Body)
}

// parseMetrics reads the text format of Prometheus. Histograms' buckets are left out: nobody here asks for them.
func parseMetrics(r io.Reader) (metrics, error) {
	found := metrics{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		name, value, ok := cutLast(lines.Text(), " ")
		if !ok || strings.HasPrefix(name, "#") || strings.Contains(name, "_bucket{") {
			continue
		}
		number, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return nil, fmt.Errorf("metric %s: %w", name, err)
		}
		found[name] = number
	}
	return found, lines.Err()
}

func cutLast(text, separator string) (before, after string, ok bool) {
	at := strings.LastIndex(text, separator)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(separator):], true
}
