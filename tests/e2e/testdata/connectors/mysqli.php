<?php
// mysqli on mysqlnd: text and prepared. Prints what it sees; a test compares that with a direct connection.
mysqli_report(MYSQLI_REPORT_OFF);
$db = null;

function connected($more = []) {
    $at = $more + ['user' => getenv('DB_USER'), 'password' => getenv('DB_PASSWORD'), 'name' => getenv('DB_NAME'), 'prefix' => '', 'flags' => 0];
    $db = mysqli_init();
    $db->options(MYSQLI_OPT_LOCAL_INFILE, 1);
    if (getenv('DB_CA')) { $db->ssl_set(null, null, getenv('DB_CA'), null, null); $at['flags'] |= MYSQLI_CLIENT_SSL; }
    if (getenv('DB_COMPRESS')) $at['flags'] |= MYSQLI_CLIENT_COMPRESS;
    @$db->real_connect($at['prefix'] . getenv('DB_HOST'), $at['user'], $at['password'], $at['name'], (int)getenv('DB_PORT'), null, $at['flags']);
    return $db;
}

function chapter($name) { echo "== $name\n"; }

function show($result, $db) {
    if ($result === false) { echo "  error $db->errno $db->sqlstate $db->error\n"; return; }
    if ($result === true) { echo "  affected $db->affected_rows id $db->insert_id warnings $db->warning_count info $db->info\n"; return; }
    foreach ($result->fetch_fields() as $f) { echo "  $f->name:$f->orgname:$f->table:$f->orgtable:$f->db:$f->type:$f->flags:$f->length:$f->charsetnr:$f->decimals"; }
    echo "\n";
    while ($row = $result->fetch_row()) { echo '  ', json_encode($row, JSON_PARTIAL_OUTPUT_ON_ERROR | JSON_UNESCAPED_UNICODE), "\n"; }
    $result->free();
}

// run prints all results of a statement.
function run($sql, $on = null) {
    global $db;
    $on ??= $db;
    echo '> ', substr($sql, 0, 100), "\n";
    if (!$on->multi_query($sql)) { show(false, $on); return; }
    do { $r = $on->store_result(); show($r ?: !$on->errno, $on); } while ($on->more_results() && $on->next_result());
    if ($on->errno) show(false, $on);
}

// execute prints all results of a prepared statement.
function execute($sql, ...$values) {
    global $db;
    echo '> prepared ', substr($sql, 0, 100), "\n";
    $st = $db->prepare($sql);
    if (!$st) { show(false, $db); return; }
    if (!$st->execute($values ?: null)) { echo "  error $st->errno $st->sqlstate $st->error\n"; return; }
    do {
        if ($r = $st->get_result()) { show($r, $db); continue; }
        echo "  affected $st->affected_rows id $st->insert_id\n";
    } while ($st->more_results() && $st->next_result());
    if ($st->errno) echo "  error $st->errno $st->sqlstate $st->error\n";
    $st->close();
}

function value($sql, $on = null) { global $db; return ($on ?? $db)->query($sql)->fetch_row()[0]; }

chapter('connect');
$db = connected();
$db->set_charset('utf8mb4');
echo $db->server_info, ' ', $db->server_version, ' ', $db->protocol_version, ' ', $db->character_set_name(), "\n";
run('SELECT CURRENT_USER(), DATABASE(), @@character_set_client, @@autocommit');
$ids = [];
for ($i = 0; $i < 5; $i++) $ids[value('SELECT CONNECTION_ID()')] = 1;
echo 'the connection id is constant: ', json_encode(array_keys($ids) === [$db->thread_id]), "\n";
foreach ([['password' => 'wrong'], ['password' => ''], ['name' => 'shop_nowhere'], ['name' => 'mysql'], ['user' => 'nobody']] as $wrong) {
    $no = connected($wrong);
    echo json_encode($wrong), ": $no->connect_errno $no->connect_error\n";
}

