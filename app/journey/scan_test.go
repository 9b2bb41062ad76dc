package journey_test

import (
	"testing"

	"hallway/app/journey"
	"hallway/app/journey/journeytest"
	"hallway/app/operation"
	"hallway/devices"
	"hallway/idreader"
)

// scanning is a terminal with a scanner, on the screen that takes a receipt.
func scanning(t *testing.T) *journeytest.Rig {
	t.Helper()
	r := start(t)
	r.Send(journey.DeviceChanged{Kind: devices.Scanner, State: devices.Ready})
	r.Press("tile.progress", "by.receipt")
	if got := take[journey.Scan](t, r); got.Look != r.M.Look.Count {
		t.Errorf("look %d, want %d", got.Look, r.M.Look.Count)
	}
	return r
}

func scan(r *journeytest.Rig, look int, code string) idreader.Secret[string] {
	secret := idreader.Conceal(code)
	r.Send(journey.CodeScanned{Look: look, Code: secret, Op: r.Op()})
	return secret
}

func TestReceiptBeforeTheScannerNeedsNoTyping(t *testing.T) {
	r := scanning(t)
	number := operation.Receipt{Centre: "0417", Terminal: "012", Day: "2026-11-23", Seq: 93}.String()
	secret := scan(r, r.M.Look.Count, number)
	on(t, r, journey.Busy, "")
	if c := take[journey.LoadCases](t, r); c.Query.Receipt != number {
		t.Errorf("asked for %q", c.Query.Receipt)
	}
	take[journey.StopScan](t, r)
	if secret.Reveal("test") != "" {
		t.Error("the code outlives its use")
	}
}

func TestForeignCodeIsForgottenAndSaid(t *testing.T) {
	r := scanning(t)
	secret := scan(r, r.M.Look.Count, "https://example.com/pay?token=1234")
	on(t, r, journey.Receipt, "kiosk.scan.foreign")
	if secret.Reveal("test") != "" || len(r.Sent) != 0 {
		t.Errorf("the code is kept, or used: %v", r.Sent)
	}
}

func TestScannerLooksOnlyWhileTheScreenTakesACode(t *testing.T) {
	r := scanning(t)
	look := r.M.Look.Count
	r.Press("nav.back")
	take[journey.StopScan](t, r)
	on(t, r, journey.Progress, "")
	if scan(r, look, "0417-012-261123-0093-7"); len(r.Sent) != 0 {
		t.Errorf("a code of an earlier look leads to %v", r.Sent)
	}
	r.Press("by.receipt")
	if got := take[journey.Scan](t, r); got.Look == look {
		t.Error("two looks have one number")
	}
	r.Send(journey.DeviceChanged{Kind: devices.Scanner, State: devices.Absent})
	take[journey.StopScan](t, r)
	r.Send(journey.DeviceChanged{Kind: devices.Scanner, State: devices.Ready})
	take[journey.Scan](t, r)
}

func TestWithoutScannerNobodyIsSentToOne(t *testing.T) {
	r := start(t)
	r.Press("tile.progress", "by.receipt")
	if len(r.Sent) != 0 {
		t.Errorf("commands %v", r.Sent)
	}
	without := r.View().Lead
	r.Send(journey.DeviceChanged{Kind: devices.Scanner, State: devices.Ready})
	if r.View().Lead == without {
		t.Error("the screen does not say that a scanner is there")
	}
}
