package window

import (
	"fyne.io/fyne/v2"

	"hallway/app/counter"
	"hallway/app/pane"
)

// keys are the keys that have names.
var keys = map[fyne.KeyName]string{
	fyne.KeyF1:        counter.CtlNext,
	fyne.KeyF2:        counter.CtlRecall,
	fyne.KeyF3:        counter.CtlMiss,
	fyne.KeyF4:        counter.CtlStart,
	fyne.KeyF5:        counter.CtlFinish,
	fyne.KeyF6:        counter.CtlHold,
	fyne.KeyF7:        counter.CtlTransfer,
	fyne.KeyF8:        counter.CtlPause,
	fyne.KeyF9:        counter.CtlSignOut,
	fyne.KeyF10:       counter.CtlUndo,
	fyne.KeyF11:       counter.CtlList,
	fyne.KeyDelete:    counter.CtlReturn,
	fyne.KeyInsert:    counter.CtlHelp,
	fyne.KeyPageDown:  counter.CtlPage,
	fyne.KeyF12:       counter.CtlLang,
	fyne.KeyReturn:    counter.CtlPrimary,
	fyne.KeyEnter:     counter.CtlPrimary,
	fyne.KeySpace:     counter.CtlPrimary,
	fyne.KeyTab:       counter.CtlPIN,
	fyne.KeyUp:        counter.CtlClerk,
	fyne.KeyDown:      counter.CtlPIN,
	fyne.KeyBackspace: counter.CtlBack,
	fyne.KeyEscape:    counter.CtlClear,
}

// Control returns the control that a key stands for, "" for none.
func Control(k pane.Key) string {
	if k.Rune >= '0' && k.Rune <= '9' {
		return "key." + string(k.Rune)
	}
	return keys[k.Name]
}
