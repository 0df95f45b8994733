#!/usr/bin/env bash
# Makes NotoSerifSC-Regular.ttf and NotoSansSC-Bold.ttf from nothing: the source fonts come from two npm packages at a
# pinned version, the subsetter is fonttools at a pinned version. Needs npm, tar and Python 3.10 or later with venv.
#
#     ./make-fonts.sh [FOLDER]      writes into FOLDER, by default this folder, and prints the sha256 of each font
set -euo pipefail
umask 022
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1
unset SOURCE_DATE_EPOCH

PACKAGE_VERSION=0.4.3
FONTTOOLS_VERSION=4.68.0
SERIF_SHA256=c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742
SANS_SHA256=9a38ae0ab28cd5a256f9ea8e00dedc688aac17f7915fcb000572990afa956b96

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "${1:-$here}"
out=$(cd "${1:-$here}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sha256() {
    python3 -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$1"
}

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "fonttools==$FONTTOOLS_VERSION"
python3 "$here/charset.py" "$work/charset.txt"

# make PACKAGE PATH-IN-PACKAGE SHA256-OF-SOURCE RESULT
make() {
    local folder="$work/$1"
    mkdir -p "$folder"
    (cd "$folder" && npm pack --silent "@expo-google-fonts/$1@$PACKAGE_VERSION" >/dev/null)
    tar -xzf "$folder"/*.tgz -C "$folder" "package/$2"
    if [ "$(sha256 "$folder/package/$2")" != "$3" ]; then
        echo "$2 of @expo-google-fonts/$1 $PACKAGE_VERSION is not the expected file" >&2
        exit 1
    fi
    "$work/venv/bin/pyftsubset" "$folder/package/$2" \
        --output-file="$work/$4" \
        --text-file="$work/charset.txt" \
        --layout-features='kern,liga,halt,chws,locl,palt' \
        --no-hinting --desubroutinize --notdef-outline --no-recalc-timestamp \
        --name-IDs='0,1,2,3,4,5,6,13,14' \
        --drop-tables+=STAT
    "$work/venv/bin/python" "$here/charset.py" --check "$work/$4" >"$work/$4.report" || {
        cat "$work/$4.report" >&2
        exit 1
    }
    # Move into place in one step.
    cp "$work/$4" "$out/$4.new"
    mv "$out/$4.new" "$out/$4"
    echo "$(sha256 "$out/$4")  $4"
}

make noto-serif-sc 400Regular/NotoSerifSC_400Regular.ttf "$SERIF_SHA256" NotoSerifSC-Regular.ttf
make noto-sans-sc 700Bold/NotoSansSC_700Bold.ttf "$SANS_SHA256" NotoSansSC-Bold.ttf
