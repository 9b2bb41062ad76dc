package journeytest

// answers are what is typed into the form that has a question of every kind.
// "_" takes the first candidate.
var answers = []string{"zhangsan_", "hepingqu_", "110101194912310171", "19560308", "36"}

// Ask leads to a question of the form that has one of every kind: 0 a person, 1
// an address, 2 a citizen's number, 3 a day, 4 a number, 5 any text.
func Ask(r *Rig, question int) {
	r.Press("tile.application", "item.sb-retire")
	r.Lay()
	r.Press("do.continue")
	for i := range question {
		if i < 2 {
			r.Press("keys.pinyin")
		}
		r.Type(answers[i])
		r.Press("do.ok")
	}
}

// keyboards are every layout of the keyboard, each in normal and large type.
func keyboards(apply, fill func(*Rig)) []Shot {
	ask := func(question int, layout string, keys ...string) func(*Rig) {
		return func(r *Rig) {
			Ask(r, question)
			if layout != "" {
				r.Press("keys." + layout)
			}
			for _, k := range keys {
				r.Type(k)
			}
		}
	}
	var all []Shot
	for _, s := range []Shot{
		{"field-pinyin-empty", ask(0, "pinyin")},
		{"field-pinyin", ask(1, "pinyin", "tianjinshi_", "nanjinglu")},
		{"field-pinyin-name", ask(0, "pinyin", "wangzhe")},
		{"field-pinyin-long", ask(5, "pinyin", "woyaobanlitianjinshihepingqudeshenfenzheng")},
		{"field-pinyin-nothing", ask(5, "pinyin", "iii")},
		{"field-pinyin-full", ask(5, "pinyin", "woyaobanlitianjinshi_", "hepingqudeshenfenzheng_", "shebaokahehukouben_", "xiexie_")},
		{"field-letters", ask(5, "letters", "ab-1")},
		{"field-letters-upper", func(r *Rig) { ask(5, "letters")(r); r.Press("key.shift"); r.Type("AB") }},
		{"field-symbols", ask(5, "symbols", "（1）")},
		{"field-strokes", ask(5, "strokes", "1*3")},
		{"field-strokes-empty", ask(5, "strokes")},
		{"field-identity", ask(2, "", "11010119491231017X")},
		{"field-date", ask(3, "", "195603")},
		{"field-digits", ask(4, "", "36")},
		{"field-phone", func(r *Rig) { apply(r); r.Press("do.continue"); r.Type("13800001234") }},
		{"field-code", func(r *Rig) { fill(r); r.Type("TJ0") }},
	} {
		all = append(all, s, Shot{s.Name + "-large", func(r *Rig) { s.Go(r); r.Press("large") }})
	}
	return all
}
