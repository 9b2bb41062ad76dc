// Package web is what every page of the hall has: embedded files, a policy that
// names its scripts and styles by their hashes, and an answer that is sent
// whole or not at all.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"
)

// Asset returns an embedded file, which the build has proved to be there.
func Asset(files embed.FS, name string) string {
	b, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// HashOf names an inline script or style in a policy.
func HashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Render sends a page under a Content-Security-Policy. When the page cannot be
// made it returns an error and has sent nothing. Browsers keep no copy of a
// page and tell nobody its address, which may hold a code.
func Render(w http.ResponseWriter, status int, policy string, pages *template.Template, name string, view any) error {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, view); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // a reader that went away needs no page
	return nil
}
