#!/bin/sh
# sources.sh DIR: collect what the dictionary is made of into DIR. Needs apt-get,
# npm and git. GIT is where the repositories lie, by default https://github.com;
# a copy OWNER+NAME/repo below $MIRROR is taken in their place. The program
# compares every file with its SHA-256, so it does not matter where it came from.
set -eu
dir=$1
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

apt-get download rime-data-pinyin-simp=0.0~git20230104.52b9c75-1 python3-jieba=0.42.1-3
for d in *.deb; do dpkg-deb -x "$d" x; done
cp x/usr/share/rime-data/pinyin_simp.dict.yaml "$dir/simp.yaml"
cp x/usr/lib/python3/dist-packages/jieba/dict.txt "$dir/jieba.txt"

npm pack --silent cnchar-order@3.2.6 >/dev/null
tar -xzf cnchar-order-3.2.6.tgz
cp package/cnchar.order.min.js "$dir/order.js"

take() { # owner/name commit path file
	copy=${MIRROR:-none}/$(echo "$1" | tr / +)/repo
	if [ ! -d "$copy" ]; then
		copy=$work/$(echo "$1" | tr / +)
		[ -d "$copy" ] || git clone --quiet --bare "${GIT:-https://github.com}/$1" "$copy"
	fi
	git -C "$copy" show "$2:$3" >"$dir/$4"
}
for list in diming law medical caijing; do
	take thunlp/THUOCL a30ce79d895d01ab5132a5c74c29703ff7efb4cc data/THUOCL_$list.txt $list.txt
done
take mozillazg/pinyin-data 82759f96236a65141ddc0cc9198fa688b7b8a7fa pinyin.txt readings.txt
take mozillazg/phrase-pinyin-data cee0ed6e6e4898580cafd2bd5e3723e20b214aa0 pinyin.txt phrases.txt
take drkameleon/complete-hsk-vocabulary 9a032f60b4d54db6a417ff2c2a1a022a0dfd4de4 complete.min.json hsk.json
for list in provinces cities areas; do
	take modood/Administrative-divisions-of-China 57a0aa9cef47169a2eb74cf057b0245052a34e8c dist/$list.csv $list.csv
done
