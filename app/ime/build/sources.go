package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A source is one file that the dictionary is made of.
type source struct {
	file    string // name in the folder of sources
	sum     string // SHA-256
	from    string // where sources.sh takes it
	licence string
}

// sources are all that the dictionary and the test lists are made of, beside
// the files of this folder and printer/font/general.txt.
var sources = []source{
	{"simp.yaml", "44e448cffab6ce2d280826a17842721e8e645c226787312251bb7a3f0b1e58b3", "Debian rime-data-pinyin-simp 0.0~git20230104.52b9c75-1", "Apache-2.0"},
	{"jieba.txt", "7197c3211ddd98962b036cdf40324d1ea2bfaa12bd028e68faa70111a88e12a8", "Debian python3-jieba 0.42.1-3", "MIT"},
	{"diming.txt", "ca5574399da5750a2c36dc373f36e31a66ed1f8a4b21646df6ca44ec0b888d89", "github thunlp/THUOCL a30ce79d895d01ab5132a5c74c29703ff7efb4cc data/THUOCL_diming.txt", "MIT"},
	{"law.txt", "8ef1a5f41052ac95dedde88b167c5031a43b3e0211bf128b6125736cc76ef7b2", "github thunlp/THUOCL a30ce79d895d01ab5132a5c74c29703ff7efb4cc data/THUOCL_law.txt", "MIT"},
	{"medical.txt", "a01f39f1677af0b6a620bbc68bf293e8e436f06248b74adb625cd61d9ad7bbcd", "github thunlp/THUOCL a30ce79d895d01ab5132a5c74c29703ff7efb4cc data/THUOCL_medical.txt", "MIT"},
	{"caijing.txt", "68e63d2009e59c6f388eeaa789d19b6a681657de3e8e56cc3479b21cd8548542", "github thunlp/THUOCL a30ce79d895d01ab5132a5c74c29703ff7efb4cc data/THUOCL_caijing.txt", "MIT"},
	{"readings.txt", "6170ab4ff7c9740fe765b1d35e6d3ad43554dd02874199388db513c44dcddf9d", "github mozillazg/pinyin-data 82759f96236a65141ddc0cc9198fa688b7b8a7fa pinyin.txt", "MIT"},
	{"phrases.txt", "dcc769607c220b312fea3e71cb63421298b4b891b1f7356a95ab58f2c96fff81", "github mozillazg/phrase-pinyin-data cee0ed6e6e4898580cafd2bd5e3723e20b214aa0 pinyin.txt", "MIT"},
	{"order.js", "3dbe473a9496d43c1ed8d782bc8673c500bac32d29cb3d72be72b25e82cdea38", "npm cnchar-order 3.2.6 cnchar.order.min.js", "MIT"},
	{"hsk.json", "d1cffe460990a60ab615965d3ad71736d5364c7abf1d83e4656b4cdc353f1568", "github drkameleon/complete-hsk-vocabulary 9a032f60b4d54db6a417ff2c2a1a022a0dfd4de4 complete.min.json", "MIT; tests only"},
	{"provinces.csv", "b17e76dab634e24e0f56021f15737c0a526dc7f0c4e39d21abeba5a8668383cd", "github modood/Administrative-divisions-of-China 57a0aa9cef47169a2eb74cf057b0245052a34e8c dist/provinces.csv", "MIT; tests only"},
	{"cities.csv", "a9c818e8a5120189173668b40882ce8bf59a7ec2b057c49d7a724a04bec727f2", "github modood/Administrative-divisions-of-China 57a0aa9cef47169a2eb74cf057b0245052a34e8c dist/cities.csv", "MIT; tests only"},
	{"areas.csv", "169b8d99654c28cbd285e771e00688837f77af8d50c2b703592146388d2a99ab", "github modood/Administrative-divisions-of-China 57a0aa9cef47169a2eb74cf057b0245052a34e8c dist/areas.csv", "MIT; tests only"},
}

// load reads every source and compares it with its sum. The text of a source
// is found by its file name.
func load(dir string) (map[string]string, error) {
	all := map[string]string{}
	for _, s := range sources {
		b, err := os.ReadFile(filepath.Join(dir, s.file))
		if err != nil {
			return nil, fmt.Errorf("source: %w; collect it with sources.sh from %s", err, s.from)
		}
		if sum := fmt.Sprintf("%x", sha256.Sum256(b)); sum != s.sum {
			return nil, fmt.Errorf("source %s has SHA-256 %s, want %s of %s", s.file, sum, s.sum, s.from)
		}
		text := strings.TrimPrefix(string(b), "\ufeff")
		all[s.file] = strings.ReplaceAll(text, "\r", "\n")
	}
	return all, nil
}
