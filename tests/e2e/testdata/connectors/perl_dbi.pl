#!/usr/bin/perl
# Perl's DBI with one of its two drivers, DBD::mysql or DBD::MariaDB, as the argument says. Their attributes have the same names but for the
# prefix. Once with statements that the server prepares and once with those that the driver fills in.
use strict;
use warnings;
use utf8;
use DBI;
use Data::Dumper;
use Digest::MD5 qw(md5_hex);

binmode STDOUT, ':encoding(UTF-8)';
$Data::Dumper::Sortkeys = $Data::Dumper::Terse = $Data::Dumper::Useqq = $Data::Dumper::Deepcopy = 1;
$Data::Dumper::Indent = 0;

my $driver = shift // die "usage: perl_dbi.pl mysql|MariaDB\n";
my $prefix = lc $driver;
my $db;

sub connected {
    my ($more, %wrong) = @_;
    my %at = (host => $ENV{DB_HOST}, port => $ENV{DB_PORT}, database => $ENV{DB_NAME}, user => $ENV{DB_USER}, password => $ENV{DB_PASSWORD}, %wrong);
    my %attributes = (PrintError => 0, RaiseError => 0, AutoCommit => 1, "${prefix}_server_prepare" => 0, %$more);
    $attributes{mysql_enable_utf8mb4} = 1 if $driver eq 'mysql';
    # DBD::mysql 4 does not insist on TLS with MariaDB's library, and says so unless it is told that it need not.
    %attributes = (%attributes, "${prefix}_ssl" => 1, "${prefix}_ssl_optional" => 1, "${prefix}_ssl_ca_file" => $ENV{DB_CA}) if $ENV{DB_CA};
    $attributes{"${prefix}_compression"} = 1 if $ENV{DB_COMPRESS};
    return DBI->connect("DBI:$driver:host=$at{host};port=$at{port};database=$at{database}" . ($at{options} // ''), $at{user}, $at{password}, \%attributes);
}

sub chapter { print "== @_\n" }

# The last error of all handles.
sub fault { return 'error ' . join(' ', map { $_ // 'undef' } $DBI::err, $DBI::state, $DBI::errstr) }

# Runs a statement and prints all there is to see of its results.
sub run {
    my ($sql, @values) = @_;
    print '> ', substr($sql, 0, 100), "\n";
    my $st = $db->prepare($sql) or return print '  prepare: ', fault(), "\n";
    my $n = $st->execute(@values);
    return print '  execute: ', fault(), "\n" unless defined $n;
    show($st, $n);
    return if $db->{"${prefix}_server_prepare"}; # several results are not for statements that the server prepares: both drivers say so
    while ($st->more_results) { show($st, $st->rows) }
    print '  ends with ', fault(), "\n" if $DBI::err;
}

sub show {
    my ($st, $n) = @_;
    if (!$st->{NUM_OF_FIELDS}) {
        print "  affected $n id ", $st->{"${prefix}_insertid"} // 'undef', ' warnings ', $st->{"${prefix}_warning_count"} // 'undef', "\n";
        return;
    }
    print '  columns ', Dumper([map { $st->{$_} } qw(NAME TYPE PRECISION SCALE NULLABLE), map { "${prefix}_$_" } qw(type_name table length is_num is_key)]), "\n";
    while (my $row = $st->fetchrow_arrayref) { print '  ', Dumper($row), "\n" }
    print '  ends with ', fault(), "\n" if $DBI::err;
}

sub value { my ($sql, @values) = @_; return scalar $db->selectrow_array($sql, undef, @values) }

sub story_of {
    my ($prepares) = @_;
    print "server_prepare $prepares\n";
    $db = connected({ "${prefix}_server_prepare" => $prepares });
    $db->do('DROP TABLE IF EXISTS parts, kinds, files, accounts');
    values_of_all_types();
    prepared();
    blobs();
    transactions();
    errors();
    session();
    $db->disconnect;
}

sub connect_to_it {
    chapter('connect');
    $db = connected({});
    print $db->{"${prefix}_serverinfo"}, ' ', $db->{"${prefix}_hostinfo"} =~ /TCP/ ? 'TCP' : '', "\n";
    run('SELECT CURRENT_USER(), DATABASE(), @@character_set_client, @@autocommit');
    my %ids = map { value('SELECT CONNECTION_ID()') => 1 } 1 .. 5;
    print 'the connection id is constant: ', join(',', keys %ids) eq $db->{"${prefix}_thread_id"} || $db->{"${prefix}_thread_id"}, "\n";
    for my $wrong ([password => 'wrong'], [password => ''], [database => 'shop_nowhere'], [database => 'mysql'], [user => 'nobody']) {
        connected({}, @$wrong) and print "no error with @$wrong\n";
        print "@$wrong: ", fault(), "\n";
    }
    my $initialised = connected({ "${prefix}_init_command" => 'SET @started = 5' });
    print 'init command: ', $initialised->selectrow_array('SELECT @started'), "\n";
}

sub values_of_all_types {
    chapter('values');
    run('CREATE TABLE kinds (id INT PRIMARY KEY AUTO_INCREMENT, b BIGINT UNSIGNED, d DECIMAL(30,10), f DOUBLE, day DATE, at DATETIME(6), took TIME(3),'
        . " y YEAR, bits BIT(9), e ENUM('one','two'), s SET('a','b','c'), t VARCHAR(50), flag BOOL)");
    my $insert = 'INSERT INTO kinds (b, d, f, day, at, took, y, bits, e, s, t, flag) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';
    run($insert, '18446744073709551615', '12345678901234567890.0123456789', 1.5e300, '2024-02-29', '2024-02-29 23:59:59.999999', '-99:59:59.999', 1999, 1, 'two', 'a,c', "grüße \x{1F6B2} 'quoted\\' \0 ?", 1);
    run($insert, (undef) x 12);
    run($insert, 0, '-0.5', -0.0, '1000-01-01', '9999-12-31', '00:00:00', 1901, 0, 'one', '', '', 0);
    run('SELECT * FROM kinds ORDER BY id');
    run('SELECT id FROM kinds WHERE t = ? AND b = ?', "grüße \x{1F6B2} 'quoted\\' \0 ?", '18446744073709551615');
    my $columns = $db->column_info(undef, undef, 'kinds', '%');
    print join(' ', map { "$_->{COLUMN_NAME}:$_->{TYPE_NAME}" } @{ $columns->fetchall_arrayref({}) }), "\n";
    print 'tables ', join(' ', grep { /kinds/ } $db->tables), ' key ', join(' ', $db->primary_key(undef, undef, 'kinds')), "\n";
}

sub prepared {
    chapter('prepared');
    my $in = $db->prepare('INSERT INTO kinds (b, t) VALUES (?, ?)');
    print 'inserted ', $in->execute($_, "row $_"), ' id ', $in->{"${prefix}_insertid"}, "\n" for 1 .. 5;
    my $out = $db->prepare('SELECT id, b, t FROM kinds WHERE b > ? AND t LIKE ? ORDER BY id');
    for my $from (0, 3, 100) {
        print $out->execute($from, 'row%'), ' ', Dumper($out->fetchall_arrayref), "\n";
    }
    $out->bind_param(1, 2, DBI::SQL_INTEGER);
    $out->bind_param(2, 'row 3');
    print $out->execute, ' ', Dumper($out->fetchall_hashref('id')), "\n";
    print 'execute with too few values: ', ($out->execute(1) // fault()), "\n";
    run('SELECT ? + 1, ?, ?', 1, undef, 'x');
    run('SELEC ?', 1);
    my @many = map { $db->prepare("SELECT $_ + ?") } 1 .. 100;
    my $sum = 0;
    for my $st (@many) { $st->execute(1); $sum += $st->fetchrow_array }
    print "a hundred statements: $sum\n";
    print 'execute_array ', $in->execute_array({ ArrayTupleStatus => \my @status }, [10 .. 19], [map { "tuple $_" } 10 .. 19]), "\n";
}

sub blobs {
    chapter('blobs');
    run('CREATE TABLE files (id INT PRIMARY KEY, body LONGBLOB)');
    my $in = $db->prepare('INSERT INTO files VALUES (?, ?)');
    my $all = join '', map { chr } 0 .. 255;
    my $n = 0;
    for my $body ('', "\0", $all x 4, $all x 12 x 1024) {
        $in->bind_param(1, $n);
        $in->bind_param(2, $body, DBI::SQL_BLOB);
        print 'inserted ', $in->execute // fault();
        $db->{LongReadLen} = 4 << 20;
        my ($back, $digest) = $db->selectrow_array('SELECT body, MD5(body) FROM files WHERE id = ?', undef, $n++);
        print ', ', length $body, ' bytes are the same: ', $back eq $body, ' ', md5_hex($body) eq $digest, "\n";
    }
}

sub transactions {
    chapter('transactions');
    run('CREATE TABLE accounts (id INT PRIMARY KEY, money INT NOT NULL)');
    run('INSERT INTO accounts VALUES (1, 100), (2, 0)');
    my $other = connected({ AutoCommit => 0 }); # its reads are in a transaction: outside of one, a replica may answer that has no such table yet
    $db->begin_work;
    run('UPDATE accounts SET money = money - ? WHERE id = 1', 10);
    print 'another sees ', $other->selectrow_array('SELECT money FROM accounts WHERE id = 1'), "\n";
    print 'rollback ', $db->rollback, ' ', value('SELECT money FROM accounts WHERE id = 1'), "\n";
    $db->{AutoCommit} = 0;
    run('UPDATE accounts SET money = money + ? WHERE id = 2', 5);
    run('SAVEPOINT here');
    run('DELETE FROM accounts');
    run('ROLLBACK TO SAVEPOINT here');
    print 'commit ', $db->commit, "\n";
    run('SELECT * FROM accounts ORDER BY id');
    $db->rollback;
    $db->{AutoCommit} = 1;
    run('SELECT @@autocommit, @@in_transaction');
    my $stale = 0;
    for my $n (1 .. 50) {
        $db->do('UPDATE accounts SET money = ? WHERE id = 1', undef, $n);
        $stale++ if value('SELECT money FROM accounts WHERE id = 1') != $n;
    }
    print "stale reads: $stale\n";
    $other->disconnect;
}

sub errors {
    chapter('errors');
    run('CREATE TABLE parts (id INT PRIMARY KEY, of INT NOT NULL, name VARCHAR(5), FOREIGN KEY (of) REFERENCES accounts (id))');
    run($_)
        for 'INSERT INTO accounts VALUES (1, 1)', 'SELEC 1', 'SELECT nope FROM accounts', 'SELECT * FROM nowhere', "INSERT INTO parts VALUES (1, 99, 'x')",
        'INSERT INTO parts VALUES (1, NULL, NULL)', "INSERT INTO parts VALUES (1, 1, 'too long')", "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'in Perl', MYSQL_ERRNO = 30001",
        'SELECT 1 / 0', 'SHOW WARNINGS', 'SET nonsense = 1', 'USE shop_nowhere', 'CALL nowhere()', 'SELECT 1; SELECT 2', "SELECT 'still here'";
}

sub session {
    chapter('session');
    run("INSERT INTO kinds (t) VALUES ('last'), ('very last')");
    print 'ids ', join(' ', $db->last_insert_id(undef, undef, 'kinds', 'id'), $db->{"${prefix}_insertid"}, value('SELECT LAST_INSERT_ID()')), "\n";
    run("UPDATE kinds SET t = 'last' WHERE t LIKE '%last'");
    print 'info ', $db->{"${prefix}_info"} // 'undef', "\n";
    run('SELECT SQL_CALC_FOUND_ROWS id FROM kinds LIMIT 1');
    run('SELECT FOUND_ROWS()');
    run("SET \@mine = 'mine', time_zone = '+05:00'");
    run('CREATE TEMPORARY TABLE scratch SELECT 1 AS one');
    run('SELECT @mine, @@time_zone, one FROM scratch');
    run('DROP TEMPORARY TABLE scratch');
    run('USE information_schema');
    run('SELECT DATABASE()');
    run("USE $ENV{DB_NAME}");
    print 'ping ', $db->ping, ' stat ', ($db->{"${prefix}_stat"} =~ /^(\w+)/)[0], "\n";
}

sub results {
    chapter('results');
    $db = connected({}, options => ";${prefix}_multi_statements=1");
    run('SELECT 1; SELECT 2 AS b; UPDATE accounts SET money = 7; SELECT nope; SELECT 3');
    run("SELECT 'still here'; SELECT COUNT(*) FROM accounts WHERE money = 7");
    run('CREATE PROCEDURE two(IN a INT, OUT b INT) BEGIN SET b = a * 2; SELECT a AS first; SELECT id, money FROM accounts; END');
    run('CALL two(?, @b)', 21);
    run('SELECT @b');
    my $st = $db->prepare("SELECT seq, REPEAT('x', 30) FROM seq_1_to_100000", { "${prefix}_use_result" => 1 });
    $st->execute or print fault(), "\n";
    my ($count, $sum) = (0, 0);
    while (my $row = $st->fetchrow_arrayref) { $count++; $sum += $row->[0] + length $row->[1] }
    print "$count rows, sum $sum\n";
}

sub reconnect {
    chapter('reconnect');
    my $killer = connected({});
    $db = connected({});
    $db->do('SET @mine = 1');
    $db->{"${prefix}_auto_reconnect"} = 1;
    print 'kill ', $killer->do('KILL ' . $db->{"${prefix}_thread_id"}), "\n";
    run('SELECT @mine, DATABASE()');
    $db->{"${prefix}_auto_reconnect"} = 0;
    $killer->do('KILL ' . $db->{"${prefix}_thread_id"});
    $db->do('SELECT 1') and print "the connection outlived its KILL\n";
    my $lost = grep { $db->err == $_ } 2006, 2013;
    print 'after KILL: ', $lost ? 'the connection is lost' : fault(), ', ping ', $db->ping ? 'yes' : 'no', "\n";
}

connect_to_it();
story_of($_) for 0, 1;
results();
reconnect();
chapter('end');
