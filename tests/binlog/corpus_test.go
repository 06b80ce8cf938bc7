package binlog

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"shunt/sharding/move/binlog"
	"shunt/topology"
)

const wide = "1e308, 0.1, -2.5, 1e-300, 12345678901234567, 1.7976931348623157e308, 5e-324, 0.30000000000000004, 123456.789012345, 100.0, 1e16, 1e21"

func TestMySQLUglyTables(t *testing.T) {
	w := newWorld(t)
	w.both("SET NAMES utf8mb4", "SET SESSION sql_mode = 'ALLOW_INVALID_DATES', sql_generate_invisible_primary_key = 0",
		"CREATE TABLE shop.numbers (id BIGINT UNSIGNED PRIMARY KEY, t TINYINT, tu TINYINT UNSIGNED, m MEDIUMINT, bu BIGINT UNSIGNED, f FLOAT, d DOUBLE, e DECIMAL(65,30), g DECIMAL(9,9), b BIT(64), c BIT(1))",
		"CREATE TABLE shop.times (id INT PRIMARY KEY, t0 TIME, t1 TIME(1), t2 TIME(2), t4 TIME(4), t6 TIME(6), d DATE, dt DATETIME, d3 DATETIME(3), ts TIMESTAMP(6) NULL, y YEAR)",
		"CREATE TABLE shop.time_rows (t TIME(2), d DATE, e DATETIME(3), y YEAR)",
		"CREATE TABLE shop.texts (id INT PRIMARY KEY, a VARCHAR(300) CHARACTER SET utf8mb4, b VARCHAR(20) CHARACTER SET latin1, c CHAR(255) CHARACTER SET utf8mb4, e TEXT CHARACTER SET gbk, f VARCHAR(20) CHARACTER SET utf16, g TINYTEXT CHARACTER SET sjis, e2 ENUM('', '1', '0', 'ä'), s SET('a', 'b', 'c'))",
		"CREATE TABLE shop.text_key (a VARCHAR(30) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci, b CHAR(5) CHARACTER SET latin1, n INT, PRIMARY KEY (b, a))",
		"CREATE TABLE shop.binaries (id BINARY(16) PRIMARY KEY, b VARBINARY(20), c BLOB, e LONGBLOB)",
		"CREATE TABLE shop.keyless (a VARCHAR(10) CHARACTER SET utf8mb4, b CHAR(10), c BINARY(4), d BLOB, e DECIMAL(5,2), f FLOAT, j JSON, g GEOMETRY)",
		"CREATE TABLE shop.geo (id INT PRIMARY KEY, g GEOMETRY, p POINT SRID 4326)",
		"CREATE TABLE shop.vectors (id INT PRIMARY KEY, v VECTOR(3))",
		"CREATE TABLE shop.documents (id INT PRIMARY KEY, j JSON)",
		"CREATE TABLE shop.generated (id INT PRIMARY KEY, a INT, v INT AS (a + 1) VIRTUAL, s INT AS (a * 2) STORED, h INT INVISIBLE DEFAULT 4, INDEX (v), INDEX ((a + 5)))",
		"CREATE TABLE shop.unique_key (a INT, b INT NOT NULL, c INT, UNIQUE (a), UNIQUE (b))",
		"CREATE TABLE shop.hidden_key (n INT, my_row_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT INVISIBLE PRIMARY KEY)",
		"SET SESSION sql_generate_invisible_primary_key = 1", "CREATE TABLE shop.made_key (n INT)", "SET SESSION sql_generate_invisible_primary_key = 0",
	)
	changes := []string{
		"INSERT INTO shop.numbers VALUES (1, -128, 255, -8388608, 18446744073709551615, 1/3, 1/3, 12345678901234567890123456789012345.123456789012345678901234567891, 0.123456789, 18446744073709551615, 1), " +
			"(18446744073709551615, 1, 0, 0, 0, 3.4e38, 1e308, -0.000000000000000000000000000001, -0.999999999, 1, 0), (3, NULL, NULL, NULL, NULL, 16777217, -0.0, 0, 0, 9223372036854775808, NULL)",
		"UPDATE shop.numbers SET tu = 200, f = f * 1.1 WHERE id <> 3", "DELETE FROM shop.numbers WHERE id = 18446744073709551615",
		"SET time_zone = '+05:00'",
		"INSERT INTO shop.times VALUES (1, '-838:59:59', '-00:00:00.1', '-00:00:00.01', '-00:00:00.0001', '-838:59:58.999999', '0000-00-00', '2020-02-30 11:11:11', '9999-12-31 23:59:59.999', '2020-10-25 02:30:00.000001', 0), " +
			"(2, '838:59:59', '-01:00:00.9', '-00:00:01.99', '-00:01:00.5', '-00:00:00.000001', '2020-00-00', 0, '2021-02-31 00:00:00.010', '2038-01-19 01:14:07.999999', 1901), (3, NULL, 0, 0, 0, 0, NULL, NULL, NULL, 0, 2155)",
		"UPDATE shop.times SET t2 = '-00:00:01.10', d = '1999-00-01' WHERE id = 2",
		"INSERT INTO shop.time_rows VALUES ('-00:00:00.01', '0000-00-00', '0000-00-00', 0), ('00:00:00', '2020-00-00', '2020-02-30 23:59:59.123', 1901), (0, NULL, NULL, 2155)", "DELETE FROM shop.time_rows WHERE y = 1901", "DELETE FROM shop.time_rows WHERE t < 0",
		"INSERT INTO shop.texts VALUES (1, 'it''s \\\\ \\0 😀', _latin1 0xe4a4ff27, REPEAT('ü', 255), _gbk 0x815c815c27, _utf16 0xd83dde0000270041, _sjis 0x835c835c, '1', 'a,c'), (2, '', '', '', '', '', '', '', ''), (3, 'x ', NULL, 'y', NULL, NULL, NULL, 'bad', 5)", "UPDATE shop.texts SET a = CONCAT(a, ' ') WHERE id < 3",
		"INSERT INTO shop.text_key VALUES ('Ärger', 'a', 1), ('x ''\\\\', 'b ', 2), ('', '', 3)", "UPDATE shop.text_key SET n = 9 WHERE a = 'arger'", "UPDATE shop.text_key SET a = 'ärgeR' WHERE a = 'arger'", "DELETE FROM shop.text_key WHERE n = 2",
		"INSERT INTO shop.binaries VALUES (0x0102, 0x010200, 0x5c2700, REPEAT(0x00275c, 50000)), (0x00, '', '', ''), (0x20, 0x00, NULL, NULL)", "UPDATE shop.binaries SET b = 0x0000", "DELETE FROM shop.binaries WHERE id = 0x00000000000000000000000000000000",
		"INSERT INTO shop.keyless VALUES ('a', 'x', 0x0100, 'd', 1.5, 1/3, '[1, 2.0]', POINT(1, 2)), ('A', 'x', 0x0100, 'd', 1.5, 1/3, '[1, 2.0]', POINT(1, 2)), ('A', 'x', 0x0100, 'd', 1.5, 1/3, '[1, 2.0]', POINT(1, 2)), (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
		"DELETE FROM shop.keyless WHERE a = BINARY 'A' LIMIT 1", "UPDATE shop.keyless SET e = 2, j = '{}' WHERE a = BINARY 'a'",
		"INSERT INTO shop.geo VALUES (1, ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))'), ST_GeomFromText('POINT(3 4)', 4326)), (2, NULL, NULL)", "UPDATE shop.geo SET g = ST_GeomFromText('POINT(5 6)', 3857) WHERE id = 2",
		"INSERT INTO shop.vectors VALUES (1, STRING_TO_VECTOR('[1, 0.333, -1e-7]')), (2, NULL)", "UPDATE shop.vectors SET v = STRING_TO_VECTOR('[1,2,3]') WHERE id = 2",
		`INSERT INTO shop.documents VALUES (1, '{"b": 1, "aa": [true, false, null, -5, 65535, -40000, 4294967295, 9223372036854775807, 18446744073709551615, "ä \\"q\\" \\\\ \\n \\u0001 😀", {}, [], "` + `"], "": {"x": {"y": [[[1]]]}}}'), (2, 'null'), (3, '"text"'), (4, NULL), (5, '[` + wide + `]')`,
		"INSERT INTO shop.documents VALUES (6, JSON_OBJECT('d', CAST(12.50 AS DECIMAL(10,2)), 'dt', CAST('2020-01-02 03:04:05.000600' AS DATETIME(6)), 'da', DATE'2020-01-02', 't', TIME'-10:11:12.5', 'b', CAST(x'cafe00' AS BINARY), 's', 'it''s', 'n', NULL)), " +
			"(7, CAST(-1.5 AS JSON)), (8, JSON_ARRAY(CAST('0000-00-00' AS DATE), TIMESTAMP'2020-01-01 00:00:00', 1e0)), (9, JSON_OBJECT('big', REPEAT('x', 70000), 'n', 5)), (10, JSON_ARRAY(1.0, CAST(1 AS UNSIGNED), 3.14159265358979e0))",
		"UPDATE shop.documents SET j = JSON_SET(j, '$.aa[0]', 7) WHERE id = 1", "DELETE FROM shop.documents WHERE id = 3",
		"INSERT INTO shop.generated (id, a) VALUES (1, 1), (2, NULL)", "UPDATE shop.generated SET a = 5, h = 6 WHERE id = 2", "DELETE FROM shop.generated WHERE id = 1",
		"INSERT INTO shop.unique_key VALUES (NULL, 1, 1), (NULL, 2, 2), (3, 3, 3)", "UPDATE shop.unique_key SET c = 9 WHERE b = 2", "DELETE FROM shop.unique_key WHERE b = 1",
		"INSERT INTO shop.hidden_key (n) VALUES (1), (2)", "UPDATE shop.hidden_key SET n = 5 WHERE n = 1", "INSERT INTO shop.made_key (n) VALUES (1), (1)", "UPDATE shop.made_key SET n = 9 LIMIT 1",
	}
	tables := []string{"numbers", "times", "time_rows", "texts", "text_key", "binaries", "keyless", "geo", "vectors", "documents", "generated", "unique_key", "hidden_key", "made_key"}
	types := "SELECT GROUP_CONCAT(JSON_TYPE(j), COALESCE(JSON_TYPE(JSON_EXTRACT(j, '$.d')), ''), COALESCE(JSON_TYPE(JSON_EXTRACT(j, '$.dt')), ''), COALESCE(JSON_TYPE(JSON_EXTRACT(j, '$[0]')), ''), COALESCE(JSON_TYPE(JSON_EXTRACT(j, '$[2]')), '') ORDER BY id) FROM shop.documents"
	for _, how := range []string{"SET SESSION binlog_transaction_compression = 0", "SET SESSION binlog_transaction_compression = 1"} {
		t.Run(how, func(t *testing.T) {
			w.t = t
			w.exec(w.a, how)
			w.moved(tables, changes...)
			compressed := w.value(w.a, "SELECT COUNT(*) FROM performance_schema.binary_log_transaction_compression_stats WHERE LOG_TYPE = 'BINARY' AND COMPRESSION_TYPE = 'ZSTD' AND TRANSACTION_COUNTER > 0")
			if (compressed != "0") != strings.HasSuffix(how, "1") {
				t.Errorf("%s, and %s kinds of compression were used", how, compressed)
			}
			if a, b := w.value(w.a, types), w.value(w.b, types); a != b {
				t.Errorf("the types of JSON values are\n%s, and on the destination\n%s", a, b)
			}
			for _, table := range tables {
				w.both("DELETE FROM shop." + table)
			}
		})
	}
}

