// Package workday counts in working days, as deadlines of an office do: which
// days are worked, which instant an order of n working days is due, how much of
// its time is spent. It is pure: times come in as parameters.
//
// Which days are worked is data, one file a year, from the notice in which the
// State Council sets holidays and the Saturdays and Sundays that are worked in
// exchange (data/2026.toml). A day that no file names is worked from Monday to
// Friday. [Shipped] is the calendar of the files that ship with the program,
// [Parse] reads a hall's own.
//
// The rules of counting are those of orders in a service hall: day 0 is the
// day of registration when the office has not closed yet, else the next day
// that is worked; an order of n working days is due at the end of the n-th
// working day after day 0. While a pause lasts the days after the one on which
// it began do not count, and neither does the day on which it ends.
package workday
