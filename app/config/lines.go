package config

import (
	"sort"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// An indexer remembers on which line each key of a file stands.
type indexer struct {
	parser unstable.Parser
	starts []uint32 // offset of every line
	lines  map[string]int
	blocks map[string]int // array path to how many blocks were seen
	prefix string         // of the present table, with its dot
}

// linesOf returns the line of every key path of a valid TOML file.
func linesOf(b []byte) map[string]int {
	x := indexer{lines: map[string]int{}, blocks: map[string]int{}, starts: []uint32{0}}
	for i, c := range b {
		if c == '\n' {
			x.starts = append(x.starts, uint32(i+1))
		}
	}
	x.parser.Reset(b)
	for x.parser.NextExpression() {
		x.expression(x.parser.Expression())
	}
	return x.lines
}

// expression indexes one line or block head.
func (x *indexer) expression(n *unstable.Node) {
	switch n.Kind {
	case unstable.Table:
		path, line := x.key("", n)
		x.lines[path] = line
		x.prefix = path + "."
	case unstable.ArrayTable:
		path, line := x.key("", n)
		i := x.blocks[path]
		x.blocks[path]++
		path += "." + strconv.Itoa(i)
		x.lines[path] = line
		x.prefix = path + "."
	case unstable.KeyValue:
		x.keyValue(x.prefix, n)
	}
}

// keyValue indexes a key and what its value holds.
func (x *indexer) keyValue(prefix string, n *unstable.Node) {
	path, line := x.key(prefix, n)
	x.lines[path] = line
	x.value(path, n.Value())
}

// value indexes the keys of inline tables and arrays.
func (x *indexer) value(path string, n *unstable.Node) {
	switch n.Kind {
	case unstable.InlineTable:
		for it := n.Children(); it.Next(); {
			x.keyValue(path+".", it.Node())
		}
	case unstable.Array:
		i := 0
		for it := n.Children(); it.Next(); i++ {
			x.value(path+"."+strconv.Itoa(i), it.Node())
		}
	}
}

// deepest is how many parts of a key are looked at. No setting lies half as
// deep, and longer keys are unknown whatever follows.
const deepest = 8

// key returns the path of a node's key and its line. A part that names an
// array of blocks stands for the array's last block.
func (x *indexer) key(prefix string, n *unstable.Node) (path string, line int) {
	parts := []string{}
	for it := n.Key(); len(parts) < deepest && it.Next(); {
		k := it.Node()
		if line == 0 {
			line = sort.Search(len(x.starts), func(i int) bool { return x.starts[i] > k.Raw.Offset })
		}
		if seen := x.blocks[prefix+strings.Join(parts, ".")]; seen > 0 {
			parts = append(parts, strconv.Itoa(seen-1))
		}
		parts = append(parts, string(k.Data))
	}
	return prefix + strings.Join(parts, "."), line
}
