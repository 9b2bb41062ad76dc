package window

import (
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2/test"

	"hallway/app/counter"
	"hallway/app/kiosk/theme"
	"hallway/app/text"
)

// The light of the loudspeakers stands beside the others, and the sentence that
// they are silent above the actions.
func TestSilentVoiceFitsBesideTheOtherLights(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	for _, lang := range []text.Lang{text.ZhHans, text.En} {
		m := models(lang)["called"]
		m.Voice = counter.VoiceSilent
		o := draw(t, m, func(string) {})
		if min := o.MinSize(); min.Width > Surface.Width || min.Height > Surface.Height {
			t.Errorf("%s needs %v of %v", lang, min, Surface)
		}
		if *pictures != "" {
			save(t, filepath.Join(*pictures, "silent-voice-"+string(lang)+".png"), o)
		}
	}
}
