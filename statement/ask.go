package statement

import "strings"

// question reads SELECT of things that the proxy may answer itself: SELECT LAST_INSERT_ID(), SELECT @@identity AS id. It returns false for
// anything else, and for several such things, which it notes.
func (b *builder) question() bool {
	c := b.c
	if b.versions&versionSeen != 0 || !c.accept("SELECT") {
		return false
	}
	asked, names := c.questions(b)
	if len(asked) == 0 || !c.ended() {
		return false
	}
	if len(asked) > 1 {
		b.st.Ask, b.st.Several = AskSeveral, asked
		return false
	}
	b.st.Ask, b.st.Label = asked[0].Ask, asked[0].Label
	if names.tok.kind == tokSysVar {
		b.systemVariable("", systemName(names.text()))
	} else {
		b.calls("", names.name(), false)
	}
	return true
}

// questions takes items as long as they are questions; first is where the first one begins.
func (c *cursor) questions(b *builder) (asked []Question, first cursor) {
	for {
		item := *c
		ask, end := c.asked()
		if ask == AskNothing {
			return nil, first
		}
		label, ok := c.alias(b.sql[item.tok.start:end], b.mode)
		if !ok {
			return nil, first
		}
		if len(asked) == 0 {
			first = item
		}
		if asked = append(asked, Question{ask, label}); !c.acceptMark(',') || len(asked) == maxQuestions {
			return asked, first
		}
	}
}

// maxQuestions is how many items of a SELECT are looked at.
const maxQuestions = 8

// asked takes the item and returns what it asks and where it ends.
func (c *cursor) asked() (ask Ask, end int) {
	text, end := c.text(), c.tok.end
	if c.tok.kind == tokSysVar {
		ask = askedVariable(text)
		c.next()
		return ask, end
	}
	if c.tok.kind != tokWord {
		return AskNothing, 0
	}
	ask = askedFunction(text)
	c.next()
	if flagsOf(text)&gapSensitive != 0 && c.tok.start > end || !c.acceptMark('(') || !c.isMark(')') {
		return AskNothing, 0
	}
	end = c.tok.end
	c.next()
	return ask, end
}

func askedFunction(name []byte) Ask {
	switch strings.ToLower(string(name)) {
	case "connection_id":
		return AskConnectionID
	case "last_insert_id":
		return AskInsertID
	case "row_count":
		return AskRowCount
	case "found_rows":
		return AskFoundRows
	case "user", "session_user", "system_user":
		return AskUser
	default:
		return AskNothing
	}
}

func askedVariable(name []byte) Ask {
	switch strings.ToLower(string(name)) {
	case "@@identity", "@@last_insert_id":
		return AskInsertID
	case "@@pseudo_thread_id":
		return AskConnectionID
	case "@@warning_count":
		return AskWarningCount
	case "@@error_count":
		return AskErrorCount
	case "@@shunt_token":
		return AskToken
	case "@@shunt_consistency":
		return AskConsistency
	default:
		return AskNothing
	}
}

// alias takes the alias, if there is one, and returns the column's name: the alias, or the item as it is written. It
// returns false if there is none behind AS.
func (c *cursor) alias(item []byte, mode Mode) (label string, ok bool) {
	label = string(item)
	as := c.accept("AS")
	switch {
	case c.tok.kind == tokString:
		label = stringValue(c.text(), mode)
		c.next()
	case c.isName():
		label = c.name()
	case as:
		return "", false
	}
	return label, true
}
