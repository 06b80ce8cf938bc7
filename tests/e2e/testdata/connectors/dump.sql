-- A database with one of everything that a dump has to bring back. The bulk of it is in the first two tables.
CREATE TABLE pictures (id INT PRIMARY KEY, name VARCHAR(50) UNIQUE, body LONGBLOB);
INSERT INTO pictures SELECT seq, CONCAT('picture ', seq), REPEAT(UNHEX(SHA2(seq, 512)), 4096) FROM seq_1_to_700;
CREATE TABLE orders (id INT PRIMARY KEY AUTO_INCREMENT, customer INT NOT NULL, at DATETIME(3) NOT NULL, sum DECIMAL(12,2), note VARCHAR(200), KEY by_customer (customer, at));
INSERT INTO orders SELECT seq, seq % 9973, '2024-01-01' + INTERVAL seq SECOND, seq / 7, IF(seq % 10 = 0, NULL, CONCAT(SHA2(seq, 512), ' grüße')) FROM seq_1_to_150000;
CREATE TABLE kinds (id INT PRIMARY KEY AUTO_INCREMENT, b BIGINT UNSIGNED, d DECIMAL(30,10), f DOUBLE, g FLOAT, day DATE, at DATETIME(6), stamp TIMESTAMP NULL, took TIME(3), y YEAR,
  bits BIT(9), e ENUM('one','zwei '''), s SET('a','b','c'), t TEXT CHARACTER SET utf8mb4, l VARCHAR(50) CHARACTER SET latin1, raw VARBINARY(300), j JSON, flag BOOL, place POINT,
  twice INT AS (y * 2) STORED, thrice INT AS (y * 3) VIRTUAL, u UUID, ip INET6) COMMENT 'one of each; it''s "odd"';
INSERT INTO kinds (b, d, f, g, day, at, stamp, took, y, bits, e, s, t, l, raw, j, flag, place, u, ip) VALUES
  (18446744073709551615, 12345678901234567890.0123456789, 1.7976931348623157e308, 0.1, '2024-02-29', '2024-02-29 23:59:59.999999', '2038-01-19 03:14:07', '-838:59:59.999', 1999,
    b'100000001', 'zwei ''', 'a,c', 'grüße 🚲 \\ \' " \0 \n \r \Z `', 'Käse', UNHEX('000A0D1A22275C60FF'), '{"a": [1, null, "ü"]}', TRUE, POINT(1.5, -2), '123e4567-e89b-12d3-a456-426655440000', '2001:db8::ff00:42:8329'),
  (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (0, -0.5, 2.2250738585072014e-308, -1e38, '0001-01-01', '9999-12-31', '1970-01-02', '00:00:00', 1901, b'0', 'one', '', '', '', '', '[]', FALSE, POINT(0, 0), '00000000-0000-0000-0000-000000000000', '::');
CREATE TABLE `odd ``name;` (`a ``b` INT, `select` INT, KEY `k ``k` (`select`)) ENGINE=MyISAM;
INSERT INTO `odd ``name;` VALUES (1, 2), (3, NULL);
CREATE TABLE nothing_in_it (id INT PRIMARY KEY);
CREATE TABLE parts (id INT NOT NULL, year INT NOT NULL, of INT, PRIMARY KEY (id, year)) PARTITION BY RANGE (year) (PARTITION old VALUES LESS THAN (2000), PARTITION new VALUES LESS THAN MAXVALUE);
INSERT INTO parts SELECT seq, 1990 + seq % 20, seq FROM seq_1_to_1000;
CREATE TABLE order_lines (id INT PRIMARY KEY, order_id INT NOT NULL, FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE, CHECK (id > 0));
INSERT INTO order_lines SELECT seq, seq FROM seq_1_to_1000;
CREATE SEQUENCE numbers START WITH 7 INCREMENT BY 3;
DO NEXTVAL(numbers);
CREATE TABLE journal (id INT PRIMARY KEY AUTO_INCREMENT, what VARCHAR(100));
INSERT INTO journal (what) VALUES ('before the trigger');
CREATE FUNCTION taxed(price DECIMAL(12,2)) RETURNS DECIMAL(12,2) DETERMINISTIC COMMENT 'it''s; a function' RETURN price * 1.2;
CREATE PROCEDURE spend(IN who INT, OUT total DECIMAL(14,2)) READS SQL DATA BEGIN SELECT SUM(sum) INTO total FROM orders WHERE customer = who; END;
CREATE TRIGGER journal_of_parts AFTER INSERT ON parts FOR EACH ROW BEGIN INSERT INTO journal (what) VALUES (CONCAT('part ', NEW.id, '; added')); END;
CREATE TRIGGER more_of_parts BEFORE UPDATE ON parts FOR EACH ROW SET NEW.of = OLD.of + 1;
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DISABLE COMMENT 'ü' DO BEGIN DELETE FROM journal WHERE id < 0; END;
CREATE VIEW a_of_z AS SELECT 1 AS one;
CREATE VIEW big_orders AS SELECT id, customer, taxed(sum) AS price FROM orders WHERE sum > 21000;
CREATE OR REPLACE VIEW a_of_z AS SELECT COUNT(*) AS n FROM big_orders;
