#!/bin/sh
# WordPress for the tests: Debian's wordpress and one theme, unpacked into a folder of the tests' own. Nothing is installed,
# no web server and no database is started or configured, and nobody has to be root.
#
# The folder is SHUNT_WORDPRESS_DIR, or shunt/wordpress in the user's cache folder. Where it is complete this only says so;
# remove it to get the newest packages. The packages come from where this machine's own apt fetches, which checks them.
set -eu

packages="wordpress wordpress-theme-twentytwentyone"

fail() {
	echo "There is no WordPress for the tests: $*" >&2
	exit 1
}

folder() {
	if [ -n "${SHUNT_WORDPRESS_DIR:-}" ]; then
		echo "$SHUNT_WORDPRESS_DIR"
	elif [ -n "${XDG_CACHE_HOME:-}${HOME:-}" ]; then
		echo "${XDG_CACHE_HOME:-$HOME/.cache}/shunt/wordpress"
	fi
}

dir=$(folder)
[ -n "$dir" ] || fail "set SHUNT_WORDPRESS_DIR to a folder that may be written to"
if [ -s "$dir/packages" ]; then
	echo "WordPress for the tests: all there"
	exit 0
fi
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || fail "this script takes it from Debian's or Ubuntu's packages; unpack them yourself"
mkdir -p "$dir"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
chmod 755 "$work"
# The lists may be missing or out of date, which shows only when the packages cannot be fetched. Only root may renew them.
(cd "$work" && apt-get -q download $packages </dev/null) ||
	{ apt-get -q update && cd "$work" && apt-get -q download $packages; } </dev/null ||
	fail "apt-get download $packages failed; apt-get update as root may help"
mkdir "$work/tree"
for package in "$work"/*.deb; do
	dpkg-deb -x "$package" "$work/tree"
done
rm -rf "$dir/tree"
mv "$work/tree/usr/share/wordpress" "$dir/tree"
ls "$work" | grep '\.deb$' >"$dir/packages"
echo "WordPress for the tests: unpacked into $dir"
