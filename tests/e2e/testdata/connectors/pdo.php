<?php
// PDO on mysqlnd: with emulated and with real prepared statements. Prints what it sees; a test compares that with a direct connection.
function connected($more = [], $options = []) {
    $at = $more + ['user' => getenv('DB_USER'), 'password' => getenv('DB_PASSWORD'), 'name' => getenv('DB_NAME')];
    $dsn = 'mysql:host=' . getenv('DB_HOST') . ';port=' . getenv('DB_PORT') . ";dbname=$at[name];charset=utf8mb4";
    $options += [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_NUM, PDO::MYSQL_ATTR_LOCAL_INFILE => true];
    if (getenv('DB_CA')) $options += [PDO::MYSQL_ATTR_SSL_CA => getenv('DB_CA')];
    if (getenv('DB_COMPRESS')) $options += [PDO::MYSQL_ATTR_COMPRESS => true];
    return new PDO($dsn, $at['user'], $at['password'], $options);
}

function chapter($name) { echo "== $name\n"; }

function shown($value) { return json_encode($value, JSON_PARTIAL_OUTPUT_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION); }

// run prints all results of a statement; with values it is prepared, which may be emulated.
function run($sql, $values = null, $on = null) {
    global $db;
    $on ??= $db;
    echo '> ', substr($sql, 0, 100), ' ', $values === null ? '' : substr(shown($values), 0, 100), "\n";
    try {
        $st = $values === null ? $on->query($sql) : $on->prepare($sql);
        if ($values !== null) $st->execute($values);
        do {
            if (!$st->columnCount()) { echo '  affected ', $st->rowCount(), ' id ', $on->lastInsertId(), "\n"; continue; }
            for ($i = 0; $i < $st->columnCount(); $i++) { echo '  ', shown($st->getColumnMeta($i)), "\n"; }
            foreach ($st->fetchAll() as $row) { echo '  ', shown($row), "\n"; }
        } while ($st->nextRowset());
    } catch (PDOException $e) {
        echo '  ', $e->getMessage(), ' ', shown($e->errorInfo), "\n";
    }
}

function value($sql, $on = null) { global $db; return ($on ?? $db)->query($sql)->fetchColumn(); }

