package stages

import (
	"testing"

	"shunt/sharding/move/copier"
	"shunt/sharding/move/objects"
	"shunt/tests/cluster"
	"shunt/tests/oddities"
)

// TestTheCorpusArrives copies each oddity from paris to gra: definitions and rows are equal there, or the reason is told.
func TestTheCorpusArrives(t *testing.T) { theCorpusArrives(t, newWorld(t, cluster.Shared(t))) }

func TestMySQLTheCorpusArrives(t *testing.T) {
	theCorpusArrives(t, newWorld(t, cluster.SharedMySQL(t)))
}

func theCorpusArrives(t *testing.T, w *world) {
	for _, o := range oddities.Corpus() {
		if !o.For(w.mariadb()) {
			continue
		}
		t.Run(o.Name, func(t *testing.T) {
			w := newWorld(t, w.c)
			u := w.database("ugly_"+o.Name, o.SQL...)
			r, err := w.copy(u, copier.Options{})
			if o.Refused != "" {
				told(t, err, o.Refused)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range objects.Compare(r.source, r.target) {
				t.Error(d)
			}
			for _, d := range w.differences(u) {
				t.Error(d)
			}
		})
	}
}
