package model

import (
	"strings"
	"testing"
)

// loss is one guard less, and what comes of it.
type loss struct {
	name    string
	without guard
	in      world  // the smallest world in which it is noticed
	finds   string // a part of what is wrong then
}

// promises says what is looked for: what data say alone is more than that two servers are open.
func promises(w world, homes, data, writable bool) world {
	w.homes, w.data, w.writable = homes, data, writable
	return w
}

const (
	twoHomes = "applications may write on both servers"
	lost     = "was acknowledged, and is not there"
	twice    = "is there twice"
	stuck    = "nothing that happens by itself leads on"
	unheard  = "is refused"
)

// safety are the guards without which data are lost, written on two servers, or a unit stays closed.
func safety() []loss {
	var (
		zombie = world{copied: true, writes: 1, losses: 1, slow: true, tries: 1}
		stray  = world{copied: true, writes: 2, cuts: 1}
		anew   = world{writes: 1, losses: 1, redo: true, copies: 2}
		back   = world{copied: true, writes: 2, cuts: 1, rollbacks: 1}
		doors  = world{copied: true, writes: 2, cuts: 1, doors: true}
		crash  = world{copied: true, writes: 1, deaths: 1}
	)
	return []loss{
		{"the hold of a server: its lock and token (a zombie opens the source again)", holdGuard, promises(zombie, true, false, false), twoHomes},
		{"the hold of a server: its lock and token (a zombie closes the source, and nobody knows)", holdGuard, promises(zombie, false, false, true), stuck},
		{"the guard's row in transactions that apply", rowGuard, promises(anew, false, true, false), twice},
		{"the grant gate before the marker", grantGate, promises(stray, false, true, false), lost},
		{"the end of the sessions that stand in the unit", sessionGuard, promises(doors, false, true, false), lost},
		{"the marker as the end of the stream", markerGuard, promises(stray, false, true, false), lost},
		{"the conditions of the decision (the switch is given up, and the decision arrives late)", commitGuard, promises(zombie, false, true, false), lost},
		{"rows and progress in one transaction", togetherGuard, promises(crash, false, true, false), twice},
		{"no rights on the target before it is opened", closedTarget, promises(back, false, true, false), lost},
		{"the gate waits for statements that were let in", letInGuard, promises(world{copied: true, writes: 2, cuts: 1, doors: true}, false, true, false), lost},
		{"the copy is written under the guard's row", copyGuard, promises(world{writes: 1, losses: 1, redo: true, copies: 2, compares: true}, false, true, false), twice},
		{"only the owner writes the home down", pinGuard, promises(world{writes: 1, found: true, finishes: 1, losses: 1, copies: 1}, true, false, false), "the home is not the one that was decided on"},
		{"the source is reopened when the target is away", reopenAlone, promises(world{copied: true, serverDowns: 1, slow: true}, false, false, true), stuck},
		{"the target is opened when the source is away", openAlone, promises(world{copied: true, serverDowns: 1, slow: true}, false, false, true), stuck},
	}
}

// comfort are guards without which clients hear errors when nothing has failed, and nothing else happens.
func comfort() []loss {
	clean := world{copied: true, writes: 1, rollbacks: 1, slow: true, tries: 1, comfort: true}
	return []loss{
		{"proxies hold statements", proxyHold, clean, unheard},
		{"proxies let go on a map that has the decision", releaseGuard, clean, unheard},
		{"the decision that proxies let go on is this switch's", freshRelease, clean, unheard},
		{"a hold that is given up is released on a map, too", endOnMap, clean, unheard},
	}
}

func TestWithoutOneGuardAPromiseIsBroken(t *testing.T) {
	for _, l := range safety() {
		t.Run(l.name, func(t *testing.T) { l.is(t) })
	}
}

// is looks whether the guard is missed.
func (l *loss) is(t *testing.T) {
	w := l.in
	w.without = l.without
	r, err := explore(w.system(), most)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(r.problem, l.finds) {
		t.Fatalf("without this guard it should be found that … %s …; found: %s", l.finds, r)
	}
	t.Log(r)
	w.without = 0
	if r, err := explore(w.system(), most); err != nil || r.problem != "" {
		t.Errorf("with the guard the same world should be in order: %v, %v", r, err)
	}
}

// Proxies hold, and let go on the right map, so that clients hear no errors: the servers keep the data safe without that, and in every world.
func TestHoldsAreForComfort(t *testing.T) {
	for _, l := range comfort() {
		t.Run(l.name, func(t *testing.T) {
			l.is(t)
			for _, w := range []world{
				{copied: true, writes: 1, losses: 1, cuts: 1, slow: true},
				{copied: true, writes: 1, rollbacks: 1, losses: 1},
			} {
				w = promises(w, true, true, true)
				w.without = l.without
				if r, err := explore(w.system(), most); err != nil || r.problem != "" {
					t.Errorf("without this guard nothing should be lost: %v, %v", r, err)
				}
			}
		})
	}
}
