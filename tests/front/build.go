package front

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// Build builds shunt, with flags for go build, and gives the path of the binary, which is removed when this process ends. A test binary builds it
// once: sync.OnceValues.
func Build(flags ...string) (string, error) {
	dir, err := os.MkdirTemp("", "shunt-tests-")
	if err != nil {
		return "", err
	}
	if err := removeAtExit(dir); err != nil {
		return "", err
	}
	path := filepath.Join(dir, "shunt")
	out, err := exec.Command("go", append(append([]string{"build"}, flags...), "-o", path, "shunt/cmd/shunt")...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building shunt: %w\n%s", err, out)
	}
	return path, nil
}

// removeAtExit has a folder removed when this process ends, however it ends: cluster.Main leaves with os.Exit, and a test that takes too long
// with a panic. A shell waits for the end of its input, whose other end only the kernel closes, with this process.
func removeAtExit(dir string) error {
	var pipe [2]int
	if err := syscall.Pipe2(pipe[:], syscall.O_CLOEXEC); err != nil {
		return err
	}
	input := os.NewFile(uintptr(pipe[0]), "pipe")
	defer input.Close()
	shell := exec.Command("sh", "-c", `cat; rm -rf -- "$0"`, dir)
	shell.Stdin = input
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a Ctrl-C is not for it
	return shell.Start()
}
