package mysql

import "iter"

// Attributes goes through a block of connection attributes: names and values, such as "program_name". It ends at the
// first malformed one; a block that ParseLogin or ParseChangeUser returned has none. The slices share memory with the
// block.
func Attributes(block []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		d := NewDecoder(block)
		for d.Len() > 0 {
			name, value := d.LenencBytes(), d.LenencBytes()
			if d.Err() != nil || !yield(name, value) {
				return
			}
		}
	}
}

// AppendAttribute appends one connection attribute to a block of them.
func AppendAttribute(block []byte, name, value string) []byte {
	return AppendLenencString(AppendLenencString(block, name), value)
}

// readAttributes reads a block of connection attributes and checks that it is well formed. A client that announces
// attributes but ends its packet before them has none.
func readAttributes(d *Decoder) []byte {
	if d.Len() == 0 {
		return nil
	}
	block := d.LenencBytes()
	inner := NewDecoder(block)
	for inner.Len() > 0 {
		inner.LenencBytes()
		inner.LenencBytes()
	}
	if inner.Err() != nil {
		d.Fail("its connection attributes are malformed")
		return nil
	}
	return block
}
