#!/bin/sh
# The mariadb client and its small sisters, in every form of output. Prints what they print; a test compares that with a direct connection.
cd "$(dirname "$0")" || exit 1

# with runs one of the programs with the account of the story.
with() {
	program=$1
	shift
	# shellcheck disable=SC2086 # several options
	"$program" --no-defaults -h"$DB_HOST" -P"$DB_PORT" -u"$DB_USER" -p"$DB_PASSWORD" ${DB_COMPRESS:+--compress} ${DB_CA:+--ssl-ca="$DB_CA"} "$@" 2>&1
	echo "exit $?"
}
# A session of its own reads what another has written in a transaction: outside of one, a replica may answer that does not have it yet.
chapter() { echo "== $*"; }
client() { with mariadb "$@" "$DB_NAME"; }

chapter connect
client -e status | grep -E '^(Current|Server version|Protocol version|Server characterset|Db +characterset|Client characterset|Conn)' | grep -v 'Connection id'
for wrong in -pwrong -unobody; do
	with mariadb "$wrong" -e "SELECT 1"
done
for database in shop_nowhere mysql; do
	with mariadb -e "SELECT 1" "$database"
done

chapter values, prepared, transactions, errors, results, session
sed "s/@DATABASE@/$DB_NAME/" client.sql | client --force --table --show-warnings --column-type-info

reads=50
right=$(for i in $(seq $reads); do echo "UPDATE goods SET price = $i WHERE id = 1; SELECT price = $i FROM goods WHERE id = 1;"; done | client --batch --skip-column-names | grep -c '^1$')
echo "stale reads: $((reads - right))"

chapter a file with delimiters
client -e "source routines.sql"
client --comments --verbose --verbose <routines.sql | head -20

chapter forms of output
for form in --batch --table --vertical --xml --html "--batch --raw" "--silent --skip-column-names" "--table --binary-as-hex" "--quick --table" "--unbuffered --batch"; do
	# shellcheck disable=SC2086 # several options
	client $form -e "BEGIN; SELECT id, name, price, NULL AS nothing, 'a\tb\n<c>' AS odd, X'00FF' AS raw FROM goods ORDER BY id; SELECT 1 AS one"
done
client -e "BEGIN; rehash; DESCRIBE goods; SHOW CREATE TABLE goods; help" | head -40
client --init-command="SET @started = 1, sql_mode = 'ANSI'" -e "SELECT @started, @@sql_mode"

chapter blobs
client -e "CREATE TABLE files (id INT PRIMARY KEY, body LONGBLOB); INSERT INTO files SELECT 1, REPEAT(X'00010203FF', 400000); SELECT LENGTH(body), MD5(body) FROM files"
client --batch --raw --skip-column-names --quick -e "BEGIN; SELECT body FROM files" | md5sum
{ printf 'INSERT INTO files VALUES (2, X'"'"; head -c 3000000 /dev/zero | tr '\0' 'A'; printf "');\nSELECT LENGTH(body), MD5(body) FROM files WHERE id = 2;\n"; } | client --batch

chapter errors
client -e "SELECT 1; SELEC 2; SELECT 3"
client --force -e "SELECT 1; INSERT INTO goods (id) VALUES (1); SELECT 3"
client --abort-source-on-error -e "source nowhere.sql"

chapter large
client --batch --quick --skip-column-names -e "SELECT seq, REPEAT('x', 30) FROM seq_1_to_100000" | md5sum

chapter small sisters
with mariadb-admin ping
with mariadb-admin status | grep -o '^Uptime'
with mariadb-show --keys information_schema SCHEMATA
with mariadb-show information_schema | head -20
with mariadb-check --check "$DB_NAME" goods files
with mariadb-check --analyze "$DB_NAME" goods
printf '50\tsofa\t300\n1\tdouble\t0\n' >"${TMPDIR:-/tmp}/goods.$$.tsv"
with mariadb-import --local --ignore --columns=id,name,price "$DB_NAME" "${TMPDIR:-/tmp}/goods.$$.tsv" | sed "s/goods.$$/goods/g"
rm -f "${TMPDIR:-/tmp}/goods.$$.tsv"
client -e "BEGIN; SELECT COUNT(*), SUM(price) FROM goods"
chapter end
