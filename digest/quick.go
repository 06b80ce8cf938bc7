package digest

import "time"

// Began notes how long a server took to begin its answer to one of these, which had a connection for itself.
func (s *Shape) Began(after time.Duration) {
	n, quickest := int64(after), s.quickest.Load()
	switch {
	case quickest == 0 || n < quickest:
		s.quickest.Store(max(n, 1))
	case n&(risesOnce-1) == 0: // else cores would meet here at each statement
		s.quickest.Store(min(quickest+quickest>>8+1, n))
	}
}

// risesOnce is in how many samples Quickest rises once, so that it follows a server that has become slower: a power of two, compared with the last digits of nanoseconds.
const risesOnce = 16

// Quickest is about the least time in which servers have begun their answers lately; 0: that is not known, or this shape stands for many.
func (s *Shape) Quickest() time.Duration {
	if s.other {
		return 0
	}
	return time.Duration(s.quickest.Load())
}

// KeepApart has none of these share a connection with others for a while.
func (s *Shape) KeepApart(until time.Time) { s.apart.Store(until.UnixNano()) }

// Apart says that none of these shares a connection with others now.
func (s *Shape) Apart(now time.Time) bool {
	until := s.apart.Load()
	return until != 0 && now.UnixNano() < until
}
