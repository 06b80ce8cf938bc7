package switchover

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// AwaitLink waits until a link leads to a source and runs. It fails at once where that cannot be, because the login was refused
// or a thread has stopped on an error.
func AwaitLink(ctx context.Context, s Server, address, name string, to Source) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		links, err := s.Links(ctx)
		if err != nil {
			return err
		}
		state := "it has no link"
		for _, l := range links {
			if l.Name != name {
				continue
			}
			if l.Source() == to && l.Runs() {
				return nil
			}
			if state = l.trouble(); l.IO == "No" && l.IOError != "" || l.SQL == "No" && l.SQLError != "" || refused(l) {
				return fmt.Errorf("%s does not replicate from %s: %s", address, to, state)
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%s does not replicate from %s yet: %s (%w)", address, to, state, context.Cause(ctx))
		}
	}
}

// pollEvery is the pause between two looks at a link that is to connect.
const pollEvery = 5 * time.Millisecond

// refused says whether the source has refused the login: the replica would try again for ever.
func refused(l Link) bool { return l.IOErrno == 1045 || strings.Contains(l.IOError, "Access denied") }
