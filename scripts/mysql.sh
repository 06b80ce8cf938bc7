#!/bin/sh
# A MySQL server for the second lane of the tests: Debian unstable's mysql-server-core and mysql-client-core with every
# library they need, libc included, unpacked into a folder of the tests' own. Nothing is installed, no service is started,
# and nobody has to be root.
#
# The folder is SHUNT_MYSQL_DIR, or shunt/mysql in the user's cache folder. Where it is complete this only says so; remove
# it to get the newest packages. The mirror is the one that this machine's own apt uses, or SHUNT_DEBIAN_MIRROR. apt
# finds the libraries, and checks the mirror's signature and every package's sum.
#
# SHUNT_TEST_MYSQL=/path/to/mysqld takes that server, SHUNT_TEST_MYSQL=off leaves the lane out; then nothing is fetched.
set -eu

packages="mysql-server-core mysql-client-core"
programs="sbin/mysqld bin/mysql bin/mysqldump"

fail() {
	cat >&2 <<MESSAGE

There is no MySQL server for the tests: $*

Do one of these:
  make mysql                                      again, when the mirror can be reached
  SHUNT_DEBIAN_MIRROR=http://... make mysql       with the address of another Debian mirror
  SHUNT_TEST_MYSQL=/path/to/mysqld make test      with a MySQL server that is there already
  SHUNT_TEST_MYSQL=off make test                  without the MySQL lane
MESSAGE
	exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

folder() {
	if [ -n "${SHUNT_MYSQL_DIR:-}" ]; then
		echo "$SHUNT_MYSQL_DIR"
	elif [ -n "${XDG_CACHE_HOME:-}${HOME:-}" ]; then
		echo "${XDG_CACHE_HOME:-$HOME/.cache}/shunt/mysql"
	fi
}

# complete looks for the list of packages, which is written last, and runs the server once.
complete() { [ -s "$dir/packages" ] && "$dir/sbin/mysqld" --no-defaults --version >/dev/null 2>&1; }

# prepare_apt makes apt work in a folder of its own: no lists, no installed packages, none of the machine's hooks. What the
# machine's configuration says about proxies, credentials and keys holds. As root apt downloads as another user, who
# must get into the folder.
prepare_apt() {
	work=$(mktemp -d)
	chmod 755 "$work"
	mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial"
	: >"$work/status"
	cat >"$work/apt.conf" <<CONFIG
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Update::Error-Mode "any";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::Retries "3";
Dir::State "$work/state";
Dir::State::status "$work/status";
Dir::Cache "$work/cache";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
CONFIG
}

apt() { apt-get -q -c "$work/apt.conf" "$@" </dev/null; }

# mirrors prints the addresses that apt would fetch from, those of Debian's own archive first, as far as names tell.
mirrors() {
	if [ -n "${SHUNT_DEBIAN_MIRROR:-}" ]; then
		echo "$SHUNT_DEBIAN_MIRROR"
		return
	fi
	apt update --print-uris 2>/dev/null | sed -n "s#^'\([^']*\)/dists/.*#\1#p" | sort -u | grep -v security >"$work/mirrors" || true
	grep '/debian/*$' "$work/mirrors" || true
	grep -v '/debian/*$' "$work/mirrors" || true
}

# fetch_from downloads the packages, and all that they depend on, from one mirror.
fetch_from() {
	options="target=Packages lang=none pdiffs=no"
	keyring=/usr/share/keyrings/debian-archive-keyring.gpg
	if [ -r "$keyring" ]; then
		options="$options signed-by=$keyring"
	fi
	echo "deb [$options] $1 unstable main" >"$work/sources.list"
	set -- -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null
	# shellcheck disable=SC2086 # one word per package
	apt "$@" update && apt "$@" install --yes --no-install-recommends --download-only $packages
}

fetch() {
	for mirror in $(mirrors); do
		echo "Fetching $packages of Debian unstable with their libraries, about 80 MB"
		if fetch_from "$mirror" >"$work/log" 2>&1; then
			return
		fi
		echo "$mirror:" >>"$work/complaints"
		grep '^[EW]: ' "$work/log" >>"$work/complaints" || tail -n 5 "$work/log" >>"$work/complaints"
	done
	[ -s "$work/complaints" ] ||
		fail "apt on this machine has no mirror of Debian configured."
	fail "none of apt's mirrors gave the packages.
$(cat "$work/complaints")
(A signature that cannot be checked wants: apt-get install debian-archive-keyring)"
}

# unpack lays the packages out as an installation is, so that the server finds its messages, character sets and plugins
# below its base directory.
unpack() {
	mkdir "$new/unpacked"
	for package in "$work"/cache/archives/*.deb; do
		dpkg-deb -x "$package" "$new/unpacked" || fail "$package cannot be unpacked."
	done
	mv "$new"/unpacked/usr/* "$new"
	rm -rf "$new/unpacked"
}

# wrap puts a script in the place of a program: it wants the dynamic linker that came with its libraries, and those before
# the machine's own.
wrap() {
	[ -x "$new/$1" ] || fail "the packages have no $1."
	mkdir -p "$new/libexec"
	mv "$new/$1" "$new/libexec/"
	cat >"$new/$1" <<SCRIPT
#!/bin/sh
root=\${0%/*}/..
exec "\$root/$linker" --library-path "\$root/$libraries" "\$root/libexec/${1##*/}" "\$@"
SCRIPT
	chmod 755 "$new/$1"
}

