package move

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"shunt/backend/monitor/control"
	"shunt/backend/point"
	"shunt/sharding"
	"shunt/sharding/move/accounts"
	"shunt/sharding/move/binlog"
	"shunt/sharding/move/check"
	"shunt/sharding/move/copier"
	"shunt/sharding/move/guard"
	"shunt/sharding/move/objects"
	"shunt/store/ledger"
)

// preflight looks at both servers.
func (r *run) preflight(ctx context.Context) error {
	report, err := r.engine.check(ctx, r.Move)
	if err != nil {
		return err
	}
	if blocking := report.Blocking(); len(blocking) > 0 {
		var texts []string
		for _, f := range blocking {
			texts = append(texts, f.String())
		}
		return failed(blocking[0].Class, "%s", strings.Join(texts, "; "))
	}
	return r.save(ctx, func(m *Move) {
		m.Findings = nil
		for _, f := range report.Findings {
			m.Findings = append(m.Findings, f.String())
		}
		m.Tables, m.Bytes = report.Tables, report.Bytes
		m.enter(Prepared, r.now())
	})
}

// prepare makes tables and accounts on the target. What an earlier try has left there is dropped first: preflight has seen that there was nothing.
func (r *run) prepare(ctx context.Context) error {
	if err := r.pin(ctx); err != nil {
		return err
	}
	r.stopApplying()
	if err := r.save(ctx, func(m *Move) { m.Attempt++ }); err != nil { // written down first: there is something to take back
		return err
	}
	from, to, err := r.both(ctx)
	if err != nil {
		return err
	}
	u := r.unit()
	if err := guard.Enter(ctx, from.Conn(), r.Name(), r.token(), guard.Open, r.Epoch); err != nil {
		return err
	}
	if err := guard.Enter(ctx, to.Conn(), r.Name(), r.token(), guard.Forward, r.Epoch); err != nil {
		return err
	}
	if err := r.clear(ctx, to, r.To); err != nil {
		return err
	}
	made, err := objects.Read(ctx, from.Conn(), u)
	if errors.Is(err, objects.ErrNoDatabase) {
		return failed("gone", "cluster %s: %w", r.From, err)
	}
	if err != nil {
		return err
	}
	if err := r.noteDatabase(ctx, to); err != nil {
		return err
	}
	if err := r.make(ctx, to, made); err != nil {
		return err
	}
	open, err := r.makeAccounts(ctx, from, to)
	if err != nil {
		return err
	}
	if r.Module != "" { // what keeps them from its tables are no rights
		if err := accounts.Open(ctx, to.Conn(), open); err != nil {
			return failed("accounts", "cluster %s: %w", r.To, err)
		}
	}
	if err := r.shut(ctx, to); err != nil {
		return err
	}
	r.made = true
	return r.save(ctx, func(m *Move) { m.enter(Copying, r.now()) })
}

// make makes the database and its tables on the target, when it is its turn.
func (r *run) make(ctx context.Context, to *held, made *objects.Objects) error {
	done, err := r.engine.making.take(ctx, r.To)
	if err != nil {
		return err
	}
	defer done()
	if err := objects.Create(ctx, to.Conn(), made); err != nil {
		return failed("definitions", "cluster %s: %w", r.To, err)
	}
	return nil
}

// makeAccounts makes the accounts of the unit on the target, without rights on it. It tells what gives them.
func (r *run) makeAccounts(ctx context.Context, from, to *held) (open []string, err error) {
	rights, err := r.rightsOf(ctx, from)
	if err != nil {
		return nil, err
	}
	findings, err := accounts.Create(ctx, to.Conn(), rights)
	if err != nil {
		return nil, failed("accounts", "cluster %s: %w", r.To, err)
	}
	if len(findings) > 0 {
		return nil, failed("accounts", "%s", findings[0])
	}
	return rights.OpenElsewhere(), nil
}

// closeTarget takes away what rights there are on the target that fit the database before it comes, such as those to a pattern: nobody is to write there before it is opened.
func (r *run) closeTarget(ctx context.Context, to *held) error {
	_, err := accounts.Close(ctx, to.Conn(), r.unit(), accounts.Closing{
		Earlier: r.Uncover, Spare: []string{to.endpoint.User}, Foreign: func(string) bool { return true },
		Persist: func(statements []string) error { return r.save(ctx, func(m *Move) { m.Uncover = statements }) },
	})
	if err != nil {
		return failed("gate", "cluster %s: %w", r.To, err)
	}
	return nil
}

// pin writes homes down where only the file or discovery knew them: the database is about to be found on two clusters. They stay written down, since proxies notice at different
// times that it is on one only.
func (r *run) pin(ctx context.Context) error {
	if err := r.pinAs(ctx, r.homeKey(), func() (string, error) { return r.homeEntry(r.From) }); err != nil || r.Module == "" {
		return err
	}
	return r.pinAs(ctx, sharding.HomePrefix+r.Database, func() (string, error) {
		l, _ := r.engine.deps.Map().Look(r.Database)
		return text(sharding.NamedHomeEntry(l.Cluster, r.Schema))
	})
}

func (r *run) pinAs(ctx context.Context, key string, entry func() (string, error)) error {
	if decided, err := r.store.Get(ctx, key); err != nil || decided.Exists() {
		return err
	}
	made, err := r.engine.deps.Ledger.Do(ctx, ledger.Order{
		Who: r.Who, What: r.order() + ": its home is written down", Key: key,
		Decide: func(_ context.Context, before string) (string, error) {
			if before != "" {
				return before, nil
			}
			return entry()
		},
		If: r.conditions(),
	})
	if err != nil {
		return err
	}
	if made.Number > 0 {
		r.engine.deps.Await(ctx, made.Revision)
	}
	return nil
}

