package move

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"shunt/sharding/move/accounts"
	"shunt/sharding/move/archive"
	"shunt/sharding/move/check"
	"shunt/sharding/move/copier"
	"shunt/sharding/move/guard"
	"shunt/sharding/move/objects"
)

// The dump of the old home, as it was when the unit switched. Nothing changes there between the switch and the first change that is applied from the new home, so the
// dump is made before that, and whoever takes over in the middle makes it anew.

// Keep says where dumps of old homes are kept.
type Keep struct {
	Folder   string        // empty: none are made
	Days     int           // for which one is kept; 0: for ever
	Patience time.Duration // with a dump that fails again and again, before the old home follows without one
}

// ArchiveState is how far a dump is.
type ArchiveState string

// The states of a dump. It is due before anything changes on the old home, and nothing does until it is another one.
const (
	// ArchiveDue: it has to be made.
	ArchiveDue ArchiveState = "due"
	// ArchiveKept: it is on the disk of the proxy that is named.
	ArchiveKept ArchiveState = "kept"
	// ArchiveMissing: it could not be made, and the old home has changed.
	ArchiveMissing ArchiveState = "missing"
)

// Archive is what a move knows of the dump of its last switch.
type Archive struct {
	State   ArchiveState `json:"state"`
	File    string       `json:"file,omitempty"`
	Proxy   string       `json:"proxy,omitempty"` // that has the file
	SHA256  string       `json:"sha256,omitempty"`
	Bytes   int64        `json:"bytes,omitempty"` // of the file
	Until   time.Time    `json:"until,omitzero"`  // when it is deleted; zero: never
	Failing time.Time    `json:"failing,omitzero"`
	Problem string       `json:"problem,omitempty"` // of the last try
}

// keepClass is the class of problems with dumps.
const keepClass = "dump"

const (
	// keepBound is how long after its switch a dump may be finished, whatever it waits for.
	keepBound = 24 * time.Hour
	// firstKeep and longestKeep are the waits between two tries.
	firstKeep, longestKeep = time.Second, 30 * time.Second
)

// owe notes, with the switch, whether there is to be a dump of the old home. The cluster that a unit comes back from is no home of it, and needs none.
func (m *Move) owe(keeps bool) {
	switch {
	case !m.Back && keeps:
		m.Archive = &Archive{State: ArchiveDue}
	case !m.Back, m.Archive != nil && m.Archive.State != ArchiveKept:
		m.Archive = nil
	}
}

// owes says that there has to be a dump before the old home follows.
func (m *Move) owes() bool { return m.Archive != nil && m.Archive.State == ArchiveDue }

// keeping is what a run does about a dump. It belongs to the run's goroutine.
type keeping struct {
	ended chan keptFile // what is being made ends here, capacity 1; nil: nothing is
	stop  context.CancelFunc
	again time.Time // when something that has failed is tried again
	wait  time.Duration
}

// keptFile is what came of a dump.
type keptFile struct {
	file  archive.File
	err   error
	noted bool // the record may name it
}

// keep sees to the dump of the old home. settled: it is made, or there will be none, and the old home may change.
func (r *run) keep(ctx context.Context) (settled bool, err error) {
	switch k := &r.keeping; {
	case !r.owes():
		return true, nil
	case r.Wish == Rollback:
		r.stopKeeping() // everything goes back, and nothing is dropped
		return true, r.save(ctx, func(m *Move) { m.forgetDump(); m.Archive = nil })
	case r.Wish == FinishForced:
		return true, r.without(ctx, "it was not waited for")
	case r.now().Sub(r.Since) > keepBound:
		return true, r.without(ctx, "it was not finished within "+keepBound.String())
	case k.ended != nil:
		select {
		case made := <-k.ended:
			return r.noteKept(ctx, made)
		default:
			return false, nil
		}
	case r.now().Before(k.again):
		return false, nil
	}
	if err := r.beginKeeping(ctx); err != nil {
		return r.keepFailed(ctx, err)
	}
	return false, nil
}

// beginKeeping begins a dump, beside the move.
func (r *run) beginKeeping(ctx context.Context) error {
	if r.engine.archive == nil {
		return errors.New("this proxy keeps none, and the one that drove the switch did: all proxies that drive moves need the same moves.keep_dumps")
	}
	plan, err := r.dumpPlan(ctx)
	if err != nil {
		return err
	}
	folder, name, ended := r.engine.archive, archive.Name(r.Name(), r.Since, fmt.Sprintf("%.8s-%d", strings.ToLower(r.ID), r.token())), make(chan keptFile, 1)
	ctx, stop := context.WithCancel(ctx)
	r.keeping.ended, r.keeping.stop = ended, stop
	r.waitsBecause("the dump of its old home waits for those of others")
	r.engine.group.Go(func() {
		defer stop()
		file, err := folder.Write(ctx, name, plan)
		r.waitsBecause("")
		ended <- keptFile{file: file, err: err}
		select {
		case r.woken <- struct{}{}:
		default:
		}
	})
	return nil
}

