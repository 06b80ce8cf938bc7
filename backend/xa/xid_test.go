package xa

import (
	"strings"
	"testing"
)

func TestNamesAreReadAsTheyAreWritten(t *testing.T) {
	n := Name{"0123abcd", "89ef4567", 123456}
	if got, ok := ParseName(n.String()); !ok || got != n {
		t.Errorf("%v, %v", got, ok)
	}
	if got := n.Branch("paris"); got != "X'30313233616263642d38396566343536372d326e3963',X'7061726973',1936225646" {
		t.Errorf("%s", got)
	}
	for _, text := range []string{"", "a-b-c", "0123abcd-89ef4567", "0123abcd-89ef4567-", "0123abcd-89ef4567-0002", "0123abcd-89ef4567-!", "0123abcd-89ef4567-1-2"} {
		if got, ok := ParseName(text); ok {
			t.Errorf("%q is read as %v", text, got)
		}
	}
	if q := qualifier(strings.Repeat("x", 100) + "y"); len(q) > longestQualifier || !strings.HasSuffix(q, "y") {
		t.Errorf("%q", q)
	}
}

func FuzzReadBranch(f *testing.F) {
	f.Add(int64(FormatID), int64(19), "0123abcd-89ef4567-2paris")
	f.Add(int64(FormatID), int64(-1), "")
	f.Fuzz(func(t *testing.T, format, length int64, data string) {
		if b, ok := readBranch(format, length, data); ok && !strings.HasPrefix(data, b.name.String()) {
			t.Errorf("%q is read as %v", data, b.name)
		}
	})
}
