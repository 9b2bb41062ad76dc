// Package sim is LED panels and customer displays without hardware. Each type
// has a decoder of its own, written from printers-displays.md §14 and not from
// package panel, so that the two judge each other. A decoder is strict: what it
// does not understand changes nothing and is kept in [Panel.Errors].
//
// What a person would see is a text and a picture. [Panel.Apply] lets a panel
// misbehave: answer late, wrongly or not at all, send an echo or noise, lose its
// power.
//
// Address fields, sizes and what the maker left out follow the profiles of
// package panel and are as UNCONFIRMED as they are.
package sim
