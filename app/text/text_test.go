package text

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestParametersAreFilledIn(t *testing.T) {
	if got := T(En, "kiosk.page", 2, 5); got != "Page 2 of 5" {
		t.Errorf("got %q", got)
	}
	if got := T("fr", "kiosk.back"); got != "返回" {
		t.Errorf("a language that does not ship gave %q", got)
	}
	if got := T(En, "no.such"); got != "[no.such]" || Has("no.such") {
		t.Errorf("an unknown key gave %q", got)
	}
}

func TestLocalFallsBackToChinese(t *testing.T) {
	l := Local{ZhHans: "登记"}
	if l.In(En) != "登记" || l.In(ZhHans) != "登记" || En.Other() != ZhHans || ZhHans.Other() != En {
		t.Error("no fallback, or the other language is wrong")
	}
}

var parameter = regexp.MustCompile(`\{\d\}`)

func TestLanguagesHaveTheSameKeysAndParameters(t *testing.T) {
	for key, zh := range messages[ZhHans] {
		en, ok := messages[En][key]
		if !ok {
			t.Errorf("%s is missing in English", key)
			continue
		}
		a, b := parameter.FindAllString(zh, -1), parameter.FindAllString(en, -1)
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) {
			t.Errorf("%s: parameters %v and %v", key, a, b)
		}
		if strings.TrimSpace(zh) == "" || strings.TrimSpace(en) == "" {
			t.Errorf("%s is empty", key)
		}
	}
	for key := range messages[En] {
		if _, ok := messages[ZhHans][key]; !ok {
			t.Errorf("%s is missing in Chinese", key)
		}
	}
}

// A JSON object may name a key twice; the last one would win in silence.
func TestFilesNameEveryKeyOnce(t *testing.T) {
	for lang := range messages {
		b, err := files.ReadFile(string(lang) + ".json")
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(strings.NewReader(string(b)))
		seen := map[string]bool{}
		for i := 0; ; i++ {
			tok, err := d.Token()
			if err != nil {
				break
			}
			if s, ok := tok.(string); ok && i%2 == 1 {
				if seen[s] {
					t.Errorf("%s.json has %s twice", lang, s)
				}
				seen[s] = true
			}
		}
		if len(seen) != len(messages[lang]) {
			t.Errorf("%s.json: %d keys read, %d known", lang, len(seen), len(messages[lang]))
		}
	}
}

func TestChineseIsChinese(t *testing.T) {
	for key, s := range messages[ZhHans] {
		if strings.ContainsAny(s, ",;?!") {
			t.Errorf("%s has a half-width mark: %s", key, s)
		}
	}
	for key, s := range messages[En] {
		if key != "kiosk.language" && key != "counter.language" && regexp.MustCompile(`\p{Han}`).MatchString(s) {
			t.Errorf("%s is not English: %s", key, s)
		}
	}
}

// source holds what the programs' Go files say: string literals, and literals
// that a variable part is added to.
type source struct {
	literals map[string]string // literal to the file that has it
	prefixes map[string]bool
	speaks   map[string]bool // folders that import this package
}

func readSource(t *testing.T) source {
	t.Helper()
	src := source{map[string]string{}, map[string]bool{}, map[string]bool{}}
	for _, root := range []string{"..", filepath.Join("..", "..", "cmd")} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			return src.read(path)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return src
}

func (s source) read(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, b, 0)
	if err != nil {
		return err
	}
	for _, i := range file.Imports {
		if i.Path.Value == `"hallway/app/text"` {
			s.speaks[filepath.Dir(path)] = true
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if l, ok := literal(n.X); ok && n.Op == token.ADD {
				s.prefixes[l] = true
			}
		case *ast.BasicLit:
			if l, ok := literal(n); ok {
				s.literals[l] = path
			}
		}
		return true
	})
	return nil
}

func literal(n ast.Node) (string, bool) {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// family reports whether the source has the key, or the beginning of keys that
// it completes, such as "refusal." with a code.
func (s source) family(key string) bool {
	key = strings.TrimSuffix(key, ".tech")
	if _, ok := s.literals[key]; ok {
		return true
	}
	for i := range key {
		if key[i] == '.' && s.prefixes[key[:i+1]] {
			return true
		}
	}
	return false
}

func TestEveryMessageIsUsed(t *testing.T) {
	src := readSource(t)
	for key := range messages[ZhHans] {
		if !src.family(key) {
			t.Errorf("nothing says %s", key)
		}
	}
}

// keyShape is what keys look like; the first part is one of the rooms.
var keyShape = regexp.MustCompile(`^(kiosk|counter|desk|card|device|print|refusal)\.[a-z](\.?[a-z0-9_-]+)*$`)

func TestEveryKeyInTheSourceHasItsMessage(t *testing.T) {
	src := readSource(t)
	for l, path := range src.literals {
		if keyShape.MatchString(l) && src.speaks[filepath.Dir(path)] && !Has(l) && !src.prefixes[l] {
			t.Errorf("%s in %s has no message", l, path)
		}
	}
}

// constants returns the values of string constants whose name begins with
// prefix in the Go files of a folder.
func constants(t *testing.T, dir, prefix string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, p := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), p, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			v, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			for i, name := range v.Names {
				if strings.HasPrefix(name.Name, prefix) && i < len(v.Values) {
					if s, ok := literal(v.Values[i]); ok && s != "" {
						all = append(all, s)
					}
				}
			}
			return true
		})
	}
	if len(all) < 3 {
		t.Fatalf("only %d constants %s… in %s", len(all), prefix, dir)
	}
	return all
}

func TestEveryFaultHasASentenceForTheCitizenAndOneForTheTechnician(t *testing.T) {
	root := filepath.Join("..", "..")
	for _, f := range []struct{ family, dir, prefix string }{
		{"refusal.", filepath.Join("..", "operation"), "Code"},
		{"refusal.", filepath.Join("..", "hall", "api"), "Code"},
		{"card.", filepath.Join(root, "idreader"), "Fault"},
		{"print.", filepath.Join(root, "printer"), "Reason"},
	} {
		for _, code := range constants(t, f.dir, f.prefix) {
			if key := f.family + code; !Has(key) || !Has(key+".tech") {
				t.Errorf("%s lacks the citizen's or the technician's sentence", key)
			}
		}
	}
	if Tech("print.paper-out") == "" || Tech("kiosk.back") != "" {
		t.Error("Tech finds the wrong sentences")
	}
}
