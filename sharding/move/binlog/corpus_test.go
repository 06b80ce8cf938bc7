package binlog_test

import (
	"strings"
	"testing"
)

// ugly are tables whose values are easily lost on the way, with changes that make them: whatever is inserted, updated and deleted on the source
// must be the same on the destination.
var ugly = []struct {
	name    string
	columns string
	changes []string // % stands for the table
}{
	{"numbers", "id INT PRIMARY KEY, t TINYINT, tu TINYINT UNSIGNED, s SMALLINT, m MEDIUMINT, mu MEDIUMINT UNSIGNED, b BIGINT, bu BIGINT UNSIGNED", []string{
		"INSERT INTO % VALUES (1, -128, 255, -32768, -8388608, 16777215, -9223372036854775808, 18446744073709551615), (2, NULL, 0, 0, 0, 0, 0, 0), (3, 127, 128, 32767, 8388607, 8388608, 9223372036854775807, 9223372036854775808)",
		"UPDATE % SET tu = 200, bu = bu - 1 WHERE id <> 2", "DELETE FROM % WHERE id = 2"}},
	{"big_key", "id BIGINT UNSIGNED PRIMARY KEY, n INT", []string{
		"INSERT INTO % VALUES (18446744073709551615, 1), (18446744073709551614, 2)", "UPDATE % SET n = 3 WHERE n = 1", "DELETE FROM % WHERE n = 2"}},
	{"floats", "id INT PRIMARY KEY, f FLOAT, d DOUBLE, g FLOAT(9,4)", []string{
		"INSERT INTO % VALUES (1, 1/3, 1/3, 1234.5678), (2, -0.0, 1e308, 0), (3, 3.4e38, 2.2250738585072014e-308, -99999.9999), (4, 16777217, 0.1, 0.0001)",
		"UPDATE % SET f = f * 1.1 WHERE id IN (1, 4)"}},
	{"float_rows", "f FLOAT, d DOUBLE", []string{
		"INSERT INTO % VALUES (1/3, 1/3), (0.1, 0.1), (1e-30, 1e-300)", "DELETE FROM % WHERE f < 0.05", "UPDATE % SET d = 7 WHERE f < 0.2"}},
	{"decimals", "id INT PRIMARY KEY, a DECIMAL(65,30), b DECIMAL(10,0), c DECIMAL(9,9), d DECIMAL(18,9), e DECIMAL(1,0)", []string{
		"INSERT INTO % VALUES (1, 12345678901234567890123456789012345.123456789012345678901234567891, 1234567890, 0.123456789, -123456789.987654321, 9), " +
			"(2, -0.000000000000000000000000000001, -1, -0.000000001, 0, -9), (3, 0, 0, 0, 0.000000001, NULL), (4, -99999999999999999999999999999999999.999999999999999999999999999999, -9999999999, -0.999999999, 999999999.999999999, 0)",
		"UPDATE % SET a = -a"}},
	{"bits", "id INT PRIMARY KEY, a BIT(1), b BIT(8), c BIT(64), d BIT(17)", []string{
		"INSERT INTO % VALUES (1, 1, 255, 18446744073709551615, 65537), (2, 0, 1, 9223372036854775808, 131071), (3, NULL, 0, 0, 0)", "UPDATE % SET c = c >> 1, a = 0 WHERE id = 1"}},
	{"bit_rows", "a BIT(64), b BIT(3)", []string{"INSERT INTO % VALUES (18446744073709551615, 7), (1, 1)", "DELETE FROM % WHERE b = 7"}},
	{"times", "id INT PRIMARY KEY, t0 TIME, t1 TIME(1), t2 TIME(2), t3 TIME(3), t4 TIME(4), t6 TIME(6)", []string{
		"INSERT INTO % VALUES (1, '-838:59:59', '-00:00:00.1', '-00:00:00.01', '-00:00:00.001', '-00:00:00.0001', '-838:59:58.999999'), " +
			"(2, '838:59:59', '-01:00:00.9', '-00:00:01.99', '838:59:58.999', '-00:01:00.5', '-00:00:00.000001'), (3, 0, 0, 0, 0, 0, 0)",
		"UPDATE % SET t2 = '-00:00:01.10', t6 = '-00:00:00.000002' WHERE id = 1"}},
	{"time_rows", "t TIME(2), d DATE, e DATETIME(3), y YEAR", []string{
		"INSERT INTO % VALUES ('-00:00:00.01', '0000-00-00', '0000-00-00', 0), ('00:00:00', '2020-00-00', '2020-02-30 23:59:59.123', 1901), ('00:00:01', NULL, NULL, 2155)",
		"DELETE FROM % WHERE y = 1901", "DELETE FROM % WHERE y = 0"}},
	{"dates", "id INT PRIMARY KEY, d DATE, dt DATETIME, d3 DATETIME(3), d6 DATETIME(6), y YEAR", []string{
		"INSERT INTO % VALUES (1, '0000-00-00', '0000-00-00', '0000-00-00', '0000-00-00', 0), (2, '2020-00-00', '2020-02-00 11:11:11', '9999-12-31 23:59:59.999', '1000-01-01 00:00:00.000001', 1901), " +
			"(3, '2021-02-30', '0000-01-01 01:01:01', '2021-02-31 00:00:00.010', '2021-12-31 23:59:59.999999', 2155), (4, NULL, NULL, NULL, NULL, 2000)",
		"UPDATE % SET d = '1999-00-01' WHERE id = 3"}},
	{"stamps", "id INT PRIMARY KEY, a TIMESTAMP NULL, b TIMESTAMP(6) NULL, c TIMESTAMP(1) NOT NULL DEFAULT '2000-01-01' ON UPDATE CURRENT_TIMESTAMP(1)", []string{
		"SET time_zone='+05:00'", "INSERT INTO % VALUES (1, '2020-03-29 02:30:00', '2020-10-25 02:30:00.000001', '1970-01-02 00:00:00'), (2, 0, 0, 0), (3, '2038-01-19 01:00:00', '2038-01-19 01:14:07.999999', DEFAULT), (4, NULL, NULL, '2001-01-01')",
		"UPDATE % SET a = '2022-01-01' WHERE id < 3", "UPDATE % SET a = '2022-01-02', c = c WHERE id = 4"}},
	{"enums", "id INT PRIMARY KEY, e ENUM('', '1', '0', 'ä', 'x,y'), s SET('a', 'b', '', '9') ", []string{
		"INSERT INTO % VALUES (1, '', 'a,b'), (2, 3, 9), (3, 'bad', 'bad'), (4, NULL, NULL), (5, 'ä', 15), (6, '1', '')", "UPDATE % SET e = '0' WHERE id IN (1, 3)"}},
	{"enum_rows", "e ENUM('3', '2', '1'), s SET('1', '2', '4')", []string{"INSERT INTO % VALUES ('1', '4'), ('3', '1,2'), ('bad', '')", "DELETE FROM % WHERE e = '3'", "UPDATE % SET s = '2' WHERE e = '1'"}},
	{"large_set", "id INT PRIMARY KEY, s SET('m0','m1','m2','m3','m4','m5','m6','m7','m8','m9','m10','m11','m12','m13','m14','m15','m16','m17','m18','m19','m20','m21','m22','m23','m24','m25','m26','m27','m28','m29','m30','m31','m32','m33','m34','m35','m36','m37','m38','m39','m40','m41','m42','m43','m44','m45','m46','m47','m48','m49','m50','m51','m52','m53','m54','m55','m56','m57','m58','m59','m60','m61','m62','m63')",
		[]string{"INSERT INTO % VALUES (1, 'm63,m0'), (2, 18446744073709551615), (3, 0)"}},
	{"texts", "id INT PRIMARY KEY, a VARCHAR(300) CHARACTER SET utf8mb4, b VARCHAR(20) CHARACTER SET latin1, c CHAR(10) CHARACTER SET utf8mb4, d CHAR(255) CHARACTER SET utf8mb4, e TEXT CHARACTER SET gbk, f VARCHAR(20) CHARACTER SET utf16, g TINYTEXT CHARACTER SET sjis, h LONGTEXT CHARACTER SET ucs2", []string{
		"INSERT INTO % VALUES (1, 'it''s \\\\ \\0 \\n 😀 \\Z', _latin1 0xe4c3a4ff27, '  x ', REPEAT('ü', 255), _gbk 0x815c815c27, _utf16 0xd83dde0000270041, _sjis 0x835c835c, _ucs2 0x005c0027), (2, '', '', '', '', '', '', '', ''), (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (4, REPEAT('a', 300), 'x ', 'y', 'z', 'w', 'v', 'u', 't')",
		"UPDATE % SET a = CONCAT(a, ' '), c = 'tail ' WHERE id < 4"}},
	{"binaries", "id INT PRIMARY KEY, a BINARY(16), b VARBINARY(20), c BLOB, d TINYBLOB, e LONGBLOB, f BINARY(255)", []string{
		"INSERT INTO % VALUES (1, 0x01020000, 0x01020000, 0x5c2700, 0xff, REPEAT(0x00275c, 50000), 0x00), (2, 0x00, '', '', '', '', ''), (3, NULL, NULL, NULL, NULL, NULL, NULL)", "UPDATE % SET a = 0xff00, b = 0x00 WHERE id = 1"}},
	{"binary_key", "id BINARY(16) PRIMARY KEY, n INT", []string{"INSERT INTO % VALUES (0x0100, 1), (0x02, 2), (0x00, 3), (0x20, 4), (0x202000, 5)", "UPDATE % SET n = n + 10", "DELETE FROM % WHERE n = 13"}},
	{"text_key", "a VARCHAR(30) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, b CHAR(5) CHARACTER SET latin1, n INT, PRIMARY KEY (b, a)", []string{
		"INSERT INTO % VALUES ('Ärger', 'a', 1), ('x ''\\\\', 'b ', 2), ('', '', 3)", "UPDATE % SET n = 9 WHERE a = 'arger'", "UPDATE % SET a = 'ärgeR' WHERE a = 'arger'", "DELETE FROM % WHERE n = 2"}},
	{"keyless", "a VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, b CHAR(10) CHARACTER SET utf8mb4, c BINARY(4), d BLOB, e DECIMAL(5,2)", []string{
		"INSERT INTO % VALUES ('a', 'x', 0x0100, 'd', 1.5), ('A', 'x', 0x0100, 'd', 1.5), ('A', 'x', 0x0100, 'd', 1.5), (NULL, NULL, NULL, NULL, NULL), ('a ', 'x', 0x01, 'D', 1.5)",
		"DELETE FROM % WHERE a = BINARY 'A' LIMIT 1", "UPDATE % SET e = 2 WHERE a = BINARY 'a'", "UPDATE % SET b = 'gone' WHERE a IS NULL"}},
	{"unique_key", "a INT, b INT NOT NULL, c INT, UNIQUE (a), UNIQUE (b)", []string{"INSERT INTO % VALUES (NULL, 1, 1), (NULL, 2, 2), (3, 3, 3)", "UPDATE % SET c = 9 WHERE b = 2", "DELETE FROM % WHERE b = 1"}},
	{"swapped", "id INT PRIMARY KEY, u INT, UNIQUE (u)", []string{"INSERT INTO % VALUES (1, 10), (2, 20)", "BEGIN", "UPDATE % SET u = 0 WHERE id = 1", "UPDATE % SET u = 10 WHERE id = 2", "UPDATE % SET u = 20 WHERE id = 1", "COMMIT"}},
	{"generated", "id INT PRIMARY KEY, a INT, v INT AS (a + 1) VIRTUAL, s INT AS (a * 2) STORED, INDEX (v)", []string{"INSERT INTO % (id, a) VALUES (1, 1), (2, NULL)", "UPDATE % SET a = 5 WHERE id = 2", "DELETE FROM % WHERE id = 1"}},
	{"auto_zero", "id INT AUTO_INCREMENT PRIMARY KEY, n INT", []string{"INSERT INTO % (n) VALUES (1), (2)", "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'", "INSERT INTO % VALUES (0, 3)", "UPDATE % SET n = 4 WHERE id = 0"}},
	{"geo", "id INT PRIMARY KEY, g GEOMETRY, p POINT", []string{"INSERT INTO % VALUES (1, ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))'), POINT(1.5, -2)), (2, NULL, ST_GeomFromText('POINT(3 4)', 4326))", "UPDATE % SET g = ST_GeomFromText('LINESTRING(0 0,1 1)') WHERE id = 2"}},
	{"partitioned", "id INT PRIMARY KEY, n INT", []string{"INSERT INTO % VALUES (1, 1), (2, 2), (3, 3)", "UPDATE % SET id = id + 10 WHERE n = 2", "DELETE FROM % WHERE id = 3"}},
	{"`we``ird.näme`", "`select` INT PRIMARY KEY, `a``b` INT, `日本` INT", []string{"INSERT INTO % VALUES (1, 2, 3)", "UPDATE % SET `a``b` = 5"}},
	{"wide", wide(), []string{"INSERT INTO % (c0, c99) VALUES (1, 5), (2, NULL)", "UPDATE % SET c50 = 7 WHERE c0 = 2"}},
}

