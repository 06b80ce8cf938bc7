package etcdstore

import (
	"context"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// ending is told when an etcd gives up. It would end the process then; here it ends the goroutine that found out, and Run tries to start
// another.
type ending struct {
	once   sync.Once
	gaveUp chan struct{}
	text   string      // set before gaveUp is closed
	loud   atomic.Bool // false while it starts and ends, and for clients: it warns of what has to be so, and what goes wrong is an error that we get
}

func newEnding() *ending { return &ending{gaveUp: make(chan struct{})} }

// OnWrite is called after etcd has logged why it cannot go on.
func (e *ending) OnWrite(entry *zapcore.CheckedEntry, fields []zapcore.Field) {
	e.once.Do(func() {
		e.text = "etcd gave up: " + entry.Message
		if cause := attributes(fields)["error"]; cause != nil {
			e.text += ": " + slog.AnyValue(cause).String()
		}
		close(e.gaveUp)
	})
	runtime.Goexit()
}

func (e *ending) why() string { return e.text }

// zapLogger makes a logger for etcd that writes to ours.
func zapLogger(log *slog.Logger, end *ending) *zap.Logger {
	return zap.New(core{log: log.With("from", "etcd"), end: end}, zap.WithFatalHook(end), zap.WithPanicHook(end))
}

// core passes entries on. What etcd calls information is for those who debug it, and what it warns of is mostly that something was slow.
type core struct {
	log *slog.Logger
	end *ending
}

func (c core) level(l zapcore.Level) slog.Level {
	switch {
	case l < zapcore.WarnLevel, l <= zapcore.ErrorLevel && !c.end.loud.Load():
		return slog.LevelDebug
	case l == zapcore.WarnLevel:
		return slog.LevelInfo
	case l == zapcore.ErrorLevel:
		return slog.LevelWarn
	}
	return slog.LevelError
}

func (c core) Enabled(l zapcore.Level) bool { return c.log.Enabled(context.Background(), c.level(l)) }

func (c core) With(fields []zapcore.Field) zapcore.Core {
	return core{log: c.log.With(list(fields)...), end: c.end}
}

func (c core) Check(entry zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if !c.Enabled(entry.Level) {
		return checked
	}
	return checked.AddCore(entry, c)
}

func (c core) Write(entry zapcore.Entry, fields []zapcore.Field) error {
	c.log.Log(context.Background(), c.level(entry.Level), entry.Message, list(fields)...)
	return nil
}

func (c core) Sync() error { return nil }

func attributes(fields []zapcore.Field) map[string]any {
	encoder := zapcore.NewMapObjectEncoder()
	for _, f := range fields {
		f.AddTo(encoder)
	}
	return encoder.Fields
}

// list is fields in their order, as slog takes them.
func list(fields []zapcore.Field) []any {
	values := attributes(fields)
	var all []any
	for _, f := range fields {
		if value, ok := values[f.Key]; ok {
			all = append(all, f.Key, value)
			delete(values, f.Key)
		}
	}
	return all
}
