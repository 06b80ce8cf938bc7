package etcdstore

import (
	"context"
	"errors"
	"fmt"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"

	"shunt/store"
)

// errNoRoom is what a change hears while the disk of an embedded store is nearly full.
var errNoRoom = fmt.Errorf("%w: its disk has less than %d MiB left; make room", store.ErrRefused, leastRoom>>20)

// translate gives etcd's errors the meaning that a caller can act on.
func (s *Store) translate(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	var conflict *store.Conflict
	if errors.As(err, &conflict) {
		return err
	}
	err = rpctypes.Error(err)
	switch {
	case errors.Is(err, rpctypes.ErrCompacted), errors.Is(err, rpctypes.ErrFutureRev):
		return fmt.Errorf("%w (%w)", store.ErrCompacted, err)
	case errors.Is(err, rpctypes.ErrLeaseNotFound):
		return fmt.Errorf("%w (%w)", store.ErrLeaseLost, err)
	case errors.Is(err, rpctypes.ErrNoSpace):
		return fmt.Errorf("%w: it is full; delete what is not needed, or raise its quota (store.quota): %w", store.ErrRefused, err)
	case errors.Is(err, rpctypes.ErrRequestTooLarge), errors.Is(err, rpctypes.ErrTooManyOps):
		return fmt.Errorf("%w: the request is too large; make several of it: %w", store.ErrRefused, err)
	case errors.Is(err, rpctypes.ErrPermissionDenied):
		return fmt.Errorf("%w: user %s may not read and write the keys below %s: %w", store.ErrRefused, s.config.User, s.config.Prefix, err)
	case errors.Is(err, rpctypes.ErrUserEmpty), errors.Is(err, rpctypes.ErrAuthFailed):
		return fmt.Errorf("%w: look at store.user and store.password: %w", store.ErrRefused, err)
	case ctx.Err() != nil:
		return fmt.Errorf("%w: no answer from %s: %w", store.ErrUnavailable, s.where(), context.Cause(ctx))
	}
	return fmt.Errorf("%w: %s says %w", store.ErrUnavailable, s.where(), err)
}
