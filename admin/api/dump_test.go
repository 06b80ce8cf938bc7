package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shunt/admin"
	"shunt/admin/admintest"
	"shunt/sharding/move"
	"shunt/sharding/move/archive"
)

// kept is moves whose dumps are in a folder here.
type kept struct {
	admin.Moves
	folder  *archive.Folder
	archive move.Archive
}

func (k *kept) Dump(context.Context, string, string) (move.Archive, *archive.Dump, error) {
	dump, err := k.folder.Open(k.archive.File)
	return k.archive, dump, err
}

// serveDump serves an API that has a dump.
func serveDump(t *testing.T, text []byte) (*httptest.Server, *kept) {
	t.Helper()
	folder, sum := t.TempDir(), sha256.Sum256(text)
	k := &kept{folder: archive.NewFolder(folder), archive: move.Archive{State: move.ArchiveKept, File: "shop-1.sql.gz", SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(text))}}
	if err := os.WriteFile(filepath.Join(folder, k.archive.File), text, 0o600); err != nil {
		t.Fatal(err)
	}
	house, _ := admintest.House()
	k.Moves, house.Moves = house.Moves, k
	a := New(Config{Password: "s3cret"}, admin.New(house), slog.New(slog.NewTextHandler(io.Discard, nil)))
	server := httptest.NewServer(a.Handler())
	t.Cleanup(server.Close)
	return server, k
}

// TestADumpIsDownloaded: as it is, with its name and its checksum; parts can be asked for, and whoever has no password gets nothing.
func TestADumpIsDownloaded(t *testing.T) {
	text := bytes.Repeat([]byte("a dump of 3 MB\n"), 200000)
	server, k := serveDump(t, text)
	ask := func(password, part string) (*http.Response, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/api/v1/moves/shop/dump", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(User, password)
		if part != "" {
			r.Header.Set("Range", part)
		}
		answer, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer, string(body)
	}
	answer, body := ask("s3cret", "")
	sum := sha256.Sum256(text)
	for header, want := range map[string]string{
		"Repr-Digest": "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":", "Content-Disposition": "attachment; filename=shop-1.sql.gz",
		"Content-Type": "application/gzip", "Content-Length": "3000000", "Cache-Control": "no-store",
	} {
		if got := answer.Header.Get(header); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
	if answer.StatusCode != http.StatusOK || body != string(text) {
		t.Errorf("%d, %d bytes", answer.StatusCode, len(body))
	}
	if answer, body := ask("s3cret", "bytes=2-5"); answer.StatusCode != http.StatusPartialContent || body != "dump" {
		t.Errorf("a part: %d, %q", answer.StatusCode, body)
	}
	if answer, body := ask("guess", ""); answer.StatusCode != http.StatusUnauthorized || strings.Contains(body, "3 MB") {
		t.Errorf("with another password: %d, %q", answer.StatusCode, body)
	}
	c, err := NewClient(server.URL, "s3cret")
	if err != nil {
		t.Fatal(err)
	}
	var came bytes.Buffer
	if dump, err := c.Dump(t.Context(), "shop", "", &came); err != nil || dump.File != k.archive.File || dump.SHA256 != k.archive.SHA256 || dump.Bytes != 3000000 || came.String() != string(text) {
		t.Errorf("the client has %v of %d bytes, %v", dump, came.Len(), err)
	}
	k.archive.SHA256 = strings.Repeat("00", 32)
	if _, err := c.Dump(t.Context(), "shop", "", io.Discard); err == nil || !strings.Contains(err.Error(), "came damaged") {
		t.Errorf("one that is not what its checksum says: %v", err)
	}
}

// TestWhereADumpIsTold: what is on another proxy, and what there is not.
func TestWhereADumpIsTold(t *testing.T) {
	a, _ := newAPI(t)
	server := httptest.NewServer(a.Handler())
	t.Cleanup(server.Close)
	c, err := NewClient(server.URL, "s3cret")
	if err != nil {
		t.Fatal(err)
	}
	for database, want := range map[string]Error{
		"shop":       {http.StatusConflict, "proxy web8 has the dump"},
		"blog":       {http.StatusNotFound, "there is no dump of the move of blog"},
		"a/b c`%2F?": {http.StatusNotFound, "there is no dump of the move of a/b c`%2F?"},
	} {
		var got *Error
		if _, err := c.Dump(t.Context(), database, "", io.Discard); !errors.As(err, &got) || got.Status != want.Status || !strings.Contains(got.Message, want.Message) {
			t.Errorf("%s: %v, want %v", database, err, want)
		}
	}
}