// dumpPlan is what the dump is made of. Who had rights is asked on the new home, since nobody has any on the old one now.
func (r *run) dumpPlan(ctx context.Context) (archive.Plan, error) {
	u, from, to := r.hidden(), r.From, r.To
	endpoint, err := r.engine.deps.Primary(from)
	if err != nil {
		return archive.Plan{}, err
	}
	p := archive.Plan{
		From: endpoint, Unit: u, Named: r.unit(), Enabled: objects.Enabling(r.Reopen, u),
		Facts: [][2]string{
			{"source", from + ", " + endpoint.Address}, {"moved to", to}, {"point", strings.ReplaceAll(r.Marker, "\n", "")},
			{"switched", r.Since.UTC().Format(time.RFC3339)}, {"shunt", r.engine.deps.Version},
		},
	}
	began, stopped := false, error(nil)
	p.Wait = func(ctx context.Context) error {
		if stopped != nil {
			return stopped
		}
		return r.calmAt(ctx, from, to)
	}
	p.Progress = func(now copier.Progress) {
		r.waitsBecause(fmt.Sprintf("a dump of its old home is made: %d of %d tables, %d rows", now.Tables, now.Of, now.Rows))
		if !began {
			stopped = r.stop("dumping")
		}
		began = true
	}
	if !u.Whole() {
		return p, nil
	}
	home, err := r.at(ctx, to)
	if err != nil {
		return p, err
	}
	if p.Rights, err = accounts.Read(ctx, home.Conn(), u); err != nil {
		return p, err
	}
	for _, sql := range r.Open {
		if strings.HasPrefix(sql, "GRANT ") {
			p.Grants = append(p.Grants, sql)
		}
	}
	return p, nil
}

// noteKept writes down what came of a dump.
func (r *run) noteKept(ctx context.Context, made keptFile) (settled bool, err error) {
	k := &r.keeping
	if made.err != nil {
		k.ended = nil
		return r.keepFailed(ctx, made.err)
	}
	if err := r.stop("dumped"); err != nil {
		return r.keepFailed(ctx, errors.Join(err, r.engine.archive.Remove(made.file.Name)))
	}
	a := &Archive{State: ArchiveKept, File: made.file.Name, Proxy: r.engine.deps.Proxy(), SHA256: made.file.SHA256, Bytes: made.file.Bytes}
	if days := r.engine.config.Keep.Days; days > 0 {
		a.Until = r.now().UTC().AddDate(0, 0, days)
	}
	err = r.save(ctx, func(m *Move) { m.forgetDump(); m.Archive = a })
	if err != nil && !errors.Is(err, errSuperseded) {
		made.noted = true // perhaps: the store has not said
		k.ended <- made
		return false, err
	}
	k.ended = nil
	if err != nil {
		return false, errors.Join(err, r.engine.archive.Remove(made.file.Name)) // whoever drives the move now makes one
	}
	r.log.Info("the old home is kept in a dump", "file", a.File, "bytes", a.Bytes, "rows", made.file.Rows)
	return true, nil
}

// keepFailed writes down why there is no dump yet, and what somebody can do. When it has failed for long the old home follows without one.
func (r *run) keepFailed(ctx context.Context, failed error) (settled bool, err error) {
	if ctx.Err() != nil || errors.Is(failed, errSuperseded) || errors.Is(failed, guard.ErrSuperseded) {
		return false, errors.Join(failed, context.Cause(ctx))
	}
	a, now := *r.Archive, r.now()
	if a.Failing.IsZero() {
		a.Failing = now.UTC()
	}
	if now.Sub(a.Failing) >= r.engine.config.Keep.Patience {
		return true, r.without(ctx, failed.Error())
	}
	k := &r.keeping
	k.wait = min(max(2*k.wait, firstKeep), longestKeep)
	k.again = now.Add(k.wait)
	problem := fmt.Sprintf("the dump of the old home cannot be made: %s; make room in moves.keep_dumps.folder (%s), or mend what is named. It is tried again, for %s in all; until then "+
		"the old home does not follow, and FINISH MOVE waits", failed, r.engine.config.Keep.Folder, r.engine.config.Keep.Patience)
	r.log.Warn("the dump of an old home cannot be made", "error", failed, "again", k.wait)
	if a.Problem = failed.Error(); a == *r.Archive {
		return false, nil
	}
	return false, r.save(ctx, func(m *Move) { m.Archive, m.Class, m.Problem = &a, keepClass, problem })
}

// without has the old home change although there is no dump of it.
func (r *run) without(ctx context.Context, why string) error {
	r.stopKeeping()
	r.log.Error("there is no dump of an old home, and it follows now", "error", why)
	return r.save(ctx, func(m *Move) {
		m.Archive = &Archive{State: ArchiveMissing, Problem: why}
		m.forgetDump()
		if m.Wish == Finish {
			m.Wish = Nothing // it was meant with a dump
		}
		if m.Wish != FinishForced {
			m.Class, m.Problem = keepClass, "there is no dump of the old home: "+why+"; FINISH MOVE "+m.Name()+" FORCE drops it all the same"
		}
	})
}

