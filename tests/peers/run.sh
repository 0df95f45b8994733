#!/usr/bin/env bash
# Runs cardpress and its peers on the same work, and prints what each took, what the forms of each hold, and what each does where more is
# asked than there is. A peer that is not installed is left out, and that is said. What is compared, and how fairly: README.md beside this.
#
#   tests/peers/run.sh            3 rounds
#   ROUNDS=1 NOTES=10000 FORMS=10 tests/peers/run.sh
#   REXAMS_FORMS=10               how many forms R/exams sets; cardpress is timed on as many
#   PEERS_VENV=/some/venv         a Python environment that has genanki and Typst, in place of a new one
#   KEEP=/some/folder             where to leave what was made, in place of a temporary folder
set -euo pipefail
cd "$(dirname "$0")/../.."
export PYTHONDONTWRITEBYTECODE=1

rounds=${ROUNDS:-3} notes=${NOTES:-100000} forms=${FORMS:-100} rs_notes=${GENANKI_RS_NOTES:-1000}
rexams_forms=${REXAMS_FORMS:-10}
if [ -n "${KEEP:-}" ]; then
    work=$KEEP
    mkdir -p "$work"
    work=$(cd "$work" && pwd)
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
    if ! python3 -m venv "$venv" || ! "$venv/bin/pip" install --quiet genanki==0.13.1 typst==0.15.2; then say "that failed"; fi
fi
# left_out NAME WHY: says that a peer is not measured.
missing=()
left_out() {
    missing+=("$1")
    say "$1 is left out: $2"
}
genanki='' typst='' rexams='' amc='' tex=''
if "$venv/bin/python" -c 'import genanki' 2>/dev/null; then genanki=1; else left_out genanki "it is not installed"; fi
if "$venv/bin/python" -c 'import typst' 2>/dev/null; then typst=1; else left_out Typst "its Python package is not installed"; fi
if command -v xelatex >/dev/null && kpsewhich xeCJK.sty >/dev/null; then tex=1; fi
if ! command -v Rscript >/dev/null || ! Rscript -e 'library("exams")' >/dev/null 2>&1; then
    left_out R/exams "R or its package exams is not installed"
elif [ -z "$tex" ]; then
    left_out R/exams "there is no XeLaTeX with xeCJK"
else
    rexams=1
fi
if ! command -v auto-multiple-choice >/dev/null; then
    left_out "Auto Multiple Choice" "it is not installed"
elif [ -z "$tex" ]; then
    left_out "Auto Multiple Choice" "there is no XeLaTeX with xeCJK"
else
    amc=1
fi
genanki_rs=
if cargo build --release --quiet --locked --manifest-path tests/peers/genanki-rs/Cargo.toml \
    --target-dir "$work/genanki-rs" 2>"$work/genanki-rs.log"; then
    genanki_rs=$work/genanki-rs/release/genanki-rs-deck
else
    left_out genanki-rs "it does not build here:"
    tail -n 3 "$work/genanki-rs.log" >&2
fi

say "making the work: $notes notes, $forms forms"
"$target/release/examples/synthetic-bank" "$notes" "$work/bank"
"$cardpress" csv --quiet --bank "$work/bank" --out "$work/csv"
rm -rf "$work/typst"
"$target/release/examples/typst-forms" "$forms" "$work/typst"
csv=$work/csv/synthetic.anki.csv
"$cardpress" csv --quiet --lock "$work/shipped.lock" --out "$work/csv"
table=$work/csv/llm.csv
rm -rf "$work/choice"
python3 tests/peers/choice_items.py "$table" templates/fonts "$work/choice"

