package statement

import "strings"

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
)

// flagsOf returns the flags of a word; 0 for one that is not in the lists.
func flagsOf(word []byte) wordFlags { return lookUp(word).flags }

// lookUp returns the word as the lists have it, in capitals; an empty one if they don't.
func lookUp(word []byte) *listedWord {
	if len(word) < minWord || len(word) > maxWord {
		return &unlisted
	}
	i := slotOf(word)
	for words[i].text != "" && !equalWord(word, words[i].text) {
		i = (i + 1) % uint(len(words))
	}
	return &words[i]
}

var unlisted listedWord

// The length of the shortest and the longest word in the lists.
const (
	minWord = 2
	maxWord = 19
)

type listedWord struct {
	text  string
	flags wordFlags
}

// words is an open hash table, filled once; a Go map would cost three times as much per word of a text.
var words = func() (t [1024]listedWord) {
	add := func(list string, flag wordFlags) {
		for _, word := range strings.Fields(list) {
			i := slotOf([]byte(word))
			for t[i].text != "" && t[i].text != word {
				i = (i + 1) % uint(len(t))
			}
			t[i] = listedWord{word, t[i].flags | flag}
		}
	}
	add(reservedWords, reserved)
	add(callableWords, callable)
	add(operandWords, operand)
	add(gapSensitiveWords, gapSensitive)
	add(elidableWords, elidable)
	return t
}()

// slotOf spreads words by length and four letters, whatever their case.
func slotOf(word []byte) uint {
	n := len(word)
	h := uint(n)
	h = h*31 + uint(word[0]&^0x20)
	h = h*31 + uint(word[1]&^0x20)
	h = h*31 + uint(word[n/2]&^0x20)
	h = h*31 + uint(word[n-1]&^0x20)
	return h % 1024
}
