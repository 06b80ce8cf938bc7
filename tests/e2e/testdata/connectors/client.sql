CREATE TABLE goods (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50), price DECIMAL(10,2));
INSERT INTO goods (name, price) VALUES ('chair', 10.5), ('table', 99.99);
SELECT * FROM goods;
SELECT 1/0;
SHOW WARNINGS;
SELECT nope;
BEGIN;
UPDATE goods SET price = 0;
SELECT SUM(price) FROM goods;
ROLLBACK;
SELECT SUM(price) FROM goods;
SET @a = (SELECT MAX(price) FROM goods);
SELECT @a;
PREPARE p FROM 'SELECT name FROM goods WHERE id = ?';
SET @id = 2;
EXECUTE p USING @id;
DEALLOCATE PREPARE p;
USE information_schema;
SELECT DATABASE();
USE no_such_database;
delimiter //
SELECT 1; SELECT 2//
delimiter ;
-- back to the story's database
USE @DATABASE@;
CREATE TEMPORARY TABLE tmp (a INT);
INSERT INTO tmp VALUES (1);
SELECT * FROM tmp;
INSERT INTO goods (name) VALUES (REPEAT('x', 60));
SELECT COUNT(*) FROM seq_1_to_100000;