func TestMySQLForeignKeysAndFrames(t *testing.T) {
	w := newWorld(t)
	w.both("CREATE TABLE shop.parents (id INT PRIMARY KEY)",
		"CREATE TABLE shop.children (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES shop.parents (id) ON DELETE CASCADE ON UPDATE CASCADE)",
		"CREATE TABLE shop.orphans (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES shop.parents (id) ON DELETE SET NULL)", "CREATE TABLE shop.t (n INT)", "CREATE TABLE shop.my (n INT) ENGINE = MyISAM")
	w.moved([]string{"parents", "children", "orphans", "t"},
		"INSERT INTO shop.parents VALUES (1), (2), (3)", "INSERT INTO shop.children VALUES (1, 1), (2, 2), (3, 3)", "INSERT INTO shop.orphans VALUES (1, 1), (2, 3)",
		"DELETE FROM shop.parents WHERE id = 1", "UPDATE shop.parents SET id = 20 WHERE id = 2",
		"SET foreign_key_checks = 0", "DELETE FROM shop.parents WHERE id = 3", "SET foreign_key_checks = 1", "DELETE FROM shop.children WHERE id = 3",
		"INSERT INTO shop.t VALUES (1)", "TRUNCATE shop.t", "INSERT INTO shop.t VALUES (2)",
		"BEGIN", "INSERT INTO shop.t VALUES (3)", "SAVEPOINT a", "INSERT INTO shop.t VALUES (4)", "ROLLBACK TO a", "COMMIT",
		"XA START 'x'", "INSERT INTO shop.t VALUES (5)", "XA END 'x'", "XA PREPARE 'x'", "XA COMMIT 'x'",
		"XA START 'y'", "INSERT INTO shop.t VALUES (6)", "XA END 'y'", "XA PREPARE 'y'", "XA ROLLBACK 'y'",
		"XA START 'z'", "INSERT INTO shop.t VALUES (7)", "XA END 'z'", "XA COMMIT 'z' ONE PHASE",
		"CREATE TEMPORARY TABLE shop.tmp (n INT)", "INSERT INTO shop.tmp VALUES (1)", "DROP TEMPORARY TABLE shop.tmp",
		"CREATE VIEW shop.v AS SELECT 1", "DROP VIEW shop.v", "CREATE DATABASE elsewhere", "CREATE TABLE elsewhere.t SELECT 1 AS n", "ALTER SCHEMA shop READ ONLY = 1", "ALTER SCHEMA shop READ ONLY = 0",
		"SET gtid_next = 'AUTOMATIC:tagged'", "INSERT INTO shop.t VALUES (8)", "SET gtid_next = 'AUTOMATIC'", "INSERT INTO shop.t VALUES (9)")

	for _, c := range []struct {
		name       string
		want       error
		statements []string
	}{
		{"a definition", binlog.ErrRedefined, []string{"CREATE TABLE shop.new SELECT 1 AS n"}},
		{"a part of a JSON document", binlog.ErrPartialImage, []string{"SET SESSION binlog_row_value_options = PARTIAL_JSON", "UPDATE shop.j SET j = JSON_SET(j, '$.a', 2)", "SET SESSION binlog_row_value_options = ''"}},
		{"a table without transactions", binlog.ErrUnsupported, []string{"INSERT INTO shop.my VALUES (1)"}},
		{"a statement", binlog.ErrStatementFormat, []string{"SET SESSION binlog_format = STATEMENT", "INSERT INTO shop.t VALUES (1)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.t = t
			if c.want == binlog.ErrPartialImage {
				w.both("CREATE TABLE shop.j (id INT PRIMARY KEY, j JSON)", `INSERT INTO shop.j VALUES (1, '{"a": 1, "b": "`+"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"+`"}')`)
			}
			w.begin()
			w.exec(w.a, c.statements...)
			if err := w.apply(); !errors.Is(err, c.want) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// TestMySQLPositionsThatCannotBeHad: the server has never had them, or no longer has what follows.
func TestMySQLPositionsThatCannotBeHad(t *testing.T) {
	w := newWorld(t)
	w.exec(w.a, "CREATE TABLE shop.t (n INT)", "INSERT INTO shop.t VALUES (1)", "FLUSH BINARY LOGS", "INSERT INTO shop.t VALUES (2)")
	executed := w.value(w.a, "SELECT @@global.gtid_executed")
	for name, text := range map[string]string{"of another history": executed + ",3e11fa47-71ca-11e1-9e33-c80aa9429562:1", "purged": ""} {
		t.Run(name, func(t *testing.T) {
			if text == "" {
				w.exec(w.a, "PURGE BINARY LOGS BEFORE NOW() + INTERVAL 1 DAY")
			}
			p, err := binlog.ParsePosition(topology.MySQL, text)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			f := w.source.Follow(w.unit, p)
			defer f.Close()
			for err == nil {
				_, err = f.Next(ctx)
			}
			if !errors.Is(err, binlog.ErrLost) {
				t.Errorf("error %v", err)
			}
		})
	}
}
