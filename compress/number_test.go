package compress_test

import (
	"bytes"
	"errors"
	"net"
	"slices"
	"testing"

	"shunt/compress"
	"shunt/mysql"
	"shunt/netloop"
	"shunt/netloop/looptest"
)

// What servers send are the numbers that MariaDB 10.11 was seen to send; TestProgramsSeeNoCompression has the server itself.

// A step of a conversation: something is sent, and arrives as it is or with other numbers.
type step struct {
	written []byte // by us, without compression
	frames  []byte // by the peer
	read    []byte // by us, of these frames
	answer  []byte // by us: what the peer gets
}

// converse plays the steps at one end of a connection.
func converse(t *testing.T, role compress.Role, steps []step) {
	looptest.Each(t, func(t *testing.T, task netloop.Task) {
		c, peer := wrapped(t, task, role, compress.Zlib)
		for i, s := range steps {
			if len(s.written) > 0 {
				before := bytes.Clone(s.written)
				if _, err := c.Write(s.written); err != nil {
					t.Errorf("step %d: %v", i, err)
				}
				if !bytes.Equal(s.written, before) {
					t.Errorf("step %d: Write has changed what it was given", i)
				}
				if got := receive(t, peer, len(s.answer)); !bytes.Equal(got, s.answer) {
					t.Errorf("step %d: the peer got %s\nwant %s", i, short(got), short(s.answer))
				}
			}
			send(t, peer, s.frames)
			expect(t, c, s.read)
		}
	})
}

var (
	query = packet(0, "\x03SELECT 1")
	ok    = "\x00\x00\x00\x02\x00"
)

func TestASecondResultGoesOnWithTheNumbers(t *testing.T) {
	converse(t, compress.AsClient, []step{{
		written: query, answer: frame(0, query),
		frames: slices.Concat(frame(1, slices.Concat(packet(1, "a"), packet(2, "b"), packet(3, ok))), frame(2, slices.Concat(packet(2, "c"), packet(3, ok)))),
		read:   slices.Concat(packet(1, "a"), packet(2, "b"), packet(3, ok), packet(4, "c"), packet(5, ok)),
	}})
}

func TestCommandsSentTogetherHaveAnswersThatBeginAtOne(t *testing.T) {
	close := packet(0, "\x19\x01\x00\x00\x00") // COM_STMT_CLOSE has no answer
	converse(t, compress.AsClient, []step{{
		written: slices.Concat(query, close, query, query), answer: slices.Concat(frame(0, query), frame(0, close), frame(0, query), frame(0, query)),
		frames: slices.Concat(frame(1, packet(1, ok)), frame(1, packet(1, "a")), frame(2, packet(2, ok)), frame(1, packet(1, ok))),
		read:   slices.Concat(packet(1, ok), packet(1, "a"), packet(2, ok), packet(1, ok)),
	}, {
		written: query, answer: frame(0, query), frames: frame(1, packet(1, ok)), read: packet(1, ok),
	}})
}

func TestAnswersOfManyFrames(t *testing.T) {
	var frames, read []byte
	for i := range 600 { // the server flushes behind each, so its numbers are those of the frames, which are the same here
		frames = append(frames, frame(byte(i+1), packet(byte(i+1), "a"))...)
		read = append(read, packet(byte(i+1), "a")...)
	}
	for _, last := range []int{255, 256, 257, 512, 600} {
		converse(t, compress.AsClient, []step{
			{written: query, answer: frame(0, query), frames: frames[:last*(7+5)], read: read[:last*5]},
			{written: query, answer: frame(0, query), frames: frame(1, packet(1, ok)), read: packet(1, ok)},
		})
	}
}

