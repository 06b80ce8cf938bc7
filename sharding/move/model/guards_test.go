package model

import "testing"

func TestG(t *testing.T) {
	zombies := world{copied: true, writes: 2, losses: 1, cuts: 1, slow: true, homes: true, data: true}
	back := world{copied: true, writes: 2, rollbacks: 1, losses: 1, slow: true, homes: true, data: true}
	retry := world{copied: true, writes: 1, losses: 1, slow: true, tries: 1, homes: true, data: true, writable: true}
	copyw := world{writes: 1, losses: 1, redo: true, copies: 2, homes: true, data: true}
	finish := world{writes: 1, found: true, finishes: 1, losses: 1, copies: 1, homes: true, data: true}
	clean := world{copied: true, writes: 2, rollbacks: 1, slow: true, tries: 1, homes: true, data: true, comfort: true}
	doors := world{copied: true, writes: 2, cuts: 1, homes: true, data: true, doors: true}
	down := world{copied: true, writes: 1, serverDowns: 1, losses: 1, slow: true, homes: true, data: true, writable: true}
	crash := world{copied: true, writes: 2, deaths: 1, homes: true, data: true}
	dataOnly := func(w world) world { w.homes = false; return w }
	ws := map[string]world{"zombies": zombies, "back": back, "retry": retry, "copy": copyw, "finish": finish, "clean": clean, "doors": doors, "down": down, "crash": crash, "zombiesdata": dataOnly(zombies), "backdata": dataOnly(back), "copydata": dataOnly(copyw), "finishdata": dataOnly(finish)}
	gs := map[string]guard{"a hold": holdGuard, "b row": rowGuard, "c gate": grantGate, "d marker": markerGuard, "e commit": commitGuard, "f proxyhold": proxyHold, "g together": togetherGuard, "h release": releaseGuard, "i target": closedTarget, "j letin": letInGuard, "k copy": copyGuard, "l pin": pinGuard, "m fresh": freshRelease, "n endOnMap": endOnMap, "o one": oneServer}
	for g, bit := range gs {
		for n, w := range ws {
			w.without = bit
			t.Run(g+"/"+n, func(t *testing.T) {
				r, err := explore(w.system(), 3000000)
				if err != nil {
					t.Log("TOO MANY", err)
					return
				}
				if r.problem == "" {
					t.Log("RESULT nothing", r.states)
				} else {
					t.Log("RESULT", len(r.trace), r.problem, r.states)
				}
			})
		}
	}
}
