-- What a dump or an installer has: statements with delimiters of their own, comments that are code for some versions.
/*!40101 SET @saved_sql_mode = @@sql_mode, sql_mode = 'NO_AUTO_VALUE_ON_ZERO' */;
/*M!100100 SET @only_on_mariadb = 1 */;
CREATE TABLE audit (id INT PRIMARY KEY AUTO_INCREMENT, what VARCHAR(50));
INSERT INTO audit VALUES (0, 'zero is kept');
DELIMITER //
CREATE TRIGGER goods_added AFTER INSERT ON goods FOR EACH ROW
BEGIN
  INSERT INTO audit (what) VALUES (CONCAT('added ', NEW.name)); -- a semicolon; inside
END//
CREATE PROCEDURE stock(IN at_least INT)
BEGIN
  DECLARE done INT DEFAULT 0;
  DECLARE n VARCHAR(50);
  DECLARE c CURSOR FOR SELECT name FROM goods WHERE id >= at_least ORDER BY id;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = 1;
  OPEN c;
  every: LOOP
    FETCH c INTO n;
    IF done THEN LEAVE every; END IF;
    SELECT n AS in_stock;
  END LOOP;
  CLOSE c;
END//
CREATE FUNCTION taxed(price DECIMAL(10,2)) RETURNS DECIMAL(10,2) DETERMINISTIC RETURN price * 1.2//
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE DO BEGIN DELETE FROM audit WHERE id < 0; END//
DELIMITER ;
CREATE VIEW expensive AS SELECT name, taxed(price) AS price FROM goods WHERE price > 50;
INSERT INTO goods (name, price) VALUES ('lamp', 70);
CALL stock(2);
SELECT * FROM expensive ORDER BY name;
SELECT * FROM audit ORDER BY id;
SHOW CREATE PROCEDURE stock\G
SELECT trigger_name, event_manipulation, action_statement, sql_mode, definer FROM information_schema.triggers WHERE trigger_schema = DATABASE()\G
SELECT event_name, event_definition, status, interval_value FROM information_schema.events WHERE event_schema = DATABASE()\G
SET sql_mode = @saved_sql_mode;
SELECT @@sql_mode, @only_on_mariadb;
