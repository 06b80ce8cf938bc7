package main

import (
	"context"
	"errors"
	"time"
)

// work is what a driver has done.
type work struct {
	count   float64 // in the workload's unit
	queries float64
	elapsed time.Duration
	latency latency
}

// latency is how long one unit of the work took: half of them at most p50, 99 of 100 at most p99, 999 of 1,000 at most p999.
type latency struct{ p50, p99, p999 time.Duration }

// sample is one target's turn in one round: the work and what it cost.
type sample struct {
	work
	cpu       time.Duration // of the proxy's process; 0 for a direct connection
	kernel    time.Duration // the part of it in the kernel, in ticks
	server    time.Duration // CPU of the database server
	allocs    float64       // heap objects that shunt has allocated; 0 for others
	allocated float64       // their bytes
	memory    float64       // resident, of the proxy, after the work; in bytes
}

func (s sample) rate() float64      { return s.count / s.elapsed.Seconds() }
func (s sample) cpuEach() float64   { return micros(s.cpu) / s.count }
func (s sample) allocEach() float64 { return s.allocs / s.queries }

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// reading is what the accounts say at one moment.
type reading struct {
	cpu, kernel, server time.Duration
	memory              float64
	shunt               metrics // nil for others
}

// meter reads the accounts of a target and of the server behind it. A driver starts it when its clients are connected, unless connecting is the
// work, and stops it when the work is done.
type meter struct {
	ctx           context.Context
	target        target
	server        int // process id
	before, after reading
	scraping      metrics // what one look at a shunt's metrics adds to them
	err           error
}

// start takes the first reading: what costs the target something, then its clock. Telling its metrics has a shunt allocate some thousand objects,
// most of them after it has counted, so it is asked twice: the difference is what one look costs.
func (m *meter) start() {
	m.scraping = m.scrape()
	m.before.shunt = m.scrape()
	for name, value := range m.before.shunt {
		m.scraping[name] = value - m.scraping[name]
	}
	m.read(&m.before)
}

// stop takes the second one, the other way round.
func (m *meter) stop() {
	m.read(&m.after)
	m.after.shunt = m.scrape()
}

func (m *meter) scrape() metrics {
	if m.target.http == "" {
		return nil
	}
	found, err := scrape(m.ctx, m.target.http)
	if err != nil {
		m.err = errors.Join(m.err, err)
		return metrics{}
	}
	return found
}

func (m *meter) read(r *reading) {
	var err error
	if m.target.pid != 0 {
		r.memory, err = memoryOf(m.target.pid)
		m.err = errors.Join(m.err, err)
		r.kernel, err = kernelOf(m.target.pid)
		m.err = errors.Join(m.err, err)
		r.cpu, err = cpuOf(m.target.pid)
		m.err = errors.Join(m.err, err)
	}
	r.server, err = cpuOf(m.server)
	m.err = errors.Join(m.err, err)
}

// sample is what was done between the two readings.
func (m *meter) sample(w work) sample {
	return sample{
		work: w, cpu: m.after.cpu - m.before.cpu, kernel: m.after.kernel - m.before.kernel, server: m.after.server - m.before.server,
		allocs: m.grown("go_memstats_mallocs_total"), allocated: m.grown("go_memstats_alloc_bytes_total"), memory: m.after.memory,
	}
}

// grown is how much a counter of shunt has grown by the work.
func (m *meter) grown(name string) float64 {
	return max(0, m.after.shunt[name]-m.before.shunt[name]-m.scraping[name])
}
