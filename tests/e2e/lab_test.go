package e2e

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// labRun is a `shunt lab up`.
type labRun struct {
	t       *testing.T
	dir     string
	process *exec.Cmd
	out     *output
	ended   chan error
}

// output is what a process has written so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer // guarded by mu
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// labUp starts a laboratory in dir, as another user if credential says so.
func labUp(t *testing.T, path, dir string, credential *syscall.Credential, flags ...string) *labRun {
	t.Helper()
	l := &labRun{t: t, dir: dir, out: &output{}, ended: make(chan error, 1)}
	l.process = exec.Command(path, append([]string{"lab", "up", "--workload", "1s", "--dir", dir}, flags...)...)
	l.process.Dir = filepath.Dir(dir)
	l.process.Stdout, l.process.Stderr = l.out, l.out
	l.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Credential: credential, Setpgid: true}
	if credential != nil {
		l.process.Env = []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + filepath.Dir(dir), "HOME=" + filepath.Dir(dir)}
	}
	if err := l.process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { l.ended <- l.process.Wait() }()
	t.Cleanup(func() {
		if l.process.Process.Signal(syscall.Signal(0)) == nil {
			_ = l.process.Process.Kill()
		}
	})
	return l
}

// wait waits for the end, which must be a good one.
func (l *labRun) wait() {
	l.t.Helper()
	if err := l.end(); err != nil {
		l.t.Errorf("it ended with %v:\n%s", err, l.out)
	}
}

// end waits for the end, good or bad, which must leave nothing behind.
func (l *labRun) end() (err error) {
	l.t.Helper()
	select {
	case err = <-l.ended:
	case <-time.After(2 * time.Minute):
		l.t.Fatalf("it does not end:\n%s", l.out)
	}
	if left := l.servers(); len(left) > 0 {
		l.t.Errorf("servers are left: %v", left)
	}
	if _, gone := os.Stat(l.dir); !errors.Is(gone, fs.ErrNotExist) {
		l.t.Errorf("its folder is left: %v", gone)
	}
	return err
}

// servers are the processes with the lab's folder in their command lines, but for itself.
func (l *labRun) servers() (found []string) {
	l.t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil || len(files) == 0 {
		l.t.Fatalf("%d processes, %v", len(files), err)
	}
	for _, file := range files {
		line, err := os.ReadFile(file)
		if err == nil && bytes.Contains(line, []byte(l.dir)) && filepath.Base(filepath.Dir(file)) != strconv.Itoa(l.process.Process.Pid) {
			found = append(found, strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return found
}

// until waits for words in its output.
func (l *labRun) until(words string) {
	l.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !strings.Contains(l.out.String(), words); time.Sleep(10 * time.Millisecond) {
		select {
		case err := <-l.ended:
			l.t.Fatalf("it ended (%v) before it said %q:\n%s", err, words, l.out)
		default:
		}
		if time.Now().After(deadline) {
			l.t.Fatalf("it does not say %q:\n%s", words, l.out)
		}
	}
}

// told checks the story: most plain reads on replicas, none stale, none failed.
func (l *labRun) told() {
	l.t.Helper()
	text := l.out.String()
	share := regexp.MustCompile(`(\d+\.\d) % of (\d+) plain reads were answered by replicas`).FindStringSubmatch(text)
	if share == nil {
		l.t.Fatalf("it does not tell the share of the replicas:\n%s", text)
	}
	if percent, err := strconv.ParseFloat(share[1], 64); err != nil || percent < 80 || percent > 100 || atoi(l.t, share[2]) < 50 {
		l.t.Errorf("%s %% of %s plain reads went to replicas, want 80", share[1], share[2])
	}
	checks := regexp.MustCompile(`(\d+) times a visitor read what he had just written: none was stale; of the pages none failed`).FindStringSubmatch(text)
	if checks == nil || checks[1] == "0" {
		l.t.Errorf("it does not say that none was stale and none failed:\n%s", text)
	}
	if strings.Contains(text, "\x1b") {
		l.t.Errorf("there is colour where no terminal is:\n%q", text)
	}
}

func built(t *testing.T) string {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestLabOnce: the demo from beginning to end, twice in the same folder.
func TestLabOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lab")
	for range 2 {
		l := labUp(t, built(t), dir, nil, "--once")
		l.wait()
		l.told()
	}
}

// TestLabDown: another process looks at a laboratory, and ends it.
func TestLabDown(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lab")
	l := labUp(t, built(t), dir, nil)
	l.until("lab down")
	if n := len(l.servers()); n != 5 {
		t.Errorf("%d servers run, want 5: %v", n, l.servers())
	}
	out, errs, code := command(t, nil, "lab", "status", "--dir", dir)
	if code != 0 || errs != "" || len(regexp.MustCompile(`(?m)^ +(paris|gra)-\d +(primary|replica) +127\.0\.0\.1:\d+ +process \d+ +up\b`).FindAllString(out, -1)) != 5 {
		t.Errorf("lab status: exit code %d, errors %q, output\n%s", code, errs, out)
	}
	if _, errs, code := command(t, nil, "lab", "up", "--once", "--dir", dir); code != 1 || !strings.Contains(errs, "running") || !strings.Contains(errs, "lab down") {
		t.Errorf("a second lab up there: exit code %d, errors %q", code, errs)
	}
	if out, errs, code := command(t, nil, "lab", "down", "--dir", dir); code != 0 || errs != "" {
		t.Errorf("lab down: exit code %d, output %q, errors %q", code, out, errs)
	}
	l.wait()
	for _, verb := range []string{"status", "down"} {
		if _, errs, code := command(t, nil, "lab", verb, "--dir", dir); code != 1 || !strings.Contains(errs, dir) {
			t.Errorf("lab %s where none is: exit code %d, errors %q", verb, code, errs)
		}
	}
}

// TestLabInterrupted: Ctrl-C cleans up, whenever it comes. While the servers are only starting it is an error that they never did.
func TestLabInterrupted(t *testing.T) {
	for when, good := range map[string]bool{"starting": false, "visitors use the shop": true} {
		t.Run(when, func(t *testing.T) {
			l := labUp(t, built(t), filepath.Join(t.TempDir(), "lab"), nil)
			l.until(when)
			if err := l.process.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			if err := l.end(); good && err != nil {
				t.Errorf("it ended with %v:\n%s", err, l.out)
			}
		})
	}
}

// TestLabAsAnOrdinaryUser: where the tests run as root, the demo runs once more as nobody.
func TestLabAsAnOrdinaryUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Log("the tests run as an ordinary user, so all of them show it")
		return
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, gid := atoi(t, nobody.Uid), atoi(t, nobody.Gid)
	home, err := os.MkdirTemp("", "shunt-nobody-") // not below t.TempDir(), which is root's only
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(home) })
	text, err := os.ReadFile(built(t))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(home, "shunt")
	if err := errors.Join(os.WriteFile(path, text, 0o755), os.Chown(home, uid, gid)); err != nil {
		t.Fatal(err)
	}
	l := labUp(t, path, filepath.Join(home, "lab"), &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, "--once")
	l.wait()
	l.told()
}
