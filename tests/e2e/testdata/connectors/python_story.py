"""What both Python connectors do: the DB-API 2.0 (PEP 249) against one database. Prints what it sees; a test compares that with a direct
connection. python_pymysql.py and python_mysqlclient.py add what is each connector's own."""
import datetime
import decimal
import hashlib
import os
import tempfile


def settings(**more):
    """The arguments of connect(); what is None in more is left out."""
    found = dict(host=os.environ["DB_HOST"], port=int(os.environ["DB_PORT"]), user=os.environ["DB_USER"],
                 passwd=os.environ["DB_PASSWORD"], db=os.environ["DB_NAME"], charset="utf8mb4")
    if "DB_CA" in os.environ:
        found["ssl"] = {"ca": os.environ["DB_CA"]}
    found.update(more)
    return {key: value for key, value in found.items() if value is not None}


def chapter(name):
    print("==", name)


def attempt(what, action):
    """Prints what an action gives, or the class and arguments of its error."""
    try:
        print(what, "gives", repr(action()))
    except Exception as fault:
        print(what, "raises", type(fault).__name__, fault.args)


class Story:
    more = {}  # arguments of connect() that the connector needs besides

    def __init__(self, connector):
        self.connector = connector
        self.db = self.another()

    def another(self, **more):
        return self.connector.connect(**settings(**{**self.more, **more}))

    def run(self, sql, args=None, db=None):
        """Runs a statement and prints all there is to see of its results."""
        cursor = (db or self.db).cursor()
        print(">", sql[:100], "" if args is None else repr(args)[:100])
        try:
            cursor.execute(sql, args)
            while True:
                print("  rowcount", cursor.rowcount, "lastrowid", cursor.lastrowid, "columns", cursor.description)
                for row in cursor.fetchall() if cursor.description else ():
                    print(" ", row)
                if not cursor.nextset():
                    break
        except self.connector.Error as fault:
            print("  raises", type(fault).__name__, fault.args)
        finally:
            cursor.close()

    def value(self, sql, args=None, db=None):
        cursor = (db or self.db).cursor()
        cursor.execute(sql, args)
        row = cursor.fetchone()
        cursor.close()
        return row and row[0]

    def connect(self):
        chapter("connect")
        print(self.db.get_server_info(), self.db.character_set_name())
        self.run("SELECT CURRENT_USER(), DATABASE(), @@character_set_client, @@collation_connection, @@autocommit")
        ids = {self.value("SELECT CONNECTION_ID()") for _ in range(5)}
        print("the connection id is constant:", ids == {self.db.thread_id()})
        for what, wrong in ("a wrong password", dict(passwd="wrong")), ("an unknown database", dict(db="shop_nowhere")), ("no password", dict(passwd="")), (
                "an unknown account", dict(user="nobody")), ("a forbidden database", dict(db="mysql")):
            attempt(what, lambda: self.another(**wrong))

    def values(self):
        chapter("values")
        self.run("CREATE TABLE kinds (id INT PRIMARY KEY AUTO_INCREMENT, b BIGINT UNSIGNED, d DECIMAL(30,10), f DOUBLE, day DATE, at DATETIME(6),"
                 " took TIME(3), y YEAR, bits BIT(9), e ENUM('one','two'), s SET('a','b','c'), t VARCHAR(50), raw VARBINARY(300), j JSON, flag BOOL)")
        rows = [
            (18446744073709551615, decimal.Decimal("12345678901234567890.0123456789"), 1.5e300, datetime.date(2024, 2, 29),
             datetime.datetime(2024, 2, 29, 23, 59, 59, 999999), datetime.timedelta(hours=-100, milliseconds=1), 1999, 257, "two", "a,c",
             "grüße 🚲 'quoted\\' \0 %s", bytes(range(256)), '{"a": [1, null]}', True),
            (None,) * 14,
            (0, decimal.Decimal("-0.5"), -0.0, datetime.date(1000, 1, 1), datetime.datetime(9999, 12, 31), datetime.timedelta(0), 1901, 0, "one", "", "", b"", "[]", False),
        ]
        insert = "INSERT INTO kinds (b, d, f, day, at, took, y, bits, e, s, t, raw, j, flag) VALUES (" + ", ".join(["%s"] * 14) + ")"
        for row in rows:
            self.run(insert, row)
        self.run("SELECT * FROM kinds ORDER BY id")
        for row in rows[::2]:
            self.run("SELECT id FROM kinds WHERE t = %s AND raw = %s AND d = %s AND at = %s", (row[10], row[11], row[1], row[4]))
        cursor = self.db.cursor()
        print("executemany", cursor.executemany("INSERT INTO kinds (b, t) VALUES (%s, %s)", [(n, "row %d" % n) for n in range(1000)]), cursor.lastrowid)
        cursor.close()
        self.run("SELECT COUNT(*), SUM(b), MAX(t) FROM kinds")

    def prepared(self):
        chapter("prepared")
        self.run("SET @from = 3")
        self.run("PREPARE later FROM 'SELECT id, b, t FROM kinds WHERE id > ? ORDER BY id LIMIT 2'")
        self.run("EXECUTE later USING @from")
        self.run("SET @from = 1000")
        self.run("EXECUTE later USING @from")
        self.run("DEALLOCATE PREPARE later")
        self.run("EXECUTE later USING @from")
        self.run("PREPARE wrong FROM 'SELECT FROM'")
        self.run("EXECUTE IMMEDIATE 'SELECT ? + 1' USING 2")

    def blobs(self):
        chapter("blobs")
        self.run("CREATE TABLE files (id INT PRIMARY KEY, body LONGBLOB)")
        for n, body in enumerate((b"", b"\0", bytes(range(256)) * 4, bytes(range(256)) * 12 * 1024)):
            self.run("INSERT INTO files VALUES (%s, %s)", (n, body))
            back, digest = self.value("SELECT body FROM files WHERE id = %s", (n,)), self.value("SELECT MD5(body) FROM files WHERE id = %s", (n,))
            print(len(body), "bytes are the same:", bytes(back) == body, hashlib.md5(body).hexdigest() == digest)

    def transactions(self):
        chapter("transactions")
        self.run("CREATE TABLE accounts (id INT PRIMARY KEY, money INT NOT NULL)")
        self.run("INSERT INTO accounts VALUES (1, 100), (2, 0)")
        self.db.commit()
        other = self.another()
        self.run("UPDATE accounts SET money = money - 10 WHERE id = 1")
        self.run("SELECT * FROM accounts ORDER BY id")
        print("another sees", self.value("SELECT money FROM accounts WHERE id = 1", db=other))
        other.commit()
        self.db.rollback()
        self.run("SELECT * FROM accounts ORDER BY id")
        self.run("UPDATE accounts SET money = money + 5 WHERE id = 2")
        self.run("SAVEPOINT here")
        self.run("DELETE FROM accounts")
        self.run("ROLLBACK TO SAVEPOINT here")
        self.run("ROLLBACK TO SAVEPOINT nowhere")
        self.db.commit()
        self.run("SELECT @@in_transaction")
        self.run("SELECT * FROM accounts ORDER BY id FOR UPDATE")
        self.run("UPDATE accounts SET money = 1 WHERE id = 1")
        self.run("SET innodb_lock_wait_timeout = 1", db=other)
        self.run("UPDATE accounts SET money = 2 WHERE id = 1", db=other)
        self.db.commit()
        self.run("UPDATE accounts SET money = 3 WHERE id = 1", db=other)
        other.commit()
        other.close()
        self.db.autocommit(True)
        stale = 0
        for n in range(50):
            self.value("UPDATE accounts SET money = %s WHERE id = 1", (n,))
            stale += self.value("SELECT money FROM accounts WHERE id = 1") != n
        print("stale reads:", stale)
        self.run("START TRANSACTION READ ONLY")
        self.run("DELETE FROM accounts")
        self.run("COMMIT")
        self.db.autocommit(False)

    def errors(self):
        chapter("errors")
        self.run("CREATE TABLE parts (id INT PRIMARY KEY, of INT NOT NULL, name VARCHAR(5), FOREIGN KEY (of) REFERENCES accounts (id))")
        for sql in ("INSERT INTO accounts VALUES (1, 1)", "SELEC 1", "SELECT nope FROM accounts", "SELECT * FROM nowhere", "SELECT * FROM shop_nowhere.t", "SELECT 1 FROM mysql.user",
                    "INSERT INTO parts VALUES (1, 99, 'x')", "INSERT INTO parts VALUES (1, NULL, 'x')", "INSERT INTO parts VALUES (1, 1, 'too long')",
                    "INSERT INTO parts (id) VALUES (1)", "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'grüße', MYSQL_ERRNO = 30001", "SELECT 1 / 0", "SELECT CAST('x' AS INT)",
                    "SHOW WARNINGS", "SELECT SLEEP(0)", "KILL 4294967295", "SET nonsense = 1", "USE shop_nowhere", "CALL nowhere()", "", ";", "SELECT * FROM accounts WHERE id = 'x'"):
            self.run(sql)
        self.run("SELECT 'still here'")

    def results(self):
        chapter("results")
        self.run("CREATE PROCEDURE two(IN a INT, OUT b INT) BEGIN SET b = a * 2; SELECT a AS first; SELECT id, money FROM accounts; END")
        self.run("CREATE PROCEDURE failing() BEGIN SELECT 1; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'in the middle'; END")
        cursor = self.db.cursor()
        print("callproc", cursor.callproc("two", (21, 0)))
        while True:
            print(cursor.rowcount, cursor.description, cursor.fetchall() if cursor.description else ())
            if not cursor.nextset():
                break
        cursor.close()
        self.run("SELECT @_two_0, @_two_1")
        self.run("CALL failing()")
        self.run("CALL two(1)")

    def session(self):
        chapter("session")
        self.db.commit()
        self.run("INSERT INTO kinds (t) VALUES ('last'), ('very last')")
        print("insert_id", self.db.insert_id())
        self.run("SELECT LAST_INSERT_ID(), ROW_COUNT()")
        self.run("UPDATE kinds SET t = 'last' WHERE t LIKE '%%last'", ())
        self.run("SELECT SQL_CALC_FOUND_ROWS id FROM kinds LIMIT 1")
        self.run("SELECT FOUND_ROWS()")
        self.run("SET @mine = 'grüße', time_zone = '+05:00'")
        self.run("CREATE TEMPORARY TABLE scratch SELECT 1 AS one")
        self.run("SELECT @mine, @@time_zone, one FROM scratch")
        self.run("DROP TEMPORARY TABLE scratch")
        self.run("SELECT GET_LOCK('python', 0), IS_USED_LOCK('python') = CONNECTION_ID()")
        self.run("SELECT RELEASE_LOCK('python')")
        self.db.commit()
        self.db.select_db("information_schema")
        self.run("SELECT DATABASE()")
        attempt("select_db", lambda: self.db.select_db("shop_nowhere"))
        self.db.select_db(os.environ["DB_NAME"])
        attempt("ping", self.db.ping)

    def files(self):
        chapter("a file of the client")
        with tempfile.NamedTemporaryFile() as file:
            file.write("1\tgrüße\n2\t\\N\n2\tdouble\n".encode())
            file.flush()
            for allowed in 0, 1:
                db = self.another(local_infile=allowed)
                self.run("CREATE OR REPLACE TABLE names (id INT PRIMARY KEY, name VARCHAR(50))", db=db)
                try:
                    print(self.value("LOAD DATA LOCAL INFILE %s INTO TABLE names CHARACTER SET utf8mb4", (file.name,), db=db))
                except self.connector.Error as fault:
                    print("raises", type(fault).__name__, fault.args)
                self.run("SHOW WARNINGS", db=db)
                self.run("SELECT * FROM names", db=db)
                db.close()

    def tell(self):
        for part in (self.connect, self.values, self.prepared, self.blobs, self.transactions, self.errors, self.results, self.session, self.files,
                     self.own, self.large):
            part()
        self.db.close()
        attempt("a query on a closed connection", lambda: self.value("SELECT 1"))
        chapter("end")

    def large(self):
        chapter("large")
        self.db = self.another(cursorclass=self.unbuffered)
        cursor = self.db.cursor()
        cursor.execute("SELECT seq, REPEAT('x', 30) FROM seq_1_to_100000")
        count = total = 0
        for number, text in cursor:
            count, total = count + 1, total + number + len(text)
        cursor.close()
        print(count, "rows, sum", total)