# figures NAME COMMAND…: runs the command and adds its wall seconds, CPU seconds and peak MiB to the figures of that name. A peer that
# leaves its own figures in $FIGURES, because part of its run is not to be counted, is believed.
figures() {
    local name=$1
    shift
    rm -f "$work/own"
    FIGURES=$work/own /usr/bin/time -f '%e %U %S %M' -o "$work/time" "$@" >"$work/$name.log" 2>&1 ||
        { say "$name failed:"; tail -n 5 "$work/$name.log" >&2; exit 1; }
    # Of its own figures a peer may leave out the memory.
    if [ -e "$work/own" ]; then
        awk 'NR == 1 { peak = $4 / 1024; next } { print $1, $2, (NF > 2 ? $3 : peak) }' "$work/time" "$work/own"
    else
        awk '{ print $1, $2 + $3, $4 / 1024 }' "$work/time"
    fi >>"$work/$name.figures"
}

# How Auto Multiple Choice is asked for papers (s) and the key of each (k); the empty brackets spare it one key for all.
amc_prepare=(auto-multiple-choice prepare --mode 's[]k' --with xelatex)

# bytes NAME FILE: notes the size of a file.
bytes() { stat -c %s "$2" >"$work/$1.bytes"; }

rm -f "$work"/*.figures "$work"/*.bytes
for round in $(seq "$rounds"); do
    say "round $round of $rounds"
    # A first build each time: no lock, and nothing in the way.
    rm -rf "$work/deck" "$work/exam" "$work"/typst/*.pdf
    figures deck "$cardpress" deck --bank "$work/bank" --lock "$work/deck/cards.lock" --out "$work/deck"
    figures check "$cardpress" stats --format short --bank "$work/bank"
    [ -n "$genanki" ] && figures genanki "$venv/bin/python" tests/peers/genanki_deck.py "$csv" "$work/genanki.apkg"
    if [ "$round" = 1 ]; then
        bytes deck "$work/deck/synthetic.apkg"
    fi
    if [ "$round" = 1 ] && [ -n "$genanki" ]; then
        # genanki stores its collection as it is; what it would be deflated as zip and gzip do it by default.
        unzip -qo "$work/genanki.apkg" collection.anki2 -d "$work"
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
    [ -n "$typst" ] && figures typst "$venv/bin/python" tests/peers/typst_forms.py "$work/typst" templates/fonts

    # Choice items alone: drawn, then drawn and set.
    rm -rf "$work/draw" "$work/rexams-draw" "$work/choice-"* "$work/rexams" "$work/amc"
    figures draw "$target/release/examples/typst-forms" "$forms" "$work/draw" tests/peers/choice.toml
    [ -n "$rexams" ] && figures rexams-draw \
        Rscript tests/peers/rexams_forms.R "$work/choice/rexams" "$forms" "$work/rexams-draw" draw
    figures choice "$cardpress" exam --blueprint tests/peers/choice.toml --forms "$forms" --out "$work/choice-forms"
    figures rules "$cardpress" exam --blueprint tests/peers/choice-rules.toml --forms "$forms" --out "$work/choice-rules"
    [ -n "$typst" ] && figures choice-typst "$venv/bin/python" tests/peers/typst_forms.py "$work/draw" templates/fonts
    if [ -n "$amc" ]; then
        mkdir "$work/amc"
        figures amc "${amc_prepare[@]}" --n-copies "$forms" --prefix "$work/amc/" --data "$work/amc" "$work/choice/amc/exam.tex"
    fi
    if [ -n "$rexams" ]; then
        figures few "$cardpress" exam --blueprint tests/peers/choice.toml --forms "$rexams_forms" --out "$work/choice-few"
        figures rexams Rscript tests/peers/rexams_forms.R "$work/choice/rexams" "$rexams_forms" "$work/rexams"
    fi
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
if [ -n "$genanki" ]; then
    size '  genanki, deflated at level 6' genanki-deflated deck
    size '  genanki, as it stores it' genanki deck
fi
if [ -e "$work/genanki-rs.figures" ]; then
    printf 'A deck of %s notes\n' "$rs_notes"
    row small-deck '  cardpress deck' small-deck
    row genanki-rs '  genanki-rs' small-deck
fi
printf '%s forms with their keys\n' "$forms"
row exam '  cardpress exam' exam
row typst '  Typst' exam
printf '%s forms of choice items, chosen and written as sources\n' "$forms"
row draw '  cardpress' draw
row rexams-draw '  R/exams' draw
printf '%s forms of choice items with their keys, as PDF\n' "$forms"
row choice '  cardpress exam' choice
row rules '  cardpress exam, all rules' choice
row choice-typst '  Typst, finished sources' choice
row amc '  Auto Multiple Choice' choice
if [ -n "$rexams" ]; then
    printf '%s forms of choice items with their keys, as PDF\n' "$rexams_forms"
    row few '  cardpress exam' few
    row rexams '  R/exams' few
fi

printf '\nWhat the forms hold\n'
drawn=("cardpress=$work/choice-forms/choice.lock" "cardpress, all rules=$work/choice-rules/choice-rules.lock")
[ -n "$amc" ] && drawn+=("Auto Multiple Choice=$work/amc/calage.xy")
[ -n "$rexams" ] && drawn+=("R/exams=$work/rexams-draw/drawn.csv")
python3 tests/peers/drawn.py "$table" "${drawn[@]}"

# asked NAME FOLDER WHAT COMMAND…: runs a command that cannot do what it is asked, and prints how it ends, what it wrote, and its first
# line with WHAT.
asked() {
    local name=$1 folder=$2 what=$3 code=0
    shift 3
    rm -rf "$folder"
    mkdir "$folder"
    "$@" >"$work/asked.log" 2>&1 || code=$?
    printf '  %-34sexit %s, %s PDF files; %s\n' "$name" "$code" "$(find "$folder" -name '*.pdf' | wc -l)" \
        "$(grep -m 1 "$what" "$work/asked.log" | sed 's/^ *//')"
}

