package switchover

import (
	"context"
	"errors"
	"time"
)

// refusing is a server that does not set one mode, however often it is told.
type refusing struct {
	*fakeServer
	what string
}

func (r refusing) SetModes(ctx context.Context, m Modes, within time.Duration) error {
	if r.address+" read_only false" == r.what && !m.ReadOnly {
		return errors.New("no")
	}
	return r.fakeServer.SetModes(ctx, m, within)
}

// vanishing is a server that does not answer any more once it was told to be writable.
type vanishing struct {
	*fakeServer
	gone bool
}

func (v *vanishing) SetModes(ctx context.Context, m Modes, within time.Duration) error {
	if v.gone || !m.ReadOnly {
		v.gone = true
		return errors.New("i/o timeout")
	}
	return v.fakeServer.SetModes(ctx, m, within)
}
