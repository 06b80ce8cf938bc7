package proxy

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"shunt/mysql"
)

// TestWhatAClientDoesIsReadWhole: whoever asks what a client does hears one text, and never a part of the next one, which comes into the same memory.
func TestWhatAClientDoesIsReadWhole(t *testing.T) {
	const length = 4096
	var d doing
	var wg sync.WaitGroup
	over := make(chan struct{})
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-over:
					return
				default:
				}
				_, active, _, text := d.now(length)
				if len(text) > 0 && (!active || text != strings.Repeat(text[:1], length)) {
					t.Errorf("active: %v, a text of %d bytes that begins with %q", active, len(text), text[:1])
					return
				}
			}
		})
	}
	buffer, now := make([]byte, length), time.Now()
	for i := range 5000 {
		copy(buffer, bytes.Repeat([]byte{'a' + byte(i%26)}, length))
		d.run(&job{text: buffer}, mysql.ComQuery, now)
		if command, active, began, _ := d.now(length); command != mysql.ComQuery || !active || !began.Equal(now) {
			t.Fatalf("%v since %v, active: %v", command, began, active)
		}
		if i%3 == 0 {
			d.forget()
			clear(buffer)
		}
		d.end()
	}
	close(over)
	wg.Wait()
	if _, active, _, text := d.now(length); active || text != "" {
		t.Errorf("when all is done it does %q", text)
	}
}