function story($emulate) {
    global $db;
    $db = connected([], [PDO::ATTR_EMULATE_PREPARES => $emulate]);
    $db->exec('DROP TABLE IF EXISTS parts, kinds, files, accounts');
    $db->exec('DROP PROCEDURE IF EXISTS two');

    chapter('values, emulated: ' . shown($emulate));
    run("CREATE TABLE kinds (id INT PRIMARY KEY AUTO_INCREMENT, b BIGINT UNSIGNED, d DECIMAL(30,10), f DOUBLE, day DATE, at DATETIME(6), t VARCHAR(50), raw VARBINARY(300), flag BOOL)");
    $all = implode('', array_map('chr', range(0, 255)));
    $insert = 'INSERT INTO kinds (b, d, f, day, at, t, raw, flag) VALUES (?, ?, ?, ?, ?, ?, ?, ?)';
    run($insert, ['18446744073709551615', '12345678901234567890.0123456789', 1.5e300, '2024-02-29', '2024-02-29 23:59:59.999999', "grüße 🚲 'quoted\\' \0 ?", $all, 1]);
    run($insert, array_fill(0, 8, null));
    run($insert, [0, '-0.5', -0.0, '1000-01-01', '9999-12-31', '', '', 0]);
    run('SELECT * FROM kinds ORDER BY id');
    run('SELECT * FROM kinds WHERE id > ? ORDER BY id', [1]);
    run('SELECT id FROM kinds WHERE t = :t AND raw = :raw', ['t' => "grüße 🚲 'quoted\\' \0 ?", 'raw' => $all]);

    chapter('prepared');
    $in = $db->prepare('INSERT INTO kinds (b, t) VALUES (:b, :t)');
    foreach (['a', 'b', 'ü', null] as $i => $t) {
        $in->execute(['b' => $i, 't' => $t]);
        echo $in->rowCount(), ' ', $db->lastInsertId(), "\n";
    }
    $out = $db->prepare('SELECT id, b, t FROM kinds WHERE id >= ? ORDER BY id LIMIT 3');
    foreach ([1, 3, 100] as $from) {
        $out->execute([$from]);
        echo shown($out->fetchAll()), ' ', $out->columnCount(), ' ', shown($out->getColumnMeta(2)), "\n";
    }
    $out->bindValue(1, 5, PDO::PARAM_INT);
    $out->bindColumn(3, $t);
    $out->execute();
    while ($out->fetch(PDO::FETCH_BOUND)) { echo shown($t), "\n"; }
    run('SELEC ?', [1]);
    run('SELECT * FROM nowhere WHERE a = ?', [1]);

    chapter('blobs');
    run('CREATE TABLE files (id INT PRIMARY KEY, body LONGBLOB)');
    foreach (['', "\0", str_repeat($all, 4), str_repeat($all, 12 * 1024)] as $n => $body) {
        $st = $db->prepare('INSERT INTO files VALUES (?, ?)');
        $stream = fopen('php://memory', 'r+');
        fwrite($stream, $body);
        rewind($stream);
        $st->bindValue(1, $n, PDO::PARAM_INT);
        $st->bindParam(2, $stream, PDO::PARAM_LOB);
        $st->execute();
        $row = $db->query("SELECT body, MD5(body) FROM files WHERE id = $n")->fetch();
        echo strlen($body), ' bytes are the same: ', shown([$row[0] === $body, $row[1] === md5($body)]), "\n";
    }

    chapter('transactions');
    run('CREATE TABLE accounts (id INT PRIMARY KEY, money INT NOT NULL)');
    run('INSERT INTO accounts VALUES (1, 100), (2, 0)');
    $db->beginTransaction();
    run('UPDATE accounts SET money = money - ? WHERE id = 1', [10]);
    echo shown($db->inTransaction()), ' ', value('SELECT money FROM accounts WHERE id = 1'), "\n";
    $db->rollBack();
    echo shown($db->inTransaction()), ' ', value('SELECT money FROM accounts WHERE id = 1'), "\n";
    $db->setAttribute(PDO::ATTR_AUTOCOMMIT, 0);
    run('UPDATE accounts SET money = money + ? WHERE id = 2', [5]);
    $db->commit();
    $db->setAttribute(PDO::ATTR_AUTOCOMMIT, 1);
    $db->beginTransaction();
    run('CREATE OR REPLACE TABLE implicit (id INT)');
    echo shown($db->inTransaction()), "\n";
    try { $db->commit(); } catch (PDOException $e) { echo $e->getMessage(), "\n"; }
    $stale = 0;
    $write = $db->prepare('UPDATE accounts SET money = ? WHERE id = 1');
    $read = $db->prepare('SELECT money FROM accounts WHERE id = ?');
    for ($i = 0; $i < 50; $i++) {
        $write->execute([$i]);
        $read->execute([1]);
        $stale += $read->fetchColumn() != $i;
    }
    echo "stale reads: $stale\n";

    chapter('errors');
    run('CREATE TABLE parts (id INT PRIMARY KEY, of INT NOT NULL, name VARCHAR(5), FOREIGN KEY (of) REFERENCES accounts (id))');
    foreach (['INSERT INTO accounts VALUES (1, 1)', 'SELEC 1', 'SELECT nope FROM accounts', 'SELECT * FROM nowhere', "INSERT INTO parts VALUES (1, 99, 'x')", 'INSERT INTO parts VALUES (1, NULL, NULL)',
        "INSERT INTO parts VALUES (1, 1, 'too long')", "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'grüße', MYSQL_ERRNO = 30001", 'SELECT 1 / 0', 'SHOW WARNINGS', 'SET nonsense = 1', 'USE shop_nowhere',
        'CALL nowhere()', "SELECT 'still here'"] as $sql) {
        run($sql);
        run($sql, []);
    }

    chapter('results');
    if ($emulate) run('SELECT 1 AS a; SELECT 2 AS b; UPDATE accounts SET money = 7; SELECT nope');
    run('CREATE PROCEDURE two(IN a INT, OUT b INT) BEGIN SET b = a * 2; SELECT a AS first; SELECT id, money FROM accounts; END');
    run('CALL two(?, @b)', [21]);
    run('SELECT @b');
    $big = connected([], [PDO::ATTR_EMULATE_PREPARES => $emulate, PDO::MYSQL_ATTR_USE_BUFFERED_QUERY => false])->prepare("SELECT seq, REPEAT('z', ?) FROM seq_1_to_100000");
    $big->execute([20]);
    $n = $sum = 0;
    while ($row = $big->fetch()) { $n++; $sum += $row[0] + strlen($row[1]); }
    echo "$n rows, sum $sum\n";

    chapter('session');
    run("INSERT INTO kinds (t) VALUES ('last'), ('very last')");
    run('SELECT LAST_INSERT_ID()', []);
    run("UPDATE kinds SET t = 'last' WHERE t LIKE '%last'");
    run("SET SESSION sql_mode = 'ANSI_QUOTES', @mine = 'grüße'");
    run('SELECT "id", @mine FROM kinds WHERE id = ?', [1]);
    run('CREATE TEMPORARY TABLE scratch SELECT 1 AS one');
    run('SELECT * FROM scratch', []);
    $db = null;
}

chapter('connect');
$db = connected();
echo $db->getAttribute(PDO::ATTR_SERVER_VERSION), ' ', preg_match('/^Uptime/', $db->getAttribute(PDO::ATTR_SERVER_INFO)), "\n";
foreach ([['password' => 'wrong'], ['password' => ''], ['name' => 'shop_nowhere'], ['name' => 'mysql'], ['user' => 'nobody']] as $wrong) {
    try { connected($wrong); echo "no error\n"; } catch (PDOException $e) { echo shown($wrong), ' ', $e->getMessage(), ' ', shown($e->errorInfo), "\n"; }
}
foreach ([1, 2, 3] as $i) {
    $kept = connected([], [PDO::ATTR_PERSISTENT => true, PDO::MYSQL_ATTR_INIT_COMMAND => 'SET @started = COALESCE(@started, 0) + 1']);
    run('SELECT @started, @mine', null, $kept);
    $kept->exec('SET @mine = 1');
    $kept = null;
}
$found = connected([], [PDO::MYSQL_ATTR_FOUND_ROWS => true, PDO::MYSQL_ATTR_IGNORE_SPACE => true]);
run('SELECT COUNT (*), @@sql_mode FROM DUAL', null, $found);
story(true);
story(false);
chapter('end');
