package mysql

import (
	"strings"
	"testing"
)

// The digests are those of glibc's crypt(3) and of "openssl passwd -5", which take salts of up to 16 characters.
func TestSHA256CryptIsThatOfGlibc(t *testing.T) {
	for _, c := range []struct {
		salt, password string
		rounds         int
		want           string
	}{
		{"saltstring", "Hello world!", 5000, "5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"},
		{"s", "", 5000, "u9jS/E6rlpZoj8KCMVhpLKJh2MrO5hc9UBdfKCcvVU7"},
		{"0123456789abcdef", strings.Repeat("b", 32), 5000, "m7GYjukDPDSkQvOzMnK8EwTUpnsJfAvxJbCKps1YNN4"},
		{"salt", strings.Repeat("a", 70), 5000, "YQkhW1NpW2Po04/U4NblKzaNusKIaXmWsL7m2kdnwQ7"},
		{"abc", "päss", 1000, "gUuHo6YZQYy2UINa0AVOP23zFpKJgnbcopyxIfzNuW4"},
	} {
		if got := sha256Crypt([]byte(c.password), []byte(c.salt), c.rounds); got != c.want {
			t.Errorf("salt %q, password %q, %d rounds: got %s, want %s", c.salt, c.password, c.rounds, got, c.want)
		}
	}
}
