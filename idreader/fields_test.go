package idreader

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestSexNamesEveryCodeAndShowsUnknownCodes(t *testing.T) {
	for code, want := range map[Sex][2]string{
		"0": {"未知", "Unknown"}, "1": {"男", "Male"}, "2": {"女", "Female"},
		"9": {"未说明", "Not stated"}, "7": {"7", "7"}, "": {"", ""},
	} {
		if got := [2]string{code.Chinese(), code.English()}; got != want {
			t.Errorf("Sex %q: got %q, want %q", string(code), got, want)
		}
	}
}

func TestEthnicityTableIsWholeAndShowsUnknownCodes(t *testing.T) {
	if len(ethnicities) != 58 {
		t.Errorf("got %d codes, want 56 groups and 2 additions", len(ethnicities))
	}
	seen := map[string]Ethnicity{}
	for code, names := range ethnicities {
		for _, n := range names {
			if other, twice := seen[n]; twice || n == "" {
				t.Errorf("name %q of %s is empty or also that of %s", n, code, other)
			}
			seen[n] = code
		}
	}
	if got := Ethnicity("46").Chinese(); got != "德昂族" {
		t.Errorf("46 is %s, want 德昂族", got)
	}
	for code, want := range map[Ethnicity]string{"01": "汉", "98": "外国血统中国籍人士", "77": "77", "": ""} {
		if got := code.OnCard(); got != want {
			t.Errorf("%s is printed as %s, want %s", string(code), got, want)
		}
	}
	if got := Ethnicity("77").English(); got != "77" {
		t.Errorf("unknown code became %q", got)
	}
	if got := Ethnicity("").Chinese(); got != "" {
		t.Errorf("blank became %q", got)
	}
}

func TestParseDateTakesOnlyCalendarDates(t *testing.T) {
	got, err := ParseDate("20240229")
	if err != nil || got != (Date{2024, 2, 29}) {
		t.Errorf("20240229: got %v, %v", got, err)
	}
	for _, bad := range []string{"", "2024022", "20230229", "20241301", "20240001", "00000101", "2024-2-1", "长期", "202402291"} {
		if d, err := ParseDate(bad); err == nil || !d.IsZero() {
			t.Errorf("%q: got %v, %v; want an error and no date", bad, d, err)
		}
	}
}

func TestDateErrorsDoNotQuoteTheCard(t *testing.T) {
	if _, err := ParseDate("19491299"); err == nil || strings.Contains(err.Error(), "1949") {
		t.Errorf("got %v", err)
	}
}

func TestDatePrintsForPeopleAndForCards(t *testing.T) {
	d := Date{1949, 12, 31}
	if d.String() != "1949-12-31" || d.Compact() != "19491231" {
		t.Errorf("got %q and %q", d.String(), d.Compact())
	}
	if z := (Date{}); z.String() != "" || z.Compact() != "" {
		t.Errorf("no date prints %q and %q", z.String(), z.Compact())
	}
	if got := DateOf(time.Date(2026, 1, 2, 23, 59, 0, 0, time.FixedZone("CST", 8*3600))); got != (Date{2026, 1, 2}) {
		t.Errorf("DateOf gave %v", got)
	}
}

func TestAgeCountsFullYears(t *testing.T) {
	for _, c := range []struct {
		birth, on Date
		want      int
	}{
		{Date{1949, 12, 31}, Date{2026, 12, 30}, 76},
		{Date{1949, 12, 31}, Date{2026, 12, 31}, 77},
		{Date{2008, 2, 29}, Date{2026, 2, 28}, 17},
		{Date{2008, 2, 29}, Date{2026, 3, 1}, 18},
		{Date{2027, 1, 1}, Date{2026, 1, 1}, -1},
	} {
		if got := c.birth.AgeOn(c.on); got != c.want {
			t.Errorf("born %v is %d on %v, want %d", c.birth, got, c.on, c.want)
		}
	}
}

func TestDatesPrintAndParseAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := DateOf(time.Unix(rapid.Int64Range(-60000000000, 60000000000).Draw(t, "unix"), 0).UTC())
		if got, err := ParseDate(d.Compact()); err != nil || got != d {
			t.Fatalf("%v parsed as %v, %v", d, got, err)
		}
	})
}
