-- What MySQL has and MariaDB has not, or has in its own way. One statement a line, as in differential.sql.
-- types and tables
CREATE TABLE doc (id INT PRIMARY KEY AUTO_INCREMENT, j JSON, g GEOMETRY, v VECTOR(3), n INT INVISIBLE DEFAULT 7, s VARCHAR(20) DEFAULT (CONCAT('a', 'b')), c INT GENERATED ALWAYS AS (j->>'$.k') STORED, CHECK (n > 0), KEY low ((LOWER(s))))
INSERT INTO doc (j, g, v) VALUES ('{"k": 1, "l": [1, 2, {"m": null}]}', ST_GeomFromText('POINT(1 2)'), STRING_TO_VECTOR('[1,2,3]'))
INSERT INTO doc (j) VALUES ('{"k": 2}'), ('{"k": 3}'), (NULL)
INSERT INTO doc (n, j) VALUES (-1, NULL)
INSERT INTO doc (j) VALUES ('{bad')
SELECT * FROM doc ORDER BY id
SELECT id, n FROM doc ORDER BY id
SELECT id, j->'$.l', j->>'$.l[2]', JSON_PRETTY(j), JSON_STORAGE_SIZE(j) FROM doc ORDER BY id
SELECT ST_AsText(g), ST_AsBinary(g), VECTOR_TO_STRING(v), VECTOR_DIM(v) FROM doc ORDER BY id
SELECT t.* FROM doc, JSON_TABLE(j, '$.l[*]' COLUMNS (o FOR ORDINALITY, x JSON PATH '$')) AS t WHERE id = 1
SELECT JSON_ARRAYAGG(id), JSON_OBJECTAGG(id, c) FROM doc WHERE c IS NOT NULL
SELECT 2 MEMBER OF (j->'$.l'), JSON_OVERLAPS(j, '[1]'), JSON_SCHEMA_VALID('{"type": "object"}', j) FROM doc WHERE id = 1
SELECT JSON_VALUE(j, '$.k' RETURNING SIGNED) FROM doc ORDER BY id
UPDATE doc SET j = JSON_SET(j, '$.k', 9) WHERE id = 1
SELECT ROW_COUNT()
SELECT c FROM doc WHERE id = 1
ALTER TABLE doc ADD COLUMN late INT DEFAULT 5, ALGORITHM=INSTANT
SHOW EXTENDED COLUMNS FROM doc
SHOW CREATE TABLE doc
SHOW INDEX FROM doc
ALTER TABLE doc ALTER INDEX low INVISIBLE
ALTER TABLE doc RENAME COLUMN late TO later
-- queries
VALUES ROW(1, 'a'), ROW(2, 'b')
TABLE doc ORDER BY id LIMIT 1
(SELECT 1 UNION SELECT 2) EXCEPT SELECT 1
SELECT 1 INTERSECT SELECT 1
SELECT d.id, l.twice FROM doc d, LATERAL (SELECT d.id * 2 AS twice) AS l ORDER BY d.id
WITH a AS (SELECT id FROM doc), b AS (SELECT COUNT(*) AS n FROM a) SELECT n FROM b
WITH RECURSIVE c AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM c WHERE n < 5) SELECT * FROM c
WITH a AS (SELECT MAX(id) AS m FROM doc) UPDATE doc, a SET s = 'cte' WHERE id = m
SELECT id, LAG(id) OVER w, RANK() OVER w, SUM(id) OVER (ORDER BY id ROWS 1 PRECEDING) FROM doc WINDOW w AS (ORDER BY id)
SELECT c, COUNT(*), GROUPING(c) FROM doc GROUP BY c WITH ROLLUP
SELECT REGEXP_REPLACE('abc', 'b', 'x'), REGEXP_LIKE('a', 'A', 'c'), REGEXP_SUBSTR('ab12', '[0-9]+')
SELECT BIN_TO_UUID(UUID_TO_BIN('6ccd780c-baba-1026-9564-5b8c656024db')), IS_UUID('x'), ANY_VALUE(1)
SELECT FORMAT_BYTES(1024), FORMAT_PICO_TIME(1000), STATEMENT_DIGEST_TEXT('SELECT 1 + 2')
SELECT SHA2('x', 256), MD5('x'), SHA1('x'), CRC32('x')
SELECT CAST('12:34:56.7' AS TIME(1)), CAST(1 AS FLOAT), CAST(1.5 AS YEAR), CAST('1' AS JSON), TIMESTAMP'2024-01-01 00:00:00+02:00'
SELECT 0x41 | 0x42, BIT_COUNT(b'111'), _binary 'a' ^ _binary 'b'
SELECT /*+ SET_VAR(sort_buffer_size = 65536) */ @@sort_buffer_size
SELECT /*+ NO_INDEX_MERGE(doc) QB_NAME(q) */ id FROM doc WHERE id = 1
SELECT /*! 1 + */ 1, /*!80000 2 + */ 2, /*!99999 3 + */ 3
SELECT id FROM doc ORDER BY id FOR UPDATE SKIP LOCKED
SELECT id FROM doc WHERE id = 1 FOR SHARE OF doc NOWAIT
SELECT * FROM doc WHERE id = 1 FOR UPDATE OF nothing
SELECT id FROM doc FORCE INDEX (PRIMARY) WHERE id > 1 ORDER BY id
SELECT DISTINCTROW s FROM doc ORDER BY s
SELECT id FROM doc QUALIFY ROW_NUMBER() OVER (ORDER BY id) = 1
INSERT INTO doc (id, j) VALUES (1, '{"k": 4}') AS new ON DUPLICATE KEY UPDATE j = new.j
INSERT INTO doc (id, s) VALUES (1, 'old') ON DUPLICATE KEY UPDATE s = VALUES(s)
SHOW WARNINGS
INSERT INTO doc SET s = 'set form'
INSERT INTO doc TABLE doc
REPLACE INTO doc (id, s) VALUES ROW(2, 'row')
DELETE FROM doc AS d WHERE d.id = 3
-- what is deprecated says so, in the middle and at the end
SELECT 'a' || 'b'
SHOW WARNINGS
SELECT 1 AND 2, 1 && 2
SHOW COUNT(*) WARNINGS
SELECT BINARY 'a'
SHOW WARNINGS
SELECT @x := 1
SHOW WARNINGS
SELECT CAST('x' AS SIGNED), 1/0
SHOW WARNINGS
SHOW WARNINGS LIMIT 1
SHOW WARNINGS LIMIT 1, 1
SELECT @@warning_count
SELECT SQL_CALC_FOUND_ROWS id FROM doc ORDER BY id LIMIT 1
SELECT FOUND_ROWS()
SHOW WARNINGS
SET NAMES utf8mb3
SHOW WARNINGS
SET NAMES utf8mb4
SET NAMES DEFAULT
SELECT @@collation_connection, @@character_set_client
CREATE TABLE old_ways (a INT(5) ZEROFILL, f FLOAT(7,3), u DOUBLE UNSIGNED)
SHOW WARNINGS
DROP TABLE old_ways
-- trackers: what the client asks for, not what shunt asks for
SET session_track_transaction_info = 'STATE'
BEGIN
SELECT COUNT(*) FROM doc
INSERT INTO doc (s) VALUES ('tracked')
COMMIT AND CHAIN
COMMIT AND CHAIN
ROLLBACK AND CHAIN
ROLLBACK
SET session_track_transaction_info = 'CHARACTERISTICS'
SET TRANSACTION ISOLATION LEVEL READ COMMITTED
START TRANSACTION READ ONLY, WITH CONSISTENT SNAPSHOT
COMMIT
SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY
BEGIN
SELECT COUNT(*) FROM doc
COMMIT
SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE
START TRANSACTION
COMMIT
SET session_track_transaction_info = 'OFF'
BEGIN
COMMIT AND CHAIN
ROLLBACK AND CHAIN
COMMIT
SET session_track_state_change = ON
SET @tracked = 1
SELECT @tracked
CREATE TEMPORARY TABLE tracked_tmp (a INT)
DROP TEMPORARY TABLE tracked_tmp
PREPARE tracked FROM 'SELECT 1'
DEALLOCATE PREPARE tracked
SET session_track_state_change = OFF
SET session_track_system_variables = 'sql_mode, time_zone'
SET time_zone = '+02:00', sql_mode = ''
SET time_zone = SYSTEM, sql_mode = DEFAULT
SET session_track_system_variables = 'no_such_variable'
SET session_track_system_variables = NULL
SET session_track_system_variables = DEFAULT
-- settings
SET SESSION sql_mode = 'PIPES_AS_CONCAT'
SELECT 'a' || 'b'
SET sql_mode = DEFAULT
SET @@SESSION.transaction_isolation = 'READ-COMMITTED', @@SESSION.transaction_read_only = OFF
SELECT @@transaction_isolation, @@session.transaction_read_only
SET @@transaction_isolation = 'SERIALIZABLE'
SELECT @@transaction_isolation
COMMIT
SELECT @@transaction_isolation
SET SESSION transaction_isolation = DEFAULT
SET SESSION max_execution_time = 5000, SESSION cte_max_recursion_depth = 2000
SELECT @@max_execution_time, @@cte_max_recursion_depth
SET max_execution_time = DEFAULT, cte_max_recursion_depth = DEFAULT
SET SESSION explain_format = 'TREE'
EXPLAIN SELECT 1
SET explain_format = DEFAULT
SET optimizer_switch = 'index_merge=off'
SELECT @@optimizer_switch LIKE '%index_merge=off%'
SET optimizer_switch = 'index_merge=on'
SET default_collation_for_utf8mb4 = utf8mb4_general_ci
SET windowing_use_high_precision = OFF
SELECT @@windowing_use_high_precision
SET windowing_use_high_precision = ON
SET SESSION innodb_lock_wait_timeout = 3, foreign_key_checks = 0, unique_checks = 0
SELECT @@innodb_lock_wait_timeout, @@foreign_key_checks, @@unique_checks
SET innodb_lock_wait_timeout = DEFAULT, foreign_key_checks = DEFAULT, unique_checks = DEFAULT
SET div_precision_increment = 2
SELECT 1/3
SET div_precision_increment = DEFAULT
SET lc_time_names = 'de_DE'
SELECT MONTHNAME('2024-03-01'), @@lc_time_names
SET lc_time_names = DEFAULT
SET statement_id = 1
SET ROLE NONE
SELECT CURRENT_ROLE(), CURRENT_USER()
SET ROLE nobody
SHOW GRANTS
SHOW PRIVILEGES
SET sql_require_primary_key = ON
CREATE TABLE keyless (a INT)
SET sql_require_primary_key = OFF
SET sql_generate_invisible_primary_key = ON
CREATE TABLE keyless (a INT)
INSERT INTO keyless VALUES (5)
SELECT LAST_INSERT_ID(), my_row_id, a FROM keyless
DROP TABLE keyless
SET sql_generate_invisible_primary_key = OFF
-- user variables of every type
SET @i = 5, @u = CAST(5 AS UNSIGNED), @d = 1.50, @f = 2e0, @s = 'x', @b = _binary 'x', @l = _latin1'x', @n = NULL, @j = CAST('{"a": 1}' AS JSON)
SELECT @i, @u, @d, @f, @s, @b, @l, @n, @j
SET @i2 = @i + 1, @u2 = @u + 1, @d2 = @d + 1, @f2 = @f + 1, @n2 = NULL + 1, @s2 = CONCAT(@s, 'y')
SELECT @i2, @u2, @d2, @f2, @n2, @s2
SELECT @u3 := CAST(18446744073709551615 AS UNSIGNED), @t := NOW(6) > '2020-01-01', @e := DATE'2024-01-01'
SELECT @u3, @t, @e
SELECT 1/0 INTO @z
SHOW WARNINGS
SET @z = 1/0
SHOW COUNT(*) WARNINGS
DO 1/0
GET DIAGNOSTICS @conditions = NUMBER
GET DIAGNOSTICS CONDITION 1 @state = RETURNED_SQLSTATE, @text = MESSAGE_TEXT
SELECT @conditions, @state, @text
-- routines
CREATE PROCEDURE raising() SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no', MYSQL_ERRNO = 5000
CALL raising()
SHOW ERRORS
CREATE PROCEDURE warning() SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT = 'mind'
CALL warning()
SHOW WARNINGS
CREATE PROCEDURE several() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN GET STACKED DIAGNOSTICS @n = NUMBER; RESIGNAL; END; SELECT 1 AS one; SELECT 2 AS two, 'x'; SELECT nope; END
CALL several()
SELECT @n
CREATE PROCEDURE io(IN a INT, INOUT b INT, OUT c VARCHAR(10)) BEGIN SET b = a + b, c = 'out'; SELECT a; END
SET @b = 2
CALL io(1, @b, @c)
SELECT @b, @c
CREATE FUNCTION twice(x INT) RETURNS INT NO SQL RETURN x * 2
SELECT twice(4)
CREATE FUNCTION md5(x TEXT) RETURNS TEXT NO SQL RETURN 'mine'
SELECT md5('x')
DROP FUNCTION md5
DROP FUNCTION twice
DROP PROCEDURE raising
DROP PROCEDURE warning
DROP PROCEDURE several
DROP PROCEDURE io
-- transactions and locks
BEGIN
SAVEPOINT a
INSERT INTO doc (s) VALUES ('one')
SAVEPOINT b
ROLLBACK TO SAVEPOINT a
ROLLBACK TO SAVEPOINT b
SELECT LAST_INSERT_ID()
ROLLBACK
XA START 'a', 'b', 7
INSERT INTO doc (s) VALUES ('xa')
XA END 'a', 'b', 7
XA COMMIT 'a', 'b', 7 ONE PHASE
XA RECOVER
LOCK TABLES doc READ
INSERT INTO doc (s) VALUES ('refused')
UNLOCK TABLES
LOCK INSTANCE FOR BACKUP
UNLOCK INSTANCE
SELECT GET_LOCK('shunt_mysql', 0), GET_LOCK('shunt_mysql', 0), IS_FREE_LOCK('shunt_mysql')
SELECT RELEASE_LOCK('shunt_mysql'), RELEASE_ALL_LOCKS()
CREATE TABLE atomic_copy AS SELECT id FROM doc LIMIT 1
DROP TABLE atomic_copy
CREATE TEMPORARY TABLE scratch SELECT 1 AS a
SELECT * FROM scratch
DROP TEMPORARY TABLE scratch
SET autocommit = 0
INSERT INTO doc (s) VALUES ('open')
SET autocommit = 1
SELECT COUNT(*) FROM doc
-- metadata; not SHOW CREATE USER, to which MySQL 9.7 gives no answer at all when it is prepared and executed twice
DESCRIBE doc
EXPLAIN FORMAT=JSON SELECT 1
EXPLAIN FORMAT=TREE SELECT id FROM doc WHERE id = 1
EXPLAIN FORMAT=TRADITIONAL SELECT id FROM doc WHERE id = 1
SHOW WARNINGS
EXPLAIN ANALYZE INSERT INTO doc (s) VALUES ('x')
SHOW TABLE STATUS LIKE 'nothing'
SHOW FULL TABLES
SHOW VARIABLES LIKE 'version%'
SHOW SESSION STATUS LIKE 'Ssl_cipher'
SHOW COLLATION LIKE 'utf8mb4_0900_ai_ci'
SHOW CHARACTER SET LIKE 'utf8mb4'
SHOW TRIGGERS
SHOW EVENTS
SHOW FUNCTION STATUS WHERE db = 'none'
SHOW ENGINES
SHOW OPEN TABLES FROM shop_none
HELP 'SELECT 1'
SELECT constraint_name, check_clause FROM information_schema.check_constraints WHERE constraint_schema = DATABASE()
SELECT column_name, extra, generation_expression FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position
CHECKSUM TABLE doc
ANALYZE TABLE doc UPDATE HISTOGRAM ON c WITH 4 BUCKETS
TRUNCATE TABLE doc
-- words of MariaDB that MySQL refuses, and words that MySQL has dropped
SHOW MASTER STATUS
SHOW SLAVE STATUS
CHANGE MASTER TO MASTER_HOST = 'x'
START SLAVE
INSERT INTO doc (s) VALUES ('r') RETURNING id
CREATE SEQUENCE sq
EXECUTE IMMEDIATE 'SELECT 1'
SET STATEMENT max_statement_time = 1 FOR SELECT 1
SELECT PASSWORD('x')
SELECT @@tx_isolation
CREATE USER nobody IDENTIFIED WITH mysql_native_password BY 'x'
-- at last another database
SET session_track_state_change = ON
USE information_schema
SELECT DATABASE()
SET session_track_schema = OFF
USE mysql
USE information_schema
