package statement

import (
	"encoding/binary"
	"strings"
)

// wordFlags is what the lexer room knows of a word by its spelling alone.
type wordFlags uint8

const (
	// reserved words can't be unquoted identifiers on MySQL nor MariaDB, so that their case carries no meaning.
	reserved wordFlags = 1 << iota
	// callable words are reserved and yet also functions: IF(…), LEFT(…).
	callable
	// operand words are reserved and stand for a value, so that a sign after them is an operator.
	operand
	// gapSensitive names are built-in functions only if the parenthesis follows at once. With a gap between, the
	// servers call a stored function of that name (MySQL manual, "Function Name Parsing and Resolution";
	// MariaDB 10.11 does the same), unless sql_mode has IGNORE_SPACE.
	gapSensitive
	// elidable words stand for a constant in a row of values.
	elidable
	// beforeList words are those behind which lists of literals are shortened.
	beforeList
)

// The words of each flag, in capitals.
const (
	reservedWords = `ADD ALL ALTER ANALYZE AND AS ASC BEFORE BETWEEN BIGINT BINARY BLOB BOTH BY CALL CASCADE CASE CHANGE
		CHAR CHARACTER CHECK COLLATE COLUMN CONDITION CONSTRAINT CONTINUE CONVERT CREATE CROSS CURRENT_DATE CURRENT_TIME
		CURRENT_TIMESTAMP CURRENT_USER CURSOR DATABASES DAY_HOUR DAY_MICROSECOND DAY_MINUTE DAY_SECOND DEC
		DECIMAL DECLARE DEFAULT DELAYED DELETE DESC DESCRIBE DETERMINISTIC DISTINCT DISTINCTROW DIV DOUBLE DROP DUAL
		EACH ELSE ELSEIF ENCLOSED ESCAPED EXCEPT EXISTS EXIT EXPLAIN FALSE FETCH FLOAT FLOAT4 FLOAT8 FOR FORCE FOREIGN FROM
		FULLTEXT GRANT GROUP HAVING HIGH_PRIORITY HOUR_MICROSECOND HOUR_MINUTE HOUR_SECOND IF IGNORE IN INDEX INFILE INNER
		INOUT INSENSITIVE INSERT INT INT1 INT2 INT3 INT4 INT8 INTEGER INTERSECT INTERVAL INTO IS ITERATE JOIN KEY KEYS KILL
		LEADING LEAVE LEFT LIKE LIMIT LINEAR LINES LOAD LOCALTIME LOCALTIMESTAMP LOCK LONG LONGBLOB LONGTEXT LOOP
		LOW_PRIORITY MATCH MAXVALUE MEDIUMBLOB MEDIUMINT MEDIUMTEXT MIDDLEINT MINUTE_MICROSECOND MINUTE_SECOND MOD MODIFIES
		NATURAL NOT NO_WRITE_TO_BINLOG NULL NUMERIC ON OPTIMIZE OPTIONALLY OR ORDER OUT OUTER OUTFILE OVER PARTITION
		PRECISION PRIMARY PROCEDURE PURGE RANGE READ READS READ_WRITE REAL RECURSIVE REFERENCES REGEXP RELEASE RENAME REPEAT
		REPLACE REQUIRE RESIGNAL RESTRICT RETURN REVOKE RIGHT RLIKE ROWS SCHEMAS SECOND_MICROSECOND SELECT SENSITIVE
		SEPARATOR SET SHOW SIGNAL SMALLINT SPATIAL SPECIFIC SQL SQLEXCEPTION SQLSTATE SQLWARNING SQL_BIG_RESULT
		SQL_CALC_FOUND_ROWS SQL_SMALL_RESULT SSL STARTING STRAIGHT_JOIN TABLE TERMINATED THEN TINYBLOB TINYINT TINYTEXT TO
		TRAILING TRIGGER TRUE UNDO UNION UNIQUE UNLOCK UNSIGNED UPDATE USAGE USE USING UTC_DATE UTC_TIME UTC_TIMESTAMP
		VALUES VARBINARY VARCHAR VARCHARACTER VARYING WHEN WHERE WHILE WITH WRITE XOR YEAR_MONTH ZEROFILL`
	callableWords = `CHAR CONVERT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER IF INSERT INTERVAL LEFT
		LOCALTIME LOCALTIMESTAMP MOD REPEAT REPLACE RIGHT UTC_DATE UTC_TIME UTC_TIMESTAMP`
	operandWords = `CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEFAULT FALSE LOCALTIME LOCALTIMESTAMP MAXVALUE
		NULL TRUE UTC_DATE UTC_TIME UTC_TIMESTAMP`
	gapSensitiveWords = `ADDDATE BIT_AND BIT_OR BIT_XOR CAST COUNT CURDATE CURTIME DATE_ADD DATE_SUB EXTRACT GROUP_CONCAT
		JSON_ARRAYAGG JSON_OBJECTAGG MAX MID MIN NOW POSITION SESSION_USER STD STDDEV STDDEV_POP STDDEV_SAMP ST_COLLECT
		SUBDATE SUBSTR SUBSTRING SUM SYSDATE SYSTEM_USER TRIM VARIANCE VAR_POP VAR_SAMP`
	elidableWords = `DEFAULT FALSE NULL TRUE`
	listWords     = `IN VALUES`
)

