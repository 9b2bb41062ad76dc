package devicestest

import (
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// FindsMistake runs one test of this program, named by its path such as
// TestReader/memory/ReadsTheCardOnce, in a child process with an environment
// variable that gives a driver a mistake. The failure of that test is the
// success: it proves that the test can fail.
func FindsMistake(t *testing.T, variable, mistake, test string) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+strings.ReplaceAll(test, "/", "$/^")+"$", "-test.timeout=60s")
	child.Env = append(os.Environ(), variable+"="+mistake)
	text, err := child.CombinedOutput()
	var failed *exec.ExitError
	if !errors.As(err, &failed) || !regexp.MustCompile("--- FAIL: "+regexp.QuoteMeta(test)+" ").Match(text) {
		t.Errorf("the mistake is not found: %v\n%.2000s", err, text)
	}
}