func wide() string {
	columns := "c0 INT PRIMARY KEY"
	for i := 1; i < 100; i++ {
		columns += ", c" + string(rune('0'+i/10)) + string(rune('0'+i%10)) + " INT"
	}
	return strings.ReplaceAll(columns, ", c0", ", c_")
}

const lax = "SET SESSION sql_mode = 'ALLOW_INVALID_DATES'"

// of are the tables' names, definitions and changes.
func of(engine string) (names, definitions, changes []string) {
	for _, u := range ugly {
		definition := "CREATE TABLE shop." + u.name + " (" + u.columns + ") " + engine
		if u.name == "partitioned" {
			definition += " PARTITION BY HASH (id) PARTITIONS 3"
		}
		names, definitions = append(names, u.name), append(definitions, definition)
		changes = append(changes, lax, "SET SESSION time_zone = 'SYSTEM'")
		for _, c := range u.changes {
			changes = append(changes, strings.ReplaceAll(c, "%", "shop."+u.name))
		}
	}
	return names, append([]string{lax, "SET NAMES utf8mb4"}, definitions...), append([]string{"SET NAMES utf8mb4"}, changes...)
}

func uglyTables(t *testing.T, p *pair) { uglyTablesMove(p.world(t)) }

// uglyTablesOfACompressedLog is the same with events that are compressed, without checksums, and with all that a table map can tell.
func uglyTablesOfACompressedLog(t *testing.T, p *pair) {
	p.from.Exec("SET GLOBAL log_bin_compress = 1", "SET GLOBAL log_bin_compress_min_len = 10", "SET GLOBAL binlog_checksum = NONE", "SET GLOBAL binlog_row_metadata = FULL")
	defer p.from.Exec("SET GLOBAL log_bin_compress = 0", "SET GLOBAL binlog_checksum = CRC32", "SET GLOBAL binlog_row_metadata = NO_LOG")
	uglyTablesMove(p.world(t))
}

func uglyTablesMove(w *world) {
	names, definitions, changes := of("ENGINE = InnoDB")
	w.both(definitions...)
	a := w.moved(names, changes...)
	if s := a.Status(); !s.CaughtUp || s.Changes < 100 {
		w.t.Errorf("status %+v", s)
	}
}
