package router

import (
	"shunt/session"
	"shunt/statement"
)

// role decides whether a replica may answer. It never settles.
func (d *decision) role() bool {
	if d.world.Joined {
		d.because(Joined)
		return false
	}
	reason, reads := d.byMeaning()
	d.because(reason)
	if !reads {
		if d.hint.Role == statement.ReplicaRole {
			d.because(HintIgnored)
		}
		return false
	}
	d.level = d.consistency()
	switch {
	case d.facts.InWriting(): // a branch of it begins
		d.because(OpensBranch)
	case !d.facts.Autocommit && reason != OnlySettings:
		d.because(AutocommitOff)
	case d.hint.Role == statement.PrimaryRole:
		d.because(HintPrimary)
	case d.level == session.Primary:
		d.because(WantsPrimary)
	default:
		if d.hint.Role == statement.ReplicaRole {
			d.because(HintReplica)
		}
		d.reads = true
	}
	return false
}

// byMeaning judges the statement alone.
func (d *decision) byMeaning() (Reason, bool) {
	st := d.st
	e := st.Effects
	switch {
	case st.Plain, st.Kind == statement.Empty: // a server has its own opinion about nothing
		return PlainRead, true
	case st.Kind == statement.Set && onlySettings(st) && d.facts.Fits(st):
		return OnlySettings, true
	case st.Kind == statement.Use:
		return OnlySettings, true
	case st.Kind == statement.Begin && e.Has(statement.TxReadOnly) && d.facts.UsesLocks:
		return WorksWithLocks, false
	case st.Kind == statement.Begin && e.Has(statement.TxReadOnly):
		return ReadOnlyTx, true
	case st.Kind == statement.Begin:
		return OpensTransaction, false
	case st.Kind == statement.Unknown:
		return NotUnderstood, false
	case e.Has(statement.LocksRows):
		return LocksRows, false
	case e.Any(statement.AssignsVar|statement.CalcFoundRows|statement.LeavesState|statement.OneShot|statement.NextOnly|statement.BypassesBinlog) ||
		keepsConnection(st.Kind):
		return LeavesState, false
	case e&^statement.Unremarkable == statement.Impure && st.Kind == statement.Select && d.router.allSafe(st.Functions):
		return SafeByOperator, true
	case e.Any(statement.Impure | statement.GetsLock | statement.ReleasesLock | statement.ReleasesAll | statement.SetsInsertID | statement.UsesInsertID):
		return NotPure, false
	case e.Any(statement.ServerFacts | statement.SessionVars):
		return NeedsPrimary, false
	case st.Fallback && st.Kind == statement.Select:
		return NotUnderstood, false
	case st.Kind == statement.Show || st.Kind == statement.Select || st.Kind == statement.Diagnostics:
		return NeedsPrimary, false
	}
	return Writes, false
}

// keepsConnection lists kinds that are about the connection they run on.
func keepsConnection(k statement.Kind) bool {
	switch k {
	case statement.Handler, statement.XA, statement.LockTables, statement.UnlockTables, statement.Prepare, statement.Execute, statement.Deallocate,
		statement.Commit, statement.Rollback, statement.Savepoint, statement.Set:
		return true
	}
	return false
}

// onlySettings says whether a SET has literals only, which any server can check: an expression may read data.
func onlySettings(st *statement.Statement) bool {
	for i := range st.Set {
		a := &st.Set[i]
		if !a.Literal && a.Scope != statement.NamesScope && a.Scope != statement.TransactionScope && a.Scope != statement.RoleScope {
			return false
		}
	}
	return !st.Effects.Any(statement.OneShot | statement.NextOnly | statement.BypassesBinlog | statement.SetsGlobal | statement.VersionComment | statement.LeavesState)
}

func (r *Router) allSafe(functions []string) bool {
	for _, f := range functions {
		if !r.SafeFunctions[f] {
			return false
		}
	}
	return len(functions) > 0
}
