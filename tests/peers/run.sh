#!/usr/bin/env bash
# Runs cardpress and its peers on the same work, and prints what each took. What is compared, and how fairly: README.md beside this.
#
#   tests/peers/run.sh            3 rounds
#   ROUNDS=1 NOTES=10000 FORMS=10 tests/peers/run.sh
#   PEERS_VENV=/some/venv         a Python environment that has the peers, in place of a new one
#   KEEP=/some/folder             where to leave what was made, in place of a temporary folder
set -euo pipefail
cd "$(dirname "$0")/../.."
export PYTHONDONTWRITEBYTECODE=1

rounds=${ROUNDS:-3} notes=${NOTES:-100000} forms=${FORMS:-100} rs_notes=${GENANKI_RS_NOTES:-1000}
if [ -n "${KEEP:-}" ]; then
    work=$KEEP
    mkdir -p "$work"
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi

say() { printf '%s\n' "$*" >&2; }

say "building cardpress"
cargo build --release --quiet --bin cardpress --example synthetic-bank --example typst-forms
target=${CARGO_TARGET_DIR:-target}
cardpress=$target/release/cardpress
venv=${PEERS_VENV:-$work/venv}
if [ -z "${PEERS_VENV:-}" ]; then
    say "installing genanki and Typst"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet genanki==0.13.1 typst==0.15.2
fi
genanki_rs=
if cargo build --release --quiet --locked --manifest-path tests/peers/genanki-rs/Cargo.toml \
    --target-dir "$work/genanki-rs" 2>"$work/genanki-rs.log"; then
    genanki_rs=$work/genanki-rs/release/genanki-rs-deck
else
    say "genanki-rs does not build here and is left out:"
    tail -n 3 "$work/genanki-rs.log" >&2
fi

say "making the work: $notes notes, $forms forms"
"$target/release/examples/synthetic-bank" "$notes" "$work/bank"
"$cardpress" csv --quiet --bank "$work/bank" --out "$work/csv"
rm -rf "$work/typst"
"$target/release/examples/typst-forms" "$forms" "$work/typst"
csv=$work/csv/synthetic.anki.csv

# figures NAME COMMAND…: runs the command and adds its wall seconds, CPU seconds and peak MiB to the figures of that name. A peer that
# leaves its own figures in $FIGURES, because part of its run is not to be counted, is believed.
figures() {
    local name=$1
    shift
    rm -f "$work/own"
    FIGURES=$work/own /usr/bin/time -f '%e %U %S %M' -o "$work/time" "$@" >"$work/$name.log" 2>&1 ||
        { say "$name failed:"; tail -n 5 "$work/$name.log" >&2; exit 1; }
    if [ -e "$work/own" ]; then
        cat "$work/own"
    else
        awk '{ print $1, $2 + $3, $4 / 1024 }' "$work/time"
    fi >>"$work/$name.figures"
}

# bytes NAME FILE: notes the size of a file.
bytes() { stat -c %s "$2" >"$work/$1.bytes"; }

rm -f "$work"/*.figures "$work"/*.bytes
for round in $(seq "$rounds"); do
    say "round $round of $rounds"
    # A first build each time: no lock, and nothing in the way.
    rm -rf "$work/deck" "$work/exam" "$work"/typst/*.pdf
    figures deck "$cardpress" deck --bank "$work/bank" --lock "$work/deck/cards.lock" --out "$work/deck"
    figures check "$cardpress" check --bank "$work/bank"
    figures genanki "$venv/bin/python" tests/peers/genanki_deck.py "$csv" "$work/genanki.apkg"
    if [ "$round" = 1 ]; then
        # genanki stores its collection as it is; what it would be deflated as zip and gzip do it by default.
        unzip -qo "$work/genanki.apkg" collection.anki2 -d "$work"
        bytes deck "$work/deck/synthetic.apkg"
        bytes genanki "$work/genanki.apkg"
        gzip -6 -c "$work/collection.anki2" >"$work/genanki.deflated"
        bytes genanki-deflated "$work/genanki.deflated"
        rm "$work/collection.anki2" "$work/genanki.deflated"
    fi
    if [ "$notes" -gt "$rs_notes" ] && [ "$round" = 1 ]; then
        "$target/release/examples/synthetic-bank" "$rs_notes" "$work/small"
    fi
    rm -rf "$work/small-deck"
    [ -d "$work/small" ] && figures small-deck \
        "$cardpress" deck --bank "$work/small" --lock "$work/small-deck/cards.lock" --out "$work/small-deck"
    [ -n "$genanki_rs" ] && figures genanki-rs "$genanki_rs" "$csv" "$rs_notes" "$work/genanki-rs.apkg"
    figures exam "$cardpress" exam --forms "$forms" --out "$work/exam"
    figures typst "$venv/bin/python" tests/peers/typst_forms.py "$work/typst" templates/fonts
done

# row NAME LABEL BASE: the best figures of NAME, and how many times those of BASE they are.
row() {
    [ -e "$work/$1.figures" ] && [ -e "$work/$3.figures" ] || return 0
    awk -v label="$2" '
        { for (i = 1; i <= 3; i++) if (!((FILENAME, i) in best) || $i < best[FILENAME, i]) best[FILENAME, i] = $i }
        END {
            printf "%-36s", label
            split("s s MiB", unit)
            for (i = 1; i <= 3; i++) {
                own = best[ARGV[1], i]; base = best[ARGV[2], i]
                ratio = base > 0 ? sprintf("(%.1f x)", own / base) : ""
                printf "%9.*f %-3s %10s", i == 3 ? 0 : 2, own, unit[i], ratio
            }
            print ""
        }' "$work/$1.figures" "$work/$3.figures"
}

# rest LABEL WHOLE PART: what is left of the best wall and CPU times of WHOLE without those of PART.
rest() {
    awk -v label="$1" '
        { for (i = 1; i <= 2; i++) if (!((FILENAME, i) in best) || $i < best[FILENAME, i]) best[FILENAME, i] = $i }
        END {
            printf "%-36s", label
            for (i = 1; i <= 2; i++) printf "%9.2f s   %10s", best[ARGV[1], i] - best[ARGV[2], i], ""
            print ""
        }' "$work/$2.figures" "$work/$3.figures"
}

# size LABEL NAME BASE: a file in MB, and how many times that of BASE it is.
size() {
    awk -v label="$1" '{ size[FILENAME] = $1 }
        END { printf "%-36s%9.2f MB  (%.2f x)\n", label, size[ARGV[1]] / 1e6, size[ARGV[1]] / size[ARGV[2]] }' \
        "$work/$2.bytes" "$work/$3.bytes"
}

printf '%-36s%-24s%-24s%s\n' '' '     wall' '     CPU' '     peak memory'
printf 'A deck of %s notes\n' "$notes"
row deck '  cardpress deck' deck
row check '    of that, reading and checking' deck
rest '    the rest: making and writing' deck check
row genanki '  genanki (Python), making and writing' deck
printf 'The file of those %s notes\n' "$notes"
size '  cardpress deck' deck deck
size '  genanki, deflated at level 6' genanki-deflated deck
size '  genanki, as it stores it' genanki deck
if [ -e "$work/genanki-rs.figures" ]; then
    printf 'A deck of %s notes\n' "$rs_notes"
    row small-deck '  cardpress deck' small-deck
    row genanki-rs '  genanki-rs' small-deck
fi
printf '%s forms with their keys\n' "$forms"
row exam '  cardpress exam' exam
row typst '  Typst' exam
