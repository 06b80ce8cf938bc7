package api

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"shunt/sharding/move"
)

// Dumps of moves are files that may take hours to be read: they are passed on as they are, and only a reader that takes nothing for a while is hung up on.

// stallBound is for how long nothing may move of a dump.
const stallBound = time.Minute

// The headers of a dump.
//
// Reference: RFC 9530 has Repr-Digest, RFC 6266 Content-Disposition.
const (
	digestHeader = "Repr-Digest"
	nameHeader   = "Content-Disposition"
	dumpType     = "application/gzip"
)

func (a *API) dumpRoute() route {
	return route{
		method: "GET", path: prefix + "moves/{database}/dump", media: dumpType,
		parts: []param{{name: "database", about: "whose move it is"}}, query: []param{{name: "module", about: "the module of it whose move it is; empty: all of the database"}},
		about: "The dump of the old cluster as it was when the database switched: an SQL text, compressed. Repr-Digest has its checksum (sha-256), and parts can be asked for (Range). " +
			"409: it is not made yet, or another proxy has it, and the error says which; 404: there is none.",
		handle: func(w http.ResponseWriter, r *http.Request) {
			kept, dump, err := a.service.MoveDump(r.Context(), actor(r), r.PathValue("database"), r.URL.Query().Get("module"))
			if err != nil {
				reply(w, nil, moveStatus(err))
				return
			}
			defer dump.Close()
			info, err := dump.Stat()
			if err != nil {
				reply(w, nil, err)
				return
			}
			sum, _ := hex.DecodeString(kept.SHA256)
			w.Header().Set("Content-Type", dumpType)
			w.Header().Set(digestHeader, "sha-256=:"+base64.StdEncoding.EncodeToString(sum)+":")
			w.Header().Set(nameHeader, mime.FormatMediaType("attachment", map[string]string{"filename": kept.File}))
			w.Header().Set("Cache-Control", "no-store")
			http.ServeContent(&patient{w, http.NewResponseController(w)}, r, "", info.ModTime(), dump)
		},
	}
}

// patient writes for as long as somebody reads.
type patient struct {
	http.ResponseWriter
	control *http.ResponseController
}

func (p *patient) Write(b []byte) (int, error) {
	_ = p.control.SetWriteDeadline(time.Now().Add(stallBound)) // where that cannot be set, it is the server's
	return p.ResponseWriter.Write(b)
}

// Dump writes the dump of the last move of a database, or of a module of it, to out, and gives the name of the file there. The error says so if it is not what its checksum says, or ends too early; out has
// some of it then.
func (c *Client) Dump(ctx context.Context, database, module string, out io.Writer) (dump move.Archive, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(stallBound, func() { cancel(fmt.Errorf("nothing came from %s for %s", c.base, stallBound)) })
	defer watch.Stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+prefix+"moves/"+url.PathEscape(database)+"/dump?module="+url.QueryEscape(module), nil)
	if err != nil {
		return dump, err
	}
	request.SetBasicAuth(User, c.password)
	unbound := *c.http
	unbound.Timeout = 0 // ctx ends it
	response, err := unbound.Do(request)
	if err != nil {
		return dump, fmt.Errorf("no shunt answers at %s: %w", c.base, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK || response.Header.Get(digestHeader) == "" {
		return dump, noDump(c.base, response)
	}
	sum := sha256.New()
	dump.Bytes, err = io.Copy(io.MultiWriter(out, sum), &alive{response.Body, watch})
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return dump, fmt.Errorf("reading the dump: %w", err)
	}
	_, parameters, _ := mime.ParseMediaType(response.Header.Get(nameHeader))
	dump.File, dump.SHA256 = parameters["filename"], hex.EncodeToString(sum.Sum(nil))
	if want := "sha-256=:" + base64.StdEncoding.EncodeToString(sum.Sum(nil)) + ":"; response.Header.Get(digestHeader) != want {
		return dump, fmt.Errorf("the dump came damaged: its checksum is %s, and should be %s; read it again", want, response.Header.Get(digestHeader))
	}
	return dump, nil
}

// noDump is what an answer says that is none.
func noDump(base string, response *http.Response) error {
	var refusal errorBody
	text, _ := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err := json.Unmarshal(text, &refusal); err != nil || refusal.Error == "" {
		refusal.Error = fmt.Sprintf("%s answered %d without a dump: %.200s", base, response.StatusCode, strings.TrimSpace(string(text)))
	}
	return &Error{response.StatusCode, refusal.Error}
}

// alive puts a watch off whenever something comes.
type alive struct {
	io.Reader
	watch *time.Timer
}

func (a *alive) Read(b []byte) (int, error) {
	n, err := a.Reader.Read(b)
	a.watch.Reset(stallBound)
	return n, err
}
