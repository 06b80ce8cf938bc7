package mysqltest

import (
	"fmt"

	"shunt/mysql"
)

// answerReader reads one answer, packet by packet.
type answerReader struct {
	client *Client
	binary bool // rows are of the binary protocol
	answer Answer
}

func (r *answerReader) read(cmd mysql.Command) error {
	switch cmd {
	case mysql.ComQuit, mysql.ComStmtClose, mysql.ComStmtSendLongData:
		return nil
	case mysql.ComStmtPrepare:
		return r.prepared()
	case mysql.ComFieldList:
		return r.fieldList()
	case mysql.ComStmtFetch:
		return r.fetched()
	case mysql.ComStatistics:
		packet, err := r.next()
		if err == nil && mysql.IsErr(packet) {
			return r.end(Result{}, packet)
		}
		r.answer.Text = string(packet)
		return err
	default:
		return r.results()
	}
}

// next reads a packet that is not empty.
func (r *answerReader) next() ([]byte, error) {
	packet, err := r.client.ReadPacket()
	if err != nil {
		return nil, err
	}
	r.answer.Packets = append(r.answer.Packets, packet)
	if len(packet) == 0 {
		return nil, fmt.Errorf("%w: empty", mysql.ErrMalformedPacket)
	}
	return packet, nil
}

// results reads results until one says that no other follows.
func (r *answerReader) results() error {
	for {
		if err := r.result(); err != nil || r.answer.File != "" {
			return err
		}
		last := r.answer.Results[len(r.answer.Results)-1]
		if last.Err != nil || !last.OK.Status.Has(mysql.StatusMoreResults) {
			return nil
		}
	}
}

func (r *answerReader) result() error {
	first, err := r.next()
	if err != nil {
		return err
	}
	switch first[0] {
	case mysql.HeaderOK, mysql.HeaderErr, mysql.HeaderEOF:
		return r.end(Result{}, first)
	case mysql.HeaderLocalInfile:
		r.answer.File = string(first[1:])
		return nil
	}
	d := mysql.NewDecoder(first)
	count := int(d.LenencInt())
	result := Result{}
	var end []byte
	if r.client.Capabilities.Has(mysql.CapCacheMetadata) && d.Uint8() == 0 {
		result.Cached = true
		end, err = r.endOfDefinitions()
	} else {
		result.Columns, end, err = r.definitions(count)
	}
	if err != nil {
		return err
	}
	if end != nil && !mysql.IsEOF(end) {
		return fmt.Errorf("%w: column definitions do not end with EOF", mysql.ErrMalformedPacket)
	}
	if end != nil {
		if _, status, err := mysql.ParseEOF(end); err != nil || r.client.cursor && status.Has(mysql.StatusCursorExists) {
			r.answer.Results = append(r.answer.Results, Result{Columns: result.Columns, OK: mysql.OK{Status: status}})
			return err
		}
	}
	return r.rows(result)
}

// definitions reads count definitions and, without CapDeprecateEOF, the packet after them.
func (r *answerReader) definitions(count int) (columns []mysql.ColumnDef, end []byte, err error) {
	for range count {
		packet, err := r.next()
		if err != nil {
			return nil, nil, err
		}
		column, err := mysql.ParseColumnDef(packet, r.client.Capabilities)
		if err != nil {
			return nil, nil, err
		}
		columns = append(columns, column)
	}
	if count > 0 {
		end, err = r.endOfDefinitions()
	}
	return columns, end, err
}

// endOfDefinitions reads the packet after column definitions, which there is only without CapDeprecateEOF.
func (r *answerReader) endOfDefinitions() ([]byte, error) {
	if r.client.Capabilities.Has(mysql.CapDeprecateEOF) {
		return nil, nil
	}
	r.answer.Between = append(r.answer.Between, len(r.answer.Packets))
	return r.next()
}

// rows reads rows and what ends them.
func (r *answerReader) rows(result Result) error {
	for {
		packet, err := r.next()
		if err != nil {
			return err
		}
		switch {
		case r.isEnd(packet):
			return r.end(result, packet)
		case r.binary:
			result.Binary = append(result.Binary, packet)
		default:
			d := mysql.NewDecoder(packet)
			row := make(mysql.Row, len(result.Columns))
			for i := range row {
				row[i] = d.LenencOrNull()
			}
			if d.Len() > 0 {
				d.Fail("a row has more values than columns")
			}
			if d.Err() != nil {
				return d.Err()
			}
			result.Rows = append(result.Rows, row)
		}
	}
}

// isEnd says whether packet ends rows.
func (r *answerReader) isEnd(packet []byte) bool {
	if r.client.Capabilities.Has(mysql.CapDeprecateEOF) {
		return mysql.IsErr(packet) || packet[0] == mysql.HeaderEOF && len(packet) < mysql.MaxPayload
	}
	return mysql.IsErr(packet) || mysql.IsEOF(packet)
}

// end adds result, which packet ends: OK, EOF or ERR.
func (r *answerReader) end(result Result, packet []byte) (err error) {
	switch {
	case mysql.IsErr(packet):
		result.Err, err = mysql.ParseErr(packet, r.client.Capabilities)
	case mysql.IsEOF(packet):
		result.OK.Warnings, result.OK.Status, err = mysql.ParseEOF(packet)
	default:
		result.OK, err = mysql.ParseOK(packet, r.client.Capabilities)
	}
	r.answer.Results = append(r.answer.Results, result)
	return err
}

// prepared reads the answer to COM_STMT_PREPARE.
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_stmt_prepare.html.
func (r *answerReader) prepared() error {
	first, err := r.next()
	if err != nil {
		return err
	}
	if mysql.IsErr(first) {
		return r.end(Result{}, first)
	}
	d := mysql.NewDecoder(first)
	d.Skip(1)
	p := &Prepared{ID: d.Uint32()}
	columns, params := int(d.Uint16()), int(d.Uint16())
	d.Skip(1)
	p.Warnings = d.Uint16()
	if d.Err() != nil {
		return d.Err()
	}
	if p.Params, _, err = r.definitions(params); err != nil {
		return err
	}
	p.Columns, _, err = r.definitions(columns)
	r.answer.Prepared = p
	return err
}

// fieldList reads the answer to COM_FIELD_LIST: definitions up to what ends them.
func (r *answerReader) fieldList() error {
	result := Result{}
	for {
		packet, err := r.next()
		if err != nil {
			return err
		}
		if mysql.IsErr(packet) || packet[0] == mysql.HeaderEOF {
			return r.end(result, packet)
		}
		column, err := mysql.ParseColumnDef(packet, r.client.Capabilities)
		if err != nil {
			return err
		}
		result.Columns = append(result.Columns, column)
	}
}

// fetched reads the answer to COM_STMT_FETCH: rows without definitions.
func (r *answerReader) fetched() error { return r.rows(Result{}) }
