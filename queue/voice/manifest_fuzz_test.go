package voice

import (
	"encoding/json"
	"testing"
)

// FuzzParseManifest begins with manifests of one clip: a whole one makes every
// step of the fuzzer as long as its seventy names.
func FuzzParseManifest(f *testing.F) {
	f.Add([]byte(`{"lang":"zh","made":"m","licence":"l","rate":16000,"phrase":["chime","{number}"],"clips":{"chime":{"file":"c","sha256":""}}}`))
	f.Add([]byte(`{"phrases":{"a":["b"]}} {}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseManifest(b)
		if err != nil {
			return
		}
		again, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseManifest(again); err != nil {
			t.Error(err)
		}
	})
}
