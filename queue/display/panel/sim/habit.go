package sim

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"hallway/devices/sim"
)

// Directives are the names of the directives that [Panel.Apply] obeys, beside
// those of the line.
var Directives = []string{"answer", "echo", "noise", "power"}

// habits are how a panel misbehaves.
type habits struct {
	answer string
	echo   bool // what it hears comes back, as through a two-wire converter
	noise  bool // bytes before each answer
}

// words are the values of each directive.
var words = map[string][]string{
	"answer": {"ok", "silent", "garbled", "late", "wrong", "exception"},
	"echo":   {"on", "off"},
	"noise":  {"on", "off"},
	"power":  {"cut"},
}

// Apply knows these directives of a fault script:
//
//	answer=silent     never answer; garbled, late, wrong (another address),
//	                  exception (Modbus refuses), ok
//	echo=on           send back what is heard; off
//	noise=on          send noise before each answer; off
//	power=cut         lose the power for a moment, after which all is forgotten
func (p *Panel) Apply(d sim.Directive) error {
	if !slices.Contains(words[d.Name], d.Value) {
		return fmt.Errorf("panel has no directive %s=%s, use %s", d.Name, d.Value, vocabulary())
	}
	switch d.Name {
	case "power":
		p.Reset()
		return nil
	case "answer":
		p.mu.Lock()
		defer p.mu.Unlock()
		p.habits.answer = d.Value
		if m, ok := p.does.(*modbus); ok {
			m.refuse = d.Value == "exception"
		}
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch d.Name {
	case "echo":
		p.habits.echo = d.Value == "on"
	case "noise":
		p.habits.noise = d.Value == "on"
	}
	return nil
}

// vocabulary lists what Apply knows.
func vocabulary() string {
	var all []string
	for _, name := range Directives {
		all = append(all, name+"="+strings.Join(words[name], "|"))
	}
	return strings.Join(all, ", ")
}

// Reset is a loss of power: what was shown and set up is forgotten.
func (p *Panel) Reset() {
	p.mu.Lock()
	lit := p.does.shown().Text() != ""
	p.does = types[p.o.Type](p.o.Address)
	todo := p.onChange
	p.mu.Unlock()
	if !lit {
		return
	}
	for _, do := range todo {
		do()
	}
}

func (p *Panel) habit() habits {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.habits
}

// spoil returns an answer as a bad panel gives it.
func (h habits) spoil(answer []byte) []byte {
	answer = bytes.Clone(answer)
	switch h.answer {
	case "garbled":
		answer[len(answer)-1] ^= 0x10
	case "wrong":
		answer = sealed(append([]byte{answer[0] + 1}, answer[1:len(answer)-2]...))
	}
	return answer
}
