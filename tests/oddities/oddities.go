// Package oddities has databases that are hard to move: one for each kind of table, value and program that went wrong somewhere. tests/stages copies them, tests/moves moves them.
package oddities

import "strings"

// Oddity is a database that is hard to copy.
type Oddity struct {
	Name    string
	Servers string   // mariadb or mysql; empty: both
	SQL     []string // makes it, in one session whose default database it is
	Refused string   // what the error says; empty: it arrives as it was
}

// For says whether servers of a flavor know such a database.
func (o *Oddity) For(mariadb bool) bool {
	return o.Servers == "" || (o.Servers == "mariadb") == mariadb
}

// Corpus is every kind of table, value and program that a hosting fleet was seen to have, by what could go wrong with it.
func Corpus() []Oddity {
	return []Oddity{
		{Name: "no_key", SQL: []string{"CREATE TABLE t (a int, b text)", "INSERT INTO t VALUES (1,'x'),(1,'x'),(NULL,NULL)"}},
		{Name: "unique_null", SQL: []string{"CREATE TABLE t (a int, b int, UNIQUE (a))", "INSERT INTO t VALUES (NULL,1),(NULL,1),(3,1)"}},
		{Name: "key_order", SQL: []string{"CREATE TABLE t (a int, b int, c int, PRIMARY KEY (c, a))", "INSERT INTO t VALUES (1,2,3),(2,2,3),(1,2,1)"}},
		{Name: "key_collation", SQL: []string{"CREATE TABLE t (a varchar(20) CHARACTER SET utf8mb4 PRIMARY KEY, b int)", "INSERT INTO t VALUES ('Straße',1),('ÄÖ',2),('日本',3),('x ',4)"}},
		{Name: "binary_key", SQL: []string{"CREATE TABLE t (a binary(16) PRIMARY KEY, b varbinary(300))", "INSERT INTO t VALUES (0x01020000, 0x0027005C0A0D090800), (0x00, 0xFFFE00)"}},
		{Name: "decimals", SQL: []string{"CREATE TABLE t (a decimal(65,30), b decimal(5,0) unsigned zerofill)", "INSERT INTO t VALUES (99999999999999999999999999999999999.999999999999999999999999999999, 7), (-0.000000000000000000000000000001, 0)"}},
		{Name: "floats", SQL: []string{"CREATE TABLE t (a float, b double, c float(7,3), d double(20,6), e float unsigned)",
			"INSERT INTO t VALUES (1/3e0, 1/3e0, 1234.567, 1e9/7, 16777217), (1e-38, 2.2250738585072014e-308, -0.0005, 0, 0), (-0e0, -0e0, 0, 0, 0), (3.4028234e38, 1.7976931348623157e308, 0, 0, 1.1)"}},
		{Name: "integers", SQL: []string{"CREATE TABLE t (a tinyint, b bigint unsigned, c bigint, d int(6) zerofill, e bool)", "INSERT INTO t VALUES (-128, 18446744073709551615, -9223372036854775808, 42, true)"}},
		{Name: "bits", SQL: []string{"CREATE TABLE t (a bit(64), b bit(1), c bit(9))", "INSERT INTO t VALUES (0xFFFFFFFFFFFFFFFF, 1, 257), (0x275C000A09000000, 0, 0), (NULL, NULL, NULL)"}},
		{Name: "no_dates", SQL: []string{"SET sql_mode='ALLOW_INVALID_DATES'", "CREATE TABLE t (a date, b datetime(6), c timestamp NULL, d date NOT NULL DEFAULT '0000-00-00')",
			"INSERT INTO t VALUES ('0000-00-00','0000-00-00','0000-00-00','2021-02-31'), ('2020-00-00','2020-01-00 10:00:00',NULL,'0000-00-00')"}},
		{Name: "summer_time", SQL: []string{"SET time_zone='+00:00'", "CREATE TABLE t (a timestamp(6) NULL, b timestamp DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)",
			"INSERT INTO t VALUES ('2026-03-29 00:59:59.999999','2026-10-25 00:30:00'), ('2026-03-29 01:00:00','2026-10-25 01:30:00'), ('1970-01-01 00:00:01','2038-01-19 03:14:07')"}},
		{Name: "times", SQL: []string{"CREATE TABLE t (a time(6), b time(2), c year)", "INSERT INTO t VALUES ('-838:59:59','-00:00:00.01',0), ('838:59:59','00:00:00.01',1901), ('-00:00:00.000001','0',2155)"}},
		{Name: "enums", SQL: []string{"SET sql_mode=''", "CREATE TABLE t (a enum('','1','0','x','äöü'), b set('a','b c','1'))", "INSERT INTO t VALUES ('','a,1'), ('1',''), ('0','b c'), ('none of them',''), ('äöü', NULL)"}},
		{Name: "set_of_64", SQL: []string{"CREATE TABLE t (a set(" + members(64) + "))", "INSERT INTO t VALUES (18446744073709551615), (9223372036854775808), (0)"}},
		{Name: "json", SQL: []string{"CREATE TABLE t (a json)", `INSERT INTO t VALUES ('{"b": 12345678901234567890, "a": [1, 2.50, "\\u00e4\\t\\\\ \\"x", null], "": {}}'), ('9007199254740993'), (NULL), ('"日本"')`}},
		{Name: "geometry", SQL: []string{"CREATE TABLE t (a geometry, b point NOT NULL, SPATIAL KEY (b))", "INSERT INTO t VALUES (ST_GeomFromText('POLYGON((0 0,0 3,3 0,0 0))'), POINT(1,2)), (NULL, POINT(-1.5,0))"}},
		{Name: "geometry_srid", Servers: "mysql", SQL: []string{"CREATE TABLE t (a point NOT NULL SRID 4326, SPATIAL KEY (a))", "INSERT INTO t VALUES (ST_GeomFromText('POINT(48.8 2.3)', 4326))"}},
		{Name: "generated", SQL: []string{"CREATE TABLE t (a int, b int AS (a+1) STORED, c int AS (a*2) VIRTUAL, d varchar(20), KEY (c))", "INSERT INTO t (a,d) VALUES (1,'x'),(NULL,'y')"}},
		{Name: "all_generated", SQL: []string{"CREATE TABLE t (b int AS (1+1) STORED)", "INSERT INTO t VALUES (),(),()"}},
		{Name: "invisible", Servers: "mariadb", SQL: []string{"CREATE TABLE t (a int, b int INVISIBLE DEFAULT 5)", "INSERT INTO t (a,b) VALUES (1,2)", "INSERT INTO t (a) VALUES (1)"}},
		{Name: "invisible_mysql", Servers: "mysql", SQL: []string{"CREATE TABLE t (a int, b int DEFAULT 5 INVISIBLE, KEY ((a+1)), KEY i (a) INVISIBLE)", "INSERT INTO t (a,b) VALUES (1,2)"}},
		{Name: "own_key", Servers: "mysql", SQL: []string{"SET sql_generate_invisible_primary_key=1", "CREATE TABLE t (a int)", "INSERT INTO t VALUES (5),(5)"}},
		{Name: "partitions", SQL: []string{"CREATE TABLE t (a int PRIMARY KEY, b int) PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)", "INSERT INTO t VALUES (1,1),(100,2)"}},
		{Name: "compressed", SQL: []string{"CREATE TABLE t (a int PRIMARY KEY, b text) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8", "INSERT INTO t VALUES (1, REPEAT('x', 5000))"}},
		{Name: "myisam", SQL: []string{"CREATE TABLE t (a int AUTO_INCREMENT PRIMARY KEY, b text, FULLTEXT (b)) ENGINE=MyISAM", "INSERT INTO t (b) VALUES ('some words'), ('more')", "DELETE FROM t WHERE a=2"}},
		{Name: "aria", Servers: "mariadb", SQL: []string{"CREATE TABLE t (a int, b text) ENGINE=Aria", "INSERT INTO t VALUES (1,'x')"}},
		{Name: "memory", SQL: []string{"CREATE TABLE t (a int, b varchar(20), KEY (a) USING BTREE) ENGINE=MEMORY", "INSERT INTO t VALUES (1,'x')"}},
		{Name: "archive", Servers: "mysql", SQL: []string{"CREATE TABLE t (a int, b text) ENGINE=ARCHIVE", "INSERT INTO t VALUES (1,'x')"}},
		{Name: "csv", SQL: []string{"CREATE TABLE t (a int NOT NULL, b text NOT NULL) ENGINE=CSV", "INSERT INTO t VALUES (1,'x\"y')"}},
		{Name: "merge", SQL: []string{"CREATE TABLE a (x int) ENGINE=MyISAM", "CREATE TABLE b LIKE a", "CREATE TABLE all_of_them (x int) ENGINE=MERGE UNION=(a,b) INSERT_METHOD=LAST", "INSERT INTO all_of_them VALUES (1)", "INSERT INTO a VALUES (2)"}},
		{Name: "fulltext", SQL: []string{"CREATE TABLE t (a int PRIMARY KEY, b text, FULLTEXT KEY f (b))", "INSERT INTO t VALUES (1,'some words')"}},
		{Name: "foreign_keys", SQL: []string{"CREATE TABLE b (id int PRIMARY KEY, up int, FOREIGN KEY (up) REFERENCES b (id) ON DELETE CASCADE)", "SET foreign_key_checks=0",
			"CREATE TABLE a (id int PRIMARY KEY, c int, CONSTRAINT to_c FOREIGN KEY (c) REFERENCES c (id) ON DELETE SET NULL)", "CREATE TABLE c (id int PRIMARY KEY, a int, CONSTRAINT to_a FOREIGN KEY (a) REFERENCES a (id))",
			"INSERT INTO b VALUES (1,2),(2,1)", "INSERT INTO a VALUES (1,1)", "INSERT INTO c VALUES (1,1)"}},
		{Name: "programs", SQL: []string{"CREATE TABLE t (a int, b int)", "CREATE TABLE log (a int)", "SET sql_mode='ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
			`CREATE TRIGGER second BEFORE INSERT ON t FOR EACH ROW SET NEW."b" = NEW.a * 2`, "SET sql_mode=''",
			"CREATE TRIGGER first BEFORE INSERT ON t FOR EACH ROW PRECEDES second BEGIN SET NEW.a = NEW.a + 1; /* ; */ INSERT INTO log VALUES (NEW.a); END",
			"CREATE DEFINER=nobody@nowhere PROCEDURE p(IN x int) COMMENT 'it''s' BEGIN SELECT 'ä', x; -- the end\nEND",
			"CREATE FUNCTION f(x int) RETURNS varchar(20) CHARACTER SET latin1 DETERMINISTIC RETURN CONCAT('f', x)", "INSERT INTO t (a) VALUES (1)"}},
		{Name: "old_client", SQL: []string{"SET NAMES latin1", "CREATE PROCEDURE p() SELECT '\xe4\xf6'", "SET sql_mode='PIPES_AS_CONCAT'", "CREATE VIEW v AS SELECT '\xe4' || 'x' AS a", "SET NAMES utf8mb4", "CREATE PROCEDURE q() SELECT 'äö'"}},
		{Name: "collation_of_database", SQL: []string{"ALTER DATABASE COLLATE utf8mb4_unicode_ci", "CREATE PROCEDURE p(x text) SELECT x", "ALTER DATABASE COLLATE utf8mb4_general_ci", "CREATE PROCEDURE q(x text) SELECT x"}},
		{Name: "views", SQL: []string{"CREATE TABLE t (a int)", "CREATE VIEW z AS SELECT a FROM t", "CREATE DEFINER=nobody@nowhere SQL SECURITY INVOKER VIEW a AS SELECT a + 1 AS b FROM z", "CREATE VIEW checked AS SELECT a FROM z WHERE a > 0 WITH LOCAL CHECK OPTION", "CREATE VIEW `m n` AS SELECT * FROM a",
			"INSERT INTO t VALUES (1)"}},
		{Name: "broken_view", SQL: []string{"CREATE TABLE t (a int)", "CREATE VIEW v AS SELECT a FROM t", "DROP TABLE t"}, Refused: "view v"},
		{Name: "events", SQL: []string{"CREATE TABLE t (a int)", "SET time_zone='+03:00'", "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01 03:00:00' ON COMPLETION PRESERVE DO INSERT INTO t VALUES (1)",
			"CREATE DEFINER=nobody@nowhere EVENT off ON SCHEDULE AT '2035-01-01 00:00:00' DISABLE COMMENT 'x' DO BEGIN INSERT INTO t VALUES (2); END"}},
		{Name: "sequences", Servers: "mariadb", SQL: []string{"CREATE SEQUENCE s START WITH 100 INCREMENT BY -5 MAXVALUE 200 MINVALUE -1000 CACHE 20", "SELECT NEXTVAL(s), NEXTVAL(s)", "CREATE SEQUENCE round MAXVALUE 3 CYCLE NOCACHE", "SELECT NEXTVAL(round), NEXTVAL(round), NEXTVAL(round), NEXTVAL(round)",
			"CREATE TABLE t (a int DEFAULT (NEXTVAL(s)))"}},
		{Name: "history", Servers: "mariadb", SQL: []string{"CREATE TABLE t (a int PRIMARY KEY, b int) WITH SYSTEM VERSIONING", "INSERT INTO t VALUES (1,1),(2,2)", "UPDATE t SET b=3 WHERE a=1", "DELETE FROM t WHERE a=2",
			"CREATE TABLE own (a int, b timestamp(6) GENERATED ALWAYS AS ROW START, e timestamp(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME(b,e)) WITH SYSTEM VERSIONING", "INSERT INTO own (a) VALUES (1)", "UPDATE own SET a=2"}},
		{Name: "application_period", Servers: "mariadb", SQL: []string{"CREATE TABLE t (a int, b date, e date, PERIOD FOR p(b,e), PRIMARY KEY (a, p WITHOUT OVERLAPS))", "INSERT INTO t VALUES (1,'2020-01-01','2021-01-01'),(1,'2021-01-01','2022-01-01')"}},
		{Name: "addresses", Servers: "mariadb", SQL: []string{"CREATE TABLE t (a uuid PRIMARY KEY, b inet6, c inet4)", "INSERT INTO t VALUES ('123e4567-e89b-12d3-a456-426655440000','::ffff:1.2.3.4','10.0.0.1'), ('00000000-0000-0000-0000-000000000000','::','0.0.0.0')"}},
		{Name: "vectors", Servers: "mysql", SQL: []string{"CREATE TABLE t (a vector(3))", "INSERT INTO t VALUES (STRING_TO_VECTOR('[1,2.5,-3]'))"}},
		{Name: "characters", SQL: []string{"CREATE TABLE t (a varchar(50) CHARACTER SET latin1, b text CHARACTER SET ucs2, c char(10) CHARACTER SET utf32, d text CHARACTER SET cp1251, e longtext CHARACTER SET utf8mb4, f varchar(30) CHARACTER SET latin1 DEFAULT 'äöü')",
			"INSERT INTO t (a,b,c,d,e) VALUES (_binary 0xC3A4C3B6, 'äx日', 'ä', 'Ж', '🙂 \\' \\\\ \\0 \\n \\t')", "INSERT INTO t VALUES ('','','','','','')"}},
		{Name: "tick`and.dot ü", SQL: []string{"CREATE TABLE `select` (`a``b` int, `from` int, `it's \"q\"` int)", "INSERT INTO `select` VALUES (1,2,3)", "CREATE TABLE `" + strings.Repeat("ü", 64) + "` (a int)", "CREATE VIEW `v.1` AS SELECT * FROM `select`"}},
		{Name: "counters", SQL: []string{"CREATE TABLE t (a int AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT=1000", "SET sql_mode='NO_AUTO_VALUE_ON_ZERO'", "INSERT INTO t VALUES (0),(5)", "CREATE TABLE e (a int AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT=77"}},
		{Name: "checks", SQL: []string{"CREATE TABLE t (a int, CONSTRAINT positive CHECK (a > 0))", "INSERT INTO t VALUES (1)"}},
		{Name: "defaults", SQL: []string{"CREATE TABLE t (a varchar(200) DEFAULT (UPPER('x')), b datetime DEFAULT CURRENT_TIMESTAMP, c varchar(20) NOT NULL DEFAULT 'it''s ä \\\\', d binary(3) DEFAULT 0x610062) COMMENT='a -- b; c # ä'", "INSERT INTO t (c) VALUES ('x')"}},
		{Name: "long_rows", SQL: []string{"CREATE TABLE t (a int PRIMARY KEY, b longblob)", "INSERT INTO t VALUES (1, REPEAT(0x27, 3000000)), (2, REPEAT(0x00, 15000000)), (3, REPEAT('abcdefgh', 500000)), (4, '')"}},
		{Name: "nothing"},
	}
}

func members(n int) string {
	var list []string
	for i := range n {
		list = append(list, "'m"+strings.Repeat("x", i%3)+string(rune('a'+i%26))+string(rune('a'+i/26))+"'")
	}
	return strings.Join(list, ",")
}
