import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.*;
import java.util.*;
import java.util.concurrent.CompletableFuture;
import org.mariadb.jdbc.MariaDbConnection;

/**
 * MariaDB Connector/J: JDBC, once with statements that the driver fills in, once with those that the server prepares, whose batches are
 * COM_STMT_BULK_EXECUTE. Prints what it sees; a test compares that with a direct connection.
 */
public class ConnectorJ {
    static final Map<String, String> ENV = System.getenv();
    /** Runs until it is killed. A SLEEP would not do: killed at the wrong moment, it ends without an error. */
    static final String ENDLESS = "SELECT SUM(seq % 7) FROM seq_1_to_1000000000000";
    static Connection db;

    static Connection connect(String database, String user, String password, String options) throws SQLException {
        String url = "jdbc:mariadb://" + ENV.get("DB_HOST") + ":" + ENV.get("DB_PORT") + "/" + database + "?allowMultiQueries=true&useResetConnection=true" + options;
        if (ENV.containsKey("DB_CA")) url += "&useSsl=true&serverSslCert=" + ENV.get("DB_CA");
        if (ENV.containsKey("DB_COMPRESS")) url += "&useCompression=true";
        return DriverManager.getConnection(url, user, password);
    }

    static Connection connect(String options) throws SQLException {
        return connect(ENV.get("DB_NAME"), ENV.get("DB_USER"), ENV.get("DB_PASSWORD"), options);
    }

    static void say(Object... words) {
        StringJoiner line = new StringJoiner(" ");
        for (Object word : words) line.add(String.valueOf(word));
        System.out.println(line);
    }

    static void chapter(String name) {
        say("==", name);
    }

    /** The error without what the driver adds: connection ids, the statement. */
    static String fault(SQLException e) {
        String text = e.getMessage().replaceAll("\\(conn=\\d+\\) ", "").replaceAll("(?s)\\s*Query is:.*", "");
        return "error " + e.getErrorCode() + " " + e.getSQLState() + " " + text + (e.getNextException() == null ? "" : " after others");
    }

    static String text(Object value) throws SQLException {
        return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
    }

    static void show(ResultSet rows) throws SQLException {
        ResultSetMetaData about = rows.getMetaData();
        StringJoiner columns = new StringJoiner(" ", "  columns ", "");
        for (int i = 1; i <= about.getColumnCount(); i++)
            columns.add(about.getColumnLabel(i) + ":" + about.getTableName(i) + ":" + about.getColumnTypeName(i) + ":" + about.getPrecision(i) + ":" + about.getScale(i)
                + ":" + about.isNullable(i) + ":" + about.isSigned(i) + ":" + about.isAutoIncrement(i) + ":" + about.getColumnClassName(i));
        say(columns);
        while (rows.next()) {
            StringJoiner row = new StringJoiner(" | ", "  ", "");
            for (int i = 1; i <= about.getColumnCount(); i++) row.add(text(rows.getObject(i)));
            say(row);
        }
    }

    /** Prints every result of a statement that has run; first says whether the first one has rows. */
    static void showAll(Statement st, boolean first) throws SQLException {
        for (boolean rows = first; rows || st.getUpdateCount() != -1; rows = st.getMoreResults()) {
            if (rows) {
                try (ResultSet result = st.getResultSet()) {
                    show(result);
                }
                continue;
            }
            say("  affected", st.getUpdateCount(), "keys", st instanceof CallableStatement ? "not asked for" : keys(st));
        }
        for (SQLWarning w = st.getWarnings(); w != null; w = w.getNextWarning()) say("  warning", w.getErrorCode(), w.getSQLState(), w.getMessage());
    }

    static List<Long> keys(Statement st) throws SQLException {
        List<Long> found = new ArrayList<>();
        try (ResultSet rows = st.getGeneratedKeys()) {
            while (rows.next()) found.add(rows.getLong(1));
        }
        return found;
    }

    static void run(Connection on, String sql, Object... values) {
        say(">", sql.substring(0, Math.min(100, sql.length())));
        try {
            if (values.length == 0) {
                try (Statement st = on.createStatement()) {
                    showAll(st, st.execute(sql, Statement.RETURN_GENERATED_KEYS));
                }
                return;
            }
            try (PreparedStatement st = on.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
                for (int i = 0; i < values.length; i++) st.setObject(i + 1, values[i]);
                showAll(st, st.execute());
            }
        } catch (SQLException e) {
            say("  ", fault(e));
        }
    }

