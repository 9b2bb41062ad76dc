// Package hall is what a hall does: it takes in the operations of terminals
// ([Intake]), lets clerks call tickets ([Desk]), lets staff work on help orders
// ([Orders]) and tells screens how things stand ([Hall]). The rules of calling
// are package queue's, those of orders package order's, what is remembered is
// package store's, and how requests travel is package server's.
//
// An operation takes effect once however often it arrives: its effect, the
// events that screens follow and the answer it gets for ever are written in
// one transaction. A refused request gives an [operation.Refusal], whose code
// has a sentence for people; any other error means that the hall failed and
// nothing was changed.
package hall
