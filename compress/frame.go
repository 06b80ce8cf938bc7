package compress

// headerLen is the length of a frame's header: three bytes of length, a sequence number, three bytes of length before the compression, which are
// zero where the content is sent as it is.
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_compression_packet.html.
const headerLen = 7

// minCompress is the length of content, in bytes, from which servers and their client library compress (MIN_COMPRESS_LENGTH).
const minCompress = 50

// maxContent is the longest content of the frames that we write, in bytes. The protocol allows 16 MiB; servers fill theirs with 16 KiB.
const maxContent = bufferSize - 128

// header is what is in front of a frame.
type header struct {
	length   int  // bytes of the frame behind the header
	number   byte // counts the frames of both directions
	original int  // bytes of the content, if it is compressed; 0 if it is not
}

// parseHeader reads the first headerLen bytes of b, which must be there.
func parseHeader(b []byte) header {
	_ = b[headerLen-1]
	return header{
		length:   int(b[0]) | int(b[1])<<8 | int(b[2])<<16,
		number:   b[3],
		original: int(b[4]) | int(b[5])<<8 | int(b[6])<<16,
	}
}

// put writes the header into the first headerLen bytes of b, which must be there.
func (h header) put(b []byte) {
	_ = b[headerLen-1]
	b[0], b[1], b[2] = byte(h.length), byte(h.length>>8), byte(h.length>>16)
	b[3] = h.number
	b[4], b[5], b[6] = byte(h.original), byte(h.original>>8), byte(h.original>>16)
}