chapter('values');
run("CREATE TABLE kinds (id INT PRIMARY KEY AUTO_INCREMENT, b BIGINT UNSIGNED, d DECIMAL(30,10), f DOUBLE, day DATE, at DATETIME(6), took TIME(3), y YEAR,
    bits BIT(9), e ENUM('one','two'), s SET('a','b','c'), t VARCHAR(50), raw VARBINARY(300), flag BOOL)");
$all = implode('', array_map('chr', range(0, 255)));
$insert = 'INSERT INTO kinds (b, d, f, day, at, took, y, bits, e, s, t, raw, flag) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';
execute($insert, '18446744073709551615', '12345678901234567890.0123456789', 1.5e300, '2024-02-29', '2024-02-29 23:59:59.999999', '-99:59:59.999', 1999, 1, 'two', 'a,c', "grüße 🚲 'quoted\\' \0 ?", $all, 1);
execute($insert, ...array_fill(0, 13, null));
execute($insert, 0, '-0.5', -0.0, '1000-01-01', '9999-12-31', '00:00:00', 1901, 0, 'one', '', '', '', 0);
run('SELECT * FROM kinds ORDER BY id');
execute('SELECT * FROM kinds ORDER BY id');
execute('SELECT id FROM kinds WHERE t = ? AND raw = ?', "grüße 🚲 'quoted\\' \0 ?", $all);
run("SELECT id FROM kinds WHERE t = '" . $db->real_escape_string("grüße 🚲 'quoted\\' \0 ?") . "'");

chapter('prepared');
$st = $db->prepare('SELECT id, t, ? + 1 AS more FROM kinds WHERE id > ? ORDER BY id');
foreach ([[1, 0], ['2.5', 1], [null, 100]] as $given) {
    $st->bind_param('si', ...$given);
    $st->execute();
    show($st->get_result(), $db);
}
echo "parameters $st->param_count fields $st->field_count\n";
$st->close();
$st = $db->prepare('SELECT seq FROM seq_1_to_10', );
$st->attr_set(MYSQLI_STMT_ATTR_CURSOR_TYPE, MYSQLI_CURSOR_TYPE_READ_ONLY);
$st->attr_set(MYSQLI_STMT_ATTR_PREFETCH_ROWS, 3);
$st->execute();
$st->bind_result($n);
$seen = [];
while ($st->fetch()) { $seen[] = $n; }
echo 'by cursor ', json_encode($seen), "\n";
$st->close();
execute('SELEC ?', 1);
execute('SELECT * FROM nowhere WHERE a = ?', 1);
$sum = 0;
for ($i = 0; $i < 100; $i++) { $sum += $db->execute_query("SELECT $i + ?", [1])->fetch_row()[0]; }
echo "a hundred statements: $sum\n";

chapter('blobs');
run('CREATE TABLE files (id INT PRIMARY KEY, body LONGBLOB)');
$st = $db->prepare('INSERT INTO files VALUES (?, ?)');
$st->bind_param('ib', $id, $none);
// Together, the last one's pieces are as long as max_allowed_packet lets one packet be, which each of them is far below.
foreach ([[''], ["\0"], [$all, $all, $all], array_fill(0, 16, str_repeat($all, 4096))] as $id => $pieces) {
    foreach ($pieces as $piece) { $st->send_long_data(1, $piece); }
    echo $st->execute() ? "affected $st->affected_rows" : "error $st->errno $st->sqlstate $st->error", ', ';
    $row = $db->query("SELECT LENGTH(body), MD5(body) FROM files WHERE id = $id");
    $digest = $row ? $row->fetch_row() ?? ['no row,', ''] : ["error $db->errno $db->error,", ''];
    echo $digest[0], ' bytes are the same: ', json_encode($digest[1] === md5(implode('', $pieces))), "\n";
}
foreach (array_fill(0, 17, str_repeat($all, 4096)) as $piece) { $st->send_long_data(1, $piece); }
$id = 100;
echo $st->execute() ? 'a value longer than max_allowed_packet is taken' : "error $st->errno $st->sqlstate $st->error", "\n";
run("SELECT 'still here'");
if ($db->errno) $db = connected();
$body = str_repeat($all, 8192);
$st = $db->prepare('INSERT INTO files VALUES (101, ?)');
$st->execute([$body]);
echo 'read back: ', json_encode(value('SELECT body FROM files WHERE id = 101') === $body), "\n";

