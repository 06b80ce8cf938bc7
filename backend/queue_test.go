package backend

import (
	"testing"
	"time"
	"unique"

	"shunt/netloop"
)

// standing is a task that waits on a shard since a time.
type standing struct {
	netloop.Task
	shard int
	since time.Time
}

func (s *standing) Shard() int     { return s.shard }
func (s *standing) Now() time.Time { return s.since }

func TestWhoGetsAConnection(t *testing.T) {
	mine, others := unique.Make(Key{User: "mine"}), unique.Make(Key{User: "others"})
	type borrower struct {
		key   unique.Handle[Key]
		shard int
		after time.Duration // the first
	}
	for name, c := range map[string]struct {
		queue []borrower
		want  int // its place in the queue; -1: nobody
	}{
		"nobody waits":                             {nil, -1},
		"the first":                                {[]borrower{{mine, 0, 0}, {mine, 0, 1}}, 0},
		"the first of the account":                 {[]borrower{{others, 0, 0}, {mine, 1, 1}}, 1},
		"nobody of the account":                    {[]borrower{{others, 0, 0}}, -1},
		"one of the loop who came nearly as early": {[]borrower{{mine, 1, 0}, {mine, 1, 1}, {mine, 0, nearlyAsEarly}}, 2},
		"nobody who came much later":               {[]borrower{{mine, 1, 0}, {mine, 0, nearlyAsEarly + 1}}, 0},
		"of the loop, but of another account":      {[]borrower{{mine, 1, 0}, {others, 0, 0}, {mine, 1, 0}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var q queue
			var places []*waiter
			for _, b := range c.queue {
				places = append(places, q.add(&standing{shard: b.shard, since: time.Unix(1, 0).Add(b.after)}, b.key))
			}
			got := q.who(mine, 0)
			for i, w := range places {
				if (w == got) != (i == c.want) {
					t.Errorf("place %d: it gets the connection: %v", i, w == got)
				}
			}
			if c.want < 0 && got != nil {
				t.Error("somebody gets it")
			}
		})
	}
}

func TestTheQueueIsInOrderWhoeverLeaves(t *testing.T) {
	for leaves := range 3 {
		var q queue
		var all []*waiter
		for range 3 {
			all = append(all, q.add(&standing{}, unique.Make(Key{})))
		}
		q.remove(all[leaves])
		all = append(all[:leaves], all[leaves+1:]...)
		all = append(all, q.add(&standing{}, unique.Make(Key{})))
		w := q.first
		for i := range all {
			if w != all[i] {
				t.Fatalf("%d has left: place %d is another's", leaves, i)
			}
			w = w.next
		}
		if w != nil || q.last != all[2] || q.n != 3 {
			t.Errorf("%d has left: the end of the queue is wrong", leaves)
		}
	}
}
