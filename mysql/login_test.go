package mysql_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shunt/mysql"
)

func TestSSLRequestIsTheHeadOfALogin(t *testing.T) {
	l := mysql.Login{Capabilities: mysql.CapProtocol41 | mysql.CapSSL, MaxPacket: 1 << 24, Collation: 45, User: "app"}
	request := l.AppendSSLRequest(nil)
	if !mysql.IsSSLRequest(request) {
		t.Errorf("%x is not taken for a request", request)
	}
	login := l.Append(nil)
	if !strings.HasPrefix(string(login), string(request)) {
		t.Error("the login begins otherwise")
	}
	if mysql.IsSSLRequest(login) {
		t.Error("the login itself is taken for a request")
	}
	l.Capabilities &^= mysql.CapSSL
	if mysql.IsSSLRequest(l.AppendSSLRequest(nil)) {
		t.Error("a head without CapSSL is taken for a request")
	}
	if mysql.IsSSLRequest(nil) {
		t.Error("nothing is taken for a request")
	}
}

func TestLoginFormsOfAuthData(t *testing.T) {
	const base = mysql.CapLongPassword | mysql.CapProtocol41 | mysql.CapPluginAuth | mysql.CapConnectWithDB
	for _, c := range []struct {
		name string
		caps mysql.Capability
		data string
		want string // what is read back
	}{
		{"before a NUL", base, "scramble", "scramble"},
		{"after one byte of length", base | mysql.CapSecureConnection, "a\x00b", "a\x00b"},
		{"too long for one byte of length", base | mysql.CapSecureConnection, strings.Repeat("x", 300), strings.Repeat("x", 255)},
		{"after a length", base | mysql.CapSecureConnection | mysql.CapPluginAuthLenenc, strings.Repeat("x", 300), strings.Repeat("x", 300)},
		{"none", base | mysql.CapSecureConnection | mysql.CapPluginAuthLenenc, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := mysql.Login{Capabilities: c.caps, User: "app", AuthData: []byte(c.data), Database: "shop", AuthPlugin: mysql.PluginClear}
			got, err := mysql.ParseLogin(l.Append(nil))
			if err != nil {
				t.Fatal(err)
			}
			l.AuthData = []byte(c.want)
			if diff := cmp.Diff(l, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLoginWithoutTheLastNulIsUnderstood(t *testing.T) {
	const caps = mysql.CapLongPassword | mysql.CapProtocol41 | mysql.CapSecureConnection | mysql.CapConnectWithDB
	l := mysql.Login{Capabilities: caps, User: "app", Database: "shop"}
	packet := l.Append(nil)
	got, err := mysql.ParseLogin(packet[:len(packet)-1])
	if err != nil || got.Database != "shop" {
		t.Errorf("got database %q, %v", got.Database, err)
	}
}

func TestMalformedLogins(t *testing.T) {
	whole := unhex(t, loginMariaDBClient)
	for end := range whole {
		l, err := mysql.ParseLogin(whole[:end])
		if err == nil && l.AuthPlugin == mysql.PluginNative && len(l.Attributes) > 0 {
			t.Errorf("its first %d bytes were taken for the whole", end)
		}
		if err != nil && !errors.Is(err, mysql.ErrMalformedPacket) {
			t.Errorf("its first %d bytes: %v", end, err)
		}
	}
	for name, packet := range map[string]string{
		"before 4.1":              "8da00000 00000000 2d 0000000000000000000000000000000000000000000000 6100 00",
		"attribute length wrong":  "8da21a00 00000000 2d 0000000000000000000000000000000000000000000000 6100 00 6400 7000 02 fe01",
		"attribute without value": "8da21a00 00000000 2d 0000000000000000000000000000000000000000000000 6100 00 6400 7000 02 0161",
	} {
		if _, err := mysql.ParseLogin(unhex(t, packet)); !errors.Is(err, mysql.ErrMalformedPacket) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestChangeUserOfAnOldClientEndsAfterTheDatabase(t *testing.T) {
	c, err := mysql.ParseChangeUser([]byte("\x11bob\x00\x03abcshop\x00"), phpCapabilities)
	want := mysql.ChangeUser{User: "bob", AuthData: []byte("abc"), Database: "shop"}
	if diff := cmp.Diff(want, c); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestChangeUserIsNotAnotherCommand(t *testing.T) {
	if _, err := mysql.ParseChangeUser([]byte("\x03bob\x00\x00\x00"), phpCapabilities); !errors.Is(err, mysql.ErrMalformedPacket) {
		t.Errorf("got %v", err)
	}
}

func TestAttributesAreReadOneByOne(t *testing.T) {
	got := map[string]string{}
	for name, value := range mysql.Attributes(attributes("_os", "Linux", "program_name", "php", "empty", "")) {
		got[string(name)] = string(value)
	}
	want := map[string]string{"_os": "Linux", "program_name": "php", "empty": ""}
	if !maps.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestAttributesEndAtTheFirstMalformedOne(t *testing.T) {
	block := append(attributes("a", "b"), 0xfe, 1)
	var names []string
	for name := range mysql.Attributes(block) {
		names = append(names, string(name))
	}
	if !slices.Equal(names, []string{"a"}) {
		t.Errorf("got %q", names)
	}
}

func TestMalformedGreetings(t *testing.T) {
	for _, golden := range []string{greetingMariaDB, greetingMySQL} {
		whole := unhex(t, golden)
		name := len(whole) - 22 // only the plugin's name may end early
		for end := range name {
			if _, err := mysql.ParseGreeting(whole[:end]); !errors.Is(err, mysql.ErrMalformedPacket) {
				t.Errorf("its first %d bytes: %v", end, err)
			}
		}
	}
	if _, err := mysql.ParseGreeting([]byte("\x093.22.1\x00")); err == nil || !strings.Contains(err.Error(), "protocol version 9") {
		t.Errorf("an old server: %v", err)
	}
}

func TestErrorInPlaceOfAGreeting(t *testing.T) {
	for _, c := range []struct {
		name, packet string
		want         mysql.Error
	}{
		{"without a SQLSTATE", errTooMany, mysql.Error{Number: 1040, State: "HY000", Message: "Too many connections"}},
		{
			"with a SQLSTATE", "ff 1004 23 3038303034 546f6f206d616e7920636f6e6e656374696f6e73",
			mysql.Error{Number: 1040, State: "08004", Message: "Too many connections"},
		},
		{"host not allowed", "ff 6a04 486f7374", mysql.Error{Number: 1130, State: "HY000", Message: "Host"}},
		{"a text that begins with #", "ff 6a04 23 6e6f2073746174", mysql.Error{Number: 1130, State: "HY000", Message: "#no stat"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := mysql.ParseGreeting(unhex(t, c.packet))
			var got *mysql.Error
			if !errors.As(err, &got) {
				t.Fatalf("got %v", err)
			}
			if diff := cmp.Diff(c.want, *got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
