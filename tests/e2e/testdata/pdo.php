<?php
// The same with PDO: emulated and real prepared statements.
$dsn = 'mysql:host=' . getenv('DB_HOST') . ';port=' . getenv('DB_PORT') . ';dbname=' . getenv('DB_NAME') . ';charset=utf8mb4';
foreach ([true, false] as $emulate) {
    $db = new PDO($dsn, getenv('DB_USER'), getenv('DB_PASSWORD'), [
        PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_EMULATE_PREPARES => $emulate, PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_NUM]);
    echo "== emulate ", json_encode($emulate), ' ', $db->getAttribute(PDO::ATTR_SERVER_VERSION), "\n";
    $db->exec("DROP TABLE IF EXISTS goods");
    $db->exec("CREATE TABLE goods (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50) UNIQUE, price DECIMAL(10,2), at DATETIME)");
    $in = $db->prepare("INSERT INTO goods (name, price, at) VALUES (:name, :price, :at)");
    foreach (['a', 'b', 'ü', null] as $i => $name) {
        $in->execute(['name' => $name, 'price' => $i * 1.5, 'at' => '2024-01-01 00:00:00']);
        echo $in->rowCount(), ' ', $db->lastInsertId(), "\n";
    }
    try { $in->execute(['name' => 'a', 'price' => 0, 'at' => null]); } catch (PDOException $e) { echo $e->getMessage(), ' ', json_encode($e->errorInfo), "\n"; }
    try { $db->query("SELECT * FROM missing"); } catch (PDOException $e) { echo $e->getMessage(), "\n"; }
    $out = $db->prepare("SELECT id, name, price, at FROM goods WHERE id >= ? ORDER BY id LIMIT 10");
    foreach ([1, 3] as $from) {
        $out->execute([$from]);
        echo json_encode($out->fetchAll()), ' ', $out->columnCount(), ' ', json_encode($out->getColumnMeta(2)), "\n";
    }
    $db->beginTransaction();
    $db->exec("DELETE FROM goods");
    echo json_encode($db->inTransaction()), ' ', $db->query("SELECT COUNT(*) FROM goods")->fetchColumn(), "\n";
    $db->rollBack();
    echo $db->query("SELECT COUNT(*) FROM goods")->fetchColumn(), "\n";
    if ($emulate) $st = $db->query("SELECT 1 AS a; SELECT 2 AS b");
    if ($emulate) do { echo json_encode($st->fetchAll()), "\n"; } while ($st->nextRowset());
    $db->exec("SET SESSION sql_mode = 'ANSI_QUOTES'");
    echo json_encode($db->query('SELECT "name" FROM goods WHERE id = 1')->fetchAll()), "\n";
    $big = $db->prepare("SELECT seq, REPEAT('z', ?) FROM seq_1_to_100000");
    $big->execute([20]);
    $n = 0;
    while ($row = $big->fetch()) { $n++; }
    echo "rows $n\n";
    $db = null;
}
