package switchover

import (
	"fmt"
	"strings"
	"time"
)

// Step is one step of a switchover.
type Step uint8

// The steps, in their order.
const (
	StepCheck Step = iota
	StepHold
	StepReadOnly
	StepCatchUp
	StepStopLink
	StepRepoint
	StepPromote
	StepPublish
	StepRelease
	steps // how many there are
)

// stepTexts are the names of the steps and what each does.
var stepTexts = [steps]struct{ name, about string }{
	StepCheck:    {"check", "look at all servers of the cluster, and whether the switchover is possible"},
	StepHold:     {"hold", "let new writes wait, until no transaction is open on the primary"},
	StepReadOnly: {"read_only", "make the primary read_only"},
	StepCatchUp:  {"catch_up", "read the primary's last GTID position, and wait until the new primary has applied it"},
	StepStopLink: {"stop_link", "stop replication from the old primary to the new one"},
	StepRepoint:  {"repoint", "let the other replicas and the old primary replicate from the new one, and see them connected"},
	StepPromote:  {"promote", "let the new primary forget its link, and make it writable"},
	StepPublish:  {"publish", "wait until the monitor sees the new primary"},
	StepRelease:  {"release", "let the writes go on"},
}

func (s Step) String() string { return stepTexts[s].name }

// About says what the step does, for people.
func (s Step) About() string { return stepTexts[s].about }

// State is how a step went.
type State uint8

// The states.
const (
	Planned   State = iota // a dry run would do it here
	Done                   // it was done
	Failed                 // it was not done, or not whole
	Undone                 // what was done of it was taken back
	NotUndone              // it could not be taken back; the detail says what a person has to do
)

var stateNames = [...]string{Planned: "planned", Done: "done", Failed: "failed", Undone: "undone", NotUndone: "not undone"}

func (s State) String() string { return stateNames[s] }

// Row is one line of a report: a step, or the undoing of one.
type Row struct {
	Step   Step
	State  State
	Detail string
	Took   time.Duration
}

// Result is how a switchover ended.
type Result uint8

// The results.
const (
	Switched  Result = iota // the new primary takes writes
	Told                    // a dry run, which found nothing in the way
	Refused                 // a check failed; nothing was touched
	TakenBack               // a step failed, and everything is as it was before
	Broken                  // a step failed, and something could not be undone
)

var resultNames = [...]string{Switched: "switched", Told: "told", Refused: "refused", TakenBack: "undone", Broken: "broken"}

func (r Result) String() string { return resultNames[r] }

// Report is what a switchover did.
type Report struct {
	Cluster  string
	From, To string // addresses of the old and the new primary; From is empty if there was none
	DryRun   bool
	Rows     []Row
	Notes    []string // what was found that is no obstacle
	Result   Result
	Pause    time.Duration // how long writes were held
}

// Failure is the error of a switchover that did not take place.
type Failure struct {
	Report Report
	At     Step // which failed
	Cause  error
}

// Error tells what failed and how things are now.
func (f *Failure) Error() string {
	text := fmt.Sprintf("switchover of cluster %s to %s: %s: %v", f.Report.Cluster, f.Report.To, f.At, f.Cause)
	switch f.Report.Result {
	case Refused:
		return text + "; nothing was changed"
	case TakenBack:
		return text + "; everything is as it was before"
	case Switched, Told, Broken:
	}
	var left []string
	for _, row := range f.Report.Rows {
		if row.State == NotUndone {
			left = append(left, row.Step.String()+": "+row.Detail)
		}
	}
	return text + "; NOT everything could be undone: " + strings.Join(left, "; ")
}

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Cause }