    static void run(String sql, Object... values) {
        run(db, sql, values);
    }

    static String value(Connection on, String sql, Object... values) throws SQLException {
        try (PreparedStatement st = on.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) st.setObject(i + 1, values[i]);
            try (ResultSet rows = st.executeQuery()) {
                return rows.next() ? rows.getString(1) : "no row";
            }
        }
    }

    static void connecting() throws SQLException {
        chapter("connect");
        DatabaseMetaData about = db.getMetaData();
        say(about.getDatabaseProductName(), about.getDatabaseProductVersion(), about.getDriverVersion(), db.getCatalog(), db.getTransactionIsolation(), db.isReadOnly());
        run("SELECT CURRENT_USER(), DATABASE(), @@character_set_client, @@autocommit, @@sql_mode");
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 5; i++) ids.add(value(db, "SELECT CONNECTION_ID()"));
        say("the connection id is constant:", ids.size() == 1);
        String name = ENV.get("DB_NAME"), user = ENV.get("DB_USER"), password = ENV.get("DB_PASSWORD");
        for (String[] wrong : new String[][] {{name, user, "wrong"}, {name, user, ""}, {"shop_nowhere", user, password}, {"mysql", user, password}, {name, "nobody", "x"}}) {
            try (Connection none = connect(wrong[0], wrong[1], wrong[2], "")) {
                say("no error");
            } catch (SQLException e) {
                say(wrong[0], wrong[1], wrong[2].length(), fault(e).replaceAll("127\\.0\\.0\\.1:\\d+|port=\\d+", "the server"));
            }
        }
    }

    static void values() throws SQLException {
        chapter("values");
        run("CREATE TABLE kinds (id INT PRIMARY KEY AUTO_INCREMENT, b BIGINT UNSIGNED, d DECIMAL(30,10), f DOUBLE, day DATE, at DATETIME(6), took TIME(3), y YEAR, bits BIT(9),"
            + " e ENUM('one','two'), s SET('a','b','c'), t VARCHAR(50), raw VARBINARY(300), j JSON, flag BOOL)");
        byte[] all = new byte[256];
        for (int i = 0; i < 256; i++) all[i] = (byte) i;
        String insert = "INSERT INTO kinds (b, d, f, day, at, took, y, e, s, t, raw, j, flag) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        run(insert, new java.math.BigInteger("18446744073709551615"), new java.math.BigDecimal("12345678901234567890.0123456789"), 1.5e300, java.sql.Date.valueOf("2024-02-29"),
            Timestamp.valueOf("2024-02-29 23:59:59.999999"), Time.valueOf("23:59:59"), 1999, "two", "a,c", "grüße 🚲 'quoted\\' \0 ?", all, "{\"a\": [1, null]}", true);
        run(insert, new Object[13]);
        run(insert, 0, new java.math.BigDecimal("-0.5"), -0.5, "1000-01-01", "9999-12-31", "00:00:00", 1901, "one", "", "", new byte[0], "[]", false);
        run("SELECT * FROM kinds ORDER BY id");
        run("SELECT * FROM kinds WHERE id > ? ORDER BY id", 0);
        run("SELECT id FROM kinds WHERE t = ? AND raw = ?", "grüße 🚲 'quoted\\' \0 ?", all);
        try (ResultSet columns = db.getMetaData().getColumns(null, null, "kinds", "%")) {
            while (columns.next()) say(columns.getString("COLUMN_NAME"), columns.getString("TYPE_NAME"), columns.getInt("COLUMN_SIZE"));
        }
    }

    static void prepared() throws SQLException {
        chapter("prepared");
        try (PreparedStatement in = db.prepareStatement("INSERT INTO kinds (b, t) VALUES (?, ?)", Statement.RETURN_GENERATED_KEYS)) {
            for (int i = 0; i < 200; i++) {
                in.setInt(1, i);
                in.setString(2, "batch " + i);
                in.addBatch();
            }
            say("batch", Arrays.stream(in.executeBatch()).distinct().boxed().toList(), "keys", keys(in).size());
        }
        try (PreparedStatement out = db.prepareStatement("SELECT id, b, t, ? + 1 FROM kinds WHERE b > ? ORDER BY id LIMIT 2")) {
            for (Object[] given : new Object[][] {{1, 0}, {2.5, "100"}, {null, 1000}}) {
                out.setObject(1, given[0]);
                out.setObject(2, given[1]);
                show(out.executeQuery());
            }
            say("parameters", out.getParameterMetaData().getParameterCount());
        }
        run("SELEC ?", 1);
        run("SELECT * FROM nowhere WHERE a = ?", 1);
        int sum = 0;
        for (int i = 0; i < 300; i++) sum += (int) Double.parseDouble(value(db, "SELECT " + i + " + ?", 1));
        say("three hundred statements:", sum);
    }

    static void blobs() throws Exception {
        chapter("blobs");
        run("CREATE TABLE files (id INT PRIMARY KEY, body LONGBLOB)");
        int n = 0;
        for (int size : new int[] {0, 1, 1024, 3 << 20}) {
            byte[] body = new byte[size];
            for (int i = 0; i < size; i++) body[i] = (byte) i;
            for (boolean stream : new boolean[] {false, true}) {
                try (PreparedStatement in = db.prepareStatement("INSERT INTO files VALUES (?, ?)")) {
                    in.setInt(1, ++n);
                    if (stream) in.setBinaryStream(2, new ByteArrayInputStream(body));
                    else in.setBytes(2, body);
                    in.executeUpdate();
                }
                try (PreparedStatement out = db.prepareStatement("SELECT body, MD5(body) FROM files WHERE id = ?")) {
                    out.setInt(1, n);
                    ResultSet row = out.executeQuery();
                    row.next();
                    say(size, "bytes are the same:", Arrays.equals(body, row.getBytes(1)), HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(body)).equals(row.getString(2)));
                }
            }
        }
    }

    static void transactions() throws SQLException {
        chapter("transactions");
        run("CREATE TABLE accounts (id INT PRIMARY KEY, money INT NOT NULL)");
        run("INSERT INTO accounts VALUES (1, 100), (2, 0)");
        db.setAutoCommit(false);
        run("UPDATE accounts SET money = money - ? WHERE id = 1", 10);
        try (Connection other = connect("")) {
            other.setAutoCommit(false); // outside of a transaction, a replica may answer that has no such table yet
            say("another sees", value(other, "SELECT money FROM accounts WHERE id = 1"));
            other.rollback();
        }
        db.rollback();
        run("SELECT * FROM accounts ORDER BY id");
        run("UPDATE accounts SET money = money + ? WHERE id = 2", 5);
        Savepoint here = db.setSavepoint("here");
        run("DELETE FROM accounts");
        db.rollback(here);
        db.commit();
        run("SELECT * FROM accounts ORDER BY id");
        db.commit();
        db.setAutoCommit(true);
        db.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        say("isolation", db.getTransactionIsolation(), value(db, "SELECT @@tx_isolation"));
        db.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        int stale = 0;
        for (int i = 0; i < 50; i++) {
            value(db, "UPDATE accounts SET money = ? WHERE id = 1", i);
            if (!value(db, "SELECT money FROM accounts WHERE id = 1").equals(String.valueOf(i))) stale++;
        }
        say("stale reads:", stale);
        db.setReadOnly(true);
        run("SELECT COUNT(*) FROM accounts");
        run("DELETE FROM accounts WHERE id = 77");
        db.setReadOnly(false);
    }

    static void errors() {
        chapter("errors");
        run("CREATE TABLE parts (id INT PRIMARY KEY, of INT NOT NULL, name VARCHAR(5), FOREIGN KEY (of) REFERENCES accounts (id))");
        for (String sql : new String[] {"INSERT INTO accounts VALUES (1, 1)", "SELEC 1", "SELECT nope FROM accounts", "SELECT * FROM nowhere", "INSERT INTO parts VALUES (1, 99, 'x')",
            "INSERT INTO parts VALUES (1, NULL, NULL)", "INSERT INTO parts VALUES (1, 1, 'too long')", "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'grüße', MYSQL_ERRNO = 30001",
            "SELECT 1 / 0", "SELECT CAST('x' AS INT)", "SHOW WARNINGS", "SET nonsense = 1", "USE shop_nowhere", "CALL nowhere()", "SELECT 'still here'"}) run(sql);
        run("INSERT INTO accounts VALUES (?, 1)", 1);
        run("SELECT id FROM accounts WHERE nope = ?", 1);
    }

    static void results() throws SQLException {
        chapter("results");
        run("SELECT 1; SELECT 2 AS b; UPDATE accounts SET money = 7; SELECT nope; SELECT 3");
        run("SELECT 'still here'; INSERT INTO kinds (t) VALUES ('multi'); SELECT COUNT(*) FROM accounts WHERE money = 7");
        run("CREATE PROCEDURE two(IN a INT, OUT b INT, INOUT c INT) BEGIN SET b = a * 2, c = c + a; SELECT a AS first; SELECT id, money FROM accounts; END");
        run("CREATE FUNCTION twice(a INT) RETURNS INT DETERMINISTIC RETURN a * 2");
        try (CallableStatement call = db.prepareCall("{CALL two(?, ?, ?)}")) {
            call.setInt(1, 21);
            call.registerOutParameter(2, Types.INTEGER);
            call.setInt(3, 1);
            call.registerOutParameter(3, Types.INTEGER);
            showAll(call, call.execute());
            say("out", call.getInt(2), call.getInt(3));
        }
        try (CallableStatement call = db.prepareCall("{? = CALL twice(?)}")) {
            call.registerOutParameter(1, Types.INTEGER);
            call.setInt(2, 4);
            call.execute();
            say("function", call.getInt(1));
        }
        try (Statement st = db.createStatement()) {
            st.setFetchSize(100);
            ResultSet rows = st.executeQuery("SELECT seq, REPEAT('x', 30) FROM seq_1_to_100000");
            long count = 0, sum = 0;
            for (; rows.next(); count++) sum += rows.getLong(1) + rows.getString(2).length();
            say(count, "rows, sum", sum);
        }
    }

    static void session() throws Exception {
        chapter("session");
        run("INSERT INTO kinds (t) VALUES ('last'), ('very last')");
        run("SELECT LAST_INSERT_ID()");
        run("UPDATE kinds SET t = 'last' WHERE t LIKE '%last'");
        run("SET @mine = 'grüße', time_zone = '+05:00'");
        run("CREATE TEMPORARY TABLE scratch SELECT 1 AS one");
        run("SELECT @mine, @@time_zone, one FROM scratch");
        db.unwrap(MariaDbConnection.class).reset(); // COM_RESET_CONNECTION
        run("SELECT @mine, @@time_zone, DATABASE()");
        run("DROP TEMPORARY TABLE IF EXISTS scratch");
        db.setCatalog("information_schema");
        say(db.getCatalog(), value(db, "SELECT DATABASE()"), db.isValid(5));
        db.setCatalog(ENV.get("DB_NAME"));
        try (Statement st = db.createStatement()) {
            String told = "";
            // A KILL that strikes while the server still opens the table is another error: once more then.
            for (int tries = 0; !told.contains("1317") && tries < 50; tries++) {
                var sleeping = CompletableFuture.supplyAsync(() -> {
                    try {
                        st.execute(ENDLESS);
                        return "not cancelled";
                    } catch (SQLException e) {
                        return fault(e);
                    }
                });
                while (!sleeping.isDone()) st.cancel(); // before it runs, that does nothing
                told = sleeping.get();
            }
            say("cancelled:", told);
        }
        try (Statement st = db.createStatement()) {
            st.setQueryTimeout(1);
            st.execute(ENDLESS);
        } catch (SQLException e) {
            say("timed out:", fault(e));
        }
        run("SELECT 'still here'");
    }

    public static void main(String[] arguments) throws Exception {
        for (String options : new String[] {"", "&useServerPrepStmts=true&useBulkStmts=true"}) {
            say("with", options);
            db = connect(options);
            try (Statement st = db.createStatement()) {
                st.execute("DROP TABLE IF EXISTS parts, kinds, files, accounts");
                st.execute("DROP PROCEDURE IF EXISTS two");
                st.execute("DROP FUNCTION IF EXISTS twice");
            }
            connecting();
            values();
            prepared();
            blobs();
            transactions();
            errors();
            results();
            session();
            db.close();
        }
        chapter("end");
    }
}
