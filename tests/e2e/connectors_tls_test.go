package e2e

import (
	"fmt"
	"strings"
	"testing"

	"shunt/mysql/mysqltest"
)

// certificateFiles are a certificate for 127.0.0.1, which is its own authority, and its key.
func certificateFiles(t *testing.T) (cert, key string) {
	t.Helper()
	return files(t, mysqltest.NewCertificate(t))
}

// offerTLS edits a configuration so that its listener takes clients in TLS, and those without it as well.
func offerTLS(cert, key string) func(string) string { return listenTLS(cert, key, "preferred") }

// insistOnTLS edits a configuration so that its listener takes clients in TLS only.
func insistOnTLS(cert, key string) func(string) string { return listenTLS(cert, key, "required") }

func listenTLS(cert, key, mode string) func(string) string {
	return func(config string) string {
		first, rest, _ := strings.Cut(config, "\n")
		return fmt.Sprintf("listen:\n  - {address: %q, tls: {cert: %q, key: %q, mode: %s}}\n%s", strings.TrimPrefix(first, "listen: "), cert, key, mode, rest)
	}
}