// flagsOf returns the flags of a word; 0 for one that is not in the lists.
func flagsOf(word []byte) wordFlags { return lookUp(word).flags }

// lookUp returns the word as the lists have it, in capitals; an empty one if they don't.
func lookUp(word []byte) *listedWord {
	if len(word) < minWord || len(word) > maxWord {
		return &words[unlisted]
	}
	head, tail := endsOf(word)
	w := listed(head, tail, len(word))
	if !equalWord(word, w.text) {
		return &words[unlisted]
	}
	return w
}

// listed finds a word by its ends, see endsOf, and its length; the empty one if the lists have none. Where both are the same, words of
// up to 16 letters are, too.
func listed(head, tail uint64, length int) *listedWord {
	for i := slotOf(head, tail); ; i++ {
		w := &words[slots[i%uint(len(slots))]]
		if w.text == "" || w.head == head && w.tail == tail && len(w.text) == length {
			return w
		}
	}
}

// The length of the shortest and the longest word in the lists.
const (
	minWord = 2
	maxWord = 19
)

type listedWord struct {
	text       string
	head, tail uint64 // see endsOf
	spelled    uint64 // the first eight bytes of text
	flags      wordFlags
}

// unlisted is the place of the empty word.
const unlisted = 0

// words are those of the lists, the empty one first.
var words = func() (all []listedWord) {
	flags := map[string]wordFlags{"": 0}
	texts := []string{""}
	for _, list := range [...]struct {
		words string
		flag  wordFlags
	}{
		{reservedWords, reserved}, {callableWords, callable}, {operandWords, operand}, {gapSensitiveWords, gapSensitive}, {elidableWords, elidable},
		{listWords, beforeList},
	} {
		for _, word := range strings.Fields(list.words) {
			if _, there := flags[word]; !there {
				texts = append(texts, word)
			}
			flags[word] |= list.flag
		}
	}
	for _, text := range texts {
		head, tail := endsOf([]byte(text))
		all = append(all, listedWord{text, head, tail, eight([]byte(text)), flags[text]})
	}
	return all
}()

// slots is an open hash table of places in words, filled once; a Go map would cost three times as much per word of a text.
var slots = func() (t [1024]uint16) {
	for place := unlisted + 1; place < len(words); place++ {
		i := slotOf(words[place].head, words[place].tail)
		for t[i%uint(len(t))] != unlisted {
			i++
		}
		t[i%uint(len(t))] = uint16(place)
	}
	return t
}()

// slotOf spreads words over the slots. The factors are any odd numbers without a pattern.
func slotOf(head, tail uint64) uint {
	return uint((head + tail*0xd6e8feb86659fd93) * 0x9e3779b97f4a7c15 >> 54)
}

// caseBits are what tells small letters from capitals. Without them other bytes are alike as well, but not two that names can have.
const caseBits = 0x2020202020202020

// endsOf returns the first and the last eight bytes of a word as numbers, whatever their case; only the first for one that has no more.
func endsOf(word []byte) (head, tail uint64) {
	if len(word) > 8 {
		tail = binary.LittleEndian.Uint64(word[len(word)-8:]) &^ caseBits
	}
	return eight(word) &^ caseBits, tail
}

// eight returns the first eight bytes of b as a number, with zeros behind if it has fewer.
func eight(b []byte) (n uint64) {
	if len(b) >= 8 {
		return binary.LittleEndian.Uint64(b)
	}
	for i := len(b) - 1; i >= 0; i-- {
		n = n<<8 | uint64(b[i])
	}
	return n
}