// forgetDump takes a problem with the dump away that is none any more.
func (m *Move) forgetDump() {
	if m.Class == keepClass {
		m.Class, m.Problem = "", ""
	}
}

// stopKeeping ends a dump that is being made. What was just finished is deleted, since no record names it.
func (r *run) stopKeeping() {
	k := &r.keeping
	if k.ended == nil {
		return
	}
	k.stop()
	if made := <-k.ended; made.err == nil && !made.noted {
		if err := r.engine.archive.Remove(made.file.Name); err != nil {
			r.log.Warn("a dump that nobody needs could not be deleted", "file", made.file.Name, "error", err)
		}
	}
	k.ended = nil
}

// dumps counts the dumps of the last moves of all units.
func (v *view) dumps() map[ArchiveState]int {
	v.mu.Lock()
	defer v.mu.Unlock()
	counts := map[ArchiveState]int{}
	for _, s := range v.moves {
		if s.Archive != nil {
			counts[s.Archive.State]++
		}
	}
	return counts
}

// dumpFindings tells before a move that its dump could not be made. The move could, so it is no obstacle.
func (e *Engine) dumpFindings() []check.Finding {
	if e.archive == nil || e.config.Idle {
		return nil
	}
	if err := e.archive.Ready(); err != nil {
		return []check.Finding{{Class: keepClass, Text: "a dump of the source could not be kept: " + err.Error(), Way: "see to the folder of moves.keep_dumps on this proxy; FINISH MOVE waits for the dump"}}
	}
	return nil
}

// sweepEvery is how often dumps are looked through for those that are old.
const sweepEvery = time.Hour

// sweep deletes old dumps, until ctx ends.
func (e *Engine) sweep(ctx context.Context) {
	if e.archive == nil || e.config.Keep.Days == 0 {
		return
	}
	for ctx.Err() == nil {
		deleted, err := e.archive.Sweep(e.deps.Now().AddDate(0, 0, -e.config.Keep.Days))
		if err != nil {
			e.deps.Log.Warn("old dumps could not be deleted", "folder", e.config.Keep.Folder, "error", err)
		}
		if len(deleted) > 0 {
			e.deps.Log.Info("old dumps were deleted", "files", deleted)
		}
		sleep(ctx, sweepEvery)
	}
}

// Dump opens the dump of the last move of a unit; whoever gets it closes it. ErrUnknown: there is none, or none any more; ErrRefused: another proxy has it, or it is not
// made yet.
func (e *Engine) Dump(ctx context.Context, database, module string) (Archive, *archive.Dump, error) {
	ctx, cancel := context.WithTimeout(ctx, askBound)
	defer cancel()
	m, err := e.last(ctx, database, module)
	if err != nil {
		return Archive{}, nil, err
	}
	a := m.Archive
	switch {
	case a == nil:
		return Archive{}, nil, unknown("there is no dump of the move of %s: it has not switched, has gone back, or moves.keep_dumps.folder was empty", m.Name())
	case a.State == ArchiveDue:
		return *a, nil, refused("the dump of the move of %s is not made yet; SHOW MOVES tells when it is", m.Name())
	case a.State == ArchiveMissing:
		return *a, nil, unknown("there is no dump of the move of %s: %s", m.Name(), a.Problem)
	}
	if e.archive != nil {
		dump, err := e.archive.Open(a.File)
		if err == nil || !errors.Is(err, archive.ErrGone) {
			return *a, dump, err
		}
	}
	if a.Proxy != e.deps.Proxy() {
		return *a, nil, refused("proxy %s has the dump of the move of %s (%s), and this is %s; ask that one", a.Proxy, m.Name(), a.File, e.deps.Proxy())
	}
	return *a, nil, unknown("the dump of the move of %s (%s) is not in the folder of moves.keep_dumps any more", m.Name(), a.File)
}

// last is the last move of a unit.
func (e *Engine) last(ctx context.Context, database, module string) (*Move, error) {
	item, err := e.deps.Store.Get(ctx, key(database, module))
	if err != nil {
		return nil, err
	}
	if !item.Exists() {
		return nil, unknown("%s is not being moved; SHOW MOVES lists what is", nameOf(database, module))
	}
	return read(item)
}

// finishes says why a move cannot be finished as it is wished; nil: it can.
func (m *Move) finishes(wish Wish) error {
	if wish == Finish && m.Archive != nil && m.Archive.State == ArchiveMissing {
		return refused("there is no dump of the old home of %s: %s; FINISH MOVE %s FORCE drops it all the same", m.Name(), m.Archive.Problem, m.Name())
	}
	return nil
}
