-- One statement a line; sent direct and through shunt, every answer compared byte by byte. Lines with -- are comments.
-- tables of many types
CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(30), n DECIMAL(10,2), d DATETIME(6), b BLOB, f DOUBLE, j LONGTEXT, e ENUM('a','b'), s SET('x','y'), UNIQUE KEY (v))
CREATE TABLE u (a INT NOT NULL, b VARCHAR(20) CHARACTER SET latin1, c CHAR(5), PRIMARY KEY (a)) DEFAULT CHARSET=utf8mb4
CREATE TABLE IF NOT EXISTS t (id INT)
CREATE TABLE t (id INT)
SHOW WARNINGS
INSERT INTO t (v, n, d, b, f, j, e, s) VALUES ('one', 1.25, '2024-01-02 03:04:05.678901', x'00ff10', 0.1, '{"a":1}', 'a', 'x,y')
SELECT LAST_INSERT_ID()
SELECT ROW_COUNT()
INSERT INTO t (v) VALUES ('two'), ('three'), (NULL), (NULL)
SELECT LAST_INSERT_ID()
SELECT LAST_INSERT_ID() AS x, v FROM t WHERE id = LAST_INSERT_ID()
INSERT INTO t (id, v) VALUES (100, 'explicit')
SELECT LAST_INSERT_ID()
INSERT INTO t (v) VALUES ('one')
SHOW WARNINGS
SHOW ERRORS
SHOW COUNT(*) WARNINGS
INSERT IGNORE INTO t (v) VALUES ('one'), ('fresh')
SHOW WARNINGS
SHOW COUNT(*) WARNINGS
SHOW WARNINGS
INSERT INTO t (v) VALUES ('one') ON DUPLICATE KEY UPDATE n = n + 1
SELECT ROW_COUNT()
REPLACE INTO t (id, v) VALUES (100, 'replaced')
INSERT INTO u VALUES (1, 'ä', 'x'), (2, 'b', NULL)
INSERT INTO u SELECT id + 1000, v, NULL FROM t WHERE v IS NOT NULL
INSERT INTO u VALUES (5, 'a string that is much too long for it', 'x')
INSERT INTO u (b) VALUES ('no default')
INSERT INTO t (v, n) VALUES ('ret', 5) RETURNING id, v, n
SELECT * FROM t ORDER BY id
SELECT * FROM u ORDER BY a
SELECT id, v FROM t WHERE 1 = 0
SELECT COUNT(*), SUM(n), AVG(f), MAX(d), MIN(v) FROM t
SELECT t.id, u.a, t.v FROM t JOIN u ON u.a = t.id ORDER BY 1
SELECT t.*, u.* FROM t LEFT JOIN u ON u.a = t.id ORDER BY t.id LIMIT 3
SELECT * FROM (SELECT id, v FROM t UNION ALL SELECT a, b FROM u) x ORDER BY 1, 2 LIMIT 5
WITH RECURSIVE c AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM c WHERE n < 10) SELECT SUM(n) FROM c
SELECT v, ROW_NUMBER() OVER (ORDER BY id) AS r FROM t ORDER BY id LIMIT 3
SELECT id FROM t WHERE v IN ('one', 'two') ORDER BY id FOR UPDATE
SELECT id FROM t WHERE v = 'one' LOCK IN SHARE MODE
SELECT 1, 1.5, 1e10, 'text', NULL, x'4142', 0x4142, b'101', TRUE, -1, 18446744073709551615
SELECT 'it''s', "double", 'back\\slash', 'new\nline', _latin1'x', N'n', 'a' 'b'
SELECT DATE'2024-01-01', TIME'10:11:12', TIMESTAMP'2024-01-01 00:00:00', INTERVAL 1 DAY + DATE'2024-01-01'
SELECT CAST('1' AS SIGNED), CAST(1 AS CHAR), CONVERT('x' USING latin1), CAST('2024-01-01' AS DATE), CAST(1.5 AS DECIMAL(5,3))
SELECT CONCAT('a', 1, NULL), CONCAT_WS(',', 'a', NULL, 'b'), LENGTH('ä'), CHAR_LENGTH('ä'), HEX('ä'), UPPER('abc'), SUBSTRING('hello', 2, 3)
SELECT IF(1, 'yes', 'no'), IFNULL(NULL, 1), NULLIF(1, 1), COALESCE(NULL, NULL, 3), CASE 1 WHEN 1 THEN 'one' ELSE 'x' END
SELECT ABS(-5), CEIL(1.2), FLOOR(-1.2), ROUND(1.555, 2), MOD(10, 3), 10 DIV 3, 10 / 3, POW(2, 10), SQRT(2)
SELECT MD5('x'), SHA1('x'), CRC32('x'), UNHEX('4142'), TO_BASE64('hello'), INET_ATON('1.2.3.4')
SELECT GROUP_CONCAT(v ORDER BY v SEPARATOR '|') FROM t WHERE v IS NOT NULL
SELECT JSON_EXTRACT('{"a": [1, 2]}', '$.a[1]'), JSON_OBJECT('k', 1), JSON_VALID('{')
SELECT DATABASE(), SCHEMA(), CURRENT_USER(), VERSION()
SELECT @@version, @@autocommit, @@character_set_client, @@collation_connection, @@tx_isolation, @@sql_mode, @@lower_case_table_names
SELECT @@global.port - @@port, @@session.time_zone, @@read_only
-- errors
SELECT nope FROM t
SELECT * FROM missing
SELECT * FROM nodb.missing
SELEC 1
SELECT 1 +
SELECT COUNT(
SELECT 'unclosed
INSERT INTO t (nope) VALUES (1)
INSERT INTO t (v, n) VALUES (1)
UPDATE missing SET a = 1
DELETE FROM missing
DROP TABLE missing
DROP TABLE IF EXISTS missing
SHOW WARNINGS
ALTER TABLE t ADD COLUMN v INT
SELECT no_such_function(1)
SELECT 1/0, 5 % 0
SHOW WARNINGS
SELECT CAST('abc' AS SIGNED)
SHOW WARNINGS
SELECT * FROM t WHERE id = 'abc'
SHOW COUNT(*) WARNINGS
SHOW COUNT(*) ERRORS
CALL no_such_procedure()
USE nodb
-- counters of the last statement
UPDATE t SET n = 7 WHERE v IN ('one', 'two')
SELECT ROW_COUNT()
UPDATE t SET n = 7 WHERE v IN ('one', 'two')
SELECT ROW_COUNT()
DELETE FROM u WHERE a > 1000
SELECT ROW_COUNT()
SELECT id FROM t ORDER BY id LIMIT 2
SELECT FOUND_ROWS()
SELECT SQL_CALC_FOUND_ROWS id FROM t ORDER BY id LIMIT 2
SELECT FOUND_ROWS()
SELECT FOUND_ROWS() AS total, ROW_COUNT() AS rc
SELECT LAST_INSERT_ID(77)
SELECT LAST_INSERT_ID()
SELECT @@identity, @@last_insert_id
-- transactions
BEGIN
INSERT INTO t (v) VALUES ('in tx')
SELECT LAST_INSERT_ID()
SELECT COUNT(*) FROM t
SAVEPOINT sp
DELETE FROM t WHERE v = 'in tx'
SELECT COUNT(*) FROM t
ROLLBACK TO sp
RELEASE SAVEPOINT sp
ROLLBACK TO sp
SELECT COUNT(*) FROM t
COMMIT
SELECT COUNT(*) FROM t
START TRANSACTION
INSERT INTO t (v) VALUES ('gone')
ROLLBACK
SELECT COUNT(*) FROM t WHERE v = 'gone'
START TRANSACTION READ ONLY
SELECT COUNT(*) FROM t
INSERT INTO t (v) VALUES ('denied')
COMMIT
START TRANSACTION WITH CONSISTENT SNAPSHOT
SELECT COUNT(*) FROM t
COMMIT AND CHAIN
SELECT 1
ROLLBACK
COMMIT
ROLLBACK
SET autocommit = 0
SELECT COUNT(*) FROM t
INSERT INTO t (v) VALUES ('manual')
COMMIT
SELECT COUNT(*) FROM t WHERE v = 'manual'
INSERT INTO t (v) VALUES ('manual2')
ROLLBACK
SET autocommit = 1
SELECT COUNT(*) FROM t WHERE v LIKE 'manual%'
BEGIN
INSERT INTO t (v) VALUES ('implicit')
CREATE TABLE implicit_commit (a INT)
ROLLBACK
SELECT COUNT(*) FROM t WHERE v = 'implicit'
DROP TABLE implicit_commit
SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED
SELECT @@tx_isolation
SET TRANSACTION ISOLATION LEVEL SERIALIZABLE
BEGIN
SELECT COUNT(*) FROM t
COMMIT
SELECT @@tx_isolation
SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ
SET SESSION TRANSACTION READ ONLY
INSERT INTO t (v) VALUES ('read only session')
SET SESSION TRANSACTION READ WRITE
-- session variables
SET NAMES utf8mb4
SET NAMES latin1
SELECT 'x', @@character_set_client, @@character_set_results, @@collation_connection
SET NAMES utf8mb4 COLLATE utf8mb4_bin
SELECT 'a' = 'A', @@collation_connection
SET CHARACTER SET utf8mb4
SET NAMES nosuchcharset
SET NAMES utf8mb4
SET time_zone = '+05:30'
SELECT @@time_zone, FROM_UNIXTIME(0)
SET time_zone = 'Nowhere/Nothing'
SET time_zone = SYSTEM
SET sql_mode = 'ANSI_QUOTES'
SELECT "id" FROM t ORDER BY id LIMIT 1
SELECT @@sql_mode
SET sql_mode = 'NO_BACKSLASH_ESCAPES'
SELECT 'a\nb', @@sql_mode
SET sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')
SELECT @@sql_mode
SET sql_mode = ''
INSERT INTO u VALUES (50, 'a string that is much too long for it', 'toolong')
SHOW WARNINGS
SET sql_mode = 'BOGUS'
SET sql_mode = DEFAULT
SET nosuchvariable = 1
SET max_statement_time = 5.5, group_concat_max_len = 5
SELECT @@max_statement_time, @@group_concat_max_len, GROUP_CONCAT(v ORDER BY id) FROM t
SHOW WARNINGS
SET group_concat_max_len = DEFAULT, max_statement_time = DEFAULT
SELECT @@group_concat_max_len
SET sql_select_limit = 2
SELECT id FROM t ORDER BY id
SET sql_select_limit = DEFAULT
SET SESSION wait_timeout = 100, SESSION lock_wait_timeout = 7
SELECT @@wait_timeout, @@lock_wait_timeout
SET @@session.lock_wait_timeout = 8, @@lock_wait_timeout = 9
SELECT @@lock_wait_timeout
SET insert_id = 500
INSERT INTO t (v) VALUES ('inserted with id')
SELECT id FROM t WHERE v = 'inserted with id'
SET timestamp = 86400
SELECT NOW(), CURDATE()
SELECT UNIX_TIMESTAMP()
SET timestamp = DEFAULT
SELECT UNIX_TIMESTAMP() > 86400
-- user variables
SET @a = 5
SELECT @a, @a + 1
SET @b = 'text', @c = 1.50, @d = 2e3, @e = NULL, @f = x'4142'
SELECT @b, @c, @d, @e, @f
SET @g = @a + 1, @h = CONCAT(@b, '!')
SELECT @g, @h, @undefined
SET @max = (SELECT MAX(id) FROM t)
SELECT @max = (SELECT MAX(id) FROM t)
SELECT id FROM t WHERE id = @max
SELECT @x := 10, @x + 1
SELECT @x
SELECT id INTO @picked FROM t ORDER BY id LIMIT 1
SELECT @picked
SELECT COUNT(*), MAX(id) INTO @p1, @p2 FROM t
SELECT @p1 > 0, @p2 > 0
SET @u = 'ünïcödé', @q = 'it''s'
SELECT @u, CHAR_LENGTH(@u), @q
SET @A = 6
SELECT @a, @A
-- values assigned inside statements
SELECT @r := COUNT(*), @s := MAX(id) FROM t
SELECT @r > 0, @s > 0, @r + 0
SELECT 1/0 INTO @z
GET DIAGNOSTICS @conditions = NUMBER
SELECT @conditions, @z
SELECT @y := 'text' INTO @yy
SELECT @y, @yy, CHARSET(@y), COLLATION(@yy)
SET @m1 = 1; SET @m2 = @m1 + 1
SELECT @m1, @m2
-- session trackers: what the client asks for, not what shunt asks for
SET session_track_schema = OFF
USE information_schema
USE shop_diff
SET session_track_schema = ON
USE shop_diff
SET session_track_system_variables = 'sql_mode,time_zone'
SET sql_mode = 'ANSI_QUOTES', autocommit = 1
SET time_zone = '+02:00'
SELECT @@time_zone, @@sql_mode
SET session_track_system_variables = ''
SET time_zone = '+03:00'
SELECT @@time_zone
SET session_track_state_change = ON
SET @st = 1
SET session_track_state_change = OFF
SET session_track_system_variables = DEFAULT
SET time_zone = SYSTEM, sql_mode = DEFAULT
SELECT @@time_zone
-- temporary tables, locks, prepared by name
CREATE TEMPORARY TABLE tmp (a INT)
INSERT INTO tmp VALUES (1), (2)
SELECT * FROM tmp ORDER BY a
SELECT t.id, tmp.a FROM tmp STRAIGHT_JOIN t ON t.id = tmp.a
DROP TEMPORARY TABLE tmp
SELECT * FROM tmp
SELECT GET_LOCK('shunt_diff', 1)
SELECT IS_FREE_LOCK('shunt_diff'), IS_USED_LOCK('shunt_diff') = CONNECTION_ID()
SELECT RELEASE_LOCK('shunt_diff')
SELECT IS_FREE_LOCK('shunt_diff')
SELECT RELEASE_LOCK('shunt_diff')
LOCK TABLES t WRITE, u READ
SELECT COUNT(*) FROM u
INSERT INTO u VALUES (999, 'x', 'y')
UNLOCK TABLES
PREPARE st FROM 'SELECT id, v FROM t WHERE id > ? ORDER BY id LIMIT 2'
SET @from = 1
EXECUTE st USING @from
EXECUTE st
DEALLOCATE PREPARE st
EXECUTE st USING @from
PREPARE bad FROM 'SELEC'
EXECUTE IMMEDIATE 'SELECT 1 + 1'
HANDLER t OPEN
HANDLER t READ FIRST
HANDLER t READ NEXT
HANDLER t OPEN AS h
HANDLER t CLOSE
HANDLER h CLOSE
SELECT 1
START TRANSACTION READ ONLY
SELECT @ro := COUNT(*) >= 0 FROM t
COMMIT
SELECT @ro
INSERT INTO u VALUES (901, 'after ro', 'x')
FLUSH TABLES t WITH READ LOCK
BEGIN
COMMIT
UNLOCK TABLES
XA START 'shunt-diff'
INSERT INTO u VALUES (700, 'xa', 'x')
XA END 'shunt-diff'
XA PREPARE 'shunt-diff'
XA COMMIT 'shunt-diff'
SELECT COUNT(*) FROM u WHERE a = 700
DO 1, SLEEP(0)
DO RELEASE_ALL_LOCKS()
-- routines, triggers, views
CREATE VIEW vw AS SELECT id, UPPER(v) AS upv FROM t
SELECT * FROM vw ORDER BY id LIMIT 2
CREATE FUNCTION plus(a INT, b INT) RETURNS INT DETERMINISTIC RETURN a + b
SELECT plus(2, 3)
CREATE PROCEDURE two(IN a INT, OUT b INT) BEGIN SELECT a; SELECT a + 1 AS next; SET b = a * 2; END
CALL two(4, @out)
SELECT @out
CREATE PROCEDURE setter() SET @from_proc = 42
CALL setter()
SELECT @from_proc
CREATE PROCEDURE failing() BEGIN SELECT 1; SELECT * FROM missing; END
CALL failing()
CREATE TRIGGER tr BEFORE INSERT ON u FOR EACH ROW SET NEW.c = 'trig'
INSERT INTO u (a, b) VALUES (800, 'x')
SELECT * FROM u WHERE a = 800
DROP TRIGGER tr
DROP PROCEDURE two
DROP PROCEDURE setter
DROP PROCEDURE failing
DROP FUNCTION plus
DROP VIEW vw
CREATE SEQUENCE sq START WITH 5
SELECT NEXTVAL(sq), NEXT VALUE FOR sq
SELECT LASTVAL(sq)
DROP SEQUENCE sq
-- metadata
SHOW TABLES
SHOW TABLES LIKE 't%'
SHOW FULL TABLES
SHOW COLUMNS FROM t
SHOW FULL COLUMNS FROM u
SHOW CREATE TABLE u
SELECT index_name, column_name, seq_in_index FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'u'
SHOW DATABASES LIKE 'information%'
SHOW VARIABLES LIKE 'version'
SHOW VARIABLES LIKE 'character_set_client'
SHOW CHARACTER SET LIKE 'utf8mb4'
SHOW COLLATION LIKE 'utf8mb4_bin'
DESCRIBE t
DESC u a
EXPLAIN SELECT * FROM t WHERE id = 1
EXPLAIN UPDATE t SET n = 1 WHERE id = 1
SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY 1, ordinal_position
CHECK TABLE u
ANALYZE TABLE u
CHECKSUM TABLE u
-- comments, hints, odd forms
/* a comment */ SELECT 1 /* inside */ -- behind
SELECT /*+ MAX_EXECUTION_TIME(1000) */ 1
SELECT /* shunt: primary */ 5
SELECT /*! 1 + */ 1
SELECT /*M! 2 + */ 1
# only a comment
SELECT 1;
(SELECT 1)
VALUES (1, 2), (3, 4)
TABLE t
SELECT 1 FROM DUAL
SELECT * FROM t WHERE v LIKE '%o%' ORDER BY id LIMIT 1 OFFSET 1
SELECT * FROM t LIMIT ROWS EXAMINED 10
SELECT id FROM t ORDER BY id OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY
SET STATEMENT max_statement_time = 5 FOR SELECT 1
SELECT SQL_NO_CACHE id FROM t ORDER BY id LIMIT 1
SELECT DISTINCT e FROM t ORDER BY e
SELECT id FROM t GROUP BY id HAVING id > 2 ORDER BY id LIMIT 2
DELETE FROM t WHERE v = 'ret' RETURNING id > 0
UPDATE t, u SET t.n = 3, u.c = 'm' WHERE t.id = u.a
DELETE t FROM t JOIN u ON u.a = t.id
ALTER TABLE u ADD COLUMN extra INT DEFAULT 9, ADD KEY (extra)
SELECT * FROM u ORDER BY a LIMIT 2
RENAME TABLE u TO u2, u2 TO u
TRUNCATE TABLE u
SELECT COUNT(*) FROM u
OPTIMIZE TABLE u
-- found by sessions that the grammar has made
SET @@lock_wait_timeout = 5
SELECT @@lock_wait_timeout
SET @@autocommit = 0
SELECT @@autocommit
SET @@autocommit = 1, @@lock_wait_timeout = DEFAULT
SET STATEMENT sql_mode = 'ANSI_QUOTES' FOR SELECT 1
SELECT 'a', "a"
SET STATEMENT sql_select_limit = 2 FOR SELECT 1
SELECT seq FROM seq_1_to_5
CREATE DATABASE shop_diff_other
USE shop_diff_other
SET @made = 1
SELECT DATABASE(), @made
USE shop_diff
DROP DATABASE shop_diff_other
SET last_insert_id = 33
SELECT LAST_INSERT_ID()
CREATE TABLE counted (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, a INT)
SET insert_id = 5000
SELECT 1
INSERT INTO counted (a) VALUES (1)
SELECT LAST_INSERT_ID()
UPDATE counted SET a = 2
SELECT ROW_COUNT(), LAST_INSERT_ID()
SELECT ROW_COUNT() + 1
INSERT INTO counted (id, a) VALUES (5000, 5) ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id), a = 7
SELECT LAST_INSERT_ID()
SELECT id INTO @unsigned FROM counted
SELECT @unsigned
SELECT @unsigned - 6000
SET sql_auto_is_null = 1
INSERT INTO counted (a) VALUES (3)
SELECT a FROM counted WHERE id IS NULL
SET sql_auto_is_null = 0
SET TRANSACTION READ ONLY
INSERT INTO missing VALUES (1)
INSERT INTO counted (a) VALUES (4)
SELECT COUNT(*) FROM counted
BEGIN
DROP VIEW missing
SELECT @@in_transaction
ROLLBACK
DROP TABLE IF EXISTS missing
SELECT 1
SHOW WARNINGS
SELECT 1 / 0
SET @w = 1
SHOW WARNINGS
SELECT 1 / 0
SELECT @@warning_count, @@error_count
SELECT 1 / 0, 2 / 0, 3 / 0
SHOW WARNINGS LIMIT 1, 2
SELECT nope
SHOW COUNT(*) ERRORS
SHOW ERRORS
KILL 99999999
SHOW ERRORS
SET collation_connection = utf8mb4_german2_ci
SELECT 1 / 0
SHOW WARNINGS
SET NAMES utf8mb4
FOR i IN 1..2 DO SELECT i; END FOR
SET NAMES utf8mb4 COLLATE utf8mb4_bin
SELECT 'x'
SELECT 'x' FOR UPDATE
SET NAMES utf8mb4
SET rand_seed1 = 5, rand_seed2 = 7
SELECT RAND()
SELECT RAND()
DROP TABLE counted
USE information_schema
SELECT DATABASE()
SELECT COUNT(*) > 0 FROM tables
DROP TABLE nowhere.t