chapter('transactions');
run('CREATE TABLE accounts (id INT PRIMARY KEY, money INT NOT NULL); INSERT INTO accounts VALUES (1, 100), (2, 0)');
$other = connected();
$db->begin_transaction();
$other->begin_transaction(); // outside of one, a replica may answer that has no such table yet
run('UPDATE accounts SET money = money - 10 WHERE id = 1');
echo 'another sees ', value('SELECT money FROM accounts WHERE id = 1', $other), "\n";
$db->rollback();
$other->rollback();
run('SELECT * FROM accounts ORDER BY id');
$db->autocommit(false);
run('UPDATE accounts SET money = money + 5 WHERE id = 2');
$db->savepoint('here');
run('DELETE FROM accounts; SELECT COUNT(*) FROM accounts');
run('ROLLBACK TO SAVEPOINT here');
$db->commit();
run('SELECT * FROM accounts ORDER BY id');
$db->commit();
$db->autocommit(true);
$db->begin_transaction(MYSQLI_TRANS_START_READ_ONLY);
run('DELETE FROM accounts');
$db->commit(MYSQLI_TRANS_COR_AND_NO_CHAIN);
$stale = 0;
for ($i = 0; $i < 50; $i++) {
    $db->query("UPDATE accounts SET money = $i WHERE id = 1");
    $stale += value('SELECT money FROM accounts WHERE id = 1') != $i;
}
echo "stale reads: $stale\n";

chapter('errors');
run('CREATE TABLE parts (id INT PRIMARY KEY, of INT NOT NULL, name VARCHAR(5), FOREIGN KEY (of) REFERENCES accounts (id))');
foreach (['INSERT INTO accounts VALUES (1, 1)', 'SELEC 1', 'SELECT nope FROM accounts', 'SELECT * FROM nowhere', "INSERT INTO parts VALUES (1, 99, 'x')", 'INSERT INTO parts VALUES (1, NULL, NULL)',
    "INSERT INTO parts VALUES (1, 1, 'too long')", "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'grüße', MYSQL_ERRNO = 30001", 'SELECT 1 / 0', 'SHOW WARNINGS', 'SET nonsense = 1', 'USE shop_nowhere',
    'CALL nowhere()', "SELECT 'still here'"] as $sql) {
    run($sql);
    execute($sql);
}
echo json_encode($db->query('SELECT * FROM nowhere')), ' ', json_encode($db->error_list), "\n";
run('SELECT 1 / 0');
for ($w = $db->get_warnings(); $w; $w = $w->next() ? $w : null) { echo "warning $w->errno $w->sqlstate $w->message\n"; }

chapter('results');
run('SELECT 1; SELECT 2 AS b; UPDATE accounts SET money = 7; SELECT nope; SELECT 3');
run("SELECT 'still here'; SELECT COUNT(*) FROM accounts WHERE money = 7");
run('CREATE PROCEDURE two(IN a INT, OUT b INT) BEGIN SET b = a * 2; SELECT a AS first; SELECT id, money FROM accounts; END');
run('CALL two(21, @b)');
run('SELECT @b');
execute('CALL two(?, ?)', 4, 0);
run("CREATE PROCEDURE failing() BEGIN SELECT 1; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'in the middle'; END");
run('CALL failing()');
execute('CALL failing()');
$r = $db->query("SELECT seq, REPEAT('y', 30) FROM seq_1_to_100000", MYSQLI_USE_RESULT);
$n = $sum = 0;
while ($row = $r->fetch_row()) { $n++; $sum += $row[0] + strlen($row[1]); }
$r->free();
echo "$n rows, sum $sum\n";
$db->query('SELECT SLEEP(0.01), 5', MYSQLI_ASYNC);
do { $read = $error = $reject = [$db]; } while (!mysqli_poll($read, $error, $reject, 1));
show($db->reap_async_query(), $db);

