package sharding

import "encoding/binary"

// An entry of a table is: a byte of the name's hash, the length of the name, that of the text, the name, the text. The text is numbers: 0, or one
// more than the cluster that was decided on, doubled, with 1 if that was decided in the store; then the clusters that the database was found on.
// Numbers and lengths are as in encoding/binary, seven bits a byte.

// entryHead is how many bytes stand before a name, where both lengths are less than long.
const (
	entryHead = 3
	long      = 0x80
)

// next cuts the first entry off.
func next(leaf string) (name, text, rest string) {
	n, rest := uvarint(leaf[1:])
	m, rest := uvarint(rest)
	return rest[:n], rest[n : n+m], rest[n+m:]
}

// withEntry is a leaf with one entry more.
func withEntry(leaf string, mark byte, name, text string) string {
	longer := make([]byte, 0, 1+len(leaf)+len(name)+len(text)+2*binary.MaxVarintLen16)
	longer = append(append(longer, leaf...), mark)
	longer = binary.AppendUvarint(longer, uint64(len(name)))
	longer = binary.AppendUvarint(longer, uint64(len(text)))
	return string(append(append(longer, name...), text...))
}

// without is a leaf without a name's entry; had says whether it had one.
func without(leaf, name string) (left string, had bool) {
	for rest := leaf; rest != ""; {
		from := len(leaf) - len(rest)
		var found string
		if found, _, rest = next(rest); found == name {
			return leaf[:from] + rest, true
		}
	}
	return leaf, false
}

// uvarint cuts the first number off. What it reads was written here, so it is whole.
func uvarint(text string) (n uint64, rest string) {
	if text[0] < long {
		return uint64(text[0]), text[1:]
	}
	for i, shift := 0, 0; ; i, shift = i+1, shift+7 {
		n |= uint64(text[i]&0x7f) << shift
		if text[i] < long {
			return n, text[i+1:]
		}
	}
}

// decision is the cluster that somebody has decided on, and who.
func decision(text string) (cluster uint64, by Source, decided bool) {
	n, _ := uvarint(text)
	if n == 0 {
		return 0, Discovered, false
	}
	by = File
	if n&1 == 1 {
		by = Store
	}
	return n>>1 - 1, by, true
}

// foundIn is the part of a text that has the clusters on which the database was found.
func foundIn(text string) string {
	_, rest := uvarint(text)
	return rest
}

// textOf writes a decision before the clusters. It is empty if there is nothing to say.
func textOf(cluster uint64, by Source, found string) string {
	if by != File && by != Store {
		if found == "" {
			return ""
		}
		return "\x00" + found
	}
	n := (cluster + 1) << 1
	if by == Store {
		n |= 1
	}
	return string(binary.AppendUvarint(nil, n)) + found
}
