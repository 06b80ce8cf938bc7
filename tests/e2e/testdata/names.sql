-- Statements that name their database: one a line, in the database shop_names, for TestDifferentialUnderAnotherName.
CREATE TABLE shop_names.t (id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(20), n INT, CHECK (n < 100))
CREATE TABLE `shop_names`.`u` (a INT, b VARCHAR(20), KEY (a), FOREIGN KEY (a) REFERENCES shop_names.t (id))
INSERT INTO shop_names.t (v, n) VALUES ('one', 1), ('two', 2), ('three', 3)
INSERT INTO shop_names.t(v, n) VALUES ('four', 4)
INSERT shop_names . u VALUES (1, 'shop_names'), (2, 'shop_names.t')
SELECT * FROM shop_names.t ORDER BY id
SELECT t.id, shop_names.t.v, `shop_names`.`t`.`n` FROM shop_names.t ORDER BY 1
SELECT shop_names.t.id + 1, shop_names.t.v FROM shop_names.t ORDER BY shop_names.t.id DESC
SELECT SHOP_NAMES.t.id FROM shop_names.t
SELECT shop_names.t.* FROM t JOIN shop_names.u ON shop_names.u.a = shop_names.t.id ORDER BY shop_names.t.id
SELECT x.id FROM shop_names.t AS x, shop_names.u AS y WHERE x.id = y.a ORDER BY x.id
SELECT b FROM u WHERE b = 'shop_names' OR b LIKE 'shop\_names.%' ORDER BY b
SELECT 'shop_names.t', "shop_names", b FROM shop_names.u ORDER BY a
SELECT shop_names.v FROM t AS shop_names ORDER BY shop_names.id
SELECT shop_names.v, shop_names.n + 1 FROM shop_names.t AS shop_names ORDER BY 1
SELECT (SELECT MAX(shop_names.t.id) FROM shop_names.t) AS m, (SELECT COUNT(*) FROM shop_names.u)
SELECT COUNT(*) FROM (SELECT id FROM shop_names.t UNION SELECT a FROM shop_names.u) x
WITH c AS (SELECT id FROM shop_names.t) SELECT * FROM c ORDER BY id
SELECT DATABASE(), Schema(), database ( ), CONCAT(DATABASE(), '.t'), LENGTH(SCHEMA())
SELECT DATABASE() AS d, COUNT(*) FROM shop_names.t WHERE DATABASE() = 'shop_names' GROUP BY d
SELECT DATABASE() = 'shop_names', CHARSET(DATABASE()), COLLATION(DATABASE()), COERCIBILITY(DATABASE()), DATABASE() LIKE 'shop%'
SET @d = DATABASE()
SELECT @d, CHARSET(@d)
CREATE TABLE d (x VARCHAR(64))
INSERT INTO d SELECT DATABASE() UNION SELECT CONCAT('x', SCHEMA())
INSERT INTO d VALUES (DATABASE())
SELECT x, x = DATABASE() FROM shop_names.d ORDER BY x
UPDATE shop_names.t SET v = 'ONE', shop_names.t.n = 11 WHERE shop_names.t.id = 1
UPDATE shop_names.t JOIN shop_names.u ON t.id = u.a SET t.v = u.b, u.b = 'x' WHERE u.a = 2
UPDATE t, shop_names.u SET shop_names.t.n = 5 WHERE t.id = u.a
REPLACE INTO shop_names.t SELECT id, v, n + 1 FROM shop_names.t WHERE id = 3
INSERT INTO shop_names.t (id, v, n) VALUES (1, 'again', 1) ON DUPLICATE KEY UPDATE v = VALUES(v), n = shop_names.t.n + 1
DELETE FROM shop_names.u WHERE shop_names.u.a = 1
DELETE shop_names.u FROM shop_names.u JOIN shop_names.t ON u.a = t.id WHERE t.id = 99
DELETE FROM u, shop_names.d USING shop_names.u JOIN shop_names.d WHERE u.a = 98
DELETE d.* FROM shop_names.d WHERE x = 'nobody'
DELETE FROM shop_names.t WHERE id = 4 RETURNING id, v, DATABASE()
DO (SELECT COUNT(*) FROM shop_names.t)
SET @n = (SELECT COUNT(*) FROM shop_names.t)
SELECT @n, (@n := (SELECT MAX(n) FROM shop_names.t))
SELECT * FROM shop_names.missing
SELECT shop_names.t.missing FROM shop_names.t
SELECT shop_names.x.id FROM shop_names.t
SELECT id FROM shop_names.t WHERE
SHOW WARNINGS
SELECT id FROM shop_names.t WHERE WHERE id = 1 AND shop_names.t.v = 'a long text, so that what the server quotes of it ends before its end does'
SELECT id FROM shop_names.t ORDER BY id LIMIT 1 LIMIT 2
SELECT DATABASE() FROM FROM t
SHOW ERRORS
INSERT INTO shop_names.t (id, v) VALUES (1, 'double')
INSERT INTO shop_names.u VALUES (77, 'no parent')
INSERT INTO shop_names.t (v, n) VALUES ('x', 1000)
INSERT INTO shop_names.t (v, n) VALUES ('x', 'shop_names.y')
DELETE FROM shop_names.t
TRUNCATE TABLE shop_names.t
DROP TABLE shop_names.t
DROP TABLE IF EXISTS shop_names.nothing, nothing_too
SHOW WARNINGS
DROP TABLE shop_names.nothing
CREATE TABLE shop_names.t (a INT)
CREATE TABLE IF NOT EXISTS shop_names.t (a INT)
SHOW WARNINGS
CREATE TABLE shop_names.w LIKE shop_names.t
SHOW CREATE TABLE shop_names.w
CREATE TABLE shop_names.x SELECT id, v FROM shop_names.t
SHOW CREATE TABLE x
CREATE TABLE y AS SELECT t.id FROM shop_names.t JOIN shop_names.u ON t.id = u.a
CREATE TEMPORARY TABLE shop_names.temp (a INT)
INSERT INTO shop_names.temp VALUES (1)
SELECT a FROM temp
DROP TEMPORARY TABLE shop_names.temp
ALTER TABLE shop_names.x ADD COLUMN z INT, ADD INDEX (z)
ALTER TABLE shop_names.x RENAME TO shop_names.x2
RENAME TABLE shop_names.x2 TO shop_names.x3, y TO shop_names.y2
CREATE INDEX i ON shop_names.x3 (v)
DROP INDEX i ON shop_names.x3
DESCRIBE shop_names.t
DESC shop_names.t v
SHOW COLUMNS FROM t FROM shop_names
SHOW FULL COLUMNS FROM shop_names.t
SHOW COLUMNS IN t IN `shop_names` LIKE 'v'
SHOW INDEX FROM shop_names.u WHERE Cardinality < 0
SHOW KEYS FROM u FROM shop_names WHERE Key_name = 'none'
SHOW TABLES FROM shop_names
SHOW FULL TABLES IN shop_names LIKE 'x%'
SHOW TABLES WHERE `Tables_in_shop_names` = 't'
SHOW TABLES FROM shop_names WHERE Tables_in_shop_names LIKE 'u%'
SHOW OPEN TABLES FROM shop_names LIKE 'no_such'
SHOW TRIGGERS FROM shop_names
SHOW EVENTS FROM shop_names
SHOW CREATE DATABASE shop_names
SHOW CREATE SCHEMA IF NOT EXISTS shop_names
SHOW DATABASES LIKE 'shop\_names%'
SHOW DATABASES LIKE 'shop\_nam_s'
CREATE VIEW shop_names.v1 AS SELECT id, v FROM shop_names.t
CREATE OR REPLACE VIEW v2 AS SELECT v1.id, u.b FROM shop_names.v1 JOIN u ON v1.id = u.a
SHOW CREATE VIEW shop_names.v1
SHOW CREATE VIEW v2
SELECT * FROM shop_names.v2 ORDER BY id
USE information_schema
SHOW CREATE VIEW shop_names.v2
SHOW CREATE TABLE shop_names.u
SELECT COUNT(*), DATABASE() FROM shop_names.t
SHOW TABLES FROM shop_names
SELECT * FROM shop_names.missing
EXPLAIN EXTENDED SELECT id, 'shop_names' FROM shop_names.t WHERE id = 1
SHOW WARNINGS
USE shop_names
EXPLAIN EXTENDED SELECT t.v FROM shop_names.t WHERE t.id = 1
SHOW WARNINGS
EXPLAIN SELECT * FROM shop_names.t WHERE id = 1
EXPLAIN UPDATE shop_names.t SET v = 'a' WHERE id = 1
DROP VIEW shop_names.v1
SELECT * FROM v2
SHOW WARNINGS
CHECK TABLE v2, shop_names.t
SHOW TABLE STATUS LIKE 'v2'
DROP VIEW shop_names.v2, shop_names.v1
ANALYZE TABLE shop_names.x3
CHECKSUM TABLE shop_names.x3, nothing
OPTIMIZE TABLE shop_names.nothing
SET timestamp = 1700000000
CREATE PROCEDURE shop_names.p(a INT) SELECT a, COUNT(*) FROM t
SET timestamp = DEFAULT
CALL shop_names.p(3)
CALL shop_names.nobody(3)
CALL shop_names.p()
SHOW CREATE PROCEDURE shop_names.p
SHOW PROCEDURE STATUS LIKE 'p'
CREATE FUNCTION shop_names.f(a INT) RETURNS INT DETERMINISTIC RETURN a + 1
SELECT shop_names.f(1), shop_names.f(n) FROM shop_names.t ORDER BY id
SELECT shop_names.g(1)
CREATE TABLE fk (a INT, FOREIGN KEY (a) REFERENCES shop_names.t (id), FOREIGN KEY (a) REFERENCES shop_none.t (id))
SHOW WARNINGS
SELECT v FROM shop_names.t PROCEDURE ANALYSE()
CREATE PROCEDURE q() SELECT COUNT(*) FROM shop_names.t
CREATE FUNCTION g() RETURNS VARCHAR(64) RETURN DATABASE()
CREATE VIEW v3 AS SELECT DATABASE()
CREATE VIEW v3 AS SELECT shop_names.t.id + 1 FROM shop_names.t
CREATE TABLE z AS SELECT DATABASE()
SET timestamp = 1700000000
CREATE TRIGGER shop_names.tr BEFORE INSERT ON shop_names.x3 FOR EACH ROW SET NEW.v = UPPER(NEW.v)
INSERT INTO shop_names.x3 (id, v) VALUES (9, 'up')
SELECT v FROM x3 WHERE id = 9
SET timestamp = DEFAULT
SHOW CREATE TRIGGER shop_names.tr
SHOW TRIGGERS
DROP TRIGGER shop_names.tr
DROP FUNCTION shop_names.f
DROP PROCEDURE IF EXISTS shop_names.p
DROP PROCEDURE shop_names.p
CREATE SEQUENCE shop_names.s START WITH 5
SELECT NEXT VALUE FOR shop_names.s, NEXTVAL(shop_names.s), LASTVAL(shop_names.s)
SELECT SETVAL(shop_names.s, 50)
CREATE TABLE sq (a INT DEFAULT (NEXTVAL(shop_names.s)), b INT, c INT INVISIBLE)
SHOW CREATE TABLE sq
DESCRIBE sq
INSERT INTO sq (b) VALUES (1)
SELECT column_name, column_default FROM information_schema.columns WHERE table_schema = 'shop_names' AND table_name = 'sq' ORDER BY 1
SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema = 'shop_names' ORDER BY 2
SELECT TABLE_SCHEMA, COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA IN ('shop_names', 'nobody') GROUP BY TABLE_SCHEMA
SELECT schema_name, default_character_set_name FROM information_schema.schemata WHERE schema_name = 'shop_names'
SELECT constraint_schema, table_name, referenced_table_schema, referenced_table_name FROM information_schema.key_column_usage WHERE table_schema = DATABASE() ORDER BY 2, 4
SELECT table_name FROM information_schema.tables WHERE table_schema LIKE 'shop\_name_' ORDER BY 1
SELECT c.table_schema, t.engine FROM information_schema.columns c JOIN information_schema.tables t ON c.table_schema = t.table_schema AND c.table_name = t.table_name WHERE c.table_schema = SCHEMA() AND c.column_name = 'b' ORDER BY c.table_name
LOCK TABLES shop_names.t READ, shop_names.u AS uu WRITE
SELECT COUNT(*) FROM shop_names.t
SELECT COUNT(*) FROM shop_names.x3
UNLOCK TABLES
HANDLER shop_names.t OPEN
HANDLER t READ FIRST
HANDLER t CLOSE
PREPARE p1 FROM 'SELECT id FROM t ORDER BY id LIMIT 1'
EXECUTE p1
PREPARE p2 FROM 'SELECT id FROM shop_names.t'
PREPARE p3 FROM 'SELECT DATABASE()'
SELECT 1; SELECT id FROM shop_names.t ORDER BY id; SELECT DATABASE()
USE mysql; SELECT COUNT(*) > 0 FROM user
USE `shop_names`
SELECT DATABASE()
CREATE DATABASE shop_names
CREATE DATABASE IF NOT EXISTS shop_names
SHOW WARNINGS
ALTER DATABASE shop_names CHARACTER SET latin1
SHOW CREATE DATABASE shop_names
ALTER DATABASE CHARACTER SET utf8mb4
CREATE TABLE shop_names (shop_names INT, v INT)
INSERT INTO shop_names VALUES (1, 2)
SELECT shop_names FROM shop_names
SELECT shop_names.shop_names FROM shop_names
SELECT shop_names.v FROM shop_names.shop_names
SELECT shop_names.shop_names.v FROM shop_names
SELECT shop_names.v FROM shop_names JOIN shop_names.t ON t.id = shop_names.v ORDER BY shop_names.v
UPDATE shop_names SET shop_names.v = 3
UPDATE shop_names.shop_names SET v = v + 1
DELETE FROM shop_names WHERE shop_names.v = 99
DROP TABLE shop_names.shop_names
SELECT 1 FROM shop_names_v2.t
SELECT * FROM t WHERE id = 1 /* shop_names.t */
SELECT /*!50000 id */ FROM shop_names.t ORDER BY id
SELECT id FROM shop_names.t FOR UPDATE
SELECT id FROM `shop_names`.t LOCK IN SHARE MODE
VALUES (DATABASE(), 1)
TABLE shop_names.t
SET STATEMENT max_statement_time = 10 FOR SELECT COUNT(*) FROM shop_names.t
ANALYZE SELECT * FROM shop_names.t WHERE id = 1
EXPLAIN FORMAT=JSON SELECT * FROM shop_names.t WHERE id = 1
GRANT SELECT ON shop_names.* TO shop
SHOW GRANTS
KILL QUERY 0
DROP DATABASE shop_names
SELECT DATABASE()
SELECT * FROM t
USE shop_names
DROP DATABASE IF EXISTS shop_names
SHOW WARNINGS
CREATE DATABASE shop_names CHARACTER SET utf8mb4
USE shop_names
SELECT DATABASE()
