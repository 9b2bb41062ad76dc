package drivers

import (
	"fmt"
	"io"
	"strings"

	"hallway/app/config"
)

// WritePage writes the technician's page of a driver as Markdown: what it is,
// its ports, its settings, what its conditions mean. All of it comes from what
// the programs themselves use.
func WritePage(w io.Writer, d Driver) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", d.Title)
	for _, paragraph := range d.About {
		fmt.Fprintf(&b, "%s\n\n", paragraph)
	}
	writePorts(&b, d)
	writeSettings(&b, d)
	writeStates(&b, d)
	_, err := io.WriteString(w, strings.TrimRight(b.String(), "\n")+"\n")
	return err
}

func writePorts(b *strings.Builder, d Driver) {
	b.WriteString("## Ports\n\n")
	for _, t := range d.Via {
		fmt.Fprintf(b, "- %s\n", transportTitles[t])
	}
	b.WriteByte('\n')
}

func writeSettings(b *strings.Builder, d Driver) {
	fmt.Fprintf(b, "## Settings\n\n%s\n\n| key | meaning | example |\n|---|---|---|\n", d.Block)
	for _, k := range config.Keys(d.Settings) {
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", k.Name, cell(k.Sentence()), example(k))
	}
	b.WriteByte('\n')
}

func example(k config.Key) string {
	if k.Example == "" {
		return ""
	}
	return "`" + cell(k.Example) + "`"
}

// writeStates lists what the device can report and what to do then.
func writeStates(b *strings.Builder, d Driver) {
	b.WriteString("## What it reports\n\n| code | what to do |\n|---|---|\n")
	for _, code := range append(d.Conditions, failures()...) {
		fmt.Fprintf(b, "| `%s` | %s |\n", code, cell(Advice(code)))
	}
	b.WriteByte('\n')
}

// failures are the codes of a device that does not answer.
func failures() []string {
	codes := make([]string, len(classes))
	for i, c := range classes {
		codes[i] = c.code
	}
	return codes
}

func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }
