"""mysqlclient (MySQLdb): Python on MariaDB Connector/C."""
import os

import MySQLdb
import MySQLdb.constants.CLIENT as CLIENT
import MySQLdb.cursors

from python_story import Story, attempt, chapter


class MySQLClient(Story):
    unbuffered = MySQLdb.cursors.SSCursor
    more = {"compress": True} if "DB_COMPRESS" in os.environ else {}

    def own(self):
        chapter("multi statements")
        several = self.another(client_flag=CLIENT.MULTI_STATEMENTS)
        self.run("SELECT 1; SELECT 2 AS b; UPDATE accounts SET money = 7; SELECT nope; SELECT 'never'", db=several)
        self.run("SELECT 'still here'; SELECT COUNT(*) FROM accounts WHERE money = 7", db=several)
        print("info", several.info(), "warnings", several.warning_count(), "fields", several.field_count())
        several.close()
        chapter("change user")
        self.run("SET @mine = 1, sql_mode = 'ANSI_QUOTES'")
        attempt("change_user", lambda: self.db.change_user(os.environ["DB_USER"], os.environ["DB_PASSWORD"], os.environ["DB_NAME"]))
        self.run("SELECT @mine, @@sql_mode, DATABASE(), CURRENT_USER()")
        attempt("change_user", lambda: self.db.change_user("shop_admin", "shop_admin", "information_schema"))
        self.run("SELECT CURRENT_USER(), DATABASE()")
        attempt("change_user", lambda: self.db.change_user(os.environ["DB_USER"], "wrong", os.environ["DB_NAME"]))
        self.db = self.another()
        chapter("reconnect")
        victim = self.another()
        self.value("KILL %s", (victim.thread_id(),))
        try:
            self.value("SELECT 1", db=victim)
        except MySQLdb.OperationalError as fault:
            print("after KILL:", "the connection is lost" if fault.args[0] in (2006, 2013) else fault.args)
        attempt("kill", lambda: self.db.kill(4294967295))
        attempt("stat", lambda: self.db.stat().split(":")[0])
        chapter("character sets")
        for charset in "utf8", "latin1", "gbk", "ascii", "utf8mb4":
            self.db.set_character_set(charset)
            self.run("SELECT @@character_set_client, @@character_set_results, @@collation_connection")
        chapter("found rows")
        found = self.another(client_flag=CLIENT.FOUND_ROWS, autocommit=True, init_command="SET @started = 1", sql_mode="ANSI")
        self.run("UPDATE accounts SET money = 7", db=found)
        self.run("SELECT @started, @@autocommit, @@sql_mode", db=found)
        found.close()


MySQLClient(MySQLdb).tell()
