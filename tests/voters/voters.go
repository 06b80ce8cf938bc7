package voters

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	"shunt/tests/front"
)

// patience bounds what is waited for.
const patience = 30 * time.Second

// Voters are three processes of one store. They end with the test.
type Voters struct {
	t      testing.TB
	all    []*Voter
	client *clientv3.Client
}

// Voter is one of them.
type Voter struct {
	t       testing.TB
	Address string // that clients connect to
	role    role
	process *exec.Cmd
	input   io.Closer // ends it
}

// Start starts three, and waits until they have a leader.
func Start(t testing.TB) *Voters {
	t.Helper()
	const n = 3
	v, folder, ports := &Voters{t: t}, t.TempDir(), front.FreePorts(t, 2*n)
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("voter%d=http://%s", i, ports[n+i]))
	}
	for i := range n {
		name := fmt.Sprintf("voter%d", i)
		one := &Voter{t: t, Address: ports[i], role: role{Name: name, Folder: filepath.Join(folder, name), Peer: ports[n+i], Client: ports[i], All: strings.Join(all, ",")}}
		t.Cleanup(one.end)
		one.Start()
		v.all = append(v.all, one)
	}
	var err error
	if v.client, err = clientv3.New(clientv3.Config{Endpoints: v.Addresses(), Logger: zap.NewNop()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.client.Close() })
	v.Leader()
	return v
}

// Addresses are those that clients connect to.
func (v *Voters) Addresses() (list []string) {
	for _, one := range v.all {
		list = append(list, one.Address)
	}
	return list
}

// Leader waits until one of them says that it leads and takes a write, and gives it first, and then those that follow it.
func (v *Voters) Leader() (leader *Voter, followers []*Voter) {
	v.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		leader, followers = nil, nil
		for _, one := range v.all {
			if v.leads(one) {
				leader = one
			} else {
				followers = append(followers, one)
			}
		}
		if leader != nil && len(followers) == len(v.all)-1 {
			return leader, followers
		}
	}
	v.t.Fatal("the voters have no leader")
	return nil, nil
}

func (v *Voters) leads(one *Voter) bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	status, err := v.client.Status(ctx, one.Address)
	return err == nil && status.Leader == status.Header.MemberId
}

// Start starts a voter, for the first time or again.
func (one *Voter) Start() {
	one.t.Helper()
	text, err := json.Marshal(one.role)
	if err != nil {
		one.t.Fatal(err)
	}
	one.process = exec.Command(os.Args[0])
	one.process.Env, one.process.Stderr = append(os.Environ(), variable+"="+string(text)), one.t.Output()
	if one.input, err = one.process.StdinPipe(); err == nil {
		err = one.process.Start()
	}
	if err != nil {
		one.t.Fatalf("a voter does not start: %v", err)
	}
}

// Kill ends it as a power cut would.
func (one *Voter) Kill() {
	_ = one.process.Process.Kill()
	_ = one.process.Wait() // it was killed
}

// Stop has it stand still until Continue.
func (one *Voter) Stop() { _ = one.process.Process.Signal(syscall.SIGSTOP) }

// Continue has it go on.
func (one *Voter) Continue() { _ = one.process.Process.Signal(syscall.SIGCONT) }

func (one *Voter) end() {
	if one.process == nil || one.process.Process == nil {
		return
	}
	_ = one.input.Close()
	one.Kill()
}
