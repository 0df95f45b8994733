"""Writes the choice items of a bank as sources for R/exams and for Auto Multiple Choice: `choice_items.py CSV FONTS FOLDER`.

In come the table that `cardpress csv` writes, and the folder of the fonts that all programs set. Out come, in FOLDER:
`rexams/single-choice/*.Rnw` and so on, the exercises, with the templates `rexams/paper.tex` and `rexams/key.tex`;
`amc/exam.tex`, and `amc/too-many.tex`, which asks for twice as many true-false items as there are.
Keys and the order of options are those of the bank; the peers shuffle options where cardpress does.
"""

import csv
import pathlib
import re
import sys

# The sections of choice.toml: type, heading, items in a form.
SECTIONS = [("single-choice", "单项选择题", 15), ("multiple-choice", "多项选择题", 5), ("true-false", "判断题", 10)]
ESCAPES = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
ESCAPES |= {sign: "\\" + sign for sign in "&%$#_"}

FONT = r"""\usepackage{amsmath,amssymb,xeCJK}
\setCJKmainfont[Path=%s/,BoldFont=NotoSansSC-Bold.ttf]{NotoSerifSC-Regular.ttf}
"""

AMC = r"""\documentclass[a4paper]{article}
%s\usepackage[box]{automultiplechoice}
\begin{document}
\AMCrandomseed{20260112}
%s
\onecopy{10}{
\begin{center}\large 《大语言模型》客观题\end{center}
%s
\clearpage
}
\end{document}
"""

# The templates of R/exams for a paper and for its key; `\exinput{exercises}` is where it puts the items.
REXAMS = r"""\documentclass[a4paper]{article}
%s\usepackage{comment}
\usepackage[margin=25mm]{geometry}
%s\newenvironment{answerlist}{\renewcommand{\labelenumii}{\Alph{enumii}.}\begin{enumerate}}{\end{enumerate}}
\newcommand{\exmchoice}[1]{}
\begin{document}
\begin{center}\large 《大语言模型》客观题\end{center}
%s\begin{enumerate}
\exinput{exercises}
\end{enumerate}
\end{document}
"""

# Answers of a key as letters: R/exams gives one column an option, `X` where it is right.
QUESTIONNAIRE = r"""\makeatletter
\newcount\letter
\def\mark#1{\advance\letter 1 \if X#1\relax\@Alph\letter\fi\@ifnextchar[{\nextmark}{}}
\def\nextmark[#1]{\mark{#1}}
\renewcommand{\exmchoice}[1]{\letter=0 \mark{#1}}
\makeatother
\exinput{questionnaire}
"""


def tex(text: str) -> str:
    """Text as LaTeX: formulas as they are, all else escaped."""
    parts = re.split(r"(\$\$?[^$]+\$\$?)", text)
    escaped = (part if n % 2 else "".join(ESCAPES.get(sign, sign) for sign in part) for n, part in enumerate(parts))
    return "".join(escaped).replace("\n", " ")


def options(card: dict[str, str]) -> list[tuple[str, bool]]:
    """The options of a card, and which of them are right."""
    if card["type"] == "true-false":
        return [("正确", card["key"] == "TRUE"), ("错误", card["key"] == "FALSE")]
    return [(tex(card[letter]), letter in card["key"]) for letter in "ABCDE" if card[letter]]


def amc(card: dict[str, str]) -> str:
    kind = "questionmult" if card["type"] == "multiple-choice" else "question"
    order = "" if card["shuffle"] == "TRUE" else "[o]"
    lines = [f"\\{'correct' if right else 'wrong'}choice{{{text}}}" for text, right in options(card)]
    body = "\n".join(lines)
    return (f"\\element{{{card['type']}}}{{\\begin{{{kind}}}{{{card['id']}}}{tex(card['stem'])}\n"
            f"\\begin{{choices}}{order}\n{body}\n\\end{{choices}}\n\\end{{{kind}}}\\par}}")


def rexams(card: dict[str, str]) -> str:
    listed = "\n".join(f"  \\item {text}" for text, _ in options(card))
    solution = "".join(str(int(right)) for _, right in options(card))
    kind = "mchoice" if card["type"] == "multiple-choice" else "schoice"
    shuffle = "TRUE" if card["shuffle"] == "TRUE" else "FALSE"
    return (f"\\begin{{question}}\n{tex(card['stem'])}\n\\begin{{answerlist}}\n{listed}\n\\end{{answerlist}}\n\\end{{question}}\n\n"
            f"\\begin{{solution}}\n{tex(card['explanation'])}\n\\end{{solution}}\n\n"
            f"\\exname{{{card['id']}}}\n\\extype{{{kind}}}\n\\exsolution{{{solution}}}\n\\exshuffle{{{shuffle}}}\n")


def main() -> None:
    table, fonts, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3])
    with open(table, encoding="utf-8-sig", newline="") as file:
        cards = [card for card in csv.DictReader(file) if card["exam"] == "TRUE"]
    font = FONT % fonts.as_posix()
    (folder / "amc").mkdir(parents=True, exist_ok=True)
    elements, groups, too_many = [], [], []
    for kind, heading, count in SECTIONS:
        bank = [card for card in cards if card["type"] == kind]
        elements += [amc(card) for card in bank]
        # Without this AMC puts the same items on every form, in the order of the file.
        elements.append(f"\\setgroupmode{{{kind}}}{{withreplacement}}")
        for pile, asked in (groups, count), (too_many, 2 * len(bank) if kind == "true-false" else count):
            pile.append(f"\\section*{{{heading}}}\n\\insertgroup[{asked}]{{{kind}}}")
        exercises = folder / "rexams" / kind
        exercises.mkdir(parents=True, exist_ok=True)
        for card in bank:
            (exercises / f"{card['id']}.Rnw").write_text(rexams(card), encoding="utf-8")
    for name, pile in ("exam", groups), ("too-many", too_many):
        (folder / "amc" / f"{name}.tex").write_text(AMC % (font, "\n".join(elements), "\n".join(pile)), encoding="utf-8")
    for name, shown, hidden, grid in ("paper", "question", "solution", ""), ("key", "solution", "question", QUESTIONNAIRE):
        environments = f"\\newenvironment{{{shown}}}{{\\item}}{{}}\\excludecomment{{{hidden}}}\n"
        (folder / "rexams" / f"{name}.tex").write_text(REXAMS % (font, environments, grid), encoding="utf-8")


if __name__ == "__main__":
    main()
