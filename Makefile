# `make` alone prints the targets. They run one after the other, whatever -j says.

GO       ?= go
FUZZTIME ?= 20s

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test deps deps-test mysql build unit house e2e e2e-mysql vet race leak storm chaos lint fuzz bench bench-rooms bench-moves golden clean

# Every package but those below tests/, of these the rooms whose tests measure time, or wait for less than a busy machine may take, and those below tests/
# that start servers.
UNIT  = $$($(GO) list ./... | grep -v '/tests/')
TIMED = 'shunt/(backend/(monitor|position|switchover)|lab|netloop|proxy|store/etcdstore)(/|$$)'
E2E   = $$($(GO) list ./tests/... | grep -v -e '/tests/house$$' -e '/tests/moves$$')

# Stories that take long and measure nothing: in make e2e they run beside the others.
LONG = ^Test(Differential|WordPress|Shop|Connectors|Go$$)

help: ## print this
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: deps build ## from a clean machine to a running laboratory: servers, a sample shop, shunt before them
	./bin/shunt lab up

test: deps-test mysql vet unit house e2e e2e-mysql ## everything, against real servers that the tests start themselves

deps: ## install a database server if there is none
	@./scripts/deps.sh

deps-test: ## the same, and the clients and connectors that the tests use
	@./scripts/deps.sh --test
	@./scripts/wordpress.sh

mysql: ## a MySQL server for the tests, unpacked into a folder of their own; SHUNT_TEST_MYSQL names another, or off
	@./scripts/mysql.sh

build: ## bin/shunt
	$(GO) build -trimpath -o bin/shunt ./cmd/shunt

# Two rooms at a time, but for those that measure time: they are compiled first (by list -export, which links nothing) and run one after the other. Tests that measure how soon
# a dead server is seen share the machine with no compiler and no other servers.
unit: ## the tests of the rooms
	$(GO) test -timeout 5m $$($(GO) list ./... | grep -v '/tests/' | grep -Ev $(TIMED))
	$(GO) list -test -export -f '' $$($(GO) list ./... | grep -E $(TIMED)) >/dev/null
	$(GO) test -p 1 -timeout 5m $$($(GO) list ./... | grep -E $(TIMED))

house: ## the tests about the code itself: floors, package comments, docs in step
	$(GO) test -count=1 ./tests/house/...

# Two packages at a time, as go test has it on two processors, but tests/e2e is longer than all others together: what is long in it comes behind those.
e2e: ## the stories through the real binary and real servers
	@set -x; { $(GO) test -count=1 -p 1 -timeout 30m -skip '^TestMySQL' $$($(GO) list ./tests/... | grep -v -e '/tests/house$$' -e '/tests/moves$$' -e '/tests/e2e$$') && \
		$(GO) test -count=1 -timeout 30m -run '$(LONG)' ./tests/e2e; } & beside=$$!; \
	$(GO) test -count=1 -timeout 30m -skip '^TestMySQL|$(LONG)' ./tests/e2e; stories=$$?; \
	wait $$beside && exit $$stories
	$(GO) test -count=1 -timeout 15m -skip '^TestMySQL' ./tests/moves

# Moves have the machine to themselves: their writers would keep the other stories from it.

# The second lane: the tests called TestMySQL. Where it is left out, that is the last thing said.
e2e-mysql: mysql ## those stories that must hold with MySQL as well, and those that only MySQL has
	@if [ "$$SHUNT_TEST_MYSQL" = off ]; then \
		echo "SHUNT_TEST_MYSQL=off: NOTHING WAS TESTED WITH MYSQL"; \
	else \
		$(GO) test -count=1 -timeout 10m -run '^TestMySQL' $(E2E) && \
		$(GO) test -count=1 -timeout 10m -run '^TestMySQL' ./tests/moves; \
	fi

vet:
	$(GO) vet ./...

race: ## the tests of the rooms with the race detector
	$(GO) test -race -timeout 15m $(UNIT)

leak: ## 500 clients over 20 connections for ten minutes, shunt with the race detector: nothing of one is seen by another
	SHUNT_LEAK=10m $(GO) test -count=1 -timeout 20m -v -run '^TestSessionsNeverSeeEachOther$$' ./tests/e2e

storm: ## 300 kills of shunt and servers while transactions over two clusters commit; in make e2e there are 18
	$(GO) test -count=1 -timeout 60m -v -run '^TestStorm$$' ./tests/xa -kills 300

chaos: ## every fault at every point of a move: proxies, servers and the store killed and stopped, links cut, errors; in make e2e there is a sample
	$(GO) test -count=1 -timeout 120m -v -run '^TestChaos' ./tests/moves -everywhere

lint: ## golangci-lint, or go vet and gofmt where it is not installed
	@if command -v golangci-lint >/dev/null; then \
		echo "golangci-lint:"; golangci-lint run ./...; \
	else \
		echo "golangci-lint is not installed (https://golangci-lint.run): go vet and gofmt instead"; \
		$(GO) vet ./... || exit 1; \
		unformatted=$$(gofmt -l $$($(GO) list -f '{{.Dir}}' ./...)); \
		if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi; \
	fi

fuzz: ## each fuzz target for FUZZTIME (20s)
	@grep -rl --include='*_test.go' '^func Fuzz' . | xargs -rn 1 dirname | sort -u | while read -r dir; do \
		targets=$$($(GO) test -list '^Fuzz' "$$dir") || exit 1; \
		for target in $$(echo "$$targets" | grep '^Fuzz'); do \
			echo "$$dir $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s "$$dir" || exit 1; \
		done; \
	done

bench: build ## what shunt costs beside a direct connection and other proxies, into docs/performance.md; then bench-rooms. BENCH has more flags
	$(GO) run ./tests/bench -shunt bin/shunt -write $(BENCH)
	$(MAKE) bench-rooms

bench-rooms: ## the micro benchmarks of the rooms
	$(GO) test -run '^$$' -bench . -benchmem $(UNIT)

bench-moves: ## 1000 databases moved beside mysqldump | mysql, and the pause of 100 switches under 32 writers. BENCH has flags: -databases, -procs, -switches, -writers
	$(GO) test -count=1 -timeout 2h -run '^$$' -bench . -benchtime 1x ./tests/moves -databases 1000 $(BENCH)

golden: ## rewrite the expected outputs of tests that have an -update flag; read the difference before you commit it
	@grep -rl --include='*_test.go' 'flag.Bool("update"' . | xargs -rn 1 dirname | sort -u | while read -r dir; do \
		$(GO) test -count=1 "$$dir" -update || exit 1; \
	done

clean: ## remove what build made
	rm -rf bin
