package port

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hallway/devices"
)

// ErrAmbiguous is [devices.ErrAmbiguous].
var ErrAmbiguous = devices.ErrAmbiguous

// Find returns the one port of a list that s means. allowed are the transports
// that the caller can open; none = all. The error wraps [devices.ErrAbsent]
// when no port matches, and [ErrAmbiguous] with the IDs of all that match when
// there are several; it never guesses.
//
// A path is followed through its links and compared with the nodes in the list.
// A node that is not in the list is a terminal device such as a pseudo-terminal,
// and a TCP address is never in the list: both give a Port of their own.
func Find(ports []Port, s Spec, allowed ...Transport) (Port, error) {
	var matches, others []Port
	candidates, err := candidates(ports, s)
	if err != nil {
		return Port{}, err
	}
	for _, p := range candidates {
		if len(allowed) == 0 || slices.Contains(allowed, p.Transport) {
			matches = append(matches, p)
		} else {
			others = append(others, p)
		}
	}
	switch {
	case len(matches) == 1:
		return matches[0], nil
	case len(matches) > 1:
		return Port{}, fmt.Errorf("port %s: %s: %w, name one by its USB path, such as %s",
			s, ids(matches), ErrAmbiguous, Suggest(matches[0], ports))
	case len(others) > 0:
		return Port{}, fmt.Errorf("port %s: only %s matches, %v is wanted: %w", s, ids(others), allowed, devices.ErrAbsent)
	}
	return Port{}, fmt.Errorf("port %s: %w", s, devices.ErrAbsent)
}

// candidates returns the ports that s means, of any transport.
func candidates(ports []Port, s Spec) ([]Port, error) {
	switch s.Form {
	case "":
		return nil, fmt.Errorf("no port named, use %s", Forms)
	case ByTCP:
		return []Port{{ID: s.String(), Transport: TCP}}, nil
	case ByPath:
		return byPath(ports, s.Name)
	}
	return filter(ports, s.matches), nil
}

func filter(ports []Port, keep func(Port) bool) (kept []Port) {
	for _, p := range ports {
		if keep(p) {
			kept = append(kept, p)
		}
	}
	return kept
}

// matches reports whether s means p, unless s is a path or an address.
func (s Spec) matches(p Port) bool {
	switch u := p.USB; s.Form {
	case ByUART:
		return p.UART == s.Name
	case ByUSB:
		return u != nil && u.Interface == s.Name && p.Line == s.Line
	case ByID:
		return u != nil && u.Vendor == s.Vendor && u.Product == s.Product &&
			(s.Serial == "" || u.Serial == s.Serial) &&
			(s.Interface == AnyInterface || u.Number == s.Interface)
	}
	return false
}

// byPath returns the ports whose node is at path or where path leads.
func byPath(ports []Port, path string) ([]Port, error) {
	node, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, fmt.Errorf("port %s: %w: %w", path, lookClass(err), err)
	}
	found := filter(ports, func(p Port) bool { return p.Node == node || p.Opens() == node })
	if len(found) > 0 {
		return found, nil
	}
	info, err := os.Stat(node)
	if err != nil {
		return nil, fmt.Errorf("port %s: %w: %w", path, lookClass(err), err)
	}
	if info.Mode()&fs.ModeCharDevice == 0 {
		return nil, fmt.Errorf("port %s: %s is no device, use %s: %w", path, node, Forms, devices.ErrAbsent)
	}
	return []Port{{ID: string(Serial) + ":" + path, Transport: Serial, Node: node}}, nil
}

// lookClass is the class of an error of looking at a path.
func lookClass(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return devices.ErrDenied
	}
	return devices.ErrAbsent
}

func ids(ports []Port) string {
	all := make([]string, len(ports))
	for i, p := range ports {
		all[i] = p.ID
	}
	return strings.Join(all, ", ")
}

// Suggest returns the Spec to write into a configuration for p, which finds p
// alone among all ports of its transport: in the first of forms that can, then by
// USB socket, UART or path. ByID gives the shortest of numbers, with interface,
// with serial, with both; it is left out when the device cannot be told from
// another one of all.
func Suggest(p Port, all []Port, forms ...Form) Spec {
	for _, f := range append(slices.Clone(forms), ByUSB, ByUART, ByTCP) {
		for _, s := range p.specs(f) {
			found, err := Find(all, s, p.Transport)
			if err == nil && found.ID == p.ID {
				return s
			}
		}
	}
	return Spec{Form: ByPath, Name: p.Node}
}

// specs returns the ways to name p in one form, best first.
func (p Port) specs(f Form) []Spec {
	u := p.USB
	switch {
	case f == ByUSB && u != nil:
		return []Spec{{Form: ByUSB, Name: u.Interface, Line: p.Line}}
	case f == ByUART && p.UART != "":
		return []Spec{{Form: ByUART, Name: p.UART}}
	case f == ByPath && p.Node != "":
		return []Spec{{Form: ByPath, Name: p.Node}}
	case f == ByTCP && p.Transport == TCP:
		return []Spec{{Form: ByTCP, Name: strings.TrimPrefix(p.ID, "tcp:")}}
	case f == ByID && u != nil:
		s := Spec{Form: ByID, Vendor: u.Vendor, Product: u.Product, Interface: AnyInterface}
		one, serial, both := s, s, s
		one.Interface, serial.Serial = u.Number, u.Serial
		both.Interface, both.Serial = u.Number, u.Serial
		return []Spec{s, one, serial, both}
	}
	return nil
}
