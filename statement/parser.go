package statement

import (
	"errors"
	"sync"
	"sync/atomic"

	"github.com/pingcap/tidb/pkg/parser"
	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/mysql"
	_ "github.com/pingcap/tidb/pkg/parser/test_driver" // the constants of the tree
)

// Config is what can be set of a Parser.
type Config struct {
	// CacheSize is how many statement shapes are remembered, 200000 if it is not positive. One takes 300 to 500 bytes.
	CacheSize int
	// MaxParse is the length in bytes up to which a text is given to the SQL parser, 16384 if it is not positive. Longer
	// texts are given to it only if they are short enough with their literals taken out; else tokens decide.
	MaxParse int
}

// The defaults of Config.
const (
	defaultCacheSize = 200_000
	defaultMaxParse  = 16 << 10
)

// Parser tells what SQL texts mean. It is safe for concurrent use.
type Parser struct {
	maxParse  int
	cache     *cache
	folders   sync.Pool            // of *folder
	trees     sync.Pool            // of *parser.Parser, which is not safe for concurrent use
	fallbacks [kinds]atomic.Uint64 // statements that tokens alone decided, by kind
	hits      [hitCounters]hitCounter
	counters  atomic.Uint32 // how many of them were handed out
}

// hitCounter counts hits for one folder, which one core mostly uses, in a cache line of its own: a counter that all cores write at every
// statement would cost more than finding the statement.
type hitCounter struct {
	n atomic.Uint64
	_ [56]byte
}

// hitCounters is how many there are: several for each core of a large machine, since folders come and go.
const hitCounters = 128

// NewParser returns a Parser with an empty cache.
func NewParser(c Config) *Parser {
	if c.CacheSize <= 0 {
		c.CacheSize = defaultCacheSize
	}
	if c.MaxParse <= 0 {
		c.MaxParse = defaultMaxParse
	}
	p := &Parser{
		maxParse: c.MaxParse,
		cache:    newCache(c.CacheSize),
		trees:    sync.Pool{New: func() any { return parser.New() }},
	}
	p.folders.New = func() any { return &folder{hits: &p.hits[p.counters.Add(1)%hitCounters].n} }
	return p
}

// Parse tells what sql means when it is read under mode, and what its comments ask for. It never fails: what nobody
// understands is Unknown. sql is only read, and only during the call. The Statement is shared and must not be
// changed. Nothing is allocated for a statement whose shape is known, unless a hint brings text of its own.
//
// The text must be in a character set whose multi-byte characters hold no ASCII bytes (utf8mb4, latin1 …). Texts in
// gbk, big5, sjis or cp932 can't be read by bytes: a caller must not trust the answer for them.
func (p *Parser) Parse(sql []byte, mode Mode) (st *Statement, hint Hint) {
	defer rescue(&st)
	f := p.folders.Get().(*folder)
	f.fold(sql, mode, digestStyle)
	k, kinds := f.key(mode), f.kinds
	hint = f.hint
	if st = p.known(&k, kinds); st != nil {
		f.hits.Add(1)
	}
	f.release()
	p.folders.Put(f)
	if st == nil {
		st = p.learn(sql, mode, k, kinds)
	}
	return st, hint
}

// known returns what the cache has under a key, or nil.
func (p *Parser) known(k *key, kinds uint64) *Statement {
	if st := p.cache.get(k); st != nil {
		return st
	}
	other := k.refused(kinds)
	return p.cache.get(&other)
}

// rescue is deferred. Should anything fail in a way that nobody foresaw, the text is Unknown, which is always safe.
func rescue(st **Statement) {
	if recover() != nil {
		*st = &Statement{Kind: Unknown, Effects: LeavesState | Impure, Fallback: true}
	}
}

// key returns the cache's key of the text that was folded.
func (f *folder) key(mode Mode) key {
	return key{digest: f.digest(), params: f.params, mode: mode, versions: f.lx.versions}
}

// refused returns the key for an answer that tokens alone gave. The parser may refuse one text and accept another of the
// same shape, with literals of other sorts; one client's mistake must not spoil the answer for all.
func (k *key) refused(kinds uint64) key {
	other := *k
	other.kinds = kinds | 1<<63
	return other
}

// learn classifies a text that the cache does not know, and keeps the answer if it holds for all texts of its shape.
func (p *Parser) learn(sql []byte, mode Mode, k key, kinds uint64) *Statement {
	st := p.statements(sql, mode, 0)
	st.Digest, st.Params = k.digest, k.params
	if st.Fallback {
		k = k.refused(kinds)
	}
	p.cache.put(k, st, !st.dependsOnLiterals())
	return st
}

// Normalize returns sql with its literals as ?, lists of them as ..., without comments, reserved words in capitals,
// for consoles and logs. Texts with the same Digest give the same.
func (p *Parser) Normalize(sql []byte, mode Mode) string {
	f := p.folders.Get().(*folder)
	f.fold(sql, mode, shownStyle)
	normal := f.normal()
	f.release()
	p.folders.Put(f)
	return normal
}

var errNotOne = errors.New("statement: the text is not one statement")

// tree parses one statement. The parser it borrows is not put back if it panics, since its state is unknown then.
func (p *Parser) tree(sql []byte, mode Mode) (node ast.StmtNode, err error) {
	text, ok := bare(sql, mode)
	if !ok {
		return nil, errNotOne
	}
	defer func() {
		if r := recover(); r != nil {
			node, err = nil, errNotOne
		}
	}()
	tp := p.trees.Get().(*parser.Parser)
	tp.SetSQLMode(treeMode(mode))
	nodes, _, err := tp.ParseSQL(text)
	if err == nil && len(nodes) != 1 {
		err = errNotOne
	}
	if err == nil {
		node = nodes[0]
	}
	p.trees.Put(tp)
	return node, err
}

// treeMode is the parser's mode for a text that bare has written, where names are in backticks.
func treeMode(mode Mode) (m mysql.SQLMode) {
	if mode&NoBackslashEscapes != 0 {
		m |= mysql.ModeNoBackslashEscapes
	}
	return m
}
