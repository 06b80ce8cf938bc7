package front

import (
	"bufio"
	"net/http"
	"strconv"
	"strings"
)

// Metric adds up all samples of /metrics whose lines begin with prefix, as in `shunt_plain_reads_total{role="replica"`.
func (p *Proxy) Metric(prefix string) (sum float64) {
	p.t.Helper()
	r, err := http.Get("http://" + p.HTTP + "/metrics")
	if err != nil {
		p.t.Fatal(err)
	}
	defer r.Body.Close()
	lines := bufio.NewScanner(r.Body)
	for lines.Scan() {
		if line := lines.Text(); strings.HasPrefix(line, prefix) {
			value, err := strconv.ParseFloat(line[strings.LastIndexByte(line, ' ')+1:], 64)
			if err != nil {
				p.t.Fatalf("%s: %v", line, err)
			}
			sum += value
		}
	}
	if err := lines.Err(); err != nil {
		p.t.Fatal(err)
	}
	return sum
}
