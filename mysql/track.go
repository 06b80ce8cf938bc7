package mysql

import "iter"

// TrackKind is what a session tracker reports.
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_ok_packet.html (session state types).
type TrackKind byte

// The kinds of trackers.
const (
	TrackSystemVariable   TrackKind = 0 // a system variable has a new value; MariaDB reports its last GTID so, as "last_gtid"
	TrackSchema           TrackKind = 1 // the default database is another one
	TrackStateChange      TrackKind = 2 // "1": something of the session changed. The only value without a length of its own
	TrackGTIDs            TrackKind = 3 // MySQL: the GTIDs of the transaction, or the executed ones
	TrackCharacteristics  TrackKind = 4 // the statements that would start the present transaction anew; empty for none
	TrackTransactionState TrackKind = 5 // eight letters, see [ParseTransactionState]
)

// Track is one report of a session tracker. Name is a system variable's and empty otherwise. A kind that is not known
// has its data as they are as Value.
type Track struct {
	Kind        TrackKind
	Name, Value []byte
}

// Tracks goes through a block of session trackers, as an OK packet carries it. A malformed block ends with an error, in
// the place of what could not be read. Name and Value share memory with the block. Nothing is allocated.
func Tracks(block []byte) iter.Seq2[Track, error] {
	return func(yield func(Track, error) bool) {
		d := NewDecoder(block)
		for d.Len() > 0 {
			kind := TrackKind(d.Uint8())
			entry := NewDecoder(d.LenencBytes())
			if d.Err() != nil {
				yield(Track{}, d.Err())
				return
			}
			for entry.Len() > 0 {
				t := readTrack(kind, &entry)
				if entry.Err() != nil {
					yield(Track{}, entry.Err())
					return
				}
				if !yield(t, nil) {
					return
				}
			}
		}
	}
}

// readTrack reads the next report of an entry. Only an entry of system variables holds more than one.
func readTrack(kind TrackKind, entry *Decoder) Track {
	t := Track{Kind: kind}
	switch kind {
	case TrackSystemVariable:
		t.Name, t.Value = entry.LenencBytes(), entry.LenencBytes()
		return t
	case TrackSchema, TrackCharacteristics, TrackTransactionState:
		t.Value = entry.LenencBytes()
	case TrackGTIDs:
		if entry.Uint8() != 0 {
			entry.Fail("session trackers hold GTIDs in an unknown encoding")
		}
		t.Value = entry.LenencBytes()
	default:
		t.Value = entry.Rest()
	}
	if entry.Len() > 0 {
		entry.Fail("a session tracker is longer than what it holds")
	}
	return t
}

// Append appends t to a block of session trackers.
func (t Track) Append(block []byte) []byte {
	block = append(block, byte(t.Kind))
	switch t.Kind {
	case TrackSystemVariable:
		block = AppendLenencInt(block, uint64(lenencStringSize(len(t.Name))+lenencStringSize(len(t.Value))))
		return AppendLenencString(AppendLenencString(block, t.Name), t.Value)
	case TrackSchema, TrackCharacteristics, TrackTransactionState:
		block = AppendLenencInt(block, uint64(lenencStringSize(len(t.Value))))
		return AppendLenencString(block, t.Value)
	case TrackGTIDs:
		block = AppendLenencInt(block, uint64(1+lenencStringSize(len(t.Value))))
		return AppendLenencString(append(block, 0), t.Value)
	default:
		return AppendLenencString(block, t.Value)
	}
}

// AppendTrackVariable appends the report of a system variable to a block of session trackers.
func AppendTrackVariable(block []byte, name, value string) []byte {
	return Track{Kind: TrackSystemVariable, Name: []byte(name), Value: []byte(value)}.Append(block)
}

// AppendTrack appends the report of a kind that has only a value to a block of session trackers.
func AppendTrack(block []byte, kind TrackKind, value string) []byte {
	return Track{Kind: kind, Value: []byte(value)}.Append(block)
}
