package catalogue

import "slices"

// Item returns the item with a code.
func (c Catalogue) Item(code string) (Item, bool) {
	return find(c.Items, func(i Item) bool { return i.Code == code })
}

// Pool returns the waiting line with an id.
func (c Catalogue) Pool(id string) (Pool, bool) {
	return find(c.Pools, func(p Pool) bool { return p.ID == id })
}

// Department returns the department with a code.
func (c Catalogue) Department(code string) (Department, bool) {
	return find(c.Departments, func(d Department) bool { return d.Code == code })
}

// Window returns the window with an id.
func (c Catalogue) Window(id string) (Window, bool) {
	return find(c.Windows, func(w Window) bool { return w.ID == id })
}

// ClassesOf returns the classes for an audience, in the catalogue's order.
func (c Catalogue) ClassesOf(a Audience) []Class {
	return filter(c.Classes, func(k Class) bool { return k.Audience == a })
}

// ItemsOf returns the items of a class, in the catalogue's order.
func (c Catalogue) ItemsOf(class string) []Item {
	return filter(c.Items, func(i Item) bool { return i.Class == class })
}

// WindowsOf returns the windows that serve a waiting line, in the catalogue's order.
func (c Catalogue) WindowsOf(pool string) []Window {
	return filter(c.Windows, func(w Window) bool { return slices.Contains(w.Pools, pool) })
}

func find[T any](list []T, is func(T) bool) (v T, ok bool) {
	if i := slices.IndexFunc(list, is); i >= 0 {
		return list[i], true
	}
	return v, false
}

func filter[T any](list []T, is func(T) bool) (some []T) {
	for _, v := range list {
		if is(v) {
			some = append(some, v)
		}
	}
	return some
}
