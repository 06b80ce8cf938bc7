package accounts

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"shunt/topology"
)

// TestLinesOfShowGrants are read and written again.
func TestLinesOfShowGrants(t *testing.T) {
	for line, want := range map[string]struct {
		object, to string
		option     bool
	}{
		"GRANT ALL PRIVILEGES ON `a``b ON x`.* TO `u TO v`@`%` WITH GRANT OPTION":                     {"`a``b ON x`.*", "`u TO v`@`%`", true},
		"GRANT SELECT (`a ON b`, `c`), INSERT ON `shop`.`t` TO `u`@`10.%`":                            {"`shop`.`t`", "`u`@`10.%`", false},
		"GRANT EXECUTE ON PROCEDURE `shop`.`p` TO `r`":                                                {"PROCEDURE `shop`.`p`", "`r`", false},
		"GRANT USAGE ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*00 TO' REQUIRE SSL WITH GRANT OPTION": {"*.*", "`u`@`%`", true},
		"GRANT SELECT ON `shop`.* TO PUBLIC":                                                          {"`shop`.*", "PUBLIC", false},
	} {
		g, to, ok := parseGrant(line)
		if !ok || g.Object != want.object || to != want.to || g.Option != want.option {
			t.Errorf("%s: %+v to %s, %v", line, g, to, ok)
		}
	}
	for _, line := range []string{"GRANT `r` TO `u`@`%`", "GRANT PROXY ON ''@'%' TO `u`@`%`", "SET DEFAULT ROLE `r` FOR `u`@`%`", "REVOKE INSERT ON `shop`.* FROM `u`@`%`", ""} {
		if g, _, ok := parseGrant(line); ok {
			t.Errorf("%s: %+v", line, g)
		}
	}
}

// TestPatterns: which databases a grant is about.
func TestPatterns(t *testing.T) {
	for _, test := range []struct {
		name, pattern string
		fits          bool
	}{
		{"shop", "shop", true}, {"shop", "sh%", true}, {"shop", "%p", true}, {"shop", "s__p", true}, {"shop", "%", true}, {"shop_1", `shop\_1`, true}, {"shop_1", `shop\_%`, true},
		{"shopx1", `shop\_1`, false}, {"shop", "shop_", false}, {"shop", "sho", false}, {"shop", `\%`, false}, {"", "%", true}, {"", "_", false},
	} {
		if like(test.name, test.pattern) != test.fits {
			t.Errorf("%s fits %s: %v", test.name, test.pattern, !test.fits)
		}
	}
}

// TestOnlyTheMostSpecificGrantGoesElsewhere: the others had no effect, and would give more there than here.
func TestOnlyTheMostSpecificGrantGoesElsewhere(t *testing.T) {
	u, v := Grantee{User: "u", Host: "%"}, Grantee{User: "v", Host: "%"}
	r := &Rights{Database: "shop_1", Flavor: topology.MariaDB, Grants: []Grant{
		{Rights: "ALL PRIVILEGES", Object: "`shop%`.*", Grantee: u, Covered: true},
		{Rights: "SELECT", Object: "`shop\\_1`.*", Grantee: u, Option: true},
		{Rights: "UPDATE", Object: "`%`.*", Grantee: u, Covered: true},
		{Rights: "INSERT", Object: "`shop_1`.`t`", Grantee: u},
		{Rights: "DELETE", Object: "`%`.*", Grantee: v, Covered: true},
	}}
	want := []string{"GRANT SELECT ON `shop\\_1`.* TO `u`@`%` WITH GRANT OPTION", "GRANT INSERT ON `shop_1`.`t` TO `u`@`%`", "GRANT DELETE ON `shop\\_1`.* TO `v`@`%`"}
	if diff := cmp.Diff(want, r.OpenElsewhere()); diff != "" {
		t.Error(diff)
	}
}

// TestStatementsOfTwoTries: nothing is lost, nothing is twice, and covers go before rights are given.
func TestStatementsOfTwoTries(t *testing.T) {
	got := merged([]string{"REVOKE a", "GRANT b", "ALTER c"}, []string{"REVOKE a", "REVOKE d", "GRANT e"})
	if diff := cmp.Diff([]string{"REVOKE a", "REVOKE d", "GRANT b", "ALTER c", "GRANT e"}, got); diff != "" {
		t.Error(diff)
	}
}
