<?php
// A page as PHP pages are: mysqli, text and prepared. Prints what it sees; the test compares that with a direct connection.
mysqli_report(MYSQLI_REPORT_OFF);
$db = mysqli_init();
$db->real_connect(getenv('DB_HOST'), getenv('DB_USER'), getenv('DB_PASSWORD'), getenv('DB_NAME'), (int)getenv('DB_PORT'));
if ($db->connect_errno) { echo "connect: $db->connect_errno $db->connect_error\n"; exit(1); }
function show($what, $result) {
    global $db;
    echo "== $what\n";
    if ($result === false) { echo "error $db->errno $db->sqlstate $db->error\n"; return; }
    if ($result === true) { echo "affected $db->affected_rows id $db->insert_id warnings $db->warning_count info $db->info\n"; return; }
    foreach ($result->fetch_fields() as $f) { echo "$f->name:$f->table:$f->type:$f->flags:$f->length:$f->charsetnr "; }
    echo "\n";
    while ($row = $result->fetch_row()) { echo json_encode($row), "\n"; }
    $result->free();
}
function q($sql) { global $db; show($sql, $db->query($sql)); }
$db->set_charset('utf8mb4');
echo $db->server_info, ' ', $db->character_set_name(), "\n";
q("CREATE TABLE goods (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50) UNIQUE, price DECIMAL(10,2), note TEXT, data BLOB)");
q("INSERT INTO goods (name, price) VALUES ('chair', 10.50), ('table', 99.99), ('lämp', 5)");
q("SELECT * FROM goods ORDER BY id");
q("INSERT INTO goods (name) VALUES ('chair')");
q("SELECT nope FROM goods");
q("SELECT 1/0");
q("SHOW WARNINGS");
q("UPDATE goods SET price = price + 1 WHERE id < 3");
for ($i = 0; $i < 20; $i++) {
    $db->query("UPDATE goods SET price = $i WHERE id = 1");
    $got = $db->query("SELECT price FROM goods WHERE id = 1")->fetch_row()[0];
    if ((float)$got != $i) { echo "stale: wrote $i, read $got\n"; }
}
$st = $db->prepare("INSERT INTO goods (name, price, data) VALUES (?, ?, ?)");
$name = 'x'; $price = 1.25; $data = null;
$st->bind_param('sdb', $name, $price, $data);
for ($i = 0; $i < 3; $i++) {
    $name = "item $i";
    $st->send_long_data(2, str_repeat(chr($i), 100000));
    $st->send_long_data(2, "end");
    echo $st->execute() ? "prepared insert: $st->affected_rows $st->insert_id\n" : "error $st->errno $st->error\n";
}
$st->close();
$st = $db->prepare("SELECT id, name, price, LENGTH(data), SUBSTRING(data, -3) FROM goods WHERE id > ? ORDER BY id");
foreach ([0, 3, 100] as $from) {
    $st->bind_param('i', $from);
    $st->execute();
    $r = $st->get_result();
    while ($row = $r->fetch_row()) { echo json_encode($row), "\n"; }
}
$st->close();
var_dump($db->prepare("SELEC 1"), $db->errno);
$db->begin_transaction();
q("DELETE FROM goods");
q("SELECT COUNT(*) FROM goods");
$db->rollback();
q("SELECT COUNT(*) FROM goods");
$db->autocommit(false);
q("INSERT INTO goods (name) VALUES ('manual')");
$db->commit();
$db->autocommit(true);
q("SELECT COUNT(*) FROM goods WHERE name = 'manual'");
$db->multi_query("SELECT 1; SELECT 2 AS b; INSERT INTO goods (name) VALUES ('multi'); SELECT COUNT(*) FROM goods");
do { show('multi', $db->store_result() ?: true); } while ($db->more_results() && $db->next_result());
q("CREATE PROCEDURE pair() BEGIN SELECT 1 AS a; SELECT 2 AS b; END");
$db->multi_query("CALL pair()");
do { if ($r = $db->store_result()) show('call', $r); } while ($db->more_results() && $db->next_result());
q("SET @x = 5");
q("SELECT @x + 1");
q("CREATE TEMPORARY TABLE tmp SELECT id FROM goods LIMIT 2");
q("SELECT COUNT(*) FROM tmp");
q("DROP TEMPORARY TABLE tmp");
$db->select_db('information_schema');
q("SELECT DATABASE()");
var_dump($db->select_db('no_such_db'), $db->errno);
$db->select_db(getenv('DB_NAME'));
var_dump($db->ping());
var_dump($db->change_user(getenv('DB_USER'), getenv('DB_PASSWORD'), getenv('DB_NAME')));
q("SELECT @x, DATABASE()");
$r = $db->query("SELECT seq, REPEAT('y', 30) FROM seq_1_to_100000", MYSQLI_USE_RESULT);
$n = 0; $sum = 0;
while ($row = $r->fetch_row()) { $n++; $sum += $row[0] + strlen($row[1]); }
$r->free();
echo "rows $n sum $sum\n";
$db->close();
