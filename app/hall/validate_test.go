package hall

import (
	"testing"

	"hallway/app/operation"
)

// Every kind of card that a terminal reads may be what its holder applies with.
func TestHolderOfEveryKindOfCardIsAccepted(t *testing.T) {
	for number, ok := range map[string]bool{
		"11010119491231003X": true, "810000199408230021": true, "932682198501010017": true, "KAZ110090123105": true,
		"": false, "1101011949123100": false, "KAZ11009012310": false, "kaz110090123105": false, "110101194912310 32": false, "1101011949123100３2": false,
	} {
		if err := checkHolder(operation.Holder{Name: "SPECIMEN, ANNA", Number: number}); (err == nil) != ok {
			t.Errorf("%q: %v", number, err)
		}
	}
	if checkHolder(operation.Holder{Number: "11010119491231003X"}) == nil {
		t.Error("a person without a name is accepted")
	}
}
