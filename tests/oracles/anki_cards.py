#!/usr/bin/env python3
"""Drives the cards of decks in Chromium, as Anki, AnkiDroid and AnkiMobile show them, and says whether a learner is well served.

    python3 -m venv venv && venv/bin/pip install anki playwright && venv/bin/pip install --no-deps aqt
    venv/bin/python tests/oracles/anki_cards.py output/llm.apkg craft.apkg craft-en.apkg [--screenshots FOLDER]

Every card of every deck, both sides, on a telephone and on a large window, by day and by night: no script error, nothing missing,
nothing wider than the window, formulas set, text that can be told from its ground. Then cards of each type are answered: options
are tapped and chosen by keys, scoring points revealed; the order, the marks and the letters on the back must be those of the
front. Once more without scripts, and with a storage that refuses.

The banks in `anki_cards/` hold what the shipped one lacks; a check that finds no card to try fails.

Chromium is $CHROMIUM, or the first that starts of those installed, or the one of `playwright install chromium`. One line a check;
the exit code is 1 if one fails, 2 if there is no browser.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path

import anki_answers as answers
from anki_apps import SIZES, Android, Deck, Desktop, Ios, Plain, Study
from anki_import import Checks
from playwright.sync_api import Error, sync_playwright

LOOK = Path(__file__).with_name("anki_look.js").read_text("utf-8")
SMALL = 40
"""Cards of a deck that are all photographed, and all shown without scripts; of a larger deck, one of each kind."""


# ---- the look of every card


LOOKS = {
    "fault": "no script error, no missing file, no request elsewhere",
    "wide": "nothing wider than the window",
    "formulas": "every formula is set",
    "pictures": "every picture is drawn",
    "faint": "text stands out from its ground, 4.5 to 1",
    "small": "what is tapped is 44 px high",
}


def check_looks(checks, browser, decks, shots):
    """Every card in Anki, on a telephone and in a large window; those of the small decks in the apps for telephones; day and night."""
    small = [deck for deck in decks if len(deck.cards) <= SMALL]
    for kind, size, those in ((Desktop, "phone", decks), (Desktop, "desktop", decks),
                              (Android, "phone", small), (Study, "phone", small), (Ios, "phone", small)):
        found, sides = defaultdict(list), 0
        for deck in those:
            with kind(browser, deck, size) as app:
                seen = set()
                for side in deck.cards:
                    group = (side.type, side.kind, side.ordinal)
                    shoot = shots if kind is Desktop and (deck in small or group not in seen) else None
                    seen.add(group)
                    app.front(side)
                    look_at(app, size, shoot, "front", found)
                    app.back()
                    look_at(app, size, shoot, "back", found)
                    sides += 2
                    found["fault"] += [f"{side.name}: {fault}" for fault in app.take_faults()]
        checks.that(sides > 0, f"{kind.__name__}, {size}: {sides} sides shown, day and night")
        for what, words in LOOKS.items():
            checks.none(found[what], f"{kind.__name__}, {size}: {words}")


def look_at(app, size, shots, which, found):
    """Puts into `found` what is not well with the side that is shown, by day and by night."""
    for night in (False, True):
        app.set_night(night)
        where = f"{app.side.name} {which}{' by night' if night else ''}"
        for what, offenders in app.js(LOOK).items():
            found[what] += [f"{where}: {offender}" for offender in offenders]
        if shots:
            photograph(app, shots, f"{app.side.id}-{app.side.ordinal}-{which}", size)
    app.set_night(False)


def photograph(app, folder, name, size):
    """One picture of a whole side."""
    file = re.sub(r"[^\w.-]+", "-", f"{name}-{size}-{'night' if app.is_night else 'day'}")
    app.js("() => { for (const animation of document.getAnimations()) animation.finish() }")
    app.page.screenshot(path=Path(folder, f"{file}.png"), full_page=True)


def check_sound(checks, browser, decks):
    """A sound is a button that plays."""
    deck = decks[-1]
    number = deck.col.find_cards('"note:Cardpress Q&A" card:1')[0]
    note = deck.col.get_card(number).note()
    note["Stem"] += "[sound:word.mp3]"
    Path(deck.media, "word.mp3").write_bytes(b"ID3")
    deck.col.update_note(note)
    side = deck.side(number)
    for kind in (Desktop, Android, Study, Ios):
        with kind(browser, deck, "phone") as app:
            app.front(side)
            buttons = app.js("""() => [...document.querySelectorAll(".replay-button")]
                .filter((button) => button.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
                .map((button) => button.getBoundingClientRect().height)""")
            rest = app.js("() => /\\[(sound|anki):/.test(document.body.textContent)")
            checks.that(len(buttons) == 1 and buttons[0] >= 32 and not rest, f"{kind.__name__}: a sound has one button", buttons)
            checks.none(app.js(LOOK)["wide"] + app.take_faults(), f"{kind.__name__}: a sound: nothing else goes wrong")


# ---- gaps, and cards without scripts


def check_cloze(checks, browser, decks):
    """The hint on the front, the answer on the back."""
    wrong, count = [], 0
    for deck in decks:
        with Desktop(browser, deck, "phone") as app:
            for side in deck.cards:
                # The number, the answer and the hint of each deletion. Answers here hold no braces but those of formulas.
                found = re.findall(r"\{\{c(\d+)::(.*?)(?:::([^:{}]*))?\}\}", side.fields.get("Text", ""))
                mine = [(text, hint) for number, text, hint in found if int(number) == side.ordinal + 1]
                if not mine:
                    continue
                count += 1
                app.front(side)
                front = app.js("() => [...document.querySelectorAll('.cloze')].map((gap) => gap.textContent)")
                app.back()
                back = app.js("() => [...document.querySelectorAll('.cloze')].map((gap) => gap.textContent)")
                if len(front) != len(mine) or len(back) != len(mine):
                    wrong.append(f"{side.name}: {front} then {back}")
                    continue
                for (text, hint), gap, filled in zip(mine, front, back, strict=True):
                    plain = re.sub(r"<.*?>", "", text)
                    is_words = "\\(" not in text
                    if hint and hint not in gap:
                        wrong.append(f"{side.name}: {gap} without its hint {hint}")
                    if is_words and (plain in gap or plain not in filled):
                        wrong.append(f"{side.name}: {gap} then {filled}, not {plain}")
    checks.that(count > 0, f"{count} cards with gaps tried")
    checks.none(wrong, "gaps: the hint on the front, the answer on the back")


def check_without_scripts(checks, browser, decks):
    """A card that runs no script shows all that it has, in the order in which it was written."""
    hidden, order, buttons = [], [], []
    count = 0
    for deck in decks:
        cards = deck.cards
        if len(cards) > SMALL:
            kinds = {(side.type, side.kind, side.ordinal): side for side in cards}
            cards = list(kinds.values())
        with Plain(browser, deck, "phone") as app:
            for side in cards:
                for back in (False, True):
                    app.back() if back else app.front(side)
                    count += 1
                    # A blank is a gap; tags are for searching, and say again what the head of the card says.
                    unseen = [words for words in app.js(LOOK)["unseen"] if not re.search(r"\.(blank|tags?)\b", words)]
                    hidden += [f"{side.name}: {words}" for words in unseen]
                    seen = app.js("""() => [...document.querySelectorAll("button")]
                        .filter((button) => button.checkVisibility({ visibilityProperty: true })).length""")
                    if seen:
                        buttons.append(side.name)
                if side.type == "Cardpress Choice":
                    state = (choice := answers.Choice(side)).state(app)
                    if state["order"] != list(range(choice.count)) or (
                        side.kind != "true-false" and state["letters"] != choice.letters(state["order"])
                    ):
                        order.append(f"{side.name}: {state}")
    checks.none(hidden, f"without scripts, {count} sides: all text shows")
    checks.none(buttons, "without scripts: no button that does nothing")
    checks.none(order, "without scripts: options in the author's order, with their letters")


def photograph_answers(browser, decks, folder):
    """Pictures of answered cards, for the eye."""
    for deck in (deck for deck in decks if len(deck.cards) <= SMALL):
        for size in SIZES:
            with Desktop(browser, deck, size) as app:
                for choice in answers.some_choices(deck):
                    for number, (picks, result) in enumerate(choice.ways()):
                        answers.answer(app, choice, picks, defaultdict(list))
                        for night in (False, True):
                            app.set_night(night)
                            photograph(app, folder, f"{choice.side.id}-answered-{number}-{result}", size)
                        app.set_night(False)
                for side in deck.cards:
                    if side.type == "Cardpress Written":
                        answers.mark_written(app, side, defaultdict(list))
                        photograph(app, folder, f"{side.id}-marked", size)


# ---- the run


def start(playwright, stack):
    """A Chromium that runs, and what it is."""
    names = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser")
    places = [os.environ.get("CHROMIUM"), *map(shutil.which, names), ""]
    for place in places:
        if place is None:
            continue
        try:
            # Chromium refuses its sandbox to root, and a machine of CI is often root's.
            browser = playwright.chromium.launch(executable_path=place or None, args=["--no-sandbox", "--hide-scrollbars"])
        except Error as error:
            print(f"{place or 'the browser of playwright'} does not start: {str(error).splitlines()[0]}", file=sys.stderr)
            continue
        stack.callback(browser.close)
        return browser
    print("no Chromium: apt-get install chromium, or playwright install --with-deps chromium", file=sys.stderr)
    sys.exit(2)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", type=Path, nargs="+", help="the .apkg files; the last must have a card of questions and answers")
    parser.add_argument("--screenshots", type=Path, metavar="FOLDER", help="where to put pictures of cards, to be looked at")
    arguments = parser.parse_args()

    checks = Checks()
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        browser = start(playwright, stack)
        print(f"Chromium {browser.version}")
        decks = []
        for package in arguments.packages:
            deck = Deck(package, stack.enter_context(tempfile.TemporaryDirectory()))
            stack.callback(deck.close)
            decks.append(deck)
        if arguments.screenshots:
            arguments.screenshots.mkdir(parents=True, exist_ok=True)
            photograph_answers(browser, decks, arguments.screenshots)
        check_looks(checks, browser, decks, arguments.screenshots)
        answers.check_choice(checks, browser, decks)
        answers.check_shuffle(checks, browser, decks)
        answers.check_first_frame(checks, browser, decks)
        answers.check_keys(checks, browser, decks)
        answers.check_broken_storage(checks, browser, decks)
        answers.check_written(checks, browser, decks)
        check_cloze(checks, browser, decks)
        check_sound(checks, browser, decks)
        check_without_scripts(checks, browser, decks)
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