chapter('a file of the client');
run('CREATE TABLE names (id INT PRIMARY KEY, name VARCHAR(50))');
$file = tempnam(sys_get_temp_dir(), 'names');
file_put_contents($file, "1\tgrüße\n2\t\\N\n2\tdouble\n");
$db->query("LOAD DATA LOCAL INFILE '$file' INTO TABLE names CHARACTER SET utf8mb4");
echo $db->affected_rows, ' ', $db->info, "\n";
unlink($file);
run('SHOW WARNINGS');
run('SELECT * FROM names ORDER BY id');

chapter('session');
run("INSERT INTO kinds (t) VALUES ('last'), ('very last')");
echo "insert_id $db->insert_id\n";
run('SELECT LAST_INSERT_ID()');
run("UPDATE kinds SET t = 'last' WHERE t LIKE '%last'");
run('SELECT SQL_CALC_FOUND_ROWS id FROM kinds LIMIT 1');
run('SELECT FOUND_ROWS()');
run("SET @mine = 'grüße', time_zone = '+05:00'");
run('CREATE TEMPORARY TABLE scratch SELECT 1 AS one');
run('SELECT @mine, @@time_zone, one FROM scratch');
$db->select_db('information_schema');
run('SELECT DATABASE()');
echo json_encode([$db->select_db('shop_nowhere'), $db->errno, $db->select_db(getenv('DB_NAME')), $db->ping(), preg_match('/^Uptime/', $db->stat())]), "\n";
foreach ([[getenv('DB_USER'), getenv('DB_PASSWORD'), getenv('DB_NAME')], ['shop_admin', 'shop_admin', 'information_schema'], [getenv('DB_USER'), getenv('DB_PASSWORD'), null]] as $as) {
    echo 'change_user ', json_encode($db->change_user(...$as)), "\n";
    run('SELECT @mine, @@time_zone, DATABASE(), CURRENT_USER()');
    run('SELECT * FROM scratch');
}
echo 'change_user ', json_encode($db->change_user(getenv('DB_USER'), 'wrong', null)), " $db->errno $db->error\n";

chapter('persistent connections');
for ($i = 0; $i < 3; $i++) {
    $kept = connected(['prefix' => 'p:']);
    run('SELECT @kept, @@time_zone', $kept);
    echo 'its id: ', json_encode(value('SELECT CONNECTION_ID()', $kept) == $kept->thread_id), "\n";
    run("SET @kept = $i, time_zone = '+05:00'", $kept);
    $kept->close();
}

chapter('kill');
$victim = connected();
$killer = connected();
$tries = 0;
do { // a KILL that strikes while the server still opens the table is another error: once more then
    $victim->query('SELECT SUM(seq % 7) FROM seq_1_to_1000000000000', MYSQLI_ASYNC); // a SLEEP that is killed at the wrong moment ends without an error
    do {
        $killer->query("KILL QUERY $victim->thread_id"); // before it runs, that does nothing
        $read = $error = $reject = [$victim];
    } while (!mysqli_poll($read, $error, $reject, 0, 10000));
    $killed = $victim->reap_async_query();
} while ($victim->errno != 1317 && $tries++ < 50);
show($killed, $victim);
run("SELECT 'still here'", $victim);
show($killer->query("KILL $victim->thread_id"), $killer);
$gone = @$victim->query('SELECT 1');
echo 'after KILL: ', $gone ? 'alive' : (in_array($victim->errno, [2006, 2013]) ? 'the connection is lost' : "$victim->errno $victim->error"), "\n";
$killer->kill(4294967295);
echo "kill: $killer->errno $killer->error\n";
chapter('end');
