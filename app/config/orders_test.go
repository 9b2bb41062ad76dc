package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// hallFile writes a hall's file with more at its end.
func hallFile(t *testing.T, more string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hall.toml")
	text := "id = \"0417\"\nname = {zh-Hans = \"甲\", en = \"A\"}\npublic_url = \"http://hall.test\"\ndata = \"data\"\n" + more
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAFileThatSaysNothingOfOrdersHasTheUsualOnes(t *testing.T) {
	h, err := LoadHall(hallFile(t, ""))
	if err != nil || h.Orders != UsualOrders() {
		t.Errorf("%+v, %v", h.Orders, err)
	}
}

func TestMistakesInOrdersAreNamed(t *testing.T) {
	clerk := "[[clerks]]\nnumber = \"1\"\nname = \"x\"\npin_hash = \"h\"\n"
	for more, want := range map[string]string{
		"[orders]\nhelp_days = 0":                   "orders.help_days: 0 is out of range",
		"[orders]\nopen = \"18:00\"":                "orders.close: 17:30 is not after open",
		clerk + "orders = \"boss\"":                 `"boss" is not known`,
		clerk + "orders = \"unit\"":                 "clerks.0.unit: goes with orders",
		clerk + "orders = \"desk\"\nunit = \"tax\"": "clerks.0.unit: goes with orders",
	} {
		if _, err := LoadHall(hallFile(t, more)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", more, err, want)
		}
	}
}
