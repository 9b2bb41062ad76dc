#!/bin/sh
# Makes the placeholder packs zh and en beside this script with espeak-ng and sox.
set -eu
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# say DIR CLIP VOICE TEXT
say() {
	espeak-ng -v "$3" -s 165 -a 120 -w "$tmp/raw.wav" "$4"
	sox -D "$tmp/raw.wav" -r 16000 -b 16 -c 1 "$1/$2.wav" \
		silence 1 0.005 0.3% reverse silence 1 0.005 0.3% reverse norm -3 pad 0 0.03
}

# pack LANG PHRASE: writes the manifest of the clips in LANG.
pack() {
	sox -D -n -r 16000 -b 16 -c 1 "$1/chime.wav" synth 0.45 sine 880 fade 0 0.45 0.4 norm -6
	{
		printf '{\n  "lang": "%s",\n  "made": "Placeholder by packs/recipe.sh with espeak-ng and sox; to be replaced by a recorded voice",\n' "$1"
		printf '  "licence": "Output of free tools, no recorded person",\n  "rate": 16000,\n  "phrase": [%s],\n  "clips": {' "$2"
		sep=''
		for f in "$1"/*.wav; do
			printf '%s\n    "%s": {"file": "%s", "sha256": "%s"}' "$sep" "$(basename "$f" .wav)" "$(basename "$f")" "$(sha256sum "$f" | cut -d' ' -f1)"
			sep=','
		done
		printf '\n  }\n}\n'
	} >"$1/manifest.json"
}

rm -rf zh en
mkdir zh en
for l in A B C D E F G H I J K L M N O P Q R S T U V W X Y Z; do
	say zh $l en-us "$l"
	cp zh/$l.wav en/$l.wav
done
n=0
for p in ling2 yao1 er4 san1 si4 wu3 liu4 qi1 ba1 jiu3; do
	say zh $n cmn-latn-pinyin $p
	n=$((n + 1))
done
say zh please cmn-latn-pinyin qing3
say zh to cmn-latn-pinyin 'hao4 dao4'
say zh window cmn-latn-pinyin 'hao4 chuang1 kou3'
n=0
for w in zero one two three four five six seven eight nine; do
	say en $n en-us $w
	n=$((n + 1))
done
say en number en-us number
say en to en-us 'please go to window'
pack zh '"chime", "please", "{number}", "to", "{window}", "window"'
pack en '"chime", "number", "{number}", "to", "{window}"'
