#!/bin/sh
# build.sh: make regular.ttf and bold.ttf again out of the npm package
# @expo-google-fonts/noto-sans-sc 0.4.3. Needs npm, python3 and pyftsubset
# (Debian package fonttools). Give the packed .tgz as the argument to work
# offline.
#
# regular.ttf holds every one- and two-byte character of GB18030-2005 (all of
# GBK among them) and the 8,105 characters of general.txt, bold.ttf every
# character of GB2312. Both add Latin-1, general punctuation, arrows and the few
# signs that screens use. Characters that Noto Sans SC itself lacks stay away.
#
# general.txt is the Table of General Standard Chinese Characters (2013) in its
# own order. With Debian's unicode-data installed, "build.sh list" makes it again
# from the property kTGH of the Unicode Han Database.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ "${1:-}" = list ]; then
	bzcat /usr/share/unicode/Unihan_OtherMappings.txt.bz2 | python3 -c '
import sys
rows = (line.split("\t") for line in sys.stdin if "\tkTGH\t" in line)
order = {int(value.split(":")[1]): chr(int(code[2:], 16)) for code, _, value in rows}
chars = "".join(order[i] for i in range(1, len(order) + 1))
for i in range(0, len(chars), 50):
    print(chars[i:i + 50])' >"$here/general.txt"
	exit
fi

tgz=${1:-}
if [ -z "$tgz" ]; then
	(cd "$work" && npm pack --silent @expo-google-fonts/noto-sans-sc@0.4.3 >/dev/null)
	tgz=$(echo "$work"/*.tgz)
fi
tar -xzf "$tgz" -C "$work"

python3 - "$work" "$here" <<'PY'
import sys, os

def two_byte(codec, lead, trail):
    for a in lead:
        for b in trail:
            try:
                yield bytes((a, b)).decode(codec)
            except UnicodeDecodeError:
                pass

common = [chr(c) for lo, hi in ((0x20, 0x7e), (0xa0, 0xff), (0x2010, 0x203a), (0x2190, 0x2199),
          (0x2460, 0x2473), (0x25a0, 0x25cf)) for c in range(lo, hi + 1)] + list("€℃№™✓✔✕✗⚠")
with open(os.path.join(sys.argv[2], "general.txt"), encoding="utf-8") as f:
    general = f.read().split()
sets = {
    "regular.txt": [*two_byte("gb18030", range(0x81, 0xff), range(0x40, 0xff)), *"".join(general)],
    "bold.txt": two_byte("gb2312", range(0xa1, 0xf8), range(0xa1, 0xff)),
}
for name, chars in sets.items():
    chars = [c for c in chars if not 0xe000 <= ord(c[0]) <= 0xf8ff]
    with open(os.path.join(sys.argv[1], name), "w", encoding="utf-8") as f:
        f.write("".join(sorted(set(common) | set(chars))))
PY

subset() { # weight, text, output
	pyftsubset "$work/package/$1" --text-file="$work/$2" --output-file="$here/$3" \
		--no-hinting --desubroutinize --layout-features='' --drop-tables+=vhea,vmtx,VORG,BASE,GSUB,GPOS,GDEF,DSIG \
		--name-IDs='0,1,2,3,4,5,6,13,14,16,17' --notdef-outline
}
subset 400Regular/NotoSansSC_400Regular.ttf regular.txt regular.ttf
subset 700Bold/NotoSansSC_700Bold.ttf bold.txt bold.ttf
cp "$work/package/LICENSE_FONT" "$here/OFL.txt"
ls -l "$here"/*.ttf
