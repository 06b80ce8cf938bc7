package mysql

import (
	"encoding/binary"
	"fmt"
)

// OK is an OK packet: the end of a statement that gives no rows, or (with header 0xFE, under CapDeprecateEOF) of one
// that does.
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_ok_packet.html, which has Info
// without its length where CapSessionTrack is missing; MariaDB 10.11 sends the length all the same, and clients expect
// it.
type OK struct {
	Affected uint64 // rows changed, or matched under CapFoundRows
	InsertID uint64 // the first AUTO_INCREMENT value that the statement made
	Status   Status
	Warnings uint16
	Info     []byte // text for people, such as "Rows matched: 1  Changed: 0  Warnings: 0"
	Track    []byte // a block of session trackers, for [Tracks]; only with CapSessionTrack and StatusSessionStateChanged
}

// okLen is the length of an OK packet whose numbers take a byte each and that has nothing else.
const okLen = 7

// ParseOK parses an OK packet with either header. Caps are the connection's. Info and Track share memory with payload.
func ParseOK(payload []byte, caps Capability) (OK, error) {
	if len(payload) == okLen && payload[1] < nullMark && payload[2] < nullMark && (payload[0] == HeaderOK || payload[0] == HeaderEOF) { // most of them
		return OK{
			Affected: uint64(payload[1]), InsertID: uint64(payload[2]),
			Status: Status(binary.LittleEndian.Uint16(payload[3:])), Warnings: binary.LittleEndian.Uint16(payload[5:]),
		}, nil
	}
	d := NewDecoder(payload)
	if h := d.Uint8(); h != HeaderOK && h != HeaderEOF {
		d.Fail("it does not begin as an OK packet")
	}
	ok := OK{
		Affected: d.LenencInt(),
		InsertID: d.LenencInt(),
		Status:   Status(d.Uint16()),
		Warnings: d.Uint16(),
	}
	if d.Len() > 0 { // a server leaves both out if there is neither
		ok.Info = d.LenencBytes()
		if caps.Has(CapSessionTrack) && ok.Status.Has(StatusSessionStateChanged) && d.Len() > 0 {
			ok.Track = d.LenencBytes()
		}
	}
	if err := d.Err(); err != nil {
		return OK{}, fmt.Errorf("reading an OK packet: %w", err)
	}
	return ok, nil
}

// Append appends the OK packet, with header HeaderOK or HeaderEOF, for a client with caps. Without CapSessionTrack it
// leaves out Track and StatusSessionStateChanged, as a server does; with it, Track is written if the status says so.
func (ok OK) Append(dst []byte, header byte, caps Capability) []byte {
	if !caps.Has(CapSessionTrack) {
		ok.Status &^= StatusSessionStateChanged
	}
	changed := ok.Status.Has(StatusSessionStateChanged)
	dst = AppendLenencInt(append(dst, header), ok.Affected)
	dst = AppendLenencInt(dst, ok.InsertID)
	dst = AppendUint16(dst, uint16(ok.Status))
	dst = AppendUint16(dst, ok.Warnings)
	if len(ok.Info) > 0 || changed {
		dst = AppendLenencString(dst, ok.Info)
	}
	if changed {
		dst = AppendLenencString(dst, ok.Track)
	}
	return dst
}

// eofLen is the length of an EOF packet's payload; a longer one with the same first byte is something else.
const eofLen = 5

// IsEOF says whether payload is an EOF packet, which ends column definitions and rows without CapDeprecateEOF.
func IsEOF(payload []byte) bool { return len(payload) == eofLen && payload[0] == HeaderEOF }

// ParseEOF parses an EOF packet.
func ParseEOF(payload []byte) (warnings uint16, status Status, err error) {
	if !IsEOF(payload) {
		return 0, 0, fmt.Errorf("reading an EOF packet: %w: %d bytes where there must be %d", ErrMalformedPacket, len(payload), eofLen)
	}
	d := NewDecoder(payload[1:])
	return d.Uint16(), Status(d.Uint16()), nil
}

// AppendEOF appends an EOF packet.
func AppendEOF(dst []byte, warnings uint16, status Status) []byte {
	return AppendUint16(AppendUint16(append(dst, HeaderEOF), warnings), uint16(status))
}
