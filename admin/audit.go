package admin

import (
	"context"
	"log/slog"
)

// Actor is who orders an operation that changes something, for the audit log.
type Actor struct {
	Face    string // console, http, signal or file
	User    string
	Address string // of the connection
}

// audit writes one line for an operation that changes something, whether it succeeded or not. An operator filters the log by the
// message.
func (s *Service) audit(ctx context.Context, who Actor, operation string, err error, args ...slog.Attr) {
	level, outcome := slog.LevelInfo, "done"
	attrs := []slog.Attr{
		slog.String("operation", operation), slog.String("face", who.Face), slog.String("user", who.User), slog.String("from", who.Address),
	}
	attrs = append(attrs, args...)
	if err != nil {
		level, outcome = slog.LevelWarn, "refused"
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	s.house.Log.LogAttrs(ctx, level, "audit", append(attrs, slog.String("outcome", outcome))...)
}
