package mysql

// MaxPayload is the longest payload of one packet, in bytes. A payload of this length or longer goes on in the next
// packet; the last one is shorter, and may be empty.
const MaxPayload = 1<<24 - 1

// HeaderLen is the length of a packet's header: three bytes of payload length and a sequence number.
const HeaderLen = 4

// PutHeader writes a packet's header into the first HeaderLen bytes of b, which must be there. Length is the payload's,
// at most MaxPayload.
func PutHeader(b []byte, length int, seq byte) {
	_ = b[HeaderLen-1]
	b[0], b[1], b[2], b[3] = byte(length), byte(length>>8), byte(length>>16), seq
}

// Header reads a packet's header from the first HeaderLen bytes of b, which must be there.
func Header(b []byte) (length int, seq byte) {
	_ = b[HeaderLen-1]
	return int(b[0]) | int(b[1])<<8 | int(b[2])<<16, b[3]
}

// AppendPacket appends payload as a packet numbered seq, or as several of them if it is MaxPayload bytes or longer. It
// returns the sequence number that comes next.
func AppendPacket(dst []byte, seq byte, payload []byte) ([]byte, byte) {
	for {
		part := payload[:min(len(payload), MaxPayload)]
		dst = append(dst, byte(len(part)), byte(len(part)>>8), byte(len(part)>>16), seq)
		dst = append(dst, part...)
		seq++
		payload = payload[len(part):]
		if len(part) < MaxPayload {
			return dst, seq
		}
	}
}

// OpenPacket leaves room for a packet's header, so that a payload can be appended in place. Close what begins at
// start (the length of dst before OpenPacket) with ClosePacket:
//
//	start := len(dst)
//	dst = ok.Append(mysql.OpenPacket(dst), mysql.HeaderOK, caps)
//	dst, seq = mysql.ClosePacket(dst, start, seq)
func OpenPacket(dst []byte) []byte { return append(dst, 0, 0, 0, 0) }

// ClosePacket writes the header of the packet that OpenPacket began at dst[start], with all that was appended since as
// its payload, and returns the sequence number that comes next. A payload of MaxPayload bytes or more is split.
func ClosePacket(dst []byte, start int, seq byte) ([]byte, byte) {
	length := len(dst) - start - HeaderLen
	if length < MaxPayload {
		PutHeader(dst[start:], length, seq)
		return dst, seq + 1
	}
	payload := append([]byte(nil), dst[start+HeaderLen:]...)
	return AppendPacket(dst[:start], seq, payload)
}
