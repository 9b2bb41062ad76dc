package stage

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hallway/app/config"
	"hallway/app/desk"
)

func lay(t *testing.T, dir string) *Layout {
	t.Helper()
	l, err := Lay(dir, Arrange(VirtualSize, false))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestEveryConfigurationThatIsLaidOutCanBeRead(t *testing.T) {
	l := lay(t, t.TempDir())
	hall, err := config.LoadHall(l.Config("hall"))
	if err != nil {
		t.Error(err)
	}
	kiosk, err := config.LoadKiosk(l.Config("kiosk"))
	if err != nil {
		t.Error(err)
	}
	counter, err := config.LoadCounter(l.Config("counter"))
	if err != nil {
		t.Error(err)
	}
	d, err := desk.Load(l.Config("desk"))
	if err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]any{l.Hall, l.Kiosk, l.Counter, l.Desk}, []any{hall, kiosk, counter, d}); diff != "" {
		t.Error(diff)
	}
	if kiosk.Hall.Token != hall.Terminals[0].Token || kiosk.Reader.Port != d.Reader.Link || counter.Keypad.Port != d.Counter.Link {
		t.Error("the programs do not meet one another")
	}
	if !strings.Contains(kiosk.Hall.URL, d.Network.Listen) || d.Network.Hall != hall.Listen || d.Network.Listen == hall.Listen {
		t.Errorf("kiosk calls %s, the desk listens at %s before %s", kiosk.Hall.URL, d.Network.Listen, hall.Listen)
	}
}

func TestSecondStartKeepsWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	first := lay(t, dir)
	kept := first.Path("hall", "hall.db")
	if err := os.WriteFile(kept, []byte("data"), 0o600); err != nil {
		t.Fatal(err)
	}
	again := lay(t, dir)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("the second start changed:\n%s", diff)
	}
	if read(t, kept) != "data" {
		t.Error("data was lost")
	}
	other := lay(t, t.TempDir())
	if other.Kiosk.Hall.Token == first.Kiosk.Hall.Token || len(first.Kiosk.Hall.Token) < 20 {
		t.Error("two stages share a token, or it is short")
	}
}

func TestAddressThatSomebodyTookIsReplaced(t *testing.T) {
	dir := t.TempDir()
	first := lay(t, dir)
	taken, err := net.Listen("tcp", first.Hall.Listen)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	again := lay(t, dir)
	if again.Hall.Listen == first.Hall.Listen || again.Desk.Network.Hall != again.Hall.Listen || again.Hall.PublicURL != "http://"+again.Hall.Listen {
		t.Errorf("hall at %s, desk calls %s", again.Hall.Listen, again.Desk.Network.Hall)
	}
	if again.Desk.Network.Listen != first.Desk.Network.Listen {
		t.Error("an address that is free was changed")
	}
}

func TestTerminalIsAddedToAHallThatHasOthers(t *testing.T) {
	dir := t.TempDir()
	first := lay(t, dir)
	first.Hall.Terminals[0].ID = "077"
	if err := first.write(); err != nil {
		t.Fatal(err)
	}
	again := lay(t, dir)
	if len(again.Hall.Terminals) != 2 || again.Kiosk.Hall.Token != again.Hall.Terminals[1].Token {
		t.Errorf("terminals %d", len(again.Hall.Terminals))
	}
}

func TestBrokenConfigurationIsSaidAndKept(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "hall.toml")
	if err := os.WriteFile(path, []byte("nonsense = 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Lay(dir, Arrange(VirtualSize, false)); err == nil || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("error %v", err)
	}
	if read(t, path) != "nonsense = 1\n" {
		t.Error("the person's file was overwritten")
	}
}

func TestSecretsAreReadableByTheOwnerAlone(t *testing.T) {
	l := lay(t, t.TempDir())
	for _, name := range []string{"hall", "kiosk"} {
		info, err := os.Stat(l.Config(name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}
