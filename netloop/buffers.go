package netloop

import (
	"sync"
	"unsafe"
)

// Buffers hands out byte slices of one size. A connection holds one only while a command is in flight.
type Buffers struct {
	size int
	pool sync.Pool // of pointers to the first byte: a slice in an interface would be allocated at each Put
}

// NewBuffers makes a pool of slices of size bytes.
func NewBuffers(size int) *Buffers {
	b := &Buffers{size: size}
	b.pool.New = func() any { return unsafe.SliceData(make([]byte, size)) }
	return b
}

// Size is the length of its slices in bytes.
func (b *Buffers) Size() int { return b.size }

// Get takes a slice; its content is arbitrary.
func (b *Buffers) Get() []byte { return unsafe.Slice(b.pool.Get().(*byte), b.size) }

// Put gives a slice back, which the caller must not use again. Slices of another size (grown ones) are left to the
// garbage collector.
func (b *Buffers) Put(s []byte) {
	if cap(s) != b.size {
		return
	}
	b.pool.Put(unsafe.SliceData(s))
}