// copy copies the rows of one moment. Only who has made the tables may: another owner makes them anew.
func (r *run) copy(ctx context.Context) error {
	from, to, err := r.both(ctx)
	if err != nil {
		return err
	}
	if !r.made {
		return errAgain{errors.New("the proxy that made the copy has gone")}
	}
	r.reserve(ctx, from.endpoint)
	before, err := r.beforePrepared(ctx, from)
	if err != nil {
		return err
	}
	snapshot, err := copier.Take(ctx, from.endpoint, r.unit(), copier.Limits{})
	var refusal *copier.RefusedError
	if errors.As(err, &refusal) {
		return &failure{"storage", err}
	}
	if err != nil {
		return err
	}
	defer snapshot.Close()
	if err := r.sameTables(ctx, snapshot, to); err != nil {
		return err
	}
	at, err := r.startOf(from, snapshot.Position.GTID, before)
	if err != nil {
		return err
	}
	if err := guard.Start(ctx, to.Conn(), r.Name(), r.token(), guard.Forward, stream(r.From), at); err != nil {
		return err
	}
	if err := r.save(ctx, func(m *Move) { m.Copied = at }); err != nil {
		return err
	}
	r.made = false // half a copy is none
	report, err := snapshot.Copy(ctx, to.endpoint, copier.Options{
		Wait:     r.calm,
		Hidden:   r.Module != "",
		Progress: r.progressed,
		Claim:    func(ctx context.Context, c *control.Conn) error { return guard.Claim(ctx, c, r.Name(), r.token()) },
		Begin:    guard.Begin(r.Name(), r.token(), guard.Forward),
	})
	if err != nil {
		return errAgain{guard.Why(ctx, to.Conn(), r.Name(), r.token(), guard.Forward, err)}
	}
	r.changed = changed{complete: true}
	return r.save(ctx, func(m *Move) {
		m.Rows, m.Bytes, m.Tables = report.Rows, report.Bytes, len(report.Tables)
		m.enter(Catchup, r.now())
	})
}

// preparedBound is how long XA transactions are waited for that are prepared on the source.
const preparedBound = 30 * time.Second

// beforePrepared gives a position of the source before which no XA transaction was prepared that is not decided: the changes of one count when it is committed, and are in the
// log where it was prepared.
func (r *run) beforePrepared(ctx context.Context, from *held) (string, error) {
	at, err := point.Read(ctx, from.Conn(), from.endpoint.Address)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, preparedBound)
	defer cancel()
	if _, err := point.AwaitPrepared(ctx, from.Conn(), point.AnyFormat); err != nil {
		return "", &failure{"prepared transactions", err}
	}
	return at.GTID, nil
}

// startOf is where the changes begin that come after a copy: at its position, with what was prepared before it and is decided later.
func (r *run) startOf(from *held, copied, before string) (string, error) {
	flavor := from.Conn().Flavor()
	at, err := binlog.ParsePosition(flavor, copied)
	if err != nil {
		return "", err
	}
	begin, err := binlog.ParsePosition(flavor, before)
	if err != nil {
		return "", err
	}
	return at.After(begin).String(), nil
}

// sameTables says whether the target has the tables that the snapshot sees.
func (r *run) sameTables(ctx context.Context, snapshot *copier.Snapshot, to *held) error {
	seen, err := objects.ReadTables(ctx, snapshot.Conn(), r.unit())
	if err != nil {
		return err
	}
	made, err := objects.ReadTables(ctx, to.Conn(), r.hidden())
	if err != nil {
		return err
	}
	for _, d := range objects.Compare(seen, made) {
		if d.Kind == "TABLE" || d.Kind == "SEQUENCE" || d.Kind == "DATABASE" {
			return errAgain{fmt.Errorf("definitions were changed: %s", d)}
		}
	}
	return nil
}

// near is how far behind the target may be when a switch begins.
const near = 500 * time.Millisecond

// catchUp waits until the target is a moment behind.
func (r *run) catchUp(ctx context.Context) error {
	if err := r.follows(ctx, near); err != nil {
		return err
	}
	return r.save(ctx, func(m *Move) { m.enter(Ready, r.now()) })
}

// follows returns when the target is no more than so far behind.
func (r *run) follows(ctx context.Context, lag time.Duration) error {
	for {
		a, err := r.apply(ctx, r.From, r.To, r.phase())
		if err != nil {
			return err
		}
		if err := a.failure(); err != nil {
			r.stopApplying()
			return err
		}
		a.pace(0)
		if behind := a.applier.Status().Lag(r.now()); behind >= 0 && behind <= lag {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-a.ended:
		case <-time.After(followPoll):
		}
	}
}

const followPoll = 20 * time.Millisecond

// check looks at both servers of a move.
func (e *Engine) check(ctx context.Context, m *Move) (check.Report, error) {
	from, err := e.deps.Primary(m.From)
	if err != nil {
		return check.Report{}, err
	}
	to, err := e.deps.Primary(m.To)
	if err != nil {
		return check.Report{}, err
	}
	report, err := check.Run(ctx, from, to, m.unit(e.deps.Map()))
	if err == nil && m.Module != "" && e.deps.Crossings != nil {
		var crossing []check.Finding
		crossing, err = e.deps.Crossings(ctx, sharding.Module{Name: m.Module, Database: m.Database, Tables: m.Patterns, Cluster: m.To})
		report.Findings = append(report.Findings, crossing...)
	}
	report.Findings = append(report.Findings, e.dumpFindings()...)
	return report, err
}
