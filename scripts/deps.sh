#!/bin/sh
# What shunt needs beside its own source: a Go toolchain and a database server for the lab.
#
#   scripts/deps.sh           for make build and make demo
#   scripts/deps.sh --test    also the connectors that make test tries: PHP, Python, Perl, Node.js and, on a machine with
#                             a Java development kit, MariaDB Connector/J; and a DNS server with its tools
#
# Where all is there it only says so. What is missing is installed from the distribution's packages, as root or with a sudo
# that asks nothing; without either, the command to run is printed and the exit code is 1.
set -eu

fail() {
	echo "$*" >&2
	exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# A server need not be on an ordinary user's PATH.
have_server() {
	[ -n "${SHUNT_LAB_SERVER:-}" ] && return 0
	for path in /usr/sbin /usr/libexec; do
		[ -x "$path/mariadbd" ] || [ -x "$path/mysqld" ] && return 0
	done
	have mariadbd || have mysqld
}

have_client() { have mariadb || have mysql; }

have_php() { have php && php -r 'exit(extension_loaded("mysqli") && extension_loaded("pdo_mysql") ? 0 : 1);'; }

# The packages' modules are seen by the distribution's own Python and Perl, which need not be the first on PATH.
have_python() { /usr/bin/python3 -c "import $1" 2>/dev/null; }
have_perl() { /usr/bin/perl -M"$1" -e 1 2>/dev/null; }

have_dns() { { [ -x /usr/sbin/named ] || have named; } && have dig; }

have_connector_j() { [ -e /usr/share/java/mariadb-java-client.jar ]; }

check_go() {
	wanted=$(sed -n 's/^go //p' "$(dirname "$0")/../go.mod")
	have go || fail "Go $wanted or later is needed and there is no go on PATH: install it from https://go.dev/dl/"
	# Since Go 1.21 an older toolchain fetches the one that go.mod names, unless GOTOOLCHAIN forbids it.
	found=$(cd "$(dirname "$0")/.." && go env GOVERSION 2>&1) ||
		fail "Go $wanted or later is needed: install it from https://go.dev/dl/ (go says: $found)"
	oldest=$(printf '%s\n%s\n' "$wanted" "${found#go}" | sort -V | head -n 1)
	[ "$oldest" = "$wanted" ] || fail "Go $wanted or later is needed, this is $found: install it from https://go.dev/dl/"
}

# as_root runs a command as root, or fails.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo -n "$@"
	fi
}

can_be_root() { [ "$(id -u)" = 0 ] || { have sudo && sudo -n true 2>/dev/null; }; }

# forbid_services keeps packages from starting what they install: invoke-rc.d and deb-systemd-invoke ask policy-rc.d, whose
# 101 means no. A policy that is there already is put aside, and allow_services puts it back.
policy=/usr/sbin/policy-rc.d
forbid_services() {
	if [ -e "$policy" ]; then
		as_root mv "$policy" "$policy.before-shunt"
	fi
	printf '#!/bin/sh\nexit 101\n' | as_root sh -c "cat >$policy && chmod 755 $policy"
}

allow_services() {
	as_root rm -f "$policy"
	if [ -e "$policy.before-shunt" ]; then
		as_root mv "$policy.before-shunt" "$policy"
	fi
}

install_packages() {
	have apt-get || fail "missing: $*. This script installs packages of Debian and Ubuntu only; install the like of them yourself."
	can_be_root || fail "missing: $*. Run this as root and try again:
    apt-get install -y $*"
	echo "Installing from the distribution's packages: $* (no service is started)"
	trap allow_services EXIT
	trap 'exit 1' INT TERM HUP
	forbid_services
	get="env DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-install-recommends"
	# The lists may be missing or out of date, which shows only when the packages cannot be fetched.
	as_root $get install "$@" || {
		echo "The package lists may be missing or old: updating them"
		as_root apt-get -q update && as_root $get install "$@"
	}
	allow_services
	trap - EXIT INT TERM HUP
	if [ -d /run/systemd/system ]; then
		echo "The system's own services (mariadb, and named for the tests) were not started, but are enabled for the next boot: systemctl disable keeps them off."
	fi
}

check_go
missing=
have_server || missing="$missing mariadb-server"
have_client || missing="$missing mariadb-client"
if [ "${1:-}" = --test ]; then
	have_php || missing="$missing php-cli php-mysql"
	have_python pymysql || missing="$missing python3-pymysql"
	have_python MySQLdb || missing="$missing python3-mysqldb"
	have_perl DBD::mysql || missing="$missing libdbd-mysql-perl"
	have_perl DBD::MariaDB || missing="$missing libdbd-mariadb-perl"
	have node || missing="$missing nodejs"
	have npm || missing="$missing npm"
	have_dns || missing="$missing bind9 bind9-dnsutils"
	if have javac; then
		have_connector_j || missing="$missing libmariadb-java"
	else
		echo "There is no Java development kit on this machine, so MariaDB Connector/J will not be tried."
	fi
fi
if [ -n "$missing" ]; then
	# shellcheck disable=SC2086 # one word per package
	install_packages $missing
	have_server || fail "mariadb-server was installed and there is still no mariadbd in /usr/sbin"
fi
echo "dependencies: all there"
