package binlog_test

import (
	"testing"
)

// typesOfMariaDB: what MariaDB alone has.
func typesOfMariaDB(t *testing.T, p *pair) {
	w := p.world(t)
	w.both(
		"CREATE TABLE shop.addresses (id INT PRIMARY KEY, u UUID, i6 INET6, i4 INET4)",
		"CREATE TABLE shop.uuid_key (u UUID PRIMARY KEY, i INET6, n INT)",
		"CREATE TABLE shop.uuid_rows (u UUID, i INET6, f INET4)",
		"CREATE TABLE shop.documents (id INT PRIMARY KEY, j JSON)",
		"CREATE TABLE shop.squeezed (id INT PRIMARY KEY, a VARCHAR(300) CHARACTER SET latin1 COMPRESSED, n INT, b LONGBLOB COMPRESSED, c TEXT CHARACTER SET utf8mb4 COMPRESSED, m INT)",
		"CREATE TABLE shop.hashed (id INT PRIMARY KEY, b BLOB, n INT, UNIQUE (b))",
		"CREATE TABLE shop.hidden (id INT PRIMARY KEY, secret INT INVISIBLE DEFAULT 5, n INT)",
		"CREATE TABLE shop.history (id INT PRIMARY KEY, n INT) WITH SYSTEM VERSIONING",
		"CREATE TABLE shop.told_history (id INT PRIMARY KEY, n INT, a TIMESTAMP(6) GENERATED ALWAYS AS ROW START, b TIMESTAMP(6) GENERATED ALWAYS AS ROW END, m INT, PERIOD FOR SYSTEM_TIME(a, b)) WITH SYSTEM VERSIONING",
		"CREATE TABLE shop.lives (id INT, a DATE, b DATE, n INT, PERIOD FOR life(a, b), UNIQUE (id, life WITHOUT OVERLAPS))",
		"CREATE SEQUENCE shop.numbers CACHE 10",
		"CREATE SEQUENCE shop.down INCREMENT -3 CACHE 5 START 100 MAXVALUE 100",
		"CREATE TABLE shop.logged (id INT PRIMARY KEY, n INT) ENGINE = MyISAM",
		"CREATE TABLE shop.aria (n INT) ENGINE = Aria",
	)
	w.moved([]string{"addresses", "uuid_key", "uuid_rows", "documents", "squeezed", "hashed", "hidden", "history", "told_history", "lives", "logged", "aria"},
		"INSERT INTO shop.addresses VALUES (1, '123e4567-e89b-12d3-a456-426655440000', '2001:db8::1', '10.0.0.1'), (2, '00000000-0000-0000-0000-000000000000', '::', '0.0.0.0'), "+
			"(3, 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'ffff::', '255.255.255.0'), (4, '017f22e2-79b0-7cc3-98c4-dc0c0c07398f', '::ffff:1.2.3.4', '1.0.0.0'), (5, NULL, NULL, NULL), "+
			"(6, 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6', '1::', '2.0.0.0'), (7, '1ec9414c-232a-6b00-b3c8-9e6bdeced846', '20::20', '32.32.32.32')",
		"UPDATE shop.addresses SET i6 = '1::1' WHERE id = 1",
		"INSERT INTO shop.uuid_key VALUES (UUID(), '::1', 1), ('123e4567-e89b-12d3-a456-426655440000', '::2', 2), ('017f22e2-79b0-7cc3-98c4-dc0c0c07398f', NULL, 3)",
		"UPDATE shop.uuid_key SET n = n + 10", "DELETE FROM shop.uuid_key WHERE n = 12",
		"INSERT INTO shop.uuid_rows VALUES ('123e4567-e89b-12d3-a456-426655440000', '::1', '10.0.0.0'), (UUID(), '1::', '0.0.0.1')", "DELETE FROM shop.uuid_rows WHERE i = '::1'",
		`INSERT INTO shop.documents VALUES (1, '{"b": 1, "a": [1.50, 18446744073709551615, "\\u00e4ü\\n"]}'), (2, 'null'), (3, NULL)`, `UPDATE shop.documents SET j = JSON_SET(j, '$.a[0]', 2) WHERE id = 1`,
		"INSERT INTO shop.squeezed VALUES (1, REPEAT('abc', 100), 7, REPEAT('x', 100000), REPEAT('ü', 3000), 8), (2, '', 1, '', '', 2), (3, 'short', 3, 'short', 'short', 4), (4, NULL, 5, NULL, NULL, 6)",
		"UPDATE shop.squeezed SET b = REPEAT('yz', 500) WHERE id = 2",
		"INSERT INTO shop.hashed VALUES (1, 'a', 1), (2, NULL, 2), (3, NULL, 3)", "UPDATE shop.hashed SET b = 'z' WHERE id = 1", "DELETE FROM shop.hashed WHERE id = 2",
		"INSERT INTO shop.hidden (id, n) VALUES (1, 1), (2, 2)", "UPDATE shop.hidden SET secret = 9 WHERE id = 2",
		"INSERT INTO shop.history VALUES (1, 1), (2, 2), (3, 3)", "UPDATE shop.history SET n = 10 WHERE id = 1", "UPDATE shop.history SET n = 11 WHERE id = 1", "DELETE FROM shop.history WHERE id = 2",
		"INSERT INTO shop.told_history (id, n, m) VALUES (1, 1, 1), (2, 2, 2)", "UPDATE shop.told_history SET m = 10 WHERE id = 1", "DELETE FROM shop.told_history WHERE id = 2",
		"INSERT INTO shop.lives VALUES (1, '2020-01-01', '2021-01-01', 1)", "DELETE FROM shop.lives FOR PORTION OF life FROM '2020-05-01' TO '2020-06-01'",
		"SELECT NEXTVAL(shop.numbers)", "SELECT NEXTVAL(shop.numbers)", "SELECT NEXTVAL(shop.down)",
		"INSERT INTO shop.logged VALUES (1, 1), (2, 2)", "UPDATE shop.logged SET n = 5 WHERE id = 2", "INSERT INTO shop.aria VALUES (1), (1)", "DELETE FROM shop.aria LIMIT 1",
	)
	const all = "SELECT GROUP_CONCAT(CONCAT_WS(':', id, n, row_start, row_end) ORDER BY row_end, id, n) FROM shop.history FOR SYSTEM_TIME ALL"
	if a, b := w.from.Value(all), w.to.Value(all); a != b {
		t.Errorf("the history is\n%s on the source, and\n%s on the destination", a, b)
	}
	for sequence, used := range map[string]string{"numbers": "2", "down": "100"} {
		if next := w.to.Value("SELECT NEXTVAL(shop." + sequence + ")"); next == used || next == "1" {
			t.Errorf("%s gives %s again", sequence, next)
		}
	}
}
