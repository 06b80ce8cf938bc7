package e2e

import (
	"fmt"
	"strings"

	"shunt/mysql"
)

// leakKinds are the states that the clients of the leak test bring about. Each leaves the session as it was.
var leakKinds = []struct {
	name string
	run  func(*visitor) error
}{
	{"variables", func(v *visitor) error {
		if err := v.do(fmt.Sprintf("SET max_sort_length = %d, div_precision_increment = %d", 100+v.id, v.id%20)); err != nil {
			return err
		}
		v.rest()
		return all(v.want(fmt.Sprint(100+v.id), "SELECT @@max_sort_length"), v.do("SET max_sort_length = DEFAULT, div_precision_increment = DEFAULT"))
	}},
	{"user variables", func(v *visitor) error {
		if err := v.do(fmt.Sprintf("SET @mine = CONCAT('v', %d), @n = %d + 1", v.id, v.id), fmt.Sprintf("SELECT n + %d INTO @selected FROM many WHERE n = 3", v.id)); err != nil {
			return err
		}
		v.rest()
		return v.want(fmt.Sprintf("v%d %d %d", v.id, v.id+1, v.id+3), "SELECT CONCAT_WS(' ', @mine, @n, @selected)")
	}},
	{"another database", func(v *visitor) error {
		if err := v.do("USE " + v.other); err != nil {
			return err
		}
		v.rest()
		return all(v.want(v.other, "SELECT name FROM whoami"), v.do("USE "+v.home))
	}},
	{"a transaction", func(v *visitor) error {
		insert := fmt.Sprintf("INSERT INTO notes (client, round) VALUES (%d, %d)", v.id, v.round)
		count := fmt.Sprintf("SELECT COUNT(*) FROM notes WHERE client = %d", v.id)
		err := all(v.do("BEGIN", insert), v.want(fmt.Sprint(v.committed+1), count), v.do("SAVEPOINT a", insert, "ROLLBACK TO SAVEPOINT a"))
		if err != nil {
			return err
		}
		if v.dice.IntN(2) == 0 {
			return all(v.do("ROLLBACK"), v.want(fmt.Sprint(v.committed), count))
		}
		v.committed++
		return all(v.do("COMMIT"), v.want(fmt.Sprint(v.committed), count))
	}},
	{"a READ ONLY transaction", func(v *visitor) error {
		return all(v.do("START TRANSACTION READ ONLY"), v.want("9", "SELECT COUNT(*) FROM many"), v.refused(1792, "INSERT INTO many VALUES (10)"), v.do("COMMIT"))
	}},
	{"autocommit off", func(v *visitor) error {
		return all(v.do("SET autocommit = 0"), v.want("9", "SELECT COUNT(*) FROM many"), v.do("ROLLBACK", "SET autocommit = 1"))
	}},
	{"a temporary table", func(v *visitor) error {
		return all(v.do("CREATE TEMPORARY TABLE scratch (n INT)", fmt.Sprintf("INSERT INTO scratch VALUES (%d)", v.id)), v.want(fmt.Sprint(v.id), "SELECT SUM(n) FROM scratch"),
			v.do("DROP TEMPORARY TABLE scratch"), v.refused(1146, "SELECT n FROM scratch"))
	}},
	{"a lock", func(v *visitor) error {
		lock := fmt.Sprintf("'leak %d'", v.id)
		if err := all(v.want("1", "SELECT GET_LOCK("+lock+", 0)"), v.want("1", "SELECT IS_USED_LOCK("+lock+") = CONNECTION_ID()")); err != nil {
			return err
		}
		return all(v.want("1", "SELECT RELEASE_LOCK("+lock+")"), v.want("1", "SELECT IS_FREE_LOCK("+lock+")"))
	}},
	{"LOCK TABLES", func(v *visitor) error {
		return all(v.do("LOCK TABLES many READ"), v.refused(1099, "DELETE FROM many"), v.refused(1100, "SELECT name FROM whoami"), v.do("UNLOCK TABLES"))
	}},
	{"a handler", func(v *visitor) error {
		return all(v.do("HANDLER many OPEN AS h"), v.want("1", "HANDLER h READ FIRST"), v.want("2", "HANDLER h READ NEXT"), v.do("HANDLER h CLOSE"), v.refused(1109, "HANDLER h READ NEXT"))
	}},
	{"a prepared statement", func(v *visitor) error {
		row, err := v.prepared(fmt.Sprintf("SELECT CONCAT('<', %d, '/', DATABASE(), '/', @me, '>')", v.id), 3)
		if want := fmt.Sprintf("<%d/%s/%d>", v.id, v.home, v.id); err == nil && !strings.Contains(row, want) {
			return fmt.Errorf("a prepared statement gave %q, want %s", row, want)
		}
		return err
	}},
	{"a statement prepared by name", func(v *visitor) error {
		return all(v.do(fmt.Sprintf("PREPARE st FROM 'SELECT ? + %d'", v.id), "SET @one = 1"), v.want(fmt.Sprint(v.id+1), "EXECUTE st USING @one"), v.do("DEALLOCATE PREPARE st"),
			v.refused(1243, "EXECUTE st USING @one"))
	}},
	{"the last insert id", func(v *visitor) error {
		r, err := v.conn.Query(fmt.Sprintf("INSERT INTO notes (client, round) VALUES (%d, 0)", v.id))
		if err != nil {
			return err
		}
		v.committed++
		id := fmt.Sprint(r.OK.InsertID)
		v.rest()
		if err := v.want(id, "SELECT LAST_INSERT_ID()"); err != nil {
			return err
		}
		v.rest()
		return all(v.want(id, "SELECT LAST_INSERT_ID() + 0"), v.do("BEGIN"), v.want(id, "SELECT LAST_INSERT_ID()"), v.want(id, "SELECT id FROM notes WHERE id = LAST_INSERT_ID()"), v.do("COMMIT"))
	}},
	{"found rows", func(v *visitor) error {
		n := v.id%9 + 1
		if err := v.do(fmt.Sprintf("SELECT SQL_CALC_FOUND_ROWS n FROM many WHERE n <= %d LIMIT 1", n)); err != nil {
			return err
		}
		v.rest()
		return all(v.do("SET @between = 1"), v.want(fmt.Sprint(n), "SELECT FOUND_ROWS() + 0, 1"))
	}},
	{"the row count", func(v *visitor) error {
		if err := v.do(fmt.Sprintf("INSERT INTO notes (client, round) VALUES (%d, 1), (%d, 1)", v.id, v.id)); err != nil {
			return err
		}
		v.committed += 2
		v.rest()
		return v.want("2", "SELECT ROW_COUNT()")
	}},
	{"warnings", func(v *visitor) error {
		if err := v.do(fmt.Sprintf("SELECT CAST('of client %d' AS SIGNED)", v.id)); err != nil {
			return err
		}
		v.rest()
		r, err := v.conn.Query("SHOW WARNINGS")
		if err != nil || len(r.Rows) != 1 || !strings.Contains(r.Text()[0][2], fmt.Sprintf("of client %d'", v.id)) {
			return fmt.Errorf("SHOW WARNINGS: %q %w", r.Text(), err)
		}
		return nil
	}},
	{"errors", func(v *visitor) error {
		return all(v.refused(1146, fmt.Sprintf("SELECT * FROM nothing_%d", v.id)), v.refused(1064, "NONSENSE"), v.want("1", "SELECT COUNT(*) FROM whoami"))
	}},
	{"the clock", func(v *visitor) error {
		return all(v.do(fmt.Sprintf("SET timestamp = %d", 1000+v.id)), v.want(fmt.Sprint(1000+v.id), "SELECT UNIX_TIMESTAMP(NOW())"), v.do("SET timestamp = DEFAULT"),
			v.want("1", "SELECT UNIX_TIMESTAMP(NOW()) > 1000000000"))
	}},
	{"SET TRANSACTION", func(v *visitor) error {
		return all(v.do("SET TRANSACTION READ ONLY"), v.refused(1792, "INSERT INTO many VALUES (10)"), v.do("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"),
			v.do("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ"), v.want("9", "SELECT COUNT(*) FROM many")) // the setting is used up
	}},
	{"a routine that sets a variable", func(v *visitor) error {
		return all(v.do(fmt.Sprintf("CALL remember(%d)", v.id)), v.want(fmt.Sprint(v.id), "SELECT @by_a_routine"), v.reset())
	}},
	{"several statements in one text", func(v *visitor) error {
		return all(v.do(fmt.Sprintf("SET @list = %d; SELECT @list", v.id)), v.want(fmt.Sprint(v.id), "SELECT @list"))
	}},
	{"COM_RESET_CONNECTION", func(v *visitor) error {
		return all(v.do("CREATE TEMPORARY TABLE scratch (n INT)", "SET @gone = 1", fmt.Sprintf("DO GET_LOCK('gone %d', 0)", v.id)), v.reset(), v.want("NULL", "SELECT @gone"),
			v.want("1", fmt.Sprintf("SELECT IS_FREE_LOCK('gone %d')", v.id)))
	}},
	{"leaving without a word", func(v *visitor) error {
		err := v.do("BEGIN", fmt.Sprintf("INSERT INTO notes (client, round) VALUES (%d, 2)", v.id), "CREATE TEMPORARY TABLE scratch (n INT)", "SET @gone = 1")
		if err != nil {
			return err
		}
		_ = v.conn.Conn.Close()
		return all(v.arrive(), v.want("NULL", "SELECT @gone"))
	}},
}

// reset makes the session new, and the visitor's own again.
func (v *visitor) reset() error {
	if _, err := v.conn.Do(mysql.ComResetConnection, nil); err != nil {
		return err
	}
	return v.dress()
}
