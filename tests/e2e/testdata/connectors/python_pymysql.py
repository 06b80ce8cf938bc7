"""PyMySQL: a client in Python alone."""
import pymysql
import pymysql.constants.CLIENT as CLIENT
import pymysql.cursors

from python_story import Story, attempt, chapter, settings


class PyMySQL(Story):
    unbuffered = pymysql.cursors.SSCursor

    def own(self):
        chapter("multi statements")
        several = self.another(client_flag=CLIENT.MULTI_STATEMENTS)
        self.run("SELECT 1; SELECT 2 AS b; UPDATE accounts SET money = 7; SELECT nope; SELECT 'never'", db=several)
        self.run("SELECT 'still here'; SELECT COUNT(*) FROM accounts WHERE money = 7", db=several)
        several.close()
        chapter("reconnect")
        self.value("KILL %s", (self.db.thread_id(),), db=self.another())
        try:
            self.value("SELECT 1")
        except pymysql.err.OperationalError as fault:
            print("after KILL:", "the connection is lost" if fault.args[0] in (2006, 2013) else fault.args)
        self.db.ping(reconnect=True)
        self.run("SELECT @mine, DATABASE()")
        chapter("found rows")
        found = self.another(client_flag=CLIENT.FOUND_ROWS, autocommit=True, init_command="SET @started = 1")
        self.run("UPDATE accounts SET money = 7", db=found)
        self.run("UPDATE accounts SET money = 7", db=found)
        self.run("SELECT @started, @@autocommit", db=found)
        chapter("flags")
        for name in "IGNORE_SPACE", "INTERACTIVE", "FOUND_ROWS", "NO_SCHEMA":
            for attempted in 1, 2, 3:
                flagged = self.another(client_flag=getattr(CLIENT, name))
                print(name, attempted)
                self.run("SELECT @@sql_mode, @@wait_timeout, @@interactive_timeout", db=flagged)
                self.run("SELECT COUNT (*) FROM DUAL", db=flagged)
                self.run("UPDATE %s.accounts SET money = 7" % settings()["db"], db=flagged)
                self.run("SET @used = 1", db=flagged)
                flagged.close()
        chapter("character sets")
        found.set_charset("latin1")
        self.run("SELECT 'grüße', @@character_set_client, @@collation_connection", db=found)
        found.close()
        for charset in "utf8", "latin1", "gbk", "ascii":
            attempt(charset, lambda: self.value("SELECT CONCAT(@@character_set_client, ' ', @@collation_connection)", db=self.another(charset=charset)))


PyMySQL(pymysql).tell()