# find_linker sets where the dynamic linker and the libraries are, which depends on the machine's architecture.
find_linker() {
	linker=$(cd "$new" && find lib* -maxdepth 1 -name 'ld-linux*.so.*' | head -n 1)
	libraries=$(cd "$new" && find lib -mindepth 2 -maxdepth 2 -name 'libc.so.6' | head -n 1)
	libraries=${libraries%/libc.so.6}
	[ -n "$linker" ] && [ -n "$libraries" ] || fail "the packages have no dynamic linker or no libc for this machine."
}

# set_up makes the folder under another name and renames it when all is there.
set_up() {
	have apt-get && have dpkg-deb || fail "it is unpacked from Debian's packages, and this machine has no apt-get."
	if [ -n "$(ls -A "$dir" 2>/dev/null)" ] && [ ! -e "$dir/libexec/mysqld" ]; then
		fail "$dir holds something else, and nothing was touched. SHUNT_MYSQL_DIR names another folder."
	fi
	mkdir -p "$(dirname "$dir")"
	trap 'rm -rf "${work:-}" "${new:-}"' EXIT
	trap 'exit 1' INT TERM HUP
	prepare_apt
	fetch
	rm -rf "$dir".new.* # of a run that was killed
	new=$(mktemp -d "$dir.new.XXXXXX")
	chmod 755 "$new"
	unpack
	find_linker
	for program in $programs; do
		wrap "$program"
	done
	"$new/sbin/mysqld" --no-defaults --version >"$work/version" 2>&1 || fail "the server does not run: $(cat "$work/version")"
	(cd "$work/cache/archives" && ls -- *.deb) >"$new/packages"
	rm -rf "$dir"
	mv "$new" "$dir"
}

case "${SHUNT_TEST_MYSQL:-}" in
off)
	echo "SHUNT_TEST_MYSQL=off: no MySQL server is fetched, and the tests with MySQL are LEFT OUT"
	exit 0
	;;
?*)
	[ -x "$SHUNT_TEST_MYSQL" ] || fail "SHUNT_TEST_MYSQL=$SHUNT_TEST_MYSQL is no program."
	echo "The tests use the MySQL server $SHUNT_TEST_MYSQL"
	exit 0
	;;
esac

dir=$(folder)
[ -n "$dir" ] || fail "neither SHUNT_MYSQL_DIR nor XDG_CACHE_HOME nor HOME says where to put it."
if ! complete; then
	# Two that start at the same time: the second waits and finds the work done.
	mkdir -p "$(dirname "$dir")"
	exec 9>"$dir.lock"
	flock -w 600 9 || fail "another process has been working on $dir for ten minutes."
	complete || set_up
fi
echo "MySQL for the tests: $("$dir/sbin/mysqld" --no-defaults --version | sed 's/.* Ver \([^ ]*\).*/\1/') in $dir"
