// Command build makes the dictionary and the test lists of package ime again,
// byte for byte, out of the files that sources.sh collects:
//
//	app/ime/build/sources.sh DIR
//	go run ./app/ime/build -src DIR -out app/ime
//
// Every source is compared with its SHA-256. The words' frequencies are those
// of jieba, of the Android pinyin dictionary and of THUOCL, brought to one
// scale; readings are those of the Android dictionary and of pinyin-data. See
// [sources] for versions and licences, NOTICE for what is taken of each.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	src := flag.String("src", "", "folder of the sources")
	out := flag.String("out", "app/ime", "folder of package ime")
	flag.Parse()
	if err := run(*src, *out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run makes every file.
func run(src, out string) error {
	text, err := load(src)
	if err != nil {
		return err
	}
	for _, f := range []string{"own.txt", "places.txt", "surnames.txt", "given.txt"} {
		b, err := os.ReadFile(filepath.Join(out, "build", f))
		if err != nil {
			return fmt.Errorf("own list: %w", err)
		}
		text[f] = string(b)
	}
	general, err := os.ReadFile(filepath.Join(out, "..", "..", "printer", "font", "general.txt"))
	if err != nil {
		return fmt.Errorf("list of characters: %w", err)
	}
	text["general.txt"] = string(general)

	l := collect(text)
	data, err := encode(l, strokes(text["order.js"], l.chars))
	if err != nil {
		return err
	}
	files := map[string][]byte{"pinyin.dat": data,
		"testdata/words.txt": words(text["hsk.json"]), "testdata/places.txt": places(text, l)}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(out, name), b, 0o644); err != nil {
			return fmt.Errorf("result: %w", err)
		}
	}
	fmt.Printf("%d words, %d characters, %d bytes\n", len(l.words), len(l.chars), len(data))
	return nil
}
