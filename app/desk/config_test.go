package desk

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hallway/app/config"
)

const good = `
[network]
listen = "127.0.0.1:8418"
hall = "127.0.0.1:8417"
[reader]
link = "dev/reader"
[printer]
link = "dev/printer"
[counter]
link = "dev/counter"
`

func load(t *testing.T, text string) (Config, string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "desk.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path)
	return c, filepath.Dir(path), err
}

func TestConfigKnowsItsDefaultsAndPaths(t *testing.T) {
	c, dir, err := load(t, good)
	if err != nil {
		t.Fatal(err)
	}
	if c.Reader.Link != filepath.Join(dir, "dev/reader") || c.Printer.RollMM != 20000 || c.Counter.Display != 1 || c.Counter.Keypad != 2 || c.Lang != "zh-Hans" {
		t.Errorf("config %+v", c)
	}
}

func TestConfigSaysEveryMistake(t *testing.T) {
	bad := strings.NewReplacer("127.0.0.1:8418", "nowhere", "dev/printer", "dev/reader").Replace(good) + "colour = 3\n"
	_, _, err := load(t, bad)
	for _, want := range []string{"network.listen", "printer.link", "counter.colour"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v lacks %s", err, want)
		}
	}
}

func TestConfigIsWrittenAndReadBackTheSame(t *testing.T) {
	c, _, err := load(t, good)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := config.Write(&b, &c); err != nil {
		t.Fatal(err)
	}
	again, _, err := load(t, b.String())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(c, again); d != "" {
		t.Error(d)
	}
}
