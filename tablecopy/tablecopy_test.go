package tablecopy_test

import (
	"errors"
	"strings"
	"testing"

	"shunt/mysql"
	"shunt/tablecopy"
)

const days = "CREATE TABLE `stat_day` (\n" +
	"  `id` int(11) NOT NULL AUTO_INCREMENT COMMENT 'GENERATED ALWAYS AS ROW, x) AS ROW y',\n" +
	"  `a``b` float DEFAULT NULL,\n" +
	"  `t` text CHARACTER SET latin1 COLLATE latin1_swedish_ci DEFAULT 'it''s, ok',\n" +
	"  `at` timestamp(3) NULL DEFAULT NULL,\n" +
	"  `twice` bigint(20) GENERATED ALWAYS AS (`id` * 2) STORED,\n" +
	"  PRIMARY KEY (`id`),\n" +
	"  UNIQUE KEY `u` (`t`(10)),\n" +
	"  KEY `k` (`at`),\n" +
	"  FULLTEXT KEY `words` (`t`),\n" +
	"  CONSTRAINT `fk` FOREIGN KEY (`id`) REFERENCES `goods` (`id`)\n" +
	") ENGINE=MyISAM AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='SYSTEM VERSIONING'\n" +
	" PARTITION BY HASH (`id`)\nPARTITIONS 3"

// TestCopy: a temporary table has the columns and keys that it can have, and gets exactly the values that were asked for.
func TestCopy(t *testing.T) {
	d, err := tablecopy.Parse(days)
	if err != nil {
		t.Fatal(err)
	}
	create := d.Create("shop", "stat_day")
	for _, part := range []string{"CREATE TEMPORARY TABLE `shop`.`stat_day` (`id` int(11) NOT NULL AUTO_INCREMENT", "PRIMARY KEY (`id`), UNIQUE KEY `u` (`t`(10)), KEY `k` (`at`))",
		") ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci"} {
		if !strings.Contains(create, part) {
			t.Errorf("%s lacks %s", create, part)
		}
	}
	for _, part := range []string{"FULLTEXT", "FOREIGN", "PARTITION", "MyISAM"} {
		if strings.Contains(create, part) {
			t.Errorf("%s has %s", create, part)
		}
	}
	want := "SELECT `s`.`id`, CAST(`s`.`a``b` AS DOUBLE), HEX(`s`.`t`), UNIX_TIMESTAMP(`s`.`at`) FROM `shop`.`stat_day` AS `s` WHERE (`s`.`id` = 1) AND (`t` = 'x') LIMIT 11"
	if got := d.Ask("shop", "stat_day", "s", []string{"(`s`.`id` = 1)", "(`t` = 'x')"}, 11); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	fill, err := d.Fill("shop", "stat_day", []mysql.Row{mysql.NewRow(1, "0.5", "41", "1700000000.125"), mysql.NewRow(2, nil, "", "0.000"), mysql.NewRow(3, nil, nil, nil)})
	if err != nil || len(fill) != 1 {
		t.Fatal(fill, err)
	}
	want = "INSERT INTO `shop`.`stat_day` (`id`,`a``b`,`t`,`at`) VALUES (1,0.5,X'41',FROM_UNIXTIME(1700000000.125)),(2,NULL,X'','0000-00-00 00:00:00'),(3,NULL,NULL,NULL)"
	if fill[0] != want {
		t.Errorf("\n got %s\nwant %s", fill[0], want)
	}
	if _, err := d.Fill("shop", "stat_day", []mysql.Row{mysql.NewRow(1)}); err == nil {
		t.Error("a row with too few values is taken")
	}
	if !d.Has("TWICE") || d.Has("fk") {
		t.Error("it does not know its columns")
	}
}

// TestFillInPieces: no INSERT gets so long that a server refuses it.
func TestFillInPieces(t *testing.T) {
	d, err := tablecopy.Parse("CREATE TABLE `t` (\n  `a` longblob\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4")
	if err != nil {
		t.Fatal(err)
	}
	row := mysql.NewRow(strings.Repeat("41", 50_000))
	fill, err := d.Fill("d", "t", []mysql.Row{row, row, row, row, row, row, row})
	if err != nil || len(fill) != 3 {
		t.Fatalf("%d pieces, %v", len(fill), err)
	}
	if fill, err := d.Fill("d", "t", nil); err != nil || len(fill) != 0 {
		t.Errorf("without rows: %v, %v", fill, err)
	}
}

// TestNotCopied: what has no exact copy is told with the reason, and what nobody understands is no table.
func TestNotCopied(t *testing.T) {
	table := func(line, options string) string {
		return "CREATE TABLE `t` (\n  `a` int(11),\n" + line + "\n) ENGINE=InnoDB" + options
	}
	for create, why := range map[string]string{
		"CREATE ALGORITHM=UNDEFINED DEFINER=`u`@`%` SQL SECURITY DEFINER VIEW `v` AS select 1": "view",
		table("  `x` geo", " DEFAULT CHARSET=latin1"):                                          "type geo",
		table("  `s` timestamp(6) GENERATED ALWAYS AS ROW START", " DEFAULT CHARSET=latin1"):   "versioned",
		table("  `b` int", " DEFAULT CHARSET=latin1 WITH SYSTEM VERSIONING"):                   "versioned",
		table("  PERIOD FOR `p` (`a`, `b`)", " DEFAULT CHARSET=latin1"):                        "period",
		table("  `b` int", " SEQUENCE=1 DEFAULT CHARSET=latin1"):                               "sequence",
	} {
		var not *tablecopy.NotCopied
		if _, err := tablecopy.Parse(create); !errors.As(err, &not) || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v, want %s", create, err, why)
		}
	}
	for _, create := range []string{"", "CREATE TABLE `t` (", "nothing", "CREATE TABLE `t` (\n) ENGINE=InnoDB DEFAULT CHARSET=latin1", table("  `b", " DEFAULT CHARSET=latin1"),
		table("  NONSENSE", " DEFAULT CHARSET=latin1"), table("  `b` int", "")} {
		var not *tablecopy.NotCopied
		if d, err := tablecopy.Parse(create); err == nil || errors.As(err, &not) {
			t.Errorf("%q: %v, %v", create, d, err)
		}
	}
}