there=$(python3 -c 'import csv, sys
print(sum(card["type"] == "true-false" and card["exam"] == "TRUE" for card in csv.DictReader(open(sys.argv[1], encoding="utf-8-sig"))))' "$table")
printf '\n%s true-false items asked of %s\n' $((2 * there)) "$there"
sed -e "s/^count = 10\$/count = $((2 * there))/" -e "s/^total = 50\$/total = $((40 + 2 * there))/" tests/peers/choice.toml >"$work/too-many.toml"
asked cardpress "$work/asked" '^error' "$cardpress" exam --blueprint "$work/too-many.toml" --forms 2 --out "$work/asked"
[ -n "$amc" ] && asked "Auto Multiple Choice" "$work/asked" '^ERR' \
    "${amc_prepare[@]}" --n-copies 2 --prefix "$work/asked/" --data "$work/asked" "$work/choice/amc/too-many.tex"
[ -n "$rexams" ] && asked R/exams "$work/asked" 'Only' \
    env TRUE_FALSE=$((2 * there)) Rscript tests/peers/rexams_forms.R "$work/choice/rexams" 2 "$work/asked"

printf '\nVersions\n'
printf '  %s\n' "$("$cardpress" --version)"
[ -n "$genanki" ] && printf '  %s\n' "genanki $("$venv/bin/pip" list 2>/dev/null | awk '$1 == "genanki" { print $2 }')"
[ -n "$typst" ] && printf '  %s\n' "Typst $("$venv/bin/pip" list 2>/dev/null | awk '$1 == "typst" { print $2 }')"
[ -n "$amc" ] && sed -n 's/^\\version{[^ ]* v\([^ ]*\).*/  Auto Multiple Choice \1/p' "$work/amc/calage.xy"
[ -n "$rexams" ] && Rscript -e 'cat(sprintf("  R/exams %s on R %s\n", packageVersion("exams"), getRversion()))'
[ -n "$tex" ] && printf '  %s\n' "$(xelatex --version | sed -n 1p)"
if [ "${#missing[@]}" -gt 0 ]; then
    printf '\nNot measured, since it is not there: %s\n' "$(IFS=,; printf '%s' "${missing[*]}" | sed 's/,/, /g')"
fi