func TestAFileIsNotTakenForCommands(t *testing.T) {
	request := "\xfbfile"
	t.Run("to a server", func(t *testing.T) {
		// 254 results come before the request, so its number is 255 and the file begins with packet 0, which is no command
		var frames, read []byte
		for i := range 254 {
			frames = append(frames, frame(byte(i+1), packet(byte(i+1), ok))...)
			read = append(read, packet(byte(i+1), ok)...)
		}
		frames, read = append(frames, frame(255, packet(255, request))...), append(read, packet(255, request)...)
		file, end := packet(0, "line\n"), packet(1, "")
		converse(t, compress.AsClient, []step{
			{written: query, answer: frame(0, query), frames: frames, read: read},
			{written: file, answer: frame(0, file)},
			{written: end, answer: frame(1, end), frames: frame(2, packet(2, ok)), read: packet(2, ok)},
			{written: query, answer: frame(0, query), frames: frame(1, packet(1, ok)), read: packet(1, ok)},
		})
	})
	t.Run("from a client", func(t *testing.T) {
		// the client's numbers go on from the frames', the server's behind us from those of the packets
		answer := slices.Concat(packet(1, ok), packet(2, ok), packet(3, request))
		frames := frame(2, slices.Concat(packet(2, "line\n"), packet(3, "line\n"), packet(4, "")))
		read := slices.Concat(packet(4, "line\n"), packet(5, "line\n"), packet(6, ""))
		converse(t, compress.AsServer, []step{
			{frames: frame(0, query), read: query},
			{written: answer, answer: frame(1, answer)},
			{frames: frames, read: read},
			{written: packet(7, ok), answer: frame(3, packet(3, ok))},
			{frames: frame(0, query), read: query},
			{written: packet(1, ok), answer: frame(1, packet(1, ok))},
		})
	})
	t.Run("of more packets and frames than a byte counts", func(t *testing.T) {
		converse(t, compress.AsServer, slices.Concat(
			[]step{{frames: frame(0, query), read: query}, {written: packet(1, request), answer: frame(1, packet(1, request))}},
			func() (steps []step) {
				for i := range 600 {
					steps = append(steps, step{frames: frame(byte(i+2), packet(byte(i+2), "line\n")), read: packet(byte(i+2), "line\n")})
				}
				return steps
			}(),
			[]step{
				{frames: frame(602&255, packet(602&255, "")), read: packet(602&255, "")},
				{written: packet(603&255, ok), answer: frame(603&255, packet(603&255, ok))},
			}))
	})
}

func TestACommandIsKnownByItsFrame(t *testing.T) {
	converse(t, compress.AsServer, []step{
		{frames: frame(0, query), read: query},
		{written: packet(1, ok), answer: frame(1, packet(1, ok))},
		{frames: frame(0, packet(2, "\x03SELECT 1")), read: query}, // a client that does not begin again with its packets' numbers
		{written: packet(1, ok), answer: frame(1, packet(1, ok))},
	})
}

// receiveLong reads a command of so many bytes, which takes many frames, and the query behind it. It gives the number of frames.
func receiveLong(t *testing.T, peer net.Conn, left int) (frames int) {
	for ; left > 0; frames++ {
		head := receive(t, peer, 7)
		length := int(head[0]) | int(head[1])<<8 | int(head[2])<<16
		if head[3] != byte(frames) || head[4]|head[5]|head[6] != 0 || length == 0 || length > left {
			t.Errorf("frame %d begins with %x", frames, head)
			return frames
		}
		receive(t, peer, length)
		left -= length
	}
	if got := receive(t, peer, 7+len(query)); !bytes.Equal(got, frame(0, query)) {
		t.Errorf("the next command is %s", short(got))
	}
	return frames
}

func TestALongCommandTakesManyFrames(t *testing.T) {
	looptest.Each(t, func(t *testing.T, task netloop.Task) {
		client, peer := wrapped(t, task, compress.AsClient, compress.Zlib)
		long, next := mysql.AppendPacket(nil, 0, []byte("\x03"+noise(mysql.MaxPayload+10)))
		arrived := make(chan int, 1)
		go func() { arrived <- receiveLong(t, peer, len(long)) }()
		if _, err := client.Write(slices.Concat(long, query)); err != nil {
			t.Error(err)
		}
		frames := <-arrived
		// the server counts frames, and answers to each of the two
		number := byte(frames)
		send(t, peer, frame(number, packet(number, ok)), frame(1, packet(1, ok)))
		expect(t, client, slices.Concat(packet(next, ok), packet(1, ok)))
	})
}

func TestFramesOfAClientAreInOrder(t *testing.T) {
	for name, frames := range map[string][][]byte{
		"a command that does not begin at 0":  {frame(1, query)},
		"a frame left out":                    {frame(0, query[:5]), frame(2, query[5:])},
		"a frame twice":                       {frame(0, query[:5]), frame(1, query[5:]), frame(1, query)},
		"a frame from the answer's beginning": {frame(0, query), frame(255, query)},
	} {
		server, peer := wrapped(t, netloop.NewTask(), compress.AsServer, compress.Zlib)
		send(t, peer, frames...)
		if err := drain(server, 3*len(query)); !errors.Is(err, mysql.ErrOutOfOrder) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// drain reads until an error comes, at most n bytes.
func drain(c netloop.Conn, n int) error {
	for n > 0 {
		got, err := c.Read(make([]byte, n))
		if err != nil {
			return err
		}
		n -= got
	}
	return nil
}
